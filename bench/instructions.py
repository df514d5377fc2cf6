#!/usr/bin/env python3
"""Instructions that the hot kernels take, counted by callgrind: the same on every run, whatever else a machine does.

    bench/instructions.py [WORD...]    counts the kernels in whose names a WORD stands (all), and compares with
                                       instructions.txt: more than TOLERANCE beside it is an error
    bench/instructions.py --write      counts all, and writes instructions.txt

Workloads are small and made here; those of incidents need numpy. The kernels are built for plain x86-64 by the compiler
that the file names; another compiler gives other figures. Needs valgrind.
"""
import os, re, subprocess, sys, tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
KEPT = HERE / "instructions.txt"
TOLERANCE = 0.02
CARGO = os.environ.get("CARGO", "cargo")
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", HERE.parent / "target"))

# Name: package, example, its arguments (TABLES: where the workloads are), and the functions that are counted, if not all.
KERNELS = {
    "zones: lay them over each other": ("place", "zones", "kernels", "servanda_place::cover::Cover::new*"),
    "zones: find points": ("place", "zones", "kernels", "servanda_place::layer::ZoneLayer::find_into*"),
    "zones: lay borders over each other": ("place", "zones", "kernels", "servanda_place::near::BorderLayer::new*"),
    "zones: reach borders": ("place", "zones", "kernels", "servanda_place::near::BorderLayer::reached_all*"),
    "incidents: one batch of tiny": ("incidents", "fuse", "TABLES tiny once", "fuse::run*"),
    "rules: rolling, a thousand at a time": ("steps", "jobs", "rolling TABLES/events.csv 1000", None),
    "rules: clock, a thousand at a time": ("steps", "jobs", "clock TABLES/events.csv 1000", None),
    "rules: corrected, one by one": ("steps", "jobs", "corrected TABLES/arrival.csv 1", None),
    "rules: held, a thousand at a time": ("steps", "jobs", "held TABLES/days.csv 1000", None),
}


def run(*command):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True, cwd=HERE.parent)


def make_tables(tables, names):
    if any(name.startswith("rules") for name in names):
        run(sys.executable, HERE / "rules/make.py", tables, 100_000)
    if any(name.startswith("incidents") for name in names):
        run(sys.executable, HERE / "incidents/sets.py", tables, "tune", "tiny")


def count(name, tables):
    package, example, arguments, counted = KERNELS[name]
    run(CARGO, "build", "--quiet", "--locked", "--release", "--package", f"servanda-{package}", "--example", example)
    toggle = [f"--toggle-collect={counted}"] if counted else []
    told = run("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *toggle,
               TARGET / "release/examples" / example, *arguments.replace("TABLES", tables).split()).stderr
    return int(re.search(r"Collected : (\d+)", told)[1])


def main():
    words = [word for word in sys.argv[1:] if word != "--write"]
    names = [name for name in KERNELS if not words or any(word in name for word in words)]
    compiler = run("rustc", "--version").stdout.strip()
    with tempfile.TemporaryDirectory() as tables:
        make_tables(tables, names)
        counts = {name: count(name, tables) for name in names}
    if "--write" in sys.argv and not words:
        lines = [f"# {compiler}, x86-64, release; by bench/instructions.py --write"]
        KEPT.write_text("\n".join(lines + [f"{number}\t{name}" for name, number in counts.items()]) + "\n")
    head, *lines = KEPT.read_text().splitlines()
    if compiler not in head:
        print(f"counted with {compiler}, kept: {head}")
    kept = {name: int(number) for number, name in (line.split("\t") for line in lines)}
    beside = 0
    for name, number in counts.items():
        change = number / kept[name] - 1
        beside += abs(change) > TOLERANCE
        print(f"{name}: {number:,} ({change:+.1%})")
    sys.exit(f"{beside} kernels take more or fewer instructions than kept" if beside else 0)


main()
