// @ts-check
// Shortcuts of one key: search, next and previous row, and a list of them. They do nothing where
// somebody writes, and nothing at all once they are switched off (WCAG 2.1.4); the list has a button
// then as before.

/** Where the switch is kept, in this browser alone. */
const KEPT_AS = "servanda-keys";
/** The address whose page has the search, and the mark that says to begin there. */
const SEARCH = "#q";

const dialog = /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog.keys"));
const opener = /** @type {HTMLButtonElement | null} */ (document.querySelector("button.keys"));
const onOff = /** @type {HTMLInputElement | null} */ (dialog?.querySelector("input"));
const search = /** @type {HTMLInputElement | null} */ (document.querySelector(`input${SEARCH}`));
const rows = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll("a[data-row]")]);

/** @returns {boolean} whether the keys do something */
function areOn() {
  try {
    return localStorage.getItem(KEPT_AS) !== "off";
  } catch {
    return true; // A browser that keeps nothing has no switch that stays.
  }
}

/** @param {boolean} on */
function keep(on) {
  try {
    localStorage.setItem(KEPT_AS, on ? "on" : "off");
  } catch {
    // Then it holds for this page alone, by the switch itself.
  }
}

/**
 * Whether a key that is pressed there is part of what somebody writes or chooses.
 * @param {EventTarget | null} target
 */
function isWriting(target) {
  if (!(target instanceof HTMLElement)) return false;
  const kinds = "input:not([type=checkbox], [type=radio]), textarea, select";
  return target.matches(kinds) || target.isContentEditable;
}

/** Opens the list. */
function list() {
  if (!dialog || dialog.open) return;
  if (onOff) onOff.checked = areOn();
  dialog.showModal();
}

/** Begins a search: here, or on the page that has one. */
function toSearch() {
  if (search) {
    search.focus();
    search.select();
    return;
  }
  const queue = document.querySelector('header nav a[href="/queue"]');
  if (queue) location.href = `/queue${SEARCH}`;
}

/**
 * Goes some rows on from the one that has the focus; from nowhere, to the first.
 * @param {number} by
 */
function step(by) {
  const row = document.activeElement?.closest("tr, article");
  const here = rows.findIndex((link) => row?.contains(link));
  const next = here < 0 ? 0 : Math.min(Math.max(here + by, 0), rows.length - 1);
  rows[next]?.focus();
}

/** @type {Record<string, () => void>} */
const deeds = { "/": toSearch, j: () => step(1), k: () => step(-1), "?": list };

addEventListener("keydown", (event) => {
  const deed = Object.hasOwn(deeds, event.key) ? deeds[event.key] : undefined;
  if (!deed || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.defaultPrevented || event.isComposing || isWriting(event.target)) return;
  if (dialog?.open || !(onOff?.dataset.isOn ? onOff.checked : areOn())) return;
  event.preventDefault();
  deed();
});

if (dialog && opener) {
  opener.hidden = false;
  opener.addEventListener("click", list);
  onOff?.addEventListener("change", () => {
    onOff.dataset.isOn = "chosen";
    keep(onOff.checked);
  });
}
if (search && location.hash === SEARCH) search.focus();
