"""Make a table of observations for the bench.

    python3 bench/million/rows.py OUT.csv [ROWS [FOLDER [FIRST]]]

FOLDER holds the columns of a generated fusion set, `obs_busy.{lon,lat,t,r,dt,kind,src}` (little-endian
f64, f64, i64, f32, f32, u8, u8; times in seconds of a 30-day window, r a 95 % radius in metres): events
in clusters, seen several times each. What it lacks up to ROWS (1,000,000) is generated here, from a
fixed seed, evenly over the same box and time; without FOLDER (or with an empty one), all of it. Rows are
numbered from FIRST (0); each million has thirty days of its own. Standard library only.
"""

import random
import sys
from array import array
from datetime import datetime, timedelta, timezone
from pathlib import Path

START = datetime(2026, 4, 1, tzinfo=timezone.utc)
BOX = (22.0, 41.0, 44.0, 53.0)
WINDOW_S = 30 * 86400


def column(path, code):
    values = array(code)
    values.frombytes(path.read_bytes())
    if sys.byteorder == "big":
        values.byteswap()
    return values


def main(out, rows="1000000", folder=None, first="0"):
    rows, first = int(rows), int(first)
    names = {"lon": "d", "lat": "d", "t": "q", "r": "f", "dt": "f", "kind": "B", "src": "B"}
    cols = {name: array(code) for name, code in names.items()}
    if folder:
        cols = {n: column(Path(folder) / f"obs_busy.{n}", code) for n, code in names.items()}
    made = len(cols["t"])
    rng = random.Random(20261122 + first)
    with open(out, "w", encoding="utf-8", newline="\n") as file:
        file.write("number,from,to,latitude,longitude,radius_m,kind,sensor\n")
        begin = START + timedelta(days=30 * (first // 1_000_000))
        for n in range(rows):
            if n < made:
                lon, lat, t = cols["lon"][n], cols["lat"][n], cols["t"][n]
                r, dt, kind, src = cols["r"][n], cols["dt"][n], cols["kind"][n], cols["src"][n]
            else:
                lon, lat = rng.uniform(*BOX[:2]), rng.uniform(*BOX[2:])
                t, r, dt = rng.randrange(WINDOW_S), rng.uniform(50, 5000), rng.uniform(1, 3600)
                kind, src = rng.randrange(6), rng.randrange(5)
            start = begin + timedelta(seconds=int(t - dt))
            end = begin + timedelta(seconds=int(t + dt) + 1)
            file.write(
                f"{first + n},{start:%Y-%m-%dT%H:%M:%SZ},{end:%Y-%m-%dT%H:%M:%SZ},"
                f"{lat:.7f},{lon:.7f},{max(1, round(r))},{kind},{src}\n"
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
