"""Worth by level, crude and with customers held alike: what all findings of this stage stand on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.finding import Refusal
from kuski.moments import Collected, Moments, Need, Needs, Variable
from kuski.roles import Roles
from kuski.scale import Scale
from kuski.stats.least_squares import with_level
from kuski.stats.levels import LevelWorth, level_worth, worth_of_those_at
from kuski.stats.plans import Gain, Plan, Plans, gain, plans
from kuski.stats.resample import Resamples, resamples
from kuski.stats.sensitivity import HiddenCause, hidden_cause

LEAST_ANSWERS = 20
LEAST_USED = 0.8
# Share of a level's answers that must be left once it looks like everybody: below it an adjusted
# figure would be drawn from beyond the data.
LEAST_RETAINED = 0.05

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Estimated:
    """Worth by level from one set of rows.

    Attributes
    ----------
    moments : Moments
        One group per level of the scale, in order; z = (1, worth, alike columns).
    resamples : Resamples
    levels : LevelWorth
    """

    moments: Moments
    resamples: Resamples
    levels: LevelWorth

    @property
    def n(self) -> int:
        """Number of answers."""
        return self.moments.n

    @property
    def worth(self) -> Floats:
        """Adjusted worth where something is held alike, crude elsewhere; NaN where refused.

        Shape (R, K).
        """
        if self.levels.adjusted is None:
            return self.levels.crude
        return np.where(self.refused, np.nan, self.levels.adjusted)

    @property
    def of_those_at(self) -> Floats:
        """Worth of those at each level, were they at any other; NaN where refused.

        Shape (R, K, K); the last axis is where they would be. Where nothing is held alike it is the
        crude worth there, whoever they are.
        """
        if self.levels.adjusted is None:
            return np.repeat(self.levels.crude[:, None], len(self.levels.rows), axis=1)
        found = worth_of_those_at(
            self.moments.cross,
            self.moments.rows,
            resamples=self.resamples,
            origin=float(self.moments.origin[0]),
        )
        return np.where(self.refused, np.nan, found)

    @property
    def refused(self) -> Booleans:
        """Levels where hardly anybody is like everybody, so that nothing adjusted is told."""
        overlap = self.levels.overlap
        if overlap is None:
            return np.zeros(len(self.levels.rows), bool)
        found: Booleans = (self.levels.rows > 0) & (overlap.retained < LEAST_RETAINED)
        return found

    @classmethod
    def of(cls, moments: Moments, drawn: Resamples) -> "Estimated":
        """Estimate on given resamples of the moments' replicates."""
        levels = level_worth(
            moments.cross, moments.rows, resamples=drawn, origin=float(moments.origin[0])
        )
        return cls(moments, drawn, levels)


@dataclass(frozen=True, slots=True)
class WorthByLevel:
    """Worth by level, from all answers with an outcome and from those that can be held alike.

    Attributes
    ----------
    scored : int
        Answers with a score.
    crude : Estimated
        From answers with score and worth.
    alike : Estimated or None
        From answers with score, worth and every `alike` column; None where nothing is held alike.
    scale : Scale
    """

    scored: int
    crude: Estimated
    alike: Estimated | None
    scale: Scale

    @property
    def main(self) -> Estimated:
        """The adjusted estimate where there is one, the crude one elsewhere."""
        return self.crude if self.alike is None else self.alike


def worth_needs(roles: Roles, outcome: Variable) -> Needs:
    """Ask for an outcome by level: the scores, the outcome, and the outcome with `alike`."""
    return Needs.of(*_needs_by_name(roles, outcome).values())


def refused_worth(name: str, numbers: object) -> Refusal:
    """Refuse a finding of this stage where the study names no outcome."""
    return Refusal(n=0, language="en", numbers=numbers, refused=name, reason="no_worth")


