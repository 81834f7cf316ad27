"""The charts, one module each: plain records in, an Altair chart out, no title in the picture."""

from kuski.show.charts.asymmetry import penalties_and_rewards
from kuski.show.charts.audience import headroom_by_segment
from kuski.show.charts.budget import worth_of_money
from kuski.show.charts.columns import answered_by_column
from kuski.show.charts.disappointed import people_who_get_less
from kuski.show.charts.drivers import importance_by_driver, importance_by_performance
from kuski.show.charts.effort import effort_by_zone
from kuski.show.charts.encounters import human_encounters
from kuski.show.charts.expectations import bar_by_wave
from kuski.show.charts.gap import said_and_done
from kuski.show.charts.leaving import reasons_for_leaving
from kuski.show.charts.levels import worth_by_level
from kuski.show.charts.mirror import guesses_against_truth
from kuski.show.charts.overservice import worth_of_last_unit
from kuski.show.charts.plans import plans
from kuski.show.charts.stories import told_factors

__all__ = [
    "answered_by_column",
    "bar_by_wave",
    "effort_by_zone",
    "guesses_against_truth",
    "headroom_by_segment",
    "human_encounters",
    "importance_by_driver",
    "importance_by_performance",
    "penalties_and_rewards",
    "people_who_get_less",
    "plans",
    "reasons_for_leaving",
    "said_and_done",
    "told_factors",
    "worth_by_level",
    "worth_of_last_unit",
    "worth_of_money",
]
