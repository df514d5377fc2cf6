// @ts-check
// What the map that moves draws: its layers, its colours (those of the page), its marks.

/** @typedef {import("maplibre-gl").StyleSpecification} Style */
/** @typedef {import("maplibre-gl").ExpressionSpecification} Expression */
/** @typedef {GeoJSON.FeatureCollection} Features */

/** Where the place of an incident is uncertain by this much, its mark is hollow. */
export const WIDE_M = 5_000;
/** Metres in a pixel at the equator and zoom 0, with tiles of 512 pixels. */
const METRES_PER_PIXEL = 40_075_016.686 / 512;
const ZOOM_MAX = 16;
const FONT = ["Noto Sans", "sans-serif"];
const MARK_PX = 20;
/** The marks, in the order in which they lie on each other: a shape and a colour for each. */
const MARKS = {
  plain: { colour: "--ink", shape: "dot" },
  closed: { colour: "--muted", shape: "square" },
  verified: { colour: "--kept", shape: "disc" },
  open: { colour: "--alleged", shape: "triangle" },
  found: { colour: "--violated", shape: "diamond" },
};
const TOWN = { colour: "--muted", shape: "town" };
/** Radius of the round shapes, in pixels. */
const DISCS = /** @type {Record<string, number>} */ ({ town: 2.4, dot: 3.6, disc: 5.5 });
/** @type {Features} */
const NOTHING = { type: "FeatureCollection", features: [] };

/** The colours of the page as they are now. */
function colours() {
  const style = getComputedStyle(document.documentElement);
  return (/** @type {string} */ name) => style.getPropertyValue(name).trim();
}

/**
 * The style: base map, zones, incidents.
 * @param {(name: string) => string} address of a layer of the base map
 * @param {Features} zones
 * @param {Features} spots
 * @returns {Style}
 */
