"""Columns of words are told from columns of numbers, with their words by how common they are."""

import pytest

from kuski.engine import (
    answer_patterns,
    column_categories,
    peek,
    source,
    text_categories,
)
from kuski.moments import Variable


@pytest.mark.parametrize("batch", [2, 1 << 18])
def test_words_are_found_the_most_common_first(held, monkeypatch, batch):
    monkeypatch.setattr(source, "_ROWS", batch)
    table = held(
        {
            "region": ["north", "south", "south", "", "?", "west", "south", "north"],
            "age": ["31", "40", "x", "", "5", "6", "7", "8"],
            "spend": [1.0, 2.0, 3.0, None, 1.0, 2.0, 3.0, 4.0],
            "code": [1, 1, 2, 2, 3, 3, 3, 3],
        }
    )
    columns = [Variable("region", missing=("?",)), *map(Variable, ("age", "spend", "code"))]
    assert text_categories(table, columns) == {"region": ("south", "north", "west")}


def test_words_that_come_late_are_found(held, monkeypatch):
    monkeypatch.setattr(source, "_ROWS", 50)
    table = held({"region": ["north"] * 500 + ["south"] * 100})
    assert text_categories(table, [Variable("region")]) == {"region": ("north", "south")}


def test_a_long_table_is_not_read_to_its_end(held, monkeypatch):
    monkeypatch.setattr(source, "_ROWS", 50)
    monkeypatch.setattr(peek, "_ROWS", 100)
    table = held({"region": ["north"] * 150 + ["south"] * 100})
    assert text_categories(table, [Variable("region")]) == {"region": ("north",)}


def test_a_table_without_rows_has_no_words(held):
    import pyarrow as pa

    table = held({"region": pa.array([], pa.string())})
    assert text_categories(table, [Variable("region")]) == {}


def test_categories_are_found_among_numbers_too(held):
    table = held({"operator": [1, 2, 2, 3, 3, 3, 9], "town": ["a", "b", "b", "", "", "", ""]})
    assert column_categories(table, ("operator", "town"), (9,)) == {
        "operator": ("3", "2", "1"),
        "town": ("b", "a"),
    }


@pytest.mark.parametrize("batch", [2, 1 << 18])
def test_patterns_tell_which_questions_were_answered_together(held, monkeypatch, batch):
    monkeypatch.setattr(source, "_ROWS", batch)
    a, b, c = (Variable(name, (1, 5), (9,)) for name in "abc")
    table = held(
        {
            "score": [5, 4, None, 3, 2],
            "a": [1, 9, 1, 2, 3],
            "b": [None, 2, 1, 2, 3],
            "c": [1, 1, 1, 7, 2],
        }
    )
    found = answer_patterns(table, Variable("score"), [(a,), (b,), (a, c)])
    assert found.rows.sum() == 4
    assert found.shares.tolist() == [0.75, 0.75, 0.5]
    assert found.complete([0, 1]) == 0.5
    assert found.complete([0, 1, 2]) == 0.25
    assert found.complete([]) == 1.0


def test_more_questions_than_bits_in_a_word_are_told_apart(held):
    questions = [f"q{i}" for i in range(70)]
    cells = {name: [1, None if i == 69 else 1, 1] for i, name in enumerate(questions)}
    table = held({"score": [1, 2, 3]} | cells)
    found = answer_patterns(table, Variable("score"), [(Variable(name),) for name in questions])
    assert sorted(found.rows.tolist()) == [1, 2]
    assert found.shares[:69].tolist() == [1.0] * 69
    assert found.complete(range(70)) == pytest.approx(2 / 3)


@pytest.mark.parametrize("scores", [[], [None, 9]])
def test_answers_without_a_score_have_no_pattern(held, scores):
    import pyarrow as pa

    columns = {"score": pa.array(scores, pa.int64()), "a": pa.array(scores, pa.int64())}
    score = Variable("score", (1, 5), (9,))
    found = answer_patterns(held(columns), score, [(Variable("a"),)])
    assert (found.answered.shape, found.rows.sum()) == ((0, 1), 0)
    assert found.shares.tolist() == [0.0]
    assert found.complete([0]) == 0.0
