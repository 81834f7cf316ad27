"""A sheet goes out to a person and comes back: what was checked, exactly, or an error."""

import csv
import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kuski.errors import InputError
from kuski.listen.stories.cell import LONGEST, is_same, neutral, restored, shown
from kuski.listen.stories.correction import read_correction
from kuski.listen.stories.event import Word
from kuski.listen.stories.fault import RowsError
from kuski.listen.stories.ledger import Checked
from kuski.listen.stories.mark import Mark, Names, parsed, written
from kuski.listen.stories.sheet import layout, write_sheet

from .book import BOOK, MACHINE, story

NASTY = [
    "=cmd|' /C calc'!A0",
    "+358 40 1234567 soitti",
    "-5 astetta",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r\n=1+1",
    " =1+1",
    "＝1+1",
    "'=1",
    "''quoted",
    '"quoted", and; more',
    "line one\nline two\r\nline three",
    "x; y, z\tw | v",
    "_x0041_ &amp; <b>",
    "😀 🙈",
    "شكرا جزيلا على الخدمة",
    "\x00\x1b[31mred\x07",
    "\ud800 half a pair",
    "1e10",
    "007",
    "TRUE",
    "# hash",
    "x" * 40_000,
    "ä😀" * 30_000,
]
KINDS = ["xlsx", "csv"]
FORM = layout(BOOK, (), "en")


def stories(texts=NASTY):
    return [story(text) for text in texts]


def drawn(those, part="uncertain"):
    return [(part, each) for each in those]


def rows_of(path):
    """Read a CSV sheet as a spreadsheet shows it."""
    text = path.read_text(encoding="utf-8-sig")
    delimiter = ";" if text.split("\n")[0].count(";") else ","
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def save(path, rows, *, delimiter=",", encoding="utf-8-sig"):
    with path.open("w", encoding=encoding, newline="", errors="replace") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def filled(tmp_path, those, *, part="uncertain", form=FORM, mark="x", **cells):
    """Write a sheet as CSV and fill cells of every row, as a person would."""
    path = write_sheet(tmp_path / "out.csv", drawn(those, part), form)
    head, *rows = rows_of(path)
    for row in rows:
        row[form.keys.index("checked")] = mark
        for key, cell in cells.items():
            row[form.keys.index(key)] = cell
    return head, rows


def marked(path, form):
    """Mark every row of a sheet that was written as checked, in its own kind."""
    if path.suffix == ".csv":
        head, *rows = rows_of(path)
        for row in rows:
            row[form.keys.index("checked")] = "x"
        return save(path, [head, *rows])
    import fastexcel
    import xlsxwriter

    page = fastexcel.read_excel(path).load_sheet(0, schema_sample_rows=None).to_arrow()
    columns = page.to_pydict()
    columns["Checked"] = ["x"] * page.num_rows
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    for place, (title, cells) in enumerate(columns.items()):
        sheet.write_string(0, place, title)
        for row, cell in enumerate(cells, start=1):
            sheet.write_string(row, place, "" if cell is None else str(cell))
    book.close()
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "fi"])
def test_what_goes_out_comes_back(tmp_path, kind, language):
    form = layout(BOOK, (), language)
    those = stories()
    path = write_sheet(tmp_path / f"sheet.{kind}", drawn(those), form)
    if language == "en" or kind == "csv":
        back = read_correction(marked(path, form), those, BOOK)
        assert [said.text for said in back.said] == NASTY
        assert all(said.values == MACHINE and said.drawn == "uncertain" for said in back.said)


@pytest.mark.parametrize("kind", KINDS)
def test_random_rows_are_blank_so_that_nobody_is_led(tmp_path, kind):
    those = stories(["a", "b"])
    path = write_sheet(tmp_path / f"sheet.{kind}", drawn(those, "random"), FORM)
    back = read_correction(marked(path, FORM), those, BOOK)
    assert [said.values for said in back.said] == [dict.fromkeys(MACHINE, ())] * 2
    assert {said.drawn for said in back.said} == {"random"}


