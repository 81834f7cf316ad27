"""Codes stand beside the texts that they were given to, in every engine and through a join."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kuski.engine import distinct_texts, open_tables
from kuski.engine.coded import Coded, TextCodes
from kuski.engine.source import ROW, Lookup, Source
from kuski.errors import DataError
from kuski.moments import Variable
from kuski.settings import Settings

CODES = {
    "text": ["slow", "kind", "slow", "kind. Later slow", "kind."],
    "source": ["responses", "responses", "customers", "responses", "responses"],
    "incident": [0, 0, 0, 0, 1],
    "speed": pa.array([1, 0, 1, 1, 0], pa.int8()),
    "contact": ["phone", None, "chat", "web", "web"],
}


@pytest.fixture
def codes(tmp_path: Path) -> Path:
    pq.write_table(pa.table(CODES), tmp_path / "codes.parquet")
    return tmp_path / "codes.parquet"


def whole(source: Source, columns: list[str], **options: object) -> pa.Table:
    return pa.Table.from_batches(source.batches(columns, **options))  # type: ignore[arg-type]


def test_each_row_gets_the_codes_of_its_text(codes: Path, open_text: Callable[..., Source]) -> None:
    plain = open_text("id,comment\n1,kind\n2,slow\n3,never seen\n4,\n5,slow\n")
    source = Coded(plain, TextCodes(codes, "responses", "comment"))
    assert source.columns == ("id", "comment", "codes.speed", "codes.contact")
    assert source.numeric >= {"codes.speed"}
    read = whole(source, ["codes.contact", "id", "codes.speed"])
    assert read.column_names == ["codes.contact", "id", "codes.speed"]
    assert read["codes.contact"].to_pylist() == [None, "phone", None, None, "phone"]
    assert read["codes.speed"].to_pylist() == [0, 1, None, None, 1]


def test_a_text_split_into_incidents_is_coded_as_a_whole(
    codes: Path, open_text: Callable[..., Source]
) -> None:
    plain = open_text("comment,id\nkind. Later slow,1\nkind.,2\n")
    read = whole(Coded(plain, TextCodes(codes, "responses", "comment")), ["codes.speed"])
    assert read["codes.speed"].to_pylist() == [1, None]


def test_what_was_not_asked_for_is_not_read(codes: Path, open_text: Callable[..., Source]) -> None:
    source = Coded(open_text("id,comment\n1,kind\n"), TextCodes(codes, "responses", "comment"))
    assert whole(source, ["id"]).column_names == ["id"]
    assert whole(source, []).num_rows == 1


def test_the_codes_of_customers_come_through_the_join(
    codes: Path, open_text: Callable[..., Source]
) -> None:
    answers = open_text("id,comment\nb,slow\na,kind\nc,kind\n")
    people = open_text("id,town,why\na,Turku,slow\nb,Oulu,\n")
    theirs = Coded(people, TextCodes(codes, "customers", "why"))
    lookup = Lookup(theirs, "id", "id", ("codes.contact", "town"))
    read = whole(
        Coded(answers, TextCodes(codes, "responses", "comment")), ["codes.contact"], lookup=lookup
    )
    rows = sorted(read.to_pylist(), key=lambda row: row[ROW])
    assert [row["codes.contact"] for row in rows] == ["phone", None, None]
    assert [row["customers.codes.contact"] for row in rows] == [None, "chat", None]
    assert [row["customers.town"] for row in rows] == ["Oulu", "Turku", None]


def test_a_file_that_holds_no_codes_is_told(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["a"]}), tmp_path / "codes.parquet")
    with pytest.raises(DataError, match="holds no codes of texts: it has no column source"):
        TextCodes(tmp_path / "codes.parquet", "stories", "text")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and nothing")
    with pytest.raises(DataError, match=r"broken\.parquet"):
        TextCodes(tmp_path / "broken.parquet", "stories", "text")


def test_texts_are_read_once_each_with_their_rows_and_weights(
    open_text: Callable[..., Source], codes: Path
) -> None:
    from kuski.engine import OpenTable

    source = open_text('comment,w\nkind,1.5\n"slow, cold",2\nkind,0.5\n,3\n')
    found = distinct_texts(OpenTable(source, None), "comment", Variable("w"))
    assert found.texts == ("kind", "slow, cold")
    assert found.rows == (2, 1)
    assert found.weights == (2.0, 2.0)


def test_a_study_without_codes_is_opened_as_it_is(tmp_path: Path, codes: Path) -> None:
    (tmp_path / "answers.csv").write_text("score,comment\n1,slow\n2,kind\n", encoding="utf-8")
    part = {"file": "answers.csv", "score": {"column": "score", "scale": (1, 5)}}
    settings = Settings(
        folder=tmp_path, study={"name": "x"}, responses={**part, "comment": "comment"}
    )
    assert "codes.speed" in open_tables(settings)["responses"].source.columns
    codes.unlink()
    assert open_tables(settings)["responses"].source.columns == ("score", "comment")
