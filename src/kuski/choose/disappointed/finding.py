"""Who gets less under the plan than today or than an equal share, and who must sign it?"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from kuski.choose.called import action_called, segment_called
from kuski.choose.cell import EVERYONE, OTHERS
from kuski.choose.decision import decision_of
from kuski.choose.disappointed.figures import figures_of
from kuski.choose.disappointed.ledger import ComparisonNumbers, LineNumbers
from kuski.choose.disappointed.numbers import EMPTY, DisappointedNumbers
from kuski.choose.disappointed.rival import rival_needs, strongest
from kuski.choose.disappointed.signer import SignerNumbers
from kuski.choose.effort import other_unit
from kuski.choose.problem import problem_needs
from kuski.finding import Check, Finding, Refusal, Sentence, warned
from kuski.moments import Collected, Needs
from kuski.roles import Roles
from kuski.show.table import Column, Table
from kuski.words import Estimate, Quantity, figure

if TYPE_CHECKING:
    import altair as alt

NAME = "choose.disappointed"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a sentence or a check changes.

    Attributes
    ----------
    agree : float
        By how much the ledger and the plan may differ: half of a hundredth of the unit of cost.
    unscored : float
        Share of all customers who never gave a score, above which the ledger is a warning.
    ratio : float
        Times as much money per person in one group as in another, from which it is told to be
        looked at.
    lines : int
        Most lines of the ledger that the table shows; the numbers hold all.
    """

    agree: float = 0.005
    unscored: float = 0.2
    ratio: float = 1.25
    lines: int = 15


THRESHOLDS = Thresholds()
_KNOWN = {
    OTHERS: "others",
    EVERYONE: "everyone",
    "protected": "group_protected",
    "not_protected": "group_not_protected",
}


@dataclass(frozen=True, slots=True)
class Basis:
    """What the ledger stands on, for the checks.

    Attributes
    ----------
    unscored : float
        Customers who never gave a score.
    left_out : float
        Customers with a score in no group of the plan.
    years : float
        For how long the efforts were gathered; 0 without a table of them.
    other_unit : str or None
        Unit of the efforts where it is not that of the actions.
    is_today_by_level : bool
        Whether efforts name customers and not segments.
    knows_protected : bool
        Whether the study says who is protected.
    has_rivals : bool
        Whether it asks about other companies.
    """

    unscored: float
    left_out: float
    years: float
    other_unit: str | None
    is_today_by_level: bool
    knows_protected: bool
    has_rivals: bool


