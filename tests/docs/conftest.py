"""The scripts in docs/ that run the examples and write the reference, and the company they use."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs"))


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up company that every page finds beside its examples."""
    import examples

    from kuski.demo import write

    return write(tmp_path_factory.mktemp("docs") / "company", customers=examples.CUSTOMERS).folder


@pytest.fixture
def folder_of_examples(company: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Work in a folder like the one that a page's examples find."""
    import examples

    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("KUSKI_LANGUAGE", raising=False)
    with examples.own_folder(company):
        yield
