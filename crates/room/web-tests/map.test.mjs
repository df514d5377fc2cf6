// The map of incidents in a real browser: the one that moves, and the one that the room draws, which
// stays where the other can't be. SERVANDA names the program, WEB the folder of the map library,
// CHROMIUM the browser, SHOTS a folder for a picture of each.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Browser, WAYS, barriers, clear, isHere, openDemo } from "./kit.mjs";

const { SHOTS, WEB } = process.env;
const LIMIT = { timeout: 180_000 };
/** The software that draws WebGL here is slow. */
const DRAWN = { timeout: 60_000 };

let withGl, withoutGl, room, bare;

before(async () => {
  assert.ok(WEB, "WEB names the folder that `make web` fills");
  const rooms = [openDemo("easter-truce-2026"), openDemo("easter-truce-2025", { hasLibrary: false })];
  const browsers = [Browser.start({ hasGl: true }), Browser.start()];
  [room, bare, withGl, withoutGl] = await Promise.all([...rooms, ...browsers]);
}, LIMIT);

after(async () => {
  for (const one of [room, bare]) one?.child.kill();
  for (const one of [withGl, withoutGl]) await one?.browser.close();
  clear();
});

async function shoot(page, name) {
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.locator("section.map").screenshot({ path: join(SHOTS, `map, ${name}.png`) });
}

/** The page of incidents, and the map that moves once all of it is drawn. */
async function open(way, address = "/incidents") {
  const page = await withGl.window(room, "verifier-1", way);
  await page.goto(address);
  await settled(page);
  return page;
}

/** How many colours a picture of the canvas has: a blank one has one. */
async function coloursOf(picture) {
  const page = await withGl.browser.newPage();
  const colours = await page.evaluate(async (data) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const pen = new OffscreenCanvas(image.width, image.height).getContext("2d");
    pen.drawImage(image, 0, 0);
    return new Set(new Uint32Array(pen.getImageData(0, 0, image.width, image.height).data.buffer)).size;
  }, picture.toString("base64"));
  await page.close();
  return colours;
}

/** Waits until the map has asked for what it shows, and drawn it. */
async function settled(page) {
  await page.waitForTimeout(500);
  await page.locator("event-map.moves.idle").waitFor(DRAWN);
}

for (const name of ["light", "dark", "phone"]) {
  test(`the map that moves, ${name}: it is drawn, and stands in nobody's way`, LIMIT, async () => {
    const page = await open(WAYS[name]);
    await shoot(page, name);
    assert.ok(!(await page.locator("event-map .still").isVisible()));
    assert.ok((await page.locator(".map-legend li").count()) >= 10, "the legend is there");
    assert.match(await page.locator("event-map .status").textContent(), /: [\d,]+$/);
    assert.deepEqual(await barriers(page), []);
    await page.context().close();
  });
}

test("on paper, the map is the one that the room draws", LIMIT, async () => {
  const page = await open();
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator("event-map .still svg").isVisible());
  assert.ok(!(await page.locator("event-map canvas").isVisible()));
  assert.ok(await page.getByText("imply no opinion on the status").isVisible());
  await shoot(page, "print");
  await page.context().close();
});

test("without WebGL2 the map of the room stays, and no library is fetched", LIMIT, async () => {
  for (const [name, way] of Object.entries(WAYS)) {
    const page = await withoutGl.window(room, "verifier-1", way);
    await page.goto("/incidents");
    assert.ok(await page.locator("event-map .still svg").isVisible(), name);
    assert.equal(await page.locator("event-map canvas").count(), 0, name);
    if (way.javaScriptEnabled !== false) assert.deepEqual(await barriers(page), [], name);
    await shoot(page, `without WebGL2, ${name}`);
    await page.context().close();
  }
  assert.ok(!withoutGl.asked.some((address) => address.includes("maplibre-gl.mjs")));
});

test("without the library, or with a broken one, the map of the room stays", LIMIT, async () => {
  const page = await withGl.window(bare, "verifier-1");
  await page.goto("/incidents");
  assert.ok(await page.locator("event-map .still svg").isVisible());
  assert.equal(await page.locator("script[src$='/map.js']").count(), 0);
  await page.context().close();
  const broken = await withGl.window(room, "verifier-1");
  const warned = broken.waitForEvent("console", (said) => said.text().includes("can't be shown"));
  const empty = { contentType: "text/javascript", body: "export const Map = null;" };
  await broken.route("**/maplibre-gl.mjs", (route) => route.fulfill(empty));
  await broken.goto("/incidents");
  await warned;
  assert.ok(await broken.locator("event-map .still svg").isVisible());
  assert.ok(!(await broken.locator("event-map .moving").isVisible()));
  await broken.context().close();
});

/** An answer about one incident, in the middle of the map. */
function answer(properties, at = [33, 48]) {
  const geometry = { type: "Point", coordinates: at };
  const features = [{ type: "Feature", geometry, properties }];
  return { type: "FeatureCollection", numberMatched: 1, notOnTheMap: 0, features };
}

