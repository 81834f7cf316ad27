"""What is a customer worth at each score? Crude, and with customers held alike."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from kuski.finding import Check, Finding, Refusal, Sentence, ends, known, warned
from kuski.moments import Collected, Needs
from kuski.roles import Roles
from kuski.show.table import Column, Table
from kuski.stats.resample import interval
from kuski.stats.shape import EVEN_UP_TO, SURE, Shape, shape
from kuski.value.answered import AnsweredNumbers, answered_need, answered_numbers
from kuski.value.leaving import (
    LeavingNumbers,
    LeavingRatio,
    chance_of_leaving,
    leaving_by_level,
    leaving_numbers,
    leaving_ratio_of,
)
from kuski.value.level import LevelNumbers, levels_of
from kuski.value.moves import MoveNumbers, moves_numbers
from kuski.value.worth import (
    LEAST_RETAINED,
    LEAST_USED,
    WorthByLevel,
    plan_gains,
    refused_worth,
    worth_by_level,
    worth_needs,
)
from kuski.words import Estimate, Quantity, say

if TYPE_CHECKING:
    import altair as alt

NAME = "value.levels"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a check turns from ok to a warning or a refusal.

    Attributes
    ----------
    thin : int
        Fewest answers at a level before it is called thin.
    far : float
        Mahalanobis distance of a level's customers from all customers that is a warning.
    answered : float
        Standardised difference between those who answered and all customers that is a warning.
    e_value : float
        E-value of the interval's nearer end below which a hidden cause is called a real doubt.
    """

    thin: int = 30
    far: float = 1.0
    answered: float = 0.1
    e_value: float = 1.2


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class ShapeProbabilities:
    """Bootstrap probabilities of each shape; they add to 1."""

    rising: float
    even: float
    falling: float


@dataclass(frozen=True, slots=True)
class LevelsNumbers:
    """The numbers of `value.levels`.

    Attributes
    ----------
    levels : tuple of LevelNumbers
    shape : {"rising", "even", "falling"} or None
    shape_probabilities : ShapeProbabilities or None
    top_less_middle : float or None
        Worth at the highest level less worth at the middle one, adjusted where anything is.
    n_outcome, n_alike : int
        Answers with a score and an outcome, and those of them with every `alike` column.
    leaving : tuple of LeavingNumbers
        Empty where the study does not know who left.
    leaving_ratio : LeavingRatio or None
    moves : tuple of MoveNumbers
        Empty where no customer answered twice.
    answered : tuple of AnsweredNumbers
        Empty without a customers table.
    """

    levels: tuple[LevelNumbers, ...]
    shape: str | None
    shape_probabilities: ShapeProbabilities | None
    top_less_middle: float | None
    top_less_middle_low: float | None
    top_less_middle_high: float | None
    n_outcome: int
    n_alike: int | None
    leaving: tuple[LeavingNumbers, ...]
    leaving_ratio: LeavingRatio | None
    moves: tuple[MoveNumbers, ...]
    answered: tuple[AnsweredNumbers, ...]


_EMPTY = LevelsNumbers((), None, None, None, None, None, 0, None, (), None, (), ())


