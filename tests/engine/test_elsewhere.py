"""Tables behind an address give the same sums as the files that they were made from."""

import sqlite3

import duckdb
import numpy as np
import pandas as pd
import pytest

from kuski.engine import OpenTable, collect, open_tables
from kuski.engine.elsewhere import open_table
from kuski.engine.embedded import Session
from kuski.engine.files import open_file
from kuski.errors import DataError, MissingExtraError
from kuski.moments import Category, Levels, Need, Needs, Panel, Tally, Variable
from kuski.settings import load

# Ibis 12 asks pandas and DuckDB for things that their newest versions call deprecated.
pytestmark = [
    pytest.mark.filterwarnings("ignore:The 'future.infer_string':Warning"),
    pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning"),
]

SCORE = Variable("score", (1, 7), (9,))
LEVELS = Levels(SCORE, tuple(x - 0.5 for x in range(1, 9)))
NEEDS = Needs.of(
    Need("responses", (SCORE, Variable("worth")), (LEVELS,), Variable("weight")),
    Need("responses", (Variable("customers.spend"),), (Category("region"),)),
    tallies=[Tally("responses", (SCORE,), ("comment",), identity=())],
    panel=Panel(LEVELS, time="day"),
)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The same two tables as files and in two databases."""
    folder = tmp_path_factory.mktemp("elsewhere")
    rng = np.random.default_rng(0)
    size = 2000
    answers = pd.DataFrame(
        {
            "customer": rng.integers(1, 400, size),
            "score": rng.choice([1, 2, 3, 4, 5, 6, 7, 9], size),
            "worth": np.round(rng.lognormal(5, 1, size), 2),
            "weight": rng.choice([0.5, 1.0, 2.0], size),
            "region": rng.choice(["north", "south"], size),
            "comment": [f"täxt {i}" if i % 3 else None for i in range(size)],
            "day": [f"2024-0{1 + i % 9}-1{i % 10}" for i in range(size)],
            "select; drop table": 1,
        }
    )
    people = pd.DataFrame({"id": np.arange(1, 380.0), "spend": rng.lognormal(3, 1, 379)})
    answers.to_csv(folder / "answers.csv", index=False)
    people.to_csv(folder / "people.csv", index=False)
    with duckdb.connect(folder / "data.duckdb") as connection:
        connection.execute("CREATE TABLE answers AS FROM answers")
        connection.execute("CREATE TABLE people AS FROM people")
    connection = sqlite3.connect(folder / "data.sqlite")
    answers.to_sql("answers", connection, index=False)
    people.to_sql("people", connection, index=False)
    connection.close()
    return folder


def tables(folder, url):
    if url is None:
        session = Session()
        opened = [open_file(session, folder / f"{name}.csv") for name in ("answers", "people")]
    else:
        opened = [open_table(url, name, folder=folder) for name in ("answers", "people")]
    return {
        "responses": OpenTable(opened[0], "customer"), "customers": OpenTable(opened[1], "id")
    }  # fmt: skip


@pytest.mark.parametrize("url", ["duckdb://data.duckdb", "sqlite://data.sqlite"])
def test_an_address_gives_the_sums_that_the_files_give(study, url):
    found, expected = collect(tables(study, url), NEEDS), collect(tables(study, None), NEEDS)
    for need, moments in expected.moments.items():
        got = found.moments[need]
        assert got.groups == moments.groups
        np.testing.assert_array_equal(got.replicates, moments.replicates)
        np.testing.assert_array_equal(got.rows, moments.rows)
        np.testing.assert_allclose(got.cross, moments.cross, rtol=1e-12)
    for tally, counts in expected.tallies.items():
        got = found.tallies[tally]
        assert (got.rows, got.columns) == (counts.rows, counts.columns)
        assert got.rows_seen.distinct == counts.rows_seen.distinct
    order, other = np.lexsort((found.panel.time, found.panel.customer)), np.lexsort(
        (expected.panel.time, expected.panel.customer)
    )  # fmt: skip
    np.testing.assert_array_equal(found.panel.customer[order], expected.panel.customer[other])
    np.testing.assert_array_equal(found.panel.time[order], expected.panel.time[other])


def test_the_study_file_may_name_an_address(study):
    (study / "study.toml").write_text(
        '[study]\nname = "x"\n[responses]\nurl = "duckdb://data.duckdb"\ntable = "answers"\n'
        'score = { column = "score", scale = [1, 7] }\n',
        encoding="utf-8",
    )
    opened = open_tables(load(study / "study.toml"))
    assert opened["responses"].source.columns[:2] == ("customer", "score")


def test_no_columns_are_as_many_rows(study):
    table = open_table("sqlite://data.sqlite", "people", folder=study)
    assert sum(batch.num_rows for batch in table.batches([])) == 379


def test_a_table_that_is_not_there_is_an_error_with_those_that_are(study):
    with pytest.raises(DataError) as caught:
        open_table("duckdb://data.duckdb", "responses", folder=study)
    assert caught.value.case == "no_table"
    assert "answers, people" in str(caught.value)


@pytest.mark.parametrize("kind", ["duckdb", "sqlite"])
def test_a_database_that_is_not_there_is_an_error_and_is_not_made(tmp_path, kind):
    with pytest.raises(DataError) as caught:
        open_table(f"{kind}://missing.db", "answers", folder=tmp_path)
    assert caught.value.case == "no_file"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("url", ["nowhere://x", "not an address", "duckdb://people.csv"])
def test_an_address_that_cannot_be_opened_is_an_error(study, url):
    with pytest.raises(DataError) as caught:
        open_table(url, "answers", folder=study)
    assert caught.value.case == "bad_url"


def test_a_customer_with_two_rows_is_an_error(study):
    mixed = tables(study, "duckdb://data.duckdb")
    mixed["customers"] = OpenTable(mixed["responses"].source, "customer")
    need = Need("responses", (Variable("customers.worth"),))
    with pytest.raises(DataError) as caught:
        collect(mixed, Needs.of(need))
    assert caught.value.case == "repeated_customer"


@pytest.mark.parametrize("first", ["duckdb://data.duckdb", None])
@pytest.mark.parametrize("second", ["sqlite://data.sqlite", None])
def test_tables_in_two_engines_cannot_be_joined(study, first, second):
    if first is second:
        return
    mixed = {**tables(study, first), "customers": tables(study, second)["customers"]}
    need = Need("responses", (Variable("customers.spend"),))
    with pytest.raises(DataError) as caught:
        collect(mixed, Needs.of(need))
    assert caught.value.case == "two_engines"


def test_without_ibis_the_error_says_what_to_install(study, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ibis", None)
    with pytest.raises(MissingExtraError, match=r"kuski\[ibis\]"):
        open_table("duckdb://data.duckdb", "answers", folder=study)
