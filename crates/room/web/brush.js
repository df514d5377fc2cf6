// @ts-check
// A span of time is chosen with the pointer on the timeline. It is the same as writing it into the two
// fields; with scripts the answer is put into the page that is open, so that a moved map stays.

const SVG = "http://www.w3.org/2000/svg";
/** Less than this is a click, and no span. */
const DRAWN_PX_MIN = 4;

/** A span of time as the drawing has it: its ends in milliseconds and where they lie in it. */
function scaleOf(/** @type {SVGRectElement} */ ground) {
  const of = (/** @type {string} */ name) => Number(ground.dataset[name]);
  const [from, to, left, right] = [of("from"), of("to"), of("left"), of("right")];
  const ms = (/** @type {number} */ x) => {
    const share = Math.min(1, Math.max(0, (x - left) / (right - left)));
    return Math.round(from + share * (to - from));
  };
  return { ms, left, right };
}

/** What a field for date and time takes: a minute in UTC. */
function minute(/** @type {number} */ ms) {
  return new Date(ms).toISOString().slice(0, 16);
}

/** Shows the answer at an address of this page. */
async function show(/** @type {string} */ address) {
  const answer = document.getElementById("answer");
  try {
    answer?.setAttribute("aria-busy", "true");
    const response = await fetch(address, { headers: { accept: "text/html" } });
    const text = response.ok ? await response.text() : "";
    const page = new DOMParser().parseFromString(text, "text/html");
    const [own, other] = [document, page].map((one) => one.getElementById("answer"));
    const [form, newForm] = [document, page].map((one) => one.querySelector("form.question"));
    if (!own || !other || !form || !newForm) return location.assign(address);
    // The map that was moved stays, and asks for itself.
    const map = own.querySelector("event-map.moves");
    const spots = other.dataset.spots ?? "";
    const newMap = other.querySelector("event-map");
    const still = newMap?.querySelector(".still");
    if (map && still) map.querySelector(".still")?.replaceWith(still);
    if (map) newMap?.replaceWith(map);
    own.replaceWith(other);
    form.replaceWith(newForm);
    document.dispatchEvent(new CustomEvent("view-changed", { detail: { spots } }));
    begin();
  } catch {
    location.assign(address);
  }
}

/** The address of the page with another span of time. */
function addressOf(/** @type {number} */ from, /** @type {number} */ to) {
  const address = new URL(location.href);
  for (const name of ["last", "span", "offset", "datetime"]) address.searchParams.delete(name);
  address.searchParams.set("from", minute(from));
  address.searchParams.set("to", minute(to));
  return address.href;
}

/** Lets a span be drawn on the timeline that is shown. */
function begin() {
  const svg = /** @type {SVGSVGElement | null} */ (document.querySelector(".brush svg"));
  const ground = /** @type {SVGRectElement | null} */ (svg?.querySelector(".times"));
  if (!svg || !ground) return;
  const { ms, left, right } = scaleOf(ground);
  const place = (/** @type {PointerEvent} */ event) => {
    const matrix = svg.getScreenCTM();
    const x = matrix ? new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse()).x : left;
    return Math.min(right, Math.max(left, x));
  };
  let start = 0;
  /** @type {SVGRectElement | null} */
  let drawn = null;
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    svg.setPointerCapture(event.pointerId);
    start = place(event);
    drawn = document.createElementNS(SVG, "rect");
    drawn.setAttribute("class", "drawn");
    drawn.setAttribute("y", ground.getAttribute("y") ?? "0");
    drawn.setAttribute("height", ground.getAttribute("height") ?? "0");
    svg.append(drawn);
  });
  svg.addEventListener("pointermove", (event) => {
    if (!drawn) return;
    const x = place(event);
    drawn.setAttribute("x", String(Math.min(start, x)));
    drawn.setAttribute("width", String(Math.abs(x - start)));
  });
  svg.addEventListener("pointerup", (event) => {
    const x = place(event);
    drawn?.remove();
    const isDrawn = drawn && Math.abs(x - start) >= DRAWN_PX_MIN;
    drawn = null;
    if (!isDrawn) return;
    const address = addressOf(ms(Math.min(start, x)), ms(Math.max(start, x)));
    history.pushState(null, "", address);
    show(address);
  });
  svg.addEventListener("pointercancel", () => {
    drawn?.remove();
    drawn = null;
  });
}

begin();
addEventListener("popstate", () => show(location.href));
