"""Moments against the bare sums: what 7 levels × 200 random groups cost beside reading the file.

    python bench/moments.py [--rows N ...] [--runs N] [--scattered] [--missing SHARE] [--keep DIR]

Each measurement is a process of its own, imports before the clock, one BLAS thread; the two take
turns, and the first turn, which warms the disk cache, does not count. CPU seconds of all threads.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from side_by_side import LATE, load, peak_memory, side_by_side

DRIVERS = 20
COLUMNS = [
    "customer",
    "score",
    "weight",
    "worth",
    *(f"driver_{number:02d}" for number in range(1, DRIVERS + 1)),
]


def main() -> None:
    """Print what each way cost at each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--scattered", action="store_true", help="customers in no order")
    parser.add_argument("--missing", type=float, default=0.0, help="share of empty ratings")
    parser.add_argument("--keep", type=Path, help="a folder for the tables, to use them again")
    parser.add_argument("--one", nargs=2, metavar=("WAY", "FILE"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        way, file = asked.one
        timed(_WAYS[way](Path(file)))
        return
    print(
        "million rows | floor CPU s | moments CPU s | ratio | of the products' columns | peak MiB"
    )
    with tempfile.TemporaryDirectory(prefix="kuski-bench-") as scratch:
        folder = asked.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for rows in asked.rows:
            file = _written(folder, rows, is_scattered=asked.scattered, missing=asked.missing)
            commands = {way: [__file__, "--one", way, str(file)] for way in _WAYS}
            side_by_side(commands, runs=1)
            cost = side_by_side(commands, runs=asked.runs)
            floor, fewer, ours = cost["floor"].cpu, cost["fewer"].cpu, cost["moments"].cpu
            print(
                f"{rows / 1e6:12g} | {floor:11.2f} | {ours:13.2f} | {ours / floor:5.2f} | "
                f"{ours / fewer:23.2f} | {cost['moments'].memory:8.0f}",
                flush=True,
            )


def _written(folder: Path, rows: int, *, is_scattered: bool, missing: float) -> Path:
    from kuski.demo.bench import write_answers

    kind = "scattered" if is_scattered else "clustered"
    file = folder / f"{kind}-{rows}-{missing:g}.parquet"
    if not file.exists():
        write_answers(file, rows=rows, drivers=DRIVERS, clustered=not is_scattered, missing=missing)
    return file


def timed(run: Callable[[], None]) -> None:
    """Run once and print CPU seconds, seconds and peak memory."""
    cpu, wall = time.process_time(), time.perf_counter()
    run()
    print(time.process_time() - cpu, time.perf_counter() - wall, peak_memory())


def _floor(file: Path) -> Callable[[], None]:
    """Sum every column that is read, in bare DuckDB."""
    return _sums(file, COLUMNS)


def _fewer(file: Path) -> Callable[[], None]:
    """Sum the columns that enter the products alone."""
    return _sums(file, COLUMNS[2:])


def _sums(file: Path, columns: list[str]) -> Callable[[], None]:
    import duckdb

    query = f"SELECT {', '.join(f'sum({column})' for column in columns)} FROM '{file}'"
    return lambda: duckdb.connect().sql(query).fetchall()


def _moments(file: Path) -> Callable[[], None]:
    """Collect weighted cross-products of the drivers and worth, by level and random group."""

    from kuski.engine import OpenTable, collect
    from kuski.engine.embedded import Session
    from kuski.engine.files import open_file
    from kuski.moments import Levels, Need, Needs, Variable

    load(*LATE)
    levels = Levels(Variable("score", (1, 7)), tuple(k - 0.5 for k in range(1, 9)))
    drivers = tuple(Variable(column, (1, 5)) for column in COLUMNS if column.startswith("driver"))
    need = Need("responses", (*drivers, Variable("worth")), (levels,), Variable("weight"))

    def run() -> None:
        table = OpenTable(open_file(Session(), file), "customer")
        moments = collect({"responses": table}, Needs.of(need)).moments[need]
        assert moments.cross.shape == (7, 200, DRIVERS + 2, DRIVERS + 2)

    return run


_WAYS = {"floor": _floor, "fewer": _fewer, "moments": _moments}

if __name__ == "__main__":
    main()
