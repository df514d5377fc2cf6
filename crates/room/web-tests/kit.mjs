// Rooms, a browser, and what is asked of each page.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const program = process.env.SERVANDA ?? "servanda";
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** A room is open no longer than this, whatever becomes of the tests. */
const SECONDS_MAX = "1500";
const PASSWORD = "a few plain words";

/** The accounts of the invented room: role, and the party of a liaison. */
const PEOPLE = {
  "observer": ["observer"],
  "verifier-1": ["verifier"],
  "verifier-2": ["verifier"],
  "legal-1": ["legal"],
  "legal-2": ["legal"],
  "reporter": ["reporter"],
  "liaison-n": ["liaison", "N"],
  "liaison-s": ["liaison", "S"],
  "administrator": ["administrator"],
};

/** How a page is looked at: what is asked of the browser, and of the window. */
export const WAYS = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  print: { colorScheme: "light", media: "print" },
  "no script": { javaScriptEnabled: false },
  // The same page to axe, which is a script itself and needs the clock that the way above stops.
  "empty scripts": { areScriptsEmpty: true },
  phone: {
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
  },
};

export const folder = mkdtempSync(join(tmpdir(), "servanda-room-"));

/** A room that is open: its address, its password, and how it ends. */
class Room {
  /** Opens it with a command that prints the address. */
  static async open(args) {
    const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    const said = [];
    for await (const line of createInterface({ input: child.stdout })) {
      said.push(line);
      const at = line.match(/^the room is open at (http:\/\/127\.0\.0\.1:\d+)$/)?.[1];
      if (at) return new Room(child, at, said);
    }
    throw new Error(`no room was opened by ${args.join(" ")}:\n${said.join("\n")}`);
  }

  constructor(child, at, said) {
    this.child = child;
    this.at = at;
    this.said = said;
    this.password = PASSWORD;
    this.states = new Map();
  }

  /** Interrupts it, and gives how it ended and after how many seconds. */
  async interrupt() {
    const began = Date.now();
    const ended = once(this.child, "exit");
    this.child.kill("SIGINT");
    const [code] = await ended;
    return { code, seconds: (Date.now() - began) / 1000 };
  }
}

function servanda(args, input = "") {
  execFileSync(program, ["--quiet", ...args], { cwd: folder, input, stdio: ["pipe", "ignore", "inherit"] });
}

/** The demonstration with the most cases: that of the lethal events of February 2016. */
export function longest() {
  const names = execFileSync(program, ["demo", "--list"], { encoding: "utf8" }).split("\n");
  return names.find((name) => name.endsWith("-2016-02"));
}

/** The map library, where `make web` has put it. */
const web = process.env.WEB ? ["--web", process.env.WEB] : [];

