"""Where does our effort go, and where is there most to gain for it?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from kuski.finding import Check, Finding, Refusal, Sentence
from kuski.moments import Category, Collected, LevelOf, Moments, Need, Needs
from kuski.roles import Roles, variable
from kuski.show.table import Column, Table
from kuski.stats.plans import gain, plans
from kuski.stats.resample import Resamples, interval, intervals, resamples, totals
from kuski.terms import ZONES, ZoneName
from kuski.value.worth import (
    Estimated,
    WorthByLevel,
    ends,
    people_of,
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
    tenth : float
        Part of the effort that is moved.
    """

    unmatched: float = 0.2
    told: float = 0.8
    tenth: float = 0.1


THRESHOLDS = Thresholds()


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
        All of the effort.
    unmatched_share : float
        Share of it for customers who never gave a score.
    moved : float or None
        What moving a tenth of the effort from below the middle to the middle would bring.
    """

    zones: tuple[ZoneNumbers, ...]
    kinds: tuple[KindNumbers, ...]
    cost: float
    unmatched_share: float
    moved: float | None
    moved_low: float | None
    moved_high: float | None


_EMPTY = EffortNumbers((), (), 0.0, 0.0, None, None, None)


@dataclass(frozen=True)
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
                Column("gain_share", self._sentence("gain_share").text, "share"),
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
        return self._sentence(case, share=share, gain=Quantity(below.gain_share, "%"))

    def _told(self, below: ZoneNumbers, share: Estimate) -> Sentence:
        low, high = below.effort_share_low, below.effort_share_high
        told = Quantity(THRESHOLDS.told, "%")
        case = "told_unsure"
        if low is not None and high is not None:
            case = "told_holds" if low <= THRESHOLDS.told <= high else "told_fails"
        return self._sentence(case, share=share, told=told)

    def _kinds(self) -> list[Sentence]:
        if len(self.numbers.kinds) < 2:
            return []
        worst = max(self.numbers.kinds, key=lambda kind: kind.cost * kind.below)
        return [
            self._sentence(
                "kind",
                kind=worst.kind,
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
    asked = Needs.of(*_cost_needs(roles).values())
    if roles.has_customers:
        asked |= Needs(panel=roles.panel)
    return asked if roles.worth is None else asked | worth_needs(roles, roles.worth)


def find(roles: Roles, collected: Collected, rng: np.random.Generator) -> Finding:
    """Divide the effort over the zones."""
    efforts = roles.settings.efforts
    asked = needs(roles)
    if efforts is None or isinstance(asked, Refusal):
        return asked if isinstance(asked, Refusal) else _refused("no_efforts")
    found = _cost_needs(roles)
    moments = {name: collected.moments[need] for name, need in found.items()}
    cost = _cost_by_zone(roles, moments)
    if not cost.zones.sum():
        return _refused("no_cost")
    worth = None
    if roles.worth is not None:
        estimated = worth_by_level(roles, roles.worth, collected, rng)
        worth = estimated if isinstance(estimated, WorthByLevel) else None
    people = 0.0 if worth is None else people_of(roles, worth, collected)
    numbers = _numbers(roles, cost, worth, people, rng)
    return Effort(
        n=worth.scored if worth else cost.rows,
        language="en",
        numbers=numbers,
        pieces=cost.rows,
        cost_unit=efforts.cost.unit,
        worth_unit=roles.worth_unit,
    )


@dataclass(frozen=True, slots=True)
class _Cost:
    """Cost by zone and replicate, with what could not be tied to a score.

    Attributes
    ----------
    zones : ndarray, shape (3, G)
    unmatched : float
    rows : int
    held : ndarray of int, shape (G,)
        Rows by replicate.
    is_folded : bool
        Whether replicates are the random groups that the answers have too.
    kinds : tuple of (name, rows, cost by zone)
    """

    zones: Floats
    unmatched: float
    rows: int
    held: npt.NDArray[np.int64]
    is_folded: bool
    kinds: tuple[tuple[str, int, Floats], ...]


def _refused(reason: str) -> Refusal:
    return Refusal(n=0, language="en", numbers=_EMPTY, refused=NAME, reason=reason)


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
        asked = {"zones": Need("efforts", cost, (LevelOf(),))}
        return asked | ({"kinds": Need("efforts", cost, (*kind, LevelOf()))} if kind else {})
    theirs = Category(efforts.segment or "")
    asked = {
        "zones": Need("efforts", cost, (theirs,)),
        "answers": Need("responses", (), (segment, roles.score_levels), roles.weight),
    }
    return asked | ({"kinds": Need("efforts", cost, (*kind, theirs))} if kind else {})


def _cost_by_zone(roles: Roles, moments: dict[str, Moments]) -> _Cost:
    zones = moments["zones"]
    shares = _zone_shares(roles, moments)
    cost = _sums(zones)
    by_zone = np.zeros((len(ZONES), cost.shape[1]))
    unmatched = 0.0
    for group, part in zip(zones.groups, cost, strict=True):
        share = shares.get(group[-1])
        if share is None:
            unmatched += float(part.sum())
        else:
            by_zone += share[:, None] * part
    return _Cost(
        zones=by_zone,
        unmatched=unmatched,
        rows=zones.n,
        held=zones.rows.sum(axis=0),
        is_folded=zones.is_folded,
        kinds=_kinds(moments["kinds"], shares) if "kinds" in moments else (),
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
    moments: Moments, shares: dict[int | str, Floats]
) -> tuple[tuple[str, int, Floats], ...]:
    cost, rows = _sums(moments).sum(axis=1), moments.rows.sum(axis=1)
    found: dict[str, tuple[int, Floats]] = {}
    for (kind, group), part, n in zip(moments.groups, cost, rows, strict=True):
        share = shares.get(group)
        if share is not None:
            before = found.get(str(kind), (0, np.zeros(len(ZONES))))
            found[str(kind)] = (before[0] + int(n), before[1] + part * share)
    return tuple((kind, n, by_zone) for kind, (n, by_zone) in found.items())


def _numbers(
    roles: Roles, cost: _Cost, worth: WorthByLevel | None, people: float, rng: np.random.Generator
) -> EffortNumbers:
    drawn = resamples(_common_rows(cost, worth), rng=rng)
    by_zone = totals(cost.zones.T, drawn)
    with np.errstate(invalid="ignore", divide="ignore"):
        effort = by_zone / by_zone.sum(axis=1, keepdims=True)
    gains = None if worth is None else _gains(roles, cost, worth, people, drawn)
    whole = float(cost.zones.sum()) + cost.unmatched
    disclosed = [(kind, by) for kind, n, by in cost.kinds if n >= roles.settings.study.disclosure]
    moved = (None, None, None) if gains is None else _moved(by_zone, gains, drawn)
    return EffortNumbers(
        zones=_zones(by_zone, effort, gains, drawn),
        kinds=tuple(
            KindNumbers(kind, float(by.sum()), float(by.sum() / cost.zones.sum()), *_shares(by))
            for kind, by in sorted(disclosed, key=lambda pair: -pair[1].sum())
        ),
        cost=whole,
        unmatched_share=cost.unmatched / whole,
        moved=moved[0],
        moved_low=moved[1],
        moved_high=moved[2],
    )


def _shares(by_zone: Floats) -> tuple[float, float, float]:
    below, middle, top = (float(part) for part in by_zone / by_zone.sum())
    return below, middle, top


def _common_rows(cost: _Cost, worth: WorthByLevel | None) -> npt.NDArray[np.int64]:
    """Give rows by replicate; of efforts and answers together where they share their replicates."""
    if worth is None or not _is_shared(cost, worth.main):
        return cost.held
    rows: npt.NDArray[np.int64] = cost.held + worth.main.moments.rows.sum(axis=0)
    return rows


def _is_shared(cost: _Cost, estimated: Estimated) -> bool:
    return cost.is_folded and estimated.moments.is_folded


def _gains(
    roles: Roles, cost: _Cost, worth: WorthByLevel, people: float, drawn: Resamples
) -> Floats:
    """Return what there is to gain below and in the middle, shape (R, 2); constant if unshared."""
    scale, estimated = roles.scale, worth.main
    both = plans(
        scale.positions,
        middle=scale.positions[scale.middle],
        top=[scale.positions[place] for place in scale.top],
    )
    if _is_shared(cost, estimated):
        estimated = estimated.redrawn(drawn)
    values = estimated.worth
    heads = estimated.levels.shares * people
    found = [
        gain(heads, values, positions=scale.positions, plan=plan).gain
        for plan in (both.eliminate, both.elevate)
    ]
    stacked: Floats = np.stack(found, axis=1)
    if _is_shared(cost, estimated):
        return stacked
    unsure = np.full((len(drawn.counts), 2), np.nan)
    unsure[0] = stacked[0]
    return unsure


def _zones(
    by_zone: Floats, effort: Floats, gains: Floats | None, drawn: Resamples
) -> tuple[ZoneNumbers, ...]:
    effort_ends = intervals(effort, drawn)
    found = []
    for i, zone in enumerate(ZONES):
        share, per_cost = None, None
        low, high = None, None
        if gains is not None:
            whole = float(np.maximum(gains[0], 0).sum())
            here = gains[:, i] if i < gains.shape[1] else np.zeros(len(gains))
            share = float(max(here[0], 0.0) / whole) if whole > 0 else None
            with np.errstate(invalid="ignore", divide="ignore"):
                values = here / by_zone[:, i]
            per_cost = float(values[0]) if np.isfinite(values[0]) else None
            low, high = ends(interval(values, drawn))
        found.append(
            ZoneNumbers(
                zone=zone,
                cost=float(by_zone[0, i]),
                effort_share=float(effort[0, i]),
                effort_share_low=ends(effort_ends[i])[0],
                effort_share_high=ends(effort_ends[i])[1],
                gain_share=share,
                gain_per_cost=per_cost,
                gain_per_cost_low=low,
                gain_per_cost_high=high,
            )
        )
    return tuple(found)


def _moved(
    by_zone: Floats, gains: Floats, drawn: Resamples
) -> tuple[float | None, float | None, float | None]:
    """Say what moving a tenth of the effort from below to the middle would bring."""
    with np.errstate(invalid="ignore", divide="ignore"):
        per_cost = gains / by_zone[:, :2]
    moved = THRESHOLDS.tenth * by_zone.sum(axis=1) * (per_cost[:, 1] - per_cost[:, 0])
    value = float(moved[0]) if np.isfinite(moved[0]) else None
    return (value, *ends(interval(moved, drawn)))
