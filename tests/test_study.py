"""A study: what it checks, what it refuses, and what it writes."""

import errno
import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import kuski
from kuski import study as study_module
from kuski.errors import DataError, InputError, OutputError, SettingsError
from kuski.output import write_texts
from kuski.study import write

SCORE = 'score = { column = "score", scale = [1, 5] }'
TODAY = date(2026, 1, 2)


def columns(n=100):
    return {
        "score": [1 + (7 * i) % 5 for i in range(n)],
        "worth": [float((13 * i) % 97) for i in range(n)],
        "id": [i % 40 for i in range(n)],
    }


CUSTOMERS = (
    {"id": list(range(60)), "past": [float(i % 7) for i in range(60)]},
    'customer = "id"\nalike = ["past"]',
)
WHOLE = SCORE + '\nworth = "worth"\ncustomer = "id"'


def repeated(n):
    ids, past = CUSTOMERS[0].values()
    return {"id": [*ids, *ids[:n]], "past": [*past, *past[:n]]}, CUSTOMERS[1]


def test_findings_come_in_the_order_asked_for(make_study):
    study = make_study(columns(), SCORE + '\nworth = "worth"')
    names = ("value.elevate", "listen.quality")
    assert tuple(finding.name for finding in study.findings(names)) == names
    assert study.finding("value.levels").name == "value.levels"
    assert [finding.name for finding in study.findings()] == list(study_module.NAMES)


def test_a_finding_alone_says_what_it_says_in_company(make_study):
    study = make_study(columns(), WHOLE, customers=CUSTOMERS)
    together = {finding.name: finding.to_dict() for finding in study.findings()}
    for name, found in together.items():
        assert study.finding(name).to_dict() == found


def test_an_unknown_finding_is_named_with_those_there_are(make_study):
    study = make_study(columns(), SCORE)
    with pytest.raises(InputError, match=r"no finding called value\.level\. There are listen"):
        study.finding("value.level")


def test_the_seed_moves_intervals_and_nothing_else(make_study):
    one, same, other = (
        make_study(columns(), SCORE + '\nworth = "worth"', study=f"seed = {seed}")
        .finding("value.levels")
        .numbers.levels[0]
        for seed in (1, 1, 2)
    )
    assert one == same
    assert one.worth == other.worth
    assert one.worth_low != other.worth_low


def test_the_language_is_the_study_files_own_unless_told(make_study):
    finnish = make_study(columns(), SCORE, study='language = "fi"')
    assert finnish.finding("listen.quality").title == "Vastausten laatu"
    english = make_study(columns(), SCORE, study='language = "fi"', language="en")
    assert english.finding("listen.quality").title == "Quality of the answers"


def test_each_table_is_scanned_once(make_study):
    efforts = ({"id": [1, 2, 3], "cost": [1, 2, 3]}, 'customer = "id"\ncost = "cost"')
    study = make_study(columns(), WHOLE, customers=CUSTOMERS, efforts=efforts)
    told = []
    study.findings(progress=lambda table, rows: told.append((table, rows)))
    assert sorted(told) == [("customers", 60), ("efforts", 3), ("responses", 100)]


def test_efforts_that_a_resample_may_leave_out_warn_of_nothing(make_study):
    # One customer has all the cost below the middle: some draws have none of it.
    efforts = ({"id": [1, 2, 3], "cost": [1, 2, 3]}, 'customer = "id"\ncost = "cost"')
    found = make_study(columns(), WHOLE, customers=CUSTOMERS, efforts=efforts).finding(
        "value.effort"
    )
    assert found.numbers.moved_low is None


def test_a_sound_study_has_no_faults(make_study):
    assert make_study(columns(), WHOLE, customers=CUSTOMERS).check() == ()


