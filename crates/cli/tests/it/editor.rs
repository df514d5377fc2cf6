//! `servanda lsp` as an editor meets it: a client of its own, over the standard streams. Every
//! wait has a limit, so that a server that says nothing fails the test and doesn't hang it.

use crate::truce::write_agreement;
use crate::world::World;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// How long an answer may take; the machine may have other work.
const PATIENCE: Duration = Duration::from_secs(60);

struct Editor {
    server: Child,
    input: Option<ChildStdin>,
    /// What the server said, in its order.
    said: Receiver<Value>,
    asked: i64,
}

impl Editor {
    fn start() -> Editor {
        let mut server = Command::new(env!("CARGO_BIN_EXE_servanda"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(server.stdout.take().unwrap());
        let (to, said) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if to.send(message).is_err() {
                    break;
                }
            }
        });
        let input = server.stdin.take();
        Editor { server, input, said, asked: 0 }
    }

    /// Starts it and introduces the editor; gives what the server can do.
    fn introduced(general: &Value) -> (Editor, Value) {
        let mut editor = Editor::start();
        let capabilities = json!({ "general": general });
        let answer = editor.ask("initialize", &json!({ "capabilities": capabilities }));
        editor.tell("initialized", &json!({}));
        (editor, answer["result"]["capabilities"].clone())
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        let input = self.input.as_mut().unwrap();
        write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        input.flush().unwrap();
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// The answer to a request.
    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        self.wait(|message| message["id"] == id)
    }

    /// The next message that is wanted; those before it are passed over.
    fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.said.recv_timeout(PATIENCE).expect("the server answers in time");
            if wanted(&message) {
                return message;
            }
        }
    }

    /// The diagnostics of a text in this version.
    fn found(&mut self, version: i64) -> Vec<Value> {
        let message = self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["version"] == version
        });
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }

    fn open(&mut self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "markdown", "version": 1, "text": text });
        self.tell("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    /// The exit code, once the server has ended by itself.
    fn ended(&mut self) -> Option<i32> {
        // The channel closes when the server's output does.
        while self.said.recv_timeout(PATIENCE).is_ok() {}
        for _ in 0..PATIENCE.as_secs() * 100 {
            if let Some(status) = self.server.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the server doesn't end");
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// One message; none at the end.
fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => {
                let number = line.strip_prefix("Content-Length: ");
                length = number.map(|number| number.parse::<usize>().unwrap()).or(length);
            }
        }
    }
    let mut bytes = vec![0; length.unwrap()];
    output.read_exact(&mut bytes).ok()?;
    Some(serde_json::from_slice(&bytes).unwrap())
}

