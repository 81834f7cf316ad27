"""Ratings: the columns in which customers rate, in batteries that share a scale and its codes.

What makes a rating is that it goes with other ratings. So the scale is not read off the values
that occur: a value next to the scale is a level of it only if those who gave it rate other things
accordingly. Whoever answers 6 for "never used" beside 1 to 5 does not rate everything else higher
than those who gave a 5.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kuski.listen.hint import hint
from kuski.listen.missing import Sorted, ordered, sort_codes
from kuski.listen.profile import ColumnProfile, TableProfile
from kuski.listen.reason import Reason, because
from kuski.moments import Code

LEAST_LEVELS = 4
LEAST_TOGETHER = 0.20
LEAST_WITH_REST = 0.15
LEAST_BATTERY = 3
LEVEL_REACH = 0.5
CODE_REACH = 0.25

_LARGEST_LEVEL = 11
_MOST_COLUMNS = 400
_MOST_ROWS = 20_000
_RARE = 0.001
_SHORT, _LONG = 7, 10
_USUAL = ((1, 5), (1, 7), (0, 10), (1, 10))

Floats = npt.NDArray[np.float64]
Scale = tuple[int, int]


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


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A column that may hold ratings, with its whole numbers from 0 to 11."""

    column: ColumnProfile
    codes: Sorted
    levels: Mapping[int, int]
    top: int


def batteries(table: TableProfile) -> tuple[Battery, ...]:
    """Find the batteries of ratings in a table, the largest first."""
    candidates = _candidates(table)[:_MOST_COLUMNS]
    sheet = _Sheet.of(candidates)
    groups = _together(candidates, sheet)
    found = [_battery(group, sheet) for group in groups]
    found = _adopted(_merged(found, sheet), candidates, sheet)
    found = [battery for battery in found if len(battery.ratings) >= LEAST_BATTERY or _named(battery)]
    found.sort(key=lambda battery: -len(battery.ratings))
    return tuple(found)


def lone_ratings(table: TableProfile, known: Sequence[Battery]) -> tuple[Battery, ...]:
    """Find the columns that could be ratings on their own, each with its likeliest scale."""
    taken = {name for battery in known for name in battery.names}
    left = [c for c in _candidates(table) if c.column.name not in taken and _is_unbroken(c)]
    alone = [_lone(candidate, known) for candidate in left]
    if not known:
        return tuple(alone)
    sheet = _Sheet.of(_candidates(table))
    mean = _battery_mean(known[0], sheet)
    return tuple(_beside(battery, mean, sheet) for battery in alone)


def _is_unbroken(candidate: _Candidate) -> bool:
    """Tell whether nearly every number from the lowest level to the highest occurs."""
    used = [value for value in candidate.levels if 1 <= value <= candidate.top]
    return bool(used) and len(used) >= 0.85 * (candidate.top - min(used) + 1)


def _beside(lone: Battery, mean: Floats, sheet: "_Sheet") -> Battery:
    """Fill in how a lone rating goes with the mean of the largest battery."""
    own = _within(sheet.of_columns(lone.names), *lone.scale)[:, 0]
    rating = replace(lone.ratings[0], rest=_correlation(own, mean))
    return replace(lone, ratings=(rating,))


def _candidates(table: TableProfile) -> list[_Candidate]:
    found = (_candidate(column) for column in table.columns)
    return [candidate for candidate in found if candidate is not None]


