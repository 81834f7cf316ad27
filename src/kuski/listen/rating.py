"""Ratings: the columns in which customers rate, in batteries that share a scale and its codes.

What makes a rating is that it goes with other ratings.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kuski.listen.candidate import (
    RARE,
    Candidate,
    Scale,
    answered,
    candidates_of,
    codes_outside,
    core,
)
from kuski.listen.hint import hint
from kuski.listen.level import Levels, is_level, lone_levels, shared_levels
from kuski.listen.missing import ordered
from kuski.listen.profile import ColumnProfile, TableProfile
from kuski.listen.reason import Reason, because
from kuski.listen.sheet import (
    Floats,
    Sheet,
    Truths,
    correlation,
    pairwise,
    rest_of,
    standardised,
    within,
)
from kuski.moments import Code

LEAST_TOGETHER = 0.20
LEAST_WITH_REST = 0.15
LEAST_BATTERY = 3

_MOST_COLUMNS = 400


@dataclass(frozen=True, slots=True)
class Rating:
    """One column of ratings.

    Attributes
    ----------
    column : ColumnProfile
    answered : float, 0 to 1
        Share of the rows with an answer on the scale.
    rest : float, -1 to 1
        Correlation with the mean of the other ratings; NaN where there are none.
    """

    column: ColumnProfile
    answered: float
    rest: float = math.nan

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name


@dataclass(frozen=True, slots=True)
class Battery:
    """Ratings on one scale; a rating that stands alone is a battery of one.

    Attributes
    ----------
    scale : tuple of int
        The lowest and the highest level.
    missing : tuple of codes
    ratings : tuple of Rating
        In the table's order.
    reasons : tuple of Reason
        Why this scale, and why these codes are missing.
    sure : float, 0 to 1
        Of the scale and the codes.
    """

    scale: Scale
    missing: tuple[Code, ...]
    ratings: tuple[Rating, ...]
    reasons: tuple[Reason, ...]
    sure: float

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(rating.name for rating in self.ratings)

    def rating(self, name: str) -> Rating:
        """Find one column's rating."""
        return next(rating for rating in self.ratings if rating.name == name)


def batteries(table: TableProfile) -> tuple[Battery, ...]:
    """Find the batteries of ratings in a table, the largest first."""
    candidates = candidates_of(table)[:_MOST_COLUMNS]
    sheet = Sheet.of(candidates)
    groups = _together(candidates, sheet)
    found = [_battery(shared_levels(group, sheet), group, sheet) for group in groups]
    found = _adopted(_merged(found, sheet), candidates, sheet)
    sound = [b for b in found if len(b.ratings) >= LEAST_BATTERY or _named(b)]
    return tuple(sorted(sound, key=lambda battery: -len(battery.ratings)))


def lone_ratings(table: TableProfile, known: Sequence[Battery]) -> tuple[Battery, ...]:
    """Find the columns that could be ratings on their own, each with its likeliest scale."""
    taken = {name for battery in known for name in battery.names}
    left = [c for c in candidates_of(table) if c.column.name not in taken and _is_unbroken(c)]
    sheet = Sheet.of(candidates_of(table))
    settled = [Levels(b.scale, b.missing, b.reasons, b.sure) for b in known]
    alone = [_battery(lone_levels(candidate, settled), [candidate], sheet) for candidate in left]
    if not known:
        return tuple(alone)
    mean = _battery_mean(known[0], sheet)
    return tuple(_beside(battery, mean, sheet) for battery in alone)


def _is_unbroken(candidate: Candidate) -> bool:
    """Tell whether nearly every number from the lowest level to the highest occurs."""
    used = [value for value in candidate.levels if 1 <= value <= candidate.top]
    return bool(used) and len(used) >= 0.85 * (candidate.top - min(used) + 1)