@dataclass(frozen=True, repr=False)
class Disappointed(Finding):
    """Who gets less.

    Attributes
    ----------
    numbers : DisappointedNumbers
    basis : Basis
    labels : mapping
        How the table of actions calls each.
    segments : tuple of str
        The columns whose values make a segment.
    cost_unit, worth_unit : str
    """

    name: ClassVar[str] = NAME
    sources: ClassVar[tuple[str, ...]] = (
        "Sinha & Zoltners 1979, The multiple-choice knapsack problem (an equal share, spent best)",
        "Brown, Cai & DasGupta 2001, Interval estimation for a binomial proportion (rivals)",
    )

    numbers: DisappointedNumbers
    basis: Basis
    cost_unit: str
    worth_unit: str
    labels: Mapping[str, str] = field(default_factory=dict)
    segments: tuple[str, ...] = ()

    @property
    def caption(self) -> str:
        """What the chart measures."""
        people = round(self.numbers.people)
        return self._sentence("caption", people=people, n=self.n).text

    def table(self) -> Table:
        """Write the ledger: a line for each group that gets less."""
        columns = [
            Column("name", self._sentence("segment").text),
            Column("level", self._sentence("level").text),
            Column("people", self._sentence("people").text, "count"),
            Column("does", self._sentence("action").text),
            Column("per_person", self._sentence("per_person").text, "quantity", self.cost_unit),
        ]
        if self.numbers.today is not None:
            columns += [
                Column(
                    "per_person_today",
                    self._sentence("per_person_today").text,
                    "quantity",
                    self.cost_unit,
                ),
                Column(
                    "worth_lost_today",
                    self._sentence("worth_lost_today").text,
                    "estimate",
                    self.worth_unit,
                ),
            ]
        columns.append(
            Column(
                "worth_lost_equal",
                self._sentence("worth_lost_equal").text,
                "estimate",
                self.worth_unit,
            )
        )
        if any(line.rival_share is not None for line in self.numbers.ledger):
            columns.append(
                Column("rival_share", self._sentence("rival_share").text, "estimate", "%")
            )
        shown, more = self._shown()
        records = [*map(self._record, shown), *more]
        return Table(tuple(columns), tuple(records), self.language)

    def _shown(self) -> tuple[tuple[LineNumbers, ...], list[dict[str, str | float | bool | None]]]:
        """Take the first lines, and sum all others up in one."""
        lines = self.numbers.ledger
        if len(lines) <= THRESHOLDS.lines + 1:
            return lines, []
        rest = lines[THRESHOLDS.lines :]
        people, money = sum(line.people for line in rest), sum(line.money for line in rest)
        before = [line.money_today for line in rest if line.money_today is not None]
        return lines[: THRESHOLDS.lines], [
            {
                "name": self._sentence("more_lines", n=len(rest)).text,
                "level": "",
                "people": people,
                "does": "",
                "money": money,
                "per_person": money / people,
                "per_person_today": sum(before) / people if before else None,
                "worth_lost_today": sum(line.worth_lost_today or 0.0 for line in rest)
                if before
                else None,
                "worth_lost_equal": sum(line.worth_lost_equal for line in rest),
            }
        ]

    def _record(self, line: LineNumbers) -> dict[str, str | float | bool | None]:
        found = {
            key: value
            for key in LineNumbers.__dataclass_fields__
            if not isinstance(value := getattr(line, key), tuple)
        }
        today = line.money_today
        return found | {
            "name": self._name(line.segment, is_protected=line.is_protected),
            "level": str(line.level),
            "does": self._does(line.action),
            "floors": ", ".join(line.floors),
            "per_person": line.money / line.people,
            "per_person_today": None if today is None else today / line.people,
        }

    def chart(self, *, narrow: bool = False) -> "alt.TopLevelMixin | None":
        """Draw how many get less in each segment, against today and against an equal share."""
        from kuski.show.charts import people_who_get_less

        if not self.numbers.ledger:
            return None
        panels = [
            (self._sentence(f"panel_{found.against}").text, self._bars(found))
            for found in (self.numbers.today, self.numbers.equal)
            if found is not None and found.people > 0
        ]
        return people_who_get_less(panels, language=self.language, narrow=narrow)

    def _bars(self, found: ComparisonNumbers) -> list[dict[str, str | float | None]]:
        """Sum the ledger's lines up by segment, those who are protected apart."""
        people: dict[str, float] = defaultdict(float)
        let_down: dict[str, float] = defaultdict(float)
        for line in self.numbers.ledger:
            for group in (line.segment, *(["protected"] if line.is_protected else [])):
                if getattr(line, f"is_less_than_{found.against}"):
                    people[group] += line.people
                if getattr(line, f"is_let_down_{found.against}"):
                    let_down[group] += line.people
        return [
            {
                "name": self._bar_name(group.group),
                "by": group.by,
                "of": group.people,
                "people": people[group.group],
                "let_down": let_down[group.group],
            }
            for group in self.numbers.groups
            if people[group.group] > 0
        ]

    def story(self) -> tuple[Sentence, ...]:
        """Say who gets less, what it costs, who is protected, and who must sign."""
        numbers = self.numbers
        if numbers.equal is None:
            return ()
        sentences = [self._first(numbers.equal)]
        for found in (numbers.today, numbers.equal):
            sentences += [] if found is None else self._against(found)
        if numbers.ledger:
            sentences += self._worst()
            sentences += self._protected(numbers.today or numbers.equal)
            sentences += self._rivals()
            sentences += self._signer()
        return (*sentences, *self._gaps())

    def checks(self) -> tuple[Check, ...]:
        """Try what would make the ledger wrong."""
        basis, numbers = self.basis, self.numbers
        found = [self._agreement(), *self._floors()]
        whole = numbers.people + basis.unscored + basis.left_out
        share = basis.unscored / whole if whole else 0.0
        if basis.unscored:
            found.append(
                self._check(
                    "unscored",
                    warned(share > THRESHOLDS.unscored),
                    n=round(basis.unscored),
                    share=Quantity(share, "%"),
                    limit=Quantity(THRESHOLDS.unscored, "%"),
                )
            )
        if basis.left_out >= 1:
            found.append(self._check("left_out", "warn", n=round(basis.left_out)))
        if basis.other_unit is not None:
            units = {"efforts": basis.other_unit, "actions": self.cost_unit}
            found.append(self._check("other_unit", "warn", **units))
        if basis.years > 1:
            found.append(self._check("years", "ok", n=round(basis.years, 1)))
        if basis.is_today_by_level and basis.years:
            found.append(self._check("by_level", "warn"))
        if not basis.has_rivals:
            found.append(self._check("no_rivals", "ok"))
        found.append(self._check("observed", "warn"))
        return tuple(found)

    def _first(self, equal: ComparisonNumbers) -> Sentence:
        numbers, today = self.numbers, self.numbers.today
        people = figure(round(numbers.people), self.language, decimals=0)
        if not numbers.ledger:
            return self._sentence("first_none" if today is None else "first_none_today")
        share = Quantity(numbers.people_less / numbers.people, "%")
        if today is None:
            return self._sentence("first_equal", n=round(equal.people), people=people, share=share)
        return self._sentence(
            "first_both",
            n=round(numbers.people_less),
            people=people,
            share=share,
            today=figure(round(today.people), self.language, decimals=0),
            equal=figure(round(equal.people), self.language, decimals=0),
        )

    def _against(self, found: ComparisonNumbers) -> list[Sentence]:
        """Say how those who get less fare: their score, their worth and their leaving."""
        against = found.against
        if found.people <= 0:
            return [self._sentence(f"{against}_nobody")] if self.numbers.ledger else []
        money = Quantity(found.less.money_before - found.less.money, self.cost_unit)
        if found.let_down <= 0:
            return [self._sentence(f"{against}_not_let_down", n=round(found.people), money=money)]
        is_felt = found.fall_low is not None and found.fall_low > 0
        sentences = [
            self._sentence(
                f"{against}_let_down" if is_felt else f"{against}_let_down_unsure",
                n=round(found.let_down),
                before=Quantity(found.score_before),
                score=Quantity(found.score),
                fall=Estimate(found.fall, found.fall_low, found.fall_high),
            )
        ]
        lost = Estimate(
            found.worth_lost, found.worth_lost_low, found.worth_lost_high, self.worth_unit
        )
        low, high = found.worth_lost_low, found.worth_lost_high
        is_sure = low is not None and low > 0
        is_gain = high is not None and high < 0
        case = "lost" if is_sure else "not_lost" if is_gain else "lost_unsure"
        if is_gain:
            lost = Estimate(
                -found.worth_lost,
                None if high is None else -high,
                None if low is None else -low,
                self.worth_unit,
            )
        sentences.append(self._sentence(f"{against}_{case}", worth=lost))
        leavers = found.leavers
        if leavers is not None and leavers >= 1:
            more = Estimate(leavers, found.leavers_low, found.leavers_high)
            sentences.append(self._sentence(f"{against}_leavers", n=round(leavers), leavers=more))
        return sentences

    def _worst(self) -> list[Sentence]:
        """Name the group that loses the most worth for one person."""
        against = "equal" if self.numbers.today is None else "today"
        down = [line for line in self.numbers.ledger if getattr(line, f"is_let_down_{against}")]
        if not down:
            return []

        def each(line: LineNumbers) -> float:
            return float(getattr(line, f"worth_lost_{against}")) / line.people

        line = max(down, key=each)
        if each(line) <= 0:
            return []
        value, low, high = (
            float(getattr(line, f"worth_lost_{against}{end}")) / line.people
            for end in ("", "_low", "_high")
        )
        worth = Estimate(value, low, high, self.worth_unit)
        return [
            self._sentence(
                f"worst_{against}",
                segment=self._name(line.segment, is_protected=line.is_protected),
                level=str(line.level),
                n=round(line.people),
                worth=worth,
            )
        ]

    def _protected(self, found: ComparisonNumbers) -> list[Sentence]:
        if not self.basis.knows_protected:
            return [self._sentence("protected_unknown")]
        if found.protected <= 0:
            return [self._sentence(f"protected_none_{found.against}")]
        case = "protected_let_down" if found.protected_let_down > 0 else "protected_less"
        people = found.protected_let_down or found.protected
        sentences = [self._sentence(f"{case}_{found.against}", n=round(people))]
        held = [floor for floor in self.numbers.floors if floor.people_less > 0]
        if held:
            actions = ", ".join(dict.fromkeys(self._does(floor.action) for floor in held))
            sentences.append(self._sentence("floors_hold", actions=actions))
        return sentences

    def _rivals(self) -> list[Sentence]:
        rival = strongest(self.numbers.rivals)
        if rival is None:
            return []
        share = Estimate(rival.share, rival.share_low, rival.share_high, "%")
        is_open = any(
            side is not None and side.let_down > 0
            for side in (self.numbers.today, self.numbers.equal)
        )
        case = "rival_would" if is_open and rival.share_low > 0.5 else "rival_some"
        return [self._sentence(case, rival=self.named(rival.rival), n=rival.n, share=share)]

    def _signer(self) -> list[Sentence]:
        """Say who must sign, with the weightiest reasons."""
        first = self.numbers.signers[0]
        causes = [one for one in self.numbers.signers if one.role == first.role]
        reasons = "; ".join(self._cause(one) for one in causes)
        return [self._sentence(f"sign_{first.role}", reasons=reasons)]

    def _cause(self, one: SignerNumbers) -> str:
        is_share = one.cause in ("people", "worth")
        value = Quantity(one.value, "%") if is_share else round(one.value)
        return self._sentence(
            f"cause_{one.cause}",
            n=0 if is_share else round(one.value),
            value=value,
            limit=Quantity(one.limit, "%"),
        ).text

    def _gaps(self) -> list[Sentence]:
        """Say how far apart segments are, and the protected and the others."""
        sentences = []
        for gap in self.numbers.gaps:
            if gap.measure != "money_per_person" or gap.difference <= 0:
                continue
            money = {
                group.group: Quantity(group.money_per_person, self.cost_unit)
                for group in self.numbers.groups
                if group.by == gap.by
            }
            served = {
                group.group: Quantity(group.served_share, "%")
                for group in self.numbers.groups
                if group.by == gap.by
            }
            is_wide = gap.ratio is None or gap.ratio >= THRESHOLDS.ratio
            ratio = "" if gap.ratio is None else figure(gap.ratio, self.language, decimals=2)
            case = "gap_nothing" if gap.ratio is None else "gap_wide" if is_wide else "gap_narrow"
            values: dict[str, object] = {
                "most": self._group(gap.most),
                "least": self._group(gap.least),
                "most_money": money[gap.most],
                "least_money": money[gap.least],
                "difference": Quantity(gap.difference, self.cost_unit),
                "most_served": served[gap.most],
                "least_served": served[gap.least],
            }
            if gap.ratio is not None:
                values["ratio"] = ratio
            sentences.append(self._sentence(case, **values))
        return sentences

    def _agreement(self) -> Check:
        """Hold the ledger and the rest against the plan."""
        numbers = self.numbers
        cost = numbers.cost or 0.0
        agrees = all(
            abs(found.less.money + found.rest.money - cost) < THRESHOLDS.agree
            and abs(found.less.worth + found.rest.worth - (numbers.worth or 0.0)) < THRESHOLDS.agree
            for found in (numbers.today, numbers.equal)
            if found is not None
        )
        return self._check(
            "agreement" if agrees else "disagreement",
            "ok" if agrees else "refuse",
            cost=Quantity(cost, self.cost_unit),
        )

    def _floors(self) -> list[Check]:
        numbers = self.numbers
        if numbers.floors:
            people = sum(floor.people for floor in numbers.floors)
            return [self._check("floors", "ok", n=len(numbers.floors), people=round(people))]
        if numbers.protected > 0:
            return [self._check("no_floors", "warn", n=round(numbers.protected))]
        return []

    def _group(self, group: str) -> str:
        """Call a segment, or those who are protected, as people do."""
        if group in _KNOWN:
            return self._sentence(_KNOWN[group]).text
        return segment_called(self, group, self.segments)

    def _bar_name(self, group: str) -> str:
        """Begin what is no name of the study's own with a capital."""
        name = self._group(group)
        return name[:1].upper() + name[1:] if group in _KNOWN else name

    def _name(self, segment: str, *, is_protected: bool) -> str:
        name = self._group(segment)
        return self._sentence("name_protected", segment=name).text if is_protected else name

    def _does(self, action: str) -> str:
        """Call what is done as people do."""
        if not action:
            return self._sentence("nothing").text
        return action_called(self, action, self.labels)


