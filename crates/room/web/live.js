// @ts-check
// Says when the record has grown since the page was made. It changes nothing by itself: whoever reads
// or writes here is not interrupted.

const banner = /** @type {HTMLElement | null} */ (document.querySelector(".live"));
const lost = /** @type {HTMLElement | null} */ (document.querySelector(".live.lost"));
const shown = Number(banner?.dataset.size);

if (banner && Number.isSafeInteger(shown)) {
  const source = new EventSource("/events");
  source.addEventListener("size", (event) => {
    const size = Number(/** @type {MessageEvent<string>} */ (event).data);
    if (Number.isSafeInteger(size) && size > shown) {
      banner.hidden = false;
      const count = banner.querySelector(".count");
      if (count) count.textContent = String(size - shown);
    }
  });
  // The browser tries again by itself; until then the page may be old, and says so.
  source.addEventListener("error", () => {
    if (lost) lost.hidden = false;
  });
  source.addEventListener("open", () => {
    if (lost) lost.hidden = true;
  });
  addEventListener("pagehide", () => source.close());
}
