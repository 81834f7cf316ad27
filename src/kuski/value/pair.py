"""A pair of plans: what each would gain, and what their ratio is made of."""

from dataclasses import dataclass

import numpy as np

from kuski.finding import ends, known
from kuski.roles import Roles
from kuski.scale import Scale
from kuski.stats.plans import Gain, Plan, comparison, held_replicates
from kuski.stats.resample import Resamples, interval, ratio_interval
from kuski.value.worth import Estimated, hidden_cause_of, plan_gains, plans_of


@dataclass(frozen=True, slots=True)
class PlanNumbers:
    """One plan; gains in the unit of worth, steps in levels of the score."""

    people: float
    people_share: float
    answers: int
    steps: float
    gain: float | None
    gain_low: float | None
    gain_high: float | None
    gain_per_person: float | None
    gain_per_person_low: float | None
    gain_per_person_high: float | None


@dataclass(frozen=True, slots=True)
class Split:
    """Elevate over eliminate in three factors; their product is the ratio."""

    people: float | None
    people_low: float | None
    people_high: float | None
    steps_per_person: float | None
    steps_per_person_low: float | None
    steps_per_person_high: float | None
    worth_per_step: float | None
    worth_per_step_low: float | None
    worth_per_step_high: float | None


@dataclass(frozen=True, slots=True)
class HiddenCauseNumbers:
    """How strong a hidden cause must be to wipe out the slope of worth under a plan.

    Attributes
    ----------
    slope : float
        Worth per level, `alike` held alike, over the levels of the plan.
    robustness_value, robustness_value_significance : float
        Cinelli & Hazlett (2020), 0 to 1.
    times : float or None
        How many times as strong as `benchmark`.
    benchmark : str
        The strongest `alike` column.
    """

    slope: float
    robustness_value: float
    robustness_value_significance: float
    times: float | None
    benchmark: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Both plans from one set of estimates."""

    eliminate: PlanNumbers
    elevate: PlanNumbers
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    split: Split
    break_even_cost: float | None
    break_even_cost_low: float | None
    break_even_cost_high: float | None


_NO_SPLIT = Split(None, None, None, None, None, None, None, None, None)


_NO_PLAN = PlanNumbers(0.0, 0.0, 0, 0.0, None, None, None, None, None, None)


NO_PAIR = Pair(_NO_PLAN, _NO_PLAN, None, None, None, _NO_SPLIT, None, None, None)


def pair_of(estimated: Estimated, scale: Scale, people: float) -> Pair:
    """Estimate both plans, with intervals, from one set of worths."""
    drawn, rows = estimated.resamples, estimated.moments.rows
    both = plans_of(scale)
    eliminate, elevate = plan_gains(estimated, scale, people=people)
    held = {
        "eliminate": held_replicates(rows, both.eliminate),
        "elevate": held_replicates(rows, both.elevate),
    }
    compared = comparison(eliminate, elevate)
    over = {
        name: ratio_interval(
            getattr(elevate, name), getattr(eliminate, name), drawn, held=min(held.values())
        )
        for name in ("gain", "people", "steps_per_person", "worth_per_step")
    }
    is_given = over["gain"] is not None
    ratio_low, ratio_high = ends(over["gain"])
    cost_low, cost_high = ends(over["worth_per_step"])
    return Pair(
        eliminate=_plan(eliminate, both.eliminate, rows, drawn, held["eliminate"], people),
        elevate=_plan(elevate, both.elevate, rows, drawn, held["elevate"], people),
        ratio=float(compared.ratio[0]) if is_given else None,
        ratio_low=ratio_low,
        ratio_high=ratio_high,
        split=Split(
            known(compared.people[0]),
            *ends(over["people"]),
            known(compared.steps_per_person[0]),
            *ends(over["steps_per_person"]),
            float(compared.worth_per_step[0]) if is_given else None,
            *(cost_low, cost_high),
        ),
        break_even_cost=float(compared.worth_per_step[0]) if is_given else None,
        break_even_cost_low=cost_low,
        break_even_cost_high=cost_high,
    )


def _plan(
    found: Gain,
    plan: Plan,
    rows: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    drawn: Resamples,
    held: int,
    people: float,
) -> PlanNumbers:
    low, high = ends(interval(found.gain, drawn, held=held))
    each_low, each_high = ends(interval(found.gain_per_person, drawn, held=held))
    return PlanNumbers(
        people=float(found.people[0]),
        people_share=float(found.people[0] / people),
        answers=int(rows[list(plan.movers)].sum()),
        steps=float(found.steps[0]),
        gain=known(found.gain[0]),
        gain_low=low,
        gain_high=high,
        gain_per_person=known(found.gain_per_person[0]),
        gain_per_person_low=each_low,
        gain_per_person_high=each_high,
    )


def hidden_of(roles: Roles, estimated: Estimated | None, plan: Plan) -> HiddenCauseNumbers | None:
    """Ask how strong a hidden cause behind a plan's gain must be; None where it cannot be told."""
    found = (
        None
        if estimated is None
        else hidden_cause_of(roles, estimated, (*plan.movers, *plan.targets))
    )
    if found is None:
        return None
    cause, benchmark = found
    times = None if cause.strongest is None else float(cause.times[cause.strongest])
    return HiddenCauseNumbers(
        slope=cause.estimate,
        robustness_value=cause.robustness,
        robustness_value_significance=cause.robustness_of_significance,
        times=times,
        benchmark=benchmark,
    )
