"""Where does our effort go, and where is there most to gain for it?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from kuski.finding import Check, Finding, Refusal, Sentence, ends, known
from kuski.moments import (
    Answers,
    Category,
    Collected,
    Grouping,
    LevelOf,
    Moments,
    Need,
    Needs,
    Variable,
)
from kuski.roles import Roles, variable
from kuski.show.table import Column, Table
from kuski.stats.resample import Resamples, interval, intervals, resamples, totals
from kuski.terms import ZONES, ZoneName
from kuski.value.worth import (
    Estimated,
    WorthByLevel,
    people_of,
    plan_gains,
    worth_by_level,
    worth_needs,
)
from kuski.words import Estimate, Quantity, say

if TYPE_CHECKING:
    import altair as alt

NAME = "value.effort"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a sentence or a check changes.

    Attributes
    ----------
    unmatched : float
        Share of the effort that cannot be tied to a score and is a warning.
    told : float
        Share of effort spent on the unhappy that is told everywhere.
    near : float
        How far from the told share a share may be and still be in line with it.
    tenth : float
        Part of the effort that is moved.
    """

    unmatched: float = 0.2
    told: float = 0.8
    near: float = 0.05
    tenth: float = 0.1


THRESHOLDS = Thresholds()
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class ZoneNumbers:
    """One zone: its shares of the effort and of what there is to gain, 0 to 1.

    Attributes
    ----------
    gain_per_cost : float or None
        What there is to gain in the zone over the effort now spent there, in units of worth per
        unit of cost; None where the study names no outcome.
    """

    zone: ZoneName
    cost: float
    effort_share: float
    effort_share_low: float | None
    effort_share_high: float | None
    gain_share: float | None
    gain_share_low: float | None
    gain_share_high: float | None
    gain_per_cost: float | None
    gain_per_cost_low: float | None
    gain_per_cost_high: float | None


@dataclass(frozen=True, slots=True)
class KindNumbers:
    """One kind of effort: its cost, and how that divides over the zones, 0 to 1."""

    kind: str
    cost: float
    share: float
    below: float
    middle: float
    top: float


@dataclass(frozen=True, slots=True)
class EffortNumbers:
    """The numbers of `value.effort`.

    Attributes
    ----------
    zones : tuple of ZoneNumbers
        Shares are of the effort that can be tied to a score.
    kinds : tuple of KindNumbers
        Kinds with fewer pieces of work than the disclosure threshold are left out.
    cost : float
        All of the effort, also what cannot be tied to a score.
    unmatched_share : float
        Share of it for customers who never gave a score.
    moved : float or None
        What moving a tenth of the effort from below the middle to the middle would bring; None
        where less than that is spent below the middle.
    """

    zones: tuple[ZoneNumbers, ...]
    kinds: tuple[KindNumbers, ...]
    cost: float
    unmatched_share: float
    moved: float | None
    moved_low: float | None
    moved_high: float | None


_EMPTY = EffortNumbers((), (), 0.0, 0.0, None, None, None)


