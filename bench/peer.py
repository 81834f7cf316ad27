"""Worth by level held alike, with errors that know customers: against pandas and statsmodels.

The peer reads the same Parquet file into pandas and fits weighted least squares with a dummy for
each level and the same columns held alike, with cluster-robust errors: with common slopes, and with
slopes of each level's own, which is what Kuski estimates. Kuski adds 2,000 bootstrap draws.
"""

import argparse
import tempfile
import time
from pathlib import Path

from side_by_side import LATE, load, peak_memory, side_by_side

MOST = 20
WAYS = {
    "common": "statsmodels, common slopes",
    "own": "statsmodels, own slopes",
    "kuski": "Kuski, own slopes, 2,000 draws",
}


def main() -> None:
    """Print seconds of both ways and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--alike", type=int, nargs="+", default=[3, 10])
    parser.add_argument("--one", nargs=3, metavar=("WAY", "FILE", "ALIKE"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        way, file, alike = asked.one
        _timed(_MAKERS[way], Path(file), _names(int(alike)))
        return
    from kuski.demo import write_answers

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answers.parquet"
        write_answers(file, rows=asked.rows, drivers=MOST, seed=1)
        print(
            f"{'alike':>6}  {'way':<34} {'CPU s':>7} {'wall s':>7} {'MiB':>7} "
            f"{'CPU x':>9} {'wall x':>9}"
        )
        for alike in asked.alike:
            _compare(file, alike, asked.runs)


def _compare(file: Path, alike: int, runs: int) -> None:
    commands = {way: [__file__, "--one", way, str(file), str(alike)] for way in WAYS}
    cost = side_by_side(commands, runs=runs)
    kuski = cost["kuski"]
    for way, found in cost.items():
        print(
            f"{alike:>6}  {WAYS[way]:<34} {found.cpu:>7.2f} {found.wall:>7.2f} "
            f"{found.memory:>7.0f} {found.cpu / kuski.cpu:>9.1f} {found.wall / kuski.wall:>9.1f}"
        )


def _names(alike: int) -> list[str]:
    return [f"driver_{i:02d}" for i in range(1, alike + 1)]


def _timed(way, file: Path, alike: list[str]) -> None:
    run = way(file, alike)
    cpu, wall = time.process_time(), time.perf_counter()
    run()
    print(time.process_time() - cpu, time.perf_counter() - wall, peak_memory())


def _common(file: Path, alike: list[str]):
    return _peer(file, alike, f"worth ~ C(score) + {' + '.join(alike)}")


def _own(file: Path, alike: list[str]):
    return _peer(file, alike, f"worth ~ C(score) * ({' + '.join(alike)})")


def _peer(file: Path, alike: list[str], formula: str):
    import pandas as pd
    import statsmodels.formula.api as smf

    def run() -> None:
        columns = ["customer", "weight", "score", "worth", *alike]
        answers = pd.read_parquet(file, columns=columns)
        model = smf.wls(formula, answers, weights=answers.weight)
        model.fit(cov_type="cluster", cov_kwds={"groups": answers.customer}).conf_int()

    return run


def _kuski(file: Path, alike: list[str]):
    import numpy as np

    from kuski.engine import OpenTable, collect
    from kuski.engine.embedded import Session
    from kuski.engine.files import open_file
    from kuski.moments import Levels, Need, Needs, Variable
    from kuski.stats.levels import level_worth
    from kuski.stats.resample import intervals, resamples

    load(*LATE)
    levels = Levels(Variable("score", scale=(1, 7)), tuple(k - 0.5 for k in range(1, 9)))
    columns = (Variable("worth"), *(Variable(column, scale=(1, 5)) for column in alike))
    need = Need("responses", columns, (levels,), Variable("weight"))

    def run() -> None:
        table = OpenTable(open_file(Session(), file), "customer")
        moments = collect({"responses": table}, Needs.of(need)).moments[need]
        drawn = resamples(moments.rows, rng=np.random.default_rng(1))
        worth = level_worth(moments.cross, moments.rows, resamples=drawn)
        intervals(worth.adjusted, drawn, held=worth.held)

    return run


_MAKERS = {"common": _common, "own": _own, "kuski": _kuski}

if __name__ == "__main__":
    main()
