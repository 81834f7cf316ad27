"""The customers' columns stand beside the answers, whatever kinds of file the two come from."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
import xlsxwriter

from kuski.engine import OpenTable, collect
from kuski.engine.embedded import Session
from kuski.engine.files import open_file
from kuski.engine.source import ROW, Lookup
from kuski.errors import DataError
from kuski.moments import Category, Need, Needs, Tally, Variable

ANSWERS = {"customer": [3, 1, 2, 3, 9, 1, 4], "score": [5, 4, 3, 2, 1, 5, 4]}
PEOPLE = {"id": [1, 2, 3, 4, 5], "spend": [10.0, 20.0, 30.0, None, 50.0]}


def csv(path, columns):
    pd.DataFrame(columns).to_csv(path, index=False)


def floats(path, columns):
    """Write whole numbers as pandas writes a column with gaps: 17.0."""
    key = next(iter(columns))
    pd.DataFrame({**columns, key: [float(x) for x in columns[key]]}).to_csv(path, index=False)


def quoted_text(path, columns):
    key = next(iter(columns))
    texts = [f" {x} " for x in columns[key]]
    pd.DataFrame({**columns, key: texts}).to_csv(path, index=False, sep=";")


def parquet(path, columns):
    pq.write_table(pa.table(dict(columns)), path)


def parquet_floats(path, columns):
    key = next(iter(columns))
    parquet(path, {**columns, key: [float(x) for x in columns[key]]})


def parquet_texts(path, columns):
    key = next(iter(columns))
    parquet(path, {**columns, key: [str(x) for x in columns[key]]})


def excel(path, columns):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for j, (name, cells) in enumerate(columns.items()):
            sheet.write_column(0, j, [name, *cells])


def sav(path, columns):
    pyreadstat.write_sav(pd.DataFrame(columns), str(path))


WAYS = {
    "csv": (csv, ".csv"),
    "csv with floats": (floats, ".csv"),
    "csv with blanks": (quoted_text, ".csv"),
    "parquet": (parquet, ".parquet"),
    "parquet with floats": (parquet_floats, ".parquet"),
    "parquet with texts": (parquet_texts, ".parquet"),
    "excel": (excel, ".xlsx"),
    "spss": (sav, ".sav"),
}


@pytest.fixture
def opened(tmp_path):
    """Return a function that writes a table in one of the ways and opens it in its own session."""

    def make(way, columns, name):
        write, suffix = WAYS[way]
        path = tmp_path / f"{name}{suffix}"
        write(path, columns)
        return open_file(Session(), path)

    return make


@pytest.mark.parametrize("people", WAYS)
@pytest.mark.parametrize("answers", WAYS)
def test_every_kind_of_file_joins_every_other(opened, answers, people):
    left, right = opened(answers, ANSWERS, "answers"), opened(people, PEOPLE, "people")
    tables = {"responses": OpenTable(left, "customer"), "customers": OpenTable(right, "id")}
    spend, score = Variable("customers.spend"), Variable("score")
    need = Need("responses", (score, spend))
    tally = Tally("responses", (score, spend))
    found = collect(tables, Needs.of(need, tallies=[tally]))
    counts = found.tallies[tally]
    assert counts.rows == 7
    assert counts.columns["customers.spend"].answered == 5
    assert counts.columns["customers.spend"].empty == 2
    cross = found.moments[need].cross.sum(axis=(0, 1))
    assert cross[1, 2] == 5 * 30 + 4 * 10 + 3 * 20 + 2 * 30 + 5 * 10
    assert len(found.moments[need].replicates) == 3


def test_leading_zeros_are_another_customer(opened):
    left = opened("csv", {"customer": ["017", "17", "0017"], "score": [1, 2, 3]}, "answers")
    right = opened("csv", {"id": ["17", "017"], "spend": [1.0, 2.0]}, "people")
    (batch,) = left.batches(["score"], lookup=Lookup(right, "customer", "id", ("spend",)))
    found = {row["score"]: row["customers.spend"] for row in batch.to_pylist()}
    assert found == {"1": "2.0", "2": "1.0", "3": None}


def test_an_empty_customer_joins_nobody(opened):
    left = opened("csv", {"customer": ["", "1"], "score": [1, 2]}, "answers")
    right = opened("csv", {"id": ["", "1"], "spend": [7, 8]}, "people")
    (batch,) = left.batches(["score"], lookup=Lookup(right, "customer", "id", ("spend",)))
    found = dict(zip(batch.column(ROW).to_pylist(), batch.column(1).to_pylist(), strict=True))
    assert found == {0: None, 1: "8"}


@pytest.mark.parametrize("answers", ["csv", "parquet", "excel"])
def test_answers_keep_their_numbers_beside_many_customers(opened, answers):
    rng = np.random.default_rng(0)
    who = rng.integers(0, 25_000, 100_000)
    people = rng.permutation(20_000)
    left = opened(answers, {"customer": who, "row": np.arange(100_000)}, "answers")
    right = opened("parquet", {"id": people, "spend": people * 2.0}, "people")
    lookup = Lookup(right, "customer", "id", ("spend",))
    batches = list(left.batches(["row"], lookup=lookup))
    table = pa.Table.from_batches(batches).sort_by(ROW).to_pydict()
    assert [int(row) for row in table["row"]] == table[ROW] == list(range(100_000))
    expected = [2.0 * one if one < 20_000 else None for one in who.tolist()]
    assert table["customers.spend"] == expected


@pytest.mark.parametrize("ids", [[1, 2, 2, 3, 3], ["1", "2", "2.0", " 3", "3"]])
def test_a_customer_with_two_rows_is_an_error(opened, ids):
    left = opened("csv", ANSWERS, "answers")
    right = opened("csv", {"id": ids, "spend": [1, 2, 3, 4, 5]}, "people")
    with pytest.raises(DataError) as caught:
        list(left.batches(["score"], lookup=Lookup(right, "customer", "id", ("spend",))))
    assert (caught.value.case, caught.value.values["n"]) == ("repeated_customer", 2)
    assert "2 rows repeat a customer" in str(caught.value)


def test_codes_and_categories_of_the_customers_are_theirs(opened, tmp_path):
    path = tmp_path / "people.sav"
    pyreadstat.write_sav(
        pd.DataFrame({"id": [1.0, 2.0, 3.0], "age": [30.0, 99.0, 50.0], "plan": ["a", "b", "a"]}),
        str(path),
        missing_ranges={"age": [99]},
    )
    tables = {
        "responses": OpenTable(opened("csv", ANSWERS, "answers"), "customer"),
        "customers": OpenTable(open_file(Session(), path), "id"),
    }
    need = Need("responses", (Variable("customers.age"),), (Category("customers.plan"),))
    found = collect(tables, Needs.of(need)).moments[need]
    assert found.groups == (("a",), ("b",))
    assert found.rows.sum(axis=1).tolist() == [4, 0]


def test_what_does_not_fit_into_memory_goes_to_a_folder_that_goes_with_the_session():
    session = Session()
    (told,) = session.connection.sql("SELECT current_setting('temp_directory')").fetchone()
    assert told == str(session.scratch_file("").parent / "spill")


def test_a_column_that_neither_table_has_is_an_error(opened):
    tables = {
        "responses": OpenTable(opened("csv", ANSWERS, "answers"), "customer"),
        "customers": OpenTable(opened("csv", PEOPLE, "people"), "id"),
    }
    need = Need("responses", (Variable("customers.income"),))
    with pytest.raises(DataError) as caught:
        collect(tables, Needs.of(need))
    assert caught.value.case == "no_column"
    assert "customers.income" in str(caught.value)
