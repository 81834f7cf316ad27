"""Can this be trusted? What was read, what was lost and why, who is missing, and the NPS."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from kuski.finding import Check, Finding, Refusal, Sentence, warned
from kuski.listen.drift import SegmentDrift, drift, drift_needs
from kuski.listen.response import SegmentBias, response, response_needs
from kuski.moments import (
    Collected,
    ColumnCount,
    Counts,
    Moments,
    Need,
    Needs,
    Tally,
    Variable,
)
from kuski.roles import Roles
from kuski.show.table import Cell, Column, Table
from kuski.stats.least_squares import with_level
from kuski.stats.proportions import NetPromoterScore, cluster_n, kish_n, net_promoter_score
from kuski.stats.resample import Interval, interval, resamples, totals
from kuski.words import Estimate, Quantity, say

if TYPE_CHECKING:
    import altair as alt

NAME = "listen.quality"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a check turns from ok to a warning.

    Attributes
    ----------
    duplicates, straight, off_scale, unreadable : float
        Share of rows or cells.
    answered : float
        Least share of rows in which a driver is answered.
    bias : float
        Difference between a segment's share of those who answered and of all customers.
    drift : float
        Difference between a segment's shares of the answers in the last wave and in the first.
    rows : int
        Least number of answers with a score.
    efficiency : float
        Least effective sample size over the number of answers (Kish 1965).
    """

    duplicates: float = 0.01
    straight: float = 0.10
    off_scale: float = 0.001
    unreadable: float = 0.0
    answered: float = 0.5
    bias: float = 0.05
    drift: float = 0.05
    rows: int = 100
    efficiency: float = 0.5


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class ColumnQuality:
    """What one column held; counts of rows, and the share of rows with an answer."""

    column: str
    role: str
    answered: int
    answered_share: float
    empty: int
    coded: int
    off_scale: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class QualityNumbers:
    """The numbers of `listen.quality`.

    Attributes
    ----------
    rows, scored, customers : int
        Rows read, rows with a score, customers with a score.
    duplicates : int
        Rows beyond the first that are alike in everything that identifies them.
    straight_lined, straight_of : int
        Rows that gave one answer to all drivers, among those that answered at least five.
    score_mean, score_mean_low, score_mean_high : float or None
        Weighted.
    effective_n : float or None
        Kish's effective sample size of the scored rows.
    nps, nps_low, nps_high : float or None
        Net promoter score, −100 to 100.
    nps_n : int
    response_rate, response_rate_low, response_rate_high : float or None
        Share of the customers table that gave a score.
    columns : tuple of ColumnQuality
    bias : tuple of SegmentBias
        Segments with fewer customers than the disclosure threshold are left out.
    drift : tuple of SegmentDrift
        Empty without waves or segments; those with fewer answers than the disclosure threshold are
        left out.
    """

    rows: int
    scored: int
    customers: int
    duplicates: int
    straight_lined: int
    straight_of: int
    score_mean: float | None
    score_mean_low: float | None
    score_mean_high: float | None
    effective_n: float | None
    nps: float | None
    nps_low: float | None
    nps_high: float | None
    nps_n: int
    response_rate: float | None
    response_rate_low: float | None
    response_rate_high: float | None
    columns: tuple[ColumnQuality, ...]
    bias: tuple[SegmentBias, ...]
    drift: tuple[SegmentDrift, ...]


