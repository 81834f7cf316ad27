"""They say one thing and do another: which factor is said to matter more than it does?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from kuski.finding import Check, Finding, Refusal, Sentence, warned
from kuski.moments import Collected, Needs
from kuski.roles import Factor, Roles
from kuski.show.table import Column, Table
from kuski.stats.resample import resamples
from kuski.understand.behaviour import (
    behaviour,
    behaviour_moments,
    behaviour_needs,
    latest_of,
)
from kuski.understand.factor import factor_positions, rated_factors
from kuski.understand.gap.comparison import (
    EMPTY,
    LEAST_ANSWERS,
    MOST_CHANCE,
    FactorNumbers,
    GapNumbers,
    factor_numbers,
    form_numbers,
    importance,
    mean_correlation,
)
from kuski.understand.gap.standing import held_replicates
from kuski.understand.gap.stated import (
    LEAST_FACTORS,
    StatedForm,
    stated_forms,
    stated_importance,
    stated_need,
)
from kuski.understand.gap.statement import statements
from kuski.understand.importance import importance_need
from kuski.words import Estimate, Quantity, cases, say

if TYPE_CHECKING:
    import altair as alt

NAME = "understand.gap"
MOST_FACTORS = 24


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a sentence or a check changes.

    Attributes
    ----------
    flat : float
        Largest stated share over the smallest below which stated importance hardly tells apart.
    weak : float
        R² of behaviour below which it is called weak.
    noisy : float
        Part of R² that is noise, above which importance is doubtful.
    halo : float
        Mean correlation of the drivers above which a halo is suspected.
    used : float
        Share of the answers with all drivers and a score that must state importance, or have the
        outcome.
    near : float
        How far from nothing a whole interval of a gap may lie and still be no gap to speak of.
    """

    flat: float = 1.5
    weak: float = 0.05
    noisy: float = 0.2
    halo: float = 0.5
    used: float = 0.5
    near: float = 0.05


THRESHOLDS = Thresholds()


