"""A study's texts are coded into one table, and what people said counts."""

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import kuski
from kuski.errors import InputError, OutputError
from kuski.listen.stories.coders import WordCoders
from kuski.listen.stories.coding import CodingReport, code_study
from kuski.text.codebook import shipped
from kuski.text.coder import Coder

ROLES = 'score = { column = "score", scale = [1, 5] }\ncomment = "said"\nweight = "w"'
SLOW, KIND = "I waited an hour in the queue.", "The staff were kind and friendly."
LONG = (
    "Two years ago I went to the bank to open an account. The clerk at the counter was kind and "
    "smiled, and everything was done at once. I was very happy and told all my friends about it. "
    "\n\nAnother time I called the phone company. I waited in the queue for an hour. The man who "
    "answered at last was rude and did not know anything about the matter. I was furious."
)
ANSWERS = {
    "score": [1, 2, 3, 4, 5, 5],
    "said": [SLOW, KIND, SLOW, "don't know", "  ", "-"],
    "w": [1, 2, 0.5, 1, 1, 1],
}


@pytest.fixture
def study(study_file: Callable[..., Path]) -> Callable[..., Path]:
    def write(answers: dict = ANSWERS, roles: str = ROLES, **tables: object) -> Path:
        return study_file(answers, roles, **tables)

    return write


def coded(path: Path) -> tuple[CodingReport, list[dict]]:
    report = code_study(kuski.open(path))
    return report, pq.read_table(report.file).to_pylist()


def word(
    text: str, values: dict, *, drawn: str = "random", who: str = "Aino", id_: str = "a"
) -> str:
    return json.dumps(
        {
            "id": id_,
            "at": "2026-01-01T00:00:00",
            "who": who,
            "source": "responses",
            "drawn": drawn,
            "text": text,
            "values": values,
        }
    )


def test_each_text_is_coded_once_with_its_rows_and_weight(study: Callable[..., Path]) -> None:
    report, rows = coded(study())
    by_text = {row["text"]: row for row in rows}
    assert len(rows) == 5
    assert (by_text[SLOW]["rows"], by_text[SLOW]["weight"]) == (2, 1.5)
    assert by_text[SLOW]["speed"] == 1
    assert by_text[KIND]["friendliness_sign"] == 1
    (source,) = report.sources
    assert (source.rows, source.texts, source.units, source.silent_rows) == (6, 5, 2, 3)
    assert source.languages == (("en", 2),)


def test_what_tells_nothing_is_not_coded_and_not_counted(study: Callable[..., Path]) -> None:
    by_text = {row["text"]: row for row in coded(study())[1]}
    for text, state in (("don't know", "no_answer"), ("-", "no_answer"), ("  ", "empty")):
        assert by_text[text]["state"] == state
        assert by_text[text]["counted"] is None
        assert by_text[text]["speed"] is None


def test_a_long_text_is_coded_whole_and_counted_by_its_incidents(
    study: Callable[..., Path],
) -> None:
    stories = ({"text": [LONG, SLOW]}, 'text = "text"')
    report, rows = coded(study(stories=stories))
    told = [row for row in rows if row["source"] == "stories"]
    whole = next(row for row in told if row["text"] == LONG)
    parts = [row for row in told if row["of"] == LONG]
    assert (whole["counted"], [part["incident"] for part in parts]) == (None, [1, 2])
    assert {part["counted"] for part in parts} == {"stories"}
    assert (parts[0]["polarity"], parts[1]["polarity"]) == ("positive", "negative")
    assert next(one.units for one in report.sources if one.source == "stories") == 3


def test_a_persons_word_takes_the_place_of_the_machines(study: Callable[..., Path]) -> None:
    path = study()
    ledger = path.parent / "corrections.jsonl"
    ledger.write_text(word(SLOW, {"factor": ["price-"]}) + "\n", encoding="utf-8")
    report, rows = coded(path)
    row = next(row for row in rows if row["text"] == SLOW)
    assert (row["factor"], row["factor_machine"], row["checked"]) == ("price", "speed", "random")
    assert (report.taught, report.measured) == (0, 1)


