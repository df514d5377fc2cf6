#!/usr/bin/env python3
"""The engine of `steps` beside its peers, in one run on one set of tables.

    bench/rules/run.py [FOLDER [ROUNDS]]

FOLDER (~/.cache/servanda-bench-rules) takes the tables and the peers, which come from their registries: DuckDB, Polars
and Flink from PyPI, DBSP and the RTLola interpreter from crates.io (DBSP takes 20 minutes of two cores the first
time), SQLite with Python. A peer that can't be had is named and left out. Needs Rust, Python 3, and Java for Flink.

Each is a whole process with start and reading; what counts is its CPU time (user and system, all threads), the best
of ROUNDS (2) interleaved rounds. "right" means the same breaches, by count and sum of numbers.

What a program took is kept in FOLDER/results, a file for each job, engine and round, so that a run that was stopped goes
on where it was; take that folder away to measure anew. A file holds for one program on one set of tables: another
version, or another build of ours, is measured again. The table says when the first and the last were measured.
ONLY=NAME,… in the environment runs those engines alone (by a part of their name), LIMIT_S (7,200) ends what takes longer.
"""
import datetime, hashlib, json, os, re, resource, signal, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
FOLDER = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.expanduser("~/.cache/servanda-bench-rules"))
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 2
LIMIT_S = int(os.environ.get("LIMIT_S", "7200"))
ONLY = [part for part in os.environ.get("ONLY", "").lower().split(",") if part]
TARGET = os.environ.get("CARGO_TARGET_DIR", f"{ROOT}/target")
PACKAGES = {"duckdb": "duckdb", "polars": "polars", "flink": "apache-flink", "rtlola": "rtlola-cli", "dbsp": "dbsp",
            "sqlite": "sqlite"}
# Of an earlier measurement of the same million events on another day: never this run's.
QUOTED = [("rolling", "MonPoly", "2.96 s, right"), ("clock", "MonPoly", "3.24 s, right"),
          ("late", "MonPoly", "22,740 of 33,397, with a warning for each row that it leaves out")]


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def done(command, **more):
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more).returncode == 0


def python_with(name, package):
    """A Python that has a package; None where it can't be had."""
    python = f"{FOLDER}/{name}/bin/python"
    if not os.path.exists(python):
        say(f"getting {package}")
        done([sys.executable, "-m", "venv", f"{FOLDER}/{name}"])
        done([python, "-m", "pip", "install", "-q", *package.split()])
    return python if done([python, "-c", f"import {name}"]) else None


def wanted(name):
    return not ONLY or any(part in name.lower() for part in ONLY)


def get_peers():
    peers = {name: wanted(name) and python_with(name, package) for name, package in
             [("duckdb", "duckdb"), ("polars", "polars"), ("pyflink", "apache-flink setuptools")]}
    rtlola = f"{FOLDER}/rtlola/bin/rtlola-cli"
    if wanted("rtlola") and not os.path.exists(rtlola):
        say("getting rtlola-cli")
        done(["cargo", "install", "-q", "--locked", "rtlola-cli", "--root", f"{FOLDER}/rtlola"],
             env={**os.environ, "CARGO_TARGET_DIR": f"{FOLDER}/rtlola/target"})
    dbsp = f"{FOLDER}/dbsp/release/rules-on-dbsp"
    if wanted("dbsp") and not os.path.exists(dbsp):
        say("building DBSP")
        done(["cargo", "build", "-q", "--release", "--manifest-path", f"{HERE}/dbsp/Cargo.toml"],
             env={**os.environ, "CARGO_TARGET_DIR": f"{FOLDER}/dbsp"})
    peers |= {name: path if os.path.exists(path) else None for name, path in [("rtlola", rtlola), ("dbsp", dbsp)]}
    return peers


def versions(peers):
    for name, package in [("duckdb", "duckdb"), ("polars", "polars"), ("pyflink", "apache-flink")]:
        if peers[name]:
            asked = f"import importlib.metadata as m; print(m.version({package!r}))"
            yield package, subprocess.run([peers[name], "-c", asked], capture_output=True, text=True).stdout.strip()
    if peers["rtlola"]:
        told = subprocess.run([peers["rtlola"], "--version"], capture_output=True, text=True).stdout.split()
        yield "rtlola-cli", told[-1]
    if peers["dbsp"]:
        yield "dbsp", re.search(r'dbsp = "=(.*)"', open(f"{HERE}/dbsp/Cargo.toml").read())[1]
    import sqlite3
    yield "sqlite", sqlite3.sqlite_version


