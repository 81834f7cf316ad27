"""`kuski choose list`: the command around the list."""

import csv
import json

import pytest
from click.testing import CliRunner

from kuski import demo
from kuski.cli import failure
from kuski.cli.choice import list_command
from kuski.cli.command import Group
from kuski.cli.spoken import Spoken
from kuski.errors import InputError


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return demo.write(tmp_path_factory.mktemp("company"), customers=6_000).study


@pytest.fixture
def run(company, monkeypatch, tmp_path):
    """Return a function that runs the command on the made-up company, within a folder."""
    monkeypatch.chdir(tmp_path)

    def run(*args, language="en"):
        spoken = Spoken.of(["--language", language])
        words = [str(company), *map(str, args), "--language", language]
        return CliRunner().invoke(list_command(spoken), words, standalone_mode=False)

    return run


def test_the_list_is_written_and_summed_up(run, tmp_path):
    done = run("--action", "agent_coaching", "--money", 60000)
    assert done.return_value == failure.FINE
    path = tmp_path / "list-agent_coaching.csv"
    with path.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert next(iter(rows[0])) == "customer_id"
    assert f"{len(rows):,}" in done.output
    assert path.name in done.output


def test_json_holds_the_same_sums(run, tmp_path):
    out = tmp_path / "deep" / "list.parquet"
    done = run("--action", "agent_coaching", "--money", 60000, "--out", out, "--json")
    found = json.loads(done.output)
    assert found["people"] == sum(cell["listed"] for cell in found["cells"]) > 0
    assert found["cost"] == pytest.approx(12.0 * found["people"])
    assert found["people"] <= found["capacity"]
    assert found["worth_low"] < found["worth"] < found["worth_high"]
    assert out.exists()


def test_quiet_says_nothing_and_finnish_is_spoken(run):
    assert not run("--action", "agent_coaching", "--money", 60000, "--quiet").output
    done = run("--action", "agent_coaching", "--money", 60000, language="fi")
    assert "asiakasta" in done.output
    assert "Segmentti" in done.output


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--action", "flowers"], "no action flowers"),
        (["--action", "app_extras", "--money", "1500"], "Try"),
        (["--action", "app_extras", "--money", "20"], "not enough"),
        (["--action", "call_after", "--out", "list.txt"], "expected .csv or .parquet"),
        (["--action", "call_after", "--money", "-5"], "at least 0"),
        (["--action", "call_after", "--money", "nan"], "The money is nan"),
    ],
)
def test_bad_input_is_told_in_a_sentence(run, args, said):
    done = run(*args)
    assert isinstance(done.exception, InputError)
    assert said in done.exception.text("en")
    assert done.exception.text("fi") != done.exception.text("en")


def test_without_an_action_everybody_who_gets_something_is_written(run, tmp_path):
    done = run("--money", 60000)
    assert done.return_value == failure.FINE
    with (tmp_path / "list.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert len({row["customer_id"] for row in rows}) == len(rows)
    assert f"{len(rows):,} customers get something" in done.output
    assert "whole groups" in done.output
    assert sum(float(row["cost"]) for row in rows) <= 60000


def test_the_json_of_everybody_agrees_with_its_rows(run, tmp_path):
    done = run("--money", 60000, "--json", "--out", tmp_path / "all.parquet")
    found = json.loads(done.output)
    assert found["people"] == sum(action["listed"] for action in found["actions"]) > 0
    assert found["cost"] == pytest.approx(sum(one["cost_in_all"] for one in found["actions"]))
    assert found["cost"] <= found["money"] == 60000
    assert found["gained"] == pytest.approx(found["worth"] - found["cells_worth"])
    assert found["worth_low"] < found["worth"] < found["worth_high"]
    assert 0 <= found["gap"] < 0.01


def test_everybody_is_listed_in_finnish_too(run):
    done = run("--money", 60000, language="fi")
    assert "asiakasta saa jotakin" in done.output
    assert "Toimenpide" in done.output
    assert not run("--money", 60000, "--quiet").output


def test_the_command_helps_in_both_languages():
    for language, word in (("en", "capacity"), ("fi", "kapasiteetti")):
        spoken = Spoken.of(["--language", language])
        group = Group(
            "choose", language, makers={"list": lambda s=spoken: list_command(s)}, text=""
        )
        done = CliRunner().invoke(group, ["list", "--help"], standalone_mode=False)
        assert word in done.output.casefold()
        assert "--money" in done.output
