"""A study on the disk, and the command line to try on it."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kuski.cli import program

STUDY = """\
[study]
name = "Trial"
language = "{language}"

[responses]
file = "answers.csv"
score = {{ column = "whole", scale = [1, 5] }}
worth = {{ column = "euros", unit = "€" }}
drivers = {{ columns = ["staff", "price"], scale = [1, 5] }}
"""


@pytest.fixture
def kuski(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a function that runs a command."""
    monkeypatch.delenv("KUSKI_LANGUAGE", raising=False)
    return lambda *args: CliRunner().invoke(program, [str(arg) for arg in args])


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Write a study of 400 answers whose worth rises with the score."""
    return write_study(tmp_path, "en")


@pytest.fixture
def finnish_study(tmp_path: Path) -> Path:
    """Write the same in Finnish."""
    return write_study(tmp_path, "fi")


def write_study(folder: Path, language: str) -> Path:
    rng = np.random.default_rng(1)
    whole = rng.choice([1, 2, 3, 4, 5], 400, p=[0.1, 0.15, 0.25, 0.3, 0.2])
    columns = {
        "whole": whole,
        "staff": np.clip(whole + rng.integers(-1, 2, 400), 1, 5),
        "price": np.clip(whole + rng.integers(-1, 2, 400), 1, 5),
        "euros": np.round(100 + 50 * whole + rng.normal(0, 20, 400), 2),
    }
    with (folder / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    path = folder / "study.toml"
    path.write_text(STUDY.format(language=language), encoding="utf-8")
    return path
