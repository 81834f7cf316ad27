"""Where does the last euro of service bring less than it would bring elsewhere?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from kuski.choose.called import action_called, segment_called
from kuski.choose.cell import EVERYONE, OTHERS
from kuski.choose.decision import decision_of
from kuski.choose.effort import Efforts, other_unit
from kuski.choose.overservice.margin import margins_of
from kuski.choose.overservice.surplus import (
    ServiceNumbers,
    by_segment,
    by_zone,
    surpluses,
)
from kuski.choose.plan import Plan, limits_of
from kuski.choose.problem import Problem, problem_needs
from kuski.finding import Check, Finding, Refusal, Sentence, warned
from kuski.moments import Collected, Needs
from kuski.roles import Roles
from kuski.show.table import Column, Table
from kuski.stats import programme
from kuski.stats.draws import with_interval
from kuski.words import Estimate, Quantity, say

if TYPE_CHECKING:
    import altair as alt

NAME = "choose.overservice"

Floats = npt.NDArray[np.float64]
Known = tuple[float | None, float | None, float | None]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a check changes.

    Attributes
    ----------
    unmatched : float
        Share of today's money for customers in no group of the plan, above which is a warning.
    lines : int
        Most lines of the table; the numbers hold all.
    hidden : float
        Money, in the unit of cost, below which what is not shown is rounding.
    """

    unmatched: float = 0.2
    lines: int = 15
    hidden: float = 0.005


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class OverserviceNumbers:
    """The numbers of `choose.overservice`; money and worth are of a year.

    Attributes
    ----------
    money : float or None
        That the plan may spend.
    shadow_price : float or None
        Worth that its next unit would bring.
    cost : float
        Of today's services for the customers in the plan.
    movable : float
        Money of it that is safe or likely to bring less than the shadow price.
    movable_safe : float
        How much of that is safe: it brings less in at least nine of ten draws.
    lost : float or None
        Worth that would go with `movable`.
    gain : float or None
        The most that `movable` could bring, were it added to the plan's money.
    net : float or None
        `gain` less `lost`.
    held : float
        Money for the protected and by rules, which is not counted whatever it brings.
    hidden : float
        Money in groups with too few pieces of work to be shown.
    unmatched : float
        Money for customers who are in no group of the plan.
    services : tuple of ServiceNumbers
        By kind, segment and zone; the most money that could move first.
    zones : tuple of ServiceNumbers
        The same by kind and zone, with an empty segment.
    """

    money: float | None = None
    shadow_price: float | None = None
    shadow_price_low: float | None = None
    shadow_price_high: float | None = None
    cost: float = 0.0
    movable: float = 0.0
    movable_safe: float = 0.0
    lost: float | None = None
    lost_low: float | None = None
    lost_high: float | None = None
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None
    net: float | None = None
    net_low: float | None = None
    net_high: float | None = None
    held: float = 0.0
    hidden: float = 0.0
    unmatched: float = 0.0
    services: tuple[ServiceNumbers, ...] = ()
    zones: tuple[ServiceNumbers, ...] = ()


_EMPTY = OverserviceNumbers()
_NOTHING: Known = (None, None, None)


