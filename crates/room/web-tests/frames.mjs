// How fluently the map moves with many incidents: `node frames.mjs`. SERVANDA and WEB as for the tests.
// The numbers are of software that draws WebGL on this machine's processors; with a graphics card they
// are better. The incidents are invented here, and given as the room gives them: each by itself up to
// 5,000, and gathered in cells where there are more.

import { Browser, clear, openDemo } from "./kit.mjs";

const PANNED_MS = 5_000;
const SINGLE_MAX = 5_000;
const room = await openDemo("easter-truce-2026");
const browser = await Browser.start({ hasGl: true });

/** So many incidents, spread by a seed. */
function made(count) {
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const standings = ["plain", "open", "verified", "found", "closed"];
  return Array.from({ length: count }, (_, n) => {
    const coordinates = [24 + random() * 16, 45 + random() * 7];
    const own = { id: `i${n}`, href: "/", what: "flash", radius_m: Math.round(random() * 9_000) };
    const properties = { ...own, standing: standings[n % standings.length] };
    return { type: "Feature", geometry: { type: "Point", coordinates }, properties };
  });
}

/** What the room would answer. */
function answer(all, address) {
  const asked = new URL(address).searchParams;
  const [w, s, e, n] = (asked.get("bbox") ?? "24,45,40,52").split(",").map(Number);
  const within = ({ geometry: { coordinates: [lon, lat] } }) => w <= lon && lon <= e && s <= lat && lat <= n;
  let features = all.filter(within);
  const numberMatched = features.length;
  if (numberMatched > SINGLE_MAX) {
    const side = Math.max(e - w, n - s) / Number(asked.get("cells"));
    const cells = new Map();
    for (const { geometry } of features) {
      const [lon, lat] = geometry.coordinates;
      const cell = `${Math.floor(lon / side)} ${Math.floor(lat / side)}`;
      const own = cells.get(cell) ?? { count: 0, lon: 0, lat: 0 };
      cells.set(cell, { count: own.count + 1, lon: own.lon + lon, lat: own.lat + lat });
    }
    features = [...cells.values()].map(({ count, lon, lat }) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [lon / count, lat / count] },
      properties: { count, bbox: [w, s, e, n].join(",") },
    }));
  }
  return JSON.stringify({ type: "FeatureCollection", numberMatched, features });
}

for (const count of [0, 1_000, 5_000, 100_000]) {
  const page = await browser.window(room, undefined);
  const all = made(count);
  const contentType = "application/geo+json";
  let given = 0;
  await page.route("**/incidents.geojson*", (route) => {
    const body = answer(all, route.request().url());
    given = JSON.parse(body).features.length;
    return route.fulfill({ contentType, body });
  });
  const began = Date.now();
  await page.goto("/incidents#map=5/48.5/32");
  await page.locator("event-map.moves.idle").waitFor({ timeout: 120_000 });
  const drawn = Date.now() - began;
  const map = page.locator("event-map canvas");
  const { x, y, width, height } = await map.boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  const frames = page.evaluate((panned) => {
    const frames = [];
    let last = performance.now();
    const end = last + panned;
    return new Promise((done) => {
      const next = (now) => {
        frames.push(now - last);
        last = now;
        if (now < end) requestAnimationFrame(next);
        else done(frames);
      };
      requestAnimationFrame(next);
    });
  }, PANNED_MS);
  const until = Date.now() + PANNED_MS;
  for (let n = 0; Date.now() < until; n += 1) {
    const turn = n / 12;
    await page.mouse.move(x + width / 2 + Math.sin(turn) * 120, y + height / 2 + Math.cos(turn) * 80);
    await page.waitForTimeout(16);
  }
  await page.mouse.up();
  const sorted = (await frames).sort((a, b) => a - b);
  const at = (share) => sorted[Math.floor((sorted.length - 1) * share)].toFixed(0);
  console.log(
    `${count} incidents, ${given} signs: drawn after ${(drawn / 1000).toFixed(1)} s; ${sorted.length} frames in 5 s, ` +
      `median ${at(0.5)} ms, 95 of 100 within ${at(0.95)} ms, longest ${at(1)} ms`,
  );
  await page.context().close();
}
await browser.browser.close();
room.child.kill();
clear();
