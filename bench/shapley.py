"""Shapley shares of R²: exact and with 200 replicates, against others that walk every subset.

Peers: NumPy solving one system a subset from the correlations, as R's relaimpo does, and PyPI's
dominance-analysis, which fits every subset to the rows with scikit-learn. The latter needs old
packages, so it runs in an interpreter of its own:

    python -m venv peer
    peer/bin/pip install dominance-analysis "numpy<2" "pandas<3" "scikit-learn<1.6"
    python bench/shapley.py --peer peer/bin/python

Kuski's time counts the products of the rows too; imports are outside the clock.
"""

import argparse
import os
import time
from itertools import combinations
from math import comb

from side_by_side import load, peak_memory, side_by_side

ROWS, REPLICATES = 1_000, 200
WAYS = {
    "kuski": "Kuski, once",
    "replicates": f"Kuski, and {REPLICATES} replicates",
    "subsets": "NumPy, one solve a subset",
    "dominance": f"dominance-analysis, {ROWS:,} rows",
}


def main() -> None:
    """Print seconds of each way and their ratio to Kuski's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drivers", type=int, nargs="+", default=[10, 15, 20])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peer", help="a Python that has dominance-analysis")
    parser.add_argument("--most-peer", type=int, default=15, help="drivers for the peers")
    parser.add_argument("--one", nargs=2, metavar=("WAY", "DRIVERS"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        way, drivers = asked.one
        if way == "dominance" and asked.peer:
            os.execv(asked.peer, [asked.peer, __file__, "--one", way, drivers])
        _MAKERS[way](int(drivers))
        return
    print(f"{'drivers':>7}  {'way':<34} {'CPU s':>9} {'wall s':>9} {'MiB':>6} {'CPU x':>9}")
    for drivers in asked.drivers:
        ways = ["kuski", "replicates"]
        if drivers <= asked.most_peer:
            ways += ["subsets", *(["dominance"] if asked.peer else [])]
        more = ["--peer", asked.peer] if asked.peer else []
        commands = {way: [__file__, *more, "--one", way, str(drivers)] for way in ways}
        cost = side_by_side(commands, runs=asked.runs)
        for way, found in cost.items():
            print(
                f"{drivers:>7}  {WAYS[way]:<34} {found.cpu:>9.4f} {found.wall:>9.4f} "
                f"{found.memory:>6.0f} {found.cpu / cost['kuski'].cpu:>9.1f}"
            )


def _rows(drivers: int):
    import numpy as np

    rng = np.random.default_rng(1)
    x = rng.normal(size=(ROWS, drivers)) + rng.normal(size=(ROWS, 1))
    return np.column_stack([x, x.sum(axis=1) + 3 * rng.normal(size=ROWS)])


def _kuski(drivers: int) -> None:
    load("kuski.stats.shapley")
    from kuski.stats.shapley import shapley

    rows = _rows(drivers)
    groups = [[place] for place in range(1, drivers + 1)]

    def divide():
        return shapley(_products(rows), outcome=drivers + 1, groups=groups).shares

    _timed(divide)


def _replicates(drivers: int) -> None:
    load("kuski.stats.shapley")
    import numpy as np

    from kuski.stats.shapley import shapley

    rows = _rows(drivers)
    groups = [[place] for place in range(1, drivers + 1)]

    def divide():
        parts = np.stack([_products(rows[start::REPLICATES]) for start in range(REPLICATES)])
        whole = parts.sum(axis=0)
        crosses = np.concatenate([whole[None], whole - parts])
        return shapley(crosses, outcome=drivers + 1, groups=groups).shares[0]

    _timed(divide)


def _subsets(drivers: int) -> None:
    """Solve for R² of every subset, and weigh what each driver adds to those without it."""
    load("numpy")
    import numpy as np

    rows = _rows(drivers)

    def divide():
        r = np.corrcoef(rows.T)
        r2 = {(): 0.0}
        for size in range(1, drivers + 1):
            for some in combinations(range(drivers), size):
                beside = r[some, -1]
                r2[some] = float(beside @ np.linalg.solve(r[np.ix_(some, some)], beside))
        shares = np.zeros(drivers)
        for some, value in r2.items():
            for driver in some:
                before = tuple(other for other in some if other != driver)
                added = value - r2[before]
                shares[driver] += added / (drivers * comb(drivers - 1, len(before)))
        return shares

    _timed(divide)


def _dominance(drivers: int) -> None:
    import bokeh.io.notebook

    # It draws for a notebook with what is no longer there.
    bokeh.io.notebook.publish_display_data = lambda *_, **__: None
    import pandas as pd
    from dominance_analysis import Dominance

    names = [f"d{place}" for place in range(drivers)]
    frame = pd.DataFrame(_rows(drivers), columns=[*names, "y"])

    def divide():
        found = Dominance(data=frame, target="y", objective=1, top_k=drivers)
        shares = found.incremental_rsquare()
        return [shares[name] for name in names]

    _timed(divide)


def _products(rows):
    import numpy as np

    z = np.column_stack([np.ones(len(rows)), rows])
    return z.T @ z


def _timed(divide) -> None:
    """Print what was found, so that ways can be compared, and then seconds and memory."""
    cpu, wall = time.process_time(), time.perf_counter()
    shares = divide()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(" ".join(f"{share:.6f}" for share in shares))
    print(cpu, wall, peak_memory())


_MAKERS = {
    "kuski": _kuski,
    "replicates": _replicates,
    "subsets": _subsets,
    "dominance": _dominance,
}

if __name__ == "__main__":
    main()
