"""Which zones points are in, and which borders their discs reach, by other engines: one case a process.

    peers.py FOLDER POINTS CASE [LIMIT]

Prints a line of JSON: the case, points, CPU seconds of the process (of the server's backend for PostGIS), pairs, and
the sum of (point + 1) * (zone + 1) over all pairs modulo 2^64, which is the same wherever the answer is. For discs,
coordinates are in kilometres on a plane right at 48.5 degrees, so that the engines have a distance to compare.
"""

import csv
import importlib.metadata
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

for threads in ["OMP_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS", "TOKIO_WORKER_THREADS"]:
    os.environ[threads] = "1"

import numpy as np

FOLDER, COUNT, CASE = sys.argv[1:4]
LIMIT = int(sys.argv[4]) if len(sys.argv) > 4 else int(COUNT)
csv.field_size_limit(2**31)
ROWS = list(csv.DictReader(open(f"{FOLDER}/zones.csv")))
LON, LAT = (np.fromfile(f"{FOLDER}/pts_{COUNT}.{axis}", "<f8")[:LIMIT] for axis in ("lon", "lat"))
RADIUS_KM = np.fromfile(f"{FOLDER}/pts_{COUNT}.r", "<f4")[:LIMIT].astype(float) / 1000
KM_EAST, KM_NORTH = 111.195 * math.cos(math.radians(48.5)), 111.195


def cpu_s():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def chk(points, zones):
    ones = np.uint64(1)
    return int(((points.astype("u8") + ones) * (zones.astype("u8") + ones)).sum(dtype="u8"))


def tell(name, cpu, pairs, check, points=None):
    print(json.dumps({"name": name, "points": points or len(LON), "cpu_s": cpu, "pairs": int(pairs),
                      "chk": str(int(check) % 2**64)}), flush=True)


def version(package):
    return f"{package} {importlib.metadata.version(package)}"


def shapes():
    import shapely
    return shapely.from_wkb([row["wkb"] for row in ROWS])


def wkb():
    return [bytes.fromhex(row["wkb"]) for row in ROWS]


def per_zone(boxes, hits, count):
    """For pairs of a point and a zone, those for which hits(zone, points) says so, zone by zone."""
    points, zones = boxes
    order = np.argsort(zones, kind="stable")
    points, zones = points[order], zones[order]
    ends = np.searchsorted(zones, np.arange(count + 1))
    kept = np.zeros(len(points), bool)
    for zone in range(count):
        part = slice(ends[zone], ends[zone + 1])
        kept[part] = hits(zone, points[part])
    return points[kept], zones[kept]


def shapely_contains():
    import shapely
    zones, points = shapes(), shapely.points(LON, LAT)
    shapely.prepare(zones)
    start = cpu_s()
    boxes = shapely.STRtree(zones).query(points)
    found = per_zone(boxes, lambda zone, at: shapely.contains_xy(zones[zone], LON[at], LAT[at]), len(zones))
    tell(f"{version('shapely')} (GEOS {shapely.geos_version_string}), prepared, contains_xy zone by zone",
         cpu_s() - start, len(found[0]), chk(*found))


def shapely_tree():
    import shapely
    zones, points = shapes(), shapely.points(LON, LAT)
    shapely.prepare(zones)
    start = cpu_s()
    zone, point = shapely.STRtree(points).query(zones, predicate="intersects")
    tell(f"{version('shapely')}, prepared zones asked of a tree of points", cpu_s() - start, len(zone), chk(point, zone))


def shapely_discs():
    import shapely
    plane = lambda lonlat: np.column_stack([lonlat[:, 0] * KM_EAST, lonlat[:, 1] * KM_NORTH])
    borders = shapely.boundary(shapely.transform(shapes(), plane))
    x, y = LON * KM_EAST, LAT * KM_NORTH
    points = shapely.points(x, y)
    shapely.prepare(borders)
    start = cpu_s()
    boxes = shapely.STRtree(borders).query(shapely.box(x - RADIUS_KM, y - RADIUS_KM, x + RADIUS_KM, y + RADIUS_KM))
    near = lambda zone, at: shapely.dwithin(borders[zone], points[at], RADIUS_KM[at])
    found = per_zone(boxes, near, len(borders))
    tell(f"{version('shapely')}, prepared borders, dwithin", cpu_s() - start, len(found[0]), chk(*found))