@given(texts=st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, max_size=4,
                      unique=True))  # fmt: skip
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.parametrize("kind", KINDS)
def test_any_text_comes_back_as_it_was(kind, texts, tmp_path_factory):
    those = stories(texts)
    path = write_sheet(tmp_path_factory.mktemp("any") / f"s.{kind}", drawn(those), FORM)
    back = read_correction(marked(path, FORM), those, BOOK)
    assert [said.text for said in back.said] == texts


@given(text=st.text())
@settings(max_examples=300, deadline=None)
def test_a_neutral_cell_starts_no_formula_and_is_restored(text):
    assert restored(neutral(text)) == text
    assert neutral(text).lstrip()[:1] not in set("=+-@＝＋－＠")
    assert neutral(text)[:1] not in set("\t\r\n")


@given(text=st.text())
@settings(max_examples=200, deadline=None)
def test_a_cell_knows_its_text_again(text):
    assert is_same(text, shown(text))
    assert is_same(text, neutral(shown(text)))


@pytest.mark.parametrize("text", NASTY)
def test_no_cell_of_csv_starts_a_formula(tmp_path, text):
    path = write_sheet(tmp_path / "s.csv", drawn(stories([text])), FORM)
    for row in rows_of(path):
        assert not any(cell.lstrip()[:1] in "=+-@＝＋－＠" for cell in row if cell.strip())


def test_a_workbook_holds_no_formula_and_no_link(tmp_path):
    texts = [*NASTY, "https://example.org", "mailto:a@example.org"]
    path = write_sheet(tmp_path / "s.xlsx", drawn(stories(texts)), FORM)
    with zipfile.ZipFile(path) as book:
        pages = [book.read(name).decode() for name in book.namelist() if "worksheets/" in name]
    assert all("<f>" not in page and "hyperlink" not in page for page in pages)


def test_a_workbook_has_codes_to_choose_from_a_codebook_and_a_frozen_header(tmp_path):
    path = write_sheet(tmp_path / "s.xlsx", drawn(stories(["a"])), layout(BOOK, (), "fi"))
    with zipfile.ZipFile(path) as book:
        names = book.read("xl/workbook.xml").decode()
        first, second = (book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2))
        words = book.read("xl/sharedStrings.xml").decode()
    assert "Kertomukset" in names
    assert "Koodit" in names
    assert 'state="frozen"' in first
    assert "<formula1>'Koodit'!$B$12:$B$13</formula1>" in first
    assert second.count("<row ") >= 10
    assert "Ystävällisyys" in words
    assert "Speed: what it is." in words


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_stories_make_the_same_bytes(tmp_path, kind):
    paths = [
        write_sheet(tmp_path / f"{n}.{kind}", drawn(stories()), FORM).read_bytes() for n in "ab"
    ]
    assert paths[0] == paths[1]


@pytest.mark.parametrize("length", [LONGEST - 1, LONGEST, LONGEST + 1, 5_000_000])
def test_a_text_too_long_for_a_cell_is_cut_to_what_it_holds(length):
    cell = shown("😀" + "x" * (length - 2))
    assert len(cell.encode("utf-16-le")) // 2 <= LONGEST
    assert (" […]" in cell) == (length > LONGEST)


def test_a_sheet_may_ask_about_some_families_only(tmp_path):
    form = layout(BOOK, ("polarity",), "en")
    those = stories(["a"])
    head, rows = filled(tmp_path, those, form=form, polarity="positive")
    back = read_correction(save(tmp_path / "b.csv", [head, *rows]), those, BOOK)
    assert back.said[0].values == {"polarity": (Mark("positive"),)}
    with pytest.raises(InputError, match="no family mood"):
        layout(BOOK, ("mood",), "en")


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [(";", "cp1252"), (",", "utf-8"), ("\t", "utf-16"), (";", "utf-8-sig")],
)
def test_csv_comes_back_however_excel_saves_it(tmp_path, delimiter, encoding):
    texts = ["Yö ja päivä; ärsyttävää", "Smörgås, 5 €", "emoji 😀 here"]
    those = stories(texts)
    head, rows = filled(tmp_path, those, factor="Nopeus -; Hinta")
    saved = save(tmp_path / "b.csv", [head, *rows], delimiter=delimiter, encoding=encoding)
    back = read_correction(saved, those, BOOK)
    assert [said.text for said in back.said] == texts
    assert back.said[0].values["factor"] == (Mark("speed", -1), Mark("price"))


