// @ts-check
// The map that moves, in place of the one that the room draws itself. That one stays where the browser
// has no WebGL2, where the library is not served, in print, and when anything here fails.

import { drawable, marks, styleOf } from "./map-layers.js";

/** @typedef {import("maplibre-gl").Map} MapOfLibrary */
/** @typedef {typeof import("maplibre-gl")} Library */
/** @typedef {GeoJSON.FeatureCollection & { numberMatched?: number }} Features */
/** @typedef {[number, number, number, number]} Box west, south, east, north */

/** How long the view must rest before it is asked for, in milliseconds. */
const REST_MS = 200;
/** How much more than what is seen is asked for, on each side. */
const MARGIN = 0.15;
/** A circle of gathered incidents for each so many pixels. */
const CELL_PX = 44;
/** How near to the middle of the map a mark is that Enter opens, in pixels. */
const REACH_PX = 24;

const isDark = matchMedia("(prefers-color-scheme: dark)");
const isCalm = matchMedia("(prefers-reduced-motion: reduce)");

class EventMap extends HTMLElement {
  /** @type {MapOfLibrary | null} */ #map = null;
  /** @type {Library | null} */ #library = null;
  /** @type {Features | undefined} */ #zones;
  /** @type {Features | undefined} */ #spots;
  #asking = new AbortController();
  #resting = 0;
  #isFailed = false;
  #isWaiting = false;

