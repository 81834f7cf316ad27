"""A study file is typed, and all its faults are told at once, each with its line."""

from pathlib import Path

import pytest

from kuski.errors import InputError, SettingsError
from kuski.settings import load
from kuski.words import LANGUAGES

DESIGN = """\
[study]
name = "SFO 2017"
language = "en"            # or "fi"

[responses]
file = "2017.csv"
score = { column = "Q7ALL", scale = [1, 5], missing = [0, 6, "Blank"] }
worth = { column = "NETPRO", missing = [11], unit = "points" }
weight = "WEIGHT"
drivers = { columns = ["Q7ART", "Q7FOOD"], scale = [1, 5], missing = [0, 6, "Blank"] }
alike = ["Q5TIMESFLOWN"]
segments = ["PEAK"]
"""


@pytest.fixture
def study(tmp_path):
    def write(text) -> Path:
        path = tmp_path / "study.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture
def faults(study):
    """Return a function that loads a text and gives its faults as (line, case, key)."""

    def found(text):
        with pytest.raises(SettingsError) as caught:
            load(study(text))
        for language in LANGUAGES:
            assert all(
                line.startswith(str(caught.value.file)) for line in caught.value.lines(language)
            )
        return [(fault.line, fault.case, fault.key) for fault in caught.value.faults]

    return found


def test_the_study_file_of_the_design_is_read(study):
    settings = load(study(DESIGN))
    assert settings.study.name == "SFO 2017"
    assert (settings.study.seed, settings.study.disclosure) == (1, 10)
    score = settings.responses.score
    assert (score.column, score.scale, score.missing) == ("Q7ALL", (1, 5), (0, 6, "Blank"))
    assert score.levels.labels == ("1", "2", "3", "4", "5")
    assert settings.responses.worth.unit == "points"
    assert settings.responses.weight.column == "WEIGHT"
    assert settings.responses.drivers.columns == ("Q7ART", "Q7FOOD")
    assert [role.column for role in settings.responses.alike] == ["Q5TIMESFLOWN"]
    assert list(settings.tables()) == ["responses"]
    assert settings.folder.is_absolute()


def test_a_mark_at_the_start_of_the_file_does_no_harm(study):
    assert load(study(b"\xef\xbb\xbf" + DESIGN.encode())).study.name == "SFO 2017"


def test_roles_may_be_laid_out_in_any_way_of_toml(study):
    text = """
[study]
name = 'x'
[responses]
"file" = "a.csv"
score.column = "s"
score.scale = [
  0,   # the lowest
  10,
]
alike = [
  "a",
  { column = "b", missing = [99] },
]
[responses.worth]
column = "w"
unit = "€"
"""
    settings = load(study(text))
    assert settings.responses.score.scale == (0, 10)
    assert [(role.column, role.missing) for role in settings.responses.alike] == [
        ("a", ()), ("b", (99,)),
    ]  # fmt: skip
    assert settings.responses.worth.unit == "€"


def test_all_faults_are_told_at_once_each_on_its_own_line(faults):
    text = """\
[study]
name = ""
langauge = "fi"
seed = "one"

[responses]
file = "a.csv"
url = "duckdb://x"
score = { column = "s", scale = [5, 1] }
weight = 3
alike = [
  "a",
  { column = "b", sclae = [1, 2] },
]
drivers = []
colour = "red"

[customers]
file = "c.csv"

[efforts]
cost = "hours"
file = "e.csv"
[invoices]
x = 1
"""
    assert faults(text) == [
        (2, "empty_text", "study.name"),
        (3, "unknown_key_near", "study.langauge"),
        (4, "expected_number", "study.seed"),
        (6, "one_place", "responses"),
        (9, "scale_falls", "responses.score"),
        (10, "expected_table", "responses.weight"),
        (13, "unknown_key_near", "responses.alike.1.sclae"),
        (15, "expected_list", "responses.drivers.columns"),
        (16, "unknown_key", "responses.colour"),
        (18, "customers_need_key", "customers"),
        (18, "missing_key", "customers.customer"),
        (21, "effort_for_nobody", "efforts"),
        (24, "unknown_key", "invoices"),
    ]


def with_responses(lines):
    return f'[study]\nname = "x"\n[responses]\nfile = "a.csv"\n{lines}\n'


