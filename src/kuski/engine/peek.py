"""A look at the rows before the scan: words in columns, and which columns were answered together.

Two million rows are read, and no more.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from kuski.engine.arrays import Truths
from kuski.engine.batch import Batch, Told
from kuski.engine.cells import ANSWERED, UNREADABLE
from kuski.engine.scan import OpenTable
from kuski.moments import AnswerPatterns, Code, Variable

_ROWS = 2_000_000
_MOST_WORDS = 1_000
_WORD = 8


def text_categories(table: OpenTable, columns: Sequence[Variable]) -> dict[str, tuple[str, ...]]:
    """Tell the words of those columns that hold more words than numbers, the most common first.

    Words that come later than two million rows belong to no category of their own.
    """
    columns = [variable for variable in columns if variable.column not in table.source.numeric]
    words: dict[str, Counter[str]] = {variable.column: Counter() for variable in columns}
    balance = dict.fromkeys(words, 0)
    for batch in _batches(table, tuple(words)):
        for variable in columns:
            balance[variable.column] += _balance(batch, variable)
            _count_words(words[variable.column], batch, variable)
    return {column: _common(found) for column, found in words.items() if balance[column] > 0}


def column_categories(
    table: OpenTable, columns: Sequence[str], missing: tuple[Code, ...]
) -> dict[str, tuple[str, ...]]:
    """Tell what columns hold, words and numbers alike, the most common first."""
    words: dict[str, Counter[str]] = {column: Counter() for column in columns}
    for batch in _batches(table, tuple(words)):
        for column in columns:
            _count_words(words[column], batch, Variable(column, missing=missing))
    return {column: _common(found) for column, found in words.items()}


def answer_patterns(
    table: OpenTable, score: Variable, columns: Sequence[tuple[Variable, ...]]
) -> AnswerPatterns:
    """Tell which columns were answered together, among the rows with a score.

    Parameters
    ----------
    table : OpenTable
    score : Variable
    columns : sequence of p tuples of Variable
        Each is answered where all of its variables are.
    """
    seen: Counter[bytes] = Counter()
    wanted = dict.fromkeys([score.column, *(one.column for each in columns for one in each)])
    for batch in _batches(table, tuple(wanted)):
        answered = np.ones((batch.rows, len(columns)), bool)
        for place, each in enumerate(columns):
            for variable in each:
                answered[:, place] &= _is_answered(batch, variable)
        scored = answered[_is_answered(batch, score)]
        different, rows = np.unique(_words(scored), axis=0, return_counts=True)
        seen.update({row.tobytes(): int(n) for row, n in zip(different, rows, strict=True)})
    size = _words(np.ones((1, len(columns)), bool)).nbytes
    packed = np.frombuffer(b"".join(seen), np.uint8).reshape(len(seen), size)
    return AnswerPatterns(
        np.unpackbits(packed, axis=1, count=len(columns)).astype(bool),
        np.array(list(seen.values()), np.int64),
    )


def _words(answered: Truths) -> npt.NDArray[np.uint64]:
    """Pack each row's bits into words of 64, flat where one will do: NumPy sorts those faster."""
    packed = np.packbits(answered, axis=1)
    padded = np.zeros((len(packed), -(-packed.shape[1] // _WORD) * _WORD), np.uint8)
    padded[:, : packed.shape[1]] = packed
    words = padded.view(np.uint64)
    return words.ravel() if words.shape[1] == 1 else words


def _batches(table: OpenTable, columns: tuple[str, ...]) -> Iterator[Batch]:
    if not columns:
        return
    told, rows = Told(table.source.dictionary), 0
    for record in table.source.batches(columns):
        yield Batch(record, told, customer=None, first_row=rows)
        rows += record.num_rows
        if rows >= _ROWS:
            return


def _is_answered(batch: Batch, variable: Variable) -> Truths:
    valid = batch.cells(variable).valid
    return np.ones(batch.rows, bool) if valid is None else valid


def _count_words(words: Counter[str], batch: Batch, variable: Variable) -> None:
    texts, place = batch.labels(variable.column, variable.missing)
    times = np.bincount(place[place >= 0], minlength=len(texts)).tolist()
    words.update(dict(zip(texts, times, strict=True)))
    if len(words) > 10 * _MOST_WORDS:
        common = words.most_common(10 * _MOST_WORDS)
        words.clear()
        words.update(dict(common))


def _common(words: Counter[str]) -> tuple[str, ...]:
    return tuple(text for text, _ in words.most_common(_MOST_WORDS))


def _balance(batch: Batch, variable: Variable) -> int:
    """Count the cells that cannot be read as numbers, less those that can."""
    status = batch.cells(variable).status
    if status is None:
        return -batch.rows
    counts = np.bincount(status, minlength=5)
    return int(counts[UNREADABLE] - counts[ANSWERED])