@dataclass(frozen=True, repr=False)
class Gap(Finding):
    """What is said to matter beside what does.

    Attributes
    ----------
    numbers : GapNumbers
    left_out : tuple of str
        Factors that are not stated in the main form, or have no driver that is used.
    latest_of : int or None
        Customers of whom the latest answer was looked at; None where behaviour stands with answers.
    lost : int
        Choices that name no best and worst of what was shown.
    untold : tuple of str
        Items of which the choices do not tell how much they matter.
    """

    name: ClassVar[str] = NAME
    sources: ClassVar[tuple[str, ...]] = (
        "Grömping 2006, Relative importance for linear regression in R, J. Statistical Software 17",
        "Mogstad, Romano, Shaikh & Wilhelm 2024, Inference for ranks, Rev. Economic Studies 91(1)",
        "Marley & Louviere 2005, Probabilistic models of best-worst choices, J. Math. Psych. 49(6)",
        "Louviere, Flynn & Marley 2015, Best-Worst Scaling",
    )

    numbers: GapNumbers
    left_out: tuple[str, ...]
    latest_of: int | None
    lost: int
    untold: tuple[str, ...]

    @property
    def caption(self) -> str:
        """What the chart measures."""
        numbers = self.numbers
        n = numbers.behaviour_n if self._has_behaviour else numbers.derived_n
        return self._sentence(f"caption_{self._outcome}", n=n).text

    @property
    def method(self) -> str:
        """How the answer was found and what it assumes."""
        form = self._sentence(f"method_{self.numbers.stated_form}").text
        return f"{self._sentence('method').text} {form}"

    def table(self) -> Table:
        """Lay the factors out, the one said first on top."""
        columns = [Column("name", self._sentence("factor").text)]
        for key in ("stated", "derived", "behaviour"):
            if getattr(self.numbers.factors[0], key) is not None:
                title = self._sentence(key if key != "behaviour" else self._outcome).text
                columns += [
                    Column(key, title, "estimate", "%"),
                    Column(f"{key}_place", self._sentence("rank").text),
                ]
        _, gap = self._compared
        columns.append(Column(gap, self._sentence(gap).text, "estimate", "%"))
        return Table(tuple(columns), tuple(self._records()), self.language)

    def _records(self) -> list[dict[str, str | float | None]]:
        found = sorted(self.numbers.factors, key=lambda f: (f.stated_rank, -f.stated))
        return [
            {key: getattr(factor, key) for key in FactorNumbers.__dataclass_fields__}
            | {"name": self._name(factor.factor)}
            | {f"{key}_place": _place(factor, key) for key in ("stated", "derived", "behaviour")}
            for factor in found
        ]

    def chart(self, *, narrow: bool = False) -> "alt.TopLevelMixin | None":
        """Draw a line from each factor's place in what is said to its place in what is done."""
        from kuski.show.charts import said_and_done

        done, gap = self._compared
        records = [
            {
                "factor": self._name(factor.factor),
                **{
                    f"{place}{key}": getattr(factor, f"{source}{key}")
                    for place, source in (("said", "stated"), ("done", done))
                    for key in ("", "_low", "_high", "_rank", "_rank_low", "_rank_high")
                },
                "direction": {"over": -1.0, "under": 1.0}.get(self._direction(factor, gap), 0.0),
            }
            for factor in self.numbers.factors
        ]
        return said_and_done(
            records,
            said=self._sentence("chart_said").text,
            done=self._sentence(f"chart_{self._outcome}").text,
            language=self.language,
            narrow=narrow,
        )

    def story(self) -> tuple[Sentence, ...]:
        """Say which factor is said to matter more than it does, and how sure that is."""
        closing = self._sentence(f"goes_with_{self._outcome}")
        return (*self._headline(), self._first_done(), *self._other_forms(), closing)

    def checks(self) -> tuple[Check, ...]:
        """Try what would make the comparison wrong."""
        return (
            *self._stated_checks(),
            *self._ranks_sure(),
            *self._importance_checks(),
            self._halo(),
            *self._used(),
            *([self._left_out_check()] if self.left_out else []),
            *self._no_interval(),
        )

    @property
    def _has_behaviour(self) -> bool:
        return self.numbers.factors[0].behaviour is not None

    @property
    def _compared(self) -> tuple[str, str]:
        """Name the numbers that are set beside what is stated, and those of the gap."""
        return ("behaviour", "gap") if self._has_behaviour else ("derived", "derived_gap")

    @property
    def _outcome(self) -> str:
        """What importance is compared with: leaving, worth, or the score."""
        if not self._has_behaviour:
            return "score"
        return self.numbers.behaviour_outcome or "score"

    def _name(self, factor: str) -> str:
        name = self.named(factor)
        return name[:1].upper() + name[1:]

    def _direction(self, factor: FactorNumbers, gap: str) -> str:
        """Tell whether more is said than done ("over"), or less ("under"), as far as it is sure."""
        low, high = getattr(factor, f"{gap}_low"), getattr(factor, f"{gap}_high")
        if low is None or high is None or low <= 0 <= high:
            return ""
        return "under" if low > 0 else "over"

    def _headline(self) -> list[Sentence]:
        """Name the factor that falls furthest from what is said, and the one that rises most."""
        key, gap = self._compared
        sure = [factor for factor in self.numbers.factors if self._direction(factor, gap)]
        heads: dict[str, FactorNumbers] = {}
        for direction, sign in (("over", 1), ("under", -1)):
            moved = [
                factor
                for factor in sure
                if self._direction(factor, gap) == direction and _has_moved(factor, key, sign)
            ]
            if moved:
                heads[direction] = max(
                    moved,
                    key=lambda factor: (
                        abs(getattr(factor, f"{key}_rank") - factor.stated_rank),
                        abs(getattr(factor, gap)),
                    ),
                )
        if not heads:
            return [self._no_headline(sure, key, gap)]
        case = "_and_".join(heads)
        values: dict[str, object] = {}
        for direction, factor in heads.items():
            values |= {
                direction: self.named(factor.factor),
                f"{direction}_said": self._ranked(factor, "stated"),
                f"{direction}_done": self._ranked(factor, key),
            }
        ending = "" if self._has_behaviour else "_score"
        found = [self._sentence(f"{case}{ending}", **values)]
        found += [self._detail(factor, key) for factor in heads.values()]
        over = heads.get("over")
        if over is not None and self._has_behaviour and over.derived_rank_low is not None:
            rank, share = self._ranked(over, "derived"), _share(over, "derived")
            name = self.named(over.factor)
            found.append(self._sentence("score_place", factor=name, rank=rank, share=share))
        return found

    def _no_headline(self, sure: Sequence[FactorNumbers], key: str, gap: str) -> Sentence:
        if sure:
            largest = max(sure, key=lambda factor: abs(getattr(factor, gap)))
            return self._sentence(
                f"same_rank_{self._outcome}",
                factor=self.named(largest.factor),
                said=_share(largest, "stated"),
                done=_share(largest, key),
            )
        ends = [getattr(f, f"{gap}_{end}") for f in self.numbers.factors for end in ("low", "high")]
        if all(end is not None and abs(end) <= THRESHOLDS.near for end in ends):
            return self._sentence("alike", near=Quantity(THRESHOLDS.near, "%"))
        return self._sentence("unsure")

    def _detail(self, factor: FactorNumbers, key: str) -> Sentence:
        low = getattr(factor, f"{key}_rank_low")
        high = getattr(factor, f"{key}_rank_high")
        case = "detail_sure" if low == high else "detail_between"
        return self._sentence(
            f"{case}_{self._outcome}",
            factor=self.named(factor.factor),
            said=_share(factor, "stated"),
            done=_share(factor, key),
            low=low,
            high=high,
        )

    def _first_done(self) -> Sentence:
        """Name what comes first for the score, beside what is done."""
        first = min(self.numbers.factors, key=lambda factor: factor.derived_rank or 0)
        if first.derived is None:
            return self._sentence("no_score")
        if not self._has_behaviour:
            is_known = self.numbers.behaviour_outcome is not None
            return self._sentence("refused_behaviour" if is_known else "no_behaviour")
        case = "score_same" if first.behaviour_rank == 1 else "score_other"
        return self._sentence(case, factor=self.named(first.factor), share=_share(first, "derived"))

    def _other_forms(self) -> list[Sentence]:
        """Say what comes first where the same was asked in another way."""
        found = []
        for form in self.numbers.forms[1:]:
            first = min(form.factors, key=lambda factor: factor.rank)
            share = Estimate(first.share, first.share_low, first.share_high, "%")
            found.append(
                self._sentence(f"also_{form.form}", factor=self.named(first.factor), share=share)
            )
        return found

    def _ranked(self, factor: FactorNumbers, key: str) -> str:
        """Write a rank in words: the one where it is sure, the first and the last where not."""
        low, high = getattr(factor, f"{key}_rank_low"), getattr(factor, f"{key}_rank_high")
        if low == high:
            return self._rank(low)
        return self._sentence("rank_between", low=self._rank(low), high=self._rank(high)).text

    def _rank(self, rank: int) -> str:
        case = f"{self.area}.rank_{rank}"
        return say(
            case if case in cases(self.area) else f"{self.area}.rank_n", self.language, rank=rank
        )

    def _stated_checks(self) -> list[Check]:
        numbers = self.numbers
        shares = [factor.stated for factor in numbers.factors]
        is_flat = max(shares) < THRESHOLDS.flat * min(shares)
        found = [
            self._check(
                "flat" if is_flat else "apart",
                warned(is_flat),
                smallest=Quantity(min(shares), "%"),
                largest=Quantity(max(shares), "%"),
                limit=THRESHOLDS.flat,
            )
        ]
        if numbers.stated_form == "reasons":
            found.append(self._check("told_reasons", "warn"))
        if self.lost:
            found.append(self._check("lost_choices", "warn", n=self.lost))
        if self.untold:
            items = ", ".join(self.untold)
            found.append(self._check("untold_items", "refuse", n=len(self.untold), items=items))
        return found

    def _ranks_sure(self) -> list[Check]:
        found = []
        for key in ("stated", self._compared[0]):
            low = [getattr(factor, f"{key}_rank_low") for factor in self.numbers.factors]
            high = [getattr(factor, f"{key}_rank_high") for factor in self.numbers.factors]
            sure = sum(
                one is not None and one == other for one, other in zip(low, high, strict=True)
            )
            found.append(
                self._check(f"ranks_{key}", warned(2 * sure < len(low)), sure=sure, n=len(low))
            )
        return found

    def _importance_checks(self) -> list[Check]:
        numbers = self.numbers
        found = self._noise(
            "derived", numbers.derived_n, numbers.derived_noise, numbers.derived_chance
        )
        if numbers.behaviour_outcome is None:
            return [*found, self._check("no_behaviour", "warn")]
        found += self._noise(
            "behaviour", numbers.behaviour_n, numbers.behaviour_noise, numbers.behaviour_chance
        )
        if self._has_behaviour and numbers.behaviour_r2 is not None:
            is_weak = numbers.behaviour_r2 < THRESHOLDS.weak
            r2, limit = Quantity(numbers.behaviour_r2, "%"), Quantity(THRESHOLDS.weak, "%")
            case = "weak" if is_weak else "strong"
            found.append(self._check(case, warned(is_weak), r2=r2, limit=limit))
        return found

    def _noise(self, key: str, n: int, noise: float | None, chance: float | None) -> list[Check]:
        """Say where importance is pulled by noise, or is refused for being no more than chance."""
        if noise is None or chance is None:
            return [self._check(f"few_{key}", "refuse", n=n)]
        if chance > MOST_CHANCE:
            limit = Quantity(MOST_CHANCE, "%")
            return [
                self._check(f"chance_{key}", "refuse", chance=Quantity(chance, "%"), limit=limit)
            ]
        if noise > THRESHOLDS.noisy:
            limit = Quantity(THRESHOLDS.noisy, "%")
            return [self._check(f"noisy_{key}", "warn", noise=Quantity(noise, "%"), limit=limit)]
        return []

    def _halo(self) -> Check:
        correlation = self.numbers.correlation
        if correlation is None:
            return self._check("one_driver", "ok")
        is_high = correlation > THRESHOLDS.halo
        return self._check(
            "halo" if is_high else "no_halo",
            warned(is_high),
            correlation=correlation,
            limit=THRESHOLDS.halo,
        )

    def _used(self) -> list[Check]:
        """Say how many of the answers that rate every driver are behind the rest."""
        numbers, limit = self.numbers, Quantity(THRESHOLDS.used, "%")
        found = []
        if numbers.stated_form in ("ratings", "points", "ranks"):
            is_low = numbers.stated_n < THRESHOLDS.used * numbers.derived_n
            found.append(
                self._check(
                    "used_stated",
                    warned(is_low),
                    n=numbers.stated_n,
                    of=numbers.derived_n,
                    limit=limit,
                )
            )
        if self._has_behaviour:
            of = numbers.derived_n if self.latest_of is None else self.latest_of
            is_low = numbers.behaviour_n < THRESHOLDS.used * of
            case = "used_behaviour" if self.latest_of is None else "used_latest"
            found.append(
                self._check(case, warned(is_low), n=numbers.behaviour_n, of=of, limit=limit)
            )
        return found

    def _left_out_check(self) -> Check:
        names = ", ".join(map(self.named, self.left_out))
        return self._check("left_out", "warn", n=len(self.left_out), names=names)

    def _no_interval(self) -> list[Check]:
        _, gap = self._compared
        if all(getattr(factor, f"{gap}_low") is not None for factor in self.numbers.factors):
            return []
        return [self._check("no_interval", "refuse")]


