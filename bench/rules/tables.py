#!/usr/bin/env python3
"""The jobs on engines that ask the whole table: tables.py duckdb|polars|sqlite JOB FOLDER. One thread."""
import csv, os, sys

engine, job, folder = sys.argv[1:]
os.environ["POLARS_MAX_THREADS"] = "1"
table = {"held": "days", "corrected": "arrival"}.get(job, "events")
path = f"{folder}/{table}.csv"

STANDING = "select seq, ts, zone from t where op = 1 and seq not in (select seq from t where op = -1)"
ROLLING = """select count(*), coalesce(sum(seq), 0) from (
    select seq, count(*) over (partition by zone order by ts range between 86399 preceding and current row) n
    from ({rows}) e) c where n > 650"""
CLOCK = """select count(*), coalesce(sum(r.seq), 0) from t r left join t a on a.kind = 1 and a.ref = r.seq
    where r.kind = 0 and r.ts + 172800 < (select max(ts) from t) and (a.ts is null or a.ts > r.ts + 172800)"""
HELD = "select sum(n), 0 from (" + " union all ".join(
    f"""select count(*) n from (select day, sum(s{zone}) over (order by day rows 59 preceding) b from t) w
        where b = 0 and day >= 59""" for zone in range(10)) + ") z"
SQL = {"rolling": ROLLING.format(rows="select * from t"), "corrected": ROLLING.format(rows=STANDING),
       "clock": CLOCK, "held": HELD}


def in_duckdb():
    import duckdb
    db = duckdb.connect(config={"threads": 1})
    db.execute(f"create table t as select * from read_csv('{path}')")
    return db.execute(SQL[job]).fetchone()


def in_sqlite():
    import sqlite3
    db = sqlite3.connect(":memory:")
    with open(path) as file:
        rows = csv.reader(file)
        columns = next(rows)
        db.execute(f"create table t ({', '.join(name + ' integer' for name in columns)})")
        db.executemany(f"insert into t values ({', '.join('?' * len(columns))})", rows)
    index = {"rolling": "zone, ts", "corrected": "seq, op", "clock": "ref, kind", "held": "day"}[job]
    db.execute(f"create index by_them on t ({index})")
    return db.execute(SQL[job]).fetchone()


def in_polars():
    import polars as pl
    rows = pl.read_csv(path)
    if job == "clock":
        answers = rows.filter(pl.col("kind") == 1).select("ref", answered="ts")
        due = rows.filter((pl.col("kind") == 0) & (pl.col("ts") + 172800 < rows["ts"].max()))
        late = due.join(answers, left_on="seq", right_on="ref", how="left").filter(
            pl.col("answered").is_null() | (pl.col("answered") > pl.col("ts") + 172800))
        return late.height, late["seq"].sum()
    if job == "held":
        zones = [f"s{zone}" for zone in range(10)]
        broken = rows.select(pl.col(zones).rolling_sum(60))
        return sum((broken[zone] == 0).sum() for zone in zones), 0
    if job == "corrected":
        gone = rows.filter(pl.col("op") == -1).select("seq")
        rows = rows.filter(pl.col("op") == 1).join(gone, on="seq", how="anti")
    over = rows.sort("zone", "ts").rolling(index_column="ts", period="86400i", group_by="zone", closed="right")
    over = over.agg(n=pl.len(), seq=pl.col("seq").last()).filter(pl.col("n") > 650)
    return over.height, over["seq"].sum()


count, total = {"duckdb": in_duckdb, "sqlite": in_sqlite, "polars": in_polars}[engine]()
print(f"breaches={count} sum={total}")
