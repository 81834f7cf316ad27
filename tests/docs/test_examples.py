"""Every example in the documentation runs, and prints what the page says it prints."""

import re
import tomllib
from pathlib import Path

import examples
import pytest

NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w])")
PAGES = [page for page in examples.PAGES if list(examples.blocks(page.read_text("utf-8")))]


def name_of(page: Path) -> str:
    return page.relative_to(examples.ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
@pytest.mark.usefixtures("folder_of_examples")
@pytest.mark.filterwarnings("ignore:The .future.infer_string:Warning")  # pandas, as Ibis uses it
@pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")  # Ibis reading DuckDB
def test_examples_print_what_the_page_says(page: Path) -> None:
    for outcome in examples.outcomes(page.read_text(encoding="utf-8")):
        place = f"{name_of(page)}:{outcome.block.line}"
        assert not outcome.trouble, f"{place}: {outcome.trouble}"
        assert outcome.is_right, f"{place} prints:\n{outcome.text}\nrun: docs/examples.py"


def test_settings_in_examples_are_toml() -> None:
    for page in PAGES:
        for block in examples.blocks(page.read_text(encoding="utf-8")):
            if block.kind == "toml":
                tomllib.loads(block.text)


@pytest.mark.parametrize("page", ["README.md", "docs/tutorials/first-decision.md"])
def test_numbers_in_the_prose_stand_in_the_examples(page: str) -> None:
    text = (examples.ROOT / page).read_text(encoding="utf-8")
    told = "".join(block.text for block in examples.blocks(text))
    shown = [float(found.replace(",", "")) for found in NUMBER.findall(told)]
    prose = re.sub(r"^```.*?^```$|`[^`]*`|!\[.*?\)", "", text, flags=re.MULTILINE | re.DOTALL)
    for number in NUMBER.findall(prose):
        places = len(number.partition(".")[2])
        if not places or number in {"2.0", "3.11"}:
            continue
        told_number = float(number.replace(",", ""))
        assert any(round(value, places) == told_number for value in shown), number


def test_a_wrong_output_is_found() -> None:
    (outcome,) = examples.outcomes("```python\n>>> 1 + 1\n3\n```\n")
    assert not outcome.is_right
    assert outcome.text == ">>> 1 + 1\n2\n"


def test_an_exit_code_that_is_not_shown_must_be_zero() -> None:
    (outcome,) = examples.outcomes("```console\n$ kuski check nowhere.toml\n```\n")
    assert "exit code 2" in outcome.trouble


def test_left_out_lines_stay_left_out() -> None:
    said = "```python\n>>> print('a', 'b', 'c', 'd', sep='\\n')\nA\n...\nD\n```\n"
    (outcome,) = examples.outcomes(said)
    assert outcome.text.endswith("\na\n...\nd\n")