@dataclass(frozen=True, repr=False)
class Quality(Finding):
    """Whether the answers can be trusted.

    Attributes
    ----------
    numbers : QualityNumbers
    examples : tuple of (column, values)
        Off-scale or unreadable values as they stood.
    recommend : str
        Column of the recommending question, empty where there is none.
    recommend_low : float
        Its lowest possible value.
    scale : tuple of float
        Of the score.
    has_customers_table, has_weight, is_exact : bool
        `is_exact` tells whether duplicates and customers were counted on all rows.
    """

    name: ClassVar[str] = NAME
    sources: ClassVar[tuple[str, ...]] = (
        "Rocks 2016, Interval estimation for the Net Promoter Score, Am. Statistician 70(4)",
        "Kish 1965, Survey Sampling, section 11.7 (effective sample size)",
        "Gibbons 2001, Distinct sampling for highly-accurate answers (duplicates in one scan)",
    )

    numbers: QualityNumbers
    examples: tuple[tuple[str, str], ...]
    recommend: str
    recommend_low: float
    scale: tuple[float, float]
    has_customers_table: bool
    has_weight: bool
    is_exact: bool

    def table(self) -> Table:
        """Lay out what each column held."""
        columns = (
            Column("column", self._say("column")),
            Column("role", self._say("role")),
            Column("answered", self._say("answered"), "count"),
            Column("answered_share", self._say("answered_share"), "share"),
            Column("empty", self._say("empty"), "count"),
            Column("coded", self._say("coded"), "count"),
            Column("off_scale", self._say("off_scale"), "count"),
            Column("unreadable", self._say("unreadable"), "count"),
        )
        records: list[dict[str, Cell]] = [
            {
                "column": c.column,
                "role": say(f"roles.{c.role}", self.language),
                "answered": c.answered,
                "answered_share": c.answered_share,
                "empty": c.empty,
                "coded": c.coded,
                "off_scale": c.off_scale,
                "unreadable": c.unreadable,
            }
            for c in self.numbers.columns
        ]
        return Table(columns, tuple(records), self.language)

    def chart(self, *, narrow: bool = False) -> "alt.TopLevelMixin | None":
        """Draw the share answered, by column."""
        from kuski.show.charts import answered_by_column

        return answered_by_column(self.table().records, language=self.language, narrow=narrow)

    def story(self) -> tuple[Sentence, ...]:
        """Tell what was read, who answered, and the NPS."""
        sentences = [self._read_sentence()]
        if self.numbers.score_mean is not None:
            sentences.append(
                self._sentence(
                    "mean",
                    mean=self._estimate("score_mean"),
                    low=self.scale[0],
                    high=self.scale[1],
                )
            )
        if self.numbers.nps is not None:
            sentences.append(
                self._sentence(
                    "nps",
                    nps=self._estimate("nps"),
                    n=self.numbers.nps_n,
                    column=self.recommend,
                )
            )
        if self.numbers.response_rate is not None:
            sentences.append(self._sentence("rate", rate=self._estimate("response_rate", "%")))
        biased = [bias for bias in self.numbers.bias if _is_biased(bias)]
        worst = max(biased, key=lambda bias: abs(bias.difference), default=None)
        if worst is not None:
            case = "fewer" if worst.difference < 0 else "more"
            sentences.append(
                self._sentence(
                    case,
                    segment=self.named(worst.segment),
                    value=worst.value,
                    answered=Quantity(worst.answered_share, "%"),
                    all=Quantity(worst.customers_share, "%"),
                )
            )
        return tuple(sentences)

    def checks(self) -> tuple[Check, ...]:
        """Try everything that makes answers untrustworthy."""
        found = [
            self._enough(),
            self._duplicates(),
            self._straight_lining(),
            *self._cells("off_scale", THRESHOLDS.off_scale),
            *self._cells("unreadable", THRESHOLDS.unreadable),
            *self._coverage(),
            self._bias(),
            *self._drift(),
        ]
        if self.numbers.nps is not None and self.recommend_low == 1:
            found.append(self._check("nps_scale", "warn", column=self.recommend))
        if self.has_weight:
            found.append(self._weights())
        if not self.is_exact:
            found.append(self._check("estimated", "ok"))
        return tuple(found)

    def _read_sentence(self) -> Sentence:
        numbers = self.numbers
        lost = numbers.rows - numbers.scored
        case = "read" if lost else "read_whole"
        share = Quantity(numbers.scored / max(numbers.rows, 1), "%")
        return self._sentence(case, n=numbers.scored, rows=numbers.rows, lost=lost, share=share)

    def _enough(self) -> Check:
        status = warned(self.numbers.scored < THRESHOLDS.rows)
        case = "enough" if status == "ok" else "few"
        return self._check(case, status, n=self.numbers.scored, least=THRESHOLDS.rows)

    def _duplicates(self) -> Check:
        n, rows = self.numbers.duplicates, max(self.numbers.rows, 1)
        if not n:
            return self._check("no_duplicates", "ok")
        status = warned(n / rows > THRESHOLDS.duplicates)
        limit = Quantity(THRESHOLDS.duplicates, "%")
        return self._check("duplicates", status, n=n, share=Quantity(n / rows, "%"), limit=limit)

    def _straight_lining(self) -> Check:
        n, of = self.numbers.straight_lined, self.numbers.straight_of
        if not of:
            return self._check("straight_unknown", "ok")
        status = warned(n / of > THRESHOLDS.straight)
        limit = Quantity(THRESHOLDS.straight, "%")
        return self._check("straight", status, n=n, of=of, share=Quantity(n / of, "%"), limit=limit)

    def _cells(self, what: str, limit: float) -> list[Check]:
        examples = dict(self.examples)
        rows = max(self.numbers.rows, 1)
        return [
            self._check(
                what,
                "warn",
                column=c.column,
                n=getattr(c, what),
                examples=examples.get(c.column, ""),
            )
            for c in self.numbers.columns
            if getattr(c, what) / rows > limit
        ]

    def _coverage(self) -> list[Check]:
        rare = [
            c.column
            for c in self.numbers.columns
            if c.role == "driver" and c.answered_share < THRESHOLDS.answered
        ]
        if not rare:
            return []
        limit = Quantity(THRESHOLDS.answered, "%")
        return [self._check("rare", "warn", n=len(rare), columns=", ".join(rare), limit=limit)]

    def _bias(self) -> Check:
        if not self.has_customers_table:
            return self._check("bias_unknown", "warn")
        biased = [bias for bias in self.numbers.bias if _is_biased(bias)]
        limit = Quantity(THRESHOLDS.bias, "%")
        if not biased:
            return self._check("no_bias", "ok", limit=limit)
        names = ", ".join(f"{self.named(bias.segment)} {bias.value}" for bias in biased[:5])
        case = "bias_weighted" if self.has_weight else "bias"
        return self._check(case, "warn", n=len(biased), segments=names, limit=limit)

    def _drift(self) -> list[Check]:
        if not self.numbers.drift:
            return []
        moved = [one for one in self.numbers.drift if _is_moved(one, THRESHOLDS.drift)]
        limit = Quantity(THRESHOLDS.drift, "%")
        waves = {"first": self.numbers.drift[0].first, "last": self.numbers.drift[0].last}
        if not moved:
            return [self._check("no_drift", "ok", limit=limit, **waves)]
        moved.sort(key=lambda one: -abs(one.difference))
        names = ", ".join(f"{self.named(one.segment)} {one.value}" for one in moved[:5])
        values = {"n": len(moved), "segments": names, "limit": limit}
        return [self._check("drift", "warn", **values, **waves)]

    def _weights(self) -> Check:
        effective, n = self.numbers.effective_n or 0.0, self.numbers.scored
        status = warned(effective < THRESHOLDS.efficiency * n)
        return self._check("weights", status, effective=round(effective), n=n)

    def _estimate(self, key: str, unit: str = "") -> Estimate:
        numbers = self.numbers
        return Estimate(
            getattr(numbers, key),
            getattr(numbers, f"{key}_low"),
            getattr(numbers, f"{key}_high"),
            unit,
        )

    def _say(self, case: str, **values: object) -> str:
        return say(f"quality.{case}", self.language, **values)


