"""Replays on several workers beside one, in one run: times, speed-up, equality; and a worker that is killed.

    python3 bench/scale/run.py [ROWS [PARTS [WORKERS,...]]]

Needs a release build of servanda, Python and, the first time, the package registries: the engine (Dask's
`distributed`) and the store of objects (s3s-fs) are installed into ~/.cache/servanda-scale, or the folder
that TOOLS names. All of it listens on this machine only, and ends with the run.
"""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DISTRIBUTED = "2026.8.0"
READERS = ("duckdb==2.0.0", "geopandas", "pyarrow")
S3S_FS = "0.14.1"
HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TOOLS = Path(os.environ.get("TOOLS", Path.home() / ".cache" / "servanda-scale"))
SERVANDA = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "servanda"
PYTHON = TOOLS / "venv" / "bin" / "python"
STORE = TOOLS / "bin" / "s3s-fs"
NOW = "2026-11-01T00:00:00Z"
KEY = ("bench", "known-to-everybody")
# Each draft is otherwise in another way.
DRAFTS = (
    ('where     = ["bridge", "mill"]', 'where     = ["bridge"]'),
    ("radius_m = 120000", "radius_m = 60000"),
    ('until     = "2026-10-01T00:00Z"', 'until     = "2026-04-01T00:00Z"'),
    ("at_most = 20", "at_most = 5"),
    ('per = "24 hours"', 'per = "6 hours"'),
)


def install():
    """What the bench needs of others, at versions that are named."""
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", TOOLS / "venv"], check=True)
    probe = [PYTHON, "-c", f"import distributed, duckdb, geopandas; assert distributed.__version__ == '{DISTRIBUTED}'"]
    if subprocess.run(probe, stderr=subprocess.DEVNULL, check=False).returncode:
        pip = [PYTHON, "-m", "pip", "install", "-q", f"distributed=={DISTRIBUTED}", *READERS]
        subprocess.run(pip, check=True)
    if not STORE.exists():
        install = ["cargo", "install", "--locked", "s3s-fs", "--version", S3S_FS, "--features", "binary"]
        env = {name: value for name, value in os.environ.items() if name != "CARGO_TARGET_DIR"}
        subprocess.run([*install, "--root", TOOLS], check=True, env=env)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process):
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    sys.exit("a server did not come up")