def _candidate(column: ColumnProfile) -> _Candidate | None:
    if column.numbers is None or column.distinct > 2 * _LARGEST_LEVEL or column.dates > 0.5:
        return None
    codes = sort_codes(column)
    answers = sum(codes.levels.values())
    if answers < 4 or codes.strange > 0.02 * answers:
        return None
    levels = {
        int(value): times
        for value, times in codes.levels.items()
        if float(value).is_integer() and 0 <= value <= _LARGEST_LEVEL
    }
    if sum(levels.values()) < 0.99 * answers:
        return None
    often = [value for value, times in levels.items() if times >= max(1, _RARE * answers)]
    levelled = [value for value in often if value > 0]
    is_labelled = len(column.value_labels) >= 3
    if len(levelled) < (3 if is_labelled else LEAST_LEVELS):
        return None
    return _Candidate(column, codes, levels, _under_gap(levels) or max(often))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The candidates' numbers side by side, on a bounded number of rows spread over the table."""

    place: Mapping[str, int]
    values: Floats

    @classmethod
    def of(cls, candidates: Sequence[_Candidate]) -> "_Sheet":
        columns = []
        for candidate in candidates:
            numbers = candidate.column.numbers
            if numbers is None:
                continue
            step = max(1, len(numbers) // _MOST_ROWS)
            values = numbers[::step].astype(np.float64)
            values[~np.isin(values, list(candidate.levels))] = np.nan
            columns.append(values)
        place = {candidate.column.name: i for i, candidate in enumerate(candidates)}
        return cls(place, np.column_stack(columns) if columns else np.empty((0, 0)))

    def of_columns(self, names: Sequence[str]) -> Floats:
        """Return the columns of these names, shape (rows, columns)."""
        return self.values[:, [self.place[name] for name in names]]


def _within(values: Floats, low: float, high: float) -> Floats:
    """Blank what lies outside."""
    return np.where((values >= low) & (values <= high), values, np.nan)


def _standard(values: Floats) -> Floats:
    """Give each column mean 0 and spread 1, blanks aside."""
    there = ~np.isnan(values)
    count = np.maximum(there.sum(axis=0), 1)
    mean = np.where(there, values, 0.0).sum(axis=0) / count
    apart = np.where(there, values - mean, 0.0)
    spread = np.sqrt((apart**2).sum(axis=0) / count)
    standard: Floats = np.where(there, apart / np.where(spread > 0, spread, 1.0), np.nan)
    return standard


def _rest(standard: Floats) -> Floats:
    """Give, for each cell, the row's mean over the other columns."""
    there = ~np.isnan(standard)
    filled = np.where(there, standard, 0.0)
    others = there.sum(axis=1, keepdims=True) - there
    total = filled.sum(axis=1, keepdims=True) - filled
    mean: Floats = np.where(others > 0, total / np.maximum(others, 1), np.nan)
    return mean


def _correlation(x: Floats, y: Floats) -> float:
    both = ~(np.isnan(x) | np.isnan(y))
    if both.sum() < 4:
        return math.nan
    x, y = x[both] - x[both].mean(), y[both] - y[both].mean()
    size = math.sqrt(float(x @ x) * float(y @ y))
    return float(x @ y) / size if size > 0 else math.nan


def _pairwise(values: Floats) -> Floats:
    """Correlate every column with every other on the rows that both have."""
    there = (~np.isnan(values)).astype(np.float64)
    x = np.where(np.isnan(values), 0.0, values)
    n = there.T @ there
    own, other = x.T @ there, there.T @ x
    square, other_square = (x**2).T @ there, there.T @ (x**2)
    safe = np.maximum(n, 1)
    covariance = x.T @ x - own * other / safe
    spread = np.sqrt(
        np.maximum(square - own**2 / safe, 0) * np.maximum(other_square - other**2 / safe, 0)
    )
    sound = (n >= 10) & (spread > 1e-9)
    correlation: Floats = np.where(sound, covariance / np.where(sound, spread, 1.0), 0.0)
    least = 3.0 / np.sqrt(safe)
    correlation[np.abs(correlation) < least] = 0.0
    return correlation


def _core(top: int) -> Scale:
    """The levels of which one may be certain, given the highest number that occurs."""
    if top <= _SHORT:
        return (1, min(top, 5))
    return (1, _SHORT if top < _LONG else _LONG)


def _together(candidates: Sequence[_Candidate], sheet: _Sheet) -> list[list[_Candidate]]:
    """Group the columns that go up to the same number and go with each other."""
    groups: list[list[_Candidate]] = []
    for top in sorted({candidate.top for candidate in candidates}):
        alike = [candidate for candidate in candidates if candidate.top == top]
        values = sheet.of_columns([candidate.column.name for candidate in alike])
        narrow = _pairwise(_within(values, *_core(top)))
        wide = _pairwise(_within(values, 0, top))
        linked = np.maximum(narrow, wide) >= LEAST_TOGETHER
        for part in _components(linked):
            kept = _pruned([alike[i] for i in part], sheet)
            if len(kept) > 1 and _agree_without_top(kept, sheet):
                groups.append(kept)
    return groups


def _components(linked: npt.NDArray[np.bool_]) -> list[list[int]]:
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


def _pruned(group: list[_Candidate], sheet: _Sheet) -> list[_Candidate]:
    """Drop, one by one, the columns that do not go with the rest of their group."""
    while len(group) > 1:
        values = sheet.of_columns([candidate.column.name for candidate in group])
        core = _core(group[0].top)
        standard = _standard(_within(values, *core))
        rest = _rest(standard)
        found = [_correlation(standard[:, i], rest[:, i]) for i in range(len(group))]
        weakest = int(np.argmin(np.nan_to_num(found, nan=-1.0)))
        if found[weakest] >= LEAST_WITH_REST:
            return group
        group = group[:weakest] + group[weakest + 1 :]
    return group


def _agree_without_top(group: Sequence[_Candidate], sheet: _Sheet) -> bool:
    """Tell whether the columns go together in more than their last number, which may be a code."""
    low, high = _core(group[0].top)
    standard = _standard(
        _within(sheet.of_columns([c.column.name for c in group]), low, high - 1)
    )
    rest = _rest(standard)
    found = [_correlation(standard[:, i], rest[:, i]) for i in range(len(group))]
    return float(np.nan_to_num(np.array(found)).mean()) >= LEAST_WITH_REST


def _battery(group: Sequence[_Candidate], sheet: _Sheet) -> Battery:
    """Settle the scale and the codes of columns that go together."""
    if (labelled := _labelled_scale(group)) is not None:
        scale, reasons = labelled, [because("scale_labels", low=labelled[0], high=labelled[1])]
        sure = 0.97
    else:
        scale, reasons = _scale_by_answers(group, sheet)
        sure = 0.9 if scale in _USUAL else 0.6
    codes = _codes_outside(group, scale)
    told: set[Code] = {code for c in group for code in (*c.codes.declared, *c.codes.labelled)}
    shared = because("scale_shared", n=len(group), low=scale[0], high=scale[1])
    reasons = [shared, *reasons]
    if told & set(codes):
        reasons.append(because("codes_told", codes=_listed(told & set(codes))))
    far = {code for c in group for code in c.codes.far}
    if far - told:
        reasons.append(because("codes_far", codes=_listed(far - told)))
    words: set[Code] = {code for c in group for code in c.codes.words}
    if words - told:
        reasons.append(because("codes_words", codes=_listed(words - told)))
    return _with_rest(Battery(scale, codes, _ratings(group, scale), tuple(reasons), sure), sheet)


def _ratings(group: Sequence[_Candidate], scale: Scale) -> tuple[Rating, ...]:
    ordered_group = sorted(group, key=lambda candidate: candidate.column.place)
    return tuple(Rating(c.column, _answered(c, scale)) for c in ordered_group)


def _answered(candidate: _Candidate, scale: Scale) -> float:
    on = sum(n for value, n in candidate.levels.items() if scale[0] <= value <= scale[1])
    return on / candidate.column.rows


def _with_rest(battery: Battery, sheet: _Sheet) -> Battery:
    """Fill in how each rating goes with the mean of the others."""
    if len(battery.ratings) < 2:
        return battery
    standard = _standard(_within(sheet.of_columns(battery.names), *battery.scale))
    rest = _rest(standard)
    ratings = tuple(
        replace(rating, rest=_correlation(standard[:, i], rest[:, i]))
        for i, rating in enumerate(battery.ratings)
    )
    return replace(battery, ratings=ratings)


def _codes_outside(group: Sequence[_Candidate], scale: Scale) -> tuple[Code, ...]:
    """List every code for missing that occurs in any of the columns."""
    codes: set[Code] = {code for candidate in group for code in candidate.codes.codes}
    for candidate in group:
        codes |= {value for value in candidate.levels if not scale[0] <= value <= scale[1]}
    return ordered(codes)


def _listed(codes: set[Code]) -> str:
    return ", ".join(str(code) for code in ordered(codes))


def _labelled_scale(group: Sequence[_Candidate]) -> Scale | None:
    """Read the scale off the labels of its codes, where both of its ends have one."""
    ends: list[Scale] = []
    for candidate in group:
        missing = set(candidate.codes.codes)
        codes = [
            code
            for code in candidate.column.value_labels
            if not isinstance(code, str) and code not in missing and 0 <= code <= _LARGEST_LEVEL
        ]
        if len(codes) >= 2 and max(codes) - min(codes) >= 2:
            ends.append((int(min(codes)), int(max(codes))))
    return max(set(ends), key=ends.count) if 2 * len(ends) >= len(group) and ends else None


def _scale_by_answers(
    group: Sequence[_Candidate], sheet: _Sheet
) -> tuple[Scale, list[Reason]]:
    """Grow the scale from its certain levels, one number at a time, as far as the answers carry."""
    values = sheet.of_columns([candidate.column.name for candidate in group])
    top, reasons = group[0].top, []
    low, high = _core(top)
    there = {value for candidate in group for value in candidate.levels}
    for code in range(high + 1, top + 1):
        step = _step(values, (low, high), code)
        if not step.is_level(default=code in {_SHORT, _LONG}):
            reasons += step.reason(code, high)
            break
        high = code
    else:
        if high == top == _core(top)[1] == 5:
            step = _step(values, (low, high - 1), high)
            if not step.is_level(default=True, least=CODE_REACH):
                reasons += step.reason(high, high - 1)
                high -= 1
    if 0 in there:
        step = _step(values, (low, high), 0)
        if step.is_level(default=(0, high) in _USUAL):
            low = 0
        else:
            reasons += step.reason(0, low)
    return (low, high), reasons


@dataclass(frozen=True, slots=True)
class _Step:
    """What a number beside a scale does: the other ratings of those who gave it.

    Attributes
    ----------
    n : int
        Answers of that number.
    reach : float
        How far the other ratings of those who gave it lie from the average, as a share of how far
        those of the people at the scale's end do: near 0 for a code, near 1 or above for a level.
    mean, end_mean : float
        Mean of the other ratings for the number and for the scale's end beside it.
    """

    n: int
    reach: float
    mean: float
    end_mean: float

    def is_level(self, *, default: bool, least: float = LEVEL_REACH) -> bool:
        """Tell whether the number is a level; `default` where too few gave it."""
        return default if self.n < 10 or math.isnan(self.reach) else self.reach >= least

    def reason(self, code: int, end: int) -> list[Reason]:
        """Say why the number is no level."""
        if self.n < 10 or math.isnan(self.reach):
            return [because("code_rare", code=code, n=self.n)] if self.n else []
        return [
            because("code_breaks", code=code, end=end, mean=self.mean, end_mean=self.end_mean)
        ]


def _step(values: Floats, scale: Scale, code: int) -> _Step:
    """Compare those who gave a number beside the scale with those who gave its end."""
    on = _within(values, *scale)
    standard, rest_raw = _rest(_standard(on)), _rest(on)
    end = scale[1] if code > scale[1] else scale[0]
    known = ~np.isnan(standard)
    given, ended = known & (values == code), known & (values == end)
    n_given, n_ended = given.sum(axis=0), ended.sum(axis=0)
    weight = n_given * n_ended / np.maximum(n_given + n_ended, 1)
    if not weight.any():
        return _Step(int(n_given.sum()), math.nan, math.nan, math.nan)
    average = _masked_mean(standard, known & ~np.isnan(on))
    away = float(weight @ (_masked_mean(standard, given) - average))
    end_away = float(weight @ (_masked_mean(standard, ended) - average))
    return _Step(
        n=int(n_given.sum()),
        reach=away / end_away if abs(end_away) > 1e-9 else math.nan,
        mean=float(np.average(_masked_mean(rest_raw, given), weights=weight)),
        end_mean=float(np.average(_masked_mean(rest_raw, ended), weights=weight)),
    )


def _masked_mean(values: Floats, where: npt.NDArray[np.bool_]) -> Floats:
    known = where & ~np.isnan(values)
    total = np.where(known, values, 0.0).sum(axis=0)
    mean: Floats = total / np.maximum(known.sum(axis=0), 1)
    return mean


def _merged(found: Sequence[Battery], sheet: _Sheet) -> list[Battery]:
    """Join batteries of one scale that go with each other."""
    merged: list[Battery] = []
    for battery in sorted(found, key=lambda b: -len(b.ratings)):
        home = next(
            (i for i, other in enumerate(merged) if _belong(other, battery, sheet)), None
        )
        if home is None:
            merged.append(battery)
        else:
            merged[home] = _joined(merged[home], battery, sheet)
    return merged


def _belong(one: Battery, other: Battery, sheet: _Sheet) -> bool:
    if one.scale != other.scale:
        return False
    return _correlation(_battery_mean(one, sheet), _battery_mean(other, sheet)) >= LEAST_TOGETHER


def _battery_mean(battery: Battery, sheet: _Sheet) -> Floats:
    """Give each row's mean over the battery, every rating made alike; NaN where none is given."""
    standard = _standard(_within(sheet.of_columns(battery.names), *battery.scale))
    known = (~np.isnan(standard)).sum(axis=1)
    mean: Floats = np.where(known > 0, np.nansum(standard, axis=1) / np.maximum(known, 1), np.nan)
    return mean


def _joined(one: Battery, other: Battery, sheet: _Sheet) -> Battery:
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


def _adopted(
    found: list[Battery], candidates: Sequence[_Candidate], sheet: _Sheet
) -> list[Battery]:
    """Give columns without company to the battery that they go with and whose levels they use."""
    taken = {name for battery in found for name in battery.names}
    for candidate in candidates:
        if candidate.column.name in taken:
            continue
        for i, battery in enumerate(found):
            if len(battery.ratings) >= LEAST_BATTERY and _fits(candidate, battery, sheet):
                lone = Battery(
                    battery.scale,
                    _codes_outside([candidate], battery.scale),
                    _ratings([candidate], battery.scale),
                    (),
                    battery.sure,
                )
                found[i] = _joined(battery, lone, sheet)
                break
    return found


def _fits(candidate: _Candidate, battery: Battery, sheet: _Sheet) -> bool:
    low, high = battery.scale
    allowed = {*range(low, high + 1), *battery.missing}
    outside = sum(n for value, n in candidate.levels.items() if value not in allowed)
    total = sum(candidate.levels.values())
    if outside > _RARE * total or not _reaches(candidate, battery):
        return False
    own = _within(sheet.of_columns([candidate.column.name]), low, high)[:, 0]
    least = max(LEAST_TOGETHER, 3.0 / math.sqrt(max(1, int((~np.isnan(own)).sum()))))
    return _correlation(own, _battery_mean(battery, sheet)) >= least


def _reaches(candidate: _Candidate, battery: Battery) -> bool:
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


def _lone(candidate: _Candidate, known: Sequence[Battery]) -> Battery:
    """Settle the scale of a column that stands alone, by custom and by its neighbours' codes."""
    labelled = _labelled_scale([candidate])
    if labelled is not None:
        scale, sure = labelled, 0.95
        reason = because("scale_labels", low=scale[0], high=scale[1])
    else:
        scale, sure = _customary(candidate, known)
        reason = because("scale_custom", low=scale[0], high=scale[1])
    codes = _codes_outside([candidate], scale)
    reasons = [reason]
    if codes:
        reasons.append(because("codes_beside", codes=_listed(set(codes))))
    ratings = _ratings([candidate], scale)
    return Battery(scale, codes, ratings, tuple(reasons), sure)


def _customary(candidate: _Candidate, known: Sequence[Battery]) -> tuple[Scale, float]:
    levels = dict(candidate.levels)
    top, low = candidate.top, min(levels)
    for battery in known:
        outside = {value for value in levels if not battery.scale[0] <= value <= battery.scale[1]}
        if top in {battery.scale[1], battery.scale[1] + 1} and outside <= set(battery.missing):
            return battery.scale, 0.9
    if top == _LARGEST_LEVEL:
        return (0 if low == 0 else 1, 10), 0.85
    if (low, top) == (0, 6):
        return (1, 5), 0.7
    if low == 0 and top in {5, 7} and levels.get(0, 0) > levels.get(1, 0):
        return (1, top), 0.5
    low = min(low, 1) if top >= 4 else low
    return (low, top), 0.9 if (low, top) in _USUAL else 0.4


def _under_gap(levels: Mapping[int, int]) -> int | None:
    """Find the highest level under a gap, where only 7, 8 or 9 stand above it: 1-5 and 9."""
    for high in range(LEAST_LEVELS, _SHORT + 1):
        above = {value for value in levels if value > high}
        if above and above <= {7, 8, 9} and high in levels and high + 1 not in levels:
            return high
    return None
