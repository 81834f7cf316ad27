"""Who gets what: the plan that brings the most worth for the money, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from kuski.choose.budget.doubt import Doubts, doubts_of
from kuski.choose.budget.figures import figures_of
from kuski.choose.budget.numbers import BudgetNumbers, KnowingNumbers, ScenarioNumbers, TodayNumbers
from kuski.choose.called import action_called, segment_called
from kuski.choose.cell import EVERYONE, OTHERS
from kuski.choose.decision import decision_of
from kuski.choose.effort import other_unit
from kuski.choose.problem import problem_needs
from kuski.finding import Check, Finding, Refusal, Sentence, warned
from kuski.moments import Collected, Needs
from kuski.roles import Roles
from kuski.show.table import Column, Table
from kuski.words import Estimate, Quantity, say

if TYPE_CHECKING:
    import altair as alt

NAME = "choose.budget"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a sentence or a check changes.

    Attributes
    ----------
    gap : float
        How far the worth may be below the best, as a share of it, before that is a warning.
    guess : float
        Share of the worth that may stand on guesses.
    left_out : float
        Share of the customers with a score who may be in no cell.
    unscored : float
        Share of all customers who may never have given a score.
    trial : int
        Customers in a trial, half of them served.
    near : float
        Difference from the plan, as a share of its worth, below which another way is about as good.
    capacity : float
        A capacity of so many times all customers looks like money.
    """

    gap: float = 0.02
    guess: float = 0.5
    left_out: float = 0.05
    unscored: float = 0.5
    trial: int = 1_000
    near: float = 0.02
    capacity: float = 20.0


THRESHOLDS = Thresholds()


