#!/usr/bin/env python3
"""Readers and writers in a room, for a while, and how long each answer took.

    load.py SERVANDA RECORD [--seconds 60] [--readers 200] [--writers 20] [--kill]

Opens the room on RECORD (a copy: it is written to), with accounts of its own. Each reader asks for the board or
the queue every 2 s, each writer enters a step every 10 s. `--kill` ends the room with SIGKILL in the middle of it,
and then counts what was acknowledged: none of it may be lost, and nothing may be there twice.

Standard library only. Loopback only. Latencies are what a client sees, in milliseconds, from before the request is
written until its answer was read whole; connections are kept.
"""

import argparse
import asyncio
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
import urllib.parse

PASSWORD = "a bench has no secrets"
SESSIONS = 12


def account(servanda, record, name, role):
    command = [servanda, "room", "person", "add", record, name, "--role", role, "--password-stdin"]
    done = subprocess.run(command, input=PASSWORD.encode(), capture_output=True)
    if done.returncode != 0 and b"there" not in done.stderr:
        sys.exit(done.stderr.decode())


class Client:
    """One kept connection, one session."""

    def __init__(self, host, port):
        self.host, self.port, self.cookie, self.csrf = host, port, "", ""
        self.reader = self.writer = None

    async def ask(self, method, path, fields=None):
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        body = urllib.parse.urlencode(fields).encode() if fields is not None else b""
        head = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}", "Accept: text/html"]
        if self.cookie:
            head.append(f"Cookie: {self.cookie}")
        if fields is not None:
            head.append("Content-Type: application/x-www-form-urlencoded")
            head.append(f"Content-Length: {len(body)}")
            head.append(f"Origin: http://{self.host}:{self.port}")
            head.append("Sec-Fetch-Site: same-origin")
        self.writer.write("\r\n".join(head + ["", ""]).encode() + body)
        await self.writer.drain()
        raw = await self.reader.readuntil(b"\r\n\r\n")
        lines = raw.decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        if "content-length" in headers:
            body = await self.reader.readexactly(int(headers["content-length"]))
        elif headers.get("transfer-encoding") == "chunked":
            body = b""
            while True:
                size = int(await self.reader.readline(), 16)
                body += await self.reader.readexactly(size)
                await self.reader.readline()
                if size == 0:
                    break
        if headers.get("connection", "").lower() == "close":
            self.writer.close()
            self.writer = None
        return status, headers, body.decode("utf-8", "replace")

    async def sign_in(self, name):
        status, headers, body = await self.ask("POST", "/login", {"name": name, "password": PASSWORD})
        if status != 303:
            sys.exit(f"{name} can't sign in: {status}\n{body[:400]}")
        self.cookie = headers["set-cookie"].split(";")[0]
        _, _, page = await self.ask("GET", "/account")
        self.csrf = re.search('name="csrf" value="([^"]+)"', page)[1]

    def like(self, other):
        self.cookie, self.csrf = other.cookie, other.csrf
        return self


class Tally:
    def __init__(self):
        self.took, self.faults = {}, []

    def add(self, kind, seconds, status, good):
        self.took.setdefault(kind, []).append(seconds * 1000)
        if status not in good:
            self.faults.append(f"{kind}: {status}")

    def line(self, kind):
        took = sorted(self.took.get(kind, []))
        if not took:
            return f"{kind}: none"
        at = lambda share: took[min(len(took) - 1, int(share * len(took)))]
        return f"{kind}: {len(took)} answers, p50 {at(.5):.1f} ms, p95 {at(.95):.1f} ms, p99 {at(.99):.1f} ms, most {took[-1]:.1f} ms"


async def read_on(client, tally, end, n):
    await asyncio.sleep(2 * n / 200 % 2)
    paths = ["/", "/queue"]
    turn = n
    while time.monotonic() < end:
        path = paths[turn % 2]
        turn += 1
        begun = time.monotonic()
        try:
            status, _, _ = await client.ask("GET", path)
            tally.add("board" if path == "/" else "list", time.monotonic() - begun, status, {200})
        except (OSError, asyncio.IncompleteReadError) as error:
            if tally.open:
                tally.faults.append(f"{path}: {error!r}")
            return
        await asyncio.sleep(max(0, 2 - (time.monotonic() - begun)))