@dataclass(frozen=True, repr=False)
class LevelWorths(Finding):
    """Worth by level.

    Attributes
    ----------
    numbers : LevelsNumbers
    unit : str
        Of worth.
    alike : tuple of str
        What is held alike.
    borrowed : tuple of str
        Levels whose adjustment uses the slopes that all levels share.
    far : tuple of str
        Levels whose customers are far from all customers.
    refused : tuple of str
        Levels whose adjusted worth is refused, since nobody there is like everybody.
    """

    name: ClassVar[str] = NAME
    sources: ClassVar[tuple[str, ...]] = (
        "Kline 2011, Oaxaca-Blinder as a reweighting estimator, American Economic Review 101(3)",
        "Hesterberg 2015, What teachers should know about the bootstrap, Am. Statistician 69(4)",
        "Efron 1987, Better bootstrap confidence intervals, JASA 82(397)",
        "VanderWeele & Ding 2017, Sensitivity analysis in observational research (E-value)",
        "Barnett, van der Pols & Dobson 2005, Regression to the mean, Int. J. Epidemiology 34(1)",
    )

    numbers: LevelsNumbers
    unit: str
    alike: tuple[str, ...]
    borrowed: tuple[str, ...]
    far: tuple[str, ...]
    refused: tuple[str, ...]

    @property
    def is_adjusted(self) -> bool:
        """Whether anything is held alike."""
        return self.numbers.n_alike is not None

    @property
    def caption(self) -> str:
        """What the chart measures."""
        case = "caption_adjusted" if self.is_adjusted else "caption_crude"
        unit = self.unit or say("levels.no_unit", self.language)
        return self._sentence(
            case, n=self.numbers.n_alike or self.numbers.n_outcome, unit=unit
        ).text

    def table(self) -> Table:
        """Lay the levels out."""
        columns = [
            Column("level", self._sentence("level").text),
            Column("n", self._sentence("answers").text, "count"),
            Column("share", self._sentence("share").text, "share"),
            Column("worth", self._sentence("worth").text, "estimate", self.unit),
        ]
        if self.is_adjusted:
            columns.append(
                Column("adjusted", self._sentence("adjusted").text, "estimate", self.unit)
            )
        return Table(tuple(columns), tuple(self._records()), self.language)

    def _records(self) -> list[dict[str, str | float | None]]:
        return [
            {key: getattr(level, key) for key in LevelNumbers.__dataclass_fields__}
            | {"level": str(level.level)}
            for level in self.numbers.levels
        ]

    def chart(self, *, narrow: bool = False) -> "alt.TopLevelMixin | None":
        """Draw worth by level, above the distribution of the answers."""
        from kuski.show.charts import worth_by_level as levels_chart

        return levels_chart(self._records(), unit=self.unit, language=self.language, narrow=narrow)

    def story(self) -> tuple[Sentence, ...]:
        """Say what the top is worth against the middle, the shape, leaving, and moves."""
        sentences = [self._top_against_middle(), self._shape(), *self._leaving(), *self._moves()]
        sentences.append(self._sentence("goes_with" if self.is_adjusted else "goes_with_crude"))
        return tuple(sentences)

    def checks(self) -> tuple[Check, ...]:
        """Try what would make a level's worth wrong."""
        return (
            *self._thin(),
            self._lost(),
            *self._overlap(),
            *self._hidden_leaving(),
            self._answered(),
            *self._unheard(),
        )

    def _top_against_middle(self) -> Sentence:
        middle = next(level for level in self.numbers.levels if level.zone == "middle")
        top = self.numbers.levels[-1]
        here, there = self._main(middle), self._main(top)
        if here.value is None or there.value is None:
            is_refused = bool({str(middle.level), str(top.level)} & set(self.refused))
            case = "no_comparison_overlap" if is_refused else "no_comparison"
            return self._sentence(case, middle=middle.level, top=top.level)
        low, high = self.numbers.top_less_middle_low, self.numbers.top_less_middle_high
        case = "top_same"
        if low is not None and high is not None:
            case = "top_more" if low > 0 else "top_less" if high < 0 else "top_same"
        return self._sentence(case, middle=middle.level, top=top.level, here=here, there=there)

    def _shape(self) -> Sentence:
        found, chances = self.numbers.shape, self.numbers.shape_probabilities
        if found is None or chances is None:
            return self._sentence("shape_unknown")
        chance = Quantity(getattr(chances, found), "%")
        if found == "even" and chances.even < SURE:
            return self._sentence(
                "shape_even_unsettled",
                even=chance,
                rising=Quantity(chances.rising, "%"),
                falling=Quantity(chances.falling, "%"),
            )
        return self._sentence(f"shape_{found}", chance=chance, times=EVEN_UP_TO)

    def _leaving(self) -> list[Sentence]:
        known = [
            level for level in self.numbers.leaving if chance_of_leaving(level).value is not None
        ]
        if len(known) < 2:
            return []
        low, high = known[0], known[-1]
        return [
            self._sentence(
                "leaving",
                low=low.level,
                high=high.level,
                here=chance_of_leaving(low),
                there=chance_of_leaving(high),
            )
        ]

    def _moves(self) -> list[Sentence]:
        below = next((move for move in self.numbers.moves if move.zone == "below"), None)
        if below is None or below.move is None:
            return []
        move = Estimate(below.move, below.move_low, below.move_high)
        left = Estimate(below.left_zone, below.left_zone_low, below.left_zone_high, "%")
        return [self._sentence("moves", n=below.n, move=move, left=left)]

    def _thin(self) -> list[Check]:
        thin = [str(level.level) for level in self.numbers.levels if level.n < THRESHOLDS.thin]
        if not thin:
            return [self._check("enough", "ok", least=THRESHOLDS.thin)]
        return [
            self._check("thin", "warn", n=len(thin), levels=", ".join(thin), least=THRESHOLDS.thin)
        ]

    def _lost(self) -> Check:
        numbers = self.numbers
        used = numbers.n_outcome if numbers.n_alike is None else numbers.n_alike
        status = warned(used < LEAST_USED * self.n)
        case = "lost" if numbers.n_alike is None else "lost_alike"
        return self._check(
            case,
            status,
            n=self.n,
            outcome=numbers.n_outcome,
            used=used,
            limit=Quantity(LEAST_USED, "%"),
        )

    def _overlap(self) -> list[Check]:
        if not self.is_adjusted:
            return [self._check("not_adjusted", "warn")]
        found = []
        if self.refused:
            found.append(
                self._check(
                    "no_overlap",
                    "refuse",
                    n=len(self.refused),
                    levels=", ".join(self.refused),
                    limit=Quantity(LEAST_RETAINED, "%"),
                )
            )
        if self.far:
            found.append(
                self._check(
                    "far", "warn", n=len(self.far), levels=", ".join(self.far), limit=THRESHOLDS.far
                )
            )
        if self.borrowed:
            found.append(
                self._check(
                    "borrowed", "warn", n=len(self.borrowed), levels=", ".join(self.borrowed)
                )
            )
        return found or [self._check("overlap", "ok", limit=THRESHOLDS.far)]

    def _hidden_leaving(self) -> list[Check]:
        found = self.numbers.leaving_ratio
        if found is None or found.ratio is None or found.e_value is None:
            return []
        limit = THRESHOLDS.e_value
        ratio = Estimate(found.ratio, found.ratio_low, found.ratio_high)
        is_unsure = found.e_value_limit is None or found.e_value_limit <= 1
        is_doubtful = found.e_value_limit is None or found.e_value_limit < limit
        return [
            self._check(
                "hidden_leaving_unsure" if is_unsure else "hidden_leaving",
                warned(is_doubtful),
                ratio=ratio,
                e_value=found.e_value,
                e_limit=found.e_value_limit or 1.0,
                limit=limit,
            )
        ]

    def _answered(self) -> Check:
        limit = THRESHOLDS.answered
        known = [a for a in self.numbers.answered if a.difference is not None]
        if not known:
            return self._check("answered_unknown", "warn")
        worst = max(known, key=lambda a: abs(a.difference or 0.0))
        status = warned(abs(worst.difference or 0.0) > limit)
        case = "answered_apart" if status == "warn" else "answered_alike"
        difference = Estimate(worst.difference, worst.difference_low, worst.difference_high)
        return self._check(
            case, status, column=self.named(worst.column), difference=difference, limit=limit
        )

    def _unheard(self) -> list[Check]:
        missing = [
            str(level.level)
            for level in self.numbers.levels
            if level.worth is not None and level.worth_low is None
        ]
        if not missing:
            return []
        return [self._check("no_interval", "refuse", n=len(missing), levels=", ".join(missing))]

    def _main(self, level: LevelNumbers) -> Estimate:
        if self.is_adjusted:
            return Estimate(level.adjusted, level.adjusted_low, level.adjusted_high, self.unit)
        return Estimate(level.worth, level.worth_low, level.worth_high, self.unit)


