"""Several files are one table: names, waves, gaps, joins and numbers of rows."""

import numpy as np
import pytest

import kuski
from kuski.engine import OpenTable, collect
from kuski.engine.stack import Part, Stack
from kuski.errors import DataError, SettingsError
from kuski.moments import Category, Need, Needs, Variable

FIRST = "id,Q1,wifi\n1,5,3\n2,,4\n3,4,Blank\n"
SECOND = "RESP;overall;wifi;wave\n1;2;9;x\n2;3;9;x\n"

STUDY = """
[study]
name = "two waves"

[responses]
score = {{ column = "score", scale = [1, 5] }}
customer = "id"
{more}

[[responses.files]]
file = "a.csv"
wave = "2016"
columns = {{ score = "Q1" }}

[[responses.files]]
file = "b.csv"
{wave}
columns = {{ id = "RESP", score = "{score}", wifi = "" }}
"""


@pytest.fixture
def stacked(open_text):
    parts = (
        Part(open_text(FIRST), "2016", {"score": "Q1"}),
        Part(open_text(SECOND), "2017", {"id": "RESP", "score": "overall", "wifi": ""}),
    )
    return Stack("both", parts, "wave")


@pytest.fixture
def written(tmp_path):
    def write(*, more="", wave='wave = "2017"', score="overall"):
        (tmp_path / "a.csv").write_text(FIRST)
        (tmp_path / "b.csv").write_text(SECOND)
        path = tmp_path / "study.toml"
        path.write_text(STUDY.format(more=more, wave=wave, score=score))
        return path

    return write


def test_columns_bear_one_name_and_what_a_file_lacks_is_empty(stacked, rows_of):
    assert stacked.columns == ("id", "score", "wifi", "wave")
    assert rows_of(stacked) == [
        ["1", "5", "3", "2016"],
        ["2", None, "4", "2016"],
        ["3", "4", "Blank", "2016"],
        ["1", "2", None, "2017"],
        ["2", "3", None, "2017"],
    ]


def test_sums_go_by_wave(stacked):
    need = Need("responses", (Variable("score"),), (Category("wave"),))
    found = collect({"responses": OpenTable(stacked, "id")}, Needs.of(need)).moments[need]
    assert found.groups == (("2016",), ("2017",))
    assert found.rows.sum(axis=1).tolist() == [2, 2]
    assert found.cross.sum(axis=1)[:, 0, 1].tolist() == [9, 5]


def test_customers_of_the_same_name_are_one_customer_in_all_waves(stacked):
    need = Need("responses", (), (Category("wave"),))
    found = collect({"responses": OpenTable(stacked, "id")}, Needs.of(need)).moments[need]
    assert len(found.replicates) == 3


def test_a_join_and_rows_without_customers_go_through_every_file(stacked, open_text):
    people = open_text("who,town\n1,Oulu\n2,Turku\n")
    tables = {
        "responses": OpenTable(stacked, "id"),
        "customers": OpenTable(people, "who"),
    }
    need = Need("responses", (Variable("score"),), (Category("customers.town"), Category("wave")))
    found = collect(tables, Needs.of(need)).moments[need]
    held = dict(zip(found.groups, found.rows.sum(axis=1), strict=True))
    assert {key: n for key, n in held.items() if n} == {
        ("Oulu", "2016"): 1,
        ("Oulu", "2017"): 1,
        ("Turku", "2017"): 1,
    }
    alone = Need("responses", ())
    each = collect({"responses": OpenTable(stacked, None)}, Needs.of(alone)).moments[alone]
    assert len(each.replicates) == 5


def test_a_table_of_files_tells_the_kinds_of_its_columns(open_text, session, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    from kuski.engine.files import open_file

    pq.write_table(pa.table({"a": [1], "b": ["x"]}), tmp_path / "p.parquet")
    one = open_file(session, tmp_path / "p.parquet")
    both = Stack("both", (Part(one, None), Part(open_text("a,c\n1,2\n"), None)))
    assert both.columns == ("a", "b", "c")
    assert both.numeric == frozenset()
    assert Stack("one", (Part(one, "w", {"A": "a"}),), "wave").numeric == {"A"}


def test_a_study_of_several_files_answers_by_wave(written):
    study = kuski.open(written(more='segments = ["wave"]'))
    finding = study.finding("listen.quality")
    assert finding.n == 4
    assert study.roles.waves == Category("wave")


def test_a_column_that_the_file_lacks_is_a_fault(written):
    study = kuski.open(written(score="whole"))
    with pytest.raises(SettingsError) as caught:
        study.finding("listen.quality")
    (fault,) = caught.value.faults
    assert fault.key == "responses.files.1"
    assert fault.line == 1 + study.path.read_text().splitlines().index("[[responses.files]]", 12)
    assert "whole" in str(caught.value)
    assert "b.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"wave": ""}, "b.csv"),
        ({"more": 'file = "a.csv"'}, "exactly one"),
    ],
)
def test_files_that_do_not_fit_together_are_faults(written, changes, said):
    with pytest.raises(SettingsError) as caught:
        kuski.open(written(**changes))
    assert said in str(caught.value)


def test_a_part_says_which_column_it_does_not_have(open_text):
    part = Part(open_text(FIRST), None, {"score": "whole"})
    with pytest.raises(DataError, match="whole"):
        part.own("score")


def test_rows_of_later_files_are_numbered_after_the_earlier_ones(session, open_text):
    people = open_text("who,town\n1,Oulu\n")
    parts = tuple(Part(open_text("id,q\n1,2\n,3\n,4\n"), None) for _ in range(2))
    tables = {
        "responses": OpenTable(Stack("both", parts), "id"),
        "customers": OpenTable(people, "who"),
    }
    need = Need("responses", (Variable("q"), Variable("customers.town", equals="Oulu")))
    without = Need("responses", (Variable("q"),))
    found = collect(tables, Needs.of(need, without)).moments
    assert len(found[without].replicates) == 5
    assert np.isclose(found[need].n, 2)
