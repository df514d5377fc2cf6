// `servanda lsp` met by a client that shares nothing with it: the protocol library of VS Code.
// SERVANDA names the program.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import protocol from "vscode-languageserver-protocol/node";

const program = process.env.SERVANDA ?? "servanda";
const file = new URL("../../../crates/terms/cases/good.md", import.meta.url);
const text = readFileSync(fileURLToPath(file), "utf8");
const uri = "untitled:agreement";

/** The place, from 0, of the first letter of a piece of the text. */
function place(text, piece) {
  const lines = text.slice(0, text.indexOf(piece)).split("\n");
  return { line: lines.length - 1, character: lines.at(-1).length };
}

test("an agreement is checked, followed and formatted", { timeout: 60_000 }, async () => {
  const server = spawn(program, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(server, "exit");
  try {
    const connection = protocol.createProtocolConnection(
      new protocol.StreamMessageReader(server.stdout),
      new protocol.StreamMessageWriter(server.stdin),
    );
    const published = [];
    let arrived = () => {};
    connection.onNotification(protocol.PublishDiagnosticsNotification.type, (params) => {
      published.push(params);
      arrived();
    });
    const found = async (version) => {
      for (;;) {
        const params = published.find((params) => params.version === version);
        if (params) return params.diagnostics;
        await new Promise((resolve) => (arrived = resolve));
      }
    };
    connection.listen();

    const { capabilities } = await connection.sendRequest(protocol.InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
    });
    assert.equal(capabilities.positionEncoding, "utf-16");
    await connection.sendNotification(protocol.InitializedNotification.type, {});

    // 😀 has two units of UTF-16: what stands after it must be found all the same.
    const wrong = text.replace('["NORTH", "SOUTH"]', '["😀", "SUOTH"]');
    await connection.sendNotification(protocol.DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: "servanda-agreement", version: 1, text: wrong },
    });
    const unknown = (await found(1)).find(({ message }) => message.includes("SUOTH"));
    assert.equal(unknown.severity, protocol.DiagnosticSeverity.Error);
    assert.deepEqual(unknown.range.start, place(wrong, '"SUOTH"'));

    const start = place(wrong, '"😀"');
    await connection.sendNotification(protocol.DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: 2 },
      contentChanges: [
        { range: { start, end: { ...start, character: start.character + 4 } }, text: '"NORTH"' },
        {
          range: {
            start: { ...start, character: start.character + 9 },
            end: { ...start, character: start.character + 16 },
          },
          text: '"SOUTH"',
        },
      ],
    });
    assert.deepEqual(await found(2), []);

    const position = place(text, 'SOUTH"]');
    const declared = place(text, "SOUTH]");
    const definition = await connection.sendRequest(protocol.DefinitionRequest.type, {
      textDocument: { uri },
      position,
    });
    assert.deepEqual(definition.range.start, declared);
    const hover = await connection.sendRequest(protocol.HoverRequest.type, {
      textDocument: { uri },
      position,
    });
    assert.match(hover.contents.value, /^SOUTH: party\nSouthland/);

    const edits = await connection.sendRequest(protocol.DocumentFormattingRequest.type, {
      textDocument: { uri },
      options: { tabSize: 4, insertSpaces: true },
    });
    assert.equal(edits.length, 1, "the empty line before the second +++");

    await connection.sendRequest(protocol.ShutdownRequest.type);
    await connection.sendNotification(protocol.ExitNotification.type);
    const [code] = await ended;
    assert.equal(code, 0);
  } finally {
    server.kill();
  }
});
