"""`kuski stories`: code, look, sample, correct, take back, compare; the whole path."""

import csv
import io
import json

import pytest

STUDY = """\
[study]
name = "Trial <b>"
language = "{language}"

[responses]
file = "answers.csv"
score = {{ column = "whole", scale = [1, 5] }}
comment = "comment"

[codes]
codebook = "book.toml"
"""
BOOK = """\
version = 1
# Our own.
[[families]]
name = "factor"
kind = "many"

[[families.codes]]
code = "patience"
label = { fi = "Kärsivällisyys", sv = "Tålamod", en = "Patience" }
definition = { fi = "Odottamisesta.", sv = "Om att vänta.", en = "Of waiting." }
[families.codes.seeds]
fi = ["odott*"]
en = ["wait"]

[[families.codes]]
code = "bargain"
label = { fi = "Löytö", sv = "Fynd", en = "Bargain" }
[families.codes.seeds]
en = ["bargain", "cheap"]
"""
TEXTS = [
    "I had to wait for the doctor the whole morning.",
    "It was a real bargain, and the staff laughed with me.",
    "Jouduin odottamaan lääkäriä koko aamun, eikä kukaan kertonut mitään.",
    "They made me wait, but the price was cheap in the end.",
    "The parcel came with a ribbon around it and a note.",
    "The parcel came broken and nobody answered me.",
    "=cmd|' /C calc'!A0 they let me wait",
    "<script>alert(1)</script> a bargain all the same",
    "I don't know",
    "",
]


@pytest.fixture
def told(tmp_path):
    """A study of 60 comments, each a little different from the others."""
    return write(tmp_path, "en")


def write(folder, language):
    with (folder / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["whole", "comment"])
        for n in range(60):
            text = TEXTS[n % len(TEXTS)]
            writer.writerow([1 + n % 5, f"{text} Case {n}." if len(text) > 20 else text])
    (folder / "book.toml").write_text(BOOK, encoding="utf-8")
    path = folder / "study.toml"
    path.write_text(STUDY.format(language=language), encoding="utf-8")
    return path


@pytest.fixture
def coded(kuski, told):
    done = kuski("stories", "code", told)
    assert (done.exit_code, done.stderr) == (0, "")
    return told


@pytest.fixture
def sheet(kuski, coded):
    """A sheet of ten random and four uncertain stories, as CSV."""
    path = coded.parent / "sheet.csv"
    args = ("--random", 10, "--uncertain", 4, "--out", path)
    assert kuski("stories", "sample", coded, *args).exit_code == 0
    return path


def fill(sheet, out, **cells):
    """Mark every row, and write cells into each that has none."""
    rows = list(csv.DictReader(io.StringIO(sheet.read_text(encoding="utf-8-sig"), newline="")))
    for row in rows:
        row["Checked"] = "x"
        for title, cell in cells.items():
            row[title] = row[title] or cell
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return out


def test_code_writes_a_table_and_says_what_to_do_next(kuski, told):
    done = kuski("stories", "code", told)
    assert (done.exit_code, done.stderr) == (0, "")
    assert (told.parent / "codes.parquet").exists()
    for told_next in ("kuski stories review", "kuski stories sample", "not frequencies"):
        assert told_next in done.stdout


def test_what_was_coded_is_plain_data_on_request(kuski, told):
    report = json.loads(kuski("stories", "code", told, "--json").stdout)
    assert report["file"] == str(told.parent / "codes.parquet")
    (source,) = report["sources"]
    assert (source["source"], source["rows"], source["units"]) == ("responses", 54, 48)


def test_show_gives_codes_and_the_words_that_triggered_them(kuski, coded):
    shown = kuski("stories", "show", coded, "--code", "patience", "--json")
    records = json.loads(shown.stdout)["records"]
    assert records
    for record in records:
        assert "patience" in record["codes"]
        assert any(word in record["words"].casefold() for word in ("wait", "odott"))
    assert "wait" in kuski("stories", "show", coded, "--most", 5).stdout


