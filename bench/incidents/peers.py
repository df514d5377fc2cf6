#!/usr/bin/env python3
"""Others on the sets of observations: peers.py METHOD FOLDER SET [KILOMETRES SECONDS [FILE]].

Prints a line for `table.py`: name, set, rows, million rows a CPU second, precision, recall and F1 over
pairs, F of B-cubed. What is noise to a method stands alone.
"""
import importlib.metadata as versions
import os
import resource
import sys

os.environ.setdefault('OMP_NUM_THREADS', '1')
os.environ.setdefault('OPENBLAS_NUM_THREADS', '1')
import numpy as np


def load(folder, name):
    kinds = dict(lon='<f8', lat='<f8', t='<i8', r='<f4', dt='<f4', kind='u1', truth='<i4')
    return {c: np.fromfile(f'{folder}/obs_{name}.{c}', d) for c, d in kinds.items()}


def plane(rows):
    """Kilometres east and north of the middle."""
    x = (rows['lon'] - 31.5) * 111.32 * np.cos(np.radians(48.5))
    return x, (rows['lat'] - 48.5) * 111.32


def scaled(rows, km, s):
    """So that the radius is 1, and kinds that are not alike lie far apart."""
    x, y = plane(rows)
    return np.column_stack([x / km, y / km, rows['t'] / s, rows['kind'] // 2 * 10.0])


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measures(labels, truth):
    labels = np.asarray(labels).astype(np.int64).copy()
    noise = labels < 0
    labels[noise] = max(labels.max(), 0) + 1 + np.arange(noise.sum())
    pairs = lambda counts: (counts * (counts - 1.0) / 2).sum()
    _, a, of_a = np.unique(labels, return_inverse=True, return_counts=True)
    _, b, of_b = np.unique(truth, return_inverse=True, return_counts=True)
    both, counts = np.unique(a * (b.max() + 1) + b, return_counts=True)
    p = pairs(counts) / max(pairs(of_a), 1)
    r = pairs(counts) / pairs(of_b)
    square = counts.astype(float) ** 2
    cubed_p = (square / of_a[both // (b.max() + 1)]).sum() / len(labels)
    cubed_r = (square / of_b[both % (b.max() + 1)]).sum() / len(labels)
    f = lambda p, r: 2 * p * r / max(p + r, 1e-9)
    return p, r, f(p, r), f(cubed_p, cubed_r)


def sk_dbscan(rows, km, s):
    from sklearn.cluster import DBSCAN
    points = scaled(rows, km, s)
    return lambda: DBSCAN(eps=1, min_samples=2, algorithm='kd_tree').fit_predict(points)


def st_dbscan(rows, km, s):
    """ST-DBSCAN with two in a cluster, slice by slice: who lies within both radii hangs together."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree
    points, t = np.column_stack(plane(rows)), rows['t'].astype(float)

    def run():
        order = np.argsort(t, kind='stable')
        bounds = np.searchsorted(t[order], np.arange(t.min(), t.max() + 2 * s, s))
        found = []
        for n in range(len(bounds) - 1):
            these = order[bounds[n]:bounds[min(n + 2, len(bounds) - 1)]]
            if len(these) > 1:
                two = cKDTree(points[these]).query_pairs(km, output_type='ndarray')
                two = these[two]
                found.append(two[np.abs(t[two[:, 0]] - t[two[:, 1]]) <= s])
        a, b = np.vstack(found).T
        graph = coo_matrix((np.ones(len(a)), (a, b)), shape=(len(t), len(t)))
        return connected_components(graph, directed=False)[1]
    return run


def hdbscan(rows, km, s):
    import hdbscan
    points = scaled(rows, km, s)
    return lambda: hdbscan.HDBSCAN(min_cluster_size=2, min_samples=1, core_dist_n_jobs=1,
                                   cluster_selection_method='leaf').fit_predict(points)


def hdbscan_rs(rows, km, s):
    import hdbscan_rs
    points = scaled(rows, km, s)
    return lambda: hdbscan_rs.HDBSCAN(min_cluster_size=2, min_samples=1,
                                      cluster_selection_method='leaf').fit_predict(points)


def incremental(module):
    def method(rows, km, s):
        made = __import__(module).IncrementalDBSCAN
        # They tell points apart by their coordinates alone.
        points = scaled(rows, km, s) + np.arange(len(rows['t']))[:, None] * 1e-12

        def run():
            clusters = made(eps=1, min_pts=2)
            for at in range(0, len(points), 100):
                clusters.insert(points[at:at + 100])
            labels = np.asarray(clusters.get_cluster_labels(points), float)
            return np.nan_to_num(labels, nan=-1).astype(int)
        return run
    return method


def splink(rows, km, s):
    """Fellegi-Sunter with levels, trained by expectation maximisation, on DuckDB."""
    import logging
    import warnings
    import pandas
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    warnings.simplefilter('ignore')
    logging.disable(logging.WARNING)
    x, y = plane(rows)
    t = rows['t'].astype(float)
    table = pandas.DataFrame(dict(unique_id=np.arange(len(x)), x=x, y=y, t=t, r=rows['r'] / 1000.0,
                                  d=rows['dt'].astype(float), k=rows['kind'].astype(int)))
    blocks = []
    for n in range(8):
        cells = [np.floor(v / w + 0.5 * (n >> bit & 1)).astype(int).astype(str)
                 for bit, (v, w) in enumerate([(x, 4), (y, 4), (t, 14_400)])]
        table[f'b{n}'] = ['_'.join(cell) for cell in zip(*cells)]
        blocks.append(block_on(f'b{n}'))

    def levels(name, value, bounds):
        def level(sql, null=False):
            return dict(sql_condition=sql, label_for_charts=sql, **({'is_null_level': True} if null else {}))
        bounds = [level(f'{value} < {bound}') for bound in bounds]
        return dict(output_column_name=name,
                    comparison_levels=[level('x_l IS NULL', True), *bounds, level('ELSE')])
    far = '((x_l-x_r)*(x_l-x_r)+(y_l-y_r)*(y_l-y_r))/((r_l*r_l+r_r*r_r)/5.99+0.0025)'
    long = '(t_l-t_r)*(t_l-t_r)/((d_l*d_l+d_r*d_r)/3.84+25)'
    settings = SettingsCreator(
        link_type='dedupe_only', blocking_rules_to_generate_predictions=blocks,
        probability_two_random_records_match=1.5 / len(x), comparisons=[
            levels('place', far, (1, 3, 6, 10, 16)), levels('time', long, (1, 3, 6, 10)),
            levels('doubt', 'sqrt(r_l*r_l+r_r*r_r)', (0.3, 0.8, 1.5, 3)),
            levels('kind', '(k_l<>k_r)::int+(k_l//2<>k_r//2)::int', (1, 2))])

    def run():
        backend = DuckDBAPI()
        linker = Linker(backend.register(table), settings)
        linker.training.estimate_u_using_random_sampling(max_pairs=2e6)
        linker.training.estimate_parameters_using_expectation_maximisation(blocks[0])
        two = linker.inference.predict(threshold_match_probability=0.8)
        cluster = linker.clustering.cluster_pairwise_predictions_at_threshold
        found = cluster(two, threshold_match_probability=0.8).as_pandas_dataframe()
        found = found.sort_values('unique_id')['cluster_id']
        return found.astype('category').cat.codes.values
    return run


# Name: method, distribution.
METHODS = {
    'scikit-learn DBSCAN': (sk_dbscan, 'scikit-learn'),
    'ST-DBSCAN (slices)': (st_dbscan, 'scipy'),
    'hdbscan': (hdbscan, 'hdbscan'),
    'hdbscan-rs': (hdbscan_rs, 'hdbscan-rs'),
    'incdbscan': (incremental('incdbscan'), 'incdbscan'),
    'incdbscan-rs': (incremental('incdbscan_rs'), 'incdbscan-rs'),
    'splink': (splink, 'splink'),
}


def told(name, version, set_name, rows, spent, labels):
    n = len(rows['t'])
    numbers = '\t'.join(f'{m:.4f}' for m in measures(labels, rows['truth']))
    print(f'{name} {version}\t{set_name}\t{n}\t{n / spent / 1e6:.5f}\t{numbers}', flush=True)


def tune(folder, name, shares, measure):
    """The radii with the best F1 on a set: `km s`."""
    rows = load(folder, name)
    best = max((measures(measure(rows, km, s)(), rows['truth'])[2], km, s)
               for km in shares[0] for s in shares[1])
    print(best[1], best[2])


def main():
    method, folder, name, *rest = sys.argv[1:]
    if method == 'tune':
        return tune(folder, name, [(.5, 1, 1.5, 2.5), (900, 1_800, 3_600, 7_200, 14_400)], sk_dbscan)
    if method == 'tune-st':
        return tune(folder, name, [(.5, 1, 1.5), (300, 900, 1_800, 3_600)], st_dbscan)
    if method == 'tune-on-itself':
        return tune(folder, name, [(.4, .7, 1.0), (600, 1_800, 5_400)], sk_dbscan)
    km, s = float(rest[0]), float(rest[1])
    rows = load(folder, name)
    if method == 'labels':
        # What the Rust peers said: name, version and seconds are the other words.
        file, name_of, version, spent = rest[2:]
        return told(name_of, version, name, rows, float(spent), np.fromfile(file, '<i8'))
    run, distribution = METHODS[method]
    try:
        run = run(rows, km, s)
        version = versions.version(distribution)
    except (ImportError, versions.PackageNotFoundError) as missing:
        print(f'{method}\t{name}\tmissing: {missing}', flush=True)
        return
    begun = cpu()
    labels = run()
    told(method, version, name, rows, cpu() - begun, labels)


main()
