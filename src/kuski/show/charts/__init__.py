"""The charts, one module each: plain records in, an Altair chart out, no title in the picture."""

from kuski.show.charts.columns import answered_by_column
from kuski.show.charts.effort import effort_by_zone
from kuski.show.charts.levels import worth_by_level
from kuski.show.charts.plans import plans

__all__ = ["answered_by_column", "effort_by_zone", "plans", "worth_by_level"]