def needs(roles: Roles) -> Needs | Refusal:
    """Ask for stated importance in every form, and for the drivers with score and behaviour."""
    factors = rated_factors(roles)
    forms = stated_forms(roles, factors)
    if (refused := _refusal(roles, factors, forms)) is not None:
        return refused
    outcome = behaviour(roles)
    asked = Needs.of(
        importance_need(roles, roles.score),
        *(stated_need(roles, form, factors) for form, factors in forms.items()),
    )
    return asked if outcome is None else asked | behaviour_needs(roles, outcome)


def find(roles: Roles, collected: Collected, rng: np.random.Generator) -> Finding:
    """Set what is stated beside what goes with the score and with behaviour."""
    told = statements(roles, collected, rng)
    if not told.forms:
        return _nothing_told(told.untold)
    main = told.forms[0]
    form, factors = main.numbers.form, main.factors
    outcome = behaviour(roles)
    sums = {"stated": collected.moments[main.need]}
    sums["derived"] = collected.moments[importance_need(roles, roles.score)]
    if outcome is not None:
        sums["behaviour"] = behaviour_moments(roles, outcome, collected)
    together = {name: part.beside(*sums.values()) for name, part in sums.items()}
    held = sum(part.rows.sum(axis=0) for part in together.values())
    drawn = resamples(held, rng=rng)
    stated = stated_importance(roles, form, factors, together["stated"], drawn)
    told_by = held_replicates(together["stated"])
    own = form_numbers(factors, stated, drawn, held=told_by)
    found = {
        name: importance(roles, factors, part, drawn)
        for name, part in together.items()
        if name != "stated"
    }
    derived, done = found["derived"], found.get("behaviour")
    if derived.shares is None and (done is None or done.shares is None):
        return _refused("gap_nothing_explained", n=derived.n)
    return Gap(
        n=derived.n,
        language="en",
        numbers=GapNumbers(
            factors=factor_numbers(
                factors,
                stated.shares,
                held=told_by,
                derived=derived,
                behaviour=done,
                drawn=drawn,
            ),
            stated_form=form,
            forms=(own, *(other.numbers for other in told.forms[1:])),
            behaviour_outcome=None if outcome is None else "left" if roles.left else "worth",
            stated_n=stated.n,
            derived_n=derived.n,
            behaviour_n=0 if done is None else done.n,
            derived_r2=derived.r2,
            behaviour_r2=None if done is None else done.r2,
            derived_noise=derived.noise,
            behaviour_noise=None if done is None else done.noise,
            derived_chance=derived.chance,
            behaviour_chance=None if done is None else done.chance,
            correlation=mean_correlation(sums["derived"]),
        ),
        left_out=tuple(f.name for f in roles.factors if f not in factors),
        latest_of=None if outcome is None else latest_of(roles, outcome, collected),
        lost=told.lost,
        untold=told.untold,
    )