def test_only_what_was_not_drawn_at_random_teaches(study: Callable[..., Path]) -> None:
    path = study()
    taught: list[str] = []

    class Pupil(Coder):
        def fit(self, texts, targets):  # type: ignore[no-untyped-def]
            taught.extend(texts)
            assert (targets[0] == -1).any()
            return self

    lines = [
        word(SLOW, {"factor": ["price-"]}),
        word(KIND, {"factor": []}, drawn="uncertain", id_="b"),
    ]
    (path.parent / "corrections.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")

    class Pupils(WordCoders):
        def make(self) -> Coder:
            return Pupil(shipped())

    code_study(kuski.open(path), coders=Pupils(shipped()))
    assert taught == [KIND]


def test_a_text_that_taught_is_coded_by_a_coder_that_was_taught_by_others(
    study: Callable[..., Path],
) -> None:
    texts = [f"The green door number {i} opened." for i in range(40)]
    answers = {"score": [1] * 40, "said": texts, "w": [1] * 40}
    path = study(answers)
    lines = [
        word(text, {"factor": ["price"] if i == 0 else []}, drawn="uncertain", id_=f"id{i}")
        for i, text in enumerate(texts)
    ]
    (path.parent / "corrections.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    first = next(row for row in coded(path)[1] if row["text"] == texts[0])
    assert (first["price"], first["price_machine"]) == (1, 0)


def test_coding_again_gives_the_same_table(study: Callable[..., Path]) -> None:
    path = study()
    first = coded(path)[0].file.read_bytes()
    assert coded(path)[0].file.read_bytes() == first


def test_the_codes_can_be_named_by_every_later_finding(study: Callable[..., Path]) -> None:
    path = study()
    roles = ROLES + '\ncontact = "codes.contact"\nsegments = ["codes.polarity"]\n'
    roles += 'drivers = { columns = ["codes.speed_sign"], scale = [-1, 1] }'
    text = path.read_text(encoding="utf-8").replace(ROLES, roles)
    path.write_text(text, encoding="utf-8")
    faults = kuski.open(path).check()
    assert {fault.case for fault in faults} == {"no_codes_yet"}
    assert "kuski stories code study.toml" in faults[0].text("en")
    code_study(kuski.open(path))
    study_again = kuski.open(path, language="fi")
    assert study_again.check() == ()
    finding = study_again.finding("listen.quality")
    assert finding.named("codes.speed_sign") == shipped().family("factor").codes[5].label["fi"]


def test_a_study_without_texts_is_told_what_to_name(study: Callable[..., Path]) -> None:
    path = study(roles='score = { column = "score", scale = [1, 5] }')
    with pytest.raises(InputError, match=r"names no text to code.*comment under \[responses\]"):
        code_study(kuski.open(path))


def test_a_table_that_cannot_be_written_leaves_nothing_behind(study: Callable[..., Path]) -> None:
    path = study()
    (path.parent / "codes.parquet").mkdir()
    (path.parent / "codes.parquet" / "kept.txt").write_text("x", encoding="utf-8")
    before = sorted(file.name for file in path.parent.iterdir())
    with pytest.raises(OutputError, match="codes"):
        code_study(kuski.open(path))
    assert sorted(file.name for file in path.parent.iterdir()) == before


@pytest.mark.parametrize(
    "text",
    [
        "😀😀😀",
        "\u202eabc\u202c مرحبا بالعالم",
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "a\x07b\x1b[31m",
        "Ð\x9fÑ\x80Ð¸Ð²ÐµÑ\x82 Ã¤Ã¤",
        "x" * 5_000_000,
        "word " * 1_000_000,
    ],
    ids=["emoji", "rtl", "script", "formula", "control", "mojibake", "one 5 MB word", "5 MB"],
)
def test_any_text_is_coded_or_said_to_be_unsure(study: Callable[..., Path], text: str) -> None:
    rows = coded(study({"score": [1, 2], "said": [text, KIND], "w": [1, 1]}))[1]
    assert len(rows) == 2
    assert rows[0]["text"] == text
