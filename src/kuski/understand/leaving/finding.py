"""Why do they leave? What is said at the door, and what is so."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from kuski.finding import Check, Finding, Refusal, Sentence, warned
from kuski.moments import Collected, Needs
from kuski.roles import Roles
from kuski.show.table import Column, Table
from kuski.stats.misclassification import LEAST_CHECKED, MOST_UNCHECKED
from kuski.stats.resample import MIN_REPLICATES, resamples, totals
from kuski.understand.leaving.correction import checked_need, correction
from kuski.understand.leaving.difference import SaidNumbers, own_kind, rated_panel, said_numbers
from kuski.understand.leaving.duration import TimeUnit
from kuski.understand.leaving.group import GroupNumbers, commonest_groups, group_numbers, is_sure
from kuski.understand.leaving.incidence import (
    LEAST_FOLLOWED,
    Curve,
    Followed,
    IncidenceNumbers,
    followed,
)
from kuski.understand.leaving.leavers import LEFT, STAYED, Counted, Leavers
from kuski.understand.leaving.reason import (
    OTHER,
    Grouped,
    GroupName,
    ReasonNumbers,
    grouped,
    reason_numbers,
    share_of,
)
from kuski.words import Estimate, Quantity

if TYPE_CHECKING:
    import altair as alt

NAME = "understand.leaving"

Times = Literal["told", "few", "unreadable"]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a sentence or a check changes.

    Attributes
    ----------
    least : int
        Fewest leavers with a reason.
    other : float
        Share of reasons that fit no group and is a warning.
    not_told : float
        Share of leavers without a reason that is a warning.
    random : float
        Probability of a random sample like the checked one below which it is doubted.
    unreadable : float
        Share of durations below zero or unreadable at which nothing is told by time.
    """

    least: int = 20
    other: float = 0.1
    not_told: float = 0.2
    random: float = 0.01
    unreadable: float = 0.01


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class LeavingNumbers:
    """The numbers of `understand.leaving`.

    Attributes
    ----------
    left : int
        Who left.
    share_left : float or None
        Of all, 0 to 1; None where the study does not tell who stayed.
    told : int
        Who left and told a reason.
    reasons : tuple of ReasonNumbers
        The commonest first.
    groups : tuple of GroupNumbers
    checked : int or None
        Leavers of whom it is known both what was said and what is so.
    random_sample : float or None
        Probability of codes as far from all leavers' in a random sample of them, 0 to 1.
    time_unit : {"days", "weeks", "months", "years", "steps"} or None
    followed : int or None
        Customers whose time until leaving, or until last seen, is known.
    incidence : tuple of IncidenceNumbers
        Empty where times are not known, or are refused.
    said : tuple of SaidNumbers
        Empty where the study does not tell who stayed, or what was rated.
    """

    left: int
    share_left: float | None
    share_left_low: float | None
    share_left_high: float | None
    told: int
    reasons: tuple[ReasonNumbers, ...]
    groups: tuple[GroupNumbers, ...]
    checked: int | None
    random_sample: float | None
    time_unit: TimeUnit | None
    followed: int | None
    incidence: tuple[IncidenceNumbers, ...]
    said: tuple[SaidNumbers, ...]


_EMPTY = LeavingNumbers(0, None, None, None, 0, (), (), None, None, None, None, (), ())


