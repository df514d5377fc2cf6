// The operations room in a real browser. SERVANDA names the program, CHROMIUM the browser. SHOTS is
// a folder for a picture of every page, PICTURES one for those of the README.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Browser, WAYS, barriers, clear, excess, folder, isHere, longest, openDemo, openValley } from "./kit.mjs";
import { act, report, walk } from "./walk.mjs";

const { SHOTS, PICTURES } = process.env;
const LIMIT = { timeout: 180_000 };

let browser, demo, full, valley, found;

before(async () => {
  const rooms = [openDemo("easter-truce-2026"), openDemo(longest()), openValley()];
  [browser, demo, full, valley] = await Promise.all([Browser.start(), ...rooms]);
}, LIMIT);

after(async () => {
  for (const room of [demo, full, valley]) room?.child.kill();
  await browser?.browser.close();
  clear();
});

/** Keeps a picture of a page, where pictures are wanted. */
async function shoot(page, name) {
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}

test("the demonstration has an account of each role, and only what can be worked with", async () => {
  const roles = ["observer", "verifier-1", "verifier-2", "legal-1", "legal-2", "reporter"];
  const others = ["liaison-1", "liaison-2", "guarantor", "auditor", "administrator"];
  assert.deepEqual(demo.names, [...roles, ...others]);
  assert.match(demo.password, /demonstration/);
});

test("a report becomes a published finding of two people, with the party's reply", LIMIT, async () => {
  const by = (name) => browser.window(valley, name);
  const day = { day: "2026-06-04", radius: "500", source: "patrol" };
  const page = await by("verifier-2");
  const shot = { ...day, what: "shot", from: "07:10", to: "07:20", lat: "50.03", lon: "10.05" };
  await report(page, shot);
  const alarm = { ...day, source: "post", what: "alarm", from: "16:40", to: "16:41" };
  await report(page, { ...alarm, lat: "49.98", lon: "9.95" });
  const bang = { ...day, day: "2026-06-03", what: "explosion", from: "14:02", to: "14:09" };
  const taken = await report(page, { ...bang, lat: "50.06", lon: "9.91" });
  await act(page, taken, "take", "Take it on");
  const burst = { ...bang, day: "2026-06-06", what: "shot", lat: "49.95", lon: "10.08" };
  const hard = await report(page, burst);
  await act(page, hard, "take", "Take it on");
  await act(page, hard, "help", "Ask for help");
  await page.context().close();
  const kept = [];
  found = await walk(by, async (stop, page) => {
    await shoot(page, `walk ${stop}`);
    kept.push(...(await barriers(page)).map((what) => `${stop}: ${what}`));
  });
  assert.deepEqual(kept, []);
});

test("a file is shown as it was read before anything of it is kept", LIMIT, async () => {
  const page = await browser.window(valley, "verifier-1");
  await page.goto("/upload");
  await page.getByLabel("Source or register").selectOption("patrol");
  await page.getByLabel("File", { exact: true }).setInputFiles(join(folder, "valley", "watch.csv"));
  await page.getByRole("button", { name: "Show what it says" }).click();
  await page.getByText("0 new rows, 4 in the record already, 0 rejected.").waitFor();
  assert.deepEqual(await barriers(page), []);
  await shoot(page, "file read");
  await page.context().close();
});