def _refusal(
    roles: Roles, factors: Sequence[Factor], forms: Mapping[StatedForm, Sequence[Factor]]
) -> Refusal | None:
    """Say what the study file lacks."""
    settings = roles.settings
    if not roles.choice.drivers:
        return _refused("gap_no_drivers")
    if not settings.factors:
        return _refused("gap_no_factors")
    if settings.responses.stated is None and settings.maxdiff is None and roles.reason is None:
        return _refused("gap_no_stated")
    if not forms:
        return _refused("gap_no_common", n=len(factors), least=LEAST_FACTORS)
    if len(factors) > MOST_FACTORS:
        return _refused("gap_many_factors", n=len(factors), most=MOST_FACTORS)
    places = [place for group in factor_positions(roles).values() for place in group]
    if len(set(places)) < len(places):
        return _refused("gap_shared_driver")
    return None


def _nothing_told(untold: tuple[str, ...]) -> Refusal:
    if untold:
        return _refused("gap_untold", n=len(untold), items=", ".join(untold))
    return _refused("gap_few_stated", least=LEAST_ANSWERS)


def _refused(reason: str, **values: object) -> Refusal:
    return Refusal.because(reason, name=NAME, numbers=EMPTY, **values)


def _share(factor: FactorNumbers, key: str) -> Estimate:
    low, high = getattr(factor, f"{key}_low"), getattr(factor, f"{key}_high")
    return Estimate(getattr(factor, key), low, high, "%")


def _has_moved(factor: FactorNumbers, key: str, sign: int) -> bool:
    """Tell whether a rank surely falls (sign 1) or rises (−1) from what is said."""
    low, high = ("_low", "_high") if sign > 0 else ("_high", "_low")
    after, before = getattr(factor, f"{key}_rank{low}"), getattr(factor, f"stated_rank{high}")
    return after is not None and before is not None and bool(sign * (after - before) > 0)


def _place(factor: FactorNumbers, key: str) -> str | None:
    """Write a rank with its interval."""
    rank, low, high = (getattr(factor, f"{key}_rank{end}") for end in ("", "_low", "_high"))
    return None if rank is None else str(rank) if low is None else f"{rank} ({low}–{high})"