def _is_biased(bias: SegmentBias) -> bool:
    return _is_moved(bias, THRESHOLDS.bias)


def _is_moved(found: SegmentBias | SegmentDrift, limit: float) -> bool:
    """Tell whether a difference is both large and surely there."""
    low, high = found.difference_low, found.difference_high
    is_sure = low is not None and high is not None and (low > 0 or high < 0)
    return is_sure and abs(found.difference) > limit


def needs(roles: Roles) -> Needs | Refusal:
    """Ask for counts of every column, scores, recommending and who answered."""
    moments = [_scored(roles)]
    if (recommending := roles.recommend_need) is not None:
        moments.append(recommending)
    moments += [*response_needs(roles), *drift_needs(roles)]
    return Needs.of(*moments, tallies=[_tally(roles)], panel=roles.panel)


def find(roles: Roles, collected: Collected, rng: np.random.Generator) -> Quality:
    """Judge the answers."""
    counts = collected.tallies[_tally(roles)]
    scored = collected.moments[_scored(roles)]
    answered = response(roles, collected, rng)
    mean, mean_interval = _mean(scored, rng)
    score = _nps(roles, collected, counts)
    n_scored = scored.n
    panel = collected.panel
    numbers = QualityNumbers(
        rows=counts.rows,
        scored=n_scored,
        customers=panel.customers if panel is not None and roles.has_customers else n_scored,
        duplicates=counts.rows_seen.repeats,
        straight_lined=counts.straight,
        straight_of=counts.straight_of,
        score_mean=mean,
        score_mean_low=None if mean_interval is None else mean_interval.low,
        score_mean_high=None if mean_interval is None else mean_interval.high,
        effective_n=_effective(scored),
        nps=None if score is None else 100 * score.score,
        nps_low=None if score is None else 100 * score.low,
        nps_high=None if score is None else 100 * score.high,
        nps_n=0 if score is None else _nps_n(roles, collected),
        response_rate=answered.rate,
        response_rate_low=None if (span := answered.rate_interval) is None else span.low,
        response_rate_high=None if span is None else span.high,
        columns=_columns(roles, counts),
        bias=answered.bias,
        drift=drift(roles, collected, rng),
    )
    return Quality(
        n=n_scored,
        language="en",
        numbers=numbers,
        examples=_examples(counts),
        recommend="" if roles.recommend is None else roles.recommend.column,
        recommend_low=_lowest(roles.recommend),
        scale=roles.score.scale or (0, 0),
        has_customers_table=roles.settings.customers is not None,
        has_weight=roles.weight is not None,
        is_exact=counts.rows_seen.halvings == 0,
    )