@dataclass(frozen=True, repr=False)
class Effort(Finding):
    """Where the effort goes.

    Attributes
    ----------
    numbers : EffortNumbers
    pieces : int
        Rows of the efforts table with a cost.
    cost_unit, worth_unit : str
    """

    name: ClassVar[str] = NAME
    sources: ClassVar[tuple[str, ...]] = (
        "Heath & Heath 2017, The Power of Moments, chapter 3 (the told four fifths)",
        "Efron & Tibshirani 1993, An Introduction to the Bootstrap",
    )

    numbers: EffortNumbers
    pieces: int
    cost_unit: str
    worth_unit: str

    @property
    def caption(self) -> str:
        """What the chart measures."""
        return self._sentence("caption", n=self.pieces).text

    def table(self) -> Table:
        """Lay the zones out."""
        columns = [
            Column("zone", self._sentence("zone").text),
            Column("cost", self._sentence("cost").text, "quantity", self.cost_unit),
            Column("effort_share", self._sentence("effort_share").text, "estimate", "%"),
        ]
        if self._has_gain:
            columns += [
                Column("gain_share", self._sentence("gain_share").text, "estimate", "%"),
                Column("gain_per_cost", self._sentence("gain_per_cost").text, "estimate"),
            ]
        return Table(tuple(columns), tuple(self._records()), self.language)

    def _records(self) -> list[dict[str, str | float | None]]:
        return [
            {key: getattr(zone, key) for key in ZoneNumbers.__dataclass_fields__}
            | {"zone": say(f"zones.{zone.zone}", self.language), "key": zone.zone}
            for zone in self.numbers.zones
        ]

    @property
    def _has_gain(self) -> bool:
        return any(zone.gain_share is not None for zone in self.numbers.zones)

    def chart(self, *, narrow: bool = False) -> "alt.TopLevelMixin | None":
        """Draw the share of effort beside the share of what there is to gain."""
        from kuski.show.charts import effort_by_zone

        records = [record | {"zone": record["key"]} for record in self._records()]
        return effort_by_zone(records, language=self.language, narrow=narrow)

    def story(self) -> tuple[Sentence, ...]:
        """Say where the effort goes, against the told share and against the gain."""
        below, middle, _ = self.numbers.zones
        share = Estimate(below.effort_share, below.effort_share_low, below.effort_share_high, "%")
        sentences = [self._first(below, middle, share), self._told(below, share)]
        sentences += self._kinds()
        if self.numbers.moved is not None:
            moved = Estimate(
                self.numbers.moved, self.numbers.moved_low, self.numbers.moved_high, self.worth_unit
            )
            low, high = self.numbers.moved_low, self.numbers.moved_high
            case = "moved_unsure"
            if low is not None and high is not None:
                case = "moved_gain" if low > 0 else "moved_loss" if high < 0 else "moved_unsure"
            sentences.append(self._sentence(case, moved=moved))
        return tuple(sentences)

    def checks(self) -> tuple[Check, ...]:
        """Try what would make the shares wrong."""
        share = Quantity(self.numbers.unmatched_share, "%")
        limit = Quantity(THRESHOLDS.unmatched, "%")
        is_high = self.numbers.unmatched_share > THRESHOLDS.unmatched
        found = [self._check("unmatched", "warn" if is_high else "ok", share=share, limit=limit)]
        if not self._has_gain:
            found.append(self._check("no_gain", "warn"))
        elif any(zone.gain_per_cost_low is None for zone in self.numbers.zones[:2]):
            found.append(self._check("no_interval", "refuse"))
        found.append(self._check("average", "warn"))
        return tuple(found)

    def _first(self, below: ZoneNumbers, middle: ZoneNumbers, share: Estimate) -> Sentence:
        if below.gain_share is None or middle.gain_share is None:
            return self._sentence("share_only", share=share)
        is_more = below.effort_share > below.gain_share
        case = "more_than_gain" if is_more else "less_than_gain"
        part = Estimate(below.gain_share, below.gain_share_low, below.gain_share_high, "%")
        return self._sentence(case, share=share, gain=part)

    def _told(self, below: ZoneNumbers, share: Estimate) -> Sentence:
        low, high = below.effort_share_low, below.effort_share_high
        told = Quantity(THRESHOLDS.told, "%")
        case = "told_unsure"
        if low is not None and high is not None:
            is_near = low - THRESHOLDS.near <= THRESHOLDS.told <= high + THRESHOLDS.near
            case = "told_holds" if is_near else "told_fails"
        return self._sentence(case, share=share, told=told)

    def _kinds(self) -> list[Sentence]:
        if len(self.numbers.kinds) < 2:
            return []
        worst = max(self.numbers.kinds, key=lambda kind: kind.cost * kind.below)
        if not worst.below:
            return []
        return [
            self._sentence(
                "kind",
                kind=self.named(worst.kind),
                share=Quantity(worst.share, "%"),
                below=Quantity(worst.below, "%"),
            )
        ]


def needs(roles: Roles) -> Needs | Refusal:
    """Ask for cost by level and kind, and for worth by level where there is an outcome."""
    if roles.settings.efforts is None:
        return _refused("no_efforts")
    if not _is_tied(roles):
        return _refused("efforts_no_customer")
    asked = Needs.of(roles.scored_need, *_cost_needs(roles).values())
    if roles.has_customers:
        asked |= Needs(panel=roles.panel)
    return asked if roles.worth is None else asked | worth_needs(roles, roles.worth)


def find(roles: Roles, collected: Collected, rng: np.random.Generator) -> Finding:
    """Divide the effort over the zones."""
    efforts = roles.settings.efforts
    asked = needs(roles)
    if efforts is None or isinstance(asked, Refusal):
        return asked if isinstance(asked, Refusal) else _refused("no_efforts")
    given = {
        name: part
        for name, need in _cost_needs(roles).items()
        if (part := collected.moments.get(need)) is not None and part.n
    }
    if "zones" not in given:
        return _refused("no_cost")
    worth = None
    if roles.worth is not None:
        estimated = worth_by_level(roles, roles.worth, collected, rng)
        worth = estimated if isinstance(estimated, WorthByLevel) else None
    answers = None
    if worth is not None:
        answers = worth.main.moments.beside(given["zones"])
        given["zones"] = given["zones"].beside(worth.main.moments)
    cost = _cost_by_zone(roles, given, collected.panel)
    by_zone = cost.zones.sum(axis=1)
    if by_zone.sum() <= 0 or by_zone.min() < 0:
        return _refused("no_cost")
    people = 0.0 if worth is None else people_of(roles, worth, collected)
    return Effort(
        n=collected.moments[roles.scored_need].n,
        language="en",
        numbers=_numbers(roles, cost, answers, people, rng),
        pieces=cost.pieces,
        cost_unit=efforts.cost.unit,
        worth_unit=roles.worth_unit,
    )