def geopandas_join():
    import geopandas
    zones = geopandas.GeoDataFrame(geometry=shapes(), crs=4326)
    start = cpu_s()
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(LON, LAT, crs=4326))
    found = geopandas.sjoin(points, zones, predicate="within")
    tell(f"{version('geopandas')} sjoin", cpu_s() - start, len(found),
         chk(found.index.values, found["index_right"].values))


def duckdb_join():
    import duckdb
    import duckdb_extension_spatial
    import pyarrow
    base = duckdb.connect(config={"threads": 1})
    extension = next(Path(duckdb_extension_spatial.__file__).parent.rglob("*.duckdb_extension"))
    base.execute(f"load '{extension}'")
    points = pyarrow.table({"i": np.arange(len(LON)), "lon": LON, "lat": LAT})
    base.execute("create table p as select i, st_point(lon, lat) g from points")
    base.execute("create table z (id int, g geometry)")
    base.executemany("insert into z values (?, st_geomfromwkb(?))", list(enumerate(wkb())))
    start = cpu_s()
    # The fastest of its spellings of the question.
    pairs, check = base.execute(
        "select count(*), sum((i + 1) * (id + 1)) from p join z on st_dwithin(z.g, p.g, 0)").fetchone()
    tell(f"{version('duckdb')} spatial, st_dwithin 0", cpu_s() - start, pairs, check or 0)


def sedona_join():
    import pyarrow
    import sedonadb
    base = sedonadb.connect()
    base.sql("set datafusion.execution.target_partitions = 1").execute()
    base.create_data_frame(pyarrow.table({"i": np.arange(len(LON)), "lon": LON, "lat": LAT})).to_view("given")
    zones = pyarrow.table({"id": np.arange(len(ROWS)), "wkb": pyarrow.array(wkb(), pyarrow.binary())})
    base.create_data_frame(zones).to_view("shapes")
    base.sql("select i, st_point(lon, lat) g from given").to_memtable().to_view("p")
    base.sql("select id, st_geomfromwkb(wkb) g from shapes").to_memtable().to_view("z")
    ask = "select count(*) pairs, sum((p.i + 1) * (z.id + 1)) chk from p join z on st_intersects(z.g, p.g)"
    best = math.inf
    for _ in range(2):
        start = cpu_s()
        found = base.sql(ask).to_arrow_table().to_pylist()[0]
        best = min(best, cpu_s() - start)
    tell(f"{version('sedonadb')}, st_intersects", best, found["pairs"], found["chk"])


def chdb_dictionary():
    from chdb import session
    base = session.Session()
    base.query("create database b")
    base.query("create table b.p (i UInt64, lon Float64, lat Float64) engine = Memory")
    base.query("create table b.z (k Array(Array(Array(Tuple(Float64, Float64)))), id UInt64) engine = Memory")
    with tempfile.TemporaryDirectory() as where:
        np.column_stack([np.arange(len(LON), dtype="u8").view("f8"), LON, LAT]).tofile(f"{where}/p.bin")
        base.query(f"insert into b.p select * from file('{where}/p.bin', RowBinary, 'i UInt64, lon Float64, lat Float64')")
        with open(f"{where}/z.tsv", "w") as file:
            for number, zone in enumerate(shapes()):
                rings = [zone.exterior, *zone.interiors]
                texts = ["[" + ",".join(f"({x!r},{y!r})" for x, y in ring.coords) + "]" for ring in rings]
                file.write("[[" + ",".join(texts) + f"]]\t{number}\n")
        base.query(f"insert into b.z select * from file('{where}/z.tsv', TSV, "
                   "'k Array(Array(Array(Tuple(Float64, Float64)))), id UInt64')")
    base.query("create dictionary b.d (k Array(Array(Array(Tuple(Float64, Float64)))), id UInt64 default 999999) "
               "primary key k source(clickhouse(table 'z' db 'b')) lifetime(0) layout(polygon())")
    base.query("select dictGet('b.d', 'id', (30., 48.))")
    ask = ("select countIf(z != 999999), sumIf((i + 1) * (z + 1), z != 999999) from "
           "(select i, dictGet('b.d', 'id', (lon, lat)) z from b.p) settings max_threads = 1")
    best = math.inf
    for _ in range(2):
        start = cpu_s()
        pairs, check = str(base.query(ask, "TSV")).split()
        best = min(best, cpu_s() - start)
    tell(f"{version('chdb')} polygon dictionary (one zone per point)", best, pairs, check)