  connectedCallback() {
    // It may be moved to another place of the page while it is open.
    if (!this.#map && !this.#isFailed) this.#open().catch((error) => this.#fail(error));
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (!this.isConnected) this.#close();
    });
  }

  /** A part of it, by its class. */
  #part(/** @type {string} */ name) {
    return /** @type {HTMLElement | null} */ (this.querySelector(`.${name}`));
  }

  async #open() {
    const { library, worker } = this.dataset;
    const [moving, canvas] = [this.#part("moving"), this.#part("canvas")];
    const hasGl = document.createElement("canvas").getContext("webgl2") !== null;
    if (!library || !worker || !moving || !canvas || !hasGl) return;
    moving.hidden = false;
    this.classList.add("moves");
    const [loaded, zones, spots] = await Promise.all([
      import(library),
      this.#fetch(this.dataset.zones ?? ""),
      this.#fetch(this.#address(canvas)),
    ]);
    if (!this.isConnected || this.#map) return;
    this.#library = /** @type {Library} */ (loaded);
    this.#zones = zones;
    this.#spots = drawable(spots);
    this.#library.setWorkerUrl(new URL(worker, location.href).href);
    this.#map = this.#made(canvas, moving.dataset);
    this.#listSources();
    this.#say();
    document.addEventListener("view-changed", this.#change);
    isDark.addEventListener("change", this.#recolour);
  }

  /** The map itself. */
  #made(/** @type {HTMLElement} */ container, /** @type {DOMStringMap} */ say) {
    const { Map, NavigationControl, ScaleControl } = /** @type {Library} */ (this.#library);
    const map = new Map({
      container,
      style: this.#style(),
      bounds: boxOf(this.#spots) ?? boxOf(this.#zones) ?? [-170, -60, 170, 75],
      fitBoundsOptions: { padding: 36, maxZoom: 10 },
      hash: "map",
      minZoom: 0.5,
      maxZoom: 16,
      maxPitch: 0,
      dragRotate: false,
      pitchWithRotate: false,
      renderWorldCopies: false,
      attributionControl: false,
      cooperativeGestures: matchMedia("(pointer: coarse)").matches,
      fadeDuration: isCalm.matches ? 0 : 150,
      locale: {
        "Map.Title": say.title ?? "",
        "NavigationControl.ZoomIn": say.zoomIn ?? "",
        "NavigationControl.ZoomOut": say.zoomOut ?? "",
        "Popup.Close": say.close ?? "",
        "CooperativeGesturesHandler.MobileHelpText": say.twoFingers ?? "",
        "CooperativeGesturesHandler.WindowsHelpText": say.control ?? "",
        "CooperativeGesturesHandler.MacHelpText": say.control ?? "",
      },
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-left");
    map.on("style.load", () => {
      for (const [name, picture] of marks()) map.addImage(name, picture, { pixelRatio: 2 });
    });
    map.on("moveend", () => this.#rest());
    map.on("click", (event) => this.#choose(event.point));
    map.on("mousemove", (event) => {
      map.getCanvas().style.cursor = this.#at(event.point, 4) ? "pointer" : "";
    });
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      // Else the same key would press the first button of what it opens.
      event.preventDefault();
      const { clientWidth, clientHeight } = map.getCanvas();
      this.#choose({ x: clientWidth / 2, y: clientHeight / 2 });
    });
    map.getCanvas().addEventListener("webglcontextlost", () => this.#fail("the context was lost"));
    // A sign for whoever waits that all which is seen is drawn.
    map.on("idle", () => this.classList.toggle("idle", !this.#isWaiting));
    return map;
  }

  #style() {
    const address = (/** @type {string} */ name) => new URL(`./${name}.geojson`, import.meta.url).href;
    return styleOf(address, this.#zones, this.#spots);
  }

  #recolour = () => this.#map?.setStyle(this.#style(), { diff: false });

  /** Another question: the same map shows what answers it. */
  #change = (/** @type {Event} */ event) => {
    const { spots } = /** @type {CustomEvent<{ spots?: string }>} */ (event).detail ?? {};
    if (!spots) return;
    this.dataset.spots = spots;
    this.#ask();
  };

  /** Waits until the view rests. */
  #rest() {
    clearTimeout(this.#resting);
    this.#isWaiting = true;
    this.classList.remove("idle");
    this.#resting = window.setTimeout(() => this.#ask(), REST_MS);
  }

  /** Where to ask what there is in a box; gathered so that circles on the map can be told apart. */
  #address(/** @type {HTMLElement} */ { clientWidth, clientHeight }, /** @type {Box | null} */ box = null) {
    const address = new URL(this.dataset.spots ?? "", location.href);
    const cells = Math.round(Math.max(clientWidth, clientHeight) / CELL_PX);
    address.searchParams.set("cells", String(Math.min(96, Math.max(8, cells))));
    if (box) address.searchParams.set("bbox", box.join(","));
    return address.href;
  }

  /** Asks what there is in the part that is seen. */
  async #ask() {
    const map = this.#map;
    if (!map) return;
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    const address = this.#address(map.getCanvas(), seen(map));
    try {
      const spots = await this.#fetch(address, signal);
      this.#spots = drawable(spots);
      this.#isWaiting = false;
      const source = map.getSource("spots");
      /** @type {import("maplibre-gl").GeoJSONSource | undefined} */ (source)?.setData(this.#spots);
      this.#say();
    } catch {
      if (!signal.aborted) this.#say(true);
    }
  }

  /** @returns {Promise<Features>} */
  async #fetch(/** @type {string} */ address, /** @type {AbortSignal | null} */ signal = null) {
    const response = await fetch(address, { headers: { accept: "application/geo+json" }, signal });
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    return response.json();
  }

  /** Says how much is shown, or that it could not be had. */
  #say(isLost = false) {
    const [moving, line] = [this.#part("moving"), this.#part("status")];
    if (!moving || !line) return;
    const count = this.#spots?.numberMatched ?? this.#spots?.features.length ?? 0;
    const words = isLost ? moving.dataset.failed : moving.dataset.shown?.replace("{n}", count.toLocaleString());
    line.textContent = words ?? "";
    line.classList.toggle("lost", isLost);
    if (!isLost) return;
    const again = document.createElement("button");
    again.type = "button";
    again.className = "plain";
    again.textContent = moving.dataset.again ?? "";
    again.addEventListener("click", () => this.#ask());
    line.append(" ", again);
  }

  /** What lies at a point of the map: the nearest incident, or a circle of some. */
  #at(/** @type {{ x: number, y: number }} */ { x, y }, reach = 6) {
    const map = /** @type {MapOfLibrary} */ (this.#map);
    if (!map.getLayer("marks")) return undefined;
    /** @type {[[number, number], [number, number]]} */
    const around = [[x - reach, y - reach], [x + reach, y + reach]];
    return map.queryRenderedFeatures(around, { layers: ["cells", "marks"] })[0];
  }

  /** Opens what lies there: circles are gone into, incidents and zones are told of. */
  #choose(/** @type {{ x: number, y: number }} */ point) {
    const map = this.#map;
    if (!map) return;
    const spot = this.#at(point) ?? this.#at(point, REACH_PX);
    if (spot?.geometry.type === "Point" && spot.properties.bbox) {
      const [w = 0, s = 0, e = 0, n = 0] = String(spot.properties.bbox).split(",").map(Number);
      return void map.fitBounds([w, s, e, n], { padding: 48, maxZoom: map.getZoom() + 4 });
    }
    if (spot?.geometry.type === "Point") {
      const [lon = 0, lat = 0] = spot.geometry.coordinates;
      return this.#tell([lon, lat], this.#incident(spot.properties));
    }
    const [zone] = map.queryRenderedFeatures([point.x, point.y], { layers: ["zones"] });
    if (zone) this.#tell(map.unproject([point.x, point.y]), this.#zone(zone.properties));
  }

  #tell(/** @type {import("maplibre-gl").LngLatLike} */ at, /** @type {Node} */ what) {
    const { Popup } = /** @type {Library} */ (this.#library);
    const popup = new Popup({ maxWidth: "20rem" }).setLngLat(at).setDOMContent(what);
    popup.addTo(/** @type {MapOfLibrary} */ (this.#map));
  }

  /** What is told of an incident. All of it is text. */
  #incident(/** @type {Record<string, unknown>} */ own) {
    const say = this.#part("moving")?.dataset ?? {};
    const told = document.createElement("div");
    const link = document.createElement("a");
    const name = document.createElement("bdi");
    name.textContent = shown(own.what ?? own.id);
    // It is an address of this room, or none.
    const address = new URL(String(own.href ?? ""), location.origin);
    if (own.href && address.origin === location.origin) link.href = address.href;
    link.append(name);
    told.append(line("strong", link));
    const [from, to] = [own.starts, own.ends].map((at) => String(at ?? "").slice(0, 16).replace("T", " "));
    told.append(line("p", from === to ? `${from} UTC` : `${from} – ${to} UTC`));
    const standing = this.querySelector(`[data-standing="${CSS.escape(String(own.standing))}"]`);
    if (standing?.textContent) told.append(line("p", standing.textContent));
    const radius_m = Number(own.radius_m ?? 0);
    const far = radius_m >= 1_000 ? `${(radius_m / 1_000).toLocaleString()} km` : `${radius_m} m`;
    if (radius_m > 0) told.append(line("p", (say.within ?? "").replace("{far}", far)));
    return told;
  }

  /** What is told of a zone: what it is called, what it was made of, and when it holds. */
  #zone(/** @type {Record<string, unknown>} */ own) {
    const say = this.#part("moving")?.dataset ?? {};
    const told = document.createElement("div");
    const name = document.createElement("bdi");
    name.textContent = shown(own.name);
    told.append(line("strong", name));
    if (own.disputed) told.append(line("p", say.disputed ?? ""));
    for (const text of sourceOf(own)) told.append(line("p", text));
    return told;
  }

  /** The list of the zones, with what each was made of. */
  #listSources() {
    const list = this.#part("sources");
    const zones = this.#zones?.features ?? [];
    if (!list || !zones.length) return;
    const rows = zones.map(({ properties }) => {
      const row = this.#zone(properties ?? {});
      const item = document.createElement("li");
      item.append(...row.childNodes);
      return item;
    });
    list.querySelector("ul")?.replaceChildren(...rows);
    list.hidden = false;
  }

  /** The map of the room itself is shown again. */
  #fail(/** @type {unknown} */ error) {
    this.#isFailed = true;
    this.#close();
    console.warn("the map that moves can't be shown:", error);
  }

  #close() {
    clearTimeout(this.#resting);
    this.#asking.abort();
    document.removeEventListener("view-changed", this.#change);
    isDark.removeEventListener("change", this.#recolour);
    this.#map?.remove();
    this.#map = null;
    this.classList.remove("moves", "idle");
    const moving = this.#part("moving");
    if (moving) moving.hidden = true;
  }
}

/** An element with something in it. */
function line(/** @type {string} */ kind, /** @type {string | Node} */ what) {
  const element = document.createElement(kind);
  element.append(what);
  return element;
}

/** A text with its hidden characters written out, as the room's pages have it. */
function shown(/** @type {unknown} */ text) {
  const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
  return String(text ?? "").replace(hidden, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
}

/** Where a zone comes from and when it holds, as far as the agreement says. */
function sourceOf(/** @type {Record<string, unknown>} */ own) {
  const day = (/** @type {unknown} */ at) => String(at ?? "").slice(0, 10);
  const span = own.starts || own.ends ? `${day(own.starts)} – ${day(own.ends)}` : "";
  const version = [own.agreement, own.version].filter(Boolean).join(", ");
  return [shown(own.source), span, shown(version)].filter(Boolean);
}

/** The box that is seen, and a margin; none where it is as wide as the world. */
function seen(/** @type {MapOfLibrary} */ map) {
  const bounds = map.getBounds();
  const [w, s, e, n] = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  const [wide, high] = [(e - w) * MARGIN, (n - s) * MARGIN];
  if (e - w + 2 * wide >= 360) return null;
  const lon = (/** @type {number} */ value) => ((((value + 180) % 360) + 360) % 360) - 180;
  const lat = (/** @type {number} */ value) => Math.min(90, Math.max(-90, value));
  const box = [lon(w - wide), lat(s - high), lon(e + wide), lat(n + high)];
  return /** @type {Box} */ (box.map((value) => Number(value.toFixed(4))));
}

/**
 * The box round all features; none where nothing has a place.
 * @param {Features | undefined} features
 */
function boxOf(features) {
  /** @type {Box} */
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (/** @type {unknown} */ at) => {
    if (!Array.isArray(at)) return;
    if (typeof at[0] !== "number") return at.forEach(take);
    const [lon, lat] = at;
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  };
  for (const { geometry } of features?.features ?? []) {
    if (geometry && "coordinates" in geometry) take(geometry.coordinates);
  }
  return box[0] <= box[2] ? box : null;
}

customElements.define("event-map", EventMap);