export function styleOf(address, zones = NOTHING, spots = NOTHING) {
  const colour = colours();
  const base = (/** @type {string} */ name) =>
    /** @type {const} */ ({ type: "geojson", data: address(name), maxzoom: 9, buffer: 16 });
  // Larger scales show more: the zoom of each water and town says from when on.
  /** @type {Expression} */
  const isDue = ["<=", ["get", "zoom"], ["+", ["zoom"], 1]];
  /** @type {Expression} */
  const isCell = ["has", "count"];
  return {
    version: 8,
    sources: {
      land: base("land"),
      lakes: base("lakes"),
      rivers: base("rivers"),
      towns: base("towns"),
      zones: { type: "geojson", data: zones, maxzoom: 12 },
      spots: { type: "geojson", data: spots, maxzoom: 12, buffer: 64 },
    },
    layers: [
      { id: "water", type: "background", paint: { "background-color": colour("--water") } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": colour("--ground") } },
      { id: "lakes", type: "fill", source: "lakes", filter: isDue, paint: { "fill-color": colour("--water") } },
      {
        id: "rivers",
        type: "line",
        source: "rivers",
        filter: isDue,
        layout: { "line-cap": "round", "line-join": "round" },
        paint: {
          "line-color": colour("--water-line"),
          "line-width": ["interpolate", ["linear"], ["zoom"], 3, 0.6, 9, 1.8],
        },
      },
      { id: "zones", type: "fill", source: "zones", paint: { "fill-color": colour("--zone-fill") } },
      {
        id: "zones-line",
        type: "line",
        source: "zones",
        filter: ["!=", ["get", "disputed"], true],
        paint: { "line-color": colour("--zone-line"), "line-width": 1.6 },
      },
      {
        id: "zones-disputed",
        type: "line",
        source: "zones",
        filter: ["==", ["get", "disputed"], true],
        paint: { "line-color": colour("--zone-line"), "line-width": 1.8, "line-dasharray": [3, 2] },
      },
      {
        id: "towns",
        type: "symbol",
        source: "towns",
        filter: isDue,
        layout: {
          "icon-image": "town",
          "icon-padding": 1,
          "text-field": ["get", "name"],
          "text-font": FONT,
          "text-size": ["interpolate", ["linear"], ["get", "zoom"], 2, 13.5, 8, 11],
          "text-anchor": "top",
          "text-offset": [0, 0.3],
          "text-padding": 4,
          "symbol-sort-key": ["get", "zoom"],
        },
        paint: {
          "text-color": colour("--muted"),
          "text-halo-color": colour("--ground"),
          "text-halo-width": 1.4,
        },
      },
      {
        id: "halos",
        type: "circle",
        source: "spots",
        // Smaller ones are no larger than their mark.
        filter: [">", ["*", ["coalesce", ["get", "halo"], 0], ["^", 2, ["zoom"]]], 3],
        paint: {
          // The radius in metres, at every zoom: it doubles with each.
          "circle-radius": [
            "interpolate",
            ["exponential", 2],
            ["zoom"],
            0,
            ["get", "halo"],
            ZOOM_MAX,
            ["*", ["get", "halo"], 2 ** ZOOM_MAX],
          ],
          "circle-color": colour("--muted"),
          "circle-opacity": ["case", ["get", "wide"], 0, 0.1],
          "circle-stroke-color": colour("--muted"),
          "circle-stroke-width": 1,
          "circle-stroke-opacity": 0.75,
        },
      },
      {
        id: "marks",
        type: "symbol",
        source: "spots",
        filter: ["!", isCell],
        layout: {
          "icon-image": ["get", "mark"],
          "icon-allow-overlap": true,
          "icon-ignore-placement": true,
          "symbol-sort-key": ["get", "order"],
        },
      },
      {
        id: "cells",
        type: "circle",
        source: "spots",
        filter: isCell,
        paint: {
          "circle-radius": ["get", "size"],
          "circle-color": colour("--paper"),
          "circle-opacity": 0.92,
          "circle-stroke-color": colour("--accent"),
          "circle-stroke-width": 1.6,
        },
      },
      {
        id: "cell-counts",
        type: "symbol",
        source: "spots",
        filter: isCell,
        layout: {
          "text-field": ["get", "label"],
          "text-font": FONT,
          "text-size": 12,
          "text-allow-overlap": true,
          "text-ignore-placement": true,
        },
        paint: { "text-color": colour("--ink") },
      },
    ],
  };
}

/** A count that fits into a circle. */
function short(/** @type {number} */ count) {
  if (count < 10_000) return String(count);
  return count < 1_000_000 ? `${Math.floor(count / 1_000)}k` : `${Math.floor(count / 1_000_000)}M`;
}

/**
 * The same spots with what the layers need to draw each: its mark and how large it is.
 * @param {Features} spots
 * @returns {Features}
 */
export function drawable(spots) {
  const counts = spots.features.map(({ properties }) => Number(properties?.count ?? 1));
  const most = counts.reduce((most, count) => Math.max(most, count), 2);
  const names = Object.keys(MARKS);
  for (const feature of spots.features) {
    const own = (feature.properties ??= {});
    if (feature.geometry?.type !== "Point") continue;
    if (own.count !== undefined) {
      own.size = 9 + 17 * Math.sqrt(Number(own.count) / most);
      own.label = short(Number(own.count));
      continue;
    }
    const name = names.includes(own.standing) ? own.standing : "plain";
    const radius_m = Number(own.radius_m ?? 0);
    const narrowing = Math.cos(((feature.geometry.coordinates[1] ?? 0) * Math.PI) / 180);
    own.wide = radius_m >= WIDE_M;
    own.mark = own.wide ? `${name}-wide` : name;
    own.order = names.indexOf(name);
    own.halo = radius_m / METRES_PER_PIXEL / Math.max(narrowing, 0.01);
  }
  return spots;
}

/**
 * The pictures of the marks.
 * @returns {Map<string, ImageData>} each twice as large as it is shown
 */
export function marks() {
  const colour = colours();
  const pictures = new Map();
  for (const [name, { colour: of, shape }] of Object.entries({ ...MARKS, town: TOWN })) {
    for (const isWide of [false, true]) {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = MARK_PX * 2;
      const pen = canvas.getContext("2d");
      if (!pen) continue;
      pen.translate(MARK_PX, MARK_PX);
      pen.scale(2, 2);
      outline(pen, shape);
      const isHollow = isWide || name === "closed" || name === "town";
      pen.fillStyle = colour(isHollow ? "--paper" : of);
      pen.strokeStyle = colour(isHollow ? of : "--paper");
      pen.lineWidth = isHollow && shape !== "town" ? 2 : 1;
      pen.fill();
      pen.stroke();
      pictures.set(isWide ? `${name}-wide` : name, pen.getImageData(0, 0, canvas.width, canvas.height));
    }
  }
  return pictures;
}

/** Draws a shape round the middle. */
function outline(/** @type {CanvasRenderingContext2D} */ pen, /** @type {string} */ shape) {
  const corners = {
    square: [[-5, -5], [5, -5], [5, 5], [-5, 5]],
    triangle: [[0, -6.5], [6, 4.5], [-6, 4.5]],
    diamond: [[0, -7], [7, 0], [0, 7], [-7, 0]],
  }[shape];
  pen.beginPath();
  if (!corners) pen.arc(0, 0, DISCS[shape] ?? 5.5, 0, 2 * Math.PI);
  for (const [x = 0, y = 0] of corners ?? []) pen.lineTo(x, y);
  pen.closePath();
}
