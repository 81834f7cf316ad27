"""The only place that knows where the data live: open tables, collect what is needed, sample."""

from kuski.engine.peek import answer_patterns, column_categories, text_categories
from kuski.engine.scan import OpenTable, Progress, collect
from kuski.engine.tables import open_codes, open_tables
from kuski.engine.texts import Texts, distinct_texts

__all__ = [
    "OpenTable",
    "Progress",
    "Texts",
    "answer_patterns",
    "collect",
    "column_categories",
    "distinct_texts",
    "open_codes",
    "open_tables",
    "text_categories",
]
