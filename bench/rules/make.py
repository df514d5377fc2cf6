#!/usr/bin/env python3
"""Tables for the jobs of run.py, the same for every machine: whole numbers, SplitMix64.

    make.py FOLDER [EVENTS]

events.csv   seq,ts,zone,kind,ref  in the order of time; kind 0 a report (ref: itself), 1 a response (ref: to what)
arrival.csv  op,seq,ts,zone        in the order of arrival: +1 comes (one in ten up to 72 h late), -1 is withdrawn
                                   (one in a hundred, up to 30 days later)
days.csv     day,s0..s9            1: a violation in that zone on that day
expected.json                      the answers, by the plainest code
"""
import bisect, heapq, json, os, sys

MASK = (1 << 64) - 1
HOUR, DAY, SEED, CAP = 3600, 86400, 20270101, 650
SHARES = [19, 15, 13, 11, 10, 9, 8, 6, 5, 4]


def draws(seed):
    """A function that draws a number below its argument."""
    state = seed & MASK

    def below(end):
        nonlocal state
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return ((z ^ (z >> 31)) * end) >> 64

    return below


def make_events(count):
    below = draws(SEED)
    now, busy, busy_until, responses, events = 1_700_000_000, 0, -1, [], []
    for seq in range(count):
        now += 1 + below(59)
        if busy_until <= now and below(20000) == 0:
            busy, busy_until = below(len(SHARES)), now + DAY
        if responses and responses[0][0] <= now:
            _, report, zone = heapq.heappop(responses)
            events.append((seq, now, zone, 1, report))
            continue
        shares = [s * 4 if now < busy_until and z == busy else s for z, s in enumerate(SHARES)]
        drawn, zone = below(sum(shares)), 0
        while drawn >= shares[zone]:
            drawn -= shares[zone]
            zone += 1
        events.append((seq, now, zone, 0, seq))
        if below(100) >= 2:
            wait = sum(below(18 * HOUR) for _ in range(3)) * 36 // 54 * 3 // 2
            heapq.heappush(responses, (now + 1 + wait, seq, zone))
    return events


def make_arrivals(events):
    below, arrivals = draws(SEED ^ 0xA5A5A5A5), []
    for seq, ts, zone, _, _ in events:
        comes = ts + (1 + below(3 * DAY) if below(100) < 10 else 0)
        arrivals.append((comes, seq, 1, ts, zone))
        if below(1000) < 10:
            arrivals.append((comes + 1 + below(30 * DAY), seq, -1, ts, zone))
    return [(op, seq, ts, zone) for _, seq, op, ts, zone in sorted(arrivals)]


def make_days(count):
    below = draws(SEED ^ 0x3C3C3C3C)
    return [[int(below(1000) < 4 + 3 * zone) for zone in range(10)] for _ in range(count // 10)]


def rolling(events):
    """Events that find more than CAP in their zone in the 24 hours up to them."""
    by_zone, found = {}, []
    for seq, ts, zone in events:
        times = by_zone.setdefault(zone, [])
        times.append(ts)
        if len(times) - bisect.bisect_right(times, ts - DAY) > CAP:
            found.append(seq)
    return [len(found), sum(found)]


def clock(events):
    """Reports that had no response after 48 hours, which are over."""
    answered = {ref: ts for _, ts, _, kind, ref in events if kind == 1}
    due = [(seq, ts + 2 * DAY) for seq, ts, _, kind, _ in events if kind == 0]
    found = [seq for seq, by in due if by < events[-1][1] and answered.get(seq, by + 1) > by]
    return [len(found), sum(found)]


def held(days):
    """Zone-days that end 60 days without a violation."""
    clean, found = [0] * 10, 0
    for day in days:
        clean = [0 if broken else n + 1 for n, broken in zip(clean, day)]
        found += sum(n >= 60 for n in clean)
    return [found, 0]


def write(path, heading, rows):
    with open(path, "w") as file:
        file.write(heading + "\n")
        file.writelines(",".join(map(str, row)) + "\n" for row in rows)


def main():
    folder, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    os.makedirs(folder, exist_ok=True)
    events = make_events(count)
    arrivals, days = make_arrivals(events), make_days(count)
    write(f"{folder}/events.csv", "seq,ts,zone,kind,ref", events)
    write(f"{folder}/arrival.csv", "op,seq,ts,zone", arrivals)
    write(f"{folder}/days.csv", "day," + ",".join(f"s{z}" for z in range(10)),
          ([n, *day] for n, day in enumerate(days)))
    gone = {seq for op, seq, _, _ in arrivals if op == -1}
    answers = {
        "events": count, "arrivals": len(arrivals), "days": len(days) * 10, "cap": CAP,
        "rolling": rolling((e[:3] for e in events)), "clock": clock(events), "held": held(days),
        "corrected": rolling((e[:3] for e in events if e[0] not in gone)),
    }
    with open(f"{folder}/expected.json", "w") as file:
        json.dump(answers, file, indent=1)


main()
