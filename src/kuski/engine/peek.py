"""A look at the rows before the scan: which columns hold words, and which words."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from kuski.engine.batch import Batch, Told
from kuski.engine.cells import ANSWERED, UNREADABLE
from kuski.engine.scan import OpenTable
from kuski.moments import Variable

_ROWS = 2_000_000
_MOST_WORDS = 1_000


def text_categories(table: OpenTable, columns: Sequence[Variable]) -> dict[str, tuple[str, ...]]:
    """Tell the words of those columns that hold more words than numbers, the most common first.

    Two million rows are read, and no more: words that come later belong to no category of their
    own.
    """
    columns = [variable for variable in columns if variable.column not in table.source.numeric]
    if not columns:
        return {}
    words: dict[str, Counter[str]] = {variable.column: Counter() for variable in columns}
    balance = dict.fromkeys(words, 0)
    told = Told(table.source.dictionary)
    rows = 0
    for record in table.source.batches(tuple(words)):
        batch = Batch(record, told, customer=None, first_row=rows)
        for variable in columns:
            column = variable.column
            balance[column] += _balance(batch, variable)
            texts, place = batch.labels(column, variable.missing)
            times = np.bincount(place[place >= 0], minlength=len(texts)).tolist()
            words[column].update(dict(zip(texts, times, strict=True)))
            words[column] = Counter(dict(words[column].most_common(10 * _MOST_WORDS)))
        rows += batch.rows
        if rows >= _ROWS:
            break
    return {
        column: tuple(text for text, _ in found.most_common(_MOST_WORDS))
        for column, found in words.items()
        if balance[column] > 0
    }


def _balance(batch: Batch, variable: Variable) -> int:
    """Count the cells that cannot be read as numbers, less those that can."""
    status = batch.cells(variable).status
    if status is None:
        return -batch.rows
    counts = np.bincount(status, minlength=5)
    return int(counts[UNREADABLE] - counts[ANSWERED])
