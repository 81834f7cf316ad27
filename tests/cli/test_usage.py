"""A command that cannot be understood says what is wrong, in the language, and exits with 2."""

import pytest

WRONG = [
    (["bogus"], "bogus", "init, check, run, demo"),
    (["value", "bogus"], "bogus", "levels, elevate, effort"),
    (["run", "--out", "x", "--bogus"], "--bogus", ""),
    (["run"], "--out", ""),
    (["init"], "", "init --help"),
    (["init", "--out"], "--out", ""),
    (["value", "elevate", "a.toml", "b.toml", "c.toml"], "b.toml c.toml", ""),
    (["--language", "se", "--help"], "se", "en, fi"),
    (["demo", "--out", "x", "--customers", "0"], "--customers", "1"),
    (["demo", "--out", "x", "--customers", "many"], "--customers", "1"),
]


@pytest.mark.parametrize(("args", "named", "expected"), WRONG)
@pytest.mark.parametrize("language", ["en", "fi"])
def test_a_wrong_command_is_told_in_words(kuski, monkeypatch, args, named, expected, language):
    monkeypatch.setenv("KUSKI_LANGUAGE", language)
    done = kuski(*args)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("Error: " if language == "en" else "Virhe: ")
    assert named in done.stderr
    assert expected in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("args", "named", "expected"), WRONG)
def test_finnish_and_english_say_it_differently(kuski, monkeypatch, args, named, expected):
    monkeypatch.setenv("KUSKI_LANGUAGE", "fi")
    finnish = kuski(*args).stderr
    monkeypatch.setenv("KUSKI_LANGUAGE", "en")
    assert kuski(*args).stderr != finnish


def test_a_near_miss_is_suggested(kuski):
    assert "did you mean --strict" in kuski("run", "--out", "x", "--strikt").stderr


def test_a_crash_is_never_hidden(kuski, monkeypatch, study):
    def crash(*_args, **_how):
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr("kuski.study.Study.check", crash)
    done = kuski("check", study)
    assert done.exit_code == 70
    assert "ZeroDivisionError: on purpose" in done.stderr
    assert "report it" in done.stderr


def test_an_interrupted_command_says_so(kuski, monkeypatch, study):
    def interrupt(*_args, **_how):
        raise KeyboardInterrupt

    monkeypatch.setattr("kuski.study.Study.check", interrupt)
    done = kuski("check", study)
    assert done.exit_code == 130
    assert "Traceback" not in done.stderr