@dataclass(frozen=True, slots=True)
class _Cost:
    """Cost by zone and replicate, with what could not be tied to a score.

    Attributes
    ----------
    zones : ndarray, shape (3, G)
        Of the efforts that can be tied to a score.
    whole : float
        Cost of all efforts.
    pieces : int
        Their number.
    held : ndarray of int, shape (G,)
        Rows by replicate.
    kinds : tuple of (name, pieces, cost by zone)
    """

    zones: Floats
    whole: float
    pieces: int
    held: npt.NDArray[np.int64]
    kinds: tuple[tuple[str, int, Floats], ...]

    @property
    def unmatched_share(self) -> float:
        """Share of the cost that belongs to no zone."""
        share = 1 - float(self.zones.sum()) / self.whole
        return share if share > ROUNDING else 0.0


def _refused(reason: str) -> Refusal:
    return Refusal.because(reason, name=NAME, numbers=_EMPTY)


def _is_tied(roles: Roles) -> bool:
    """Tell whether efforts and answers have a customer or a segment in common."""
    efforts = roles.settings.efforts
    if efforts is None:
        return False
    return (efforts.customer is not None and roles.has_customers) or _segment(roles) is not None


def _segment(roles: Roles) -> Category | None:
    """Find the segment by which efforts are tied to answers, where they name no customer."""
    efforts = roles.settings.efforts
    if efforts is None or efforts.customer is not None or efforts.segment is None:
        return None
    own = {category.column: category for category in roles.segments("responses")}
    theirs = {
        c.column: Category("customers." + c.column, c.missing) for c in roles.segments("customers")
    }
    return own.get(efforts.segment) or theirs.get(efforts.segment)


def _cost_needs(roles: Roles) -> dict[str, Need]:
    efforts = roles.settings.efforts
    if efforts is None:
        return {}
    cost = (variable(efforts.cost),)
    kind = (Category(efforts.kind),) if efforts.kind else ()
    segment = _segment(roles)
    if segment is None:
        level = LevelOf(efforts.time if roles.settings.responses.time else None)
        asked = {"pieces": Need("efforts", cost), "zones": Need("efforts", cost, (level,))}
        return asked | _kind_needs(cost, kind, level)
    theirs = Category(efforts.segment or "")
    asked = {
        "pieces": Need("efforts", cost),
        "zones": Need("efforts", cost, (theirs,)),
        "answers": Need("responses", (), (segment, roles.score_levels), roles.weight),
    }
    return asked | _kind_needs(cost, kind, theirs)


def _kind_needs(
    cost: tuple[Variable], kind: tuple[Category, ...], group: Grouping
) -> dict[str, Need]:
    if not kind:
        return {}
    return {
        "pieces_of_kind": Need("efforts", cost, kind),
        "kinds": Need("efforts", cost, (*kind, group)),
    }


def _cost_by_zone(roles: Roles, moments: dict[str, Moments], panel: Answers | None) -> _Cost:
    zones, pieces = moments["zones"], moments["pieces"]
    shares = _zone_shares(roles, moments)
    # The panel knows the level of a part of the customers, each of whom stands for several.
    times = 2.0**panel.halvings if panel is not None and "answers" not in moments else 1.0
    by_zone = np.zeros((len(ZONES), zones.rows.shape[1]))
    for group, part in zip(zones.groups, _sums(zones), strict=True):
        by_zone += times * shares.get(group[-1], np.zeros(len(ZONES)))[:, None] * part
    return _Cost(
        zones=by_zone,
        whole=float(_sums(pieces).sum()),
        pieces=pieces.n,
        held=zones.rows.sum(axis=0),
        kinds=_kinds(moments, shares, times) if "kinds" in moments else (),
    )


def _sums(moments: Moments) -> Floats:
    """Sum the one column by group and replicate, shape (K, G)."""
    found: Floats = moments.cross[..., 0, 1] + moments.origin[0] * moments.cross[..., 0, 0]
    return found


