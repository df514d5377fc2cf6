"""What others take to make 500 bytes durable, on the same disk: SQLite, PostgreSQL, git.

    peers.py FOLDER [all | sqlite | postgres | git]

Prints a line of JSON for each figure. PostgreSQL runs in FOLDER on a socket of its own, where
its programs are installed; it is stopped at the end.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SAMPLES = 200
ROW = os.urandom(250).hex()


def tell(what, value):
    print(json.dumps({"what": what, "value": value}), flush=True)


def per_second(count, once):
    begun = time.perf_counter()
    for _ in range(count):
        once()
    return count / (time.perf_counter() - begun)


def sqlite(folder):
    db = sqlite3.connect(folder / "db.sqlite", isolation_level=None)
    db.execute("pragma journal_mode=wal")
    db.execute("pragma synchronous=full")
    db.execute("create table entry (id integer primary key, bytes blob)")
    for batch, rounds in [(1, SAMPLES), (256, 80), (4096, 40)]:
        rows = [(ROW,)] * batch

        def once():
            db.execute("begin")
            db.executemany("insert into entry (bytes) values (?)", rows)
            db.execute("commit")

        tell(f"SQLite {sqlite3.sqlite_version}, WAL, synchronous=full, batches of {batch}, rows/s",
             round(batch * per_second(rounds, once)))
    begun = time.perf_counter()
    for _ in range(244):
        once()
    tell("SQLite, 1,000,000 rows in batches of 4,096, s", time.perf_counter() - begun)
    db.close()


def postgres(folder):
    data = folder / "postgres"
    user = [] if os.getuid() else ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    if user:
        data.mkdir()
        subprocess.run(["chown", "-R", "nobody:nogroup", data], check=True)
        folder.chmod(0o755)
    names = ["initdb", "pg_ctl", "psql", "pgbench"]
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    path = str(found[-1]) if found else ""
    tool = {name: str(Path(path) / name) if path else name for name in names}
    run = lambda *args, **more: subprocess.run(
        [*user, *args], check=True, stdout=subprocess.PIPE, text=True, cwd=data, **more
    ).stdout
    run(tool["initdb"], "-D", str(data / "db"), "-U", "bench", "-A", "trust")
    options = f"-k {data} -c listen_addresses='' -c fsync=on -c synchronous_commit=on"
    run(tool["pg_ctl"], "-w", "-D", str(data / "db"), "-l", str(data / "log"), "-o", options, "start")
    try:
        sql = lambda text: run(tool["psql"], "-h", str(data), "-U", "bench", "-d", "postgres", "-Atc", text)
        version = sql("show server_version").strip()
        sql("create table entry (id bigserial primary key, bytes text)")
        one = f"insert into entry (bytes) values ('{ROW}');"
        for batch in [1, 256]:
            values = ",".join([f"('{ROW}')"] * batch)
            script = data / f"insert-{batch}.sql"
            script.write_text(f"insert into entry (bytes) values {values};")
            script.chmod(0o644)
            out = run(tool["pgbench"], "-h", str(data), "-U", "bench", "-n", "-c", "1",
                      "-t", str(SAMPLES if batch == 1 else 80), "-f", str(script), "postgres")
            rate = next(float(line.split("=")[1].split()[0]) for line in out.splitlines()
                        if line.startswith("tps"))
            tell(f"PostgreSQL {version}, synchronous_commit=on, batches of {batch}, rows/s",
                 round(rate * batch))
    finally:
        run(tool["pg_ctl"], "-m", "fast", "-w", "-D", str(data / "db"), "stop")


def git(folder):
    home = folder / "git"
    run = lambda *args, data=None: subprocess.run(
        ["git", "-c", "core.fsync=all", "-c", "user.name=b", "-c", "user.email=b@b.example", *args],
        cwd=home, check=True, input=data, stdout=subprocess.PIPE).stdout
    home.mkdir()
    run("init", "-q")
    number = iter(range(10**6))

    def once():
        (home / "entry").write_text(f"{next(number)} {ROW}")
        run("add", "entry")
        run("commit", "-q", "-m", "e")

    version = run("version").decode().split()[2]
    tell(f"git {version}, core.fsync=all, add and commit, commits/s", round(per_second(60, once), 1))


def main():
    folder = Path(tempfile.mkdtemp(dir=sys.argv[1]))
    wanted = sys.argv[2] if len(sys.argv) > 2 else "all"
    for peer in [sqlite, postgres, git]:
        if wanted in ("all", peer.__name__):
            try:
                peer(folder)
            except (OSError, subprocess.CalledProcessError) as error:
                tell(f"{peer.__name__}: not measured", str(error))


main()
