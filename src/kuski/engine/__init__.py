"""The only place that knows where the data live: open tables, collect what is needed, sample."""

from kuski.engine.peek import text_categories
from kuski.engine.scan import OpenTable, Progress, collect
from kuski.engine.tables import open_tables

__all__ = ["OpenTable", "Progress", "collect", "open_tables", "text_categories"]
