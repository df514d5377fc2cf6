#!/usr/bin/env python3
"""The lines of one run as tables, with ratios and what was aimed at: table.py FILE."""
import sys

ours, peers, orders, missing = {}, [], [], []
for line in open(sys.argv[1], encoding='utf-8'):
    name, where, *rest = line.rstrip('\n').split('\t')
    if rest[0].startswith('missing'):
        missing.append((name, where, rest[0]))
    elif name == 'ours, batch':
        ours[where] = [float(v) for v in rest[1:]]
    elif name.startswith('ours, '):
        orders.append((name[6:], where, float(rest[1]), rest[2]))
    else:
        peers.append((name, where, [float(v) for v in rest[1:]]))

print('| method | set | pairs: P, R, F1 | B3 F | M rows/CPU s | ours, times faster |')
print('| --- | --- | --- | --- | --- | --- |')
batch = {'incdbscan', 'incdbscan-rs'}
for where, got in ours.items():
    print(f'| ours, batch | {where} | {got[1]:.3f}, {got[2]:.3f}, **{got[3]:.3f}** | {got[4]:.3f} '
          f'| {got[0]:.3f} | |')
    step = {when: speed for when, at, speed, _ in orders if at == where}
    for name, at, peer in peers:
        if at != where:
            continue
        speed = step.get('given order, settled every 100', got[0]) if name.split()[0] in batch \
            else got[0]
        print(f'| {name} | {where} | {peer[1]:.3f}, {peer[2]:.3f}, {peer[3]:.3f} | {peer[4]:.3f} '
              f'| {peer[0]:.4f} | {speed / peer[0]:.2f} |')# R's package, which none of the registries here has: measured on sets of the same form on another day.
print('| MELTT 0.4.3 (quoted, not of this run) | tiny | 0.865, 0.397, 0.54 | | 0.0013 | |')
print('\n| ours, as it comes | set | M rows/CPU s | against the batch |\n| --- | --- | --- | --- |')
for when, where, speed, same in orders:
    print(f'| {when} | {where} | {speed:.3f} | {same} |')
for name, where, why in missing:
    print(f'\n{name} on {where}: {why}')

print('\n| what | figure | aim |\n| --- | --- | --- |')
speed_of = {(name.split()[0], where): peer[0] for name, where, peer in peers}


def aim(what, figure, least):
    if figure is not None:
        print(f'| {what} | {figure:.3f}{"" if figure >= least else " (missed)"} | ≥ {least} |')


for where, least in (('quiet', .94), ('busy', .84), ('tiny', .95)):
    if where in ours:
        aim(f'F1, {where}', ours[where][3], least)
        best = [p[3] for n, at, p in peers if at == where and ('DBSCAN' in n or 'clustering' in n)]
        aim(f'F1 above the best DBSCAN, {where}', ours[where][3] - max(best) if best else None, .12)


def ratio(mine, peer, where):
    theirs = speed_of.get((peer, where))
    return mine / theirs if mine and theirs else None


aim('batch against linfa, quiet', ratio(ours['quiet'][0], 'linfa-clustering', 'quiet'), .7)
if 'busy' in ours:
    aim('batch against scikit-learn, busy', ratio(ours['busy'][0], 'scikit-learn', 'busy'), 1.2)
live = {when: speed for when, at, speed, _ in orders if at == 'quiet'}
for every in (1, 100):
    mine = live.get(f'given order, settled every {every}')
    for peer, least in (('incdbscan-rs', 14), ('incdbscan', 30)):
        aim(f'settled every {every} against {peer} (100 at a time)', ratio(mine, peer, 'quiet'), least)
same = all('same labels' in same for *_, same in orders)
print(f'| any order, any settling | {"the same labels" if same else "OTHER LABELS (missed)"} | same |')