def write_forms():
    """The tables as RTLola and Flink want them, and RTLola's specification."""
    for table, form in [("events", 0), ("arrival", 1)]:
        os.makedirs(f"{FOLDER}/flink-{table}", exist_ok=True)
        with open(f"{FOLDER}/{table}.csv") as rows, open(f"{FOLDER}/rtlola-{table}.csv", "w") as lola, \
                open(f"{FOLDER}/flink-{table}/rows.csv", "w") as flink:
            next(rows)
            lola.write("time,zone,seq\n")
            first = None
            for row in rows:
                numbers = row.split(",")
                if form and numbers[0] == "-1":
                    continue
                seq, ts, zone = (int(number) for number in numbers[form:form + 3])
                first = ts if first is None else first
                lola.write(f"{(ts - first) * 10**9},{zone},{seq}\n")
                flink.write(f"{seq},{ts},{zone}\n")
    with open(f"{FOLDER}/rolling.lola", "w") as spec:
        spec.write("input zone: UInt64\ninput seq: UInt64\n")
        for zone in range(10):
            spec.write(f"output in{zone} eval @(zone && seq) when zone == {zone} with seq\n"
                       f"output count{zone} @1min := in{zone}.aggregate(over: 86400s, using: count)\n"
                       f"trigger count{zone} > 650 \"over in {zone}\"\n")


def jobs(peers):
    ours = lambda job, table, batch: [f"{TARGET}/release/examples/jobs", job, f"{FOLDER}/{table}.csv", str(batch)]
    asked = lambda engine, job: [peers.get(engine) or sys.executable, f"{HERE}/tables.py", engine, job, FOLDER]
    dbsp = lambda job, table, batch: [peers["dbsp"], job, f"{FOLDER}/{table}.csv", str(batch), "650"]
    lola = lambda table: [peers["rtlola"], "monitor", "-v", "violations", "--offline", "relative-uint-nanos",
                          "--csv-time-column", "1", "--csv-in", f"{FOLDER}/rtlola-{table}.csv",
                          f"{FOLDER}/rolling.lola"]
    flink = lambda table, hours: [peers["pyflink"], f"{HERE}/flink.py", f"{FOLDER}/flink-{table}", str(hours)]
    for job, table in [("rolling", "events"), ("late", "arrival"), ("corrected", "arrival"), ("clock", "events"),
                       ("held", "days")]:
        for batch in (1, 100, 10_000):
            yield job, f"ours, {batch:,} at a time", "stream", ours(job, table, batch)
        if job == "rolling" and peers["rtlola"]:
            yield job, "RTLola, sampled each minute", "stream", lola(table)
        if job == "late" and peers["rtlola"]:
            yield job, "RTLola, sampled each minute", "stream", lola(table)
        if job in ("rolling", "corrected") and peers["dbsp"]:
            yield job, "DBSP, 10,000 at a time", "stream", dbsp(job, table, 10_000)
        if job == "rolling" and peers["pyflink"]:
            yield job, "Flink SQL", "stream", flink(table, 0)
        if job == "late" and peers["pyflink"]:
            yield job, "Flink SQL, waits for nothing", "stream", flink(table, 0)
            yield job, "Flink SQL, waits 72 hours", "stream", flink(table, 72)
        if job != "late":
            for engine in ("polars", "duckdb", "sqlite"):
                if engine == "sqlite" or peers[engine]:
                    yield job, engine, "batch", asked(engine, job)


