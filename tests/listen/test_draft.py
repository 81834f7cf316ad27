"""The study file is written whole, with a reason for each guess, and never over another."""

import math
import tomllib

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuski.errors import DataError, OutputError
from kuski.listen.draft import DraftError, draft, write
from kuski.listen.toml import comment, toml
from kuski.settings import load


@pytest.fixture
def sketch(ratings, csv_file, tmp_path):
    return draft([csv_file("shop.csv", ratings((1, 5)))], tmp_path / "here" / "study.toml")


def test_it_is_written_and_loads(sketch):
    path = write(sketch)
    settings = load(path)
    assert settings.study.name == "shop"
    assert settings.responses.file == "../shop.csv"
    assert settings.responses.score.column == "whole"


def test_nothing_is_left_beside_it(sketch):
    path = write(sketch)
    assert [part.name for part in path.parent.iterdir()] == ["study.toml"]


@pytest.mark.parametrize("language", ["en", "fi"])
def test_a_file_that_is_there_is_left_alone(sketch, language):
    sketch.path.parent.mkdir()
    sketch.path.write_text("mine", encoding="utf-8")
    with pytest.raises(DraftError) as caught:
        write(sketch)
    assert str(sketch.path) in caught.value.text(language)
    assert sketch.path.read_text(encoding="utf-8") == "mine"
    write(sketch, force=True)
    assert load(sketch.path)


def test_a_place_that_cannot_be_written_to_is_an_error(ratings, csv_file, tmp_path):
    file = csv_file("survey.csv", ratings((1, 5)))
    with pytest.raises(OutputError):
        write(draft([file], file / "study.toml"))


def test_every_guess_has_its_reason_and_certainty(sketch):
    lines = sketch.text.splitlines()
    for role in ("score", "drivers"):
        above = lines[next(i for i, line in enumerate(lines) if line.startswith(f"{role} =")) - 1]
        assert above.startswith("# ")
    for guess in sketch.guess.responses.all():
        assert guess.reasons
        assert 0 < guess.sure < 1


def test_the_runner_up_stands_commented_out(sketch):
    assert sketch.text.count("\n# score = { column = ") == 2


def test_guesses_are_plain_data(sketch):
    found = sketch.to_dict()
    assert found["responses"]["guesses"][0]["columns"] == ["whole"]
    assert found["responses"]["guesses"][0]["certainty"] in {"sure", "likely", "unsure"}
    assert sketch.table().cells()[0][1] == "whole"


@pytest.mark.parametrize(
    "name",
    ["select; drop table", 'a "quoted" name', "back\\slash", "ääkköset", "#remark", "a = 1", "x.y",
     "two  blanks", "'", "{brace}", "[list]"],
)  # fmt: skip
def test_any_column_name_survives(ratings, csv_file, tmp_path, name):
    columns = {name if key == "whole" else key: value for key, value in ratings((1, 5)).items()}
    sketch = draft([csv_file("survey.csv", columns)], tmp_path / "study.toml")
    settings = load(write(sketch))
    named = {settings.responses.score.column, *settings.responses.drivers.columns}
    assert name in named


def test_a_column_name_of_two_lines_breaks_no_comment(ratings, tmp_path):
    columns = {f"{key}\nof us": value for key, value in ratings((1, 5)).items()}
    pq.write_table(pa.table(columns), tmp_path / "survey.parquet")
    load(write(draft([tmp_path / "survey.parquet"], tmp_path / "study.toml")))


def test_a_file_of_many_columns_is_read(ratings, csv_file, tmp_path):
    columns = ratings((1, 5), n=60) | {f"c{i}": ["x"] * 60 for i in range(5000)}
    sketch = draft([csv_file("wide.csv", columns)], tmp_path / "study.toml")
    assert sketch.guess.responses.one("score").column == "whole"


def test_a_table_without_a_score_is_refused(csv_file, tmp_path):
    with pytest.raises(DraftError, match="looks like an overall score"):
        draft([csv_file("names.csv", {"name": ["a", "b"]})], tmp_path / "study.toml")


@pytest.mark.parametrize(
    "content",
    ["", "a,b\n", "score\n5\n", "score\n" + "5\n" * 50],
    ids=["no", "head", "row", "same"],
)
def test_too_little_to_guess_from_is_a_plain_error(tmp_path, content):
    path = tmp_path / "thin.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises((DataError, DraftError)) as caught:
        draft([path], tmp_path / "study.toml")
    assert caught.value.text("fi") != caught.value.text("en")


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(DataError):
        draft([tmp_path / "none.csv"], tmp_path / "study.toml")


def test_only_the_first_rows_of_a_large_file_are_read(ratings, csv_file, tmp_path, monkeypatch):
    monkeypatch.setattr("kuski.listen.draft.profile", _first_300)
    sketch = draft([csv_file("survey.csv", ratings((1, 5)))], tmp_path / "study.toml")
    assert "the first 300 rows" in sketch.text


def _first_300(source):
    from kuski.listen.profile import profile

    return profile(source, rows=300)


@given(value=st.recursive(st.text() | st.integers() | st.booleans(), st.lists, max_leaves=5))
def test_what_is_written_as_toml_reads_back(value):
    if isinstance(value, bool):
        value = int(value)
    text = f"x = {toml(_without_bools(value))}"
    assert tomllib.loads(text)["x"] == _without_bools(value)


def _without_bools(value):
    if isinstance(value, list):
        return [_without_bools(part) for part in value]
    if isinstance(value, str):
        return "".join(sign for sign in value if not 0xD800 <= ord(sign) < 0xE000)
    return int(value)


@given(text=st.text(max_size=400))
def test_a_comment_is_a_comment_whatever_it_says(text):
    content = "\n".join([*comment(text), "x = 1"])
    surrogate_free = content.encode("utf-8", "ignore").decode()
    assert tomllib.loads(surrogate_free) == {"x": 1}


def test_numbers_are_written_short():
    assert [toml(x) for x in (1.0, 0.5, -99)] == ["1", "0.5", "-99"]
    assert math.isclose(float(toml(np.float64(0.25).item())), 0.25)


_CELLS = st.one_of(
    st.none(),
    st.integers(-100, 100).map(str),
    st.floats(-1e6, 1e6, allow_nan=False).map(str),
    st.sampled_from(["Blank", "yes", "no", "2025-01-31", "31.1.2025", "a b c d e", "€", "#", '"']),
)
_TABLES = st.integers(1, 30).flatmap(
    lambda rows: st.dictionaries(
        st.text(
            st.characters(codec="utf-8", exclude_characters="\x00\r\n"), min_size=1, max_size=12
        ),
        st.lists(_CELLS, min_size=rows, max_size=rows),
        min_size=1,
        max_size=6,
    )
)


@settings(max_examples=60, deadline=None)
@given(columns=_TABLES, language=st.sampled_from(["en", "fi"]))
def test_whatever_the_table_the_draft_loads_or_says_why_not(columns, language, tmp_path_factory):
    folder = tmp_path_factory.mktemp("any")
    rows = max(len(values) for values in columns.values())
    columns["score"] = [str(1 + i % 5) for i in range(rows)]
    names = {name.casefold(): name for name in columns}
    table = pa.table({name: pa.array(columns[name], pa.string()) for name in names.values()})
    pq.write_table(table, folder / "x.parquet")
    try:
        sketch = draft([folder / "x.parquet"], folder / "study.toml", language=language)
    except (DataError, DraftError):
        return
    assert load(write(sketch)).responses.score.column in columns