def _beside(lone: Battery, mean: Floats, sheet: "Sheet") -> Battery:
    """Fill in how a lone rating goes with the mean of the largest battery."""
    own = within(sheet.of_columns(lone.names), *lone.scale)[:, 0]
    rating = replace(lone.ratings[0], rest=correlation(own, mean))
    return replace(lone, ratings=(rating,))


def _together(candidates: Sequence[Candidate], sheet: Sheet) -> list[list[Candidate]]:
    """Group the columns that go up to the same number and go with each other."""
    groups: list[list[Candidate]] = []
    for top in sorted({candidate.top for candidate in candidates}):
        alike = [candidate for candidate in candidates if candidate.top == top]
        values = sheet.of_columns([candidate.name for candidate in alike])
        narrow = pairwise(within(values, *core(top)))
        wide = pairwise(within(values, 0, top))
        linked = np.maximum(narrow, wide) >= LEAST_TOGETHER
        for part in _components(linked):
            kept = _pruned([alike[i] for i in part], sheet)
            if len(kept) > 1 and _agree_without_top(kept, sheet):
                groups.append(kept)
    return groups


def _components(linked: Truths) -> list[list[int]]:
    left = set(range(len(linked)))
    parts: list[list[int]] = []
    while left:
        part, edge = set(), {min(left)}
        while edge:
            part |= edge
            edge = {int(j) for i in edge for j in np.flatnonzero(linked[i])} - part
        parts.append(sorted(part))
        left -= part
    return parts


def _pruned(group: list[Candidate], sheet: Sheet) -> list[Candidate]:
    """Drop, one by one, the columns that do not go with the rest of their group."""
    while len(group) > 1:
        fit = _fit(group, sheet, less=0)
        weakest = int(np.argmin(fit))
        if fit[weakest] >= LEAST_WITH_REST:
            return group
        group = group[:weakest] + group[weakest + 1 :]
    return group


def _agree_without_top(group: Sequence[Candidate], sheet: Sheet) -> bool:
    """Tell whether the columns go together in more than their last number, which may be a code."""
    return float(_fit(group, sheet, less=1).mean()) >= LEAST_WITH_REST


def _fit(group: Sequence[Candidate], sheet: Sheet, *, less: int) -> Floats:
    """Correlate each column with the mean of the others, on the certain levels or on all.

    `less` levels are taken off the top.
    """
    values = sheet.of_columns([candidate.name for candidate in group])
    top = group[0].top
    found = []
    for low, high in (core(top), (1, top)):
        standard = standardised(within(values, low, high - less))
        rest = rest_of(standard)
        found.append([correlation(standard[:, i], rest[:, i]) for i in range(len(group))])
    fit: Floats = np.nan_to_num(np.array(found), nan=-1.0).max(axis=0)
    return fit


def _battery(levels: Levels, group: Sequence[Candidate], sheet: Sheet) -> Battery:
    """Make a battery of columns on one scale."""
    in_order = sorted(group, key=lambda candidate: candidate.column.place)
    ratings = tuple(Rating(c.column, answered(c, levels.scale)) for c in in_order)
    return _with_rest(
        Battery(levels.scale, levels.missing, ratings, levels.reasons, levels.sure), sheet
    )


def _with_rest(battery: Battery, sheet: Sheet) -> Battery:
    """Fill in how each rating goes with the mean of the others."""
    if len(battery.ratings) < 2:
        return battery
    standard = standardised(within(sheet.of_columns(battery.names), *battery.scale))
    rest = rest_of(standard)
    ratings = tuple(
        replace(rating, rest=correlation(standard[:, i], rest[:, i]))
        for i, rating in enumerate(battery.ratings)
    )
    return replace(battery, ratings=ratings)


def _merged(found: Sequence[Battery], sheet: Sheet) -> list[Battery]:
    """Join batteries of one scale that go with each other."""
    merged: list[Battery] = []
    for battery in sorted(found, key=lambda b: -len(b.ratings)):
        home = next((i for i, other in enumerate(merged) if _belong(other, battery, sheet)), None)
        if home is None:
            merged.append(battery)
        else:
            merged[home] = _joined(merged[home], battery, sheet)
    return merged


