"""What a user can name is named in the documentation, and what it says of itself is so."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import examples
import make_cli_reference
import make_python_reference
import pytest
from pydantic import BaseModel

from kuski.registry import NAMES
from kuski.settings import Settings
from kuski.terms import STAGES
from kuski.words import cases

DOCS = examples.ROOT / "docs"
REFERENCE = DOCS / "reference"
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def settings_keys(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[str]:
    """Name every key of the study file, however deep."""
    for name, field in model.model_fields.items():
        if name == "folder":
            continue
        yield name
        for part in parts_of(field.annotation):
            yield from settings_keys(part, (*path, name))


def parts_of(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from parts_of(part)


def test_the_command_line_reference_says_what_help_says() -> None:
    old = text_of(make_cli_reference.PAGE)
    assert make_cli_reference.page(old) == old, "run: python docs/make_cli_reference.py"
    assert "Error:" not in old


@pytest.mark.parametrize("name", ["numbers.md", "python.md"])
def test_the_reference_says_what_the_docstrings_say(name: str) -> None:
    old = text_of(REFERENCE / name)
    new = make_python_reference.page(name, old)
    assert new == old, "run: python docs/make_python_reference.py"


def test_every_number_is_explained() -> None:
    assert not make_python_reference.missing_keys()


@pytest.mark.parametrize("command", [" ".join(names) for names in make_cli_reference.commands()])
def test_every_command_is_shown_in_use(command: str) -> None:
    if not command or command in STAGES:
        return
    used = [page for page in examples.PAGES if page != make_cli_reference.PAGE]
    assert any(f"$ kuski {command}" in text_of(page) for page in used)


@pytest.mark.parametrize("key", sorted(set(settings_keys(Settings))))
def test_every_key_of_the_study_file_is_named(key: str) -> None:
    page = text_of(REFERENCE / "study-file.md")
    assert f"`{key}`" in page or f"`[{key}]`" in page


def test_every_table_of_the_study_file_has_a_section() -> None:
    page = text_of(REFERENCE / "study-file.md")
    for table in set(Settings.model_fields) - {"folder"}:
        assert f"\n## {table}\n" in page


@pytest.mark.parametrize("finding", NAMES)
def test_every_finding_has_a_page_that_says_it_all(finding: str) -> None:
    page = text_of(DOCS / "explanation" / f"{finding.partition('.')[2]}.md")
    assert page.startswith(f"# {finding}: ")
    heads = re.findall(r"^## (.*)$", page, re.MULTILINE)
    assert heads == [
        "What it answers",
        "How",
        "What it assumes",
        "When not to use it",
        "What it refuses",
        "Sources",
    ]


def test_every_word_of_the_trade_is_in_the_list() -> None:
    from kuski import terms

    page = text_of(REFERENCE / "words.md")
    words = re.findall(r"^(\w[\w, ]*)\n    ", terms.__doc__ or "", re.MULTILINE)
    for word in (part for words_ in words for part in words_.split(", ")):
        assert f"\n| {word} |" in page


def test_cases_that_pages_name_exist() -> None:
    named = re.compile(r'[`"]((?:elevate|levels|effort|quality|terms)\.\w+)[`"]')
    written = [page for page in examples.PAGES if page != REFERENCE / "python.md"]
    found = [case for page in written for case in named.findall(text_of(page))]
    found = [case for case in found if not case.endswith((".py", ".toml"))]
    assert found
    for case in found:
        assert case in cases(case.partition(".")[0])


def test_every_page_is_in_the_navigation_and_every_entry_is_a_page() -> None:
    config = tomllib.loads(text_of(examples.ROOT / "zensical.toml"))["project"]
    named: set[str] = set()
    for entry in config["nav"]:
        for value in entry.values():
            named |= {value} if isinstance(value, str) else set(value)
    pages = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}
    assert named == pages


def test_every_decision_is_listed() -> None:
    index = text_of(DOCS / "decisions" / "index.md")
    for page in DOCS.glob("decisions/*.md"):
        assert page.name == "index.md" or f"({page.name})" in index


@pytest.mark.parametrize("page", examples.PAGES, ids=[p.name for p in examples.PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$|`[^`\n]*`", "", text_of(page), flags=re.MULTILINE | re.DOTALL)
    for found in LINK.finditer(text):
        target, _, anchor = (found[1] or found[2]).partition("#")
        if "://" in target:
            continue
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), f"{page.name}: {target}"
        if anchor:
            assert anchor in anchors(path), f"{page.name}: {target}#{anchor}"


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_no_page_names_a_place_on_somebody_s_machine() -> None:
    for page in examples.PAGES:
        for found in re.findall(r"(?:/home|/work|/tmp|/root|/Users)/\w*", text_of(page)):
            pytest.fail(f"{page}: {found}")


class Requests(HTMLParser):
    """What a browser would fetch for a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"a", "form"}:
            return
        given = dict(attrs)
        rel = given.get("rel") or ""
        if tag == "link" and rel in {"canonical", "prev", "next", "alternate"}:
            return
        self.found += [
            given[key] or "" for key in ("src", "href", "srcset", "data") if key in given
        ]


def test_the_site_builds_and_asks_nothing_of_any_other_server(tmp_path: Path) -> None:
    zensical = Path(sys.executable).parent / "zensical"
    if not zensical.exists():
        pytest.skip("zensical is not installed: pip install '.[docs]'")
    shutil.copytree(DOCS, tmp_path / "docs")
    shutil.copy(examples.ROOT / "zensical.toml", tmp_path)
    built = subprocess.run(
        [zensical, "build", "--clean", "--strict"],
        cwd=tmp_path,
        env=os.environ | {"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > len(list(DOCS.rglob("*.md")))
    for page in pages:
        requests = Requests()
        requests.feed(page.read_text(encoding="utf-8"))
        assert not [url for url in requests.found if re.match(r"(?:https?:)?//", url)], page
    for style in (tmp_path / "site").rglob("*.css"):
        assert not re.search(r"(?:url\(|@import)[\"' ]*(?:https?:)?//", text_of(style)), style
    assert not list((tmp_path / "site").rglob("*.py"))
