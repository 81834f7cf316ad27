"""Moments in 7 levels × 200 replicates of 20 drivers, worth and weight, against bare column sums.

The floor is DuckDB's ``SELECT sum(...)`` of the same columns: about what reading them costs.
"""

import argparse
import tempfile
import time
from pathlib import Path

from side_by_side import peak_memory, side_by_side

DRIVERS = 20


def main() -> None:
    """Print CPU seconds, the ratio to the floor and peak memory, for each number of rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000_000])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--missing", type=float, default=0.0)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--one", nargs=2, metavar=("WAY", "FILE"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        way, file = asked.one
        _timed(_floor if way == "floor" else _moments, Path(file))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.folder or Path(scratch)
        print(f"{'rows':>12} {'floor CPU':>10} {'moments CPU':>12} {'ratio':>6} {'peak MiB':>9}")
        for rows in asked.rows:
            _compare(_table(folder, rows, asked.missing), rows, asked.runs)


def _table(folder: Path, rows: int, missing: float) -> Path:
    from kuski.demo import write_answers

    file = folder / f"answers_{rows}_{missing:g}.parquet"
    if not file.exists():
        write_answers(file, rows=rows, drivers=DRIVERS, seed=1, missing=missing)
    return file


def _compare(file: Path, rows: int, runs: int) -> None:
    commands = {way: [__file__, "--one", way, str(file)] for way in ("floor", "moments")}
    cost = side_by_side(commands, runs=runs)
    floor, moments = cost["floor"], cost["moments"]
    print(
        f"{rows:>12,} {floor.cpu:>10.2f} {moments.cpu:>12.2f} "
        f"{moments.cpu / floor.cpu:>6.2f} {moments.memory:>9.0f}"
    )


def _timed(way, file: Path) -> None:
    run = way(file)
    cpu, wall = time.process_time(), time.perf_counter()
    run()
    print(time.process_time() - cpu, time.perf_counter() - wall, peak_memory())


def _columns() -> list[str]:
    return [f"driver_{i:02d}" for i in range(1, DRIVERS + 1)] + ["worth"]


def _floor(file: Path):
    import duckdb

    connection = duckdb.connect()
    sums = ", ".join(f"sum({column})" for column in [*_columns(), "weight"])
    return lambda: connection.sql(f"SELECT {sums} FROM '{file}'").fetchall()


def _moments(file: Path):
    from kuski.engine import OpenTable, collect
    from kuski.engine.embedded import Session
    from kuski.engine.files import open_file
    from kuski.moments import Levels, Need, Needs, Variable

    drivers = [Variable(column, scale=(1, 5)) for column in _columns()[:-1]]
    levels = Levels(Variable("score", scale=(1, 7)), tuple(k - 0.5 for k in range(1, 9)))
    need = Need("responses", (*drivers, Variable("worth")), (levels,), Variable("weight"))
    table = OpenTable(open_file(Session(), file), "customer")
    return lambda: collect({"responses": table}, Needs.of(need))


if __name__ == "__main__":
    main()
