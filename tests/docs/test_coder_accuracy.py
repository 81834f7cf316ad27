"""The page that says how good the coder is says what it is today."""

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def accuracy():
    spec = importlib.util.spec_from_file_location("accuracy", DOCS / "make_coder_accuracy.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lines_of(page):
    """Leave out what only a machine with libvoikko can say."""
    return [line for line in page.splitlines() if "libvoikko" not in line]


def test_the_page_holds_the_figures_of_the_coder_as_it_is(accuracy):
    written = accuracy.PAGE.read_text(encoding="utf-8")
    assert lines_of(written) == lines_of(accuracy.page()), (
        "the coder has changed: run docs/make_coder_accuracy.py and read the difference"
    )


def test_both_coders_coded_every_comment_of_three_languages(accuracy):
    book = accuracy.shipped()
    languages, texts = accuracy.comments()
    assert {name: languages.count(name) for name in set(languages)} == {
        "fi": 200,
        "sv": 200,
        "en": 200,
    }
    assert len(set(texts)) == 600
    for name in ("coder_a.csv", "coder_b.csv"):
        assert accuracy.coded(name, book).given.shape == (600, len(book.columns))
