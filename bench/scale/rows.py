"""Make a table of observations for the bench: three years, in crowds and alone.

    python3 bench/scale/rows.py OUT.csv [ROWS]

Events fall evenly over the box and the years, and half as many again near three towns; each is seen one to
four times, with doubt about place and time. From a fixed seed. Standard library only.
"""

import random
import sys
from datetime import datetime, timedelta, timezone

START = datetime(2023, 10, 1, tzinfo=timezone.utc)
WINDOW_S = 3 * 365 * 86400
BOX = (28.0, 40.0, 45.0, 51.0)
TOWNS = ((34.0, 48.0), (38.0, 49.0), (30.0, 46.5))


def main(out, rows="300000"):
    rows, made = int(rows), 0
    rng = random.Random(20261123)
    with open(out, "w", encoding="utf-8", newline="\n") as file:
        file.write("number,from,to,latitude,longitude,radius_m,kind,sensor\n")
        while made < rows:
            if rng.randrange(3):
                lon, lat = rng.uniform(*BOX[:2]), rng.uniform(*BOX[2:])
            else:
                town = rng.choice(TOWNS)
                lon, lat = (rng.gauss(at, 0.4) for at in town)
            t = rng.randrange(WINDOW_S)
            for _ in range(min(rng.randint(1, 4), rows - made)):
                dt = rng.uniform(30, 1800)
                start = START + timedelta(seconds=int(t - rng.uniform(0, dt)))
                end = start + timedelta(seconds=int(dt) + 1)
                x, y = lon + rng.gauss(0, 0.01), lat + rng.gauss(0, 0.01)
                radius = round(rng.uniform(300, 4000))
                file.write(
                    f"{made},{start:%Y-%m-%dT%H:%M:%SZ},{end:%Y-%m-%dT%H:%M:%SZ},"
                    f"{y:.7f},{x:.7f},{radius},{rng.randrange(6)},{rng.randrange(5)}\n"
                )
                made += 1


if __name__ == "__main__":
    main(*sys.argv[1:])
