"""Open the parts with programs of others, and see that they read what was written.

    python3 readers.py ROWS FILE...

Needs duckdb, geopandas and pyarrow.
"""

import json
import sys

import duckdb
import geopandas


def main(rows, *files):
    own = "SELECT count(*), count(DISTINCT id), epoch_ms(min(\"from\")), epoch_ms(max(\"to\")) FROM read_parquet(?) WHERE NOT halo"
    counted, ids, first, last = duckdb.execute(own, [list(files)]).fetchone()
    assert counted == ids == int(rows), (counted, ids, rows)
    points = 0
    for file in files:
        frame = geopandas.read_parquet(file)
        assert frame.crs.to_epsg() == 4326 or frame.crs.to_string() == "OGC:CRS84", frame.crs
        there = frame[frame.geometry.notna()]
        assert ((there.geometry.x * 1e7).round() == there.lon_e7).all()
        assert ((there.geometry.y * 1e7).round() == there.lat_e7).all()
        row = json.loads(frame.observation.iloc[0])
        assert row["at"]["lon_e7"] == frame.lon_e7.iloc[0] and row["kind"] == frame.kind.iloc[0]
        points += int((~there.halo).sum())
    versions = f"DuckDB {duckdb.__version__}, GeoPandas {geopandas.__version__}"
    print(f"read by {versions}: {counted} observations, {points} points, {first} to {last}")


if __name__ == "__main__":
    main(*sys.argv[1:])
