"""What really moves our customers, whatever they say?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from kuski.finding import Check, Finding, Refusal, Sentence, ends, known, warned
from kuski.moments import Collected, Needs
from kuski.roles import LEAST_COMPLETE, Roles
from kuski.show.table import Column, Table
from kuski.stats.collinearity import collinearity
from kuski.understand.drivers.available import AvailableNumbers, available_need, available_numbers
from kuski.understand.drivers.driver import DriverNumbers, ShareNumbers, driver_numbers
from kuski.understand.drivers.outcome import OutcomeName, OutcomeNumbers, outcome_needs, outcomes
from kuski.understand.drivers.portion import SegmentNumbers, portions, segment_needs
from kuski.understand.importance import (
    driver_importance,
    driver_positions,
    importance_need,
    least_answers,
)
from kuski.words import Estimate, Quantity

if TYPE_CHECKING:
    import altair as alt

NAME = "understand.drivers"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a sentence or a check changes.

    Attributes
    ----------
    complete : float
        Share of the scored answers that must rate every driver, or a warning.
    difference : float
        How far two ways of dividing may be apart, in shares of what is explained.
    inflation : float
        Variance inflation that is a warning.
    likeness : float
        Mean correlation of the ratings that looks like one general impression.
    r2 : float
        Share of the score's variance below which little is explained.
    per_column : int
        Answers for each column of the drivers below which intervals are a warning.
    rivals : int
        Most drivers that are named as perhaps the first.
    """

    complete: float = 0.8
    difference: float = 0.05
    inflation: float = 5.0
    likeness: float = 0.5
    r2: float = 0.1
    per_column: int = 20
    rivals: int = 4


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class LeftOutNumbers:
    """A driver that is not looked at.

    Attributes
    ----------
    driver : str
        The column's name, or the group's.
    answered : float
        Share of the scored answers that rated it, 0 to 1.
    """

    driver: str
    answered: float


@dataclass(frozen=True, slots=True)
class DriversNumbers:
    """The numbers of `understand.drivers`.

    Attributes
    ----------
    r2, r2_low, r2_high : float or None
        Share of the score's variance that all drivers explain together, 0 to 1.
    drivers : tuple of DriverNumbers
        For the score; the most important first.
    likeness : float or None
        Mean correlation of the ratings of different drivers, −1 to 1; None with one driver.
    left_out : tuple of LeftOutNumbers
        Answered by so few that they would have thrown most answers away.
    available : AvailableNumbers or None
        From every pair of ratings; None where no rating is missing, and with more than 25 drivers.
    outcomes : tuple of OutcomeNumbers
        For worth and leaving, where the study has them. Leaving is 0 or 1.
    segments : tuple of SegmentNumbers
        For the score, within segments of enough people and answers.
    hidden_segments : int
        Segments that are not shown.
    """

    r2: float | None
    r2_low: float | None
    r2_high: float | None
    drivers: tuple[DriverNumbers, ...]
    likeness: float | None
    left_out: tuple[LeftOutNumbers, ...]
    available: AvailableNumbers | None
    outcomes: tuple[OutcomeNumbers, ...]
    segments: tuple[SegmentNumbers, ...]
    hidden_segments: int


_EMPTY = DriversNumbers(None, None, None, (), None, (), None, (), (), 0)


