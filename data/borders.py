"""Simplify polygons that share borders so that they still share them afterwards.

Every ring is cut at the junctions where three or more borders meet. A stretch
between two junctions (an arc) belongs to at most two polygons; it is simplified
once, in one canonical direction, and both polygons take the same result. No
vertex is moved: the result only drops vertices of the origin.

Distances are in degrees of latitude, with longitude scaled by the cosine of the
arc's middle latitude.
"""

import math


class BorderError(Exception):
    """The simplified borders do not form a clean map; use a smaller tolerance."""


def simplify_coverage(polygons_of, tolerance_deg):
    """Simplify a coverage.

    `polygons_of` maps an id to a list of polygons, each a list of closed rings
    of (lon, lat). Returns the same shape. Outer rings come out anticlockwise and
    holes clockwise (RFC 7946). Raises BorderError where borders cross afterwards.
    """
    junctions = _junctions(polygons_of)
    result = {}
    for key, polygons in polygons_of.items():
        result[key] = []
        for rings in polygons:
            done = [_simplify_ring(ring, junctions, tolerance_deg) for ring in rings]
            if done[0] is None:
                raise BorderError(f"{key}: an outer ring vanished")
            result[key].append(wound([ring for ring in done if ring is not None]))
    _refuse_crossings(result)
    return result


def wound(rings):
    """Rings with the outer one anticlockwise and the holes clockwise."""
    turned = []
    for number, ring in enumerate(rings):
        anticlockwise = _doubled_area(ring) > 0
        turned.append(ring if anticlockwise == (number == 0) else ring[::-1])
    return turned


def _doubled_area(ring):
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:]))


def _junctions(polygons_of):
    """Vertices with three or more neighbours over all rings."""
    neighbours = {}
    for polygons in polygons_of.values():
        for rings in polygons:
            for ring in rings:
                for a, b in zip(ring, ring[1:]):
                    neighbours.setdefault(a, set()).add(b)
                    neighbours.setdefault(b, set()).add(a)
    return {vertex for vertex, around in neighbours.items() if len(around) > 2}


def _simplify_ring(ring, junctions, tolerance_deg):
    open_ring = ring[:-1]
    cuts = [i for i, vertex in enumerate(open_ring) if vertex in junctions]
    if len(cuts) < 2:
        # A ring shared as a whole (an enclave, an island) has no two junctions;
        # its least vertex and the one farthest from it stand in for them.
        start = cuts[0] if cuts else open_ring.index(min(open_ring))
        origin = open_ring[start]
        far = max(range(len(open_ring)), key=lambda i: (_span(origin, open_ring[i]), open_ring[i]))
        cuts = sorted({start, far})
    turned = open_ring[cuts[0]:] + open_ring[:cuts[0]]
    offsets = [cut - cuts[0] for cut in cuts] + [len(turned)]
    turned.append(turned[0])
    kept = []
    for a, b in zip(offsets, offsets[1:]):
        kept.extend(_simplify_arc(turned[a:b + 1], tolerance_deg)[:-1])
    kept.append(kept[0])
    return kept if len(set(kept)) >= 3 else None


def _span(a, b):
    return math.hypot(a[0] - b[0], a[1] - b[1])


def _simplify_arc(arc, tolerance_deg):
    """Douglas and Peucker (1973), in the direction that starts at the lesser end."""
    backwards = arc[::-1]
    flipped = backwards < arc
    points = backwards if flipped else arc
    scale = math.cos(math.radians((points[0][1] + points[-1][1]) / 2))
    keep = {0, len(points) - 1}
    waiting = [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        worst, worst_at = 0.0, None
        for i in range(first + 1, last):
            off = _distance_to_segment(points[i], points[first], points[last], scale)
            if off > worst:
                worst, worst_at = off, i
        if worst_at is not None and worst > tolerance_deg:
            keep.add(worst_at)
            waiting += [(first, worst_at), (worst_at, last)]
    kept = [points[i] for i in sorted(keep)]
    return kept[::-1] if flipped else kept


def _distance_to_segment(p, a, b, scale):
    ax, ay = (a[0] - p[0]) * scale, a[1] - p[1]
    dx, dy = (b[0] - a[0]) * scale, b[1] - a[1]
    length = dx * dx + dy * dy
    t = 0.0 if length == 0 else max(0.0, min(1.0, -(ax * dx + ay * dy) / length))
    return math.hypot(ax + t * dx, ay + t * dy)


def _refuse_crossings(polygons_of):
    """Raise if two different border segments touch anywhere but at a shared end."""
    segments = sorted({
        (min(a, b), max(a, b))
        for polygons in polygons_of.values()
        for rings in polygons
        for ring in rings
        for a, b in zip(ring, ring[1:])
    })
    for i, (a, b) in enumerate(segments):
        # Sorted by western end: nothing further on can reach back past b.
        for c, d in segments[i + 1:]:
            if c[0] > b[0]:
                break
            if len({a, b, c, d}) == 4 and _touch(a, b, c, d):
                raise BorderError(f"borders {a}-{b} and {c}-{d} cross")


def _touch(a, b, c, d):
    def side(p, q, r):
        turn = (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
        return (turn > 0) - (turn < 0)

    if min(a[1], b[1]) > max(c[1], d[1]) or min(c[1], d[1]) > max(a[1], b[1]):
        return False
    return side(a, b, c) * side(a, b, d) <= 0 and side(c, d, a) * side(c, d, b) <= 0
