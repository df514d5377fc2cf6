"""How long a status takes as of random points of a record.

    python3 bench/million/as_of.py SERVANDA RECORD [POINTS]

Whole processes, one after the other, from a fixed seed. Standard library only.
"""

import json
import random
import statistics
import subprocess
import sys
import time


def main(servanda, record, points="1000"):
    verify = subprocess.run(
        [servanda, "status", record, "--format", "json"], check=True, capture_output=True
    )
    size = json.loads(verify.stdout)["asked"]["record"]["size"]
    rng = random.Random(20261123)
    took = []
    for _ in range(int(points)):
        point = str(rng.randint(3, size))
        start = time.perf_counter()
        subprocess.run(
            [servanda, "status", record, "--format", "json", "--as-of", point],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        took.append((time.perf_counter() - start) * 1e3)
    took.sort()
    print(
        f"{len(took)} points of {size} entries: median {statistics.median(took):.0f} ms, "
        f"least {took[0]:.0f}, 95 % {took[int(len(took) * 0.95)]:.0f}, most {took[-1]:.0f} ms"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
