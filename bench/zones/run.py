"""Zones at scale beside their peers, in one run on one workload; see run.sh."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FOLDER = Path(sys.argv[1]).resolve()
DATA = Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
ROUNDS = int(os.environ.get("ROUNDS", "2"))
LIMIT_S = 420
CARGO = os.environ.get("CARGO", "cargo")
PACKAGES = ["numpy", "pyarrow", "shapely", "geopandas", "duckdb duckdb-extension-spatial", "sedonadb geoarrow-pyarrow", "chdb",
            "psycopg[binary]"]
# Of a million points; the slow are given fewer.
CASES = [("sedonadb", 1_000_000), ("shapely", 1_000_000), ("shapely-tree", 1_000_000), ("chdb", 1_000_000),
         ("geopandas", 200_000), ("duckdb", 10_000)]
SLOW = {"geopandas", "duckdb", "postgis", "geo", "shapely-discs"}
RUST = [("h3o-8", 1_000_000), ("h3o-7", 1_000_000), ("interval-tree", 1_000_000), ("geometry-rs", 1_000_000),
        ("geo", 20_000)]
missing = []


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def build(name, manifest, *more):
    """A release build with this processor's own instructions, outside of the clone; nothing where it can't be had."""
    target = FOLDER / name
    env = {**os.environ, "CARGO_TARGET_DIR": str(target), "RUSTFLAGS": "-C target-cpu=native"}
    say(f"building {name}")
    done = subprocess.run([CARGO, "build", "--quiet", "--release", "--manifest-path", manifest, *more], env=env)
    return target / "release" if done.returncode == 0 else None


def get_python():
    python = FOLDER / "python" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", FOLDER / "python"], check=True)
    for package in PACKAGES:
        first = package.split()[0].split("[")[0]
        asked = subprocess.run([python, "-c", f"import importlib.metadata as m; m.version({first!r})"],
                               capture_output=True)
        if asked.returncode:
            say(f"getting {package}")
            if subprocess.run([python, "-m", "pip", "install", "-q", *package.split()]).returncode:
                missing.append(package)
    return python


def ask(*command):
    """The lines of JSON that a program prints; none where it fails or takes too long."""
    try:
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        missing.append(f"{' '.join(map(str, command[-2:]))} (more than {LIMIT_S} s)")
        return []
    if done.returncode:
        told = done.stderr.strip().splitlines() or ["no word"]
        missing.append(f"{' '.join(map(str, command[-3:]))}: {told[-1][:120]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def compare(ours, python, rust, folder):
    """Points in zones, and discs that reach borders: the best of interleaved rounds."""
    best, count = {}, 1_000_000
    keep = lambda kind, lines: [
        best.__setitem__((kind, line["name"]), line) for line in lines
        if (kind, line["name"]) not in best
        or line["cpu_s"] / line["points"] < best[kind, line["name"]]["cpu_s"] / best[kind, line["name"]]["points"]]
    for turn in range(ROUNDS):
        say(f"round {turn + 1} of {ROUNDS} on {folder.name}")
        keep("points", ask(ours, "points", folder, count))
        keep("discs", ask(ours, "discs", folder, count))
        for case, limit in RUST if rust else []:
            if turn == 0 or case not in SLOW:
                keep("points", ask(rust, folder, count, case, limit))
        for case, limit in CASES:
            if turn == 0 or case not in SLOW:
                keep("points", ask(python, HERE / "peers.py", folder, count, case, limit))
        if turn == 0:
            keep("discs", ask(python, HERE / "peers.py", folder, count, "shapely-discs", 20_000))
            # Two questions of one server.
            for line in ask(python, HERE / "peers.py", folder, count, "postgis", 20_000):
                keep("discs" if "dwithin" in line["name"] else "points", [line])
    return best


def table(kind, best):
    lines = sorted((line for (of, _), line in best.items() if of == kind),
                   key=lambda line: line["cpu_s"] / line["points"])
    ours = next(line for line in lines if line["name"].startswith("ours"))
    rate = lambda line: line["points"] / line["cpu_s"] / 1e6
    print(f"\n| {kind} | points | Mpts/s | × | pairs | the same |\n| --- | --- | --- | --- | --- | --- |")
    for line in lines:
        if line is ours:
            same, times = "", "1"
        else:
            times = f"{rate(ours) / rate(line):,.0f}" if rate(ours) > 10 * rate(line) else f"{rate(ours) / rate(line):.1f}"
            whole = line["points"] == ours["points"]
            same = "yes" if whole and line["chk"] == ours["chk"] else "no" if whole else "fewer points"
        print(f"| {line['name']} | {line['points']:,} | {rate(line):.4g} | {times} | {line['pairs']:,} | {same} |")


def scale(ours, folders):
    print("\n| ours: growth | vertices | points | ns a point | build | index |\n| --- | --- | --- | --- | --- | --- |")
    for name, folder, count in folders:
        for line in ask(ours, "points", folder, count):
            print(f"| {name} | {line['vertices']:,} | {line['points']:,} | {line['ns']:.1f} | {line['build_s']:.2f} s "
                  f"| {line['mb']:.0f} MB |")


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    release = build("ours", ROOT / "Cargo.toml", "--locked", "--package", "servanda-place", "--example", "zones")
    ours = release / "examples" / "zones"
    rust = build("rust", HERE / "rust" / "Cargo.toml")
    rust = rust / "zones-peers" if rust else missing.append("crates of crates.io")
    python = get_python()
    work, tiles, fine = DATA or FOLDER / "work", FOLDER / "tiles", FOLDER / "fine"
    if not DATA and not (work / "zones.csv").exists():
        subprocess.run([ours, "make", work, "1", "100000", "1000000", "10000000"], check=True)
    subprocess.run([ours, "make", fine, "4", "1000000"], check=True)
    subprocess.run(["rm", "-rf", tiles], check=True)
    subprocess.run([ours, "tiles", work, tiles], check=True)
    for line in ask(ours, "check", work, 1_000_000):
        print(f"{line['name']}: {line['wrong']} of {line['checked']:,} differ")
    best = compare(ours, python, rust, work)
    table("points", best)
    table("discs", best)
    some = [case for case in CASES if case[0] in ("sedonadb", "shapely", "chdb")]
    CASES[:], RUST[:] = some, [case for case in RUST if case[0] != "geo"]
    of_tiles = compare_tiles(ours, python, rust, tiles)
    print("\nOnly the tiles, which cover the ground once:")
    table("points", of_tiles)
    sizes = [size for size in ("100000", "1000000", "10000000") if (work / f"pts_{size}.lon").exists()]
    scale(ours, [("150 zones", work, size) for size in sizes]
          + [("vertices × 4", fine, "1000000"), ("24 tiles", tiles, "1000000")])
    print()
    for what in ["dated", "threads", "copy"]:
        for line in ask(ours, what, work, sizes[-1] if what == "copy" else "1000000"):
            more = {name: line[name] for name in ("build_s", "against_one") if name in line}
            print(f"{line['name']}: {line['ns']:.2f} ns a point, {line['mpts_s']:.0f} Mpts/s {more or ''}")
    print("\nmissing:", "; ".join(missing) or "none")


def compare_tiles(ours, python, rust, folder):
    global SLOW
    before, SLOW = SLOW, SLOW | {"postgis"}
    best = {}
    for line in ask(ours, "points", folder, 1_000_000):
        best["points", line["name"]] = line
    for case, limit in RUST if rust else []:
        for line in ask(rust, folder, 1_000_000, case, limit):
            best["points", line["name"]] = line
    for case, limit in CASES:
        for line in ask(python, HERE / "peers.py", folder, 1_000_000, case, limit):
            best["points", line["name"]] = line
    SLOW = before
    return best


main()
