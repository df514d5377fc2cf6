#!/usr/bin/env python3
"""Break the code in small ways, and see whether a test notices.

    .ci/mutants.py [--seed N] [--sample CRATE=COUNT ...] [--shards COUNT]

A seeded sample of the mutants that cargo-mutants finds, judged shard by shard. A mutant that
was judged isn't run again while its crate's sources are the same, a survivor while the tests are
the same too; so what was stopped goes on where it was. Each mutant meets the tests of its own
crate, and no others. Only a copy of the tree is changed. All is kept under target/mutants:
delete that to begin again.
"""

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "target/mutants"
TREE, OUT = KEPT / "tree", KEPT / "out"
STATE, VERDICTS = KEPT / "state.json", KEPT / "verdicts.json"
TOOL = ROOT / "target/tools/bin/cargo-mutants"
SAMPLE = {"terms": 200, "comply": 200, "steps": 40}
SEED = 1
# Mutants of one shard: a few minutes on a small machine.
SHARD = 25
TIMEOUT_S = 60
TESTS = ["tests", "cases", "cases-diff", "codes"]
WORDS = {"CaughtMutant": "caught", "MissedMutant": "missed", "Unviable": "unviable",
         "Timeout": "timeout"}

CONFIG = """
examine_re = {names}
examine_globs = {files}
profile = "mutants"
additional_cargo_args = ["--locked"]
additional_cargo_test_args = ["--tests"]
cap_lints = true
"""


def refresh():
    """Make the copy equal to the tree, and leave alone what is equal: cargo looks at the time."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode()
    wanted = {name for name in listed.split("\0") if name and (ROOT / name).is_file()}
    for path in [path for path in TREE.rglob("*") if path.is_file()]:
        if str(path.relative_to(TREE)) not in wanted:
            path.unlink()
    for name in sorted(wanted):
        here, there = ROOT / name, TREE / name
        if not there.exists() or here.read_bytes() != there.read_bytes():
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(here, there)


def digest(crate, folders):
    """What the files of these folders of a crate are, as a hash."""
    total = hashlib.sha256()
    for folder in folders:
        for path in sorted((ROOT / "crates" / crate / folder).rglob("*")):
            if path.is_file():
                total.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return total.hexdigest()


def cargo_mutants(arguments, **options):
    environment = os.environ | {
        # A place of its own: what is built here must never be taken for the real thing.
        "CARGO_TARGET_DIR": str(KEPT / "build"),
        # Few cases, always the same, and no time spent on making a failing one smaller.
        "PROPTEST_CASES": "16",
        "PROPTEST_RNG_SEED": "1",
        "PROPTEST_MAX_SHRINK_ITERS": "0",
    }
    command = ["nice", "-n", "10", str(TOOL), "mutants", "--dir", str(TREE), *arguments]
    return subprocess.run(command, env=environment, check=False, **options)


def sample(crates, seed):
    """The mutants to judge, each with its crate: the same for the same sources and seed."""
    chosen = {}
    for crate, count in crates.items():
        arguments = ["--list", "--json", "--package", f"servanda-{crate}"]
        listed = cargo_mutants(arguments, stdout=subprocess.PIPE)
        names = sorted(mutant["name"] for mutant in json.loads(listed.stdout))
        for name in random.Random(seed).sample(names, min(count, len(names))):
            chosen[name] = crate
    return chosen


def keep(verdicts):
    """Add what the last shard has judged, whole or not, to what is known."""
    outcomes = OUT / "mutants.out/outcomes.json"
    if outcomes.exists():
        state = json.loads(STATE.read_text("utf-8"))
        for outcome in json.loads(outcomes.read_text("utf-8"))["outcomes"]:
            if isinstance(outcome["scenario"], dict) and outcome["summary"] in WORDS:
                mutant = outcome["scenario"]["Mutant"]
                sources, tests = state[mutant["package"].removeprefix("servanda-")]
                verdicts[mutant["name"]] = {
                    "is": WORDS[outcome["summary"]], "sources": sources, "tests": tests}
        VERDICTS.write_text(json.dumps(verdicts, indent=1, sort_keys=True), "utf-8")
    shutil.rmtree(OUT, ignore_errors=True)


def is_known(verdict, sources, tests):
    if verdict is None or verdict["sources"] != sources:
        return False
    return verdict["is"] in ("caught", "unviable") or verdict["tests"] == tests


def run(crate, names, is_first):
    """One shard. The first of a crate begins with the tests of what isn't mutated."""
    config = KEPT / "shard.toml"
    exactly = [f"^{re.escape(name)}$" for name in names]
    # The tool tries deleted fields whatever the names asked for: at least not those of all files.
    files = sorted({name.split(":")[0] for name in names})
    text = CONFIG.format(names=json.dumps(exactly, ensure_ascii=False), files=json.dumps(files))
    config.write_text(text, "utf-8")
    done = cargo_mutants(["--config", str(config), "--in-place", "--package", f"servanda-{crate}",
                          "--baseline", "run" if is_first else "skip", "--output", str(OUT),
                          "--timeout", str(TIMEOUT_S), "--build-timeout", "600", "--no-times"])
    # 0: all caught; 2: some missed; 3: some took too long. All else is a fault of the run.
    if done.returncode not in (0, 2, 3):
        sys.exit(f"cargo-mutants ended with {done.returncode}: do the tests of {crate} pass?")


def summary(chosen, verdicts, state):
    print(f"\n{'crate':10} {'sample':>6} " + " ".join(f"{word:>8}" for word in WORDS.values()))
    survivors = []
    for crate in state:
        names = [name for name, of in chosen.items() if of == crate]
        known = [(verdicts[name]["is"], name) for name in names
                 if is_known(verdicts.get(name), *state[crate])]
        count = Counter(word for word, _ in known)
        print(f"{crate:10} {len(names):6} "
              + " ".join(f"{count[word]:8}" for word in WORDS.values()))
        survivors += [name for word, name in sorted(known) if word in ("missed", "timeout")]
    print("\nsurvivors:" if survivors else "\nno survivors")
    for name in survivors:
        print(f"  {verdicts[name]['is']}  {name}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--sample", nargs="*", default=[], metavar="CRATE=COUNT")
    parser.add_argument("--shards", type=int, default=sys.maxsize, help="at most so many, now")
    asked = parser.parse_args()
    crates = {crate: int(count) for crate, count in (s.split("=") for s in asked.sample)} or SAMPLE
    TREE.mkdir(parents=True, exist_ok=True)
    refresh()
    state = {crate: (digest(crate, ["src"]), digest(crate, TESTS)) for crate in crates}
    verdicts = json.loads(VERDICTS.read_text("utf-8")) if VERDICTS.exists() else {}
    # What a run that was killed had judged, of the sources that it had then.
    keep(verdicts)
    STATE.write_text(json.dumps(state), "utf-8")
    chosen = sample(crates, asked.seed)
    shards = []
    for crate in crates:
        left = [name for name, of in sorted(chosen.items())
                if of == crate and not is_known(verdicts.get(name), *state[crate])]
        shards += [(crate, left[n : n + SHARD], n == 0) for n in range(0, len(left), SHARD)]
    for crate, names, is_first in shards[: asked.shards]:
        refresh()
        print(f"shard of {crate}: {len(names)} mutants", flush=True)
        try:
            run(crate, names, is_first)
        finally:
            keep(verdicts)
    summary(chosen, verdicts, state)


if __name__ == "__main__":
    main()