def worth_by_level(
    roles: Roles, outcome: Variable, collected: Collected, rng: np.random.Generator
) -> WorthByLevel | Refusal:
    """Estimate an outcome by level, or refuse; the refusal is then given the finding's name."""
    groups = [(level,) for level in range(len(roles.scale.labels))]
    found = {
        name: collected.moments[need].at(groups)
        for name, need in _needs_by_name(roles, outcome).items()
    }
    crude = found["crude"]
    if crude.n < LEAST_ANSWERS:
        return _refused("too_few_answers", n=crude.n, least=LEAST_ANSWERS)
    if (crude.rows.sum(axis=1) > 0).sum() < 2:
        return _refused("one_level")
    alike = found.get("alike")
    has_alike = alike is not None and alike.n >= LEAST_ANSWERS
    return WorthByLevel(
        scored=found["scored"].n,
        crude=_estimated(crude, rng),
        alike=_estimated(alike, rng) if has_alike and alike is not None else None,
        scale=roles.scale,
    )


def _refused(reason: str, **values: object) -> Refusal:
    return Refusal.because(reason, name="", numbers=None, **values)


def hidden_cause_of(
    roles: Roles, estimated: Estimated, levels: tuple[int, ...]
) -> tuple[HiddenCause, str] | None:
    """Ask how strong a hidden cause must be to wipe out the slope of worth over some levels.

    Returns
    -------
    tuple of HiddenCause and str, or None
        With the name of the strongest `alike` column; None where the slope cannot be estimated.
    """
    places = list(levels)
    rows = estimated.moments.rows[places]
    positions = np.array(roles.scale.positions)[places]
    names = [alike.name for alike in roles.alike for _ in alike.variables]
    columns = list(range(2, 2 + len(names)))
    if (rows.sum(axis=1) > 0).sum() < 2 or rows.sum() <= len(names) + 3:
        return None
    cross = with_level(estimated.moments.cross[places], positions)
    try:
        found = hidden_cause(
            cross,
            rows.sum(axis=0),
            outcome=1,
            treatment=2 + len(names),
            alike=columns,
            benchmarks=columns,
        )
    except ValueError:
        # The score or the outcome does not vary once the rest is held alike: nothing to doubt.
        return None
    return found, "" if found.strongest is None else names[found.strongest]


def people_of(roles: Roles, worth: WorthByLevel, collected: Collected) -> float:
    """Count the people that plans move: customers with a score, or answers without customers."""
    if roles.has_customers and collected.panel is not None:
        return float(collected.panel.customers)
    return float(worth.crude.n)


def plans_of(scale: Scale) -> Plans:
    """Set up both plans on a scale."""
    return plans(
        scale.positions,
        middle=scale.positions[scale.middle],
        top=[scale.positions[place] for place in scale.top],
    )


def plan_gains(estimated: Estimated, scale: Scale, *, people: float = 1.0) -> tuple[Gain, Gain]:
    """Say what eliminate and elevate gain on each resample; unknown where it holds no answer."""
    both, shares = plans_of(scale), estimated.levels.shares
    is_empty = np.asarray(np.isnan(shares).any(axis=1))
    heads = np.where(is_empty[:, None], 0.0, shares * people)

    def found(plan: Plan) -> Gain:
        whole = gain(heads, estimated.worth, positions=scale.positions, plan=plan)
        parts = (whole.people, whole.steps, whole.gain)
        return Gain(*(np.where(is_empty, np.nan, part) for part in parts))

    return found(both.eliminate), found(both.elevate)


def level_name(scale: Scale, place: int) -> int | str:
    """Name a level as the study's numbers do: a whole number where it is one."""
    label = scale.labels[place]
    return int(label) if label.lstrip("-").isdigit() else label


def _needs_by_name(roles: Roles, outcome: Variable) -> dict[str, Need]:
    by = (roles.score_levels,)
    found = {
        "scored": roles.scored_need,
        "crude": Need("responses", (outcome,), by, roles.weight),
    }
    if roles.alike_variables:
        found["alike"] = Need("responses", (outcome, *roles.alike_variables), by, roles.weight)
    return found


def _estimated(moments: Moments, rng: np.random.Generator) -> Estimated:
    return Estimated.of(moments, resamples(moments.rows, rng=rng))
