"""The overall score among the ratings, and the drivers beside it.

The overall score is the rating that sums the others up: it is called so, nearly everybody answers
it, and it goes with the mean of the other ratings more closely than any of them.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.listen.guess import Guess, LeftOut
from kuski.listen.hint import hint, stem_of
from kuski.listen.rating import Battery, Rating
from kuski.listen.reason import Reason, because
from kuski.listen.vocabulary import Meaning

LEAST_COVERAGE = 0.5
LEAST_COMPLETE = 1 / 3
MOST_DRIVERS = 25

_NAMED, _SUMMARY, _REST, _BLOCK, _BATTERY, _USUAL_SCALE = 3.0, 1.5, 2.0, 0.6, 0.5, 0.5
_USUAL = {(1, 5), (1, 7), (0, 10), (1, 10)}
_OUTCOMES = frozenset({"y", "outcome", "response"})
_OTHERS: tuple[Meaning, ...] = ("recommend", "loyalty", "importance", "rival")


@dataclass(frozen=True, slots=True)
class _Case:
    """What speaks for one rating as the overall score."""

    rating: Rating
    battery: Battery
    named: float
    summary: float
    closeness: float
    points: float


def score_guesses(batteries: Sequence[Battery], alone: Sequence[Battery]) -> tuple[Guess, ...]:
    """Rank the ratings as overall score, the likeliest first."""
    ranked = sorted(_cases(batteries, alone), key=lambda case: -case.points)
    return tuple(
        _score_guess(case, ranked[i + 1] if i + 1 < len(ranked) else None, is_first=i == 0)
        for i, case in enumerate(ranked[:5])
    )


def _cases(batteries: Sequence[Battery], alone: Sequence[Battery]) -> list[_Case]:
    every = [(rating, battery) for battery in (*batteries, *alone) for rating in battery.ratings]
    in_batteries = {name for battery in batteries for name in battery.names}
    named = _undiluted({r.name: hint("overall", r.name, r.column.label) for r, _ in every})
    summary = _undiluted({r.name: _summary_hint(r, len(every)) for r, _ in every})
    closest = max((_closeness(r) for battery in batteries for r in battery.ratings), default=0.0)
    blocks = Counter(stem_of(name) for name in in_batteries)
    cases = []
    for rating, battery in every:
        if _is_something_else(rating):
            continue
        own, other = named[rating.name], summary[rating.name]
        is_lone = rating.name not in in_batteries
        if is_lone and not (own or other):
            continue
        close = min(1.0, _closeness(rating) / closest) if closest > 0 else 0.0
        points = max(_NAMED * own, _SUMMARY * other) + _REST * close
        if is_lone:
            points += _USUAL_SCALE if battery.scale in _USUAL else -1.0
        else:
            points += _BLOCK * blocks[stem_of(rating.name)] / max(blocks.values())
            points += _BATTERY * len(battery.ratings) / len(batteries[0].ratings)
        cases.append(_Case(rating, battery, own, other, close, points))
    return cases


def _summary_hint(rating: Rating, ratings: int) -> float:
    """Tell how far the name says that it sums up; a lone column called y does too."""
    if rating.name.casefold() in _OUTCOMES and ratings < 10:
        return 1.0
    return hint("summary", rating.name, rating.column.label)


def _is_something_else(rating: Rating) -> bool:
    name, label = rating.name, rating.column.label
    return any(hint(meaning, name, label) for meaning in _OTHERS)


def _undiluted(hints: Mapping[str, float]) -> dict[str, float]:
    """Weaken a hint that many columns give, since it then tells nothing apart."""
    many = sum(strength > 0 for strength in hints.values())
    return {name: strength * min(1.0, 2 / max(many, 1)) for name, strength in hints.items()}


def _closeness(rating: Rating) -> float:
    """How well a rating sums up the others, over all who were asked."""
    if math.isnan(rating.rest):
        return 0.0
    return max(0.0, rating.rest) * math.sqrt(rating.answered)


def _score_guess(case: _Case, runner_up: _Case | None, *, is_first: bool) -> Guess:
    lead = case.points - runner_up.points if runner_up is not None else 1.0
    base = 0.75 if case.named >= 0.5 else 0.65 if max(case.named, case.summary) >= 0.5 else 0.45
    base -= 0.1 if math.isnan(case.rating.rest) else 0.0
    sure = base + (0.1 if case.closeness >= 1.0 else 0.0) + min(0.15, max(0.0, 0.3 * lead))
    return Guess(
        "score",
        (case.rating.name,),
        scale=case.battery.scale,
        missing=case.battery.missing,
        sure=min(sure, 0.97) if is_first else min(sure, 0.5),
        reasons=(*_score_reasons(case), *case.battery.reasons),
    )


def _score_reasons(case: _Case) -> list[Reason]:
    reasons = []
    rating = case.rating
    if max(case.named, case.summary) > 0:
        is_outcome = rating.name.casefold() in _OUTCOMES
        reasons.append(because("score_outcome" if is_outcome else "score_named"))
    if case.closeness >= 1.0:
        reasons.append(because("score_closest", r=rating.rest))
    elif not math.isnan(rating.rest):
        reasons.append(because("score_close", r=rating.rest))
    reasons.append(because("score_answered", share=rating.answered))
    if not reasons[:-1]:
        reasons.append(because("score_only"))
    return reasons


@dataclass(frozen=True, slots=True)
class DriverGuess:
    """The drivers, and the ratings that were not taken.

    Attributes
    ----------
    guess : Guess or None
    left_out : mapping of why to columns
    complete : float or None
        Share of the scored rows that are complete on all drivers.
    """

    guess: Guess | None
    left_out: Mapping[LeftOut, tuple[str, ...]]
    complete: float | None


def driver_guess(
    score: Guess, batteries: Sequence[Battery], taken: Collection[str] = ()
) -> DriverGuess:
    """Take as drivers the ratings of the score's battery, or of the largest one.

    Parameters
    ----------
    score : Guess
    batteries : sequence of Battery
    taken : collection of str
        Columns that are for something else.
    """
    battery = _driver_battery(score, batteries)
    if battery is None:
        return DriverGuess(None, {}, None)
    parts = [r for r in battery.ratings if r.name != score.column and r.name not in taken]
    parts = [r for r in parts if not _is_something_else(r)]
    summaries = [r for r in parts if _sums_up_a_part(r, parts)]
    parts = [r for r in parts if r not in summaries]
    scored = _scored_rows(score, battery, batteries)
    sparse = [r for r in parts if r.answered < LEAST_COVERAGE]
    parts = [r for r in parts if r not in sparse]
    while len(parts) > 1 and _complete(parts, battery, scored) < LEAST_COMPLETE:
        sparsest = min(parts, key=lambda rating: rating.answered)
        sparse.append(sparsest)
        parts = [r for r in parts if r is not sparsest]
    closest = sorted(parts, key=lambda r: -abs(r.rest))[:MOST_DRIVERS]
    beyond = [r for r in parts if r not in closest]
    parts = [r for r in parts if r in closest]
    left_out: dict[LeftOut, tuple[str, ...]] = {
        "summaries": tuple(r.name for r in summaries),
        "sparse": tuple(r.name for r in sorted(sparse, key=lambda r: r.column.place)),
        "beyond": tuple(r.name for r in beyond),
    }
    left_out = {why: columns for why, columns in left_out.items() if columns}
    if not parts:
        return DriverGuess(None, left_out, None)
    low, high = battery.scale
    mean = sum(r.rest for r in parts) / len(parts)
    guess = Guess(
        "drivers",
        tuple(r.name for r in parts),
        scale=battery.scale,
        missing=battery.missing,
        sure=min(0.95, 0.5 + 0.5 * mean + 0.01 * len(parts)),
        reasons=(because("drivers_battery", n=len(parts), low=low, high=high, r=mean),),
    )
    return DriverGuess(guess, left_out, _complete(parts, battery, scored))


def _driver_battery(score: Guess, batteries: Sequence[Battery]) -> Battery | None:
    own = next((b for b in batteries if score.column in b.names and len(b.ratings) > 1), None)
    return own or (batteries[0] if batteries else None)


def _sums_up_a_part(rating: Rating, others: Sequence[Rating]) -> bool:
    """Tell whether a rating is the overall one of a block that has others."""
    strength = max(hint("overall", rating.name, ""), hint("summary", rating.name, ""))
    block = stem_of(rating.name)
    return strength > 0 and any(stem_of(r.name) == block for r in others if r is not rating)


def _scored_rows(
    score: Guess, battery: Battery, batteries: Sequence[Battery]
) -> npt.NDArray[np.bool_]:
    found = [r for b in (battery, *batteries) for r in b.ratings if r.name == score.column]
    if not found or score.scale is None:
        return np.ones(battery.ratings[0].column.rows, bool)
    return _on_scale(found[0], score.scale)


def _on_scale(rating: Rating, scale: tuple[int, int]) -> npt.NDArray[np.bool_]:
    numbers = rating.column.numbers
    if numbers is None:
        return np.zeros(rating.column.rows, bool)
    on: npt.NDArray[np.bool_] = (numbers >= scale[0]) & (numbers <= scale[1])
    return on


def _complete(ratings: Sequence[Rating], battery: Battery, scored: npt.NDArray[np.bool_]) -> float:
    """Tell which share of the scored rows has an answer in every one of the ratings."""
    rows = scored.copy()
    for rating in ratings:
        rows &= _on_scale(rating, battery.scale)
    return float(rows.sum() / max(1, scored.sum()))
