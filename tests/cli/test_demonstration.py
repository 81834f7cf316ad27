"""`kuski demo` writes the made-up company, and never over somebody's own study."""

import json


def test_a_small_company_is_written_and_found_sound(kuski, tmp_path):
    done = kuski("demo", "--out", tmp_path / "demo", "--customers", 300, "--seed", 7)
    assert (done.exit_code, done.stderr) == (0, "")
    assert (tmp_path / "demo" / "truth.json").exists()
    assert f"kuski run {tmp_path / 'demo' / 'study.toml'}" in done.stdout


def test_what_was_written_is_plain_data_on_request(kuski, tmp_path):
    done = kuski("demo", "--out", tmp_path / "demo", "--customers", 50, "--json")
    assert json.loads(done.stdout)["study"] == str(tmp_path / "demo" / "study.toml")


def test_a_demo_is_written_over_a_demo(kuski, tmp_path):
    for _ in range(2):
        assert kuski("demo", "--out", tmp_path, "--customers", 50).exit_code == 0


def test_somebodys_own_study_is_left_alone(kuski, tmp_path):
    (tmp_path / "study.toml").write_text("mine", encoding="utf-8")
    done = kuski("demo", "--out", tmp_path, "--customers", 50, "--language", "fi")
    assert done.exit_code == 2
    assert "--out" in done.stderr
    assert (tmp_path / "study.toml").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_cannot_be_made_is_a_plain_error(kuski, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = kuski("demo", "--out", tmp_path / "file" / "demo", "--customers", 50)
    assert done.exit_code == 2
    assert "Traceback" not in done.stderr
