"""Text files of every make read as the table that their maker saw."""

import csv
import io
import random

import pytest

from kuski.errors import DataError

FINNISH = "pisteet;summa;kommentti\n5;1,5;Hyvä, kiitos\n4;2,25;Ihan ok, mutta hidas, kallis\n"
READ = [["5", "1,5", "Hyvä, kiitos"], ["4", "2,25", "Ihan ok, mutta hidas, kallis"]]


@pytest.mark.parametrize(
    ("encoding", "options"),
    [
        ("utf-8", {}),
        ("utf-8-sig", {}),
        ("utf-16", {}),
        ("utf-16-le", {"encoding": "utf-16-le"}),
        ("cp1252", {"encoding": "cp1252"}),
        ("latin-1", {"encoding": "latin-1"}),
        ("utf-8", {"encoding": "UTF8"}),
        ("utf-8", {"delimiter": ";"}),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_encoding_and_line_end_reads_alike(open_text, encoding, options, line_end, rows_of):
    source = open_text(FINNISH.replace("\n", line_end), written=encoding, **options)
    assert source.columns == ("pisteet", "summa", "kommentti")
    assert rows_of(source) == READ


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt", ".tab", ".CSV"])
@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(open_text, suffix, sign, rows_of):
    text = f'a{sign}b{sign}c\n1{sign}"x{sign}y"{sign}3\n4{sign}5{sign}6\n'
    source = open_text(text, suffix=suffix)
    assert source.columns == ("a", "b", "c")
    assert rows_of(source) == [["1", f"x{sign}y", "3"], ["4", "5", "6"]]


def test_commas_in_the_names_do_not_hide_the_delimiter(open_text):
    source = open_text("Q1, overall; Q2, food, drink; Q3\n5;4;3\n1;2;3\n")
    assert source.columns == ("Q1, overall", "Q2, food, drink", "Q3")


def test_a_delimiter_that_the_file_names_itself_is_taken(open_text, rows_of):
    source = open_text("sep=|\r\na|b,c\r\n1|2\r\n")
    assert source.columns == ("a", "b,c")
    assert rows_of(source) == [["1", "2"]]


def test_one_column_needs_no_delimiter(open_text, rows_of):
    assert rows_of(open_text("my score\n5\n\n3\n")) == [["5"], [None], ["3"]]


def test_a_sign_that_is_said_is_not_guessed(open_text):
    assert open_text("a;b,c\n1;2,3\n", delimiter=",").columns == ("a;b", "c")


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        ("a,a,A,b", ("a", "a_2", "A_3", "b")),
        ("a,,b,", ("a", "column_2", "b", "column_4")),
        (" a , *RESPNUM,\tb ", ("a", "*RESPNUM", "b")),
        ('id,"select; drop table","say ""hi"""', ("id", "select; drop table", 'say "hi"')),
        ("a,a_2,a", ("a", "a_2", "a_3")),
        ('"two\nlines",b', ("two\nlines", "b")),
        ("1,2", ("1", "2")),
        ("Ärrä,ärrä", ("Ärrä", "ärrä_2")),
        ("it's,x\\y", ("it's", "x\\y")),
    ],
)
def test_names_are_made_unique_and_blank_ones_are_numbered(open_text, names, columns, rows_of):
    row = ",".join(str(i) for i in range(len(columns)))
    source = open_text(f"{names}\n{row}\n")
    assert source.columns == columns
    assert rows_of(source) == [[str(i) for i in range(len(columns))]]


def test_short_rows_end_in_empty_cells(open_text, rows_of):
    assert rows_of(open_text("a,b,c\n1\n2,3\n4,5,6\n")) == [
        ["1", None, None], ["2", "3", None], ["4", "5", "6"],
    ]  # fmt: skip


def test_a_delimiter_at_the_end_of_each_row_is_no_cell(open_text, rows_of):
    assert rows_of(open_text("a,b\n1,2,\n3,4,\n")) == [["1", "2"], ["3", "4"]]


def test_a_row_that_is_too_long_is_an_error_with_its_line(open_text, rows_of):
    source = open_text("a,b\n" + "1,2\n" * 9 + "3,4,nice\n")
    with pytest.raises(DataError) as caught:
        rows_of(source)
    assert caught.value.case == "long_row"
    assert caught.value.values["line"] == 11
    assert "3 cells, but the first line names 2" in str(caught.value)