test("a picture is shown only when asked for", LIMIT, async () => {
  const asked = () => browser.asked.filter((address) => address.includes("/pictures/")).length;
  let page = await browser.window(valley, "observer");
  await page.goto("/agreement");
  const photo = join(folder, "photo.jpg");
  await page.screenshot({ path: photo, type: "jpeg" });
  await page.goto("/report");
  await page.getByLabel("What was observed").fill("shot");
  await page.getByLabel("Earliest").fill("2026-06-05T09:10");
  await page.getByLabel("Latest").fill("2026-06-05T09:20");
  await page.getByLabel("Pictures", { exact: true }).setInputFiles([photo, photo]);
  const enter = page.getByRole("button", { name: "Enter the report" });
  await enter.click();
  await page.getByText("Say what one will see in the pictures").waitFor();
  assert.deepEqual(await barriers(page), []);
  await shoot(page, "report, what one will see is missing");
  await page.getByLabel("Pictures", { exact: true }).setInputFiles([photo, photo]);
  await page.getByLabel("injured people").check();
  await page.getByLabel("faces that can be recognised").check();
  await enter.click();
  await page.waitForURL(/\/cases\/i-/);
  const pictured = new URL(page.url()).pathname;
  assert.equal(await page.locator(".picture-box").count(), 0, "who reports opens nothing");
  await page.context().close();

  // Closed: a box with what one will see, and nothing is loaded. All of it without scripts.
  page = await browser.window(valley, "verifier-1", { javaScriptEnabled: false });
  await page.goto(pictured);
  const box = page.locator(".picture-box").first();
  await box.getByText("injured people, faces that can be recognised").waitFor();
  assert.equal(await page.locator("img").count(), 0);
  assert.equal(asked(), 0);
  await shoot(page, "picture closed");
  await box.locator("summary").click();
  await box.getByLabel("Reason").fill("to see the crater");
  await shoot(page, "picture about to be opened");
  await box.getByRole("button", { name: "Show the picture" }).click();
  const image = shown(page);
  await image.waitFor();
  assert.ok(asked() > 0);
  const look = () => image.evaluate((image) => [image.naturalWidth, getComputedStyle(image).filter]);
  const [width, hidden] = await look();
  assert.ok(width > 1000, `${width} pixels: it is there`);
  assert.match(hidden, /^blur\(\d/);
  await shoot(page, "picture blurred");
  await page.getByLabel("Without colours").check();
  assert.match((await look())[1], /^grayscale\(1\) blur\(\d/);
  await page.getByLabel("Show it clearly").check();
  assert.equal((await look())[1], "grayscale(1)");
  await shoot(page, "picture without colours");
  await page.getByLabel("Without colours").uncheck();
  assert.equal((await look())[1], "none");
  await shoot(page, "picture clear");
  await page.locator("summary", { hasText: "Take the file" }).click();
  await page.getByLabel("Reason").fill("for the laboratory");
  const got = page.waitForEvent("download");
  await page.getByRole("button", { name: "Take the file" }).click();
  assert.match((await got).suggestedFilename(), /^e\d+-picture-1\.jpg$/);
  await page.context().close();

  // Closed and open, in every way in which a page is looked at with scripts.
  for (const [name, way] of Object.entries(WAYS).filter(([name]) => name !== "no script")) {
    page = await browser.window(valley, "verifier-1", { ...way, media: undefined });
    await page.goto(pictured);
    assert.deepEqual(await barriers(page), [], `${name}, closed`);
    const open = page.locator(".picture-box").last();
    await open.getByLabel("Reason").fill("to see the crater");
    await open.getByRole("button", { name: "Show the picture" }).click();
    await shown(page).waitFor();
    assert.deepEqual(await barriers(page), [], `${name}, open`);
    assert.ok((await excess(page)) <= 0, `${name}: no wider than the window`);
    await shoot(page, `picture open, ${name}`);
    await page.context().close();
  }
});

/** The picture that is shown. */
function shown(page) {
  return page.locator(".picture img");
}

/** The pages: who looks at what, in which room. */
function pages() {
  return {
    "board of the truce": [demo, undefined, "/"],
    "board": [valley, "verifier-1", "/"],
    "queue": [valley, "verifier-1", "/queue"],
    "empty queue": [demo, "verifier-1", "/queue?q=nothing+of+the+kind"],
    "full queue": [full, "verifier-1", "/queue"],
    "incidents": [full, "verifier-1", "/incidents"],
    "incidents, narrowed": [valley, undefined, "/incidents?what=alarm&from=2026-06-01&as-of=3"],
    "incidents, none": [demo, "verifier-1", "/incidents?q=nothing+of+the+kind"],
    "incidents to print": [full, undefined, "/incidents.print?limit=200"],
    "case": [valley, "verifier-1", found],
    "case, new": [valley, "verifier-1", "first of the queue"],
    "report": [valley, "observer", "/report"],
    "file": [valley, "verifier-1", "/upload"],
    "agreement": [valley, undefined, "/agreement"],
    "texts": [valley, undefined, "/agreement/versions"],
    "positions": [valley, undefined, "/agreement/positions"],
    "no positions": [demo, "legal-1", "/agreement/positions"],
    "point": [valley, undefined, "/provisions/point.ford"],
    "pledge": [valley, undefined, "/provisions/pledge.radars"],
    "findings": [valley, undefined, "/findings"],
    "no findings": [demo, undefined, "/findings"],
    "provision": [valley, "legal-1", "/provisions/prohibit.fire"],
    "provision of the truce": [demo, undefined, "/provisions/prohibit.combat"],
    "entry": [valley, "verifier-1", "the entry of the case"],
    "login": [valley, undefined, "/login"],
    "rights": [valley, "legal-1", "/rights"],
    "people": [valley, "administrator", "/people"],
    "account": [valley, "reporter", "/account"],
    "error": [valley, undefined, "/nothing/is/here"],
  };
}

/** Where a page is that has no fixed address. */
async function addressOf(page, address) {
  const link = {
    "first of the queue": ["/queue?stage=new", "a[data-row]"],
    "the entry of the case": [found, "article.observation:last-of-type a.cite"],
  }[address];
  if (!link) return address;
  await page.goto(link[0]);
  return page.locator(link[1]).first().getAttribute("href");
}

for (const [name, way] of Object.entries(WAYS)) {
  test(`every page, ${name}: nothing stands in anybody's way`, LIMIT, async () => {
    const kept = [];
    const look = async ([title, [room, who, asked]]) => {
      const page = await browser.window(room, who, way);
      const answer = await page.goto(await addressOf(page, asked));
      assert.equal(answer.status(), title === "error" ? 404 : 200, `${title}: ${page.url()}`);
      assert.equal(await page.locator("h1").count(), 1, `${title} has one heading of the first rank`);
      const wide = await excess(page);
      if (wide > 0) kept.push(`${title} is ${wide} pixels wider than the window`);
      await shoot(page, `${title}, ${name}`);
      if (way.javaScriptEnabled !== false) {
        kept.push(...(await barriers(page)).map((what) => `${title}: ${what}`));
      }
      await page.context().close();
    };
    const waiting = Object.entries(pages());
    const lane = async () => {
      while (waiting.length) await look(waiting.shift());
    };
    await Promise.all([lane(), lane()]);
    assert.deepEqual(kept, []);
  });
}

test("the queue goes by keys, and without them where they are switched off", LIMIT, async () => {
  const page = await browser.window(valley, "verifier-1");
  await page.goto("/queue");
  const focused = () => page.evaluate(() => document.activeElement.getAttribute("href"));
  const rows = await page.locator("a[data-row]").evaluateAll((all) =>
    all.map((one) => one.getAttribute("href")),
  );
  assert.ok(rows.length >= 3, `${rows}`);
  for (const [key, row] of [["j", 0], ["j", 1], ["k", 0], ["k", 0], ["j", 1]]) {
    await page.keyboard.press(key);
    assert.equal(await focused(), rows[row], key);
  }
  await page.keyboard.press("Enter");
  await page.waitForURL(`${valley.at}${rows[1]}`);

  // From a page without a search, to the one that has it. What is written there is no command.
  await page.keyboard.press("/");
  await page.waitForURL("**/queue#q");
  await page.waitForFunction(() => document.activeElement.id === "q");
  await page.keyboard.type("j?k/");
  assert.equal(await page.inputValue("#q"), "j?k/");
  assert.equal(await page.locator("dialog[open]").count(), 0);

  // The list, with the switch.
  await page.goto("/queue");
  await page.keyboard.press("?");
  const list = page.getByRole("dialog", { name: "Keys" });
  await list.waitFor();
  assert.deepEqual(await barriers(page), []);
  await shoot(page, "keys");
  await list.getByRole("checkbox").press("Space");
  await page.keyboard.press("Escape");
  for (const isNew of [false, true]) {
    if (isNew) await page.reload();
    await page.keyboard.press("j");
    await page.keyboard.press("?");
    assert.equal(await page.locator("dialog[open]").count(), 0, "the keys are off");
    assert.notEqual(await focused(), rows[0], "the keys are off");
  }
  await page.getByRole("button", { name: "Keys" }).click();
  await list.getByRole("checkbox").press("Space");
  await list.getByRole("button", { name: "Close" }).click();
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("j");
  assert.equal(await focused(), rows[0], "the keys are on again");
  await page.context().close();
});

test("a span of time is drawn on the timeline, and the address says it", LIMIT, async () => {
  const page = await browser.window(full, undefined);
  await page.goto("/incidents?sources=ucdp");
  const all = Number((await page.innerText(".first")).split(" ")[0]);
  const svg = page.locator(".brush svg");
  await svg.scrollIntoViewIfNeeded();
  const box = await svg.boundingBox();
  const [from, to] = [0.4, 0.6].map((share) => box.x + share * box.width);
  await page.mouse.move(from, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(to, box.y + 40, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/from=2016-/);
  await page.waitForFunction((all) => !document.querySelector(".first").innerText.startsWith(`${all} `), all);
  const some = Number((await page.innerText(".first")).split(" ")[0]);
  assert.ok(some > 0 && some < all, `${some} of ${all}`);
  // The two fields say the same, and so does the page that is loaded anew.
  const address = new URL(page.url());
  assert.equal(await page.inputValue("#from"), address.searchParams.get("from"));
  assert.equal(await page.inputValue("#to"), address.searchParams.get("to"));
  assert.equal(address.searchParams.get("sources"), "ucdp");
  await shoot(page, "a span drawn");
  await page.reload();
  assert.equal(Number((await page.innerText(".first")).split(" ")[0]), some);
  // Back is back.
  await page.goBack();
  await page.waitForFunction((all) => document.querySelector(".first").innerText.startsWith(`${all} `), all);
  await page.context().close();
});

test("a page that is open says when others entered something, and when the room is gone", LIMIT, async () => {
  const page = await browser.window(demo, "verifier-1");
  await page.goto("/");
  const other = await browser.window(demo, "observer");
  const what = { source: "viirs", what: "fire", day: "2026-04-12", from: "09:00", to: "09:10" };
  await report(other, { ...what, lat: "0", lon: "0", radius: "100" });
  await page.getByText("Entries since this page was made: 1").waitFor();
  await shoot(page, "new entries");
  await other.goto("/queue");

  // Two windows hold the room's events; it ends at once all the same.
  const { code, seconds } = await demo.interrupt();
  assert.equal(code, 0);
  assert.ok(seconds < 3, `it took ${seconds} s to end`);
  await page.getByText("No connection to the room").waitFor();
  await shoot(page, "room gone");
  await page.context().close();
  await other.context().close();
});

test("pictures for the README", { ...LIMIT, skip: !PICTURES && "PICTURES is not set" }, async () => {
  const pictures = { queue: ["verifier-1", "/queue"], finding: ["legal-1", found] };
  for (const [name, [who, address]] of Object.entries(pictures)) {
    const page = await browser.window(valley, who, { viewport: { width: 1100, height: 720 } });
    await page.goto(address);
    await page.screenshot({ path: join(PICTURES, `${name}.png`) });
    await page.context().close();
  }
});

test("no request left this machine, and no page complained", LIMIT, async () => {
  const pages = browser.asked.length;
  const { asked, own } = await browser.end();
  assert.ok(pages > 500 && asked.length > 1.5 * pages, `${pages}, ${asked.length}: fewer than made`);
  assert.deepEqual(asked.filter((address) => !isHere(address)), []);
  assert.deepEqual(browser.complaints, []);
  console.log(`${pages} requests of pages, in the log ${asked.length - pages}, all to 127.0.0.1.`);
  console.log(`${own} more the browser wanted for itself, of its maker; no page asked for them.`);
});
