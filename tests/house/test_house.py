"""The house keeps its own rules: layers, cheap words, no hidden clock, chance or network."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PLAIN = {".py", ".toml", ".md", ".txt", ".html", ".css", ".js", ".cfg", ".yml", ".yaml", ".csv"}
SKIPPED = {
    ".git",
    ".venv",
    "__pycache__",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    ".import_linter_cache",
    "site",
    "htmlcov",
    ".coverage",
}
# Nothing may tell on which machine or by whom the project is built; split, not to find itself.
TELLTALE = [
    "/work" + "/main",
    "/work" + "/shared",
    "/ro" + "ot/",
    "/ho" + "me/",
    "C:" + "\\\\Users",
    "cla" + "ude",
    "anth" + "ropic",
    "chat" + "gpt",
    "open" + "ai",
    "copi" + "lot",
]
CHANCE = re.compile(
    r"np\.random\.(seed|rand|randn|choice|normal)\(|default_rng\(\)|\brandom\.(random|choice|seed)\("
)
CLOCK = re.compile(r"\b(datetime\.now|date\.today|datetime\.today|utcnow|time\.time)\(")
NETWORK = re.compile(
    r"^\s*(import|from)\s+(requests|httpx|urllib\.request|http\.client|socket)\b", re.M
)
# What a module's name must say is which noun of the trade it holds.
DRAWERS = {"utils", "util", "helpers", "helper", "common", "constants", "misc", "base", "tools"}


def files(root: Path, *folders: str, suffixes: set[str]) -> list[Path]:
    return [
        path
        for folder in folders
        for path in sorted((root / folder).rglob("*"))
        if path.suffix in suffixes and path.is_file() and not SKIPPED & set(path.parts)
    ]


@pytest.fixture(scope="module")
def modules(root):
    """The library's modules with their text."""
    found = files(root, "src/kuski", suffixes={".py"})
    return {
        path.relative_to(root / "src/kuski"): path.read_text(encoding="utf-8") for path in found
    }


def test_a_folder_imports_only_what_stands_below_it(root):
    tool = Path(sys.executable).with_name("lint-imports")
    if not tool.exists():
        pytest.skip("import-linter is not installed beside this Python")
    done = subprocess.run([tool], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_nothing_tells_where_or_by_whom_it_is_built(root):
    wanted = re.compile("|".join(re.escape(word) for word in TELLTALE), re.IGNORECASE)
    paths = files(root, "src", "tests", "docs", "bench", suffixes=PLAIN)
    paths += [path for path in root.iterdir() if path.is_file() and path.name not in SKIPPED]
    found = {
        str(path.relative_to(root)): match[0]
        for path in paths
        if (match := wanted.search(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}


def test_every_module_opens_with_what_it_is(modules):
    untold = [
        path
        for path, text in modules.items()
        if text.strip() and not ast.get_docstring(ast.parse(text))
    ]
    assert untold == []


def test_no_module_is_a_drawer_for_everything(modules):
    assert [path for path in modules if path.stem in DRAWERS] == []


def test_no_module_grows_past_reading(modules):
    long = {str(path): n for path, text in modules.items() if (n := text.count("\n")) > 700}
    assert long == {}


@pytest.mark.parametrize(
    ("what", "allowed"),
    [(CHANCE, ()), (CLOCK, ("cli/",)), (NETWORK, ("text/wire.py",))],
    ids=["chance", "clock", "network"],
)
def test_chance_time_and_the_world_come_in_as_arguments(modules, what, allowed):
    found = {
        str(path): match[0]
        for path, text in modules.items()
        if not path.as_posix().startswith(allowed or "/") and (match := what.search(text))
    }
    assert found == {}


def test_every_test_is_named_as_a_claim(root):
    named = re.compile(r"^def (test_\w*)\(", re.MULTILINE)
    short = [
        f"{path.name}: {name}"
        for path in files(root, "tests", suffixes={".py"})
        for name in named.findall(path.read_text(encoding="utf-8"))
        if name.count("_") < 2
    ]
    assert short == []


def test_findings_are_frozen_and_show_their_own_repr():
    from importlib import import_module

    from kuski.finding import Finding
    from kuski.registry import FINDINGS

    for module in FINDINGS.values():
        import_module(module)
    kinds = [kind for kind in Finding.__subclasses__() if kind.__module__.startswith("kuski")]
    assert {kind.__name__ for kind in kinds} >= {"Quality", "LevelWorths", "Elevate", "Effort"}
    for kind in kinds:
        assert kind.__dataclass_params__.frozen
        assert "__repr__" not in vars(kind), f"{kind.__name__}: dataclass(repr=False)"
        assert kind.__name__ == "Refusal" or kind.sources
