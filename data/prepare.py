"""Make the data files of the sample agreements from a folder of source data.

    python3 data/prepare.py SOURCE_FOLDER [AGREEMENTS_FOLDER]

SOURCE_FOLDER holds the files named in PROVENANCE.md under "Source files". The
result is the same bytes on every run. Only facts and openly licensed columns are
taken over: headlines and titles of news items become a short SHA-256 or are left
out. Standard library only.
"""

import csv
import hashlib
import io
import json
import math
import re
import sys
from datetime import date, timedelta
from pathlib import Path

from borders import simplify_coverage, wound

VIIRS = "firms/viirs_ukraine_2026-04-09_2026-04-13.csv"
HEAT_SOURCES = "sites/persistent_heat_sources.csv"
POWER_PLANTS = "sites/power_plants_ukraine.csv"
ALERTS_WINTER_2022 = "air_alerts/air_raid_alerts_oblast_2022-12_2023-02.csv"
ALERTS_2025 = "air_alerts/air_raid_alerts_oblast_2025-01_2026-04.csv"
VIINA = "viina/viina_ukraine_2025-03-15_2025-04-30.csv"
CLASHES = "reports/general_staff_clashes_2025-11_2026-04.csv"
SMM = "reports/osce_smm_2020-07_2020-09.csv"
UCDP_UKRAINE = "ucdp/ged_ukraine_2014_2021.csv"
UCDP_CANDIDATE = "ucdp/ged_candidate_ukraine_2022_2023_partial.csv"
UCDP_SYRIA = "ucdp/ged_syria_2016_2017.csv"
TRUCES = "agreements/truces.json"
CONTACT_ZONES = "boundaries/contact_zones_derived.geojson"
OBLASTS = "boundaries/ukraine_adm1.geojson"
COUNTRIES = "boundaries/countries_50m_region.geojson"

# Since when a claim counts, where its words say so; otherwise since the truce began.
CLAIM_SINCE = {
    ("ukr-easter-2025", "assaults from 00:00 to 12:00 on 20 April"): "2025-04-20T00:00:00+03:00",
    ("ukr-easter-2025", "violations since the start of the day"): "2025-04-20T00:00:00+03:00",
    ("ukr-easter-2025", "total over the past day"): "2025-04-20T00:00:00+03:00",
    ("ukr-easter-2025", "no air raid alerts on Easter Sunday"): "2025-04-20T00:00:00+03:00",
    ("ukr-energy-2026", "attack on the grid in the night of 3 February"): "2026-02-03T00:00:00+02:00",
}

ODBL = "ODbL-1.0"
OBLAST_TOLERANCE_DEG = 0.008
HEADLINE_HASH_CHARS = 16
FIRE_MARGIN_KM = 50
KM_PER_DEGREE = 111.2
NEWS_TITLE = re.compile(r', title "[^"]*"')

# ISO 3166-2 code -> (id of the zone, the name that the alert files use or None).
OBLAST_IDS = {
    "UA-05": ("oblast-vinnytsia", "Vinnytska oblast"),
    "UA-07": ("oblast-volyn", "Volynska oblast"),
    "UA-09": ("oblast-luhansk", None),
    "UA-12": ("oblast-dnipropetrovsk", "Dnipropetrovska oblast"),
    "UA-14": ("oblast-donetsk", "Donetska oblast"),
    "UA-18": ("oblast-zhytomyr", "Zhytomyrska oblast"),
    "UA-21": ("oblast-zakarpattia", "Zakarpatska oblast"),
    "UA-23": ("oblast-zaporizhzhia", "Zaporizka oblast"),
    "UA-26": ("oblast-ivano-frankivsk", "Ivano-Frankivska oblast"),
    "UA-30": ("city-kyiv", "Kyiv City"),
    "UA-32": ("oblast-kyiv", "Kyivska oblast"),
    "UA-35": ("oblast-kirovohrad", "Kirovohradska oblast"),
    "UA-40": ("city-sevastopol", None),
    "UA-43": ("republic-crimea", None),
    "UA-46": ("oblast-lviv", "Lvivska oblast"),
    "UA-48": ("oblast-mykolaiv", "Mykolaivska oblast"),
    "UA-51": ("oblast-odesa", "Odeska oblast"),
    "UA-53": ("oblast-poltava", "Poltavska oblast"),
    "UA-56": ("oblast-rivne", "Rivnenska oblast"),
    "UA-59": ("oblast-sumy", "Sumska oblast"),
    "UA-61": ("oblast-ternopil", "Ternopilska oblast"),
    "UA-63": ("oblast-kharkiv", "Kharkivska oblast"),
    "UA-65": ("oblast-kherson", "Khersonska oblast"),
    "UA-68": ("oblast-khmelnytskyi", "Khmelnytska oblast"),
    "UA-71": ("oblast-cherkasy", "Cherkaska oblast"),
    "UA-74": ("oblast-chernihiv", "Chernihivska oblast"),
    "UA-77": ("oblast-chernivtsi", "Chernivetska oblast"),
}

