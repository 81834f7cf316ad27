"""Help is there in both languages, names everything, and costs next to nothing."""

import os
import subprocess
import sys

import pytest

from kuski.registry import FINDINGS, NAMES
from kuski.words import say

HEAVY = {
    "altair", "babel", "duckdb", "jinja2", "numpy", "pandas", "polars", "pyarrow", "pydantic",
    "rich", "scipy", "tomlkit", "kuski.engine", "kuski.settings", "kuski.study", "kuski.listen",
    "kuski.report", "kuski.demo", "kuski.finding",
}  # fmt: skip
LOOK = """
import sys
from kuski.cli import main
code = main(sys.argv[1:])
print("|".join(sorted(sys.modules)), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize("args", [["--help"], ["--language", "fi", "--help"], ["--version"],
                                  ["value", "--help"], ["value", "elevate", "--help"],
                                  ["init", "--help"], ["run", "--help"]])  # fmt: skip
def test_help_imports_nothing_heavy(args):
    done = subprocess.run(
        [sys.executable, "-c", LOOK, *args], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert not HEAVY & set(done.stderr.strip().split("|"))


@pytest.mark.parametrize("language", ["en", "fi"])
def test_help_names_every_command(kuski, language):
    shown = kuski("--language", language, "--help").output
    for command in ("init", "check", "run", "demo", *{name.split(".")[0] for name in NAMES}):
        assert f"\n  {command} " in shown


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "fi"])
def test_each_finding_is_a_command_that_asks_its_question(kuski, name, language):
    stage, short = name.split(".")
    question = say(f"{short}.question", language)
    assert question in " ".join(kuski("--language", language, stage, "--help").output.split())
    shown = kuski(stage, short, "--help", "--language", language)
    assert shown.exit_code == 0
    assert question in " ".join(shown.output.split())
    for option in ("--json", "--language", "--strict"):
        assert option in shown.output


def test_the_registry_is_the_studys_own():
    from kuski import study

    assert study.FINDINGS == FINDINGS


ENGLISH = ("Usage:", "Options:", "Commands:", "Show this", "[OPTIONS]", "COMMAND")


@pytest.mark.parametrize(
    "command",
    [[], ["init"], ["check"], ["run"], ["demo"], ["value"], ["value", "elevate"], ["listen"]],
)
def test_finnish_help_holds_no_english(kuski, command):
    shown = kuski("--language", "fi", *command, "--help").output
    assert shown.startswith("Käyttö: kuski")
    assert not [word for word in ENGLISH if word in shown]


def test_the_environment_chooses_the_language_where_nothing_else_does(kuski, monkeypatch):
    monkeypatch.setenv("KUSKI_LANGUAGE", "fi")
    assert kuski("--help").output.startswith("Käyttö:")
    assert kuski("--help", "--language", "en").output.startswith("Usage:")
    monkeypatch.setenv("KUSKI_LANGUAGE", "xx")
    assert kuski("--help").output.startswith("Usage:")


def test_the_version_is_told(kuski):
    from kuski import __version__

    assert kuski("--version").output == f"kuski {__version__}\n"


def test_no_command_shows_the_help_as_an_error(kuski):
    shown = kuski()
    assert shown.exit_code == 2
    assert "Usage: kuski" in shown.stderr
    assert shown.stdout == ""


def test_the_program_is_installed_under_its_name():
    done = subprocess.run(
        [sys.executable, "-m", "kuski", "--version"],
        capture_output=True, text=True, check=False, env=os.environ | {"KUSKI_LANGUAGE": "fi"},
    )  # fmt: skip
    assert done.returncode == 0
