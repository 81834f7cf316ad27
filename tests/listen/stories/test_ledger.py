"""Corrections are kept for ever, folded into what people say today, and can be taken back."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuski.errors import InputError, OutputError
from kuski.listen.stories import ledger
from kuski.listen.stories.event import Said, Undo
from kuski.listen.stories.fault import RowsError
from kuski.listen.stories.ledger import checked, record, undo
from kuski.listen.stories.mark import Mark, parsed

from .book import BOOK

AT = "2026-11-22T09:30:00+00:00"
LATER = "2026-11-23T09:30:00+00:00"


def says(text, *factors, drawn="random", source="responses", **other):
    values = {"factor": tuple(parsed(", ".join(factors))), **other}
    return Said(source, text, drawn, values)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "corrections.jsonl"


def today(path):
    return {
        text: [
            (word.who, [str(mark) for mark in word.said.values["factor"]]) for word in unit.words
        ]
        for (_, text), unit in checked(ledger.read(path, BOOK)).items()
    }


def test_a_ledger_that_is_not_there_is_empty(path):
    assert ledger.read(path, BOOK) == ()


def test_what_was_recorded_is_read_again(path):
    told = Said("stories", "Odotin tunnin", "uncertain", {"factor": (Mark("speed", -1),),
                "polarity": (Mark("negative"),), "contact": ()}, note="selvä")  # fmt: skip
    (word,) = record(path, [told], who="Anna", at=AT)
    assert ledger.read(path, BOOK) == (word,)
    assert (word.said, word.who, word.at) == (told, "Anna", AT)


def test_the_file_can_be_read_by_eye(path):
    record(path, [says("Nopeaa!", "speed+", polarity=())], who="Äijä", at=AT)
    (line,) = path.read_text(encoding="utf-8").splitlines()
    content = json.loads(line)
    assert content | {"id": ""} == {
        "id": "", "at": AT, "who": "Äijä", "source": "responses", "drawn": "random",
        "text": "Nopeaa!", "values": {"factor": ["speed+"], "polarity": []},
    }  # fmt: skip
    assert "Äijä" in line


def test_the_latest_word_of_a_person_counts(path):
    record(path, [says("a", "speed")], who="Anna", at=AT)
    record(path, [says("a", "price")], who="Anna", at=LATER)
    assert today(path) == {"a": [("Anna", ["price"])]}


def test_the_first_person_stays_the_first_when_she_changes_her_mind(path):
    record(path, [says("a", "speed")], who="Anna", at=AT)
    record(path, [says("a", "price")], who="Bo", at=AT)
    record(path, [says("a", "friendliness")], who="Anna", at=LATER)
    unit = checked(ledger.read(path))["responses", "a"]
    assert unit.first == {"factor": (Mark("friendliness"),)}
    assert unit.second == {"factor": (Mark("price"),)}


def test_the_same_text_in_two_tables_is_two_units(path):
    record(path, [says("a", "speed"), says("a", "price", source="stories")], who="Anna", at=AT)
    assert set(checked(ledger.read(path))) == {("responses", "a"), ("stories", "a")}


def test_what_was_drawn_at_random_once_stays_in_the_random_sample(path):
    record(path, [says("a", "speed")], who="Anna", at=AT)
    record(path, [says("a", "price", drawn="uncertain")], who="Anna", at=LATER)
    unit = checked(ledger.read(path))["responses", "a"]
    assert unit.drawn == "random"
    assert unit.first == {"factor": (Mark("price"),)}


def test_undo_brings_back_what_was_said_before(path):
    record(path, [says("a", "speed")], who="Anna", at=AT)
    (second,) = record(path, [says("a", "price")], who="Anna", at=LATER)
    (taken,) = undo(path, [second.id], who="Anna", at=LATER)
    assert taken == Undo(taken.id, LATER, "Anna", second.id)
    assert today(path) == {"a": [("Anna", ["speed"])]}


def test_undoing_the_undo_brings_the_word_back(path):
    (word,) = record(path, [says("a", "speed")], who="Anna", at=AT)
    (taken,) = undo(path, [word.id], who="Bo", at=AT)
    assert today(path) == {}
    undo(path, [taken.id], who="Anna", at=LATER)
    assert today(path) == {"a": [("Anna", ["speed"])]}
    assert len(ledger.read(path)) == 3


def test_a_whole_sheet_is_found_by_one_of_its_events(path):
    words = record(path, [says("a", "speed"), says("b", "price")], who="Anna", at=AT)
    record(path, [says("c", "price")], who="Anna", at=LATER)
    undo(path, [words[0].id], who="Anna", at=LATER)
    assert ledger.companions(ledger.read(path), words[0].id) == (words[1].id,)


@pytest.mark.parametrize("id_", ["nothing", ""])
def test_undoing_what_is_not_there_is_an_error_and_changes_nothing(path, id_):
    (word,) = record(path, [says("a", "speed")], who="Anna", at=AT)
    before = path.read_bytes()
    with pytest.raises(InputError, match="kuski stories log"):
        undo(path, [word.id, id_], who="Anna", at=AT)
    assert path.read_bytes() == before


def test_undoing_twice_is_an_error(path):
    (word,) = record(path, [says("a", "speed")], who="Anna", at=AT)
    undo(path, [word.id], who="Anna", at=AT)
    with pytest.raises(InputError, match="taken back before"):
        undo(path, [word.id], who="Anna", at=AT)


def test_every_event_has_an_id_of_its_own_and_the_same_events_have_the_same(tmp_path):
    told = [says("a", "speed"), says("a", "speed"), says("b", "speed")]
    first, second = (
        record(tmp_path / name, told, who="Anna", at=AT) for name in ("one.jsonl", "two.jsonl")
    )
    assert len({word.id for word in first}) == 3
    assert first == second


def test_a_torn_last_line_is_told_with_its_number_and_what_to_do(path):
    record(path, [says("a", "speed"), says("b", "price")], who="Anna", at=AT)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(RowsError, match=r"jsonl:2: .*cut short"):
        ledger.read(path, BOOK)
    with pytest.raises(RowsError, match="cut short"):
        record(path, [says("c", "price")], who="Anna", at=AT)


LINE = {"id": "a1", "at": AT, "who": "Anna", "source": "responses", "drawn": "random",
        "text": "x", "values": {"factor": ["speed"]}}  # fmt: skip


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "id is"),
        (json.dumps(LINE | {"at": "yesterday"}), "at is 'yesterday'"),
        (json.dumps(LINE | {"who": ""}), "who is ''"),
        (json.dumps(LINE | {"source": "letters"}), "source is 'letters'"),
        (json.dumps(LINE | {"drawn": None}), "drawn is None"),
        (json.dumps(LINE | {"values": ["speed"]}), "values is"),
        (json.dumps(LINE | {"values": {"factor": [1]}}), "values.factor is"),
        (json.dumps(LINE | {"values": {"factor": ["spede"]}}), "is it now speed"),
        (json.dumps(LINE | {"values": {"factor": ["qqq"]}}), "kuski stories undo a1"),
        (json.dumps(LINE | {"values": {"mood": ["glad"]}}), "mood, which the codebook does not"),
        (json.dumps({"id": "u", "at": AT, "who": "B", "undo": "none"}), "no earlier line"),
        (b"\xff\xfe{}", "not JSON"),
    ],
)
def test_a_line_at_fault_is_told_with_its_number(path, line, told):
    good = json.dumps(LINE | {"id": "good"}).encode()
    content = line if isinstance(line, bytes) else line.encode()
    path.write_bytes(good + b"\n\n" + content + b"\n" + good.replace(b"good", b"last") + b"\n")
    with pytest.raises(RowsError) as found:
        ledger.read(path, BOOK)
    assert [fault.row for fault in found.value.faults] == [3]
    assert told in found.value.text("en")
    assert found.value.text("fi") != found.value.text("en")


def test_all_faults_are_told_at_once(path):
    bad = json.dumps(LINE | {"who": 3})
    path.write_text(f"{bad}\n{{\n{bad}\n", encoding="utf-8")
    with pytest.raises(RowsError, match="3 faults"):
        ledger.read(path)


def test_one_code_or_null_is_read_as_well_as_a_list(path):
    path.write_text(json.dumps(LINE | {"values": {"polarity": "positive", "contact": None}}))
    (word,) = ledger.read(path, BOOK)
    assert word.said.values == {"polarity": (Mark("positive"),), "contact": ()}


def test_a_code_that_left_the_book_is_no_fault_once_taken_back(path):
    (word,) = record(path, [says("a", "gone")], who="Anna", at=AT)
    with pytest.raises(RowsError):
        ledger.read(path, BOOK)
    undo(path, [word.id], who="Anna", at=AT)
    assert len(ledger.read(path, BOOK)) == 2


def test_two_who_write_at_once_do_not_lose_each_others_words(path):
    record(path, [says("a", "speed")], who="Anna", at=AT)
    lock = path.with_name(".corrections.jsonl.new")
    lock.write_bytes(b"")
    with pytest.raises(OutputError, match="another run"):
        record(path, [says("b", "speed")], who="Bo", at=AT)
    lock.unlink()
    assert record(path, [says("b", "speed")], who="Bo", at=AT)
    assert set(today(path)) == {"a", "b"}


def test_a_ledger_that_cannot_be_written_is_left_as_it_was(path, monkeypatch):
    record(path, [says("a", "speed")], who="Anna", at=AT)
    before = path.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        record(path, [says("b", "speed")], who="Anna", at=AT)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("who", ["", "  ", "An\x00na"])
def test_a_correction_has_a_name(path, who):
    with pytest.raises(InputError, match="is no name"):
        record(path, [says("a", "speed")], who=who, at=AT)
    assert not path.exists()


def test_a_correction_has_a_time(path):
    with pytest.raises(InputError, match="ISO 8601"):
        record(path, [says("a", "speed")], who="Anna", at="today")


@pytest.mark.parametrize(
    "text", ["\x00\x1b[31m", "\ud800", "a\u2028b\r\nc", "😀" * 100, "x" * 10**6]
)
def test_any_text_is_kept_as_it_is(path, text):
    record(path, [says(text, "speed")], who="Anna", at=AT)
    (word,) = ledger.read(path, BOOK)
    assert word.said.text == text


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.sampled_from("ab"), st.sampled_from(["Anna", "Bo"]),
                  st.sampled_from(["speed", "price+", ""])),
        st.tuples(st.just("undo"), st.integers(0, 20)),
    ),
    max_size=25,
)  # fmt: skip


@given(events=EVENTS)
@settings(max_examples=60, deadline=None)
def test_the_fold_is_what_is_left_when_all_that_was_undone_is_struck_out(events, tmp_path_factory):
    path = tmp_path_factory.mktemp("fold") / "c.jsonl"
    ids, alive, words = [], {}, {}
    for event in events:
        if event[0] == "say":
            _, text, who, factor = event
            (word,) = record(path, [says(text, factor)], who=who, at=AT)
            ids.append(word.id)
            alive[word.id] = True
            words[word.id] = (text, who, factor)
        elif ids:
            of = ids[event[1] % len(ids)]
            if not alive[of]:
                with pytest.raises(InputError):
                    undo(path, [of], who="Anna", at=AT)
                continue
            (taken,) = undo(path, [of], who="Anna", at=AT)
            ids.append(taken.id)
            alive[taken.id] = True
            _strike(alive, {e.id: e.of for e in ledger.read(path) if isinstance(e, Undo)}, ids)
    expected = {}
    for id_ in ids:
        if alive[id_] and id_ in words:
            text, who, factor = words[id_]
            expected.setdefault(text, {})[who] = [factor] if factor else []
    assert today(path) == {text: list(said.items()) for text, said in expected.items()}


def _strike(alive, undone, ids):
    """Say anew of each event whether it lives: it does unless a living undo names it."""
    for id_ in reversed(ids):
        alive[id_] = not any(alive[u] for u, of in undone.items() if of == id_)