@dataclass(frozen=True, repr=False)
class Drivers(Finding):
    """What goes with the score, and with what customers do.

    Attributes
    ----------
    numbers : DriversNumbers
    scored : int
        Answers with a score.
    columns : int
        Of all drivers together: a text counts once for each category but one.
    scale : tuple of float or None
        Ends of the scale of the ratings.
    refused_outcomes : tuple of {"worth", "left"}
        Outcomes with too few answers, or all alike.
    crowded : tuple of str
        Columns of segments with too many values to be looked at.
    """

    name: ClassVar[str] = NAME
    sources: ClassVar[tuple[str, ...]] = (
        "Grömping 2006, Relative importance for linear regression in R, JSS 17(1)",
        "Johnson 2000, A heuristic method for estimating relative weights, MBR 35(1)",
        "Mogstad, Romano, Shaikh & Wilhelm 2024, Inference for ranks, REStud 91(1)",
        "Martilla & James 1977, Importance-performance analysis, Journal of Marketing 41(1)",
    )

    numbers: DriversNumbers
    scored: int
    columns: int
    scale: tuple[float, float] | None
    refused_outcomes: tuple[OutcomeName, ...]
    crowded: tuple[str, ...]

    def table(self) -> Table:
        """Lay the drivers out."""
        columns = [
            Column("driver", self._sentence("driver").text),
            Column("share", self._sentence("share").text, "estimate", "%"),
            Column("ranks", self._sentence("ranks").text),
            Column("slope", self._sentence("slope").text, "estimate"),
            Column("mean", self._sentence("mean").text, "number"),
            Column("vif", self._sentence("vif").text, "number"),
        ]
        return Table(tuple(columns), tuple(self._records()), self.language)

    def _records(self) -> list[dict[str, str | float | None]]:
        return [
            {key: getattr(one, key) for key in _FIELDS}
            | {"driver": self.named(one.driver), "ranks": _ranks(one)}
            for one in self.numbers.drivers
        ]

    def chart(self, *, narrow: bool = False) -> "alt.TopLevelMixin | None":
        """Draw importance against mean rating, or importance alone where ratings have no scale."""
        from kuski.show.charts import importance_by_driver, importance_by_performance

        records = self._records()
        rated = sum(one.mean is not None for one in self.numbers.drivers)
        if self.scale is None or rated < 2:
            return importance_by_driver(records, language=self.language, narrow=narrow)
        return importance_by_performance(
            records, scale=self.scale, language=self.language, narrow=narrow
        )

    def story(self) -> tuple[Sentence, ...]:
        """Say what comes first and how surely, for the score, for behaviour and by segment."""
        told = [self._first(), self._sentence("explained", r2=self._r2, n=self.n)]
        told += [*self._slope(), *self._priority()]
        told += [self._outcome(outcome) for outcome in self.numbers.outcomes]
        told += [*self._segments(), self._sentence("observed")]
        return tuple(told)

    def checks(self) -> tuple[Check, ...]:
        """Try what would make the shares wrong."""
        return (
            *self._data_checks(),
            *self._method_checks(),
            *self._outcome_checks(),
        )

    @property
    def _r2(self) -> Estimate:
        return Estimate(self.numbers.r2, self.numbers.r2_low, self.numbers.r2_high, "%")

    def _first(self) -> Sentence:
        first, *others = self.numbers.drivers
        share = _share(first)
        if not others:
            return self._sentence("only", driver=self.named(first.driver), r2=self._r2)
        if first.rank_high is None:
            return self._sentence("first_unknown", driver=self.named(first.driver), share=share)
        if _is_nothing(self.numbers.drivers):
            return self._sentence("nothing", n=self.n)
        if first.rank_high == 1:
            return self._sentence("first_sure", driver=self.named(first.driver), share=share)
        rivals = [self.named(one.driver) for one in others if one.rank_low == 1]
        if not rivals:
            return self._sentence("first_unsure", driver=self.named(first.driver), share=share)
        if len(rivals) > THRESHOLDS.rivals:
            return self._sentence(
                "first_many", driver=self.named(first.driver), share=share, n=len(rivals)
            )
        return self._sentence(
            "first_rivals",
            driver=self.named(first.driver),
            share=share,
            rivals=", ".join(rivals),
            n=len(rivals),
        )

    def _slope(self) -> list[Sentence]:
        first = self.numbers.drivers[0]
        if first.slope is None or first.slope_low is None or first.slope_low <= 0:
            return []
        slope = Estimate(first.slope, first.slope_low, first.slope_high)
        return [self._sentence("one_point", driver=self.named(first.driver), slope=slope)]

    def _priority(self) -> list[Sentence]:
        """Name the driver that is rated lowest among those that matter more than an even share."""
        rated = [one for one in self.numbers.drivers if one.mean is not None]
        strong = [one for one in rated if _is_strong(one, len(self.numbers.drivers))]
        if self.scale is None or len(rated) < 2 or not strong or _is_nothing(rated):
            return []
        average = sum(one.mean or 0.0 for one in rated) / len(rated)
        worst = min(strong, key=lambda one: one.mean or 0.0)
        if (worst.mean or 0.0) >= average:
            return [self._sentence("priority_none", average=average)]
        return [
            self._sentence(
                "priority",
                driver=self.named(worst.driver),
                mean=worst.mean,
                average=average,
                share=_share(worst),
            )
        ]

    def _outcome(self, outcome: OutcomeNumbers) -> Sentence:
        first = outcome.drivers[0]
        r2 = Estimate(outcome.r2, outcome.r2_low, outcome.r2_high, "%")
        case = "other"
        if _is_nothing(outcome.drivers):
            case = "nothing"
        elif (first.rank_high or 0) > len(outcome.drivers) / 2:
            case = "unsure"
        elif first.driver == self.numbers.drivers[0].driver:
            case = "same"
        return self._sentence(
            f"{outcome.outcome}_{case}",
            driver=self.named(first.driver),
            share=_share(first),
            ranks=_ranks(first),
            r2=r2,
        )

    def _segments(self) -> list[Sentence]:
        """Name the segments where another driver is surely first."""
        first = self.numbers.drivers[0]
        return [
            self._sentence(
                "segment",
                segment=segment.segment,
                column=self.named(segment.column),
                driver=self.named(segment.drivers[0].driver),
                share=_share(segment.drivers[0]),
                n=segment.n,
            )
            for segment in self.numbers.segments
            if segment.drivers[0].rank_high == 1 and segment.drivers[0].driver != first.driver
        ]

    def _data_checks(self) -> list[Check]:
        share = self.n / self.scored
        limit = Quantity(THRESHOLDS.complete, "%")
        found = [
            self._check(
                "complete",
                warned(share < THRESHOLDS.complete),
                n=self.n,
                scored=self.scored,
                share=Quantity(share, "%"),
                limit=limit,
            )
        ]
        left_out = self.numbers.left_out
        if left_out:
            names = ", ".join(self.named(one.driver) for one in left_out)
            limit = Quantity(LEAST_COMPLETE, "%")
            found.append(
                self._check("left_out", "warn", drivers=names, n=len(left_out), limit=limit)
            )
        found += self._available_check()
        per_column = self.n / (self.columns + 1)
        found.append(
            self._check(
                "enough",
                warned(per_column < THRESHOLDS.per_column),
                n=self.n,
                columns=self.columns,
                least=THRESHOLDS.per_column,
            )
        )
        if self.numbers.hidden_segments:
            found.append(self._check("hidden", "ok", n=self.numbers.hidden_segments))
        if self.crowded:
            found.append(
                self._check("crowded", "warn", columns=", ".join(map(self.named, self.crowded)))
            )
        return found

    def _available_check(self) -> list[Check]:
        available = self.numbers.available
        if available is None:
            return []
        if available.difference is None:
            return [self._check("available_unfit", "warn", n=available.n)]
        is_apart = abs(available.difference) > THRESHOLDS.difference
        return [
            self._check(
                "available",
                warned(is_apart),
                n=available.n,
                driver=self.named(available.driver or ""),
                difference=Quantity(abs(available.difference), "%"),
                limit=Quantity(THRESHOLDS.difference, "%"),
            )
        ]

    def _method_checks(self) -> list[Check]:
        drivers, r2 = self.numbers.drivers, self.numbers.r2 or 0.0
        found = []
        if drivers[0].rank_high is None:
            found.append(self._check("no_interval", "refuse"))
        found.append(
            self._check(
                "r2",
                warned(r2 < THRESHOLDS.r2),
                r2=self._r2,
                limit=Quantity(THRESHOLDS.r2, "%"),
            )
        )
        if len(drivers) > 1:
            found += self._collinearity_checks()
        if len(drivers) > 1 and r2 > 0:
            found.append(self._johnson_check(r2))
        error = max((one.lmg_error or 0.0 for one in drivers), default=0.0)
        if error and r2 > 0:
            found.append(
                self._check("sampled", "ok", n=len(drivers), error=Quantity(error / r2, "%"))
            )
        return found

    def _collinearity_checks(self) -> list[Check]:
        drivers = self.numbers.drivers
        determined = [self.named(one.driver) for one in drivers if one.vif is None]
        worst = max(drivers, key=lambda one: one.vif or 0.0)
        found = [
            self._check(
                "collinear",
                warned((worst.vif or 0.0) > THRESHOLDS.inflation),
                driver=self.named(worst.driver),
                vif=worst.vif,
                limit=THRESHOLDS.inflation,
            )
        ]
        if determined:
            names = ", ".join(determined)
            found = [self._check("determined", "warn", drivers=names, n=len(determined))]
        likeness = self.numbers.likeness
        if likeness is not None:
            found.append(
                self._check(
                    "halo",
                    warned(likeness > THRESHOLDS.likeness),
                    likeness=likeness,
                    limit=THRESHOLDS.likeness,
                )
            )
        return found

    def _johnson_check(self, r2: float) -> Check:
        apart = max(self.numbers.drivers, key=lambda one: abs(one.johnson - one.lmg))
        difference = abs(apart.johnson - apart.lmg) / r2
        return self._check(
            "johnson",
            warned(difference > THRESHOLDS.difference),
            driver=self.named(apart.driver),
            difference=Quantity(difference, "%"),
            limit=Quantity(THRESHOLDS.difference, "%"),
        )

    def _outcome_checks(self) -> list[Check]:
        found = [self._check(f"refused_{name}", "refuse") for name in self.refused_outcomes]
        if any(outcome.outcome == "left" for outcome in self.numbers.outcomes):
            found.append(self._check("linear", "ok"))
        return found


