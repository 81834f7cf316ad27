"""The page of the invented findings."""

from collections.abc import Callable
from datetime import date

import pytest

from kuski.report import render_report

from . import samples

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def page() -> Callable[..., str]:
    """Return a function that renders findings; by default the four samples in English."""

    def render(findings=None, *, language="en", study="Esimerkki Oy", source="responses.parquet"):
        told = samples.findings() if findings is None else findings
        return render_report(told, study=study, source=source, today=TODAY, language=language)

    return render


@pytest.fixture(scope="session")
def english(page) -> str:
    return page()


@pytest.fixture(scope="session")
def finnish(page) -> str:
    return page(language="fi")


@pytest.fixture(scope="session")
def every_finding(tmp_path_factory, write_study):
    """All findings, of a study with names that are hard to show."""
    return samples.every_finding(tmp_path_factory.mktemp("every"), write_study)


@pytest.fixture(scope="session")
def every_refusal(tmp_path_factory, write_study):
    """All findings, of a study that has a score and nothing else."""
    return samples.every_refusal(tmp_path_factory.mktemp("none"), write_study)
