"""Levels: which numbers belong to a scale of ratings, and which are codes for missing.

A number beside the scale is a level of it only if those who gave it rate other things accordingly:
whoever answers 6 for "never used" beside 1 to 5 does not rate everything else higher than those who
gave a 5.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kuski.listen.candidate import LARGEST_LEVEL, LONG, SHORT, Candidate, Scale, codes_outside, core
from kuski.listen.missing import ordered
from kuski.listen.reason import Reason, because
from kuski.listen.sheet import Floats, Sheet, masked_mean, rest_of, standardised, within
from kuski.moments import Code

LEVEL_REACH = 0.5
CODE_REACH = 0.25
USUAL = ((1, 5), (1, 7), (0, 10), (1, 10))

_LEAST_ANSWERS = 10


@dataclass(frozen=True, slots=True)
class Levels:
    """A scale and the codes for missing around it.

    Attributes
    ----------
    scale : tuple of int
        The lowest and the highest level.
    missing : tuple of codes
    reasons : tuple of Reason
    sure : float, 0 to 1
    """

    scale: Scale
    missing: tuple[Code, ...]
    reasons: tuple[Reason, ...]
    sure: float


def shared_levels(group: Sequence[Candidate], sheet: Sheet) -> Levels:
    """Settle the scale and the codes of columns that go together."""
    if (labelled := _labelled_scale(group)) is not None:
        scale, reasons = labelled, [because("scale_labels", low=labelled[0], high=labelled[1])]
        sure = 0.97
    else:
        scale, reasons = _scale_by_answers(group, sheet)
        sure = 0.9 if scale in USUAL else 0.6
    codes = codes_outside(group, scale)
    shared = because("scale_shared", n=len(group), low=scale[0], high=scale[1])
    reasons = [shared, *reasons]
    return Levels(scale, codes, (*reasons, *_code_reasons(group, codes, reasons)), sure)


def lone_levels(candidate: Candidate, known: Sequence[Levels]) -> Levels:
    """Settle the scale of a column that stands alone, by custom and by its neighbours' codes."""
    labelled = _labelled_scale([candidate])
    if labelled is not None:
        scale, sure = labelled, 0.95
        reason = because("scale_labels", low=scale[0], high=scale[1])
    else:
        scale, sure = _customary(candidate, known)
        reason = because("scale_custom", low=scale[0], high=scale[1])
    codes = codes_outside([candidate], scale)
    beside = (because("codes_beside", codes=_listed(set(codes))),) if codes else ()
    return Levels(scale, codes, (reason, *beside), sure)


def is_level(values: Floats, scale: Scale, code: int) -> bool:
    """Tell whether the answers show a number beside a scale to be a level of it."""
    return _step_to(values, scale, code).is_level(default=False)


def _code_reasons(
    group: Sequence[Candidate], codes: Sequence[Code], reasons: Sequence[Reason]
) -> list[Reason]:
    """Say of each code for missing how it was known, unless that was said already."""
    told: set[Code] = {code for c in group for code in (*c.codes.declared, *c.codes.labelled)}
    told &= set(codes)
    far: set[Code] = {code for c in group for code in c.codes.far} - told
    words: set[Code] = {code for c in group for code in c.codes.words} - told
    said = {reason.values.get("code") for reason in reasons}
    beside = set(codes) - told - far - words - said
    named = (("told", told), ("far", far), ("words", words), ("beside", beside))
    return [because(f"codes_{case}", codes=_listed(found)) for case, found in named if found]


def _labelled_scale(group: Sequence[Candidate]) -> Scale | None:
    """Read the scale off the labels of its codes, where both of its ends have one."""
    ends: list[Scale] = []
    for candidate in group:
        missing = set(candidate.codes.codes)
        codes = [
            code
            for code in candidate.column.value_labels
            if not isinstance(code, str) and code not in missing and 0 <= code <= LARGEST_LEVEL
        ]
        if len(codes) >= 2 and max(codes) - min(codes) >= 2:
            ends.append((int(min(codes)), int(max(codes))))
    return max(set(ends), key=ends.count) if 2 * len(ends) >= len(group) and ends else None


def _scale_by_answers(group: Sequence[Candidate], sheet: Sheet) -> tuple[Scale, list[Reason]]:
    """Grow the scale from its certain levels, one number at a time, as far as the answers carry."""
    values = sheet.of_columns([candidate.name for candidate in group])
    top, reasons = group[0].top, []
    low, high = core(top)
    there = {value for candidate in group for value in candidate.levels}
    for code in range(high + 1, min(top, LONG) + 1):
        step = _step_to(values, (low, high), code)
        if not step.is_level(default=code in {SHORT, LONG}):
            reasons += step.reason(code, high)
            break
        high = code
    else:
        if high == top == core(top)[1] == 5:
            step = _step_to(values, (low, high - 1), high)
            if not step.is_level(default=True, least=CODE_REACH):
                reasons += step.reason(high, high - 1)
                high -= 1
    if 0 in there:
        step = _step_to(values, (low, high), 0)
        if step.is_level(default=(0, high) in USUAL):
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
        return default if self.n < _LEAST_ANSWERS or math.isnan(self.reach) else self.reach >= least

    def reason(self, code: int, end: int) -> list[Reason]:
        """Say why the number is no level."""
        if self.n < _LEAST_ANSWERS or math.isnan(self.reach):
            return [because("code_rare", code=code, n=self.n)] if self.n else []
        return [because("code_breaks", code=code, end=end, mean=self.mean, end_mean=self.end_mean)]


def _step_to(values: Floats, scale: Scale, code: int) -> _Step:
    """Compare those who gave a number beside the scale with those who gave its end."""
    on = within(values, *scale)
    standard, rest_raw = rest_of(standardised(on)), rest_of(on)
    end = scale[1] if code > scale[1] else scale[0]
    known = ~np.isnan(standard)
    given, ended = known & (values == code), known & (values == end)
    n_given, n_ended = given.sum(axis=0), ended.sum(axis=0)
    weight = n_given * n_ended / np.maximum(n_given + n_ended, 1)
    if not weight.any():
        return _Step(int(n_given.sum()), math.nan, math.nan, math.nan)
    average = masked_mean(standard, known & ~np.isnan(on))
    away = float(weight @ (masked_mean(standard, given) - average))
    end_away = float(weight @ (masked_mean(standard, ended) - average))
    return _Step(
        n=int(n_given.sum()),
        reach=away / end_away if abs(end_away) > 1e-9 else math.nan,
        mean=float(np.average(masked_mean(rest_raw, given), weights=weight)),
        end_mean=float(np.average(masked_mean(rest_raw, ended), weights=weight)),
    )


def _customary(candidate: Candidate, known: Sequence[Levels]) -> tuple[Scale, float]:
    levels = dict(candidate.levels)
    top, low = candidate.top, min(levels)
    for near in known:
        outside = {value for value in levels if not near.scale[0] <= value <= near.scale[1]}
        if top in {near.scale[1], near.scale[1] + 1} and outside <= set(near.missing):
            return near.scale, 0.9
    if top == LARGEST_LEVEL:
        return (0 if low == 0 else 1, 10), 0.85
    if (low, top) == (0, 6):
        return (1, 5), 0.7
    if low == 0 and top in {5, 7} and levels.get(0, 0) > levels.get(1, 0):
        return (1, top), 0.5
    low = min(low, 1) if top >= 4 else low
    return (low, top), 0.9 if (low, top) in USUAL else 0.4


def _listed(codes: set[Code]) -> str:
    return ", ".join(str(code) for code in ordered(codes))