/** The room on a real agreement, as `make room` opens it. */
export async function openDemo(name, { hasLibrary = true } = {}) {
  const library = hasLibrary ? web : [];
  const args = ["--quiet", "demo", name, "--room", "--stop-after", SECONDS_MAX, ...library];
  const room = await Room.open(args);
  const said = room.said.join("\n");
  room.password = said.match(/^password: (.*) \(published/m)[1];
  room.names = said.match(/^accounts: (.*)$/m)[1].split(", ");
  return room;
}

/** The room on the invented agreement. */
export async function openValley() {
  cpSync(fileURLToPath(new URL("valley", import.meta.url)), join(folder, "valley"), {
    recursive: true,
  });
  servanda(["init", "record", "--agreement", "valley", "--origin", "mission.example/valley"]);
  servanda(["add", "record", "valley/watch.csv"]);
  for (const [file, outlet] of [["evening", "The Evening Post"], ["morning", "The Morning Ledger"]]) {
    const of = ["--published", "2026-06-08", "--outlet", outlet];
    servanda(["add", "record", `valley/${file}.txt`, "--as", "article", ...of]);
  }
  const given = ["--provision", "pledge.radars", "--amount", "4 radar", "--from", "2026-06-05T09:00Z"];
  servanda(["act", "record", "performance", "--by", "N", ...given, "--reference", "receipt of the watch"]);
  for (const [name, [role, party]] of Object.entries(PEOPLE)) {
    const of = party ? ["--party", party] : [];
    const add = ["room", "person", "add", "record", name, "--role", role, ...of];
    servanda([...add, "--password-stdin"], `${PASSWORD}\n`);
  }
  return Room.open(["serve", "record", "--stop-after", SECONDS_MAX, ...web]);
}

/** The browser, with a list of all that its pages ask for, and a log of all that itself asks for. */
export class Browser {
  /** Starts one; with `hasGl` it draws WebGL with its own software. */
  static async start({ hasGl = false } = {}) {
    const log = join(folder, `requests-${randomUUID()}.json`);
    // What the browser wants of its maker, whatever page is open, finds no host.
    const alone = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1";
    const gl = hasGl
      ? ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
      : ["--disable-gpu", "--disable-webgl", "--disable-3d-apis"];
    const args = [`--log-net-log=${log}`, alone, ...gl];
    const browser = await chromium.launch({ executablePath, args });
    return new Browser(browser, log);
  }

  constructor(browser, log) {
    this.browser = browser;
    this.log = log;
    this.asked = [];
    this.complaints = [];
  }

  /** A window of somebody in a room; of nobody when there is no name. */
  async window(room, name, { media, areScriptsEmpty, ...way } = {}) {
    const context = await this.browser.newContext({
      baseURL: room.at,
      viewport: { width: 1280, height: 860 },
      locale: "en-GB",
      timezoneId: "UTC",
      storageState: name ? await this.signedIn(room, name) : undefined,
      ...way,
    });
    context.setDefaultTimeout(20_000);
    context.on("request", (request) => this.asked.push(request.url()));
    if (areScriptsEmpty) {
      const empty = { contentType: "text/javascript", body: "" };
      await context.route("**/*.js", (route) => route.fulfill(empty));
    }
    const page = await context.newPage();
    page.on("pageerror", (error) => this.complaints.push(`${page.url()}: ${error}`));
    page.on("console", (said) => {
      // A page that says no, and a room that is closed, are errors to the console, and meant so here.
      const meant = /with a status of 4|net::ERR_(INCOMPLETE_CHUNKED_ENCODING|CONNECTION_REFUSED)/;
      const isMeant = meant.test(said.text());
      if (said.type() === "error" && !isMeant) this.complaints.push(`${page.url()}: ${said.text()}`);
    });
    if (media) await page.emulateMedia({ media });
    return page;
  }

  /** The cookies of somebody who signed in by the form, once. */
  async signedIn(room, name) {
    if (!room.states.has(name)) {
      const page = await this.window(room);
      await page.goto("/login");
      await page.getByLabel("Login name").fill(name);
      await page.getByLabel("Password").fill(room.password);
      await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL(`${room.at}/`);
      room.states.set(name, await page.context().storageState());
      await page.context().close();
    }
    return room.states.get(name);
  }

  /**
   * Closes it, and gives every address that was asked for: by pages, as they say and as the
   * browser's own log has it; and how often the browser asked for something on its own account.
   */
  async end() {
    await this.browser.close();
    const { events } = JSON.parse(readFileSync(this.log, "utf8"));
    const begun = events.map(({ params }) => params).filter((params) => params?.url && params.method);
    const isOwn = ({ url, initiator }) => !isHere(url) && !isHere(initiator ?? "");
    const logged = begun.filter((params) => !isOwn(params)).map(({ url }) => url);
    return { asked: [...this.asked, ...logged], own: begun.length - logged.length };
  }
}

/** Whether an address is of this machine. */
export function isHere(address) {
  return address.startsWith("http://127.0.0.1:");
}

/** What axe finds against WCAG 2.2 AA, with everything unfolded that can be. */
export async function barriers(page) {
  await page.evaluate(() => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });
  if (!(await page.evaluate("typeof axe === 'object'"))) await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(
    (values) =>
      globalThis.axe.run(document, {
        runOnly: { type: "tag", values },
        resultTypes: ["violations"],
      }),
    RULES,
  );
  assert.ok(passes.length > 5, "axe looked at next to nothing");
  const shown = ({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`;
  return violations.map(({ id, nodes }) => `${id}\n${nodes.slice(0, 5).map(shown).join("\n")}`);
}

/** By how many pixels a page is wider than its window. */
export function excess(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

/** Nothing of what the tests made is left. */
export function clear() {
  rmSync(folder, { recursive: true, force: true });
}