SCORE = 'score = { column = "s", scale = [1, 5] }'


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('score = "s"', (5, "missing_key", "responses.score.scale")),
        ("score = 7", (5, "expected_table", "responses.score")),
        ('score = { column = "s", scale = [1, 5, 9] }',
         (5, "expected_pair", "responses.score.scale")),
        ('score = { column = "s", scale = "1-5" }', (5, "expected_list", "responses.score.scale")),
        ('score = { column = "s", scale = ["a", 5] }',
         (5, "expected_number", "responses.score.scale.0")),
        ('score = { column = "s", scale = [0, 100] }', (5, "zones", "responses.score")),
        ('score = { column = "s", scale = [1, inf] }', (5, "zones", "responses.score")),
        ('score = { column = "s", scale = [1, 5], middle = 1 }', (5, "zones", "responses.score")),
        ('score = { column = "s", scale = [1, 5], top = [] }', (5, "zones", "responses.score")),
        ('score = { column = "s", scale = [1, 5], top = [9] }', (5, "zones", "responses.score")),
        ('score = { column = "", scale = [1, 5] }', (5, "empty_text", "responses.score.column")),
        (SCORE + "\nmissing = 9", (6, "unknown_key", "responses.missing")),
        (SCORE + '\nworth = { column = "w", missing = 9 }',
         (6, "expected_list", "responses.worth.missing")),
        (SCORE + "\ncustomer = 5", (6, "expected_text", "responses.customer")),
        (SCORE + '\nalike = "a"', (6, "expected_list", "responses.alike")),
        (SCORE + '\ndrivers = { columns = ["a"], kinds = { a = "robot" } }',
         (6, "expected_choice", "responses.drivers.kinds.a")),
        (SCORE + '\nworth = "w"\nurl = "x"', (3, "one_place", "responses")),
        (SCORE + '\ndrivers = { columns = ["a"], kinds = { b = "human" } }',
         (6, "not_a_driver", "responses.drivers")),
        (SCORE + '\ndrivers = { columns = ["a"], keep = ["b"] }',
         (6, "not_a_driver", "responses.drivers")),
        (SCORE + '\ndrivers = { columns = ["a"], groups = { g = ["b"] } }',
         (6, "not_a_driver", "responses.drivers")),
        (SCORE + '\ndrivers = { columns = ["a"], groups = { g = ["a"], h = ["a"] } }',
         (6, "grouped_twice", "responses.drivers")),
        (SCORE + '\ndrivers = { columns = ["a"], cuts = [5, 2] }',
         (6, "cuts_fall", "responses.drivers")),
        (SCORE + '\nstated = { columns = ["a"], form = "guesses" }',
         (6, "expected_choice", "responses.stated.form")),
        (SCORE + '\nfiles = [{ file = "b.csv" }]', (3, "one_place", "responses")),
        (SCORE + '\ndrivers = ["a"]\n[factors.price]\ndrivers = ["b"]',
         (8, "not_in_battery", "factors.price.drivers")),
        (SCORE + '\n[factors.price]\nstated = "b"',
         (7, "not_in_battery", "factors.price.stated")),
        (SCORE + '\n[reasons]\nweather = ["rain"]', (7, "expected_choice", "reasons.weather")),
        (SCORE + '\n[contacts]\npigeon = ["x"]', (7, "expected_choice", "contacts.pigeon")),
        (SCORE + "\n[choose]\nmoney = -1", (7, "too_small", "choose.money")),
        (SCORE + "\n[choose]\nmoney = inf", (7, "not_finite", "choose.money")),
        (SCORE + "\n[choose]\nshare = 0", (7, "too_small", "choose.share")),
        (SCORE + "\n[choose]\nshare = 1.5", (7, "too_large", "choose.share")),
    ],
)  # fmt: skip
def test_each_fault_has_a_sentence(faults, line, fault):
    assert faults(with_responses(line)) == [fault]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[study]\nname = x\n", (2, "syntax", "")),
        ("[study]\nname = 'x'\n[study]\n", (3, "syntax", "")),
        ("", (1, "missing_key", "study")),
        ('folder = "x"\n' + DESIGN, (1, "unknown_key", "folder")),
        ("responses = 3\n[study]\nname = 'x'\n", (1, "expected_table", "responses")),
        (b"[study]\nname = '\xe4'\n", (None, "study_not_utf8", "")),
    ],
)
def test_each_fault_of_the_file_has_a_sentence(faults, text, fault):
    assert fault in faults(text)


def test_an_address_needs_a_table(faults):
    text = f'[study]\nname = "x"\n[responses]\n{SCORE}\nurl = "duckdb://x"\n'
    assert faults(text) == [(5, "url_needs_table", "responses")]


def test_a_role_stands_in_one_table_only(faults):
    text = with_responses(SCORE + '\ncustomer = "id"\nworth = "w"')
    text += '[customers]\nfile = "c.csv"\ncustomer = "id"\nworth = "w"\n'
    assert faults(text) == [(11, "role_twice", "customers.worth")]


@pytest.mark.parametrize("table", ["actions", "stories", "forecasts", "checked", "maxdiff"])
def test_the_other_tables_are_checked_too(faults, table):
    found = faults(DESIGN + f"[{table}]\n")
    line = len(DESIGN.splitlines()) + 1
    assert (line, "one_place", table) in found
    assert all(fault[0] == line for fault in found)


def test_a_study_file_that_does_not_exist_is_an_error(tmp_path):
    with pytest.raises(InputError) as caught:
        load(tmp_path / "study.toml")
    assert caught.value.case == "no_file"


def test_a_folder_instead_of_a_study_file_is_an_error(tmp_path):
    with pytest.raises(InputError):
        load(tmp_path)