def _zone_shares(roles: Roles, moments: dict[str, Moments]) -> dict[int | str, Floats]:
    """Tell how each group of efforts divides over the zones: by level, or by segment."""
    unit = {zone: np.eye(len(ZONES))[i] for i, zone in enumerate(ZONES)}
    levels: dict[int | str, Floats] = {
        place: unit[zone] for place, zone in enumerate(roles.scale.zones)
    }
    if "answers" not in moments:
        return levels
    answers = moments["answers"]
    weight = answers.cross[..., 0, 0].sum(axis=1)
    shares: dict[int | str, Floats] = {}
    for (segment, place), part in zip(answers.groups, weight, strict=True):
        before = shares.get(segment, np.zeros(len(ZONES)))
        shares[segment] = before + part * levels[int(place)]
    return {segment: share / share.sum() for segment, share in shares.items() if share.sum()}


def _kinds(
    moments: dict[str, Moments], shares: dict[int | str, Floats], times: float
) -> tuple[tuple[str, int, Floats], ...]:
    kinds, counted = moments["kinds"], moments["pieces_of_kind"]
    found = {str(kind): np.zeros(len(ZONES)) for (kind,) in counted.groups}
    for (kind, group), part in zip(kinds.groups, _sums(kinds).sum(axis=1), strict=True):
        if group in shares:
            found[str(kind)] += times * part * shares[group]
    pieces = counted.rows.sum(axis=1)
    return tuple(
        (str(kind), int(n), found[str(kind)])
        for (kind,), n in zip(counted.groups, pieces, strict=True)
        if found[str(kind)].sum() > 0
    )


def _numbers(
    roles: Roles, cost: _Cost, answers: Moments | None, people: float, rng: np.random.Generator
) -> EffortNumbers:
    held = cost.held if answers is None else cost.held + answers.rows.sum(axis=0)
    drawn = resamples(held, rng=rng)
    by_zone = totals(cost.zones.T, drawn)
    with np.errstate(invalid="ignore", divide="ignore"):
        effort = by_zone / by_zone.sum(axis=1, keepdims=True)
    gains = None if answers is None else _gains(roles, answers, people, drawn)
    disclosed = [(kind, by) for kind, n, by in cost.kinds if n >= roles.settings.study.disclosure]
    moved = (None, None, None) if gains is None else _moved(by_zone, gains, drawn)
    return EffortNumbers(
        zones=_zones(by_zone, effort, gains, drawn),
        kinds=tuple(
            KindNumbers(kind, float(by.sum()), float(by.sum() / cost.zones.sum()), *_shares(by))
            for kind, by in sorted(disclosed, key=lambda pair: -pair[1].sum())
        ),
        cost=cost.whole,
        unmatched_share=cost.unmatched_share,
        moved=moved[0],
        moved_low=moved[1],
        moved_high=moved[2],
    )


def _shares(by_zone: Floats) -> tuple[float, float, float]:
    below, middle, top = (float(part) for part in by_zone / by_zone.sum())
    return below, middle, top


def _gains(roles: Roles, answers: Moments, people: float, drawn: Resamples) -> Floats:
    """Return what there is to gain below and in the middle, shape (R, 2)."""
    both = plan_gains(Estimated.of(answers, drawn), roles.scale, people=people)
    return np.stack([each.gain for each in both], axis=1)


def _zones(
    by_zone: Floats, effort: Floats, gains: Floats | None, drawn: Resamples
) -> tuple[ZoneNumbers, ...]:
    effort_ends = intervals(effort, drawn)
    per_cost, share = _of_gains(by_zone, gains)
    per_cost_ends = intervals(per_cost, drawn)
    share_ends = intervals(share, drawn)
    return tuple(
        ZoneNumbers(
            zone,
            float(by_zone[0, i]),
            float(effort[0, i]),
            *ends(effort_ends[i]),
            known(share[0, i]),
            *ends(share_ends[i]),
            known(per_cost[0, i]),
            *ends(per_cost_ends[i]),
        )
        for i, zone in enumerate(ZONES)
    )


def _of_gains(by_zone: Floats, gains: Floats | None) -> tuple[Floats, Floats]:
    """Give the gain per cost and the share of the gain by zone; at the top nothing is to gain."""
    if gains is None:
        nothing = np.full(by_zone.shape, np.nan)
        return nothing, nothing
    full = np.column_stack([gains, np.where(np.isfinite(gains[:, 0]), 0.0, np.nan)])
    above = np.maximum(full, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return full / by_zone, above / above.sum(axis=1, keepdims=True)


def _moved(
    by_zone: Floats, gains: Floats, drawn: Resamples
) -> tuple[float | None, float | None, float | None]:
    """Say what moving a tenth of the effort from below to the middle would bring."""
    if by_zone[0, 0] < THRESHOLDS.tenth * by_zone[0].sum():
        return None, None, None
    with np.errstate(invalid="ignore", divide="ignore"):
        per_cost = gains / by_zone[:, :2]
        moved = THRESHOLDS.tenth * by_zone.sum(axis=1) * (per_cost[:, 1] - per_cost[:, 0])
    return (known(moved[0]), *ends(interval(moved, drawn)))