@pytest.mark.parametrize("cell", ["2", "2.0", 2, 2.0])
def test_a_number_that_excel_made_of_a_code_is_that_code(tmp_path, cell):
    import xlsxwriter

    those = stories(["a"])
    head, (row,) = filled(tmp_path, those)
    path = tmp_path / "b.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for place, (title, text) in enumerate(zip(head, row, strict=True)):
        sheet.write_string(0, place, title)
        sheet.write(1, place, cell if FORM.keys[place] == "intensity" else text)
    book.close()
    if cell == "2.0":
        with pytest.raises(RowsError, match=r"intensity: 2\.0"):
            read_correction(path, those, BOOK)
    else:
        assert read_correction(path, those, BOOK).said[0].values["intensity"] == (Mark("2"),)


@pytest.mark.parametrize("mark", ["x", "X", " x ", "1", "yes", "kyllä", "✓"])
def test_a_row_counts_when_it_is_marked(tmp_path, mark):
    those = stories(["a"])
    head, rows = filled(tmp_path, those, mark=mark)
    assert len(read_correction(save(tmp_path / "b.csv", [head, *rows]), those, BOOK).said) == 1


def test_a_row_that_is_not_marked_does_not_count_and_is_told(tmp_path):
    those = stories(["a", "b", "c"])
    head, rows = filled(tmp_path, those, part="random")
    checked, factor = FORM.keys.index("checked"), FORM.keys.index("factor")
    rows[1][checked], rows[1][factor] = "", "speed-"
    rows[2][checked] = "no"
    back = read_correction(save(tmp_path / "b.csv", [head, *rows]), those, BOOK)
    assert ([said.text for said in back.said], back.rows, back.unmarked) == (["a"], 3, 1)


def test_nothing_checked_is_an_error(tmp_path):
    those = stories(["a", "b"])
    head, rows = filled(tmp_path, those, mark="")
    with pytest.raises(InputError, match="none of its 2 rows"):
        read_correction(save(tmp_path / "b.csv", [head, *rows]), those, BOOK)


def test_every_fault_of_a_sheet_is_told_at_once_with_its_row_and_what_is_near(tmp_path):
    those = stories([f"Text {letter}" for letter in "abcdefg"])
    head, rows = filled(tmp_path, those)
    at = {key: place for place, key in enumerate(FORM.keys)}
    rows[0][at["factor"]] = "spede-, hinta+, qwxz"
    rows[1][at["text"]] = "Another text"
    rows[2][at["id"]] = "u-000000000000"
    rows[3][at["checked"]] = "perhaps"
    rows[4][at["polarity"]] = "negative, positive"
    rows[5][at["id"]], rows[5][at["text"]] = "12345", "no such text"
    with pytest.raises(RowsError) as found:
        read_correction(save(tmp_path / "b.csv", [head, *rows]), those, BOOK)
    told = [(fault.row, fault.case) for fault in found.value.faults]
    assert told == [
        (2, "code_near"), (2, "code"), (3, "text_changed"), (4, "no_row_near"), (5, "mark"),
        (6, "several"), (7, "no_row"),
    ]  # fmt: skip
    english = found.value.text("en")
    assert "did you mean speed" in english
    assert those[2].id in english
    assert "7 faults, and nothing of it was taken" in english
    assert "tarkoititko speed" in found.value.text("fi")


def test_of_many_faults_the_rest_are_counted(tmp_path):
    those = stories([f"Text {n}" for n in range(60)])
    head, rows = filled(tmp_path, those, polarity="qwxz")
    with pytest.raises(RowsError) as found:
        read_correction(save(tmp_path / "b.csv", [head, *rows]), those, BOOK)
    assert len(found.value.faults) == 60
    assert "and 20 more" in found.value.text("en")


def test_a_row_that_stands_twice_must_say_the_same(tmp_path):
    those = stories(["a"])
    head, (row,) = filled(tmp_path, those)
    same = save(tmp_path / "b.csv", [head, row, row])
    assert len(read_correction(same, those, BOOK).said) == 1
    other = [*row]
    other[FORM.keys.index("polarity")] = "positive"
    with pytest.raises(RowsError, match="two checked rows that differ"):
        read_correction(save(tmp_path / "c.csv", [head, row, other]), those, BOOK)