@dataclass(frozen=True, repr=False)
class Leaving(Finding):
    """Why customers leave.

    Attributes
    ----------
    numbers : LeavingNumbers
    commonest : tuple of GroupName
        The group most often told, and the one most often so; one and the same where nothing is set
        right.
    is_sure : bool
        Whether the second is surely commoner than the first, or where they are the same, than all
        others.
    refused_correction : str or None
        Why a checked sample could not be used.
    unknown : tuple of str
        Reasons that fit no group.
    times : {"told", "few", "unreadable"} or None
        Whether reasons are told by time, or why not; None where the study names no duration.
    unreadable : int
        Durations below zero or unreadable.
    curves : tuple of Curve
    """

    name: ClassVar[str] = NAME
    sources: ClassVar[tuple[str, ...]] = (
        "Tenenbein 1972, A double sampling scheme for misclassified data, Technometrics 14(1)",
        "Rogan & Gladen 1978, Estimating prevalence from a screening test, Am. J. Epidemiology 107",
        "Aalen & Johansen 1978, An empirical transition matrix, Scandinavian J. of Statistics 5",
        "Wilson 1927, Probable inference, the law of succession, and statistical inference",
        "Grömping 2006, Relative importance for linear regression in R, J. Statistical Software 17",
    )

    numbers: LeavingNumbers
    commonest: tuple[GroupName, GroupName]
    is_sure: bool
    refused_correction: str | None
    unknown: tuple[str, ...]
    times: Times | None
    unreadable: int
    curves: tuple[Curve, ...]

    @property
    def is_corrected(self) -> bool:
        """Whether the shares were set right."""
        return self.numbers.groups[0].share is not None

    def table(self) -> Table:
        """Lay the groups out."""
        columns = [
            Column("name", self._sentence("group").text),
            Column("n", self._sentence("leavers").text, "count"),
            Column("stated_share", self._sentence("stated_share").text, "estimate", "%"),
        ]
        if self.is_corrected:
            columns += [
                Column("share", self._sentence("true_share").text, "estimate", "%"),
                Column("difference", self._sentence("difference").text, "estimate", "%"),
            ]
        return Table(tuple(columns), tuple(self._records()), self.language)

    def _records(self) -> list[dict[str, str | float | None]]:
        return [
            {key: getattr(group, key) for key in GroupNumbers.__dataclass_fields__}
            | {"name": self._group(group.group)}
            for group in self.numbers.groups
        ]

    def chart(self, *, narrow: bool = False) -> "alt.TopLevelMixin | None":
        """Draw what is said beside what is so, and below it who has left by when."""
        from kuski.show.charts import reasons_for_leaving

        curves: list[dict[str, str | float | None]] = [
            {"name": self._group(curve.group), "time": time, "share": share}
            for curve in self.curves
            for time, share in zip(curve.times, curve.shares, strict=True)
        ]
        unit = self.numbers.time_unit or "steps"
        return reasons_for_leaving(
            self._records(),
            curves,
            unit=self._sentence(f"axis_{unit}").text,
            language=self.language,
            narrow=narrow,
        )

    def story(self) -> tuple[Sentence, ...]:
        """Say why they leave, against what they say, and what they had rated low."""
        kind = "checked" if self.is_corrected else "unchecked"
        return (
            self._first(),
            self._sentence(f"categories_{kind}", n=self.numbers.checked or 0),
            *self._said(),
            *self._incidence(),
            *self._left(),
        )

    def checks(self) -> tuple[Check, ...]:
        """Try what would make the shares wrong."""
        return (
            *self._checked(),
            self._other(),
            self._not_told(),
            *self._times(),
            self._observed(),
        )

    def _group(self, group: str) -> str:
        return self._sentence(f"group_{group}").text

    def _of(self, group: GroupName) -> GroupNumbers:
        return next(one for one in self.numbers.groups if one.group == group)

    def _first(self) -> Sentence:
        said, true = (self._of(group) for group in self.commonest)
        values: dict[str, object] = {
            "said": self._group(said.group),
            "said_share": _estimate(said, "stated_share"),
        }
        if not self.is_corrected:
            return self._sentence("said_only" if self.is_sure else "said_tied", **values)
        values |= {
            "true": self._group(true.group),
            "true_share": _estimate(true, "share"),
            "share": _estimate(said, "share"),
        }
        if said.group == true.group:
            return self._sentence("said_and_so" if self.is_sure else "said_unsettled", **values)
        return self._sentence("said_otherwise" if self.is_sure else "said_unsettled", **values)

    def _said(self) -> list[Sentence]:
        """Say what those who gave the commonest reason had rated lowest."""
        found = next((one for one in self.numbers.said if one.group == self.commonest[0]), None)
        if found is None or found.kinds[0].difference is None:
            return []
        lowest, said = found.kinds[0], self._group(found.group)
        own = next((one for one in found.kinds if one.kind == own_kind(found.group)), None)
        values = {
            "said": said,
            "kind": self._kind(lowest.kind),
            "lower": _lower(lowest.difference, lowest.difference_low, lowest.difference_high),
        }
        if found.lowest is None:
            return [self._sentence("differed_unsure", **values)]
        if own is None or own is lowest:
            case = "differed_as_said" if own is lowest else "differed"
            return [self._sentence(case, **values)]
        share = Estimate(lowest.share, lowest.share_low, lowest.share_high, "%")
        return [
            self._sentence(
                "differed_otherwise",
                **values,
                own=self._kind(own.kind),
                own_lower=_lower(own.difference, own.difference_low, own.difference_high),
                share=share,
            )
        ]

    def _kind(self, kind: str) -> str:
        return self._sentence(f"kind_{kind}").text

    def _incidence(self) -> list[Sentence]:
        """Say how many have left for the two commonest reasons told, by the last time."""
        known = [one for one in self.numbers.incidence if one.group != "not_told"]
        if not known:
            return []
        last = max(one.time for one in known)
        first, *others = sorted(
            (one for one in known if one.time == last), key=lambda one: -one.share
        )
        within = self._sentence(
            f"within_{self.numbers.time_unit}",
            n=int(last) if last == int(last) else last,
        ).text
        values: dict[str, object] = {
            "within": within,
            "first": self._group(first.group),
            "first_share": _estimate(first, "share"),
        }
        if not others:
            return [self._sentence("incidence_one", **values)]
        values |= {
            "second": self._group(others[0].group),
            "second_share": _estimate(others[0], "share"),
        }
        return [self._sentence("incidence", **values)]

    def _left(self) -> list[Sentence]:
        if self.numbers.share_left is None:
            return []
        return [self._sentence("left", share=_estimate(self.numbers, "share_left"))]

    def _checked(self) -> list[Check]:
        numbers = self.numbers
        if numbers.checked is None or numbers.random_sample is None:
            return [self._check("no_sample", "warn")]
        if self.refused_correction is not None:
            return [
                self._check(
                    f"sample_{self.refused_correction}",
                    "refuse",
                    n=numbers.checked,
                    least=LEAST_CHECKED,
                    limit=Quantity(MOST_UNCHECKED, "%"),
                    replicates=MIN_REPLICATES,
                )
            ]
        is_doubtful = numbers.random_sample < THRESHOLDS.random
        found = [
            self._check(
                "sample_apart" if is_doubtful else "sample_random",
                warned(is_doubtful),
                n=numbers.checked,
                probability=Quantity(numbers.random_sample, "%"),
                limit=Quantity(THRESHOLDS.random, "%"),
            )
        ]
        other = self._of(self.commonest[1])
        if other.inverted is None:
            return [*found, self._check("not_inverted", "ok", group=self._group(other.group))]
        found.append(
            self._check(
                "inverted",
                "ok",
                group=self._group(other.group),
                share=_estimate(other, "share"),
                inverted=_estimate(other, "inverted"),
            )
        )
        return found

    def _other(self) -> Check:
        share = next((one.stated_share for one in self.numbers.groups if one.group == OTHER), 0.0)
        is_high = share > THRESHOLDS.other
        values = {"share": Quantity(share, "%"), "limit": Quantity(THRESHOLDS.other, "%")}
        if is_high and self.unknown:
            some = ", ".join(self.unknown[:5])
            return self._check("other_named", "warn", reasons=some, **values)
        return self._check("other", warned(is_high), **values)

    def _not_told(self) -> Check:
        share = 1 - self.numbers.told / self.numbers.left
        return self._check(
            "not_told",
            warned(share > THRESHOLDS.not_told),
            share=Quantity(share, "%"),
            limit=Quantity(THRESHOLDS.not_told, "%"),
        )

    def _times(self) -> list[Check]:
        if self.times is None:
            return []
        if self.times == "told":
            return [self._check("followed", "ok", n=self.numbers.followed or 0)]
        if self.times == "few":
            return [self._check("no_times", "refuse", least=LEAST_FOLLOWED)]
        limit = Quantity(THRESHOLDS.unreadable, "%")
        return [self._check("unreadable_times", "refuse", n=self.unreadable, limit=limit)]

    def _observed(self) -> Check:
        return self._check("observed", "warn")