def run(command):
    """CPU and wall seconds, breaches and sum (or samples), exit status."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), datetime.datetime.now()
    # A group of its own, so that what is stopped leaves no process behind.
    started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, process_group=0)
    try:
        out, status = started.communicate(timeout=LIMIT_S)[0], started.returncode
    except subprocess.TimeoutExpired:
        os.killpg(started.pid, signal.SIGKILL)
        started.communicate()
        out, status = "", "stopped"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = re.findall(r"breaches=(\d+) sum=(\d+)", out)
    answer = [int(number) for number in found[-1]] if found else out.count("[Trigger]")
    return {"cpu_s": round(cpu, 3), "wall_s": round((datetime.datetime.now() - begun).total_seconds(), 3),
            "answer": answer, "status": status}


def program(name, command, told):
    """What is measured: the version of a peer, and the bytes of what is ours of the command."""
    version = next((told[package] for start, package in PACKAGES.items() if name.lower().startswith(start)), "ours")
    digest = hashlib.sha256()
    for path in command:
        if path.startswith((HERE, TARGET)) or path.endswith(".lola"):
            with open(path, "rb") as file:
                digest.update(file.read())
    return f"{version} {digest.hexdigest()[:16]}"


def kept(turn, job, name, what):
    """What an earlier run found and may stand; none: it is to be measured."""
    path = f"{FOLDER}/results/{turn + 1}/{job}, {name}.json"
    if os.path.exists(path):
        with open(path) as file:
            found = json.load(file)
        if found["what"] == what and (found["status"] != "stopped" or found["limit_s"] >= LIMIT_S):
            return path, found
    return path, None


def measured(turn, job, name, command, what):
    path, found = kept(turn, job, name, what)
    if found or not wanted(name):
        return found
    say(f"round {turn + 1}: {job}, {name}")
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    found = {"what": what, "at": now, "load": os.getloadavg()[0], "limit_s": LIMIT_S} | run(command)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(f"{path}.new", "w") as file:
        json.dump(found, file, indent=1)
    os.replace(f"{path}.new", path)
    return found


def main():
    os.makedirs(FOLDER, exist_ok=True)
    say("building ours")
    subprocess.run(["cargo", "build", "-q", "--release", "--locked", "-p", "servanda-steps", "--example", "jobs"],
                   cwd=ROOT, check=True, env={**os.environ, "CARGO_TARGET_DIR": TARGET})
    if not os.path.exists(f"{FOLDER}/expected.json"):
        say("making the tables")
        subprocess.run([sys.executable, f"{HERE}/make.py", FOLDER], check=True)
    peers = get_peers()
    write_forms()
    with open(f"{FOLDER}/expected.json") as file:
        expected = json.load(file)
    tables = hashlib.sha256(json.dumps(expected, sort_keys=True).encode()).hexdigest()[:16]
    expected["late"] = expected["rolling"]
    count = {"late": expected["events"], "corrected": expected["arrivals"], "held": expected["days"]}
    told = dict(versions(peers))
    found, lines = {}, []
    for turn in range(ROUNDS):
        for job, name, kind, command in jobs(peers):
            if turn and (job, name) in found and found[job, name][0]["cpu_s"] > 20:
                continue  # once is enough to tell a ratio of a hundred
            line = measured(turn, job, name, command, f"{program(name, command, told)} {tables}")
            if line is None:
                continue
            lines.append(line)
            if (job, name) not in found or line["cpu_s"] < found[job, name][0]["cpu_s"]:
                found[job, name] = (line, kind)
    loads, times = [line["load"] for line in lines], [line["at"] for line in lines]
    print("Versions: " + ", ".join(f"{name} {version}" for name, version in told.items()) + ".")
    missing = [name for name, path in peers.items() if not path]
    print(f"Not to be had here: {', '.join(missing)}." if missing else "")
    print(f"Measured from {min(times)} to {max(times)}, load {min(loads):.1f} to {max(loads):.1f}.\n")
    print("| job | engine | kind | CPU s | rows per CPU s | against ours (10,000) | answer |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for (job, name), (line, kind) in found.items():
        cpu, answer, status = line["cpu_s"], line["answer"], line["status"]
        mine = found.get((job, "ours, 10,000 at a time"))
        ratio = f"{cpu / mine[0]['cpu_s']:.2f} ×" if mine else ""
        rows = count.get(job, expected["events"]) / max(cpu, 0.001)
        if status == "stopped":
            said = f"stopped after {line['limit_s']:,} s"
        elif status != 0:
            said = f"ended with {status}"
        elif isinstance(answer, int):
            said = f"{answer:,} samples"
        else:
            said = "right" if answer == expected[job] else f"WRONG: {answer[0]:,} of {expected[job][0]:,}"
        print(f"| {job} | {name} | {kind} | {cpu:.2f} | {rows:,.0f} | {ratio} | {said} |")
    print("\nQuoted, not of this run:\n\n| job | engine | figure |\n| --- | --- | --- |")
    for job, name, figure in QUOTED:
        print(f"| {job} | {name} | {figure} |")


main()
