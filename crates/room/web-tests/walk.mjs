// A case's way through the room, each step by the form of the page: as tests/way.rs walks it over
// HTTP, and in the same order.

import assert from "node:assert/strict";

export const OBSERVER = "walker nine of the second patrol";
export const WORDS = "three flashes behind the mill, heard from the ridge";
const REPLY = "An old mine went off at the fence of the field. We did not fire.";
/** What would be run, or ask for something, if it were shown as anything but text. */
const MARKUP = `crater <b>seen</b> <img src="https://example.org/x" onerror="alert(1)">`;

/** Presses what sends a form, and waits for the page that answers. */
async function send(page, button) {
  const answered = page.waitForEvent("domcontentloaded");
  await button.click();
  await answered;
}

/** Enters a report, and gives the address of the case that it becomes. */
export async function report(page, { source, what, day, from, to, lat, lon, radius, ...more }) {
  await page.goto("/report");
  await page.getByLabel("Source in the agreement").selectOption(source);
  await page.getByLabel("What was observed").fill(what);
  await page.getByLabel("Earliest").fill(`${day}T${from}`);
  await page.getByLabel("Latest").fill(`${day}T${to}`);
  await page.getByLabel("Latitude").fill(lat);
  await page.getByLabel("Longitude").fill(lon);
  await page.getByLabel("Uncertainty").fill(radius);
  if (more.words) await page.getByLabel("In words").fill(more.words);
  if (more.picture) {
    await page.getByLabel("Pictures", { exact: true }).setInputFiles(more.picture);
    await page.getByLabel("destruction").check();
  }
  if (more.observer) await page.getByLabel("Observer", { exact: true }).fill(more.observer);
  await send(page, page.getByRole("button", { name: "Enter the report" }));
  // Where the engine takes long, the entry is shown at once, and its case as soon as there is one.
  const path = () => new URL(page.url()).pathname;
  assert.match(path(), /^\/(cases\/i-|entries\/\d)/, "the report was not taken");
  const link = page.locator('.crumb a[href^="/cases/"]');
  for (let tries = 0; path().startsWith("/entries/"); tries++) {
    assert.ok(tries < 100, `${path()} has become no case`);
    if (await link.count()) await page.goto(await link.getAttribute("href"));
    else await page.waitForTimeout(100).then(() => page.reload());
  }
  return path();
}

/** The form of a deed, whose fold is opened where it has one. */
async function form(page, deed) {
  const form = page.locator(`form[action$="/${deed}"]`);
  const fold = page.locator("details", { has: form });
  if (await fold.count()) await fold.evaluate((fold) => (fold.open = true));
  return form;
}

/** Fills in a deed's form and sends it. */
export async function act(page, path, deed, button, fields = {}) {
  await page.goto(path);
  const own = await form(page, deed);
  for (const [name, value] of Object.entries(fields)) {
    const field = own.locator(`[name="${name}"]`);
    if (await field.evaluate((field) => field.matches("select"))) await field.selectOption(value);
    else await field.fill(value);
  }
  await send(page, own.getByRole("button", { name: button }));
  const said = page.getByRole("heading", { level: 1 });
  assert.doesNotMatch(await said.innerText(), /can't|doesn't|not/, `${deed}: refused`);
  const { pathname } = new URL(page.url());
  assert.match(pathname, /^\/cases\/i-/, `${deed}: not answered by a case`);
  return pathname;
}

/** Has a second person agree to what waits on a case. */
async function agree(page, path) {
  await page.goto(path);
  await send(page, page.getByRole("button", { name: "I agree" }));
}

/**
 * Walks it. `by` opens a window of somebody; `still` is told of stops on the way, to look round.
 * Gives the address of the case.
 */