def test_a_column_that_lost_its_name_is_told(tmp_path):
    those = stories(["a"])
    head, rows = filled(tmp_path, those)
    head[FORM.keys.index("checked")] = "Chekced"
    head[FORM.keys.index("id")] = "A"
    with pytest.raises(RowsError) as found:
        read_correction(save(tmp_path / "b.csv", [head, *rows]), those, BOOK)
    assert "did you mean checked" in found.value.text("en")
    assert "no column id" in found.value.text("en")


def test_other_columns_and_other_orders_do_no_harm(tmp_path):
    those = stories(["a"])
    head, (row,) = filled(tmp_path, those)
    turned = save(tmp_path / "b.csv", [["Mine", *head[::-1]], ["?", *row[::-1]]])
    assert read_correction(turned, those, BOOK).said[0].values == MACHINE


def test_a_masked_sheet_is_known_again(tmp_path):
    those = stories(["Call me: 040 1234567"])

    def mask(text):
        return text.replace("040 1234567", "[phone]")

    path = write_sheet(tmp_path / "m.csv", drawn(those), FORM, mask=mask)
    assert "1234567" not in path.read_text(encoding="utf-8-sig")
    back = read_correction(marked(path, FORM), those, BOOK, mask=mask)
    assert back.said[0].text == those[0].text


def test_what_the_ledger_has_already_is_not_news(tmp_path):
    those = stories(["a", "b"])
    head, rows = filled(tmp_path, those)
    back = read_correction(save(tmp_path / "b.csv", [head, *rows]), those, BOOK)
    first = back.said[0]
    word = Word("1", "2026-11-22", "Anna", first)
    seen = {(first.source, first.text): Checked(first.source, first.text, "uncertain", (word,))}
    assert [said.text for said in back.news(seen, " Anna ")] == ["b"]
    assert len(back.news(seen, "Bo")) == 2


def test_a_sheet_is_not_written_over_unless_forced(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("work", encoding="utf-8")
    with pytest.raises(InputError, match="--force"):
        write_sheet(path, drawn(stories(["a"])), FORM)
    assert path.read_text(encoding="utf-8") == "work"
    write_sheet(path, drawn(stories(["a"])), FORM, force=True)
    assert "work" not in path.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("name", ["s.pdf", "s"])
def test_a_sheet_of_another_kind_is_an_error(tmp_path, name):
    with pytest.raises(InputError, match=r"\.xlsx or \.csv"):
        write_sheet(tmp_path / name, drawn(stories(["a"])), FORM)


@pytest.mark.parametrize(
    ("name", "content"),
    [("s.xlsx", b"not a workbook"), ("s.csv", b""), ("s.csv", b"a\x00b"), ("s.doc", b"x")],
)
def test_a_file_that_is_no_sheet_is_a_plain_error(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError):
        read_correction(tmp_path / name, stories(["a"]), BOOK)


@pytest.mark.parametrize(
    ("cell", "marks"),
    [
        ("speed-", [("speed", -1)]),
        ("speed −, price +", [("speed", -1), ("price", 1)]),
        ("-speed; +Hinta", [("speed", -1), ("price", 1)]),
        ("NOPEUS\nprice and value", [("speed", 0), ("price", 0)]),
        ("speed+, speed-", [("speed", 0)]),
        (" ,; ", []),
    ],
)
def test_codes_are_read_as_people_write_them(cell, marks):
    found, strangers = Names(BOOK.families[0]).read(cell)
    assert [(mark.code, mark.sign) for mark in found] == marks
    assert strangers == ()


def test_a_sign_means_nothing_outside_the_factors():
    found, _ = Names(BOOK.families[1]).read("face-to-face+, Puhelin")
    assert found == (Mark("face_to_face"), Mark("phone"))


@given(st.lists(st.builds(Mark, st.sampled_from(["speed", "price"]), st.sampled_from([-1, 0, 1]))))
def test_marks_are_read_as_they_were_written(marks):
    assert list(parsed(written(marks))) == marks
