"""A sheet reads as the table that one sees in it."""

import datetime as dt

import pytest
import xlsxwriter

from kuski.engine.files import FileOptions, open_file
from kuski.errors import DataError


@pytest.fixture
def workbook(tmp_path, session):
    def make(rows, *, sheets=("First",), **options):
        path = tmp_path / "book.xlsx"
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
            for sheet in sheets:
                place = book.add_worksheet(sheet)
                for i, row in enumerate(rows):
                    place.write_row(i, 0, row)
            book.add_worksheet("Empty")
        return open_file(session, path, FileOptions(**options))

    return make


def test_a_sheet_is_read(workbook, rows_of):
    rows = [
        ["id", "score", "comment", "day", "paid"],
        [1, 5, "Hyvä", dt.date(2024, 5, 1), True],
        [2, None, None, dt.date(2024, 5, 2), False],
    ]
    found = workbook(rows)
    assert found.columns == ("id", "score", "comment", "day", "paid")
    read = rows_of(found)
    assert read[0][:3] == [1.0, 5.0, "Hyvä"]
    assert read[0][3].isoformat().startswith("2024-05-01")
    assert read[1][1:3] == [None, None]


def test_a_word_far_down_a_column_of_numbers_is_kept(workbook, cells_of):
    found = workbook([["score"], *([i % 5 + 1] for i in range(3000)), ["Blank"]])
    read = cells_of(found, "score")
    assert read[-1] == "Blank"
    assert [float(cell) for cell in read[:5]] == [1, 2, 3, 4, 5]


def test_names_are_made_unique_and_blank_ones_are_numbered(workbook, rows_of):
    found = workbook([["a", "A", None, "a"], [1, 2, 3, 4]])
    assert found.columns == ("a", "A_2", "column_3", "a_1")
    assert rows_of(found) == [[1, 2, 3, 4]]


def test_the_named_sheet_is_read(workbook, rows_of):
    found = workbook([["a"], [1]], sheets=("First", "Vastaukset"), sheet="Vastaukset")
    assert rows_of(found) == [[1]]


def test_reading_says_nothing(workbook, rows_of, capfd):
    rows_of(workbook([["a", "b"], [1, None], [2, None]]))
    assert capfd.readouterr() == ("", "")


def test_a_sheet_that_is_not_there_is_an_error_with_those_that_are(workbook):
    with pytest.raises(DataError) as caught:
        workbook([["a"], [1]], sheet="Answers")
    assert caught.value.case == "no_sheet"
    assert "First, Empty" in str(caught.value)


def test_an_empty_sheet_is_an_error(workbook):
    with pytest.raises(DataError) as caught:
        workbook([["a"], [1]], sheet="Empty")
    assert caught.value.case == "no_columns"


def test_a_sheet_with_names_only_has_no_rows(workbook, rows_of):
    assert rows_of(workbook([["a", "b"]])) == []


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods", ".xlsb"])
@pytest.mark.parametrize("data", [b"a,b\n1,2\n", b"PK\x03\x04 broken"])
def test_what_is_no_workbook_is_an_error(tmp_path, session, suffix, data):
    path = tmp_path / f"table{suffix}"
    path.write_bytes(data)
    with pytest.raises(DataError) as caught:
        open_file(session, path)
    assert caught.value.case == "unreadable"
