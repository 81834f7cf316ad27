"""A study is checked, run, and asked for one finding; a scheduler can rely on the exit code."""

import json
import subprocess
import sys

import pytest

from kuski.registry import NAMES
from kuski.words import say


def test_a_sound_study_has_no_faults(kuski, study):
    done = kuski("check", study)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "no faults" in done.stdout


@pytest.fixture
def faulty(study):
    text = study.read_text(encoding="utf-8")
    text = text.replace('"staff"', '"stuff"').replace('"euros"', '"money"')
    study.write_text(text, encoding="utf-8")
    return study


def test_every_fault_is_told_at_once_with_its_line(kuski, faulty):
    done = kuski("check", faulty)
    assert done.exit_code == 2
    lines = done.stderr.splitlines()
    assert f"{faulty}:8: " in done.stderr
    assert f"{faulty}:9: " in done.stderr
    assert len(lines) == 3
    assert "staff" in done.stderr
    assert done.stdout == ""


def test_faults_are_plain_data_on_request(kuski, faulty):
    done = kuski("check", faulty, "--json")
    assert done.exit_code == 2
    faults = json.loads(done.stdout)["faults"]
    assert [fault["line"] for fault in faults] == [8, 9]
    assert all(fault["text"] for fault in faults)


@pytest.mark.parametrize(
    "command", [["check"], ["run", "--out", "out"], ["value", "elevate"], ["listen", "quality"]]
)
@pytest.mark.parametrize("language", ["en", "fi"])
def test_an_unknown_column_stops_every_command(kuski, faulty, tmp_path, command, language):
    out = [str(tmp_path / part) if part == "out" else part for part in command]
    done = kuski(*out, faulty, "--language", language)
    assert done.exit_code == 2
    assert "stuff" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_broken_study_speaks_its_own_language(kuski, finnish_study):
    text = finnish_study.read_text(encoding="utf-8")
    finnish_study.write_text(text.replace("worth =", "wroth ="), encoding="utf-8")
    done = kuski("check", finnish_study)
    assert done.exit_code == 2
    assert "tarkoititko worth" in done.stderr
    assert "did you mean worth" in kuski("--language", "en", "check", finnish_study).stderr


@pytest.mark.parametrize("command", [["check"], ["value", "elevate"]])
def test_a_study_that_is_not_there_is_a_plain_error(kuski, tmp_path, command):
    done = kuski(*command, tmp_path / "none.toml")
    assert done.exit_code == 2
    assert "does not exist" in done.stderr


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "fi"])
def test_each_finding_is_printed_whole(kuski, study, name, language):
    done = kuski(*name.split("."), study, "--language", language)
    assert (done.exit_code, done.stderr) == (0, "")
    assert say("cli.checks", language) in done.stdout
    assert "\x1b" not in done.stdout


def test_a_finding_shows_message_table_checks_and_sources(kuski, study):
    import kuski as library

    finding = library.open(study).finding("value.levels")
    shown = kuski("value", "levels", study).stdout
    for sentence in finding.story():
        assert sentence.text in shown
        assert sentence.advice in shown
    for row in finding.table().cells():
        assert all(cell in shown for cell in row)
    for check in finding.checks():
        assert check.text in shown
    for source in finding.sources:
        assert source in shown


def test_a_finding_as_json_is_the_findings_own(kuski, study):
    import kuski as library
    from kuski.finding import plain

    done = kuski("value", "levels", study, "--json")
    assert json.loads(done.stdout) == plain(library.open(study).finding("value.levels").to_dict())


def test_a_study_speaks_its_own_language_unless_told(kuski, finnish_study):
    assert say("cli.checks", "fi") in kuski("value", "levels", finnish_study).stdout
    for args in (
        ("--language", "en", "value", "levels", finnish_study),
        ("value", "levels", finnish_study, "--language=en"),
    ):
        assert say("cli.checks", "en") in kuski(*args).stdout


def test_the_environment_does_not_overrule_the_study(kuski, study, monkeypatch):
    monkeypatch.setenv("KUSKI_LANGUAGE", "fi")
    assert "no faults" in kuski("check", study).stdout


def test_a_refused_finding_is_1_only_if_strict(kuski, study):
    assert kuski("value", "effort", study).exit_code == 0
    assert kuski("value", "effort", study, "--strict").exit_code == 1
    assert kuski("value", "levels", study, "--strict", "--json").exit_code in {0, 1}


def test_quiet_prints_nothing(kuski, study):
    done = kuski("value", "levels", study, "--quiet")
    assert (done.exit_code, done.output) == (0, "")


def test_a_run_writes_findings_and_report(kuski, study, tmp_path):
    done = kuski("run", study, "--out", tmp_path / "out")
    assert (done.exit_code, done.stderr) == (0, "")
    written = json.loads((tmp_path / "out" / "findings.json").read_text(encoding="utf-8"))
    assert tuple(found["finding"] for found in written["findings"]) == NAMES
    assert "<html" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert str(tmp_path / "out" / "report.html") in done.stdout


def test_a_run_as_json_prints_what_it_wrote(kuski, study, tmp_path):
    done = kuski("run", study, "--out", tmp_path / "out", "--json", "--strict")
    assert done.exit_code == 1
    assert done.stdout == (tmp_path / "out" / "findings.json").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_to_is_a_plain_error(kuski, study):
    done = kuski("run", study, "--out", study)
    assert done.exit_code == 2
    assert str(study) in done.stderr


@pytest.mark.parametrize(
    ("args", "code"),
    [(["check"], 0), (["value", "effort", "--strict"], 1), (["check", "--bogus"], 2)],
)
def test_the_process_exits_with_the_code_and_no_traceback(study, args, code):
    done = subprocess.run(
        [sys.executable, "-m", "kuski", *args, str(study)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_a_reader_that_leaves_is_no_crash(study):
    command = f"'{sys.executable}' -m kuski value levels '{study}' | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout.strip() in {"0", "141"}
    assert done.stderr == ""
