"""Say what is true of the made-up company, by finding, under the same keys as its numbers."""

from collections.abc import Sequence
from typing import TypeAlias

from kuski.demo.actions import ACTIONS
from kuski.demo.audience_truth import audience_truth
from kuski.demo.choose_truth import choose_truth
from kuski.demo.company import Floats
from kuski.demo.figures import Json
from kuski.demo.ledger import Sums
from kuski.demo.quality_truth import quality_truth
from kuski.demo.stories import Story
from kuski.demo.stories_truth import stories_truth
from kuski.demo.understand_truth import (
    asymmetry_truth,
    drivers_truth,
    encounters_truth,
    expectations_truth,
    gap_truth,
    leaving_truth,
    mirror_truth,
)
from kuski.demo.value_truth import effort_truth, elevate_truth, levels_truth

Truth: TypeAlias = dict[str, dict[str, Json]]


def truth(sums: Sums, *, agents: Floats, stories: Sequence[Story]) -> Truth:
    """Turn the sums of all batches into true values.

    Parameters
    ----------
    sums : the sum of `ledger.batch_sums` over all batches
    agents : float array, shape (200,)
        What `answers.draw_agents` drew.
    stories : sequence of Story

    Returns
    -------
    dict
        By finding. A figure is None where these customers leave it without an answer.
    """
    return {
        "listen.quality": quality_truth(sums),
        "listen.stories": stories_truth(stories),
        "value.levels": levels_truth(sums),
        "value.elevate": elevate_truth(sums),
        "value.effort": effort_truth(sums),
        "understand.drivers": drivers_truth(sums),
        "understand.asymmetry": asymmetry_truth(sums),
        "understand.gap": gap_truth(sums),
        "understand.leaving": leaving_truth(sums),
        "understand.encounters": encounters_truth(sums, agents, stories),
        "understand.expectations": expectations_truth(sums),
        "understand.mirror": mirror_truth(sums),
        "choose.audience": audience_truth(sums),
        **choose_truth(sums),
        "act.actions": {
            "actions": [
                {"action": each.action, "lift": each.lift, "true_lift": each.true_lift}
                for each in ACTIONS
            ]
        },
    }