def needs(roles: Roles) -> Needs | Refusal:
    """Ask for worth and leaving by level, repeated answers, and who answered."""
    if roles.worth is None:
        return refused_worth(NAME, _EMPTY)
    asked = worth_needs(roles, roles.worth)
    if roles.left is not None:
        asked |= worth_needs(roles, roles.left)
    if roles.has_customers:
        asked |= Needs(panel=roles.panel)
    if (need := answered_need(roles)) is not None:
        asked |= Needs.of(need)
    return asked


def find(roles: Roles, collected: Collected, rng: np.random.Generator) -> Finding:
    """Give worth by level."""
    if roles.worth is None:
        return refused_worth(NAME, _EMPTY)
    worth = worth_by_level(roles, roles.worth, collected, rng)
    if isinstance(worth, Refusal):
        return worth.of(NAME, _EMPTY)
    returns = _shape_of(roles, worth)
    leaving = leaving_by_level(roles, collected, rng)
    higher, higher_low, higher_high = _top_less_middle(roles, worth)
    numbers = LevelsNumbers(
        levels=levels_of(roles, worth),
        shape=None if returns is None else returns.returns,
        shape_probabilities=None
        if returns is None
        else ShapeProbabilities(returns.rising, returns.even, returns.falling),
        top_less_middle=higher,
        top_less_middle_low=higher_low,
        top_less_middle_high=higher_high,
        n_outcome=worth.crude.n,
        n_alike=None if worth.alike is None else worth.alike.n,
        leaving=() if leaving is None else leaving_numbers(roles, leaving),
        leaving_ratio=None if leaving is None else leaving_ratio_of(roles, leaving),
        moves=moves_numbers(roles, collected.panel, rng),
        answered=answered_numbers(roles, collected, rng),
    )
    labels = np.array(roles.scale.labels)
    levels = worth.main.levels
    far = (
        levels.overlap.distance > THRESHOLDS.far if levels.overlap else np.zeros(len(labels), bool)
    )
    return LevelWorths(
        n=worth.scored,
        language="en",
        numbers=numbers,
        unit=roles.worth_unit,
        alike=tuple(alike.name for alike in roles.alike),
        borrowed=tuple(labels[levels.borrowed].tolist()) if worth.alike else (),
        far=tuple(labels[far & ~worth.main.refused & (levels.rows > 0)].tolist()),
        refused=tuple(labels[worth.main.refused].tolist()),
    )


def _top_less_middle(
    roles: Roles, worth: WorthByLevel
) -> tuple[float | None, float | None, float | None]:
    """Compare on the same resamples, since two intervals that overlap need not hold one truth."""
    both = [roles.scale.middle, len(roles.scale.labels) - 1]
    middle, top = worth.main.worth[:, both].T
    held = int(worth.main.levels.held[both].min())
    found = interval(top - middle, worth.main.resamples, held=held)
    return (known(top[0] - middle[0]), *ends(found))


def _shape_of(roles: Roles, worth: WorthByLevel) -> Shape | None:
    below, above = plan_gains(worth.main, roles.scale)
    return shape(below.worth_per_step, above.worth_per_step, resamples=worth.main.resamples)