def test_a_code_that_is_not_there_is_named_with_what_is_near(kuski, coded):
    done = kuski("stories", "show", coded, "--code", "patiense")
    assert done.exit_code == 2
    assert "did you mean patience" in done.stderr


@pytest.mark.parametrize("language", ["en", "fi"])
def test_the_review_is_one_page_with_the_words_marked_and_everything_escaped(
    kuski, coded, language
):
    out = coded.parent / "review.html"
    done = kuski("stories", "review", coded, "--out", out, "--language", language)
    assert (done.exit_code, done.stderr) == (0, "")
    page = out.read_text(encoding="utf-8")
    assert f'<html lang="{language}">' in page
    assert "<mark" in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "Trial &lt;b&gt;" in page


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_sample_goes_out_and_the_same_one_not_twice(kuski, coded, kind):
    out = coded.parent / f"s.{kind}"
    done = kuski("stories", "sample", coded, "--out", out, "--random", 5, "--uncertain", 2)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "kuski stories correct" in done.stdout
    before = out.read_bytes()
    again = kuski("stories", "sample", coded, "--out", out)
    assert again.exit_code == 2
    assert "--force" in again.stderr
    assert out.read_bytes() == before


def test_a_corrected_sheet_is_kept_and_taught(kuski, coded, sheet):
    filled = fill(sheet, coded.parent / "anna.csv", Factors="patience-", Polarity="negative")
    done = kuski("stories", "correct", filled, coded, "--by", "Anna", "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    taken = json.loads(done.stdout)
    assert (len(taken["taken"]), taken["known"], taken["passed_over"]) == (14, 0, 0)
    ledger = coded.parent / "corrections.jsonl"
    assert len(ledger.read_text(encoding="utf-8").splitlines()) == 14
    learned = json.loads(kuski("stories", "code", coded, "--json").stdout)
    assert (learned["taught"], learned["measured"]) == (4, 10)
    again = kuski("stories", "sample", coded, "--out", coded.parent / "next.csv", "--json")
    assert json.loads(again.stdout)["checked"] == 10


def test_the_same_sheet_given_twice_adds_nothing(kuski, coded, sheet):
    filled = fill(sheet, coded.parent / "anna.csv", Polarity="negative")
    kuski("stories", "correct", filled, coded, "--by", "Anna")
    before = (coded.parent / "corrections.jsonl").read_bytes()
    done = kuski("stories", "correct", filled, coded, "--by", "Anna")
    assert done.exit_code == 0
    assert "known already" in done.stdout
    assert (coded.parent / "corrections.jsonl").read_bytes() == before


def test_rows_checked_without_a_code_are_told(kuski, coded, sheet):
    filled = fill(sheet, coded.parent / "anna.csv")
    assert "without a single code" in kuski(
        "stories", "correct", filled, coded, "--by", "Anna"
    ).stdout  # fmt: skip


def test_a_sheet_at_fault_is_told_row_by_row_and_nothing_is_written(kuski, coded, sheet):
    filled = fill(sheet, coded.parent / "anna.csv", Factors="pateince", Polarity="negative")
    done = kuski("stories", "correct", filled, coded, "--by", "Anna")
    assert done.exit_code == 2
    assert "did you mean patience" in done.stderr
    assert f"{filled}:" in done.stderr
    assert not (coded.parent / "corrections.jsonl").exists()


def test_a_correction_can_be_taken_back_and_brought_back(kuski, coded, sheet):
    filled = fill(sheet, coded.parent / "anna.csv", Polarity="negative")
    kuski("stories", "correct", filled, coded, "--by", "Anna")
    log = json.loads(kuski("stories", "log", coded, "--json").stdout)["records"]
    first = log[0]["id"]
    (undone,) = json.loads(kuski("stories", "undo", first, coded, "--json").stdout)
    assert undone["undo"] == first
    assert "taken back" in kuski("stories", "log", coded).stdout
    kuski("stories", "undo", undone["id"], coded, "--by", "Anna")
    states = {
        record["id"]: record["stands"]
        for record in json.loads(kuski("stories", "log", coded, "--json").stdout)["records"]
    }
    assert states[first] == "stands"
    whole = kuski("stories", "undo", first, coded, "--whole-sheet", "--json")
    assert len(json.loads(whole.stdout)) == 14


def test_undoing_what_is_not_there_is_a_plain_error(kuski, coded):
    done = kuski("stories", "undo", "12345678", coded)
    assert done.exit_code == 2
    assert "kuski stories log" in done.stderr


def test_an_empty_log_says_so(kuski, coded):
    assert "Nothing was corrected yet" in kuski("stories", "log", coded).stdout


def test_two_people_are_compared_from_the_ledger_and_from_sheets(kuski, coded, sheet):
    first = fill(sheet, coded.parent / "anna.csv", Factors="patience-", Polarity="negative")
    second = fill(sheet, coded.parent / "bo.csv", Factors="bargain+", Polarity="negative")
    alone = kuski("stories", "agree", coded)
    assert alone.exit_code == 2
    assert "two people" in alone.stderr
    kuski("stories", "correct", first, coded, "--by", "Anna")
    kuski("stories", "correct", second, coded, "--by", "Bo")
    from_ledger = json.loads(kuski("stories", "agree", coded, "--json").stdout)
    sheets = ("--sheet", first, "--sheet", second)
    from_sheets = json.loads(kuski("stories", "agree", coded, *sheets, "--json").stdout)
    assert from_ledger["people"] == ["Anna", "Bo"]
    assert from_sheets["people"] == ["anna", "bo"]
    assert from_ledger["codes"] == from_sheets["codes"]
    assert from_ledger["stories"] == 10
    assert len(from_ledger["disagreements"]["records"]) >= 8
    shown = kuski("stories", "agree", coded).stdout
    assert "Krippendorff's alpha" in shown
    one = kuski("stories", "agree", coded, "--sheet", first)
    assert one.exit_code == 2
    assert "twice" in one.stderr


def test_themes_are_suggested_from_what_no_code_holds(kuski, coded):
    done = kuski("stories", "themes", coded, "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    words = {record["theme"] for record in json.loads(done.stdout)["records"]}
    assert any("parcel" in theme for theme in words)
    assert kuski("stories", "themes", coded, "--by", "polarity").exit_code == 0
    assert "no family mood" in kuski("stories", "themes", coded, "--by", "mood").stderr


def test_seeds_are_tried_added_and_coded_by(kuski, coded):
    tried = json.loads(kuski("stories", "try", "parcel", "ribbon", coded, "--json").stdout)
    assert tried["n"] == 12
    assert [seed["n"] for seed in tried["by_seed"]] == [12, 6]
    assert any("parcel" in example for example in tried["examples"])
    done = kuski("stories", "add", "parcels", "parcel", "ribbon", coded, "--label", "Parcels")
    assert (done.exit_code, done.stderr) == (0, "")
    book = (coded.parent / "book.toml").read_text(encoding="utf-8")
    assert book.startswith(BOOK.rstrip())
    assert "# Our own." in book
    kuski("stories", "code", coded)
    shown = kuski("stories", "show", coded, "--code", "parcels", "--json")
    assert len(json.loads(shown.stdout)["records"]) == 12


def test_a_code_is_not_added_twice_nor_to_a_family_that_is_not_there(kuski, coded):
    before = (coded.parent / "book.toml").read_text(encoding="utf-8")
    for args, told in (
        (("patience", "a", "b"), "has factor.patience already"),
        (("mood_good", "a", "b", coded, "--family", "mood"), "no family mood"),
        (("Bad Name", "a", "b"), "book.toml"),
        (("fine", "...", "b"), "book.toml"),
    ):
        done = kuski("stories", "add", *args, *(() if coded in args else (coded,)))
        assert done.exit_code == 2, args
        assert told in done.stderr
        assert "Traceback" not in done.stderr
    assert (coded.parent / "book.toml").read_text(encoding="utf-8") == before


def test_a_study_without_a_codebook_of_its_own_is_told_how_to_name_it(kuski, tmp_path):
    study = write(tmp_path, "fi")
    text = study.read_text(encoding="utf-8").replace('codebook = "book.toml"', "")
    study.write_text(text, encoding="utf-8")
    kuski("stories", "code", study)
    done = kuski("stories", "add", "paketit", "paketti", "lähetys", study, "--family", "contact")
    assert done.exit_code == 0
    assert 'codebook = "codebook.toml"' in done.stdout
    from kuski.text.codebook import load

    assert ("contact", "paketit") in load(tmp_path / "codebook.toml").columns


def test_the_shipped_codebook_is_written_and_never_over_another_file(kuski, tmp_path):
    from kuski.text.codebook import load, shipped

    out = tmp_path / "book.toml"
    assert kuski("stories", "codebook", "--out", out).exit_code == 0
    assert load(out) == shipped()
    done = kuski("stories", "codebook", "--out", out)
    assert done.exit_code == 2
    assert "--force" in done.stderr


def test_personal_data_are_hidden_on_request_or_by_the_study(kuski, told):
    text = (told.parent / "answers.csv").read_text(encoding="utf-8")
    (told.parent / "answers.csv").write_text(
        text + '3,"Call anna@example.org or 040 123 4567, I had to wait."\n', encoding="utf-8"
    )
    kuski("stories", "code", told)
    out = told.parent / "out.html"
    commands = [
        ("show", told, "--most", 100),
        ("review", told, "--out", out),
        ("sample", told, "--random", 100, "--force", "--out", told.parent / "s.csv"),
        ("try", "wait", "anna*", told),
        ("themes", told),
    ]

    def said(command, *more):
        done = kuski("stories", *command, *more)
        assert done.exit_code == 0, done.stderr
        files = [path for path in (out, told.parent / "s.csv") if path.exists()]
        return done.stdout + "".join(path.read_text(encoding="utf-8") for path in files)

    assert "anna@example.org" in said(commands[0])
    for command in commands:
        assert "example.org" not in said(command, "--mask"), command[0]
        assert "123 4567" not in said(command, "--mask"), command[0]
        for path in (out, told.parent / "s.csv"):
            path.unlink(missing_ok=True)
    study = told.read_text(encoding="utf-8").replace("[codes]\n", "[codes]\nmask = true\n")
    told.write_text(study, encoding="utf-8")
    assert "example.org" not in said(commands[0])
    assert "[email]" in said(commands[0])


def test_a_masked_sheet_is_taken_back(kuski, told):
    text = (told.parent / "answers.csv").read_text(encoding="utf-8")
    (told.parent / "answers.csv").write_text(
        text + '3,"Call 040 123 4567, I had to wait."\n', encoding="utf-8"
    )
    kuski("stories", "code", told)
    out = told.parent / "s.csv"
    kuski("stories", "sample", told, "--random", 100, "--mask", "--out", out)
    filled = fill(out, told.parent / "f.csv", Polarity="negative")
    assert kuski("stories", "correct", filled, told, "--by", "Anna").exit_code == 0
    assert "040 123 4567" in (told.parent / "corrections.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "command",
    [
        ("show",), ("review", "--out", "r.html"), ("sample", "--out", "s.xlsx"), ("themes",),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "fi"])
def test_without_codes_each_command_says_to_code_first(kuski, told, monkeypatch, command, language):
    monkeypatch.chdir(told.parent)
    done = kuski("stories", *command, "--language", language)
    assert done.exit_code == 2
    assert "kuski stories code" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_ledger_at_fault_stops_with_its_line(kuski, coded):
    (coded.parent / "corrections.jsonl").write_text("{", encoding="utf-8")
    for command in (("show",), ("code",), ("log",)):
        done = kuski("stories", *command, coded)
        assert done.exit_code == 2
        assert "corrections.jsonl:1: " in done.stderr


@pytest.mark.parametrize("command", ["code", "show", "log"])
def test_quiet_prints_nothing(kuski, coded, command):
    done = kuski("stories", command, coded, "--quiet")
    assert (done.exit_code, done.output) == (0, "")


ENGLISH = (
    "Usage:",
    "Options:",
    "Commands:",
    "Show this",
    "[OPTIONS]",
    "SHEET",
    "FAMILY",
    "stories.",
)


@pytest.mark.parametrize(
    "command",
    [[], *([name] for name in ("code", "show", "review", "sample", "correct", "undo", "log",
                               "agree", "themes", "try", "add", "codebook"))],
)  # fmt: skip
def test_finnish_help_holds_no_english(kuski, command):
    shown = kuski("--language", "fi", "stories", *command, "--help").output
    assert shown.startswith("Käyttö: kuski stories")
    assert not [word for word in ENGLISH if word in shown]


def test_the_path_can_be_walked_in_finnish(kuski, tmp_path):
    study = write(tmp_path, "fi")
    for command in (
        ("code",),
        ("show", "--most", 5),
        ("review", "--out", tmp_path / "r.html"),
        ("sample", "--random", 4, "--uncertain", 2, "--out", tmp_path / "s.csv"),
        ("themes",),
        ("log",),
    ):
        done = kuski("stories", command[0], study, *command[1:])
        assert (done.exit_code, done.stderr) == (0, ""), command
    head = (tmp_path / "s.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert head.startswith('"Tunnus";"Teksti";"Osa";"Tekijät"')


def test_the_log_shows_the_latest_and_says_how_many_more_there_are(kuski, coded, sheet):
    filled = fill(sheet, coded.parent / "anna.csv", Polarity="negative")
    kuski("stories", "correct", filled, coded, "--by", "Anna")
    shown = kuski("stories", "log", coded, "--most", 3).stdout
    assert shown.count("Anna") == 3
    assert "11 earlier events" in shown
    whole = json.loads(kuski("stories", "log", coded, "--most", 3, "--json").stdout)
    assert len(whole["records"]) == 14


ODD = [
    "I had to wait. " + "x" * 5_000_000,
    "😀🙈👍🏽",
    "شكرا جزيلا على الخدمة الممتازة",
    "\u202egnp.exe\u2069 they made me wait",
    "\x1b[31mred\x07 they made me wait",
    "Nous avons attendu une heure et personne ne nous a parlé",
    "\t=1+1 a bargain",
    "line one\r\nline two, a bargain",
    "-- '; DROP TABLE answers; a bargain",
]


def test_odd_texts_go_the_whole_way_and_come_back_as_they_were(kuski, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    study = write(tmp_path, "en")
    study.write_text(
        study.read_text(encoding="utf-8").replace("answers.csv", "answers.parquet"),
        encoding="utf-8",
    )
    pq.write_table(
        pa.table({"whole": [3] * len(ODD), "comment": ODD}), tmp_path / "answers.parquet"
    )
    for command in (
        ("code",),
        ("show",),
        ("review", "--out", tmp_path / "r.html"),
        ("sample", "--random", 100, "--uncertain", 0, "--out", tmp_path / "s.csv"),
        ("themes",),
    ):
        done = kuski("stories", command[0], study, *command[1:])
        assert (done.exit_code, done.stderr) == (0, ""), command
        assert "\x1b" not in done.stdout
    assert (tmp_path / "r.html").stat().st_size < 2_000_000
    filled = fill(tmp_path / "s.csv", tmp_path / "f.csv", Polarity="negative")
    done = kuski("stories", "correct", filled, study, "--by", "Anna", "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    lines = (tmp_path / "corrections.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    assert {json.loads(line)["text"] for line in lines} >= {ODD[0], ODD[1], ODD[4], ODD[6], ODD[7]}
