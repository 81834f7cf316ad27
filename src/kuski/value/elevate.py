"""Lift the unhappy or the content? Two plans, their gains, and what their ratio is made of."""

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from kuski.finding import Check, Finding, Refusal, Sentence, warned
from kuski.moments import Collected, Needs
from kuski.roles import Roles
from kuski.show.table import Cell, Column, Table
from kuski.value.pair import (
    NO_PAIR,
    HiddenCauseNumbers,
    Pair,
    PlanNumbers,
    hidden_of,
    pair_of,
)
from kuski.value.worth import (
    LEAST_RETAINED,
    LEAST_USED,
    WorthByLevel,
    people_of,
    plans_of,
    refused_worth,
    worth_by_level,
    worth_needs,
)
from kuski.words import Estimate, Quantity, currency_code

if TYPE_CHECKING:
    import altair as alt

NAME = "value.elevate"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a sentence or a check changes.

    Attributes
    ----------
    thin : int
        Fewest answers whose customers a plan moves before it is called thin.
    headcount : float
        Share of the ratio's logarithm from which it is called mostly headcount.
    robustness : float
        Robustness value below which a hidden cause is called a real doubt.
    measured : float
        Most times as strong as an `alike` column that still say something; beyond, the column is
        too weak to measure by.
    apart : float
        Relative difference between crude and adjusted ratio that is worth a sentence.
    """

    thin: int = 50
    headcount: float = 0.6
    robustness: float = 0.05
    measured: float = 20.0
    apart: float = 0.2


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class ElevateNumbers(Pair):
    """The numbers of `value.elevate`: adjusted where `alike` is given, crude where not.

    Attributes
    ----------
    crude : Pair
        The same without holding anything alike.
    customers : float
        People that the plans count with: customers with a score, or answers without customers.
    n_outcome, n_alike : int
        Answers with a score and an outcome, and those of them with every `alike` column.
    hidden_eliminate, hidden_elevate : HiddenCauseNumbers or None
    """

    crude: Pair
    customers: float
    n_outcome: int
    n_alike: int | None
    hidden_eliminate: HiddenCauseNumbers | None
    hidden_elevate: HiddenCauseNumbers | None


_EMPTY = ElevateNumbers(
    **{key: getattr(NO_PAIR, key) for key in Pair.__dataclass_fields__},
    crude=NO_PAIR,
    customers=0.0,
    n_outcome=0,
    n_alike=None,
    hidden_eliminate=None,
    hidden_elevate=None,
)


@dataclass(frozen=True, repr=False)
class Elevate(Finding):
    """Which of the two plans gains more.

    Attributes
    ----------
    numbers : ElevateNumbers
    unit : str
        Of worth.
    is_adjusted : bool
    alike : tuple of str
        What is held alike.
    borrowed : tuple of str
        Levels whose adjustment uses the slopes that all levels share.
    refused : tuple of str
        Levels whose adjusted worth is refused, since hardly anybody there is like everybody.
    middle, top : str
        The levels that the plans lift to.
    """

    name: ClassVar[str] = NAME
    sources: ClassVar[tuple[str, ...]] = (
        "Heath & Heath 2017, The Power of Moments, chapter 3 (the told figure, of Forrester)",
        "Kline 2011, Oaxaca-Blinder as a reweighting estimator, American Economic Review 101(3)",
        "Fieller 1954, Some problems in interval estimation (the interval of the ratio)",
        "Cinelli & Hazlett 2020, Making sense of sensitivity, JRSS B 82(1) (hidden cause)",
    )

    numbers: ElevateNumbers
    unit: str
    is_adjusted: bool
    alike: tuple[str, ...]
    borrowed: tuple[str, ...]
    refused: tuple[str, ...]
    middle: str
    top: str

    @property
    def is_refused(self) -> bool:
        """Whether there is no ratio."""
        return self.numbers.ratio is None

    @property
    def caption(self) -> str:
        """What the chart measures."""
        case = "caption_adjusted" if self.is_adjusted else "caption_crude"
        return self._sentence(case, n=self.numbers.n_alike or self.numbers.n_outcome).text

    def table(self) -> Table:
        """Lay both plans out, adjusted and crude."""
        columns = (
            Column("plan", self._sentence("plan").text),
            Column("people", self._sentence("people").text, "count"),
            Column("steps", self._sentence("steps").text, "count"),
            Column("gain", self._sentence("gain").text, "estimate", self.unit),
            Column(
                "gain_per_person", self._sentence("gain_per_person").text, "estimate", self.unit
            ),
        )
        return Table(columns, tuple(self._records()), self.language)

    def _records(self) -> list[dict[str, str | float | None]]:
        pairs: list[tuple[str, Pair]] = [("crude", self.numbers.crude)]
        if self.is_adjusted:
            pairs.insert(0, ("adjusted", self.numbers))
        return [
            {
                "plan": self._sentence(f"{plan}_{way}").text,
                "key": plan,
                "way": way,
                "people": numbers.people,
                "steps": numbers.steps,
                "gain": numbers.gain,
                "gain_low": numbers.gain_low,
                "gain_high": numbers.gain_high,
                "gain_per_person": numbers.gain_per_person,
                "gain_per_person_low": numbers.gain_per_person_low,
                "gain_per_person_high": numbers.gain_per_person_high,
            }
            for way, pair in pairs
            for plan, numbers in (("eliminate", pair.eliminate), ("elevate", pair.elevate))
        ]

    def chart(self, *, narrow: bool = False) -> "alt.TopLevelMixin | None":
        """Draw both gains with their intervals, above the split of the ratio."""
        from kuski.show.charts import plans as plans_chart

        numbers = self.numbers
        records = [
            {
                "plan": plan,
                "gain": main.gain,
                "gain_low": main.gain_low,
                "gain_high": main.gain_high,
            }
            | (
                {"crude": crude.gain, "crude_low": crude.gain_low, "crude_high": crude.gain_high}
                if self.is_adjusted
                else {}
            )
            for plan, main, crude in (
                ("eliminate", numbers.eliminate, numbers.crude.eliminate),
                ("elevate", numbers.elevate, numbers.crude.elevate),
            )
        ]
        split: dict[str, Cell] = asdict(numbers.split) | {
            "ratio": numbers.ratio,
            "ratio_low": numbers.ratio_low,
            "ratio_high": numbers.ratio_high,
        }
        return plans_chart(
            records, unit=self.unit, language=self.language, narrow=narrow, split=split
        )

    def story(self) -> tuple[Sentence, ...]:
        """Answer the question, then say what the answer is made of."""
        sentences = [self._answer(), *self._gains(), *self._made_of()]
        if self.is_adjusted:
            sentences += self._against_crude()
        sentences.append(self._told())
        sentences.append(self._sentence("goes_with" if self.is_adjusted else "goes_with_crude"))
        return tuple(sentences)

    def checks(self) -> tuple[Check, ...]:
        """Try what would make the comparison wrong."""
        return (
            self._denominator(),
            self._thin("eliminate", self.numbers.eliminate),
            self._thin("elevate", self.numbers.elevate),
            self._lost(),
            *self._hidden(),
            *([self._overlap()] if self.refused else []),
            *([self._borrowed()] if self.borrowed else []),
        )

    def _answer(self) -> Sentence:
        """Choose the case of the first sentence: who wins, or why it cannot be said."""
        numbers = self.numbers
        ratio = Estimate(numbers.ratio, numbers.ratio_low, numbers.ratio_high)
        if numbers.ratio is not None and numbers.ratio_low is not None:
            if numbers.ratio_low > 1:
                return self._sentence(self._winning(), ratio=ratio)
            if numbers.ratio_high is not None and numbers.ratio_high < 1:
                if numbers.ratio_low <= 0:
                    return self._sentence("eliminate_only", gain=self._gain(numbers.eliminate))
                inverse = Estimate(1 / numbers.ratio, 1 / numbers.ratio_high, 1 / numbers.ratio_low)
                return self._sentence("eliminate_wins", ratio=inverse)
            return self._sentence("no_winner", ratio=ratio)
        if _is_above_zero(numbers.elevate):
            return self._sentence("elevate_only", gain=self._gain(numbers.elevate))
        if _is_above_zero(numbers.eliminate):
            return self._sentence("eliminate_only", gain=self._gain(numbers.eliminate))
        return self._sentence("neither")

    def _winning(self) -> str:
        """Choose how elevate wins: by more people, by dearer steps, or by both."""
        step, people = self._step(), self.numbers.split.people
        if step == "dearer" or (people is not None and people > 1):
            return f"elevate_wins_step_{step}"
        return "elevate_wins"

    def _gains(self) -> list[Sentence]:
        sentences = []
        for plan, numbers in (
            ("eliminate", self.numbers.eliminate),
            ("elevate", self.numbers.elevate),
        ):
            if numbers.gain is None:
                case = "no_gain_overlap" if self.refused else "no_gain"
                sentences.append(self._sentence(f"{plan}_{case}"))
                continue
            sentences.append(
                self._sentence(
                    f"{plan}_gain",
                    n=round(numbers.people),
                    gain=self._gain(numbers),
                    each=self._each(numbers),
                    middle=self.middle,
                    top=self.top,
                )
            )
        return sentences

    def _made_of(self) -> list[Sentence]:
        """Say what the ratio is made of, and from which cost eliminate wins."""
        numbers, split = self.numbers, self.numbers.split
        if numbers.ratio is None or split.people is None or split.worth_per_step is None:
            return []
        values = {
            "people": split.people,
            "steps": split.steps_per_person,
            "step": split.worth_per_step,
            "ratio": numbers.ratio,
        }
        is_headcount = numbers.ratio > 1 and math.log(
            split.people
        ) >= THRESHOLDS.headcount * math.log(numbers.ratio)
        made = self._sentence("mostly_headcount" if is_headcount else "made_of", **values)
        cost = Estimate(
            numbers.break_even_cost, numbers.break_even_cost_low, numbers.break_even_cost_high
        )
        return [made, self._sentence(f"step_{self._step()}", cost=cost)]

    def _step(self) -> str:
        """Tell whether a step up is surely worth more among the content, less, or neither."""
        low, high = self.numbers.break_even_cost_low, self.numbers.break_even_cost_high
        if low is None or high is None:
            return "same"
        return "dearer" if low > 1 else "cheaper" if high < 1 else "same"

    def _against_crude(self) -> list[Sentence]:
        crude, adjusted = self.numbers.crude.ratio, self.numbers.ratio
        if crude is None or adjusted is None:
            return []
        is_apart = abs(crude - adjusted) > THRESHOLDS.apart * abs(adjusted)
        case = "crude_apart" if is_apart else "crude_near"
        both = Estimate(crude, self.numbers.crude.ratio_low, self.numbers.crude.ratio_high)
        return [
            self._sentence(
                case, crude=both, ratio=adjusted, alike=", ".join(map(self.named, self.alike))
            )
        ]

    def _told(self) -> Sentence:
        """Set the told figure beside the study's own, as what it is."""
        numbers = self.numbers
        if currency_code(self.unit) is None:
            return self._sentence("told_not_money")
        if numbers.ratio is None:
            return self._sentence("told_refused")
        ratio = Estimate(numbers.ratio, numbers.ratio_low, numbers.ratio_high)
        low, high = numbers.ratio_low, numbers.ratio_high
        holds = low is not None and high is not None and low <= _TOLD <= high
        return self._sentence("told_holds" if holds else "told_fails", ratio=ratio, told=_TOLD)

    def _denominator(self) -> Check:
        numbers = self.numbers.eliminate
        gain_found = self._gain(numbers)
        if self.numbers.ratio is not None:
            return self._check("denominator", "ok", gain=gain_found)
        if numbers.gain is None or numbers.gain_low is None:
            return self._check("no_interval", "refuse")
        if numbers.gain_low > 0:
            return self._check("no_interval_elevate", "refuse")
        return self._check("denominator_zero", "refuse", gain=gain_found)

    def _thin(self, plan: str, numbers: PlanNumbers) -> Check:
        status = warned(numbers.answers < THRESHOLDS.thin)
        case = f"enough_{plan}" if status == "ok" else f"thin_{plan}"
        return self._check(case, status, n=numbers.answers, least=THRESHOLDS.thin)

    def _lost(self) -> Check:
        numbers = self.numbers
        used = numbers.n_outcome if numbers.n_alike is None else numbers.n_alike
        case = "lost_alike" if numbers.n_alike is not None else "lost"
        status = warned(used < LEAST_USED * self.n)
        return self._check(
            case,
            status,
            n=self.n,
            outcome=numbers.n_outcome,
            used=used,
            limit=Quantity(LEAST_USED, "%"),
        )

    def _hidden(self) -> list[Check]:
        if not self.is_adjusted:
            return [self._check("not_adjusted", "warn")]
        found = []
        for plan, numbers, hidden in (
            ("eliminate", self.numbers.eliminate, self.numbers.hidden_eliminate),
            ("elevate", self.numbers.elevate, self.numbers.hidden_elevate),
        ):
            if not _is_above_zero(numbers):
                continue
            if hidden is None:
                found.append(self._check(f"hidden_unknown_{plan}", "warn"))
                continue
            is_robust = hidden.robustness_value_significance >= THRESHOLDS.robustness
            is_measured = hidden.times is not None and hidden.times <= THRESHOLDS.measured
            case = f"hidden_{plan}" if is_measured else f"hidden_no_measure_{plan}"
            found.append(
                self._check(
                    case,
                    "ok" if is_robust else "warn",
                    times=hidden.times or 0.0,
                    benchmark=self.named(hidden.benchmark),
                    robustness=Quantity(hidden.robustness_value, "%"),
                    significance=Quantity(hidden.robustness_value_significance, "%"),
                    limit=Quantity(THRESHOLDS.robustness, "%"),
                )
            )
        return found

    def _overlap(self) -> Check:
        return self._check(
            "no_overlap",
            "refuse",
            n=len(self.refused),
            levels=", ".join(self.refused),
            limit=Quantity(LEAST_RETAINED, "%"),
        )

    def _borrowed(self) -> Check:
        return self._check(
            "borrowed", "warn", n=len(self.borrowed), levels=", ".join(self.borrowed)
        )

    def _gain(self, plan: PlanNumbers) -> Estimate:
        return Estimate(plan.gain, plan.gain_low, plan.gain_high, self.unit)

    def _each(self, plan: PlanNumbers) -> Estimate:
        return Estimate(
            plan.gain_per_person, plan.gain_per_person_low, plan.gain_per_person_high, self.unit
        )


