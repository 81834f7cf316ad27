"""The list of customers for an action, against the floor of reading its tables.

    python bench/choose_list.py [--customers N] [--answers N ...] [--runs N] [--share S]
                                 [--capacity N]

Half of 24 segments, at all levels but the top, are listed from a table of their number, two words
and a flag, beside answers with customer, day and score. The floor reads the same columns of both
files into batches of rows with bare Polars, and does nothing with them; the figure of DuckDB, which
takes the largest cell of every column, holds no rows. A process each, imports before the clock, one
BLAS thread; the ways take turns, and the first turn, which warms the disk cache, does not count.
CPU seconds of all threads.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

from side_by_side import LATE, load, peak_memory, side_by_side

LEVELS = 7
REGIONS = tuple(f"region-{number}" for number in range(6))
KINDS = ("household", "sole_trader", "company", "association")
ASKED = {
    "customers": ("customer", "region", "kind", "weak"),
    "answers": ("customer", "day", "score"),
}
_GROUP = 500_000


def main() -> None:
    """Print what the list cost beside each floor."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=10_000_000)
    parser.add_argument("--answers", type=int, nargs="+", default=[1_000_000, 20_000_000])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--share", type=float, default=0.5, help="share of the segments on the list"
    )
    parser.add_argument("--capacity", type=float, default=float("inf"))
    parser.add_argument("--one", nargs=2, metavar=("WAY", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        way, folder = asked.one
        _timed(_WAYS[way](Path(folder), asked.share, asked.capacity))
        return
    print("customers | answers | listed | floor CPU s | DuckDB CPU s | list CPU s | ratio | MiB")
    for answers in asked.answers:
        with tempfile.TemporaryDirectory(prefix="kuski-bench-") as scratch:
            folder = Path(scratch)
            _write(folder, asked.customers, answers)
            how = [f"--share={asked.share}", f"--capacity={asked.capacity}"]
            commands = {way: [__file__, *how, "--one", way, str(folder)] for way in _WAYS}
            side_by_side(commands, runs=1)
            cost = side_by_side(commands, runs=asked.runs)
            listed = int((folder / "listed.txt").read_text(encoding="utf-8"))
            floor, ours = cost["floor"], cost["list"]
            print(
                f"{asked.customers:>9,} | {answers:>10,} | {listed:>9,} | {floor.cpu:11.2f} | "
                f"{cost['duckdb'].cpu:12.2f} | {ours.cpu:10.2f} | {ours.cpu / floor.cpu:5.2f} | "
                f"{ours.memory:.0f}",
                flush=True,
            )


def _write(folder: Path, customers: int, answers: int) -> None:
    """Write both tables, customers in no order among the answers."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    def numbered(place: np.ndarray) -> np.ndarray:
        """Give customers numbers of eight digits that follow no order."""
        return 10_000_000 + place * 48_271 % 89_999_999

    def words(rng: np.random.Generator, of: tuple[str, ...], size: int) -> pa.Array:
        return pa.array(of).take(pa.array(rng.integers(0, len(of), size)))

    def people(rng: np.random.Generator, start: int, size: int) -> pa.Table:
        weak = (rng.random(size) < 0.05).astype(np.int8)
        return pa.table(
            {
                "customer": numbered(np.arange(start + 1, start + size + 1)),
                "region": words(rng, REGIONS, size),
                "kind": words(rng, KINDS, size),
                "weak": weak,
            }
        )

    def told(rng: np.random.Generator, start: int, size: int) -> pa.Table:  # noqa: ARG001
        return pa.table(
            {
                "customer": numbered(rng.integers(1, customers + 1, size)),
                "day": rng.integers(18_000, 19_000, size).astype("datetime64[D]"),
                "score": rng.integers(1, LEVELS + 1, size).astype(np.int8),
            }
        )

    for name, rows, made in (("customers", customers, people), ("answers", answers, told)):
        writer = None
        for number, start in enumerate(range(0, rows, _GROUP)):
            rng = np.random.default_rng([number, rows])
            table = made(rng, start, min(_GROUP, rows - start))
            writer = writer or pq.ParquetWriter(folder / f"{name}.parquet", table.schema)
            writer.write_table(table, row_group_size=_GROUP)
        if writer is not None:
            writer.close()


def _timed(run: Callable[[], None]) -> None:
    cpu, wall = time.process_time(), time.perf_counter()
    run()
    print(time.process_time() - cpu, time.perf_counter() - wall, peak_memory())


def _floor(folder: Path, *_: float) -> Callable[[], None]:
    """Read every column that the list needs, in batches, and drop it."""
    import polars as pl

    def run() -> None:
        for name, columns in ASKED.items():
            frame = pl.scan_parquet(folder / f"{name}.parquet").select(columns)
            rows = frame.select(pl.len()).collect().item()
            for start in range(0, rows, _GROUP):
                frame.slice(start, _GROUP).collect().to_arrow()

    return run


def _duckdb(folder: Path, *_: float) -> Callable[[], None]:
    """Look at every cell that the list needs."""
    import duckdb

    def run() -> None:
        for name, columns in ASKED.items():
            wanted = ", ".join(f"max({column})" for column in columns)
            duckdb.connect().sql(f"SELECT {wanted} FROM '{folder / name}.parquet'").fetchall()

    return run


def _list(folder: Path, share: float, capacity: float) -> Callable[[], None]:
    """List the customers of a share of the cells, reasons and all, as Parquet."""
    load(*LATE, "babel.dates", "kuski.choose.listing")
    import numpy as np

    import kuski
    from kuski.choose.cell import JOINT, Cell
    from kuski.choose.entry import Entry
    from kuski.choose.listing import Listing, Part, write_list

    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "actions.csv").write_text("action,cost\nvisit,40\n", encoding="utf-8")
    study = kuski.open(folder / "study.toml")
    segments = tuple(product(REGIONS, KINDS))
    rng = np.random.default_rng(1)
    chosen = rng.permutation(len(segments))[: round(share * len(segments))]
    cells = [
        Cell(JOINT.join(member), (level,), weak, 1000.0, "middle", (member,), (1.0,), (1.0,))
        for member in (segments[i] for i in chosen)
        for weak in (False, True)
        for level in range(LEVELS - 1)
    ]
    entries = [Entry(cell, (), 50.0, 20.0, 80.0, 40.0, None, np.zeros(9)) for cell in cells]
    asked = Listing(
        file=folder / "list.parquet",
        action="visit",
        labels={"visit": "A visit"},
        parts=tuple(Part(entry, 0, 0) for entry in entries),
        capacity=capacity,
        price=1.0,
        planned=0.0,
        least=10,
        worth_unit="€",
        cost_unit="€",
    )
    assert study.tables
    assert study.roles

    def run() -> None:
        found = write_list(study, asked, segments=("region", "kind"))
        (folder / "listed.txt").write_text(str(found.people), encoding="utf-8")

    return run


STUDY = """\
[study]
name = "Bench"
[responses]
file = "answers.parquet"
customer = "customer"
time = "day"
score = { column = "score", scale = [1, 7] }
[customers]
file = "customers.parquet"
customer = "customer"
segments = ["region", "kind"]
protected = "weak"
[actions]
file = "actions.csv"
action = "action"
cost = "cost"
"""

_WAYS = {"floor": _floor, "duckdb": _duckdb, "list": _list}

if __name__ == "__main__":
    main()
