// Signing in elsewhere, in a real browser with a certified provider (npm's oidc-provider) on this
// machine. Where that can't be installed, it says so and is skipped.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const program = process.env.SERVANDA ?? "servanda";
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const LIMIT = { timeout: 180_000 };
const [CLIENT, SECRET, SUBJECT] = ["room", "a secret of the test", "person-1"];

/** A port that is free now: the provider must know the room's address before the room is open. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** The provider, whose own page takes any name and calls the person so. */
async function openProvider(Provider, back) {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT,
        client_secret: SECRET,
        redirect_uris: [back],
        response_types: ["code"],
        grant_types: ["authorization_code"],
      },
    ],
    cookies: { keys: ["of the test"] },
    pkce: { required: () => true },
  });
  server.on("request", provider.callback());
  return { issuer, server };
}

async function load(name) {
  try {
    return await import(name);
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    return undefined;
  }
}

test("a person of a certified provider signs in as the account that is bound to them", LIMIT, async (t) => {
  const elsewhere = await load("oidc-provider");
  if (!elsewhere) return t.skip("oidc-provider is not installed: npm install in this folder");
  const { chromium } = await import("playwright-core");
  const folder = mkdtempSync(join(tmpdir(), "servanda-oidc-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const servanda = (args) => execFileSync(program, ["--quiet", ...args], { cwd: folder });
  cpSync(fileURLToPath(new URL("valley", import.meta.url)), join(folder, "valley"), { recursive: true });
  servanda(["init", "record", "--agreement", "valley", "--origin", "mission.example/valley"]);
  const account = ["room", "person", "add", "record", "vera", "--role", "verifier"];
  servanda([...account, "--oidc-subject", SUBJECT]);

  const at = `http://127.0.0.1:${await freePort()}`;
  const { issuer, server } = await openProvider(elsewhere.default, `${at}/login/oidc/callback`);
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  const keep = (name, text) => writeFileSync(join(folder, name), text, { mode: 0o600 });
  keep("oidc.secret", SECRET);
  const names = `issuer = "${issuer}"\nclient_id = "${CLIENT}"\nsecret_file = "oidc.secret"\n`;
  keep("oidc.toml", `${names}local_login = false\n`);
  const address = ["--address", at.slice("http://".length), "--stop-after", "170"];
  const child = spawn(program, ["serve", "record", "--oidc", "oidc.toml", ...address], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill());
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith("the room is open at ")) break;
  }

  const browser = await chromium.launch({ executablePath, args: ["--disable-gpu"] });
  t.after(() => browser.close());
  /** Goes from the room to the provider, says a name there, and comes back. */
  const come = async (name) => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${at}/account`);
    assert.match(page.url(), /\/login\?next=/);
    assert.equal(await page.locator("input[type=password]").count(), 0);
    await page.getByRole("link", { name: "Sign in with 127.0.0.1" }).click();
    assert.ok(page.url().startsWith(issuer), page.url());
    await page.fill("input[name=login]", name);
    await page.fill("input[name=password]", "anything");
    await page.click("button[type=submit]");
    // It asks whether the room may know who they are.
    await page.click("button[type=submit]");
    return page;
  };
  const page = await come(SUBJECT);
  await page.waitForURL(`${at}/account`);
  assert.match(await page.locator("main").innerText(), /vera/);
  const cookies = await page.context().cookies(at);
  const session = cookies.filter((cookie) => cookie.sameSite === "Strict" && cookie.httpOnly);
  assert.equal(session.length, 1);
  assert.ok(!cookies.some((cookie) => cookie.name.endsWith("-leave")));

  const stranger = await come("person-2");
  await stranger.getByRole("heading", { name: "You are not signed in" }).waitFor();
  assert.match(await stranger.locator("main").innerText(), /person-2/);
});