def needs(roles: Roles) -> Needs | Refusal:
    """Ask who left, why and when; what they had rated; and the checked sample."""
    leavers = Leavers.of(roles)
    if leavers is None:
        return _refused("leaving_no_reason")
    asked = leavers.needs | Needs(panel=rated_panel(roles))
    need = checked_need(roles)
    return asked if need is None else asked | Needs.of(need)


def find(roles: Roles, collected: Collected, rng: np.random.Generator) -> Finding:
    """Tell the reasons, set them right, and follow them through time."""
    leavers = Leavers.of(roles)
    if leavers is None:
        return _refused("leaving_no_reason")
    counted = leavers.counted(collected)
    told = int(counted.rows(*counted.keys_of(counted.reasons)).sum())
    if told < THRESHOLDS.least:
        return _refused("leaving_few", n=told, least=THRESHOLDS.least)
    groups = grouped(roles, counted)
    if groups.names == (OTHER,):
        return _unknown(groups)
    said = counted.keys_of(counted.reasons)
    drawn = resamples(counted.rows(*said), rng=rng)
    weights = np.stack([counted.weight(*counted.keys_of(t)) for t in groups.texts.values()])
    by_group = totals(weights.T, drawn)
    corrected = correction(roles, collected, groups, said=by_group, drawn=drawn, rng=rng)
    names = groups.names if corrected is None else corrected.groups
    numbers = tuple(group_numbers(counted, groups, name, corrected) for name in names)
    course, times = _course(counted, groups, rng)
    share_left = None
    if leavers.left is not None:
        share_left = share_of(counted, counted.gone, ((STAYED,), (LEFT,)))
    left = int(counted.rows(*counted.gone).sum())
    used = None if corrected is None or corrected.is_refused else corrected
    commonest = commonest_groups(numbers)
    return Leaving(
        n=told,
        language="en",
        numbers=LeavingNumbers(
            left=left,
            share_left=None if share_left is None else share_left.value,
            share_left_low=None if share_left is None else share_left.low,
            share_left_high=None if share_left is None else share_left.high,
            told=told,
            reasons=reason_numbers(roles, counted, groups),
            groups=numbers,
            checked=None if corrected is None else corrected.n,
            random_sample=None if corrected is None else corrected.probability,
            time_unit=None if course is None or leavers.clock is None else leavers.clock.unit,
            followed=None if course is None else course.n,
            incidence=() if course is None else course.incidence,
            said=said_numbers(roles, collected.panel, groups, rng),
        ),
        commonest=commonest,
        is_sure=is_sure(
            commonest, numbers, used, by_group=by_group, told=groups.names, drawn=drawn
        ),
        refused_correction=None if corrected is None else corrected.direct.refused,
        unknown=groups.unknown,
        times=times,
        unreadable=counted.unreadable,
        curves=() if course is None else course.curves,
    )