def test_all_faults_come_at_once_with_file_and_line(study_file):
    roles = SCORE.replace('"score", ', '"scor", ') + '\nworth = "wrth"\nweight = "id"'
    path = study_file(columns(), roles, efforts=({"a": [1]}, 'customer = "id"\ncost = "a"'))
    (path.parent / "efforts.csv").unlink()
    study = kuski.open(path)
    faults = study.check()
    assert {fault.case for fault in faults} == {"no_column", "bad_table"}
    lines = path.read_text(encoding="utf-8").splitlines()
    at = {fault.key: lines[fault.line - 1] for fault in faults}
    assert at["responses.score"].startswith("score")
    assert at["responses.worth"].startswith("worth")
    assert at["efforts.file"].startswith("file")
    with pytest.raises(SettingsError) as error:
        study.findings()
    assert error.value.faults == faults
    assert str(error.value).count(f"{path}:") == 3
    assert "Did you mean worth?" in str(error.value)


def test_a_column_on_two_scales_is_a_fault(make_study):
    twice = 'drivers = { columns = ["score", "worth"], scale = [1, 7] }'
    (fault,) = make_study(columns(), f"{SCORE}\n{twice}").check()
    assert (fault.case, fault.key) == ("column_twice", "responses.drivers")
    assert "score" in fault.text("fi")
    same = make_study(columns(), f"{SCORE}\n{twice.replace('7', '5')}")
    assert same.check() == ()


def test_a_fault_is_told_whole_in_the_studys_language(make_study):
    study = make_study("", SCORE, language="fi")
    (fault,) = study.check()
    assert fault.text("fi").startswith("responses.file: ")
    assert "on tyhjä" in fault.text("fi")
    assert "empty" not in fault.text("fi")


@pytest.mark.parametrize("n", [1, 3])
def test_a_customer_with_two_rows_is_refused(make_study, n):
    study = make_study(columns(), WHOLE, customers=repeated(n))
    with pytest.raises(DataError) as error:
        study.finding("value.elevate")
    assert error.value.case == "repeated_customer"
    assert error.value.values["n"] == n
    assert error.value.values["column"] == "id"
    assert "customers.csv" in str(error.value)
    assert "asiakas" in error.value.text("fi")
    (fault,) = study.check()
    assert fault.key == "customers.customer"
    assert fault.line is not None


def test_seventeen_and_its_text_are_one_customer(make_study):
    customers = ({"id": ["17", " 17", "18"], "past": [1, 2, 3]}, CUSTOMERS[1])
    with pytest.raises(DataError, match="repeat a customer"):
        make_study(columns(), WHOLE, customers=customers).findings()


def test_rows_without_a_customer_repeat_nobody(make_study):
    customers = ({"id": [1, 2, None, None, None], "past": [1, 2, 3, 4, 5]}, CUSTOMERS[1])
    study = make_study(columns(), WHOLE, customers=customers)
    assert study.check() == ()
    assert study.finding("listen.quality").numbers.scored == 100


def weighted(values):
    return columns() | {
        "w": [values[i % len(values)] for i in range(100)]
    }, SCORE + '\nweight = "w"'


@pytest.mark.parametrize(
    ("values", "case"),
    [([-1.0, 1.0], "negative_weights"), ([0], "no_weights"), ([None], "no_weights")],
)
def test_weights_that_cannot_be_used_are_refused(make_study, values, case):
    study = make_study(*weighted(values))
    with pytest.raises(DataError) as error:
        study.findings()
    assert error.value.case == case
    assert error.value.text("fi")
    (fault,) = study.check()
    assert fault.key == "responses.weight"
    assert fault.text("en").endswith(str(error.value))


def test_negative_weights_are_counted(make_study):
    with pytest.raises(DataError, match=r"50 rows have a weight below zero.*−2"):
        make_study(*weighted([-1.0, 1.0, -2.0, 3.0])).findings()


def test_words_for_weights_are_told_once(make_study):
    faults = make_study(*weighted(["heavy"])).check()
    assert [fault.case for fault in faults] == ["text_in_numbers"]


def test_writing_makes_both_files_or_none(make_study, tmp_path):
    study = make_study(columns(), SCORE + '\nworth = "worth"')
    out = tmp_path / "new" / "out"
    written = write(study, study.findings(), out, today=TODAY)
    assert sorted(path.name for path in out.iterdir()) == ["findings.json", "report.html"]
    assert set(written) == set(out.iterdir())
    content = json.loads((out / "findings.json").read_text(encoding="utf-8"))
    assert content["date"] == "2026-01-02"
    assert content["kuski"] == kuski.__version__
    assert [found["finding"] for found in content["findings"]] == list(study_module.NAMES)


