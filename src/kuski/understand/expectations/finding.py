"""How fast does the bar move? What customers have come to expect, and of whom."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from kuski.finding import Check, Finding, Refusal, Sentence, warned
from kuski.moments import Collected, Needs
from kuski.roles import Roles
from kuski.show.table import Column, Table
from kuski.understand.expectations.bar import Bar, bar, bar_need
from kuski.understand.expectations.expectation import ExpectationsNumbers, RivalNumbers, WaveNumbers
from kuski.understand.expectations.rival import rival_panel, with_rivals
from kuski.understand.expectations.speed import (
    MOST,
    Outcome,
    repeated,
    speed,
    speed_panel,
    with_speed,
)
from kuski.words import Estimate, Quantity

if TYPE_CHECKING:
    import altair as alt

NAME = "understand.expectations"
REMEMBERED = 8


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a check turns from ok to a warning.

    Attributes
    ----------
    used : float
        Share of the scored answers that must rate every driver.
    """

    used: float = 0.5


THRESHOLDS = Thresholds()
_EMPTY = ExpectationsNumbers()


@dataclass(frozen=True, repr=False)
class Expectations(Finding):
    """How the bar moves.

    Attributes
    ----------
    numbers : ExpectationsNumbers
    outcome : str
        What came of looking for the speed of expectations; see `Speed` in its module.
    complete : float
        Share of the scored answers that rate every driver, 0 to 1.
    left_out : tuple of str
        Drivers that so few rate that keeping them would throw most answers away.
    thin : tuple of str
        Waves with too few answers to be compared.
    has_waves, has_rivals : bool
        Whether the study names any.
    is_sample : bool
        Whether the repeated answers are of a part of the customers only.
    """

    name: ClassVar[str] = NAME
    sources: ClassVar[tuple[str, ...]] = (
        "Oaxaca 1973, Male-female wage differentials, International Economic Review 14(3)",
        "Jann 2008, The Blinder-Oaxaca decomposition, Stata Journal 8(4)",
        "Mundlak 1978, On the pooling of time series and cross section data, Econometrica 46(1)",
        "Wooldridge 2010, Econometric analysis of cross section and panel data, section 10.7.1",
        "Schiebler et al. 2025, meta-analysis of contrast effects in customer satisfaction",
        "Keiningham, Aksoy, Williams & Buoye 2015, The Wallet Allocation Rule",
    )

    numbers: ExpectationsNumbers
    outcome: Outcome
    complete: float
    left_out: tuple[str, ...]
    thin: tuple[str, ...]
    has_waves: bool
    has_rivals: bool
    is_sample: bool

    @property
    def caption(self) -> str:
        """What the chart measures."""
        if self.numbers.waves:
            return self._sentence("caption", n=self.n).text
        return self._sentence("caption_speed", n=self.numbers.n_panel).text

    def table(self) -> Table:
        """Lay the waves out; without waves, the rivals."""
        if self.numbers.waves or not self.numbers.rivals:
            columns = [
                Column("wave", self._sentence("wave").text),
                Column("n", self._sentence("answers").text, "count"),
                *(
                    Column(key, self._sentence(key).text, "estimate")
                    for key in ("score", "performance", "bar")
                ),
            ]
            return Table(tuple(columns), tuple(self._waves()), self.language)
        columns = [
            Column("rival", self._sentence("rival").text),
            Column("n", self._sentence("answers").text, "count"),
            Column("ours", self._sentence("ours").text, "number"),
            Column("theirs", self._sentence("theirs").text, "number"),
            Column("difference", self._sentence("difference").text, "estimate"),
            Column("better_share", self._sentence("better_share").text, "estimate", "%"),
        ]
        keys = RivalNumbers.__dataclass_fields__
        records = [
            {key: getattr(one, key) for key in keys} | {"rival": self.named(one.rival)}
            for one in self.numbers.rivals
        ]
        return Table(tuple(columns), tuple(records), self.language)

    def _waves(self) -> list[dict[str, str | float | None]]:
        keys = WaveNumbers.__dataclass_fields__
        return [{key: getattr(wave, key) for key in keys} for wave in self.numbers.waves]

    def chart(self, *, narrow: bool = False) -> "alt.TopLevelMixin | None":
        """Draw the two parts of the change by wave, and how a delight wears off."""
        from kuski.show.charts import bar_by_wave

        fading = self._fading()
        if not self.numbers.waves and not fading:
            return None
        return bar_by_wave(self._waves(), fading, language=self.language, narrow=narrow)

    def _fading(self) -> list[dict[str, float | None]]:
        """Tell how much of a surprise is still one after so many answers."""
        numbers = self.numbers
        if numbers.lambda_ is None:
            return []
        low, high = numbers.lambda_low, numbers.lambda_high
        return [
            {
                "answers": float(k),
                "left": (1 - numbers.lambda_) ** k,
                "left_low": None if high is None else (1 - high) ** k,
                "left_high": None if low is None else (1 - low) ** k,
            }
            for k in range(REMEMBERED + 1)
        ]

    def story(self) -> tuple[Sentence, ...]:
        """Say what became of the bar, how fast it follows, and where others stand."""
        return (*self._bar(), *self._speed(), *self._rivals())

    def checks(self) -> tuple[Check, ...]:
        """Try what would make the bar, the speed or the comparison wrong."""
        return (*self._check_waves(), *self._check_speed(), *self._check_rivals())

    def _bar(self) -> list[Sentence]:
        if not self.numbers.waves:
            return []
        first, last = self.numbers.waves[0], self.numbers.waves[-1]
        low, high = last.bar_low, last.bar_high
        case = "bar_untold"
        if low is not None and high is not None:
            case = "bar_rose" if high < 0 else "bar_fell" if low > 0 else "bar_still"
        return [
            self._sentence(
                case,
                first=first.wave,
                last=last.wave,
                bar=Estimate(last.bar, low, high),
                performance=_part(last, "performance"),
                before=Quantity(first.score),
                after=Quantity(last.score),
            ),
            self._sentence("waves_go_with"),
        ]

    def _speed(self) -> list[Sentence]:
        numbers = self.numbers
        contrast = Estimate(numbers.contrast, numbers.contrast_low, numbers.contrast_high, "%")
        if self.outcome in ("none", "open", "carried", "unsure"):
            return [self._sentence(f"speed_{self.outcome}", contrast=contrast)]
        if numbers.lambda_ is None or numbers.half_life_answers is None:
            return []
        share = Estimate(numbers.lambda_, numbers.lambda_low, numbers.lambda_high, "%")
        half = Estimate(
            numbers.half_life_answers,
            numbers.half_life_answers_low,
            numbers.half_life_answers_high,
        )
        pull = Estimate(numbers.pull, numbers.pull_low, numbers.pull_high, "%")
        return [
            self._sentence("speed_given", share=share, half=half),
            self._sentence("pull", pull=pull, contrast=contrast),
        ]

    def _rivals(self) -> list[Sentence]:
        numbers = self.numbers
        known = [one for one in numbers.rivals if one.difference is not None]
        if not known:
            return []
        hardest = min(known, key=lambda one: one.difference or 0.0)
        low, high = hardest.difference_low, hardest.difference_high
        case = "rival_untold"
        if low is not None and high is not None:
            case = "rival_behind" if low > 0 else "rival_ahead" if high < 0 else "rival_even"
        best = Estimate(
            numbers.best_alone_share,
            numbers.best_alone_share_low,
            numbers.best_alone_share_high,
            "%",
        )
        wallet = Estimate(
            numbers.wallet_share, numbers.wallet_share_low, numbers.wallet_share_high, "%"
        )
        return [
            self._sentence(
                case,
                n=hardest.n,
                rival=self.named(hardest.rival),
                ours=Quantity(hardest.ours),
                theirs=Quantity(hardest.theirs),
                difference=Estimate(hardest.difference, low, high),
            ),
            self._sentence("wallet", n=numbers.n_compared, best=best, wallet=wallet),
        ]

    def _check_waves(self) -> list[Check]:
        if not self.numbers.waves:
            case = "too_few_waves" if self.has_waves else "no_waves"
            return [self._check(case, "refuse")]
        limit = Quantity(THRESHOLDS.used, "%")
        status = warned(self.complete < THRESHOLDS.used)
        found = [
            self._check("used", status, n=self.n, share=Quantity(self.complete, "%"), limit=limit)
        ]
        if self.left_out:
            names = ", ".join(map(self.named, self.left_out))
            found.append(self._check("left_out", "warn", n=len(self.left_out), names=names))
        if self.thin:
            waves = ", ".join(self.thin)
            found.append(self._check("thin_waves", "warn", n=len(self.thin), waves=waves))
        if any(wave.bar_low is None for wave in self.numbers.waves[1:]):
            found.append(self._check("no_bar_interval", "refuse"))
        return [*found, self._check_slopes()]

    def _check_slopes(self) -> Check:
        numbers, last = self.numbers, self.numbers.waves[-1]
        if numbers.bar_by_waves is None:
            return self._check("halo", "warn")
        other = Estimate(numbers.bar_by_waves, numbers.bar_by_waves_low, numbers.bar_by_waves_high)
        is_apart = _sign(_part(last, "bar")) != _sign(other)
        return self._check("slopes", warned(is_apart), bar=_part(last, "bar"), other=other)

    def _check_speed(self) -> list[Check]:
        if self.numbers.lambda_ is None:
            case = f"speed_{self.outcome}"
            n, customers = self.numbers.n_panel, self.numbers.customers_panel
            return [self._check(case, "refuse", n=n, customers=customers)]
        numbers = self.numbers
        feedback = Estimate(numbers.feedback, numbers.feedback_low, numbers.feedback_high, "%")
        values = {
            "feedback": feedback,
            "share": Quantity(numbers.lambda_, "%"),
            "other": Quantity(numbers.lambda_uncorrected, "%"),
        }
        case = "feedback" if _sign(feedback) else "no_feedback"
        found = [self._check(case, warned(case == "feedback"), **values)]
        if self.is_sample:
            found.append(
                self._check("sample", "ok", n=numbers.n_panel, customers=numbers.customers_panel)
            )
        return found

    def _check_rivals(self) -> list[Check]:
        if not self.has_rivals:
            return [self._check("no_rivals", "refuse")]
        if not self.numbers.rivals:
            return [self._check("few_rivals", "refuse", n=self.numbers.n_compared)]
        return [self._check("wallet_rule", "warn")]


