#!/usr/bin/env python3
"""Makes the sets of observations of known events: sets.py FOLDER [NAME ...]. Needs numpy.

A set is columns of raw little-endian numbers, FOLDER/obs_SET.COLUMN, a row for each observation in the
order of arrival: lon, lat (f64, degrees), t (i64, seconds), r (f32, the radius in metres that holds
95 %), dt (f32, half of the time in seconds that holds 95 %), kind (u8, of 8; 2n and 2n+1 are alike), src
(u8, of 20; four of each class), truth (i32, the event; each false alarm is one of its own).
"""
import sys
import numpy as np

DAYS = 30
KM = 111.195
MIDDLE = (31.5, 48.5)
# Name: events, seed. Numbers of a model are chosen on `tune` alone.
SETS = {'tune': (20_000, 11), 'quiet': (20_000, 12), 'busy': (300_000, 13), 'tiny': (2_000, 14)}
# Of each class: its share, the radius in metres and the time in seconds that it states (from, to), and
# how often it names the right kind.
CLASSES = np.array([
    (0.25, 200, 2_000, 2, 30, 0.80),
    (0.15, 375, 750, 600, 21_600, 0.70),
    (0.20, 50, 150, 1, 20, 0.95),
    (0.25, 500, 5_000, 900, 14_400, 0.85),
    (0.15, 300, 3_000, 300, 7_200, 0.75),
])


def front():
    """A line of about 1,000 km in kilometres, and the places on it where most happens."""
    rng = np.random.default_rng(10)
    along = np.linspace(0, 1, 4_001)
    across = sum(rng.normal(0, 60 / n) * np.sin(n * np.pi * along + rng.uniform(0, 6.3))
                 for n in range(1, 40))
    line = np.column_stack([(along - 0.5) * 600, (along - 0.5) * -500 + across])
    spots = np.column_stack([rng.uniform(0, 1, 25), rng.uniform(0.004, 0.02, 25),
                             rng.pareto(1.5, 25) + 0.2])
    return line, spots


def near(rng, line, spots, count, spread):
    """Places near the line: three of four round a spot, the offset with a long tail."""
    which = rng.choice(len(spots), count, p=spots[:, 2] / spots[:, 2].sum())
    at = spots[which, 0] + rng.normal(0, 1, count) * spots[which, 1]
    at = np.where(rng.random(count) < 0.75, at, rng.random(count)).clip(0, 1)
    step = np.linspace(0, 1, len(line))
    angle, off = rng.uniform(0, 2 * np.pi, count), rng.laplace(0, spread, count)
    x, y = np.interp(at, step, line[:, 0]), np.interp(at, step, line[:, 1])
    return np.column_stack([x + off * np.cos(angle), y + off * np.sin(angle)])


def make(events, seed):
    rng = np.random.default_rng(seed)
    line, spots = front()
    span = DAYS * 86_400
    place, t = near(rng, line, spots, events, 5.0), rng.uniform(0, span, events)
    kind = rng.integers(0, 8, events)
    # A third of the events come in bursts round another: neighbours are common.
    head = rng.integers(0, events // 12, events)
    burst = np.flatnonzero(rng.random(events) < 0.33)
    place[burst] = place[head[burst]] + rng.normal(0, 3.0, (len(burst), 2))
    t[burst] = (t[head[burst]] + rng.exponential(5_400, len(burst))).clip(0, span - 1)
    same = rng.random(len(burst)) < 0.6
    kind[burst[same]] = kind[head[burst[same]]]
    # Seen once to six times; and false alarms, each by itself.
    seen = np.repeat(np.arange(events), rng.choice(6, events, p=[.30, .25, .18, .13, .09, .05]) + 1)
    alarms = int(0.15 * len(seen))
    truth = np.concatenate([seen, events + np.arange(alarms)])
    xy = np.vstack([place[seen], near(rng, line, spots, alarms, 8.0)])
    t = np.concatenate([t[seen], rng.uniform(0, span, alarms)])
    kind = np.concatenate([kind[seen], rng.integers(0, 8, alarms)])
    rows = len(truth)
    of = rng.choice(len(CLASSES), rows, p=CLASSES[:, 0])
    stated = CLASSES[of]
    r = np.exp(rng.uniform(np.log(stated[:, 1]), np.log(stated[:, 2])))
    dt = np.exp(rng.uniform(np.log(stated[:, 3]), np.log(stated[:, 4])))
    # For a few, what they state is wrong by three times.
    wrong = np.where(rng.random(rows) < 0.03, 3.0, 1.0)
    xy = xy + rng.normal(0, 1, (rows, 2)) * (r / 2_448 * wrong)[:, None]
    t = t + rng.normal(0, 1, rows) * dt / 1.96
    hours = (of == 3) & (rng.random(rows) < 0.5)
    t = np.where(hours, np.round(t / 3_600) * 3_600, t)
    dt = np.where(hours, np.maximum(dt, 1_800), dt)
    other = np.where(rng.random(rows) < 0.7, kind ^ 1, rng.integers(0, 8, rows))
    kind = np.where(rng.random(rows) < stated[:, 5], kind, other)
    late = rng.exponential(1_800, rows) * (rng.random(rows) < 0.4)
    late += rng.exponential(43_200, rows) * (rng.random(rows) < 0.1)
    order = np.argsort(t + late, kind='stable')
    lon = xy[:, 0] / (KM * np.cos(np.radians(MIDDLE[1]))) + MIDDLE[0]
    columns = {
        'lon': np.round(lon, 7), 'lat': np.round(xy[:, 1] / KM + MIDDLE[1], 7),
        't': t.astype('<i8'), 'r': r.astype('<f4'), 'dt': dt.astype('<f4'),
        'kind': kind.astype('u1'), 'src': (of * 4 + rng.integers(0, 4, rows)).astype('u1'),
        'truth': truth.astype('<i4'),
    }
    return {name: column[order] for name, column in columns.items()}


if __name__ == '__main__':
    folder, *names = sys.argv[1:]
    for name in names or SETS:
        for column, values in make(*SETS[name]).items():
            values.tofile(f'{folder}/obs_{name}.{column}')
