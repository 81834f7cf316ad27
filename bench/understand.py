"""Everything of the understand stage against the scan that it rests on, on the made-up company.

    python bench/understand.py [--answers N] [--runs N] [--keep DIR]

"floor" sums every column of the answers and of the customers in bare DuckDB. "scan" collects what
the findings need, join and all. "findings" does that and makes them, with every resample. Each is a
process of its own, imports before the clock; they take turns. CPU seconds of all threads.
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from moments import timed
from side_by_side import LATE, load, side_by_side

# The made-up company gets so many answers from each customer, those who never answer included.
ANSWERS_EACH = 2.4


def main() -> None:
    """Print what each way cost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="a folder for the company, to use it again")
    parser.add_argument("--one", nargs=2, metavar=("WAY", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        way, folder = asked.one
        timed(_WAYS[way](Path(folder)))
        return
    with tempfile.TemporaryDirectory(prefix="kuski-bench-") as scratch:
        folder = asked.keep or Path(scratch) / "company"
        _written(folder, asked.answers)
        commands = {way: [__file__, "--one", way, str(folder)] for way in _WAYS}
        cost = side_by_side(commands, runs=asked.runs)
    print("way      | CPU s | of the scan | of the floor | peak MiB")
    for way, each in cost.items():
        print(
            f"{way:8} | {each.cpu:5.2f} | {each.cpu / cost['scan'].cpu:11.2f} | "
            f"{each.cpu / cost['floor'].cpu:12.2f} | {each.memory:8.0f}"
        )


def _written(folder: Path, answers: int) -> None:
    from kuski.demo import write

    if not (folder / "study.toml").exists():
        write(folder, customers=round(answers / ANSWERS_EACH))


def _floor(folder: Path) -> Callable[[], None]:
    import duckdb

    def run() -> None:
        connection = duckdb.connect()
        for table in ("responses", "customers"):
            file = folder / f"{table}.parquet"
            columns = connection.sql(f"DESCRIBE FROM '{file}'").fetchall()
            sums = [
                f'sum("{name}")' if kind != "VARCHAR" and kind != "DATE" else f'max("{name}")'
                for name, kind, *_ in columns
            ]
            connection.sql(f"SELECT {', '.join(sums)} FROM '{file}'").fetchall()

    return run


def _scan(folder: Path) -> Callable[[], None]:
    from importlib import import_module

    import kuski
    from kuski.engine import collect
    from kuski.moments import Needs
    from kuski.registry import FINDINGS

    load(*LATE)
    modules = [import_module(FINDINGS[name]) for name in _names()]

    def run() -> None:
        study = kuski.open(folder / "study.toml")
        needs = Needs()
        for module in modules:
            asked = module.needs(study.roles)
            needs |= asked if isinstance(asked, Needs) else Needs()
        collect(study.tables, needs)

    return run


def _findings(folder: Path) -> Callable[[], None]:
    from importlib import import_module

    import kuski
    from kuski.registry import FINDINGS

    load(*LATE, *(FINDINGS[name] for name in _names()))
    import_module("scipy.special")

    def run() -> None:
        found = kuski.open(folder / "study.toml").findings(_names())
        assert not any(finding.is_refused for finding in found)

    return run


def _names() -> list[str]:
    from kuski.registry import NAMES

    return [name for name in NAMES if name.startswith("understand.")]


_WAYS = {"floor": _floor, "scan": _scan, "findings": _findings}

if __name__ == "__main__":
    main()
