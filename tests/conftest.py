"""What many tests stand on: small studies, the made-up company, and the real data."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import kuski
from kuski import demo
from kuski.finding import Finding
from kuski.listen.stories.coding import code_study
from kuski.words import LANGUAGES, Language, catalogue

ROOT = Path(__file__).parent.parent
REAL = ROOT.parent / "shared" / "data"

Columns = Mapping[str, Sequence[Any]]
Part = tuple[Columns | str | bytes, str]


def write_table(path: Path, content: Columns | str | bytes) -> None:
    """Write columns as CSV, numbers in full precision and None as an empty cell."""
    if isinstance(content, str | bytes):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(content)
        writer.writerows(zip(*content.values(), strict=True))


@pytest.fixture(scope="session")
def write_study() -> Callable[..., Path]:
    """Return what `study_file` does in a folder of its own, for one that is there."""

    def write(
        folder: Path,
        responses: Columns | str | bytes,
        roles: str,
        *,
        study: str = "",
        **tables: Part,
    ) -> Path:
        lines = ["[study]", 'name = "Test"', study]
        for name, (content, text) in {"responses": (responses, roles), **tables}.items():
            write_table(folder / f"{name}.csv", content)
            lines += [f"[{name}]", f'file = "{name}.csv"', text]
        (folder / "study.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder / "study.toml"

    return write


@pytest.fixture
def study_file(tmp_path: Path, write_study: Callable[..., Path]) -> Callable[..., Path]:
    """Return a function that writes a study's tables and its file, and returns the file's path.

    ``study_file(columns, roles, customers=(columns, roles), study="seed = 2")``: each table is a
    mapping of column to values (or a text, or bytes) with the lines of its part of the study file.
    """
    number = count(1)

    def write(*args: Any, **tables: Any) -> Path:
        folder = tmp_path / f"study{next(number)}"
        folder.mkdir()
        return write_study(folder, *args, **tables)

    return write


@pytest.fixture
def make_study(study_file: Callable[..., Path]) -> Callable[..., kuski.Study]:
    """Return `study_file` with the study opened."""

    def make(*args: Any, language: Any = None, **tables: Any) -> kuski.Study:
        return kuski.open(study_file(*args, **tables), language=language)

    return make


@dataclass(frozen=True)
class DemoCompany:
    study: kuski.Study
    truth: dict[str, Any]
    findings: dict[str, Finding]


@pytest.fixture(scope="session")
def demo_company(tmp_path_factory: pytest.TempPathFactory) -> DemoCompany:
    """The made-up company at 20,000 customers, with its findings and its truth."""
    files = demo.write(tmp_path_factory.mktemp("demo"), customers=20_000, seed=1)
    study = kuski.open(files.study)
    code_study(study)
    truth = json.loads(files.truth.read_text(encoding="utf-8"))
    return DemoCompany(study, truth, {finding.name: finding for finding in study.findings()})


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """Return a function that finds a file of the real data, or skips and says why."""

    def find(name: str) -> Path:
        path = REAL / name
        if not path.exists():
            pytest.skip(f"the real data are not here: there is no ../shared/data/{name}")
        return path

    return find


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return ROOT


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """Collect every case that is said from here on, with its language."""
    found: set[tuple[str, str]] = set()
    template = catalogue.template

    def heard(case: str, language: Language) -> str | Mapping[str, str]:
        found.add((case, language))
        return template(case, language)

    monkeypatch.setattr(catalogue, "template", heard)
    return found


@pytest.fixture(scope="session")
def say_everything() -> Callable[[Finding], list[str]]:
    """Return a function that lets a finding show all its faces but the chart in both languages."""

    def texts(finding: Finding) -> list[str]:
        found = []
        for language in LANGUAGES:
            told = finding.translated(language)
            found += [told.title, told.question, told.caption, told.method, repr(told)]
            found += [part for each in told.story() for part in (each.text, each.advice)]
            found += [check.text for check in told.checks()]
            found.append(told._repr_html_())
        return found

    return texts
