"""The only place that knows where the data live: open tables, collect what is needed, sample."""

from kuski.engine.listing import LatestLevels, People, latest_levels, people
from kuski.engine.peek import answer_patterns, column_categories, text_categories
from kuski.engine.scan import OpenTable, Progress, collect
from kuski.engine.tables import open_codes, open_tables
from kuski.engine.texts import Texts, distinct_texts

__all__ = [
    "LatestLevels",
    "OpenTable",
    "People",
    "Progress",
    "Texts",
    "answer_patterns",
    "collect",
    "column_categories",
    "distinct_texts",
    "latest_levels",
    "open_codes",
    "open_tables",
    "people",
    "text_categories",
]