_FIELDS = tuple(DriverNumbers.__dataclass_fields__)


def needs(roles: Roles) -> Needs | Refusal:
    """Ask for the cross-products of drivers and score, worth and leaving, and by segment."""
    if not roles.choice.drivers:
        return _refused("drivers_none")
    available = available_need(roles)
    return Needs.of(
        roles.scored_need,
        importance_need(roles, roles.score),
        *segment_needs(roles).values(),
        *(() if available is None else (available,)),
    ) | outcome_needs(roles)


def find(roles: Roles, collected: Collected, rng: np.random.Generator) -> Finding:
    """Divide what goes with the score over the drivers."""
    moments = collected.moments[importance_need(roles, roles.score)]
    found = driver_importance(roles, moments, rng=rng)
    if found is None:
        least = least_answers(roles)
        if moments.n < least:
            return _refused("drivers_few", n=moments.n, least=least)
        return _refused("drivers_alike")
    scored = collected.moments[roles.scored_need].n
    available = available_need(roles)
    places = driver_positions(roles)
    beside = collinearity(moments.at([()]).cross[0].sum(axis=0), groups=places)
    told, refused = outcomes(roles, collected, rng)
    segments = portions(roles, collected, rng)
    numbers = DriversNumbers(
        found.r2,
        *ends(found.r2_interval),
        drivers=driver_numbers(roles, moments, found, beside),
        likeness=known(beside.likeness),
        left_out=tuple(LeftOutNumbers(one.name, one.answered) for one in roles.choice.left_out),
        available=None
        if available is None
        else available_numbers(roles, collected.moments[available], found),
        outcomes=told,
        segments=segments.told,
        hidden_segments=segments.hidden,
    )
    role = roles.settings.responses.drivers
    return Drivers(
        n=moments.n,
        language="en",
        numbers=numbers,
        scored=scored,
        columns=sum(len(group) for group in places),
        scale=None if role is None else role.scale,
        refused_outcomes=refused,
        crowded=segments.crowded,
    )


def _refused(reason: str, **values: object) -> Refusal:
    return Refusal.because(reason, name=NAME, numbers=_EMPTY, **values)


def _share(one: ShareNumbers) -> Estimate:
    return Estimate(one.share, one.share_low, one.share_high, "%")


def _ranks(one: ShareNumbers) -> str:
    """Write a rank with the best and the worst that it may be, as ``"2 (1–4)"``."""
    if one.rank_low is None:
        return str(one.rank)
    return f"{one.rank} ({one.rank_low}–{one.rank_high})"


def _is_nothing(drivers: "tuple[ShareNumbers, ...] | list[DriverNumbers]") -> bool:
    """Whether each driver may have nothing to do with the outcome."""
    return all(one.lmg_low is not None and one.lmg_low <= 0 for one in drivers)


def _is_strong(one: ShareNumbers, drivers: int) -> bool:
    return (one.share or 0.0) > 1 / drivers