@pytest.mark.parametrize("cell", ['"never closed', '"6" screen"'])
def test_quotes_that_do_not_pair_are_an_error_with_their_line(open_text, cell, rows_of):
    with pytest.raises(DataError) as caught:
        rows_of(open_text(f"a,b\n1,x\n2,{cell}\n3,y\n"))
    assert (caught.value.case, caught.value.values["line"]) == ("open_quote", 3)


def test_lines_in_quotes_quotes_in_quotes_and_marks_in_texts_are_text(open_text, rows_of):
    source = open_text('a,b\n1,"one\ntwo, three"\n2,"say ""hi"""\r\n# 3,6" screen\n4,it\'s\n')
    assert rows_of(source) == [
        ["1", "one\ntwo, three"], ["2", 'say "hi"'], ["# 3", '6" screen'], ["4", "it's"],
    ]  # fmt: skip


@pytest.mark.parametrize("ends", [("\r\n", "\n"), ("\n", "\r\n"), ("\r", "\n")])
def test_rows_that_end_in_different_ways_are_read(open_text, ends, rows_of):
    source = open_text(f'a,b{ends[0]}1,"x"{ends[1]}2,y{ends[0]}')
    assert rows_of(source) == [["1", "x"], ["2", "y"]]


@pytest.mark.parametrize(("end", "inside"), [("\r\n", "\n"), ("\n", "\r\n"), ("\n", "\r")])
def test_other_line_ends_within_quotes_stay(open_text, end, inside, rows_of):
    source = open_text(f'a,b{end}1,"x{inside}y"{end}')
    assert rows_of(source) == [["1", f"x{inside}y"]]


def test_words_for_nothing_stay_words_and_only_empty_cells_are_empty(open_text, rows_of):
    source = open_text('a,b,c,d\nNULL,NA,nan,\nNone,"",null,\\N\n')
    assert rows_of(source) == [["NULL", "NA", "nan", None], ["None", None, "null", "\\N"]]


def test_a_large_file_with_lines_in_quotes_and_short_rows_reads_whole(open_text, rows_of):
    draw = random.Random(0)
    lines = ["id,comment,score"]
    for i in range(60_000):
        words = "word " * draw.randrange(60)
        lines.append(f'{i},"first {words}\nsecond ""{i}""",{i % 7}' if i % 5 else f"{i},short")
    source = open_text("\n".join(lines) + "\n")
    found = rows_of(source)
    assert [row[0] for row in found] == [str(i) for i in range(60_000)]
    assert found[5] == ["5", "short", None]
    assert found[7][1].endswith('\nsecond "7"')
    assert found[7][2] == "0"


def test_qualtrics_exports_have_three_rows_of_names(open_text, rows_of, cells_of):
    source = open_text(
        'Q1,Q2,Q2\n"How satisfied\nare you, overall?",Why?,\n'
        '"{""ImportId"":""QID1""}","{""ImportId"":""QID2_TEXT""}","{""ImportId"":""QID3""}"\n'
        '5,"Nice,\nquick",1\n4,,2\n',
        written="utf-8-sig",
    )
    assert source.columns == ("Q1", "Q2", "Q2_2")
    assert source.dictionary.labels["Q1"] == "How satisfied\nare you, overall?"
    assert rows_of(source) == [["5", "Nice,\nquick", "1"], ["4", None, "2"]]
    assert cells_of(source, "Q1") == ["5", "4"]


def test_the_third_row_of_other_files_is_data(open_text, rows_of):
    assert len(rows_of(open_text("a,b\nx,y\n1,2\n"))) == 2


def test_where_commas_part_the_cells_they_group_thousands(open_text):
    assert open_text('a,b\n"1,234",2\n').dictionary.groups_by_comma
    assert not open_text("a;b\n1,234;2\n").dictionary.groups_by_comma


def test_five_thousand_columns_are_read(open_text, rows_of, cells_of):
    names = [f"Q{i}" for i in range(5000)]
    rows = [[str((i * j) % 7) for i in range(5000)] for j in range(30)]
    source = open_text("\n".join(",".join(row) for row in [names, *rows]))
    assert len(source.columns) == 5000
    assert cells_of(source, "Q4999") == [row[4999] for row in rows]
    assert rows_of(source) == rows


# What cannot be read.


@pytest.mark.parametrize("text", [" \n1,2\n", "\n", ",,\n1,2,3\n", "\ufeff"])
def test_a_first_line_without_names_is_an_error(open_text, text):
    with pytest.raises(DataError) as caught:
        open_text(text)
    assert caught.value.case == "no_columns"