def needs(roles: Roles) -> Needs | Refusal:
    """Ask for what the choice stands on, and for the scores of other companies."""
    asked = problem_needs(roles)
    if isinstance(asked, Refusal):
        return asked.of(NAME, EMPTY)
    return asked | rival_needs(roles)


def find(roles: Roles, collected: Collected, rng: np.random.Generator) -> Finding:
    """Hold the plan against today and against an equal share."""
    decision = decision_of(roles, collected, rng)
    if isinstance(decision, Refusal):
        return decision.of(NAME, EMPTY)
    problem, plan = decision.problem, decision.plan
    if isinstance(plan, Refusal):
        return plan.of(NAME, EMPTY)
    part = roles.settings.customers or roles.settings.responses
    return Disappointed(
        n=problem.n,
        language="en",
        numbers=figures_of(problem, plan, roles, collected),
        basis=Basis(
            unscored=problem.people_unscored,
            left_out=problem.people_left_out,
            years=0 if problem.today is None else problem.today.efforts.years,
            other_unit=other_unit(roles),
            is_today_by_level=problem.today is not None and not problem.today.efforts.is_by_segment,
            knows_protected=part.protected is not None,
            has_rivals=bool(roles.rivals),
        ),
        labels=problem.labels,
        segments=problem.segments,
        cost_unit=problem.cost_unit,
        worth_unit=problem.worth_unit,
    )