async def write_on(client, tally, end, n, case, every):
    await asyncio.sleep(every * n / 20)
    turn = 0
    while time.monotonic() < end:
        reason = f"load {os.getpid()} {n}-{turn}"
        turn += 1
        fields = {"csrf": client.csrf, "item": "time", "result": "holds", "reason": reason}
        begun = time.monotonic()
        tally.sent.append(reason)
        try:
            status, _, _ = await client.ask("POST", f"/cases/{case}/check", fields)
            tally.add("entry", time.monotonic() - begun, status, {303})
            if status == 303:
                tally.acknowledged.append(reason)
        except (OSError, asyncio.IncompleteReadError) as error:
            if tally.open:
                tally.faults.append(f"entry: {error!r}")
            return
        await asyncio.sleep(max(0, every - (time.monotonic() - begun)))


def serve(servanda, record, seconds):
    command = [servanda, "serve", record, "--stop-after", str(seconds)]
    begun = time.monotonic()
    room = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    address = room.stdout.readline().strip().rsplit("//", 1)[1]
    host, _, port = address.rstrip("/").partition(":")
    return room, host, int(port), time.monotonic() - begun


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid):
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read())[1]) / 1024


async def run(args):
    for n in range(SESSIONS):
        account(args.servanda, args.record, f"reader-{n}", "verifier")
    room, host, port, opened = serve(args.servanda, args.record, args.seconds + 120)
    print(f"the room was open after {opened:.2f} s")
    tally = Tally()
    tally.sent, tally.acknowledged, tally.open = [], [], True
    signed = []
    for n in range(SESSIONS):
        client = Client(host, port)
        await client.sign_in(f"reader-{n}")
        signed.append(client)
    # A case to work on: a report by hand.
    _, _, form = await signed[0].ask("GET", "/report")
    source = re.search('<select id="source".*?<option value="([^"]+)"', form, re.S)[1]
    fields = {"csrf": signed[0].csrf, "source": source, "what": "explosion", "from": "2026-04-12T10:00"}
    await signed[0].ask("POST", "/report", fields)
    while True:
        _, _, queue = await signed[0].ask("GET", "/queue?q=explosion")
        found = re.search('href="/cases/(i-[0-9a-f]+)"', queue)
        if found:
            break
        await asyncio.sleep(1)
    case = found[1]
    before, own = cpu_seconds(room.pid), resource.getrusage(resource.RUSAGE_SELF)
    begun = time.monotonic()
    end = begun + args.seconds
    every = 0.5 if args.kill else 10
    work = [read_on(Client(host, port).like(signed[n % SESSIONS]), tally, end, n) for n in range(args.readers)]
    work += [
        write_on(Client(host, port).like(signed[n % SESSIONS]), tally, end, n, case, every)
        for n in range(args.writers)
    ]
    if args.kill:

        async def kill():
            await asyncio.sleep(args.seconds * 0.6)
            tally.open = False
            room.send_signal(signal.SIGKILL)

        work.append(kill())
    await asyncio.gather(*work)
    lasted = time.monotonic() - begun
    for kind in ["board", "list", "entry"]:
        print(tally.line(kind))
    print(f"faults: {len(tally.faults)} {sorted(set(tally.faults))[:5]}")
    spent = resource.getrusage(resource.RUSAGE_SELF)
    share = (spent.ru_utime + spent.ru_stime - own.ru_utime - own.ru_stime) / lasted / os.cpu_count()
    print(f"this generator took {share:.0%} of {os.cpu_count()} cores", end="")
    if not args.kill:
        print(f", the room {(cpu_seconds(room.pid) - before) / lasted / os.cpu_count():.0%}, at most {memory_mb(room.pid):.0f} MB")
        room.terminate()
        room.wait()
    else:
        print()
        room.wait()
        room, host, port, opened = serve(args.servanda, args.record, 5)
        print(f"after SIGKILL the room was open again after {opened:.2f} s")
        room.wait()
    entries = subprocess.run(
        [args.servanda, "export", args.record, "--as", "entries-jsonl"], capture_output=True, text=True, check=True
    ).stdout
    counted = {}
    for line in entries.splitlines():
        for reason in re.findall(r"load \d+ \d+-\d+", line):
            counted[reason] = counted.get(reason, 0) + 1
    lost = [reason for reason in tally.acknowledged if counted.get(reason, 0) == 0]
    twice = [reason for reason in tally.sent if counted.get(reason, 0) > 1]
    print(f"{len(tally.acknowledged)} entries acknowledged of {len(tally.sent)} sent: {len(lost)} lost, {len(twice)} twice")
    if lost or twice or tally.faults:
        sys.exit(1)


parser = argparse.ArgumentParser()
parser.add_argument("servanda")
parser.add_argument("record")
parser.add_argument("--seconds", type=int, default=60)
parser.add_argument("--readers", type=int, default=200)
parser.add_argument("--writers", type=int, default=20)
parser.add_argument("--kill", action="store_true")
asyncio.run(run(parser.parse_args()))
