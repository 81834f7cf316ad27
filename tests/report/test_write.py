import pytest

from kuski.errors import OutputError
from kuski.report import render_report, write_report

from . import samples
from .conftest import TODAY

ARGUMENTS = {"study": "A", "source": "a.csv", "today": TODAY, "language": "en"}


def test_the_file_holds_the_page(tmp_path):
    path = tmp_path / "report.html"
    assert write_report(samples.findings(), path=path, **ARGUMENTS) == path
    assert path.read_text(encoding="utf-8") == render_report(samples.findings(), **ARGUMENTS)
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_a_clear_error(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"):
        write_report([samples.effort()], path=tmp_path / "none" / "report.html", **ARGUMENTS)


def test_a_page_that_fails_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_text", full)
    with pytest.raises(OutputError, match="No space left"):
        write_report([samples.effort()], path=path, **ARGUMENTS)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
