"""A look at the first rows: which columns hold words, and which words."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from kuski.engine import cells
from kuski.engine.collect import OpenTable
from kuski.moments import Variable

_MOST_WORDS = 1_000


def text_categories(
    table: OpenTable, columns: Sequence[Variable]
) -> dict[str, tuple[str, ...]]:
    """Tell the words of those columns that hold more words than numbers, the most common first.

    Only the first batch is read. Words that come later belong to no category of their own.
    """
    batch = next(iter(table.source.batches([variable.column for variable in columns])), None)
    if batch is None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for i, variable in enumerate(columns):
        array = batch.column(i)
        counts = cells.count(array, variable)
        if counts.unreadable > counts.answered:
            texts, place = cells.labels(array, variable.missing)
            times = Counter(dict(enumerate(np.bincount(place[place >= 0]).tolist())))
            found[variable.column] = tuple(texts[i] for i, _ in times.most_common(_MOST_WORDS))
    return found