class Postgres:
    """A server of its own on a socket of its own; it is stopped at the end."""

    def __enter__(self):
        self.where = Path(tempfile.mkdtemp(prefix="zones-postgres-"))
        self.where.chmod(0o755)
        tools = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        data = self.where / "data"
        data.mkdir()
        self.user = []
        if not os.getuid():
            subprocess.run(["chown", "-R", "nobody:nogroup", data], check=True)
            self.user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        self.tool = lambda name, *args: subprocess.run(
            [*self.user, tools / name, *args], check=True, stdout=subprocess.DEVNULL, cwd=data)
        self.tool("initdb", "-D", data / "db", "-U", "bench", "-A", "trust")
        options = (f"-k {data} -c listen_addresses='' -c fsync=off -c shared_buffers=512MB -c work_mem=256MB "
                   "-c max_parallel_workers_per_gather=0 -c jit=off")
        self.tool("pg_ctl", "-w", "-D", data / "db", "-l", data / "log", "-o", options, "start")
        self.data = data
        import psycopg
        self.base = psycopg.connect(f"host={data} user=bench dbname=postgres", autocommit=True)
        return self

    def __exit__(self, *_):
        self.base.close()
        self.tool("pg_ctl", "-m", "fast", "-w", "-D", self.data / "db", "stop")
        subprocess.run(["rm", "-rf", self.where], check=True)

    def cpu_s(self):
        fields = Path(f"/proc/{self.base.info.backend_pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ask(self, name, query):
        start = self.cpu_s()
        pairs, check = self.base.execute(query).fetchone()
        tell(f"PostGIS {self.version}, {name}", self.cpu_s() - start, pairs, check or 0)


def postgis():
    with Postgres() as server:
        run = server.base.execute
        run("create extension postgis")
        server.version = run("select postgis_lib_version()").fetchone()[0]
        run("create table p (i bigint, g geometry, m geometry, r float8)")
        run("create temp table given (i bigint, lon float8, lat float8, r float8)")
        with server.base.cursor() as cursor, cursor.copy("copy given from stdin") as copy:
            for row in zip(range(len(LON)), LON.tolist(), LAT.tolist(), RADIUS_KM.tolist()):
                copy.write_row(row)
        plane = f"st_point(lon * {KM_EAST}, lat * {KM_NORTH})"
        run(f"insert into p select i, st_point(lon, lat), {plane}, r from given")
        run("create table z (id bigint, g geometry, m geometry)")
        for number, row in enumerate(ROWS):
            run(f"insert into z select {number}, g, st_scale(g, {KM_EAST}, {KM_NORTH}) "
                f"from (select '{row['wkb']}'::geometry g) x")
        run("create table zs as select id, st_subdivide(g, 128) g from z")
        run("create table zb as select id, st_subdivide(st_boundary(m), 128) m from z")
        for table, column in [("p", "g"), ("zs", "g"), ("zb", "m")]:
            run(f"create index on {table} using gist ({column})")
            run(f"vacuum analyze {table}")
        total = "select count(*), sum((i + 1)::numeric * (id + 1)) from "
        server.ask("zones subdivided 128, st_intersects",
                   total + "(select distinct i, id from p join zs on st_intersects(zs.g, p.g)) x")
        server.ask("borders subdivided 128, st_dwithin",
                   total + "(select distinct i, id from p join zb on st_dwithin(zb.m, p.m, p.r)) x")


{"shapely": shapely_contains, "shapely-tree": shapely_tree, "shapely-discs": shapely_discs,
 "geopandas": geopandas_join, "duckdb": duckdb_join, "sedonadb": sedona_join, "chdb": chdb_dictionary,
 "postgis": postgis}[CASE]()