# What a row of the monitors' counts rests on, in our words, by the day (local) on
# which its period ends. Days not named here were stated in that day's own report.
SMM_BASIS = {
    "2020-07-27": "stated|from-00:01",
    "2020-07-28": "derived-from-cumulative",
    "2020-07-29": "next-report",
    "2020-08-03": "next-report",
    "2020-08-05": "next-report",
    "2020-08-08": "two-day-report",
    "2020-08-09": "two-day-report",
    "2020-08-12": "next-report",
    "2020-08-13": "stated|exercise-most-of-luhansk",
    "2020-08-27": "next-report",
    "2020-08-30": "stated|exercise-all-of-luhansk",
    "2020-09-01": "next-report",
}


class Sources:
    """The folder of source data."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def bytes(self, name):
        return (self.folder / name).read_bytes()

    def rows(self, name):
        """Header and rows (as dictionaries) of a CSV file."""
        reader = csv.DictReader(io.StringIO(self.bytes(name).decode("utf-8"), newline=""))
        return list(reader.fieldnames), list(reader)

    def json(self, name):
        return json.loads(self.bytes(name).decode("utf-8"))

    def feature(self, name, key, value):
        for feature in self.json(name)["features"]:
            if feature["properties"].get(key) == value:
                return feature
        raise SystemExit(f"{name}: no feature with {key} = {value}")


class Folder:
    """The folder of one agreement."""

    def __init__(self, root, name):
        self.path = Path(root) / name
        self.written = []

    def write(self, name, data):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.written.append(name)
        print(f"{self.path.name}/{name}: {len(data)} bytes")

    def table(self, name, columns, rows):
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        self.write(name, out.getvalue().encode("utf-8"))

    def zones(self, features):
        lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
        text = '{"type":"FeatureCollection","features":[\n' + lines + "\n]}\n"
        self.write("zones.geojson", text.encode("utf-8"))

    def claims(self, sources, truce_id):
        """One truce of truces.json in the same form.

        `data_here` named files of the source folder; it now names those of this
        folder, so claims are to be written last.
        """
        source = sources.json(TRUCES)
        truce = next(t for t in source["truces"] if t["id"] == truce_id)
        truce["data_here"] = sorted(self.written)
        truce["sources"] = [NEWS_TITLE.sub("", text) for text in truce.get("sources", [])]
        for claim in truce["claims"]:
            since = CLAIM_SINCE.get((truce_id, claim["what"]))
            if since is not None:
                claim["from"] = since
        text = json.dumps({"note": source["note"], "truces": [truce]}, ensure_ascii=False, indent=1)
        self.write("data/claims.json", text.encode("utf-8") + b"\n")


def day_after(day):
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def write_alerts(sources, folder, name, first, last):
    """Alerts that overlap the days first..last (UTC, both included)."""
    columns, rows = sources.rows(name)
    end = day_after(last) + "T00:00:00Z"
    start = first + "T00:00:00Z"
    folder.table("data/alerts.csv", columns, [
        r for r in rows if r["started_at"] < end and r["finished_at"] > start
    ])


def write_viina(sources, folder, first, last):
    """News reports of the days first..last, without their headlines."""
    columns, rows = sources.rows(VIINA)
    kept = [r for r in rows if first <= r["datetime"][:10] <= last]
    for row in kept:
        digest = hashlib.sha256(row["headline"].encode("utf-8")).hexdigest()
        row["headline_sha256"] = digest[:HEADLINE_HASH_CHARS]
    folder.table("data/viina.csv", columns[:-1] + ["headline_sha256"], kept)


def overlapping(rows, first, last):
    return [r for r in rows if r["date_start"] <= last and r["date_end"] >= first]


def polygons(geometry):
    many = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[[tuple(p) for p in ring] for ring in rings] for rings in many]


def geometry(polygon_list):
    if len(polygon_list) == 1:
        return {"type": "Polygon", "coordinates": polygon_list[0]}
    return {"type": "MultiPolygon", "coordinates": polygon_list}


def contact_zone(sources, zone_id, name, source):
    """A derived zone of ground combat: the same vertices, wound as RFC 7946 asks."""
    feature = sources.feature(CONTACT_ZONES, "id", zone_id)
    given = feature["properties"]
    properties = {"id": zone_id, "name": name}
    properties |= {k: given[k] for k in ("method", "valid_from", "valid_to", "note")}
    properties |= {"source": source, "licence": ODBL}
    rings = [wound(p) for p in polygons(feature["geometry"])]
    return {"type": "Feature", "properties": properties, "geometry": geometry(rings)}


def front_2025(sources):
    return contact_zone(
        sources, "contact_zone_2025-03_2025-04", "Zone of reported ground combat, March and April 2025",
        "derived from VIINA 2.0 (Zhukov and Ayers)",
    )


def oblasts(sources):
    """First-level units with simplified shared borders, sorted by id."""
    features = {f["properties"]["iso"]: f for f in sources.json(OBLASTS)["features"]}
    if set(features) != set(OBLAST_IDS):
        raise SystemExit(f"{OBLASTS}: units {sorted(set(features) ^ set(OBLAST_IDS))} are not as expected")
    simple = simplify_coverage(
        {iso: polygons(f["geometry"]) for iso, f in features.items()}, OBLAST_TOLERANCE_DEG
    )
    result = []
    for iso, (zone_id, alert_name) in sorted(OBLAST_IDS.items(), key=lambda item: item[1][0]):
        properties = {"id": zone_id, "name": features[iso]["properties"]["name"], "iso": iso}
        if alert_name is not None:
            properties["alert_name"] = alert_name
        properties["source"] = "geoBoundaries gbOpen UKR ADM1 2017, from OpenStreetMap contributors; simplified"
        properties["licence"] = ODBL
        result.append({"type": "Feature", "properties": properties, "geometry": geometry(simple[iso])})
    return result


def easter_truce_2026(sources, root):
    folder = Folder(root, "easter-truce-2026")
    folder.zones([front_2025(sources)])
    folder.write("data/viirs.csv", sources.bytes(VIIRS))
    folder.write("data/heat_sources.csv", sources.bytes(HEAT_SOURCES))
    write_alerts(sources, folder, ALERTS_2025, "2026-04-04", "2026-04-20")
    columns, rows = sources.rows(CLASHES)
    columns.remove("title")
    folder.table("data/clashes.csv", columns, [r for r in rows if r["first_seen"] >= "2026-04-01"])
    folder.claims(sources, "ukr-easter-2026")


def easter_truce_2025(sources, root):
    folder = Folder(root, "easter-truce-2025")
    folder.zones([front_2025(sources)] + oblasts(sources))
    write_viina(sources, folder, "2025-04-12", "2025-04-28")
    write_alerts(sources, folder, ALERTS_2025, "2025-04-10", "2025-04-30")
    folder.claims(sources, "ukr-easter-2025")


def energy_moratorium_2025(sources, root):
    folder = Folder(root, "energy-moratorium-2025")
    folder.zones(oblasts(sources))
    write_viina(sources, folder, "2025-03-15", "2025-04-20")
    write_alerts(sources, folder, ALERTS_2025, "2025-03-08", "2025-04-26")
    columns, rows = sources.rows(POWER_PLANTS)
    columns.remove("owner")
    folder.table("data/power_plants.csv", columns, rows)
    folder.claims(sources, "ukr-energy-2025")


def christmas_truce_2023(sources, root):
    folder = Folder(root, "christmas-truce-2023")
    folder.zones(oblasts(sources))
    write_alerts(sources, folder, ALERTS_WINTER_2022, "2022-12-30", "2023-01-16")
    columns, fires_2022 = sources.rows("firms/daily_ukraine_2022.csv")
    _, fires_2023 = sources.rows("firms/daily_ukraine_2023.csv")
    folder.table("data/fires_daily.csv", columns, [
        r for r in fires_2022 + fires_2023 if "2022-12-30" <= r["acq_date"] <= "2023-01-16"
    ])
    columns, rows = sources.rows(UCDP_CANDIDATE)
    folder.table("data/ucdp.csv", columns, overlapping(rows, "2022-12-20", "2023-01-31"))
    folder.claims(sources, "ukr-christmas-2023")


def donbas_2020_07(sources, root):
    folder = Folder(root, "donbas-2020-07")
    zone = contact_zone(
        sources, "contact_zone_2015_2021", "Zone of lethal events, 2015 to 2021",
        "derived from UCDP GED 22.1 (Uppsala Conflict Data Program, CC BY 4.0)",
    )
    folder.zones([zone] + some_oblasts(sources, "donetsk", "luhansk"))
    _, rows = sources.rows(SMM)
    for row in rows:
        row["cumulative"] = row["cumulative_since_2020-07-27"]
        row["basis"] = SMM_BASIS.get(row["period_end"][:10], "stated")
    columns = ["period_end", "violations_donetsk", "violations_luhansk", "cumulative", "basis", "source"]
    folder.table("data/smm.csv", columns, rows)
    columns, rows = sources.rows(UCDP_UKRAINE)
    folder.table("data/ucdp.csv", columns, overlapping(rows, "2020-06-01", "2020-10-31"))
    columns, rows = sources.rows("firms/daily_ukraine_2020.csv")
    near = margin_box(zone)
    folder.table("data/fires_daily.csv", columns, [
        r for r in rows
        if "2020-07-13" <= r["acq_date"] <= "2020-08-31" and near(float(r["longitude"]), float(r["latitude"]))
    ])


def margin_box(feature):
    """Test for points in the feature's bounding box widened by FIRE_MARGIN_KM."""
    points = [p for rings in polygons(feature["geometry"]) for ring in rings for p in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    up = FIRE_MARGIN_KM / KM_PER_DEGREE
    across = up / math.cos(math.radians(north + up))
    return lambda lon, lat: west - across <= lon <= east + across and south - up <= lat <= north + up


def syria_cessation_2016_02(sources, root):
    folder = Folder(root, "syria-cessation-2016-02")
    outline = sources.feature(COUNTRIES, "name", "Syria")
    properties = {
        "id": "syria", "name": "Syria",
        "note": "generalised country outline for reference; not a statement on any boundary",
        "source": "Natural Earth 1:50m, version 4.1", "licence": "public domain",
    }
    rings = [wound(p) for p in polygons(outline["geometry"])]
    folder.zones([{"type": "Feature", "properties": properties, "geometry": geometry(rings)}])
    columns, rows = sources.rows(UCDP_SYRIA)
    folder.table("data/ucdp.csv", columns, [
        r for r in rows if "2016-01-20" <= r["date_start"] <= "2016-04-15"
    ])


def strike_pause_2026(sources, root):
    folder = Folder(root, "strike-pause-2026")
    folder.zones(oblasts(sources))
    write_alerts(sources, folder, ALERTS_2025, "2026-01-15", "2026-02-20")
    folder.claims(sources, "ukr-energy-2026")


def some_oblasts(sources, *names):
    return [o for o in oblasts(sources) if o["properties"]["id"].removeprefix("oblast-") in names]


def plan_20_points_2025_12(sources, root):
    folder = Folder(root, "plan-20-points-2025-12")
    folder.zones(some_oblasts(sources, "dnipropetrovsk", "kharkiv", "mykolaiv", "sumy"))


def minsk_2_2015(sources, root):
    folder = Folder(root, "minsk-2-2015")
    folder.zones(some_oblasts(sources, "donetsk", "luhansk"))


def additional_measures_2020_07(sources, root):
    folder = Folder(root, "additional-measures-2020-07")
    folder.zones(some_oblasts(sources, "donetsk", "luhansk"))


def main(arguments):
    if len(arguments) not in (1, 2):
        raise SystemExit(__doc__)
    sources = Sources(arguments[0])
    root = Path(arguments[1]) if len(arguments) == 2 else Path(__file__).parent.parent / "agreements"
    for make in (
        easter_truce_2026, easter_truce_2025, energy_moratorium_2025, christmas_truce_2023,
        donbas_2020_07, syria_cessation_2016_02, strike_pause_2026,
        plan_20_points_2025_12, minsk_2_2015, additional_measures_2020_07,
    ):
        make(sources, root)


if __name__ == "__main__":
    main(sys.argv[1:])
