"""Moments against the bare sums: what 7 levels × 200 random groups cost beside reading the file.

    python bench/moments.py [--rows N ...] [--runs N] [--scattered] [--missing SHARE] [--keep DIR]

Each measurement is a process of its own, imports before the clock, one BLAS thread; the two take
turns, and the first turn, which warms the disk cache, does not count. CPU seconds of all threads.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DRIVERS = 20
COLUMNS = [
    "customer",
    "score",
    "weight",
    "worth",
    *(f"driver_{number:02d}" for number in range(1, DRIVERS + 1)),
]


def floor(path: Path) -> None:
    """Sum the same columns in bare DuckDB."""
    import duckdb

    sums = ", ".join(f"sum({column})" for column in COLUMNS)
    with Clock():
        duckdb.connect().sql(f"SELECT {sums} FROM '{path}'").fetchall()


def collected(path: Path) -> None:
    """Collect weighted cross-products of the drivers and worth, by level and random group."""
    import numpy as np
    import polars as pl
    import pyarrow.compute
    import pyarrow.parquet  # noqa: F401
    from polars import selectors

    from kuski.engine import OpenTable, collect
    from kuski.engine.embedded import Session
    from kuski.engine.files import open_file
    from kuski.moments import Levels, Need, Needs, Variable

    np.unique(np.arange(3))
    pl.DataFrame({"a": [1]}).select(selectors.by_name("a")).to_arrow()
    levels = Levels(Variable("score", (1, 7)), tuple(x - 0.5 for x in range(1, 9)))
    drivers = tuple(Variable(column, (1, 5)) for column in COLUMNS if column.startswith("driver"))
    need = Need("responses", (*drivers, Variable("worth")), (levels,), Variable("weight"))
    with Clock():
        table = OpenTable(open_file(Session(), path), "customer")
        moments = collect({"responses": table}, Needs.of(need)).moments[need]
    assert moments.cross.shape == (7, 200, DRIVERS + 2, DRIVERS + 2)


class Clock:
    """Prints what the block cost as JSON: seconds of CPU and of the wall, and megabytes at most."""

    def __enter__(self) -> None:
        self.before = (time.process_time(), time.perf_counter())

    def __exit__(self, *error: object) -> None:
        cpu, wall = time.process_time() - self.before[0], time.perf_counter() - self.before[1]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"cpu": cpu, "wall": wall, "peak": peak}))


WAYS = {"floor": floor, "collect": collected}


def measured(way: str, path: Path) -> dict[str, float]:
    """Run one way in a fresh process."""
    command = [sys.executable, __file__, "--one", way, str(path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, env=environment())
    return json.loads(told.stdout)


def environment() -> dict[str, str]:
    return {**os.environ, "OPENBLAS_NUM_THREADS": "1"}


def compare(path: Path, runs: int) -> dict[str, dict[str, float]]:
    """Let the ways take turns, and take the median of each figure."""
    turns = [{way: measured(way, path) for way in WAYS} for _ in range(runs + 1)][1:]
    return {
        way: {key: statistics.median(turn[way][key] for turn in turns) for key in turns[0][way]}
        for way in WAYS
    }


def write(path: Path, rows: int, *, scattered: bool, missing: float) -> None:
    from kuski.demo.bench import write_answers

    if not path.exists():
        write_answers(path, rows=rows, drivers=DRIVERS, clustered=not scattered, missing=missing)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--scattered", action="store_true", help="customers in no order")
    parser.add_argument("--missing", type=float, default=0.0, help="share of empty ratings")
    parser.add_argument("--keep", type=Path, help="a folder for the tables, to use them again")
    parser.add_argument("--one", nargs=2, metavar=("WAY", "FILE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        WAYS[given.one[0]](Path(given.one[1]))
        return
    print("million rows | floor CPU s | collect CPU s | ratio | wall s | peak MB")
    with tempfile.TemporaryDirectory(prefix="kuski-bench-") as scratch:
        folder = given.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for rows in given.rows:
            kind = "scattered" if given.scattered else "clustered"
            path = folder / f"{kind}-{rows}-{given.missing:g}.parquet"
            write(path, rows, scattered=given.scattered, missing=given.missing)
            found = compare(path, given.runs)
            base, ours = found["floor"], found["collect"]
            print(
                f"{rows / 1e6:12g} | {base['cpu']:11.2f} | {ours['cpu']:13.2f} | "
                f"{ours['cpu'] / base['cpu']:5.2f} | {ours['wall']:6.2f} | {ours['peak']:7.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