def test_a_text_in_another_encoding_is_an_error_with_its_line(open_text):
    with pytest.raises(DataError) as caught:
        open_text("a,b\n1,x\n2,Hyvä\n", written="cp1252")
    assert (caught.value.case, caught.value.values["line"]) == ("not_utf8", 3)
    assert 'encoding = "cp1252"' in str(caught.value)


def test_a_letter_cut_in_half_at_the_end_is_an_error(open_text):
    with pytest.raises(DataError) as caught:
        open_text("a\nHyvä".encode()[:-1])
    assert caught.value.case == "not_utf8"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("a\nHyvä\n".encode("latin-1"), "ascii"), (b"a\n\x81\n", "cp1252"), (b"a\n1\n", "utf-16")],
)
def test_a_wrong_encoding_is_an_error(open_text, text, encoding):
    with pytest.raises(DataError) as caught:
        open_text(text, encoding=encoding)
    assert caught.value.case in {"wrong_encoding", "not_utf8"}


@pytest.mark.parametrize("encoding", ["klingon", "hex", "rot13"])
def test_an_encoding_that_is_none_is_an_error(open_text, encoding):
    with pytest.raises(DataError) as caught:
        open_text("a\n1\n", encoding=encoding)
    assert caught.value.case == "unknown_encoding"


@pytest.mark.parametrize("data", ["a,b\n1,2\n".encode("utf-16-le"), b"PK\x03\x04\x00\x00,\n"])
@pytest.mark.parametrize("options", [{}, {"encoding": "cp1252"}])
def test_a_file_that_is_no_text_is_an_error(open_text, data, options):
    with pytest.raises(DataError) as caught:
        open_text(data, **options)
    assert caught.value.case == "not_text"


def test_the_recoded_copy_goes_when_the_session_goes(tmp_path, cells_of):
    import gc

    from kuski.engine.embedded import Session
    from kuski.engine.files import FileOptions, open_file

    path = tmp_path / "a.csv"
    path.write_bytes("a\nä\n".encode("latin-1"))
    session = Session()
    source = open_file(session, path, FileOptions(encoding="latin-1"))
    copy = session.scratch_file("").parent
    assert cells_of(source, "a") == ["ä"]
    assert list(copy.iterdir())
    del source, session
    gc.collect()
    assert not copy.exists()


def test_what_is_read_is_what_the_standard_library_reads(open_text, rows_of):
    draw = random.Random(1)
    cells = ["", "x", "6", "a b", "one,two", "line\nbreak", 'say "hi"', "ä" * 300, '"', ",", "\r\n"]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["a", "b", "c"])
    for _ in range(30_000):
        writer.writerow(draw.choice(cells) for _ in range(draw.choice([2, 3, 3, 3])))
    read = list(csv.reader(io.StringIO(text.getvalue(), newline="")))[1:]
    padded = [[*row, "", ""][:3] for row in read if row]
    found = rows_of(open_text(text.getvalue()))
    assert [[cell or "" for cell in row] for row in found] == padded


@pytest.mark.parametrize(
    "end",
    ['2,"z', '2,"', '2,"z\n3,y\n', '2,"""z\n', '2,"x ""y""\n3,z', '"2,x\n3,y\n', '2,",x\n'],
)
def test_a_text_that_never_closes_is_an_error(open_text, end):
    with pytest.raises(DataError) as caught:
        open_text('a,b\n"1","x ""y"""\n' + end)
    assert (caught.value.case, caught.value.values["line"]) == ("open_quote", 3)


@pytest.mark.parametrize(
    ("end", "row"),
    [
        ('2,"z"', ["2", "z"]),
        ('2,""', ["2", None]),
        ('2,"z,"\n', ["2", "z,"]),
        ('2,"z"""\n', ["2", 'z"']),
        ('2,""""\n', ["2", '"']),
        ('2,6" screen\n', ["2", '6" screen']),
        ('"2"\n', ["2", None]),
        ('2,",x"\n', ["2", ",x"]),
        ('",2",\n', [",2", None]),
    ],
)
def test_a_text_that_closes_at_the_end_is_read(open_text, end, row, rows_of):
    assert rows_of(open_text("a,b\n1,x\n" + end)) == [["1", "x"], row]


def test_a_row_longer_than_any_answer_is_an_error(open_text, rows_of):
    with pytest.raises(DataError, match="line 2: Maximum line size"):
        rows_of(open_text("a,b\n1," + "x" * 17_000_000 + "\n"))