export async function walk(by, still) {
  const windows = new Map();
  const of = async (name) => {
    if (!windows.has(name)) windows.set(name, await by(name));
    return windows.get(name);
  };
  const day = "2026-06-05";
  const near = { day, lon: "10.0", radius: "200" };

  // A post's alarm is there when an observer reports what it saw.
  const verifier = await of("verifier-1");
  const alarm = { ...near, source: "post", what: "alarm", from: "10:00", to: "10:04" };
  await report(verifier, { ...alarm, lat: "50.001" });
  const seen = { ...near, source: "patrol", what: "explosion", from: "10:01", to: "10:03" };
  // It comes with a picture, which nobody outside will see.
  await verifier.goto("/agreement");
  const picture = { name: "crater.jpg", mimeType: "image/jpeg" };
  picture.buffer = await verifier.screenshot({ type: "jpeg" });
  const told = { lat: "50.0", words: WORDS, observer: OBSERVER, picture };
  let path = await report(await of("observer"), { ...seen, ...told });

  // It may be the alarm's event: proposed with reasons, merged by a person.
  await verifier.goto("/queue");
  await verifier.locator(`a[href="${path}"]`).click();
  const alike = verifier.getByRole("region", { name: "May be the same event" });
  await alike.getByText("Their times share an instant.").waitFor();
  await alike.getByText("Their places overlap.").waitFor();
  await verifier.locator(".picture-box").getByText("destruction").waitFor();
  await still("proposed", verifier);
  path = await act(verifier, path, "take", "Take it on");
  path = await act(verifier, path, "merge", "One event: merge", { reason: "one flash, one bang" });
  assert.equal(await verifier.locator("#seen ~ article.observation").count(), 2);

  // Verified by one person.
  const place = verifier.locator('form:has([name="item"][value="place"])');
  await place.getByRole("combobox").selectOption("holds");
  await place.getByRole("textbox").fill("two bearings meet");
  await send(verifier, place.getByRole("button"));
  await verifier.getByText("two bearings meet").first().waitFor();
  await act(verifier, path, "grade", "Grade", { source: "B", information: "2" });
  const verified = { result: "confirmed", reason: MARKUP };
  await act(verifier, path, "verify", "Verify", verified);
  assert.ok((await verifier.innerText("main")).includes(MARKUP), "it is shown as it was written");

  // Attributed and found, each by two.
  const blame = { result: "attributed", party: "S", reason: "a fuse of that make" };
  await act(verifier, path, "attribute", "Propose", blame);
  await verifier.getByText("You proposed it: another person must agree.").waitFor();
  assert.equal(await verifier.getByRole("button", { name: "I agree" }).count(), 0);
  await agree(await of("verifier-2"), path);
  const [legal, second] = [await of("legal-1"), await of("legal-2")];
  const found = { outcome: "violation", provision: "prohibit.fire", party: "S" };
  await act(legal, path, "find", "Propose", { ...found, reason: "a shell from the south" });
  await second.goto(path);
  await still("second", second);
  await agree(second, path);
  await second.getByText("by two people").first().waitFor();

  // The party is heard before anything is published.
  const reporter = await of("reporter");
  await act(reporter, path, "ask", "Ask a party to reply", { party: "S", days: "7" });
  const other = await (await of("liaison-n")).goto(path);
  assert.equal(other.status(), 404, "the other party sees nothing of it");
  const party = await of("liaison-s");
  await party.goto(path);
  assert.doesNotMatch(await party.innerText("main"), /two bearings meet/);
  await still("asked", party);
  await act(party, path, "reply", "Enter the reply", { text: REPLY });
  const cured = { state: "mitigated", reason: "the field was fenced off" };
  await act(verifier, path, "cure", "Enter how far it is cured", cured);
  const nobody = await by();
  await nobody.goto("/findings");
  await nobody.getByText("Nothing is published.").waitFor();
  await act(reporter, path, "publish", "Publish");

  // Everybody reads it, with the reply word for word, and without the observer.
  for (const address of ["/findings", path]) {
    assert.equal((await nobody.goto(address)).status(), 200);
    const text = await nobody.innerText("main");
    for (const said of ["Violation", "prohibit.fire", "by two people", REPLY]) {
      assert.ok(text.includes(said), `${address} lacks ${said}\n${text}`);
    }
    const source = await nobody.content();
    assert.equal(await nobody.locator("img, .picture-box").count(), 0);
    for (const secret of [OBSERVER, WORDS, "walker", "two bearings meet"]) {
      assert.ok(!source.includes(secret), `${address} says ${secret}`);
    }
  }
  for (const page of windows.values()) await page.context().close();
  await nobody.context().close();
  return path;
}
