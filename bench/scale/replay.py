"""Run a replay on the workers of a Dask cluster.

    python3 replay.py SCHEDULER SERVANDA PLACE JOB --parts N [--answer FILE]

SCHEDULER is the scheduler's address (tcp://HOST:PORT); SERVANDA the program's path on the workers; PLACE
where the parts lie (s3://BUCKET/PREFIX, or a folder that all workers see); JOB what `servanda replay plan`
printed; N how many parts `servanda replay export` made. The workers have the keys of the store in their
environment. Needs `distributed`, nothing else.

A part is one task: `servanda replay map` on one worker, whose outcome is a file in PLACE. Tasks hand
nothing to each other, so whatever a dead worker had in hand is simply done again by another, and gives the
same file. Run again after any trouble: what is done is not lost, and what is done twice does no harm.
"""

import argparse
import os
import resource
import subprocess
import sys
import time

import cloudpickle
from distributed import Client, as_completed

# The workers need not have this file.
if __name__ != "__main__":
    cloudpickle.register_pickle_by_value(sys.modules[__name__])


def part(servanda, place, job, number):
    """One part, on a worker: gives its number, the worker's process, and the processor's seconds that it took.
    Raises with what the program said, where it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [servanda, "replay", "map", place, "--job", job, "--part", str(number)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"part {number}: {done.stderr.strip()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return number, os.getpid(), seconds


def replay(client, servanda, place, job, parts, done=lambda outcome: None):
    """All parts; `done` is called with what `part` gives of each."""
    # Not pure: a part is worked out when it is asked for, not looked up. Its outcome is a file, so
    # nothing is kept in the workers' memory. A fault of the store is tried again.
    futures = client.map(
        lambda number: part(servanda, place, job, number),
        range(parts),
        pure=False,
        retries=3,
    )
    for future in as_completed(futures):
        done(future.result())


def main():
    read = argparse.ArgumentParser()
    for name in ("scheduler", "servanda", "place", "job"):
        read.add_argument(name)
    read.add_argument("--parts", type=int, required=True, help="as `replay export` said")
    read.add_argument("--answer", default="-", help="file for the answer")
    given = read.parse_args()
    began = time.monotonic()
    with Client(given.scheduler) as client:
        replay(client, given.servanda, given.place, given.job, given.parts)
    reduce = [given.servanda, "replay", "reduce", given.place, "--job", given.job]
    answer = subprocess.run(reduce, capture_output=True, check=True).stdout
    if given.answer == "-":
        sys.stdout.buffer.write(answer)
    else:
        with open(given.answer, "wb") as file:
            file.write(answer)
    print(f"{given.parts} parts in {time.monotonic() - began:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