@dataclass(frozen=True, repr=False)
class Overservice(Finding):
    """Service that could do more elsewhere.

    Attributes
    ----------
    numbers : OverserviceNumbers
    years : int
        For how long the efforts were gathered.
    is_by_level : bool
        Whether efforts name customers and not segments.
    labels : mapping
        How the table of actions calls the kinds that are actions.
    segments : tuple of str
        The columns whose values make a segment.
    cost_unit, worth_unit : str
    """

    name: ClassVar[str] = NAME
    sources: ClassVar[tuple[str, ...]] = (
        "Sinha & Zoltners 1979, The multiple-choice knapsack problem",
        "Dyer 1984, An O(n) algorithm for the multiple-choice knapsack linear program",
    )

    numbers: OverserviceNumbers
    years: float
    is_by_level: bool
    cost_unit: str
    worth_unit: str
    labels: Mapping[str, str] = field(default_factory=dict)
    segments: tuple[str, ...] = ()

    def table(self) -> Table:
        """Lay the services out, those first whose money could move."""
        columns = (
            Column("does", self._sentence("kind").text),
            Column("name", self._sentence("segment").text),
            Column("zone_name", self._sentence("zone").text),
            Column("money", self._sentence("money").text, "quantity", self.cost_unit),
            Column("last", self._sentence("last").text, "estimate"),
            Column("movable", self._sentence("movable").text, "quantity", self.cost_unit),
            Column("verdict_name", self._sentence("verdict").text),
            Column("evidence_name", self._sentence("evidence").text),
        )
        shown, more = self._shown()
        return Table(columns, (*map(self._record, shown), *more), self.language)

    def _shown(self) -> tuple[tuple[ServiceNumbers, ...], list[dict[str, str | float | None]]]:
        """Take the first lines, and sum all others up in one."""
        services = self.numbers.services
        if len(services) <= THRESHOLDS.lines + 1:
            return services, []
        rest = services[THRESHOLDS.lines :]
        return services[: THRESHOLDS.lines], [
            {
                "does": self._sentence("more_lines", n=len(rest)).text,
                "name": "",
                "zone_name": "",
                "money": sum(one.money for one in rest),
                "movable": sum(one.movable for one in rest),
                "verdict_name": "",
                "evidence_name": "",
            }
        ]

    def _record(self, one: ServiceNumbers) -> dict[str, str | float | bool | None]:
        found = {key: getattr(one, key) for key in ServiceNumbers.__dataclass_fields__}
        segment = self._segment(one.segment)
        if one.is_protected:
            segment = self._sentence("name_protected", segment=segment).text
        return found | {
            "does": self._does(one.kind),
            "name": segment,
            "zone_name": say(f"zones.{one.zone}", self.language),
            "verdict_name": self._sentence(f"verdict_{one.verdict}").text,
            "evidence_name": self._sentence(f"evidence_{one.evidence}").text,
        }

    def chart(self, *, narrow: bool = False) -> "alt.TopLevelMixin | None":
        """Draw what the last unit of money brings in each service, against the shadow price."""
        from kuski.show.charts import worth_of_last_unit

        records = [
            {
                "name": self._does(one.kind),
                "zone": one.zone,
                "last": one.last,
                "last_low": one.last_low,
                "last_high": one.last_high,
                "money": one.money,
                "movable": one.movable,
                "verdict": one.verdict,
            }
            for one in self.numbers.zones
            if one.last is not None
        ]
        price = self.numbers.shadow_price
        if not records or price is None:
            return None
        return worth_of_last_unit(
            records, price=price, unit=self.cost_unit, language=self.language, narrow=narrow
        )

    def story(self) -> tuple[Sentence, ...]:
        """Say how much could move, from where, and what it would bring elsewhere."""
        numbers = self.numbers
        if numbers.shadow_price is None:
            return ()
        sentences = [self._first(numbers.shadow_price)]
        if numbers.movable > 0:
            sentences += [self._where(), *self._evidence(), *self._elsewhere()]
        bets = sum(one.movable for one in numbers.services if one.verdict == "bet")
        if bets > 0:
            sentences.append(self._sentence("bets", money=Quantity(bets, self.cost_unit)))
        if numbers.held > 0:
            sentences.append(self._sentence("held", money=Quantity(numbers.held, self.cost_unit)))
        return tuple(sentences)

    def checks(self) -> tuple[Check, ...]:
        """Try what would make the margins wrong."""
        numbers = self.numbers
        whole = numbers.cost + numbers.unmatched
        share = numbers.unmatched / whole if whole else 0.0
        found = [
            self._check(
                "unmatched",
                warned(share > THRESHOLDS.unmatched),
                share=Quantity(share, "%"),
                limit=Quantity(THRESHOLDS.unmatched, "%"),
            )
        ]
        if numbers.hidden > THRESHOLDS.hidden:
            found.append(
                self._check("hidden", "ok", money=Quantity(numbers.hidden, self.cost_unit))
            )
        if self.years > 1:
            found.append(self._check("years", "ok", n=round(self.years, 1)))
        if self.is_by_level:
            found.append(self._check("by_level", "warn"))
        if any(one.evidence == "unknown" for one in numbers.services):
            found.append(self._check("unknown", "warn"))
        found.append(self._check("believed", "warn"))
        return tuple(found)

    def _first(self, price: float) -> Sentence:
        numbers = self.numbers
        cost = Quantity(numbers.cost, self.cost_unit)
        if price <= 0:
            return self._sentence("enough", cost=cost)
        told = Estimate(price, numbers.shadow_price_low, numbers.shadow_price_high)
        if numbers.movable <= 0:
            return self._sentence("none", price=told, cost=cost)
        is_safe = numbers.movable_safe >= numbers.movable / 2
        return self._sentence(
            "found" if is_safe else "found_likely",
            money=Quantity(numbers.movable, self.cost_unit),
            cost=cost,
            share=Quantity(numbers.movable / numbers.cost, "%"),
            price=told,
        )

    def _where(self) -> Sentence:
        """Name the service with the most money that could move."""
        one = next(part for part in self.numbers.zones if part.verdict in ("safe", "likely"))
        return self._sentence(
            "where",
            kind=self._does(one.kind),
            zone=self._sentence(f"for_{one.zone}").text,
            movable=Quantity(one.movable, self.cost_unit),
            money=Quantity(one.money, self.cost_unit),
            last=Estimate(one.last, one.last_low, one.last_high),
        )

    def _evidence(self) -> list[Sentence]:
        """Say how much of the money rests on which evidence."""
        moved = [one for one in self.numbers.services if one.verdict in ("safe", "likely")]
        sentences = []
        for evidence in ("unknown", "guess", "past", "experiment"):
            money = sum(one.movable for one in moved if one.evidence == evidence)
            if money > 0:
                share = Quantity(money / self.numbers.movable, "%")
                sentences.append(self._sentence(f"rests_on_{evidence}", share=share))
        return sentences

    def _elsewhere(self) -> list[Sentence]:
        numbers = self.numbers
        gain, lost, net = (
            Estimate(
                getattr(numbers, key),
                getattr(numbers, f"{key}_low"),
                getattr(numbers, f"{key}_high"),
                self.worth_unit,
            )
            for key in ("gain", "lost", "net")
        )
        is_sure = net.low is not None and net.low > 0
        case = "elsewhere" if is_sure else "elsewhere_unsure"
        return [self._sentence(case, gain=gain, lost=lost, net=net)]

    def _does(self, kind: str) -> str:
        if not kind:
            return self._sentence("all_kinds").text
        found = action_called(self, kind, self.labels)
        return found.replace("_", " ") if found == kind else found

    def _segment(self, segment: str) -> str:
        known = {OTHERS: "others", EVERYONE: "everyone"}
        if segment in known:
            return self._sentence(known[segment]).text
        return segment_called(self, segment, self.segments)


