"""`kuski init` drafts a study file that the other commands take as it stands."""

import json

import pytest


@pytest.fixture
def answers(study):
    """The data of the study, without the study file."""
    study.unlink()
    return study.parent / "answers.csv"


def test_init_check_and_value_follow_each_other(kuski, answers, tmp_path):
    file = tmp_path / "drafted.toml"
    drafted = kuski("init", answers, "--out", file)
    assert (drafted.exit_code, drafted.stderr) == (0, "")
    assert "whole" in drafted.stdout
    assert f"kuski check {file}" in drafted.stdout
    assert kuski("check", file).exit_code == 0
    assert kuski("listen", "quality", file).exit_code == 0


def test_the_study_file_stands_here_unless_told(kuski, answers, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert kuski("init", answers.name).exit_code == 0
    assert 'file = "answers.csv"' in (tmp_path / "study.toml").read_text(encoding="utf-8")
    assert kuski("check").exit_code == 0


@pytest.mark.parametrize("language", ["en", "fi"])
def test_nothing_is_overwritten_unless_forced(kuski, answers, tmp_path, language):
    file = tmp_path / "mine.toml"
    file.write_text("mine", encoding="utf-8")
    done = kuski("init", answers, "--out", file, "--language", language)
    assert done.exit_code == 2
    assert "--force" in done.stderr
    assert file.read_text(encoding="utf-8") == "mine"
    assert kuski("init", answers, "--out", file, "--force").exit_code == 0
    assert "[responses]" in file.read_text(encoding="utf-8")


def test_the_draft_speaks_finnish(kuski, answers, tmp_path):
    done = kuski("init", answers, "--out", tmp_path / "x.toml", "--language", "fi")
    assert "Yleisarvosana" in done.stdout
    text = (tmp_path / "x.toml").read_text(encoding="utf-8")
    assert 'language = "fi"' in text
    assert "# Yleisarvosana" in text


def test_the_guesses_are_plain_data_on_request(kuski, answers, tmp_path):
    done = kuski("init", answers, "--out", tmp_path / "x.toml", "--json")
    guesses = json.loads(done.stdout)["responses"]["guesses"]
    assert {"role", "columns", "scale", "missing", "sure", "certainty", "reasons"} <= set(
        guesses[0]
    )


@pytest.mark.parametrize("language", ["en", "fi"])
def test_a_file_that_cannot_be_read_is_a_plain_error(kuski, tmp_path, language):
    (tmp_path / "x.doc").write_text("x", encoding="utf-8")
    for name in ("none.csv", "x.doc", "."):
        done = kuski("init", tmp_path / name, "--out", tmp_path / "s.toml", "--language", language)
        assert done.exit_code == 2
        assert "Traceback" not in done.stderr
        assert not (tmp_path / "s.toml").exists()


def test_quiet_prints_nothing(kuski, answers, tmp_path):
    done = kuski("init", answers, "--out", tmp_path / "x.toml", "--quiet")
    assert (done.exit_code, done.output) == (0, "")
