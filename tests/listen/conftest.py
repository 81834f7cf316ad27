"""Files never seen before: written on the spot, or real ones that may be absent."""

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from kuski.engine.embedded import Session
from kuski.engine.files import FileOptions, open_file
from kuski.listen.profile import TableProfile, profile

REAL = Path(__file__).resolve().parents[3] / "shared" / "data"
Columns = Mapping[str, Sequence[object]]


def write_csv(
    path: Path, columns: Columns, *, delimiter: str = ",", encoding: str = "utf-8"
) -> Path:
    """Write columns as a text file; None is an empty cell."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes columns to a file of a name."""

    def write(name: str, columns: Columns, **how: str) -> Path:
        return write_csv(tmp_path / name, columns, **how)

    return write


@pytest.fixture
def profile_of(tmp_path: Path) -> Callable[..., TableProfile]:
    """Return a function that profiles columns, or a file."""

    def read(what: Columns | Path, encoding: str | None = None) -> TableProfile:
        path = what if isinstance(what, Path) else write_csv(tmp_path / "columns.csv", what)
        return profile(open_file(Session(), path, FileOptions(encoding=encoding)))

    return read


@pytest.fixture
def real() -> Callable[[str], Path]:
    """Return a function that finds a real file, or skips the test."""

    def find(name: str) -> Path:
        path = REAL / name
        if not path.exists():
            pytest.skip("the real data are not in ../shared/data")
        return path

    return find


@pytest.fixture
def ratings() -> Callable[..., dict[str, np.ndarray]]:
    """Return a function that draws ratings that go with each other, an overall one among them."""

    def draw(
        scale: tuple[int, int], *, parts: int = 6, n: int = 800, seed: int = 1
    ) -> dict[str, np.ndarray]:
        rng = np.random.default_rng(seed)
        low, high = scale
        mood = rng.normal(0, 1, n)
        middle, step = (low + high) / 2 + 0.1 * (high - low), (high - low) / 4.5
        hidden = [mood + rng.normal(0, 0.9, n) for _ in range(parts)]
        overall = np.mean(hidden, axis=0) + rng.normal(0, 0.35, n)
        names = [f"part_{i + 1}" for i in range(parts)]
        drawn = dict(zip(names, hidden, strict=True)) | {"whole": overall}
        return {
            name: np.clip(np.round(middle + step * value), low, high).astype(int)
            for name, value in drawn.items()
        }

    return draw