def needs(roles: Roles) -> Needs | Refusal:
    """Ask for what the choice stands on; today's efforts are among it."""
    efforts, actions = roles.settings.efforts, roles.settings.actions
    if efforts is None:
        return _refused("no_efforts")
    if (unit := other_unit(roles)) is not None and actions is not None:
        return _refused("efforts_other_unit", efforts=unit, actions=actions.cost.unit)
    asked = problem_needs(roles)
    return asked.of(NAME, _EMPTY) if isinstance(asked, Refusal) else asked


def find(roles: Roles, collected: Collected, rng: np.random.Generator) -> Finding:
    """Hold today's services against what their money would bring in the plan."""
    decision = decision_of(roles, collected, rng)
    if isinstance(decision, Refusal):
        return decision.of(NAME, _EMPTY)
    problem, plan = decision.problem, decision.plan
    if problem.today is None:
        return _refused("efforts_no_customer")
    if not problem.today.cost.sum() > 0:
        return _refused("no_cost")
    if isinstance(plan, Refusal):
        return plan.of(NAME, _EMPTY)
    efforts = problem.today.efforts
    return Overservice(
        n=problem.n,
        language="en",
        numbers=_numbers(problem, plan, efforts, least=roles.settings.study.disclosure),
        years=efforts.years,
        is_by_level=not efforts.is_by_segment,
        labels=problem.labels,
        segments=problem.segments,
        cost_unit=problem.cost_unit,
        worth_unit=problem.worth_unit,
    )


def _refused(reason: str, **values: object) -> Refusal:
    return Refusal.because(reason, name=NAME, numbers=_EMPTY, **values)


def _numbers(problem: Problem, plan: Plan, efforts: Efforts, *, least: int) -> OverserviceNumbers:
    margins = margins_of(problem, efforts.services, plan.price)
    services = surpluses(problem, margins, plan.prices, key=by_segment, least=least)
    zones = surpluses(problem, margins, plan.prices, key=by_zone, least=least)
    moved = [one for one in services if one.numbers.verdict in ("safe", "likely")]
    movable = sum(one.numbers.movable for one in moved)
    safe = sum(one.numbers.movable for one in moved if one.numbers.verdict == "safe")
    cost = sum(float(margin.service.cost.sum()) for margin in margins)
    lost = gain = net = _NOTHING
    if moved:
        lost_by_draw = np.sum([one.lost for one in moved], axis=0)
        gain_by_draw = _gains(problem, plan, movable)
        lost, gain = with_interval(lost_by_draw), with_interval(gain_by_draw)
        net = with_interval(gain_by_draw - lost_by_draw)
    return OverserviceNumbers(
        plan.money,
        plan.price,
        *with_interval(plan.prices)[1:],
        cost,
        movable,
        safe,
        *lost,
        *gain,
        *net,
        held=sum(float(margin.held.sum()) for margin in margins),
        hidden=max(cost - sum(one.numbers.money for one in services), 0.0),
        unmatched=efforts.unmatched,
        services=tuple(one.numbers for one in services),
        zones=tuple(one.numbers for one in zones),
    )


def _gains(problem: Problem, plan: Plan, more: float) -> Floats:
    """Say the most that more money could bring on each draw, shape (R,)."""
    money = plan.money + more
    limits = limits_of(problem, money)
    after = programme.by_draw(problem.value, problem.cost, money, limits=limits)
    found: Floats = np.maximum(after.bound - plan.bounds, 0.0)
    return found