def _refused(reason: str, **values: object) -> Refusal:
    return Refusal.because(reason, name=NAME, numbers=_EMPTY, **values)


def _unknown(groups: Grouped) -> Refusal:
    """Refuse where no reason fits a group, and name some where enough told them to be shown."""
    if not groups.unknown:
        return _refused("leaving_no_groups")
    return _refused("leaving_unknown_reasons", reasons=", ".join(groups.unknown[:8]))


def _course(
    counted: Counted, groups: Grouped, rng: np.random.Generator
) -> tuple[Followed | None, Times | None]:
    """Follow customers through time, unless too many durations cannot be."""
    if counted.leavers.duration is None:
        return None, None
    everybody = int(counted.rows((STAYED,), (LEFT,)).sum())
    if counted.unreadable > THRESHOLDS.unreadable * everybody:
        return None, "unreadable"
    found = followed(counted, groups, rng)
    return found, "told" if found is not None and found.incidence else "few"


def _estimate(numbers: object, key: str) -> Estimate:
    """Take a share with its interval from a record of numbers."""
    value, low, high = (getattr(numbers, key + end) for end in ("", "_low", "_high"))
    return Estimate(value, low, high, "%")


def _lower(value: float | None, low: float | None, high: float | None) -> Estimate:
    """Tell by how much less, from a difference."""
    less = [None if one is None else -one for one in (value, high, low)]
    return Estimate(less[0], less[1], less[2])