@dataclass(frozen=True, repr=False)
class Budget(Finding):
    """The most worth for the money.

    Attributes
    ----------
    numbers : BudgetNumbers
    doubts : Doubts
    labels : mapping
        How the table of actions calls each.
    segments : tuple of str
        The columns whose values make a segment.
    worth_unit, cost_unit : str
    """

    name: ClassVar[str] = NAME
    sources: ClassVar[tuple[str, ...]] = (
        "Sinha & Zoltners 1979, The multiple-choice knapsack problem",
        "Kellerer, Pferschy & Pisinger 2004, Knapsack Problems, chapter 11",
        "Efron 2011, Tweedie's formula and selection bias (shrunk lifts)",
        "Andrews, Kitagawa & McCloskey 2024, Inference on winners",
        "Raiffa & Schlaifer 1961, Applied Statistical Decision Theory (the value of knowing)",
    )

    numbers: BudgetNumbers
    doubts: Doubts
    worth_unit: str
    cost_unit: str
    labels: Mapping[str, str] = field(default_factory=dict)
    segments: tuple[str, ...] = ()

    @property
    def caption(self) -> str:
        """What the chart measures."""
        return self._sentence("caption", people=self.numbers.people, n=self.n).text

    def table(self) -> Table:
        """Lay out who gets what, by action and zone."""
        titles = {key: self._sentence(key).text for key in ("action", "zone", "segments", "people")}
        titles |= {key: self._sentence(key).text for key in ("cost", "worth", "sure", "grade")}
        columns = (
            Column("name", titles["action"]),
            Column("zone", titles["zone"]),
            Column("segments", titles["segments"]),
            Column("people", titles["people"], "count"),
            Column("cost", titles["cost"], "quantity", self.cost_unit),
            Column("worth", titles["worth"], "estimate", self.worth_unit),
            Column("optimal_share", titles["sure"], "share"),
            Column("grade", titles["grade"]),
        )
        return Table(columns, tuple(self._records()), self.language)

    def _records(self) -> list[dict[str, str | float | None]]:
        return [
            {
                "name": self.action(group.action),
                "zone": say(f"zones.{group.zone}", self.language),
                "segments": self._segments(group.segments, is_everywhere=group.is_everywhere),
                "people": round(group.people),
                "cost": group.cost,
                "worth": group.worth,
                "worth_low": group.worth_low,
                "worth_high": group.worth_high,
                "optimal_share": group.optimal_share,
                "grade": self._sentence(f"grade_{group.grade}").text,
            }
            for group in self.numbers.groups
        ]

    def action(self, own: str) -> str:
        """Call an action, or a bundle of them, as people do."""
        return action_called(self, own, self.labels)

    def segment(self, own: str) -> str:
        """Call a segment as people do."""
        if own in (EVERYONE, OTHERS):
            return self._sentence(own).text
        return segment_called(self, own, self.segments)

    def _segments(self, segments: tuple[str, ...], *, is_everywhere: bool) -> str:
        if is_everywhere:
            return self._sentence("everywhere").text
        shown = ", ".join(self.segment(one) for one in segments[:3])
        more = len(segments) - 3
        return self._sentence("and_more", some=shown, n=more).text if more > 0 else shown

    def chart(self, *, narrow: bool = False) -> "alt.TopLevelMixin | None":
        """Draw worth over money, and the other ways of spending the same."""
        from kuski.show.charts import worth_of_money

        today = self.numbers.today
        points = [
            {
                "money": point.money,
                "worth": point.worth,
                "worth_low": point.worth_low,
                "worth_high": point.worth_high,
            }
            for point in self.numbers.frontier
        ]
        marks: list[dict[str, str | float | None]] = [
            {"name": "plan", "money": self.numbers.money, "worth": self.numbers.worth}
        ]
        if today is not None:
            marks.append({"name": "today", "money": today.cost, "worth": today.worth})
        scenarios: list[dict[str, str | float | None]] = [
            {
                "name": self._sentence(f"scenario_{one.scenario}").text,
                "is_plan": one.scenario == "optimum",
                "worth": one.worth,
                "worth_low": one.worth_low,
                "worth_high": one.worth_high,
            }
            for one in sorted(self.numbers.scenarios, key=lambda one: -one.worth)
        ]
        return worth_of_money(
            points,
            marks,
            scenarios,
            worth_unit=self.worth_unit,
            cost_unit=self.cost_unit,
            language=self.language,
            narrow=narrow,
        )

    def story(self) -> tuple[Sentence, ...]:
        """Say what the money buys, what the next of it brings, and what to try first."""
        found = [self._first()]
        if self.doubts.is_default_money:
            found.append(self._sentence("default_money", money=self._cost(self.numbers.money)))
        found += [*self._most(), self._next()]
        if self.numbers.today is not None:
            found.append(self._today(self.numbers.today))
        found += [*self._sure(), *self._shrunk(), *self._other_ways(), *self._trial()]
        return tuple(found)

    def checks(self) -> tuple[Check, ...]:
        """Try what would make the plan wrong."""
        numbers, limits, doubts = self.numbers, THRESHOLDS, self.doubts
        gap, guess = numbers.gap or 0.0, numbers.guess_share or 0.0
        everybody = numbers.people + numbers.people_left_out
        thin = numbers.people_left_out / everybody if everybody else 0.0
        silent = numbers.people_unscored / max(everybody + numbers.people_unscored, 1.0)
        found = [
            self._check("observed", "warn"),
            self._check(
                "gap",
                warned(gap > limits.gap),
                gap=Quantity(gap, "%"),
                limit=Quantity(limits.gap, "%"),
            ),
            self._check(
                "guesses",
                warned(guess > limits.guess),
                share=Quantity(guess, "%"),
                limit=Quantity(limits.guess, "%"),
            ),
        ]
        if numbers.people_left_out:
            found.append(
                self._check(
                    "thin",
                    warned(thin > limits.left_out),
                    n=round(numbers.people_left_out),
                    share=Quantity(thin, "%"),
                    limit=Quantity(limits.left_out, "%"),
                )
            )
        if numbers.people_unscored:
            found.append(
                self._check(
                    "unscored",
                    warned(silent > limits.unscored),
                    n=round(numbers.people_unscored),
                    share=Quantity(silent, "%"),
                    limit=Quantity(limits.unscored, "%"),
                )
            )
        if not doubts.is_adjusted:
            found.append(self._check("unadjusted", "warn"))
        if doubts.rules:
            found.append(self._check("rules", "ok", n=doubts.rules))
        if doubts.void_rules:
            found.append(self._check("void_rules", "warn"))
        if doubts.left_out:
            found.append(self._check("left_out", "warn", actions=self._list(doubts.left_out)))
        if doubts.big_capacity:
            found.append(self._check("capacity", "warn", actions=self._list(doubts.big_capacity)))
        return (*found, *self._doubts_of_today())

    def _doubts_of_today(self) -> list[Check]:
        doubts, found = self.doubts, []
        if doubts.other_unit is not None:
            return [
                self._check("other_unit", "warn", efforts=doubts.other_unit, actions=self.cost_unit)
            ]
        if doubts.years is None:
            return []
        if doubts.years > 1:
            found.append(self._check("years", "ok", n=round(doubts.years, 1)))
        if not doubts.known_cost:
            found.append(self._check("kinds", "warn"))
        if doubts.unmatched > 0:
            found.append(self._check("unmatched", "warn", cost=self._cost(doubts.unmatched)))
        return found

    def _list(self, actions: tuple[str, ...]) -> str:
        return ", ".join(self.action(action) for action in actions)

    def _cost(self, value: float | None) -> Quantity:
        return Quantity(value, self.cost_unit)

    def _worth(self, value: float | None) -> Quantity:
        return Quantity(value, self.worth_unit)

    def _first(self) -> Sentence:
        numbers = self.numbers
        worth = Estimate(numbers.worth, numbers.worth_low, numbers.worth_high, self.worth_unit)
        served = sum(row.people for row in numbers.plan if row.action)
        case = "plan_nothing"
        if served:
            case = "plan_unsure" if (numbers.worth_low or 0.0) < 0 else "plan"
        return self._sentence(
            case,
            money=self._cost(numbers.money),
            worth=worth,
            served=round(served),
            people=round(numbers.people),
        )

    def _most(self) -> list[Sentence]:
        groups = sorted(self.numbers.groups, key=lambda group: -group.cost)
        if not groups:
            return []
        by_action: dict[str, list[float]] = {}
        for group in groups:
            held = by_action.setdefault(group.action, [0.0, 0.0])
            held[0] += group.people
            held[1] += group.cost
        listed = sorted(by_action.items(), key=lambda item: -item[1][1])[:3]
        parts = [
            self._sentence(
                "part", action=self.action(own), n=round(people), cost=self._cost(cost)
            ).text
            for own, (people, cost) in listed
        ]
        return [self._sentence("most", parts="; ".join(parts))]

    def _next(self) -> Sentence:
        numbers = self.numbers
        price = numbers.shadow_price or 0.0
        values: dict[str, object] = {
            "price": Quantity(100 * price, self.worth_unit),
            "one": Quantity(100.0, self.cost_unit),
            "enough": self._cost(numbers.enough),
        }
        if not price > 0:
            return self._sentence("next_nothing", **values)
        if not self.worth_unit or self.worth_unit != self.cost_unit:
            return self._sentence("next", **values)
        if price >= 1:
            return self._sentence("next_pays", **values)
        if numbers.pays_until is None:
            return self._sentence("next_never_paid", **values)
        return self._sentence("next_loses", until=self._cost(numbers.pays_until), **values)

    def _today(self, today: TodayNumbers) -> Sentence:
        case = "today_unsure"
        if today.regret_low > 0:
            case = "today_worse"
        elif abs(today.regret) <= THRESHOLDS.near * max(abs(today.worth), 1.0):
            case = "today_near"
        return self._sentence(
            case,
            cost=self._cost(today.cost),
            worth=Estimate(today.worth, today.worth_low, today.worth_high, self.worth_unit),
            regret=Estimate(today.regret, today.regret_low, today.regret_high, self.worth_unit),
        )

    def _sure(self) -> list[Sentence]:
        numbers = self.numbers
        if numbers.safe_share is None:
            return []
        return [
            self._sentence(
                "surety",
                safe=Quantity(numbers.safe_share, "%"),
                likely=Quantity(numbers.likely_share, "%"),
                bet=Quantity(numbers.bet_share, "%"),
            )
        ]

    def _shrunk(self) -> list[Sentence]:
        promised, worth = self.numbers.promised, self.numbers.worth
        if not promised or not worth or promised <= worth:
            return []
        return [self._sentence("shrunk", promised=self._worth(promised), worth=self._worth(worth))]

    def _other_ways(self) -> list[Sentence]:
        if not self.numbers.worth:
            return []
        others = (one for one in self.numbers.scenarios if one.scenario != "optimum")
        return [self._other_way(one) for one in others]

    def _other_way(self, one: ScenarioNumbers) -> Sentence:
        case = "way_less" if one.difference_low > 0 else "way_unsure"
        if abs(one.difference) <= THRESHOLDS.near * abs(self.numbers.worth or 0.0):
            case = "way_near"
        difference = Estimate(
            one.difference, one.difference_low, one.difference_high, self.worth_unit
        )
        name = self._sentence(f"scenario_{one.scenario}").text
        segments = ", ".join(self.segment(segment) for segment in one.segments)
        return self._sentence(
            case, way=f"{name} ({segments})" if segments else name, difference=difference
        )

    def _trial(self) -> list[Sentence]:
        trials = self.numbers.knowing
        best = max(trials, key=self._net, default=None)
        if best is None or not any(trial.perfect > 0 for trial in trials):
            return [self._sentence("trial_none")] if trials else []
        is_one_unit = bool(self.worth_unit) and self.worth_unit == self.cost_unit
        if is_one_unit and self._net(best) <= 0:
            return [self._sentence("trial_too_dear", perfect=self._worth(best.perfect))]
        return [
            self._sentence(
                "trial",
                action=self.action(best.action),
                n=best.customers,
                sample=self._worth(best.sample),
                cost=self._cost(best.cost),
                perfect=self._worth(best.perfect),
            )
        ]

    def _net(self, trial: KnowingNumbers) -> float:
        is_one_unit = bool(self.worth_unit) and self.worth_unit == self.cost_unit
        return trial.sample - (trial.cost if is_one_unit else 0.0)


def needs(roles: Roles) -> Needs | Refusal:
    """Ask for what the problem stands on."""
    asked = problem_needs(roles)
    return asked.of(NAME, BudgetNumbers()) if isinstance(asked, Refusal) else asked


def find(roles: Roles, collected: Collected, rng: np.random.Generator) -> Finding:
    """Find the best plan for the money."""
    decision = decision_of(roles, collected, rng)
    if isinstance(decision, Refusal):
        return decision.of(NAME, BudgetNumbers())
    problem, plan = decision.problem, decision.plan
    if isinstance(plan, Refusal):
        return plan.of(NAME, BudgetNumbers())
    return Budget(
        n=problem.n,
        language="en",
        numbers=figures_of(problem, plan, roles.scale, customers=THRESHOLDS.trial),
        doubts=doubts_of(
            problem,
            is_default_money=roles.settings.choose.money is None,
            capacity=THRESHOLDS.capacity,
            other_unit=other_unit(roles),
        ),
        worth_unit=problem.worth_unit,
        cost_unit=problem.cost_unit,
        labels={action.action: action.label for action in (*problem.actions, *problem.left_out)},
        segments=problem.segments,
    )