test("keys move the map and open what lies in its middle; what is told is text", LIMIT, async () => {
  const page = await withGl.window(room, "verifier-1");
  const what = "<img src=x onerror=alert(1)> \u202eflash";
  const own = { id: "i", href: "/cases/some", what, starts: "2030-01-01T10:00:00Z" };
  const said = answer({ ...own, ends: "2030-01-01T11:00:00Z", radius_m: 7000, standing: "found" });
  await page.route("**/incidents.geojson*", (route) => route.fulfill({ json: said }));
  await page.goto("/incidents");
  await settled(page);
  await page.locator("event-map canvas").focus();
  await page.keyboard.press("Enter");
  const told = page.locator(".maplibregl-popup-content");
  await told.waitFor();
  assert.equal(await told.locator("img").count(), 0);
  assert.ok((await told.textContent()).includes("<img src=x onerror=alert(1)> \\u{202e}flash"));
  assert.match(await told.textContent(), /Found.*within 7 km/);
  assert.equal(await told.locator("a").getAttribute("href"), `${room.at}/cases/some`);
  assert.deepEqual(await barriers(page), []);
  await shoot(page, "an incident");
  await page.keyboard.press("Escape");
  await page.locator("event-map canvas").focus();
  const before = page.url();
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction((before) => location.href !== before, before);
  assert.match(page.url(), /#map=/, "the address has the view");
  await page.context().close();
});

test("a link that leads elsewhere is none", LIMIT, async () => {
  for (const href of ["https://evil.example/", "javascript:alert(1)", "//evil.example/x"]) {
    const page = await withGl.window(room, "verifier-1");
    await page.route("**/incidents.geojson*", (route) =>
      route.fulfill({ json: answer({ id: "i", href, what: "flash", standing: "open" }) }),
    );
    await page.goto("/incidents");
    await settled(page);
    await page.locator("event-map canvas").focus();
    await page.keyboard.press("Enter");
    await page.locator(".maplibregl-popup-content").waitFor();
    assert.equal(await page.locator(".maplibregl-popup-content a[href]").count(), 0, href);
    await page.context().close();
  }
});

test("a circle of several says how many, and is gone into", LIMIT, async () => {
  const page = await withGl.window(room, "verifier-1");
  const said = answer({ count: 12345, bbox: "32.9,47.9,33.1,48.1" });
  said.numberMatched = 12345;
  await page.route("**/incidents.geojson*", (route) => route.fulfill({ json: said }));
  await page.goto("/incidents#map=5/48/33");
  await settled(page);
  assert.match(await page.locator("event-map .status").textContent(), /12,345/);
  await shoot(page, "several");
  await page.locator("event-map canvas").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => Number(location.hash.match(/=([\d.]+)/)[1]) > 7);
  await page.context().close();
});

test("the map asks for what is seen, follows another question, and says what it can't have", LIMIT, async () => {
  const page = await open(undefined, "/incidents#map=7/48.5/37.5");
  const asked = (part) =>
    page.waitForRequest((request) => request.url().includes(part) && request.url().includes("bbox="));
  const moved = asked("/incidents.geojson");
  await page.locator("event-map canvas").focus();
  await page.keyboard.press("ArrowRight");
  const address = new URL((await moved).url());
  const [west, south, east, north] = address.searchParams.get("bbox").split(",").map(Number);
  assert.ok(west < 38 && east > 37 && south < 48.5 && north > 48.5, address.href);
  const other = asked("what=flash");
  await page.evaluate(() => {
    const detail = { spots: "/incidents.geojson?what=flash&cells=48" };
    document.dispatchEvent(new CustomEvent("view-changed", { detail }));
  });
  await other;
  await page.route("**/incidents.geojson*", (route) => route.abort());
  await page.locator("event-map canvas").focus();
  await page.keyboard.press("ArrowRight");
  await page.getByText("could not be loaded").waitFor();
  await page.unroute("**/incidents.geojson*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("In this part of the map").waitFor();
  await page.context().close();
});

test("the map has the colours of the page, also when they change", LIMIT, async () => {
  const page = await open(WAYS.light);
  const light = await page.locator("event-map canvas").screenshot();
  assert.ok((await coloursOf(light)) > 20, "the canvas is not blank");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForFunction(() => matchMedia("(prefers-color-scheme: dark)").matches);
  await page.waitForTimeout(3_000);
  const dark = await page.locator("event-map canvas").screenshot();
  assert.notDeepEqual(light, dark);
  assert.ok((await coloursOf(dark)) > 20);
  await shoot(page, "light turned dark");
  await page.context().close();
});

test("each zone says where it comes from", LIMIT, async () => {
  const page = await open();
  await page.getByText("Where the zones come from").click();
  const rows = page.locator("event-map .sources li");
  assert.ok((await rows.count()) > 0);
  for (const row of await rows.all()) {
    assert.ok((await row.locator("p").count()) > 0, await row.textContent());
  }
  await page.context().close();
});

test("nothing was asked of anybody outside, and no page complained", LIMIT, async () => {
  for (const browser of [withGl, withoutGl]) {
    const { asked, own } = await browser.end();
    const outside = asked.filter((address) => !isHere(address) && !/^(data|blob):/.test(address));
    assert.deepEqual(outside, []);
    assert.ok(asked.length > 50, "the log is empty");
    console.log(`asked for: ${asked.length}, all here; by the browser itself: ${own}, and refused`);
    const meant = /ERR_FAILED|ERR_ABORTED/;
    assert.deepEqual(browser.complaints.filter((what) => !meant.test(what)), []);
  }
});