fn uri_of(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// The line and column, from 0, of the first place of a piece of ASCII text.
fn place(text: &str, piece: &str) -> Value {
    let before = &text[..text.find(piece).unwrap()];
    let line = before.matches('\n').count();
    let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
    json!({ "line": line, "character": column })
}

fn at(uri: &str, position: &Value) -> Value {
    json!({ "textDocument": { "uri": uri }, "position": position })
}

#[test]
fn an_agreement_is_checked_followed_and_formatted() {
    let world = World::new();
    write_agreement(&world);
    let text = String::from_utf8(world.read("river-truce/agreement.md")).unwrap();
    let uri = uri_of(&world.path("river-truce/agreement.md"));
    let (mut editor, capabilities) = Editor::introduced(&json!({}));
    assert_eq!(capabilities["positionEncoding"], "utf-16");

    // What is open counts, and not what is on disk.
    let loose = text.replacen("where       = \"river\"", "where=\"rivr\"", 1);
    editor.open(&uri, &loose);
    let found = editor.found(1);
    let unknown = found.iter().find(|found| found["code"] == "SV017").expect("rivr is unknown");
    assert_eq!(unknown["severity"], 1);
    assert_eq!(unknown["range"]["start"], place(&loose, "\"rivr\""));
    let message = unknown["message"].as_str().unwrap();
    assert!(message.contains("rivr") && message.contains("did you mean `river`?"), "{message}");

    // A change of a few letters: the error goes.
    let mut end = place(&loose, "rivr\"");
    end["character"] = (end["character"].as_i64().unwrap() + 4).into();
    let range = json!({ "start": place(&loose, "rivr\""), "end": end });
    let document = json!({ "uri": uri, "version": 2 });
    let changes = json!([{ "range": range, "text": "river" }]);
    let params = json!({ "textDocument": document, "contentChanges": changes });
    editor.tell("textDocument/didChange", &params);
    let found = editor.found(2);
    assert!(found.iter().all(|found| found["severity"] != 1), "{found:?}");

    let now = loose.replace("rivr", "river");
    let mut zone = place(&now, "where=\"river\"");
    zone["character"] = "where=\"".len().into();
    let answer = editor.ask("textDocument/definition", &at(&uri, &zone));
    let declared = place(&now, "[zone.river]");
    assert_eq!(answer["result"]["range"]["start"]["line"], declared["line"], "{answer}");
    let mut params = at(&uri, &zone);
    params["context"] = json!({ "includeDeclaration": true });
    let answer = editor.ask("textDocument/references", &params);
    assert!(answer["result"].as_array().unwrap().len() >= 2, "{answer}");
    let answer = editor.ask("textDocument/hover", &at(&uri, &zone));
    let told = answer["result"]["contents"]["value"].as_str().unwrap();
    assert!(told.starts_with("river: zone\n") && told.contains("km²"), "{told}");
    let answer = editor.ask("textDocument/completion", &at(&uri, &zone));
    let labels = answer["result"].as_array().unwrap().iter().map(|item| &item["label"]);
    assert!(labels.into_iter().any(|label| label == "river"), "{answer}");
    let answer =
        editor.ask("textDocument/documentSymbol", &json!({ "textDocument": { "uri": uri } }));
    assert_eq!(answer["result"][0]["name"], "Front matter");

    let options = json!({ "tabSize": 4, "insertSpaces": true });
    let params = json!({ "textDocument": { "uri": uri }, "options": options });
    let answer = editor.ask("textDocument/formatting", &params);
    let edits = answer["result"].as_array().unwrap();
    let aligned =
        |edit: &Value| edit["newText"].as_str().unwrap().contains("where       = \"river\"");
    assert!(edits.iter().any(aligned), "{answer}");

    let answer = editor.ask("workspace/nonsense", &json!({}));
    assert_eq!(answer["error"]["code"], -32601);
    let answer = editor.ask("textDocument/hover", &json!({ "nonsense": 1 }));
    assert_eq!(answer["error"]["code"], -32602);
    editor.tell("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
    let gone = editor.wait(|message| message["method"] == "textDocument/publishDiagnostics");
    assert_eq!(gone["params"]["diagnostics"], json!([]));
    assert_eq!(editor.ask("shutdown", &Value::Null)["result"], Value::Null);
    editor.tell("exit", &Value::Null);
    assert_eq!(editor.ended(), Some(0));
}

#[test]
fn related_places_and_columns_are_in_the_units_that_were_agreed() {
    // Before `nowhere` stand two letters of 2 bytes, and one of 4 bytes or 2 units of UTF-16.
    let text = "+++\nid = 'x'\ntitle = 'X'\nversion = '1'\ntimezone = 'UTC'\n\
                [party.N]\nname = 'N'\n[party.S]\nname = 'N'\n\
                [zone.a]\nunion = ['єє😀', 'nowhere']\n+++\n";
    for (encodings, name, column) in
        [(json!(["utf-8", "utf-16"]), "utf-8", 21), (json!(["utf-16"]), "utf-16", 17)]
    {
        let (mut editor, capabilities) =
            Editor::introduced(&json!({ "positionEncodings": encodings }));
        assert_eq!(capabilities["positionEncoding"], name);
        editor.open("untitled:one", text);
        let found = editor.found(1);
        let of = |piece: &str| {
            let holds = |found: &&Value| found["message"].as_str().unwrap().contains(piece);
            found.iter().find(holds).unwrap_or_else(|| panic!("{found:?}"))
        };
        let start = &of("`nowhere`")["range"]["start"];
        assert_eq!(*start, json!({ "line": 10, "character": column }));
        let twice = of("two parties");
        let related = &twice["relatedInformation"][0]["location"];
        assert_eq!(related["uri"], "untitled:one");
        let lines = [&twice["range"], &related["range"]].map(|range| &range["start"]["line"]);
        assert!(lines.contains(&&json!(6)) && lines.contains(&&json!(8)), "{twice}");
    }
}

#[test]
fn it_ends_with_its_editor() {
    let mut editor = Editor::start();
    editor.input.take();
    assert_eq!(editor.ended(), Some(1), "closed before a word was said");

    let (mut editor, _) = Editor::introduced(&json!({}));
    editor.open("untitled:one", "+++\n");
    editor.found(1);
    editor.input.take();
    assert_eq!(editor.ended(), Some(1), "closed in the middle");

    let (mut editor, _) = Editor::introduced(&json!({}));
    editor.tell("exit", &Value::Null);
    assert_eq!(editor.ended(), Some(1), "exit without shutdown");

    let mut editor = Editor::start();
    editor.input.as_mut().unwrap().write_all(b"Content-Length: 3\r\n\r\n{{{").unwrap();
    assert_eq!(editor.ended(), Some(2), "no protocol");

    let mut editor = Editor::start();
    let early = editor.ask("textDocument/hover", &json!({}));
    assert_eq!(early["error"]["code"], -32002, "not yet introduced");
    editor.tell("exit", &Value::Null);
    assert_eq!(editor.ended(), Some(1));
}