def test_writing_twice_gives_the_same_bytes(make_study, tmp_path):
    study = make_study(columns(), SCORE + '\nworth = "worth"')
    for name in ("one", "two"):
        write(kuski.open(study.path), study.findings(), tmp_path / name, today=TODAY)
    for name in ("findings.json", "report.html"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


CONTENT = {"a.json": "new a", "b.html": "new b"}


def there_before(tmp_path):
    """A folder with files of an earlier run."""
    out = tmp_path / "out"
    write_texts(out, {"a.json": "old a", "b.html": "old b"})
    return out


def left(out):
    return {path.name: path.read_text(encoding="utf-8") for path in out.iterdir()}


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    out = there_before(tmp_path)
    write_text = Path.write_text

    def full(self, text, **how):
        if text == "new b":
            raise OSError(errno.ENOSPC, "No space left on device")
        return write_text(self, text, **how)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OutputError, match="No space left on device") as error:
        write_texts(out, CONTENT)
    assert "--out" in str(error.value)
    monkeypatch.undo()
    assert left(out) == {"a.json": "old a", "b.html": "old b"}


def test_a_file_where_the_folder_should_be_is_told(tmp_path):
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        write_texts(tmp_path / "out", CONTENT)
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


def test_a_folder_where_a_file_should_be_leaves_the_other_as_it_was(tmp_path):
    out = there_before(tmp_path)
    (out / "b.html").unlink()
    (out / "b.html").mkdir()
    with pytest.raises(OutputError, match="directory"):
        write_texts(out, CONTENT)
    assert (out / "a.json").read_text(encoding="utf-8") == "old a"
    assert sorted(path.name for path in out.iterdir()) == ["a.json", "b.html"]


NAMES = '[names]\nstaff = { fi = "henkilökunta", en = "the staff" }\nwifi = "wireless"\n'


@pytest.fixture
def named(study_file):
    rng = np.random.default_rng(4)
    mood = rng.normal(size=600)
    ratings = {
        name: np.clip(np.rint(3 + mood * pull + rng.normal(size=600)), 1, 5).astype(int).tolist()
        for name, pull in {"score": 1.0, "staff": 0.9, "wifi": 0.3, "signs": 0.2}.items()
    }
    roles = 'score = { column = "score", scale = [1, 5] }\n'
    roles += 'drivers = { columns = ["staff", "wifi", "signs"], scale = [1, 5] }'
    path = study_file(ratings, roles)
    path.write_text(path.read_text() + NAMES)
    return path


@pytest.mark.parametrize(
    ("language", "names"),
    [("en", ("the staff", "wireless", "signs")), ("fi", ("henkilökunta", "wireless", "signs"))],
)
@pytest.mark.parametrize("finding", ["understand.drivers", "understand.asymmetry"])
def test_people_read_names_and_programs_read_columns(named, language, names, finding):
    found = kuski.open(named, language=language).finding(finding)
    assert {record["driver"] for record in found.table().records} == set(names)
    assert {one.driver for one in found.numbers.drivers} == {"staff", "wifi", "signs"}
    assert "staff" not in " ".join(sentence.text for sentence in found.story()).replace(
        "the staff", ""
    )


def test_a_finding_in_another_language_takes_its_names_along(named):
    found = kuski.open(named, language="en").finding("understand.drivers")
    assert "henkilökunta" in found.translated("fi").story()[0].text


def test_a_name_in_a_language_that_nobody_speaks_is_a_fault(study_file):
    path = study_file({"score": [1, 2]}, 'score = { column = "score", scale = [1, 5] }')
    path.write_text(path.read_text() + '[names]\nscore = { sv = "betyg" }\n')
    with pytest.raises(SettingsError) as caught:
        kuski.open(path)
    assert "names.score" in str(caught.value)
