"""An SPSS file keeps its labels and its codes for missing."""

import datetime as dt

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from kuski.engine import OpenTable, collect, spss
from kuski.engine.files import open_file
from kuski.errors import DataError
from kuski.moments import Category, Need, Needs, Tally, Variable


@pytest.fixture
def written(tmp_path, session):
    def make(columns, **meta):
        path = tmp_path / "answers.sav"
        pyreadstat.write_sav(pd.DataFrame(columns), str(path), **meta)
        return open_file(session, path)

    return make


SURVEY = {
    "id": [1.0, 2.0, 3.0, 4.0],
    "score": [1.0, 7.0, 9.0, np.nan],
    "region": ["north", "", "NA", "söuth"],
    "day": [dt.date(2024, 5, 1), None, dt.date(1950, 1, 2), dt.date(2024, 5, 4)],
}
META = {
    "column_labels": {"score": "How satisfied are you?"},
    "variable_value_labels": {"score": {1.0: "not at all", 7.0: "fully"}},
    "missing_ranges": {"score": [9], "region": ["NA"]},
}


def test_cells_labels_and_codes_are_kept(written, rows_of):
    found = written(SURVEY, **META)
    assert rows_of(found, ["id", "score", "region"]) == [
        [1, 1, "north"], [2, 7, ""], [3, 9, "NA"], [4, None, "söuth"],
    ]  # fmt: skip
    assert found.dictionary.labels == {"score": "How satisfied are you?"}
    assert found.dictionary.value_labels["score"] == {1: "not at all", 7: "fully"}
    assert found.dictionary.missing == {"score": (9.0,), "region": ("NA",)}


def test_dates_are_times(written, cells_of):
    read = cells_of(written(SURVEY), "day")
    assert [None if cell is None else cell.date() for cell in read] == SURVEY["day"]


@pytest.mark.parametrize("cells", [1, 2, 3, 1 << 20])
def test_a_large_file_reads_the_same_a_part_at_a_time(written, rows_of, monkeypatch, cells):
    whole = written(SURVEY, **META)
    expected = rows_of(whole)
    monkeypatch.setattr(spss, "_CELLS", cells * len(SURVEY))
    found = written(SURVEY, **META)
    assert rows_of(found) == expected
    assert found.dictionary == whole.dictionary


def test_codes_that_the_file_calls_missing_are_missing_without_being_asked_for(written):
    table = OpenTable(written(SURVEY, **META), "id")
    score = Variable("score")
    tally = Tally("responses", (score,))
    need = Need("responses", (score,), (Category("region"),))
    found = collect({"responses": table}, Needs.of(need, tallies=[tally]))
    counts = found.tallies[tally].columns["score"]
    assert (counts.answered, counts.coded, counts.empty) == (2, 1, 1)
    assert found.moments[need].groups == (("north",), ("söuth",))


@pytest.mark.parametrize(
    ("span", "codes", "empty"),
    [
        ({"lo": -99, "hi": -97}, (-99.0, -98.0, -97.0), []),
        ({"lo": 8.5, "hi": 10.5}, (9.0, 10.0), []),
        ({"lo": 9, "hi": float("inf")}, (), [9.0, 9.5, 50.0]),
        ({"lo": float("-inf"), "hi": -90}, (), [-99.0, -98.0, -97.0]),
        ({"lo": 9, "hi": 9}, (9.0,), []),
    ],
)
def test_spans_of_codes_are_listed_and_those_without_end_are_empty(
    written, cells_of, span, codes, empty
):
    values = [-99.0, -98.0, -97.0, 1.0, 7.0, 9.0, 9.5, 50.0]
    found = written({"x": values}, missing_ranges={"x": [span]})
    assert found.dictionary.missing["x"] == codes
    expected = [None if value in empty else value for value in values]
    assert cells_of(found, "x") == expected


def test_infinite_money_is_kept_for_the_counts_to_find(written, cells_of):
    assert cells_of(written({"x": [1.0, np.inf]}), "x") == [1.0, float("inf")]


def test_what_is_no_spss_file_is_an_error(tmp_path, session):
    path = tmp_path / "answers.sav"
    path.write_text("hello", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        open_file(session, path)
    assert caught.value.case == "unreadable"


def test_a_file_without_rows_gives_none(written, rows_of):
    found = written({"x": pd.Series([], dtype=float)})
    assert found.columns == ("x",)
    assert rows_of(found) == []
