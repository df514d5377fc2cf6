"""Instructions that the hot kernels take, counted by callgrind: the same on every run, whatever else a machine does.

    instructions.py            counts, and compares with instructions.txt: more than TOLERANCE beside it is an error
    instructions.py --write    counts, and writes instructions.txt

The kernels run on a small workload of 100,000 points (`zones kernels`), built for plain x86-64 by the compiler that
the file names; another compiler gives other figures.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
KEPT = HERE / "instructions.txt"
TOLERANCE = 0.02
CARGO = os.environ.get("CARGO", "cargo")
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
KERNELS = {
    "lay zones over each other": "servanda_place::cover::Cover::new",
    "find points": "servanda_place::layer::ZoneLayer::find_into",
    "lay borders over each other": "servanda_place::near::BorderLayer::new",
    "reach borders": "servanda_place::near::BorderLayer::reached_all",
}


def count(program, kernel):
    with tempfile.TemporaryDirectory() as where:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={where}/out",
                   f"--toggle-collect={kernel}*", program, "kernels"]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    return int(re.search(r"Collected : (\d+)", told)[1])


def main():
    subprocess.run([CARGO, "build", "--quiet", "--locked", "--release", "--package", "servanda-place", "--example",
                    "zones"], check=True, cwd=ROOT)
    program = TARGET / "release" / "examples" / "zones"
    compiler = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    counts = {name: count(program, kernel) for name, kernel in KERNELS.items()}
    if "--write" in sys.argv:
        lines = [f"# {compiler}, x86-64, release; by bench/zones/instructions.py --write"]
        lines += [f"{number}\t{name}" for name, number in counts.items()]
        KEPT.write_text("\n".join(lines) + "\n")
    bad = 0
    head, *lines = KEPT.read_text().splitlines()
    if compiler not in head:
        print(f"counted with {compiler}, kept: {head}")
    for line in lines:
        kept, name = line.split("\t")
        change = counts[name] / int(kept) - 1
        bad += abs(change) > TOLERANCE
        print(f"{name}: {counts[name]:,} ({change:+.1%})")
    sys.exit(f"{bad} kernels take more or fewer instructions than kept" if bad else 0)


main()