@contextlib.contextmanager
def started(*command, env=None, quiet=True):
    """A process in a group of its own, which ends with whatever it started."""
    out = subprocess.DEVNULL if quiet else None
    process = subprocess.Popen(
        [str(word) for word in command], env=env, stdout=out, stderr=out, start_new_session=True
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def servanda(*args, env=None):
    done = subprocess.run([SERVANDA, *args], env=env, capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"servanda {' '.join(map(str, args))}: {done.stderr.decode()}")
    return done.stdout


def timed(work):
    began = time.monotonic()
    result = work()
    return result, time.monotonic() - began


# What runs under the engine's own Python: the operator's program, told when to kill a worker.
DRIVER = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from distributed import Client
from replay import replay
_, _, scheduler, servanda, place, job, parts, workers, victim, after = sys.argv
done, spent = [], {}
def one(outcome):
    number, worker, seconds = outcome
    done.append(number)
    spent[worker] = spent.get(worker, 0) + seconds
    if int(victim) and len(done) == int(after):
        os.killpg(int(victim), signal.SIGKILL)
        print("killed", flush=True)
with Client(scheduler) as client:
    client.wait_for_workers(int(workers), timeout=60)
    print("ready", flush=True)
    replay(client, servanda, place, job, int(parts), one)
    left = len(client.scheduler_info()["workers"])
    print("done", left, sum(spent.values()), max(spent.values()), flush=True)
"""


def on_workers(count, place, job, parts, env, killed=False):
    """Works a job out on so many workers; gives the seconds from the first task to the last, how many
    workers were left, and the processor's seconds of all parts and of those of the busiest worker."""
    port = free_port()
    quiet = {**env, "DASK_DISTRIBUTED__SCHEDULER__WORK_STEALING": "False"}
    with contextlib.ExitStack() as stack:
        dask = [PYTHON, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port]
        scheduler = stack.enter_context(started(*dask, "--no-dashboard", env=quiet))
        wait_for(port, scheduler)
        address = f"tcp://127.0.0.1:{port}"
        workers = []
        for _ in range(count):
            worker = [PYTHON, "-m", "distributed.cli.dask_worker", address, "--host", "127.0.0.1"]
            alone = ["--nthreads", "1", "--no-nanny", "--no-dashboard"]
            local = ["--local-directory", env["SCRATCH"]]
            workers.append(stack.enter_context(started(*worker, *alone, *local, env=quiet)))
        victim = workers[0].pid if killed else 0
        args = [address, SERVANDA, place, job, parts, count, victim, max(1, parts // 3)]
        driver = subprocess.Popen(
            [str(word) for word in [PYTHON, "-c", DRIVER, HERE, *args]],
            env=quiet,
            stdout=subprocess.PIPE,
            text=True,
        )
        words = (line.split() for line in driver.stdout)
        assert next(words, None) == ["ready"], "the workers did not come"
        began, said = time.monotonic(), list(words)
        seconds = time.monotonic() - began
        if driver.wait() or not said:
            sys.exit("the replay on workers failed")
        assert (["killed"] in said) == killed
        return seconds, int(said[-1][1]), float(said[-1][2]), float(said[-1][3])


def main(rows="300000", parts="16", counts="1,2,4"):
    parts, counts = int(parts), [int(count) for count in counts.split(",")]
    if not SERVANDA.exists():
        sys.exit(f"{SERVANDA} is not there: cargo build --release --bin servanda")
    install()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kept = folder / "kept"
        (kept / "records").mkdir(parents=True)
        port = free_port()
        keys = ["--access-key", KEY[0], "--secret-key", KEY[1]]
        store = [STORE, "--host", "127.0.0.1", "--port", port, *keys, kept]
        wait_for(port, stack.enter_context(started(*store)))
        env = {
            **os.environ,
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": KEY[0],
            "AWS_SECRET_ACCESS_KEY": KEY[1],
            "SCRATCH": str(folder),
        }
        own = (HERE / "agreement.md").read_text()
        drafts = []
        for number, (old, new) in enumerate(DRAFTS):
            assert old in own, old
            draft = folder / f"draft{number}"
            draft.mkdir()
            (draft / "agreement.md").write_text(own.replace(old, new))
            shutil.copy(HERE / "rows.map.toml", draft)
            drafts += ["--agreement", str(draft)]

        # The record, in the store.
        table, local, record = folder / "rows.csv", folder / "record", "s3://records/valley"
        subprocess.run([sys.executable, HERE / "rows.py", table, rows], check=True)
        servanda("init", "-q", local, "--agreement", HERE, "--now", NOW)
        servanda("add", "-q", local, table, "--now", NOW)
        servanda("copy", local, record, env=env)
        place = "s3://records/replay"
        _, seconds = timed(lambda: servanda("replay", "export", record, place, "--parts", str(parts), env=env))
        bytes_ = sum(file.stat().st_size for file in (kept / "records/replay/parts").iterdir())
        print(f"{rows} observations, {len(DRAFTS)} drafts, {parts} parts, {bytes_:,} bytes of GeoParquet")
        print(f"{'export to the store':38} {seconds:7.2f} s")
        files = sorted((kept / "records/replay/parts").glob("*.parquet"))
        subprocess.run([PYTHON, HERE / "readers.py", rows, *files], check=True)
        whole = "s3://records/whole"
        servanda("replay", "export", record, whole, "--parts", "1", env=env)
        job = servanda("replay", "plan", place, *drafts, env=env).decode().strip()
        done = kept / "records/replay/jobs" / job

        # One machine, without the engine: one part, one process. Its bytes are what all others must give.
        expected, single = timed(lambda: servanda("replay", "run", whole, *drafts, env=env))
        print(f"{'one part, one process':38} {single:7.2f} s  {digest(expected)}")
        what_if(local, drafts, json.loads(expected))

        base = None
        for count, killed in [*((count, False) for count in counts), (2, True)]:
            for file in done.glob("0*.json"):
                file.unlink()
            seconds, left, total, busiest = on_workers(count, place, job, parts, env, killed)
            answer, reduce = timed(lambda: servanda("replay", "reduce", place, "--job", job, env=env))
            base = base or seconds + reduce
            name = f"{count} worker{'s' if count > 1 else ''}" + (", one killed" if killed else "")
            same = "the same bytes" if answer == expected else "OTHER BYTES"
            print(
                f"{name:38} {seconds + reduce:7.2f} s  {digest(answer)}  {same}"
                f"  {base / (seconds + reduce):5.2f} x  (reduce {reduce:.2f} s, {left} left;"
                f" processor: parts {total:.2f} s, busiest worker {busiest:.2f} s: {total / busiest:.2f} x)"
            )
            if answer != expected or left != count - killed:
                sys.exit("FAILED")


def what_if(local, drafts, replayed):
    """Where `what-if` answers the same question, it must give the same counts."""
    lines, seconds = timed(lambda: servanda("what-if", local, *drafts, "--format", "json"))
    for line, text in zip(lines.decode().splitlines(), replayed["texts"][1:], strict=True):
        for old, new in zip(json.loads(line)["provisions"], text["shifts"], strict=True):
            for key in ("both", "only_old", "only_new", "cites_old", "cites_new"):
                assert old["possible"][key] == new[key], (old["old"], key)
    print(f"{'what-if, all in memory (same counts)':38} {seconds:7.2f} s")


def digest(answer):
    return hashlib.sha256(answer).hexdigest()[:16]


if __name__ == "__main__":
    main(*sys.argv[1:])
