"""What cannot be opened says what it is, what was expected and what to do."""

import os

import pytest

from kuski.engine import open_tables
from kuski.engine.files import open_file
from kuski.engine.source import batch_rows, unique_names
from kuski.errors import DataError
from kuski.settings import load
from kuski.words import LANGUAGES


def case_of(session, path):
    with pytest.raises(DataError) as caught:
        open_file(session, path)
    for language in LANGUAGES:
        assert path.name in caught.value.text(language)
    return caught.value.case


def test_a_path_that_does_not_exist(session, tmp_path):
    assert case_of(session, tmp_path / "answers.csv") == "no_file"


def test_a_folder(session, tmp_path):
    (tmp_path / "answers.csv").mkdir()
    assert case_of(session, tmp_path / "answers.csv") == "is_folder"


@pytest.mark.parametrize("kind", [".csv", ".parquet", ".xlsx", ".sav"])
def test_an_empty_file(session, tmp_path, kind):
    path = tmp_path / f"answers{kind}"
    path.touch()
    assert case_of(session, path) == "empty_file"


@pytest.mark.parametrize("name", ["answers.docx", "answers", "answers.csv.gz"])
def test_a_kind_that_is_not_known(session, tmp_path, name):
    path = tmp_path / name
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert case_of(session, path) == "unknown_kind"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("kind", [".csv", ".parquet", ".xlsx", ".sav"])
def test_a_file_that_may_not_be_read(session, tmp_path, kind):
    path = tmp_path / f"answers{kind}"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    path.chmod(0)
    assert case_of(session, path) == "no_permission"


def test_a_link_to_itself(session, tmp_path):
    path = tmp_path / "answers.csv"
    path.symlink_to(path)
    assert case_of(session, path) in {"no_file", "unreadable"}


def test_a_study_opens_its_tables_from_its_own_folder(tmp_path, monkeypatch, rows_of):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "answers.csv").write_bytes("id;s\n1;Hyvä\n".encode("latin-1"))
    (tmp_path / "people.csv").write_text("id,spend\n1,2\n", encoding="utf-8")
    (tmp_path / "study.toml").write_text(
        '[study]\nname = "x"\n[responses]\nfile = "data/answers.csv"\nencoding = "latin-1"\n'
        'delimiter = ";"\nscore = { column = "s", scale = [1, 5] }\ncustomer = "id"\n'
        '[customers]\nfile = "people.csv"\ncustomer = "id"\n',
        encoding="utf-8",
    )
    monkeypatch.chdir("/")
    opened = open_tables(load(tmp_path / "study.toml"))
    assert list(opened) == ["responses", "customers"]
    assert opened["responses"].customer == opened["customers"].customer == "id"
    assert opened["responses"].source.name == "answers.csv"
    assert rows_of(opened["responses"].source) == [["1", "Hyvä"]]


def test_wide_tables_have_short_batches():
    assert batch_rows(0) == batch_rows(20) == 1 << 18
    assert batch_rows(5000) * 5000 <= 1 << 24
    assert batch_rows(1 << 30) == 1


def test_a_name_is_never_given_twice():
    assert unique_names(["a", "A", "a_2", "a", " ", ""]) == (
        "a", "A_2", "a_2_2", "a_3", "column_5", "column_6",
    )  # fmt: skip
