"""Work out golden dates of clocks, a second time and apart.

    python3 data/clocks.py [--check] [FILE]

Writes crates/comply/tests/clocks.json, or with --check says whether it is what this
program gives. It shares nothing with the engine: plain, standard library only, with
its own arithmetic of months, so that an agreement of the two means something.

What a span means
- Seconds, minutes and hours elapse: 24 hours over a change to summer time end an hour
  later on the wall clock.
- Days, weeks, months and years are of the calendar in the agreement's zone: the wall
  clock stays. A month later is the same day of the month, or its last day where it has
  no such day. So many months are counted at once, never one after the other.
- A wall clock that the clocks skip is moved by as much as is skipped; one that comes
  twice is meant the first time.

Each row is a case: in a `zone`, `span` after (or before) `start` is `end`, in UTC. The
`kind` says which clock shows it: `due`, `before`, `window`, `term`, `every` (with `k`,
the period) or `notice` (with `term`: the last instant for notice before its end).
"""

import json
import sys
from calendar import monthrange
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

UTC = timezone.utc
ELAPSED = {"second": 1, "minute": 60, "hour": 3600}
DAYS = {"day": 1, "week": 7}
MONTHS = {"month": 1, "year": 12}
FILE = Path(__file__).resolve().parent.parent / "crates/comply/tests/clocks.json"


def instant(wall, zone):
    """The instant at which the wall clock shows this, by the rules above."""
    early, late = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if early.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall:
        return early.astimezone(UTC)
    # Skipped: Python's fold=0 counts with the offset before the gap, which moves it forward.
    assert late.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall
    return early.astimezone(UTC)


def months_later(wall, count):
    index = wall.year * 12 + wall.month - 1 + count
    year, month = divmod(index, 12)
    day = min(wall.day, monthrange(year, month + 1)[1])
    return wall.replace(year=year, month=month + 1, day=day)


def moved(start, span, zone, sign=1, times=1):
    """An instant moved by a span such as "60 days", so many times at once."""
    count, unit = span.split()
    count, unit = int(count) * sign * times, unit.removesuffix("s")
    if unit in ELAPSED:
        return start + timedelta(seconds=count * ELAPSED[unit])
    wall = start.astimezone(zone).replace(tzinfo=None)
    if unit in DAYS:
        return instant(wall + timedelta(days=count * DAYS[unit]), zone)
    return instant(months_later(wall, count * MONTHS[unit]), zone)


def shown(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def row(kind, name, wall, span, k=1, term=None):
    zone = ZoneInfo(name)
    start = instant(datetime.fromisoformat(wall), zone)
    result = {"kind": kind, "zone": name, "start": shown(start), "span": span}
    if kind == "every":
        result["k"] = k
        end = moved(start, span, zone, times=k)
    elif kind == "notice":
        result["term"] = term
        end = moved(moved(start, term, zone), span, zone, sign=-1)
    else:
        end = moved(start, span, zone, sign=-1 if kind == "before" else 1)
    return result | {"end": shown(end)}


VIENNA, NEW_YORK, KATHMANDU = "Europe/Vienna", "America/New_York", "Asia/Kathmandu"
LORD_HOWE, SYDNEY, SANTIAGO = "Australia/Lord_Howe", "Australia/Sydney", "America/Santiago"


def rows():
    # The ends of months, and 29 February.
    for wall in ["2026-01-29", "2026-01-30", "2026-01-31", "2024-01-31", "2026-03-31", "2026-08-31"]:
        yield row("due", VIENNA, wall, "1 month")
    for wall in ["2026-12-31", "2027-12-30", "2024-12-31T23:59:59"]:
        yield row("due", "UTC", wall, "2 months")
    for wall in ["2026-03-29", "2026-03-30", "2026-03-31", "2024-03-31", "2026-05-31", "2026-10-31"]:
        yield row("before", VIENNA, wall, "1 month")
    for wall, span in [("2024-02-29", "1 year"), ("2024-02-29", "4 years"), ("2024-02-29", "15 years"),
                       ("2024-02-29", "12 months"), ("2023-02-28", "1 year"), ("2096-02-29", "4 years"),
                       ("2024-02-29T12:00", "50 years"), ("2024-02-28", "1 day"), ("2026-02-28", "1 day")]:
        yield row("term", NEW_YORK, wall, span)
    # 60 days without a break, and shorter, over changes of the clocks.
    for wall in ["2026-02-15", "2026-09-15", "2026-03-28T02:30", "2024-01-15", "2026-06-01"]:
        yield row("window", VIENNA, wall, "60 days")
    yield row("window", NEW_YORK, "2026-01-20T02:30", "60 days")
    yield row("window", SANTIAGO, "2026-07-08T00:30", "60 days")
    yield row("window", SYDNEY, "2026-08-06T02:15", "60 days")
    yield row("window", LORD_HOWE, "2026-08-05T02:10", "60 days")
    yield row("window", KATHMANDU, "2026-02-15", "60 days")
    # Hours elapse; days do not.
    for span in ["24 hours", "72 hours", "1 day", "3 days", "90 minutes"]:
        yield row("due", VIENNA, "2026-03-28T12:00", span)
        yield row("due", VIENNA, "2026-10-24T12:00", span)
    for span in ["24 hours", "1 day", "48 hours"]:
        yield row("due", NEW_YORK, "2026-03-07T02:30", span)
        yield row("due", NEW_YORK, "2026-10-31T01:30", span)
        yield row("due", LORD_HOWE, "2026-10-03T02:15", span)
    yield row("before", VIENNA, "2026-03-30T02:30", "1 day")
    yield row("before", NEW_YORK, "2026-11-02T01:30", "24 hours")
    yield row("due", VIENNA, "2026-02-28T02:30", "1 month")
    yield row("due", VIENNA, "2025-03-29T02:30", "1 year")
    # Periods from the 31st don't drift, nor over changes of the clocks.
    for k in [1, 2, 3, 4, 5, 6, 12, 13, 14, 25]:
        yield row("every", VIENNA, "2026-01-31", "1 month", k)
    for k in [1, 2, 3, 6]:
        yield row("every", NEW_YORK, "2025-12-31T02:30", "2 months", k)
    for k in [1, 2, 4, 15]:
        yield row("every", "UTC", "2024-02-29", "1 year", k)
    for k in [1, 8, 27]:
        yield row("every", VIENNA, "2026-03-26T02:30", "1 week", k)
    # The last instant for notice.
    for term, span in [("15 years", "6 months"), ("15 years", "1 year"), ("1 year", "90 days"),
                       ("6 months", "1 month"), ("1 month", "1 week"), ("2 years", "72 hours")]:
        yield row("notice", VIENNA, "2024-02-29", span, term=term)
        yield row("notice", NEW_YORK, "2026-08-31", span, term=term)


def main(arguments):
    check = "--check" in arguments
    files = [argument for argument in arguments if argument != "--check"]
    file = Path(files[0]) if files else FILE
    text = "[\n" + ",\n".join(json.dumps(row) for row in rows()) + "\n]\n"
    if not check:
        file.write_text(text, "utf-8")
    elif file.read_text("utf-8") != text:
        sys.exit(f"{file} is not what {Path(__file__).name} gives")


if __name__ == "__main__":
    main(sys.argv[1:])
