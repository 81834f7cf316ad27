"""Errors say what was wrong, what was expected and what to do, all faults at once."""

from pathlib import Path

import pytest

from kuski import errors
from kuski.errors import DataError, Fault, InputError, KuskiError, OutputError, SettingsError
from kuski.words import cases

FILE = Path("study.toml")


def test_what_the_user_gave_is_one_kind_of_error():
    for kind in (SettingsError, DataError, OutputError):
        assert issubclass(kind, InputError)
    assert issubclass(InputError, KuskiError)
    assert not issubclass(errors.MissingExtraError, InputError)


def test_an_error_speaks_both_languages():
    error = DataError("no_rows", file="r.csv")
    assert str(error) == error.text("en")
    assert "not one row" in error.text("en")
    assert "yhtään riviä" in error.text("fi")
    assert "r.csv" in error.text("fi")


def test_a_value_that_a_sentence_needs_is_asked_for():
    with pytest.raises(KeyError, match="file"):
        str(DataError("no_rows"))


def test_faults_come_in_the_order_of_the_lines():
    faults = [
        Fault("missing_key", "b", 9),
        Fault("missing_key", "a", 2),
        Fault("study_not_utf8", ""),
    ]
    error = SettingsError(FILE, faults)
    assert [fault.line for fault in error.faults] == [None, 2, 9]
    lines = str(error).splitlines()
    assert lines[0] == "study.toml has 3 faults."
    assert lines[1].startswith("study.toml:1: ")
    assert lines[3].startswith("study.toml:9: b is missing.")


def test_one_fault_is_not_many():
    assert str(SettingsError(FILE, [Fault("missing_key", "a", 2)])).startswith(
        "study.toml has one fault."
    )


@pytest.mark.parametrize("area", ["errors", "faults"])
def test_every_case_is_raised_somewhere(root, area):
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in (root / "src/kuski").rglob("*.py")
    )
    dead = [case for case in cases(area) if f'"{case.split(".")[1]}"' not in source]
    assert dead == []