def needs(roles: Roles) -> Needs | Refusal:
    """Ask for the score with its drivers by wave, repeated answers, and scores of rivals."""
    need = bar_need(roles)
    asked = Needs() if need is None else Needs.of(need)
    for panel in (speed_panel(roles), rival_panel(roles)):
        if panel is not None:
            asked |= Needs(panel=panel)
    return _refused("expectations_nothing") if asked == Needs() else asked


def find(roles: Roles, collected: Collected, rng: np.random.Generator) -> Finding:
    """Tell how far the bar moved, how fast it follows, and where others stand."""
    asked = needs(roles)
    if isinstance(asked, Refusal):
        return asked
    panel = None if asked.panel is None else collected.panel
    given = repeated(roles, panel)
    waves = bar(roles, collected, given, rng)
    pace = speed(roles, given, rng)
    numbers = with_rivals(with_speed(_with_bar(waves), pace), roles, panel, rng)
    if not numbers.waves and numbers.contrast_low is None and not numbers.rivals:
        return _refused("expectations_no_data")
    return Expectations(
        n=sum(wave.n for wave in numbers.waves) or numbers.n_panel or numbers.n_compared,
        language="en",
        numbers=numbers,
        outcome=pace.outcome,
        complete=roles.choice.complete,
        left_out=tuple(driver.name for driver in roles.choice.left_out),
        thin=() if waves is None else waves.thin,
        has_waves=bar_need(roles) is not None,
        has_rivals=bool(roles.rivals),
        is_sample=panel is not None and (panel.halvings > 0 or len(panel) > MOST),
    )


def _with_bar(found: Bar | None) -> ExpectationsNumbers:
    if found is None:
        return _EMPTY
    return replace(
        _EMPTY,
        waves=found.waves,
        steps=found.steps,
        slopes=found.slopes,
        bar_by_waves=found.other,
        bar_by_waves_low=found.other_low,
        bar_by_waves_high=found.other_high,
    )


def _refused(reason: str) -> Refusal:
    return Refusal.because(reason, name=NAME, numbers=_EMPTY)


def _part(wave: WaveNumbers, key: str) -> Estimate:
    low, high = getattr(wave, f"{key}_low"), getattr(wave, f"{key}_high")
    return Estimate(getattr(wave, key), low, high)


def _sign(estimate: Estimate) -> int:
    """Tell on which side of zero the interval lies; 0 where it holds zero or is not known."""
    if estimate.low is None or estimate.high is None:
        return 0
    return (estimate.low > 0) - (estimate.high < 0)