def _scored(roles: Roles) -> Need:
    return Need("responses", (roles.score,), weight=roles.weight)


def _tally(roles: Roles) -> Tally:
    """Count every column of the responses that the study uses, each once."""
    responses = roles.settings.responses
    numbers: dict[str, Variable] = {}
    for variable, _ in _numeric(roles):
        numbers.setdefault(variable.column, variable)
    texts = [text for text in (responses.comment, responses.contact, responses.agent) if text]
    identity = tuple(numbers) + tuple(texts) if roles.has_customers else ()
    if roles.has_customers:
        identity += tuple(c for c in (responses.customer, responses.time) if c)
    return Tally("responses", tuple(numbers.values()), tuple(texts), roles.drivers, identity)


def _numeric(roles: Roles) -> list[tuple[Variable, str]]:
    """List the numeric columns of the responses with their roles, the most telling role first."""
    named: list[tuple[Variable | None, str]] = [
        (roles.score, "score"),
        (roles.worth, "worth"),
        (roles.left, "left"),
        (roles.recommend, "recommend"),
        (roles.weight, "weight"),
        *((driver, "driver") for driver in roles.drivers),
    ]
    return [
        (variable, role)
        for variable, role in named
        if variable is not None and not variable.column.startswith("customers.")
    ]


def _columns(roles: Roles, counts: Counts) -> tuple[ColumnQuality, ...]:
    role_of: dict[str, str] = {}
    for variable, role in _numeric(roles):
        role_of.setdefault(variable.column, role)
    responses = roles.settings.responses
    for role in ("comment", "contact", "agent"):
        if (column := getattr(responses, role)) is not None:
            role_of.setdefault(column, role)
    return tuple(
        _column(column, role, counts.columns[column], counts.rows)
        for column, role in role_of.items()
    )


def _column(column: str, role: str, found: ColumnCount, rows: int) -> ColumnQuality:
    return ColumnQuality(
        column=column,
        role=role,
        answered=found.answered,
        answered_share=found.answered / max(rows, 1),
        empty=found.empty,
        coded=found.coded,
        off_scale=found.off_scale,
        unreadable=found.unreadable,
    )


def _examples(counts: Counts) -> tuple[tuple[str, str], ...]:
    shown = {
        column: (*found.off_scale_values, *found.unreadable_values)
        for column, found in counts.columns.items()
    }
    return tuple((column, ", ".join(values)) for column, values in shown.items() if values)


def _mean(scored: Moments, rng: np.random.Generator) -> tuple[float | None, Interval | None]:
    if not scored.n:
        return None, None
    drawn = resamples(scored.rows, rng=rng)
    sums = totals(scored.cross.sum(axis=0), drawn)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = scored.origin[0] + sums[:, 0, 1] / sums[:, 0, 0]
    return float(means[0]), interval(means, drawn)


def _effective(scored: Moments) -> float | None:
    weight, squares = scored.cross[..., 0, 0].sum(), scored.squares.sum()
    return float(weight**2 / squares) if squares else None


def _nps(roles: Roles, collected: Collected, counts: Counts) -> NetPromoterScore | None:
    need = roles.recommend_need
    if roles.recommend is None or need is None or not _nps_n(roles, collected):
        return None
    if not _fits(counts.columns[roles.recommend.column], roles.recommend):
        return None
    moments = collected.moments[need].at([(0,), (1,), (2,)])
    weight = moments.cross[..., 0, 0].sum(axis=1)
    detractors, passives, promoters = (float(part) for part in weight)
    return net_promoter_score(
        promoters, passives, detractors=detractors, n=_independent(roles, moments)
    )


def _fits(column: ColumnCount, recommend: Variable) -> bool:
    """Tell whether what was taken for recommending lies on its scale: points may be others."""
    low, high = recommend.scale or (0, 10)
    return column.low is not None and low <= column.low and (column.high or 0) <= high


def _independent(roles: Roles, moments: Moments) -> float:
    """Say how many independent answers the NPS rests on, by weights and by customers."""
    weights = float(kish_n(moments.cross[..., 0, 0].sum(), moments.squares.sum()))
    if not roles.has_customers:
        return weights
    customers = cluster_n(with_level(moments.cross, (-1, 0, 1)), moments.rows.sum(axis=0))
    return weights if customers is None else min(weights, customers)


def _nps_n(roles: Roles, collected: Collected) -> int:
    need = roles.recommend_need
    return 0 if need is None else collected.moments[need].n


def _lowest(variable: Variable | None) -> float:
    return variable.scale[0] if variable is not None and variable.scale else 0.0
