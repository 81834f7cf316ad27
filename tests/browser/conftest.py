"""Headless Chromium from the system, on pages opened from the disk."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from kuski.output import write_texts
from kuski.report import render_report

from ..report import samples

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """Chromium; skips where there is none."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def files(tmp_path_factory, write_study) -> dict[str, Path]:
    """The invented findings and all there are, in both languages; one refused, and all refused."""
    folder = tmp_path_factory.mktemp("pages")
    every = samples.every_finding(tmp_path_factory.mktemp("every"), write_study)
    none = samples.every_refusal(tmp_path_factory.mktemp("none"), write_study)
    few = (samples.quality(), samples.elevate(), samples.refused())
    pages = {
        "en": (samples.findings(), "en"),
        "fi": (samples.findings(), "fi"),
        "refused": (few, "en"),
        "every en": (every, "en"),
        "every fi": (every, "fi"),
        "none": (none, "fi"),
    }
    texts = {
        f"{name}.html": render_report(
            findings,
            study="Esimerkki Oy, asiakaskokemuksen vuosikysely 2026",
            source="responses.parquet",
            today=date(2026, 11, 22),
            language=language,
        )
        for name, (findings, language) in pages.items()
    }
    return dict(zip(pages, write_texts(folder, texts), strict=True))


@pytest.fixture
def visit(browser, files) -> Iterator[Callable]:
    """Return a function that opens a page; what it asked for and complained of is in `.heard`."""
    contexts = []

    def go(name: str, *, width: int = 1440, height: int = 900, scheme: str = "light"):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        contexts.append(context)
        page = context.new_page()
        page.heard = []
        page.on("console", lambda message: page.heard.append(message.text))
        page.on("pageerror", lambda error: page.heard.append(str(error)))
        page.on("request", lambda request: page.heard.append(request.url))
        page.goto(files[name].as_uri())
        page.evaluate("document.fonts.ready")
        return page

    yield go
    for context in contexts:
        context.close()
