"""Work out the golden figures of the sample agreements, a second time and apart.

    python3 data/expected.py [AGREEMENTS_FOLDER]

Reads only files of the project and writes expected.json into each agreement's
folder. It shares nothing with the engine: plain, slow and obvious, standard
library only, so that an agreement of the two means something.

Words used in the results
- A phase is a half-open interval of time: `from` belongs to it, `until` does not.
- Rates are per 24 hours, rounded half up to one decimal; the counts and hours (or
  days) that they come from stand beside them.
- Bounds of deaths are UCDP's best, low and high estimates.
"""

import csv
import hashlib
import json
import math
import sys
from collections import Counter
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

EARTH_RADIUS_M = 6371008.8
HEAT_SOURCE_RADIUS_M = 2000
PASS_GAP = timedelta(minutes=30)
LONG_ALERT = timedelta(days=2)
WEEK = timedelta(days=7)


# --- files -------------------------------------------------------------------

def rows(folder, name):
    with open(folder / "data" / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def truce(folder):
    return json.loads((folder / "data/claims.json").read_text("utf-8"))["truces"][0]


def zone_rings(folder, zone_id):
    """All rings of one zone; inside is decided by even-odd, so holes need no mark."""
    for feature in json.loads((folder / "zones.geojson").read_text("utf-8"))["features"]:
        if feature["properties"]["id"] == zone_id:
            shape = feature["geometry"]
            many = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
            return [ring for polygon in many for ring in polygon]
    raise SystemExit(f"{folder.name}/zones.geojson: no zone {zone_id}")


def inventory(folder):
    """Size and SHA-256 of every data file, and rows of the tables."""
    result = {}
    for path in sorted([folder / "zones.geojson", *folder.glob("data/*.csv"), *folder.glob("data/*.json")]):
        data = path.read_bytes()
        entry = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        if path.suffix == ".csv":
            entry["rows"] = len(rows(folder, path.name))
        result[path.relative_to(folder).as_posix()] = entry
    return result


# --- time and rates ----------------------------------------------------------

def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def utc(moment):
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def phases_around(start, end, around=WEEK):
    start, end = instant(start), instant(end)
    return [("before", start - around, start), ("during", start, end), ("after", end, end + around)]


def day_phases(*edges):
    """Phases of whole days; each edge is the first day of a phase, the last one is excluded."""
    names = ("before", "during", "after")
    days = [date.fromisoformat(edge) for edge in edges]
    return list(zip(names, days, days[1:]))


def per_day(count, hours):
    exact = Fraction(count) * 24 / Fraction(hours)
    tenths = Decimal(exact.numerator) / Decimal(exact.denominator)
    return float(tenths.quantize(Decimal("0.1"), ROUND_HALF_UP))


def hours_of(start, end):
    hours, rest = divmod(end - start, timedelta(hours=1))
    if rest:
        raise SystemExit(f"phase {utc(start)} to {utc(end)}: whole hours are expected")
    return hours


# --- places ------------------------------------------------------------------

def great_circle_m(lat1, lon1, lat2, lon2):
    a1, o1, a2, o2 = map(math.radians, (lat1, lon1, lat2, lon2))
    h = math.sin((a2 - a1) / 2) ** 2 + math.cos(a1) * math.cos(a2) * math.sin((o2 - o1) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(h))


def inside(rings, lon, lat):
    """Even-odd over all rings; an edge counts when y1 <= y < y2 and its x is <= the point's."""
    odd = False
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
            if min(y1, y2) <= lat < max(y1, y2) and x1 + (lat - y1) * (x2 - x1) / (y2 - y1) <= lon:
                odd = not odd
    return odd


def border_distance_m(rings, lon, lat):
    """Distance to the nearest border on the plane that touches the sphere at the point."""
    scale = math.cos(math.radians(lat))
    nearest = math.inf
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
            ax, ay = (x1 - lon) * scale, y1 - lat
            dx, dy = (x2 - x1) * scale, y2 - y1
            length = dx * dx + dy * dy
            t = max(0.0, min(1.0, -(ax * dx + ay * dy) / length)) if length else 0.0
            nearest = min(nearest, math.hypot(ax + t * dx, ay + t * dy))
    return math.radians(nearest) * EARTH_RADIUS_M


# --- satellite detections ----------------------------------------------------

def with_passes(detections):
    """Give each detection its time and the number of its satellite's pass."""
    number, last = 0, {}
    for row in sorted(detections, key=lambda r: (r["satellite"], r["acq_date"], r["acq_time"])):
        row["time"] = datetime.fromisoformat(f"{row['acq_date']}T{row['acq_time']}+00:00")
        before = last.get(row["satellite"])
        if before is None or row["time"] - before >= PASS_GAP:
            number += 1
        last[row["satellite"]] = row["time"]
        row["pass"] = number
    return detections


def exposure(folder, zone_id, phases):
    """Detections by phase and light, and how near the closest calls were.

    `radius` is half the diagonal of the footprint, scan by track in km. Heat sources
    glow on every day, so those in the zone are the control: passes that saw few of
    them say little about the rest of the zone.
    """
    rings = zone_rings(folder, zone_id)
    sources = [(float(r["latitude"]), float(r["longitude"])) for r in rows(folder, "heat_sources.csv")]
    counts, passes, passes_industrial, passes_control, control_seen = {}, {}, {}, {}, {}
    margin_border, margin_source = math.inf, math.inf
    for row in with_passes(rows(folder, "viirs.csv")):
        lat, lon = float(row["latitude"]), float(row["longitude"])
        key = (next(n for n, a, b in phases if a <= row["time"] < b), row["daynight"])
        passes.setdefault(key, set()).add(row["pass"])
        count = counts.setdefault(key, Counter())
        radius = math.hypot(float(row["scan"]), float(row["track"])) * 1000 / 2
        border = border_distance_m(rings, lon, lat)
        source, which = min((great_circle_m(lat, lon, *s), n) for n, s in enumerate(sources))
        margin_border = min(margin_border, abs(border - radius))
        margin_source = min(margin_source, abs(source - HEAT_SOURCE_RADIUS_M))
        within = inside(rings, lon, lat)
        if source <= HEAT_SOURCE_RADIUS_M:
            count["industrial"] += 1
            passes_industrial.setdefault(key, set()).add(row["pass"])
            if within:
                count["industrial_in_zone"] += 1
                passes_control.setdefault(key, set()).add(row["pass"])
                control_seen.setdefault(key, set()).add(which)
        elif within:
            count["detections"] += 1
            count["certain" if border > radius else "straddling"] += 1
        elif border <= radius:
            count["straddling_outside"] += 1
    fields = ("detections", "certain", "straddling", "straddling_outside", "industrial", "industrial_in_zone")
    strata = []
    for letter, light in (("N", "night"), ("D", "day")):
        for name, start, end in phases:
            key = (name, letter)
            count = counts.get(key, Counter())
            strata.append({
                "phase": name, "light": light, "from": utc(start), "until": utc(end),
                "passes": len(passes.get(key, ())),
                **{field: count[field] for field in fields},
                "passes_with_industrial": len(passes_industrial.get(key, ())),
                "passes_with_industrial_in_zone": len(passes_control.get(key, ())),
                "heat_sources_seen_in_zone": len(control_seen.get(key, ())),
            })
    return {
        "zone": zone_id,
        "strata": strata,
        "closest_call_border_m": math.floor(margin_border),
        "closest_call_heat_source_m": math.floor(margin_source),
    }


# --- air raid alerts ---------------------------------------------------------

def alert_starts(folder, phases, unit=None):
    """Alerts that start in each phase; rows longer than two days are left out and listed."""
    alerts = [r for r in rows(folder, "alerts.csv") if unit in (None, r["oblast"])]
    short, long_rows = [], []
    for row in alerts:
        length = instant(row["finished_at"]) - instant(row["started_at"])
        (long_rows if length > LONG_ALERT else short).append(row)
    result = []
    for name, start, end in phases:
        starts = [r for r in short if start <= instant(r["started_at"]) < end]
        hours = hours_of(start, end)
        result.append({
            "phase": name, "from": utc(start), "until": utc(end), "hours": hours,
            "starts": len(starts), "per_day": per_day(len(starts), hours),
            "units_with_a_start": len({r["oblast"] for r in starts}),
        })
    listed = [[r["oblast"], r["started_at"], r["finished_at"]] for r in long_rows]
    return {"phases": result, "left_out_longer_than_2_days": listed}


# --- dated rows --------------------------------------------------------------

def rows_per_phase(dated, phases):
    """Rows per phase of whole days; `dated` yields a date text for each row."""
    days = [date.fromisoformat(text) for text in dated]
    result = []
    for name, start, end in phases:
        count = sum(start <= d < end for d in days)
        length = (end - start).days
        result.append({
            "phase": name, "from": start.isoformat(), "until": end.isoformat(), "days": length,
            "rows": count, "per_day": per_day(count, length * 24),
        })
    return result


def reports_by_type(viina, phases):
    """News reports per phase, by the machine-coded type; a report may have several."""
    result = rows_per_phase([r["datetime"][:10] for r in viina], phases)
    for entry in result:
        chosen = [r for r in viina if entry["from"] <= r["datetime"][:10] < entry["until"]]
        types = Counter(t for r in chosen for t in r["event_type"].split("|") if t)
        entry["types"] = dict(sorted(types.items()))
        entry["without_type"] = sum(r["event_type"] == "" for r in chosen)
    return result


def deaths(events, phases, exact_day=True):
    """UCDP deaths of events that start in each phase; `exact_day` keeps date_prec 1 only."""
    result = []
    for name, start, end in phases:
        chosen = [
            e for e in events
            if start.isoformat() <= e["date_start"] < end.isoformat()
            and (e["date_prec"] == "1" or not exact_day)
        ]
        length = (end - start).days
        totals = {bound: sum(int(e[bound]) for e in chosen) for bound in ("best", "low", "high")}
        result.append({
            "phase": name, "from": start.isoformat(), "until": end.isoformat(), "days": length,
            "events": len(chosen), "deaths": totals,
            "deaths_per_day": {bound: per_day(total, length * 24) for bound, total in totals.items()},
        })
    return result


def claims(folder):
    """Counts as claimed, with the sum of the parts where parts are given.

    A part whose name extends another part's name (`shelling_heavy`) is counted in
    that other part already and is not added again.
    """
    result = []
    for claim in truce(folder)["claims"]:
        entry = {k: claim[k] for k in ("as_of", "claimed_by", "against", "count")}
        if parts := claim.get("parts"):
            whole = [k for k in parts if not any(k != other and k.startswith(other + "_") for other in parts)]
            entry["parts_sum"] = sum(parts[k] for k in whole)
        result.append(entry)
    return result


def highest_claims(listed):
    """The highest count that each side claims of each other."""
    top = {}
    for claim in listed:
        if claim["count"]:
            key = f"{claim['claimed_by'].split(' (')[0]} of {claim['against']}"
            top[key] = max(top.get(key, 0), claim["count"])
    return dict(sorted(top.items()))


# --- the agreements ----------------------------------------------------------

def easter_truce_2026(folder):
    start, end = instant("2026-04-11T13:00:00Z"), instant("2026-04-12T21:00:00Z")
    # The detections run from 9 April to 13 April; the phases take the rest of the file.
    phases = [
        ("before", instant("2026-04-09T00:00:00Z"), start),
        ("during", start, end),
        ("after", end, instant("2026-04-14T00:00:00Z")),
    ]
    return {
        "exposure": exposure(folder, "contact_zone_2025-03_2025-04", phases),
        "alerts": alert_starts(folder, phases_around("2026-04-11T13:00:00Z", "2026-04-12T21:00:00Z")),
        "clashes_past_day": [
            [r["first_seen"], int(r["clashes"])] for r in rows(folder, "clashes.csv") if r["period"] == "past day"
        ],
        "claims": claims(folder),
    }


def easter_truce_2025(folder):
    sunday = [("easter-sunday-local", instant("2025-04-20T00:00:00+03:00"), instant("2025-04-21T00:00:00+03:00"))]
    listed = claims(folder)
    return {
        "alerts": alert_starts(folder, phases_around("2025-04-19T15:00:00Z", "2025-04-20T21:00:00Z")),
        "alerts_on_easter_sunday": alert_starts(folder, sunday)["phases"],
        "reports": reports_by_type(
            rows(folder, "viina.csv"), day_phases("2025-04-12", "2025-04-19", "2025-04-21", "2025-04-28")
        ),
        "claims": listed,
        "highest_claims": highest_claims(listed),
    }


def energy_moratorium_2025(folder):
    viina = rows(folder, "viina.csv")
    ten_days = timedelta(days=10)
    # Two readings of the start: the announcement, and the published list of facilities.
    early = phases_around("2025-03-18T00:00:00Z", "2025-04-17T00:00:00Z", ten_days)
    late = phases_around("2025-03-25T00:00:00Z", "2025-04-17T00:00:00Z", ten_days)
    return {
        "alerts_start_2025-03-18": alert_starts(folder, early),
        "alerts_start_2025-03-25": alert_starts(folder, late)["phases"],
        "reports": reports_by_type(viina, day_phases("2025-03-15", "2025-03-18", "2025-04-17", "2025-04-21")),
        "power_plants_by_fuel": dict(sorted(Counter(
            r["primary_fuel"] for r in rows(folder, "power_plants.csv")).items())),
        "claims": claims(folder),
    }


def christmas_truce_2023(folder):
    fires = rows(folder, "fires_daily.csv")
    events = rows(folder, "ucdp.csv")
    return {
        "alerts": alert_starts(folder, phases_around("2023-01-06T09:00:00Z", "2023-01-07T21:00:00Z")),
        "fires_by_day": dict(sorted(Counter(r["acq_date"] for r in fires).items())),
        "fires": rows_per_phase(
            [r["acq_date"] for r in fires], day_phases("2022-12-30", "2023-01-06", "2023-01-08", "2023-01-17")
        ),
        "ucdp_events": len(events),
        "ucdp_events_that_touch_2023-01-06_2023-01-07": sum(
            e["date_start"] <= "2023-01-07" and e["date_end"] >= "2023-01-06" for e in events
        ),
        "claims": claims(folder),
    }


def smm(folder):
    """Violations that the monitors recorded: only days with a row count as watched."""
    table = rows(folder, "smm.csv")
    days = [date.fromisoformat(r["period_end"][:10]) for r in table]
    span = [days[0] + timedelta(days=n) for n in range((days[-1] - days[0]).days + 1)]
    donetsk = sum(int(r["violations_donetsk"]) for r in table)
    luhansk = sum(int(r["violations_luhansk"]) for r in table)
    exercise = sum(int(r["violations_luhansk"]) for r in table if "exercise-all-of-luhansk" in r["basis"])
    return {
        "rows": len(table), "violations_donetsk": donetsk, "violations_luhansk": luhansk,
        "per_day_with_a_row": per_day(donetsk + luhansk, len(table) * 24),
        "violations_in_exercises_stated_in_full": exercise,
        "last_cumulative": int([r["cumulative"] for r in table if r["cumulative"]][-1]),
        "days_without_a_row": [d.isoformat() for d in span if d not in days],
    }


def donbas_2020_07(folder):
    rings = zone_rings(folder, "contact_zone_2015_2021")
    fires = rows(folder, "fires_daily.csv")
    in_zone = [r["acq_date"] for r in fires if inside(rings, float(r["longitude"]), float(r["latitude"]))]
    events = rows(folder, "ucdp.csv")
    fire_phases = day_phases("2020-07-13", "2020-07-27", "2020-09-01")
    death_phases = day_phases("2020-06-01", "2020-07-27", "2020-09-21")
    return {
        "smm": smm(folder),
        "deaths_exact_day": deaths(events, death_phases),
        "deaths_any_precision": deaths(events, death_phases, exact_day=False),
        "fires_in_zone": rows_per_phase(in_zone, fire_phases),
        "fires_in_file": rows_per_phase([r["acq_date"] for r in fires], fire_phases),
    }


def syria_cessation_2016_02(folder):
    events = rows(folder, "ucdp.csv")
    phases = day_phases("2016-02-13", "2016-02-27", "2016-03-12")
    insurgents = [e for e in events if e["dyad_name"] == "Government of Syria - Syrian insurgents"]
    excluded = [e for e in events if "IS" in (e["side_a"], e["side_b"])]
    return {
        "government_insurgents_exact_day": deaths(insurgents, phases),
        "government_insurgents_any_precision": deaths(insurgents, phases, exact_day=False),
        "pairs_with_is_exact_day": deaths(excluded, phases),
        "pairs_with_is_any_precision": deaths(excluded, phases, exact_day=False),
    }


def strike_pause_2026(folder):
    kremlin = phases_around("2026-01-30T00:00:00+02:00", "2026-02-01T00:00:00+02:00")
    ukraine = phases_around("2026-01-30T00:00:00+02:00", "2026-02-06T00:00:00+02:00")
    whole = alert_starts(folder, kremlin)
    return {
        "alerts_until_2026-02-01": whole["phases"],
        "alerts_until_2026-02-06": alert_starts(folder, ukraine)["phases"],
        "alerts_kyiv_city_until_2026-02-01": alert_starts(folder, kremlin, "Kyiv City")["phases"],
        "alerts_kyiv_city_until_2026-02-06": alert_starts(folder, ukraine, "Kyiv City")["phases"],
        "left_out_longer_than_2_days": whole["left_out_longer_than_2_days"],
        "claims": claims(folder),
    }


AGREEMENTS = {
    "easter-truce-2026": easter_truce_2026,
    "easter-truce-2025": easter_truce_2025,
    "energy-moratorium-2025": energy_moratorium_2025,
    "christmas-truce-2023": christmas_truce_2023,
    "donbas-2020-07": donbas_2020_07,
    "syria-cessation-2016-02": syria_cessation_2016_02,
    "strike-pause-2026": strike_pause_2026,
}


def main(arguments):
    if len(arguments) > 1:
        raise SystemExit(__doc__)
    root = Path(arguments[0]) if arguments else Path(__file__).parent.parent / "agreements"
    for name, figures in AGREEMENTS.items():
        folder = root / name
        result = {"agreement": name, "made_by": "data/expected.py", "files": inventory(folder), "figures": figures(folder)}
        text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
        (folder / "expected.json").write_bytes(text.encode("utf-8"))
        print(f"{name}/expected.json: {len(text.encode('utf-8'))} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
