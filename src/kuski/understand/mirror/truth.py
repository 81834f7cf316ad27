"""Truth: what the customers' answers say of the figures that leaders guess, and how surely."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kuski.moments import Collected, Moments, Need, Needs
from kuski.roles import Roles
from kuski.stats.inputs import ROUNDING
from kuski.stats.resample import (
    MIN_HELD,
    Interval,
    Resamples,
    interval,
    resamples,
    totals,
)
from kuski.understand.factor import factor_importance
from kuski.understand.importance import importance_need
from kuski.understand.leaving.correction import Correction, checked_need, correction
from kuski.understand.leaving.leavers import Counted, Leavers
from kuski.understand.leaving.reason import Grouped, grouped, share_of
from kuski.understand.mirror.figure import Figure, FigureKind, divided_factors

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Truths:
    """What the customers' answers say of each figure.

    Attributes
    ----------
    figures : tuple of f Figure
    estimates : ndarray, shape (f,)
        Each in its own unit; NaN where it is not known.
    draws : ndarray, shape (m, f)
        The same on m resamples of the customers; NaN where it has no interval.
    limits : tuple of (Interval or None), length f
    importances : ndarray, shape (R, k)
        Of the k figures of kind "importance", on each row of ``drawn.counts``.
    drawn : Resamples
        Of the customers behind all figures but those of leaving, which have their own.
    is_corrected : bool
        Whether the reasons for leaving are set right by a checked sample, not only as they were
        told.
    """

    figures: tuple[Figure, ...]
    estimates: Floats
    draws: Floats
    limits: tuple[Interval | None, ...]
    importances: Floats
    drawn: Resamples
    is_corrected: bool


@dataclass(frozen=True, slots=True)
class _Truth:
    """One figure: its estimate, its draws of shape (m,) and its interval."""

    estimate: float
    draws: Floats
    limits: Interval | None


def truth_needs(roles: Roles) -> Needs:
    """Ask for the sums behind every figure that this study can answer."""
    asked = Needs.of(*_needs(roles).values())
    if (leavers := Leavers.of(roles)) is not None:
        asked |= leavers.needs
        if (checked := checked_need(roles)) is not None:
            asked |= Needs.of(checked)
    return asked


def truths(
    roles: Roles, collected: Collected, asked: Sequence[Figure], rng: np.random.Generator
) -> Truths:
    """Find the truth of the figures.

    Raises
    ------
    ValueError
        Where no answer has a score.
    """
    keys = {"share", *(figure.kind for figure in asked)}
    held = _together(
        {kind: collected.moments[need] for kind, need in _needs(roles).items() if kind in keys}
    )
    drawn = resamples(np.sum([one.rows.sum(axis=0) for one in held.values()], axis=0), rng=rng)
    importances = _importances(roles, held["importance"], drawn) if "importance" in held else {}
    leaving = _Leaving.of(roles, collected, rng) if "leaving" in keys else None
    found = []
    for figure in asked:
        if figure.kind == "leaving":
            found.append(_unknown(drawn) if leaving is None else leaving.truth(figure, drawn))
        elif figure.kind == "importance":
            behind = _replicates(held["importance"].rows.sum(axis=0))
            found.append(_of_values(importances[figure.name], drawn, behind))
        else:
            found.append(_of_answers(roles, figure, held[figure.kind], drawn))
    important = [importances[figure.name] for figure in asked if figure.kind == "importance"]
    return Truths(
        figures=tuple(asked),
        estimates=np.array([one.estimate for one in found]),
        draws=np.column_stack([one.draws for one in found]),
        limits=tuple(one.limits for one in found),
        importances=np.column_stack(important) if important else np.empty((len(drawn.counts), 0)),
        drawn=drawn,
        is_corrected=leaving is not None and leaving.is_corrected,
    )


def _needs(roles: Roles) -> dict[FigureKind, Need]:
    """Name the sums behind each kind of figure but leaving."""
    needs: dict[FigureKind, Need] = {
        "share": roles.scored_need,
        "score": Need("responses", (roles.score,), weight=roles.weight),
    }
    if divided_factors(roles):
        needs["importance"] = importance_need(roles, roles.score)
    if (recommending := roles.recommend_need) is not None:
        needs["nps"] = recommending
    if roles.drivers:
        # One product of all ratings costs less than a sum for each on its own rows.
        filled = [replace(driver, gap="zero") for driver in roles.drivers]
        gaps = [replace(driver, gap="flag") for driver in roles.drivers]
        needs["driver"] = Need("responses", (*filled, *gaps), weight=roles.weight)
    return needs


def _together(gathered: Mapping[FigureKind, Moments]) -> dict[FigureKind, Moments]:
    """Give all sums the replicates that they have together: the same customers."""
    parts = list(gathered.values())
    return {kind: moments.beside(*parts) for kind, moments in gathered.items()}


def _importances(roles: Roles, moments: Moments, drawn: Resamples) -> dict[str, Floats]:
    if not moments.n:
        return {name: np.full(len(drawn.counts), np.nan) for name in divided_factors(roles)}
    found = factor_importance(roles, moments, drawn)
    return dict(zip(found.names, found.shares.T, strict=True))


def _of_answers(roles: Roles, figure: Figure, moments: Moments, drawn: Resamples) -> _Truth:
    part, whole = _ratio(roles, figure, moments)
    with np.errstate(invalid="ignore", divide="ignore"):
        values = totals(part, drawn) / totals(whole, drawn)
    own, behind = _replicates(part), _replicates(whole)
    # A share with hardly anybody in it has no interval that a bootstrap could give.
    return _of_values(values, drawn, own if own < MIN_HELD else behind)


def _of_values(values: Floats, drawn: Resamples, behind: int) -> _Truth:
    limits = interval(values, drawn, held=behind)
    return _Truth(float(values[0]), values[1 + drawn.replicates :], limits)


def _unknown(drawn: Resamples) -> _Truth:
    return _Truth(np.nan, np.full(drawn.n_draws, np.nan), None)


def _ratio(roles: Roles, figure: Figure, moments: Moments) -> tuple[Floats, Floats]:
    """Give what stands above and below the line of a share or a mean, each by replicate."""
    weight = moments.cross[..., 0, 0]
    if figure.kind == "score":
        return _sum(moments, 0), weight.sum(axis=0)
    if figure.kind == "driver":
        place = [driver.column for driver in roles.drivers].index(figure.name)
        whole = weight.sum(axis=0)
        answered = whole - _sum(moments, len(roles.drivers) + place)
        return _sum(moments, place), np.where(answered > ROUNDING * whole, answered, 0.0)
    if figure.kind == "nps":
        points = np.array([(-100.0, 0.0, 100.0)[int(place)] for (place,) in moments.groups])
        return points @ weight, weight.sum(axis=0)
    zones = roles.scale.zones
    inside = np.array([zones[int(level)] == figure.name for (level,) in moments.groups])
    return inside @ weight, weight.sum(axis=0)


def _sum(moments: Moments, place: int) -> Floats:
    """Sum one column by replicate, shape (G,)."""
    cross = moments.cross
    found: Floats = (cross[..., 0, 1 + place] + moments.origin[place] * cross[..., 0, 0]).sum(
        axis=0
    )
    return found


def _replicates(sums: npt.NDArray[np.float64] | npt.NDArray[np.int64]) -> int:
    """Count the replicates that hold something."""
    return int((sums != 0).sum())


@dataclass(frozen=True, slots=True)
class _Leaving:
    """Why customers left, as told or set right by a checked sample."""

    counted: Counted
    groups: Grouped
    said: Floats
    drawn: Resamples
    corrected: Correction | None

    @classmethod
    def of(cls, roles: Roles, collected: Collected, rng: np.random.Generator) -> "_Leaving | None":
        """Count the leavers by group of reasons; None where nobody told any."""
        leavers = Leavers.of(roles)
        if leavers is None:
            return None
        counted = leavers.counted(collected)
        if not counted.reasons:
            return None
        groups = grouped(roles, counted)
        drawn = resamples(counted.rows(*counted.keys_of(counted.reasons)), rng=rng)
        weights = [counted.weight(*counted.keys_of(texts)) for texts in groups.texts.values()]
        said = totals(np.column_stack(weights), drawn)
        found = correction(roles, collected, groups, said=said, drawn=drawn, rng=rng)
        corrected = None if found is None or found.is_refused else found
        return cls(counted, groups, said, drawn, corrected)

    @property
    def is_corrected(self) -> bool:
        """Whether a checked sample sets the shares right."""
        return self.corrected is not None

    def truth(self, figure: Figure, drawn: Resamples) -> _Truth:
        """Give the share of one group; unknown where too few told it to be shown."""
        place = next((i for i, group in enumerate(self.groups.names) if group == figure.name), None)
        if place is None:
            return _unknown(drawn)
        group = self.groups.names[place]
        draws = np.full(drawn.n_draws, np.nan)
        if self.corrected is not None:
            share = self.corrected.share(group)
            given = self.corrected.direct.draws[:, self.corrected.groups.index(group)]
        else:
            counted = self.counted
            told = counted.keys_of(counted.reasons)
            share = share_of(counted, counted.keys_of(self.groups.texts[group]), told)
            with np.errstate(invalid="ignore", divide="ignore"):
                shares = self.said[:, place] / self.said.sum(axis=1)
            given = shares[1 + self.drawn.replicates :]
        if share is None:
            return _unknown(drawn)
        draws[: len(given)] = given
        ends = (share.low, share.high)
        limits = None if ends[0] is None or ends[1] is None else Interval(ends[0], ends[1])
        return _Truth(share.value, draws, limits)
