"""Doubts: what could make the shares of told stories wrong, and what was found of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kuski.finding import Status, warned
from kuski.listen.stories.figures import SourceNumbers, StoriesNumbers
from kuski.listen.stories.second_opinion import LEAST as LEAST_READ_TWICE
from kuski.listen.stories.second_opinion import Verdict
from kuski.stats.agreement import RELIABLE, TENTATIVE
from kuski.stats.ppi import LEAST_CHECKED, LEAST_IN_GROUP
from kuski.words import Quantity


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a check turns.

    Attributes
    ----------
    poor : float
        Precision or recall below which the coder is called poor.
    unsure, no_language, repeated : float
        Shares of the stories above which a check warns.
    chance : float
        Probability of a random sample below which the checked are called another lot.
    uneven : float
        Least part of the checked that they may be worth by their weights.
    """

    poor: float = 0.5
    unsure: float = 0.2
    no_language: float = 0.05
    repeated: float = 0.1
    chance: float = 0.01
    uneven: float = 0.5


THRESHOLDS = Thresholds()
_MOST_NAMED = 5

CodeKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that was tried.

    Attributes
    ----------
    check : str
    status : {"ok", "warn", "refuse"}
    values : mapping
        What its sentence names.
    """

    check: str
    status: Status
    values: Mapping[str, object] = field(default_factory=dict)


def doubts(
    numbers: StoriesNumbers, *, disclosure: int, names: Callable[[Sequence[CodeKey]], str]
) -> tuple[Doubt, ...]:
    """Try what would make the shares wrong.

    Parameters
    ----------
    numbers : StoriesNumbers
        With at least one source.
    disclosure : int
        Fewer stories than this are not shown.
    names : callable
        Names codes in a sentence.
    """
    main = numbers.sources[0]
    return (
        Doubt("told", "warn"),
        *_thin(main, disclosure),
        *_checked(main),
        *_poor(main, names),
        *_agreement(numbers, names),
        *_texts(main),
        *_base(main),
    )


def _thin(main: SourceNumbers, disclosure: int) -> Iterator[Doubt]:
    thin = {
        part.polarity: part.n for code in main.codes for part in code.told if part.share is None
    }
    for polarity, n in thin.items():
        yield Doubt(f"few_{polarity}", "refuse", {"n": n, "least": disclosure})
    if main.left_out:
        yield Doubt("left_out", "ok", {"n": main.left_out, "least": disclosure})


def _checked(main: SourceNumbers) -> Iterator[Doubt]:
    if main.checked < LEAST_CHECKED:
        yield Doubt("few_checked", "warn", {"n": main.checked, "least": LEAST_CHECKED})
    else:
        yield Doubt("checked", "ok", {"n": main.checked})
        parts = [part for code in main.codes for part in code.told if part.share is not None]
        if any(not part.is_corrected for part in parts):
            yield Doubt("partly_checked", "warn", {"least": LEAST_IN_GROUP})
    probability = main.checked_probability
    if probability is not None and probability < THRESHOLDS.chance:
        yield Doubt("not_random", "warn", {"p": probability, "limit": THRESHOLDS.chance})
    if 0 < main.checked_worth < THRESHOLDS.uneven * main.checked:
        yield Doubt("uneven", "warn", {"n": main.checked, "worth": round(main.checked_worth)})


def _poor(main: SourceNumbers, names: Callable[[Sequence[CodeKey]], str]) -> Iterator[Doubt]:
    rates = [
        (code, [r for r in (code.accuracy.precision, code.accuracy.recall) if r is not None])
        for code in main.codes
        if code.accuracy is not None
    ]
    poor = sorted(
        (min(found), code.family, code.code)
        for code, found in rates
        if found and min(found) < THRESHOLDS.poor
    )
    if poor:
        named = names([(family, code) for _, family, code in poor[:_MOST_NAMED]])
        limit = Quantity(THRESHOLDS.poor, "%")
        yield Doubt("poor", "warn", {"n": len(poor), "names": named, "limit": limit})
    elif any(found for _, found in rates):
        yield Doubt("good", "ok", {"limit": Quantity(THRESHOLDS.poor, "%")})


def _agreement(
    numbers: StoriesNumbers, names: Callable[[Sequence[CodeKey]], str]
) -> Iterator[Doubt]:
    def of(verdict: Verdict) -> list[CodeKey]:
        return [(one.family, one.code) for one in numbers.agreement if one.verdict == verdict]

    if not numbers.agreement:
        yield Doubt("one_reader", "warn", {"least": LEAST_READ_TWICE})
        return
    limits = {"tentative": TENTATIVE, "reliable": RELIABLE}
    poor, tentative = of("poor"), of("tentative")
    if poor:
        yield Doubt("agree_poor", "warn", {"names": names(poor), **limits})
    if tentative:
        yield Doubt("agree_tentative", "warn", {"names": names(tentative), **limits})
    if not poor and not tentative and of("reliable"):
        n = min(one.n for one in numbers.agreement)
        yield Doubt("agree", "ok", {"n": n, **limits})


def _texts(main: SourceNumbers) -> Iterator[Doubt]:
    for check, n, of in (
        ("unsure", main.unsure, main.n),
        ("no_language", main.no_language, main.n),
        ("repeated", main.repeated, main.rows),
    ):
        if n:
            limit: float = getattr(THRESHOLDS, check)
            values = {"n": n, "share": Quantity(n / of, "%"), "limit": Quantity(limit, "%")}
            yield Doubt(check, warned(n > limit * of), values)
    if main.empty or main.no_answer:
        yield Doubt("not_coded", "ok", {"empty": main.empty, "no_answer": main.no_answer})


def _base(main: SourceNumbers) -> Iterator[Doubt]:
    if not main.lifts:
        yield Doubt("no_base", "warn")
    elif all(one.lift is None for one in main.lifts):
        yield Doubt("no_lift", "refuse")