_TOLD = 9.0


def _is_above_zero(plan: PlanNumbers) -> bool:
    return plan.gain_low is not None and plan.gain_low > 0


def needs(roles: Roles) -> Needs | Refusal:
    """Ask for worth by level, and for the panel that counts the customers."""
    if roles.worth is None:
        return refused_worth(NAME, _EMPTY)
    found = worth_needs(roles, roles.worth)
    return found | Needs(panel=roles.panel) if roles.has_customers else found


def find(roles: Roles, collected: Collected, rng: np.random.Generator) -> Finding:
    """Compare the two plans."""
    if roles.worth is None:
        return refused_worth(NAME, _EMPTY)
    found = worth_by_level(roles, roles.worth, collected, rng)
    if isinstance(found, Refusal):
        return found.of(NAME, _EMPTY)
    return _elevate(roles, found, collected)


def _elevate(roles: Roles, worth: WorthByLevel, collected: Collected) -> Elevate:
    scale, both = roles.scale, plans_of(roles.scale)
    people = people_of(roles, worth, collected)
    crude, alike = pair_of(worth.crude, scale, people), worth.alike
    main = crude if alike is None else pair_of(alike, scale, people)
    numbers = ElevateNumbers(
        **{key: getattr(main, key) for key in Pair.__dataclass_fields__},
        crude=crude,
        customers=people,
        n_outcome=worth.crude.n,
        n_alike=None if alike is None else alike.n,
        hidden_eliminate=hidden_of(roles, alike, both.eliminate),
        hidden_elevate=hidden_of(roles, alike, both.elevate),
    )
    borrowed = () if alike is None else np.flatnonzero(alike.levels.borrowed)
    return Elevate(
        n=worth.scored,
        language="en",
        numbers=numbers,
        unit=roles.worth_unit,
        is_adjusted=alike is not None,
        alike=tuple(alike.name for alike in roles.alike),
        borrowed=tuple(scale.labels[place] for place in borrowed),
        refused=tuple(scale.labels[place] for place in np.flatnonzero(worth.main.refused)),
        middle=scale.labels[scale.middle],
        top=" – ".join(dict.fromkeys((scale.labels[scale.top[0]], scale.labels[scale.top[-1]]))),
    )