def _belong(one: Battery, other: Battery, sheet: Sheet) -> bool:
    if one.scale != other.scale:
        return False
    return correlation(_battery_mean(one, sheet), _battery_mean(other, sheet)) >= LEAST_TOGETHER


def _battery_mean(battery: Battery, sheet: Sheet) -> Floats:
    """Give each row's mean over the battery, every rating made alike; NaN where none is given."""
    standard = standardised(within(sheet.of_columns(battery.names), *battery.scale))
    known = (~np.isnan(standard)).sum(axis=1)
    mean: Floats = np.where(known > 0, np.nansum(standard, axis=1) / np.maximum(known, 1), np.nan)
    return mean


def _joined(one: Battery, other: Battery, sheet: Sheet) -> Battery:
    ratings = sorted((*one.ratings, *other.ratings), key=lambda r: r.column.place)
    joined = replace(
        one,
        ratings=tuple(ratings),
        missing=ordered({*one.missing, *other.missing}),
        reasons=_without_repeats(one, other, len(ratings)),
    )
    return _with_rest(joined, sheet)


def _without_repeats(one: Battery, other: Battery, n: int) -> tuple[Reason, ...]:
    shared = because("scale_shared", n=n, low=one.scale[0], high=one.scale[1])
    known = {str(reason.values.get("code", reason.values.get("codes"))) for reason in one.reasons}
    new = [
        reason
        for reason in other.reasons
        if reason.case.startswith("code")
        and str(reason.values.get("code", reason.values.get("codes"))) not in known
    ]
    return (shared, *one.reasons[1:], *new)


def _adopted(found: list[Battery], candidates: Sequence[Candidate], sheet: Sheet) -> list[Battery]:
    """Give columns without company to the battery that they go with and whose levels they use."""
    taken = {name for battery in found for name in battery.names}
    for candidate in candidates:
        if candidate.name in taken:
            continue
        for i, battery in enumerate(found):
            if len(battery.ratings) >= LEAST_BATTERY and _fits(candidate, battery, sheet):
                codes = codes_outside([candidate], battery.scale)
                levels = Levels(battery.scale, codes, (), battery.sure)
                lone = _battery(levels, [candidate], sheet)
                found[i] = _joined(battery, lone, sheet)
                break
    return found


def _fits(candidate: Candidate, battery: Battery, sheet: Sheet) -> bool:
    low, high = battery.scale
    known = {*range(low, high + 1), *battery.missing}
    beside = {value: n for value, n in candidate.levels.items() if value not in known}
    often = {v for v, n in beside.items() if n > RARE * sum(candidate.levels.values())}
    if not _reaches(candidate, battery) or not often <= {low - 1, high + 1}:
        return False
    names = [candidate.name, *battery.names]
    values = sheet.of_columns(names)
    if any(is_level(values, battery.scale, code) for code in often):
        return False
    own = within(values[:, :1], low, high)[:, 0]
    least = max(LEAST_TOGETHER, 3.0 / math.sqrt(max(1, int((~np.isnan(own)).sum()))))
    return correlation(own, _battery_mean(battery, sheet)) >= least


def _reaches(candidate: Candidate, battery: Battery) -> bool:
    """Tell whether the column uses the top level, or is too short to be expected to."""
    high = battery.scale[1]
    return candidate.levels.get(high, 0) > 0 or sum(candidate.levels.values()) < 50


def _named(battery: Battery) -> bool:
    """Tell whether a pair of columns is called what ratings are called."""
    names = [
        max(hint("overall", r.name, r.column.label), hint("summary", r.name, r.column.label))
        for r in battery.ratings
    ]
    return max(names, default=0.0) > 0
