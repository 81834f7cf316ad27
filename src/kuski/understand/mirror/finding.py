"""Do leaders know their customers? Their guesses against the customers' answers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from kuski.finding import Check, Finding, Refusal, Sentence, warned
from kuski.moments import Collected, Needs
from kuski.roles import Roles
from kuski.show.record import Record
from kuski.show.table import Column, Table
from kuski.stats.shapley import MOST_EXACT
from kuski.understand.factor import factor_positions
from kuski.understand.mirror.calibration import (
    SATISFACTION,
    FigureNumbers,
    GroupNumbers,
    LeaderNumbers,
    TopicNumbers,
    figure_numbers,
    group_numbers,
    leader_numbers,
    topic_numbers,
)
from kuski.understand.mirror.figure import Figure, divided_factors, figures
from kuski.understand.mirror.forecast import (
    LEAST_LEADERS,
    Forecasts,
    forecast_need,
    forecast_tally,
    forecasts,
)
from kuski.understand.mirror.seed import SeedNumbers, seed_numbers
from kuski.understand.mirror.teller import TableTest, story_needs, table_test, told
from kuski.understand.mirror.truth import truth_needs, truths
from kuski.words import Estimate, Quantity

if TYPE_CHECKING:
    import altair as alt

NAME = "understand.mirror"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a sentence or a check changes.

    Attributes
    ----------
    few : int
        Leaders below which the group is called small.
    off_sum : float
        How far from one a leader's importances may add up.
    blind : float
        Part of a single leader's error below which what the mean cancels is called little.
    sure : float
        Share of resamples from which on the customers' first factor counts as settled.
    p : float
        Below it, tellers are said to tell of different things.
    listed : int
        At most this many names are listed in a sentence.
    """

    few: int = 5
    off_sum: float = 0.1
    blind: float = 0.2
    sure: float = 0.95
    p: float = 0.05
    listed: int = 12


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class MirrorNumbers:
    """The numbers of `understand.mirror`.

    Attributes
    ----------
    figures : tuple of FigureNumbers
        Those that at least three leaders guessed.
    topics : tuple of TopicNumbers
        What the leaders lean to, over all figures on one thing.
    leaders : tuple of LeaderNumbers
        In an order drawn by chance.
    group : GroupNumbers or None
    seed : SeedNumbers or None
        None where no stories say which of them leaders told, or too few.
    table_test : TableTest or None
        Likewise.
    """

    figures: tuple[FigureNumbers, ...]
    topics: tuple[TopicNumbers, ...]
    leaders: tuple[LeaderNumbers, ...]
    group: GroupNumbers | None
    seed: SeedNumbers | None
    table_test: TableTest | None


_EMPTY = MirrorNumbers((), (), (), None, None, None)


@dataclass(frozen=True, repr=False)
class Mirror(Finding):
    """What leaders believe of their customers, beside what is so.

    Attributes
    ----------
    numbers : MirrorNumbers
    guesses : tuple of tuples of float
        Of each figure, from the lowest up: the order says nothing of who guessed what.
    forecasts : Forecasts
        What was guessed, and what was left out of it.
    known : tuple of str
        Every figure that this study can answer.
    has_stories : bool
        Whether the study has stories that name their teller and say which are excellent.
    is_corrected : bool
        Whether reasons for leaving are set right by a checked sample.
    is_divided : bool
        Whether importance can be divided among the study's factors, where it has any.
    """

    name: ClassVar[str] = NAME
    sources: ClassVar[tuple[str, ...]] = (
        "Gneiting & Raftery 2007, Strictly proper scoring rules, JASA 102(477)",
        "Kendall 1945, The treatment of ties in ranking problems, Biometrika 33(3)",
        "Welch 1947, The generalization of Student's problem, Biometrika 34(1-2)",
        "Surowiecki 2004, The Wisdom of Crowds",
        "Haberman 1973, The analysis of residuals in cross-classified tables, Biometrics 29(1)",
        "Bitner, Booms & Tetreault 1990, The service encounter, Journal of Marketing 54(1)",
    )

    numbers: MirrorNumbers
    guesses: tuple[tuple[float, ...], ...]
    forecasts: Forecasts
    known: tuple[str, ...]
    has_stories: bool
    is_corrected: bool
    is_divided: bool

    @property
    def caption(self) -> str:
        """What the chart measures."""
        return self._sentence("caption", n=self.n, leaders=self.forecasts.n).text

    def table(self) -> Table:
        """Lay the figures out."""
        keys = ("figure", "truth_told", "leaders_told", "difference_told", "verdict_told")
        columns = tuple(Column(key, self._sentence(f"column_{key}").text) for key in keys)
        return Table(columns, tuple(self._records()), self.language)

    def _records(self) -> list[Record]:
        return [
            {
                **{key: getattr(figure, key) for key in FigureNumbers.__dataclass_fields__},
                "figure": self._upper(self._label(figure)),
                "row": self._row(figure),
                "truth_told": self._told(self._truth(figure)),
                "leaders_told": self._told(self._leaders(figure)),
                "difference_told": self._told(_estimate(figure, "difference")),
                "verdict_told": self._sentence(f"verdict_{figure.verdict or 'unknown'}").text,
            }
            for figure in self.numbers.figures
        ]

    def chart(self, *, narrow: bool = False) -> "alt.TopLevelMixin | None":
        """Draw the customers' truth and the leaders' guesses, figure by figure."""
        from kuski.show.charts import guesses_against_truth

        return guesses_against_truth(
            self._records(), self.guesses, language=self.language, narrow=narrow
        )

    def story(self) -> tuple[Sentence, ...]:
        """Say where the leaders are wrong, which way they lean, and what they themselves tell."""
        return (
            self._message(),
            self._counts(),
            *self._order(),
            *self._leanings(),
            *self._crowd(),
            *self._seed(),
            *self._tellers(),
            *self._caveats(),
        )

    def checks(self) -> tuple[Check, ...]:
        """Try what would make the comparison wrong."""
        return (
            self._enough(),
            self._check(
                "named" if self.forecasts.names else "anonymous", "ok", least=LEAST_LEADERS
            ),
            *self._left_out(),
            *self._doubtful_truths(),
            *self._doubtful_stories(),
        )

    def _message(self) -> Sentence:
        wrong = {
            verdict: max(found, key=lambda figure: abs(figure.miss))
            for verdict in ("overrated", "underrated")
            if (found := [f for f in self.numbers.figures if f.verdict == verdict])
        }
        over, under = wrong.get("overrated"), wrong.get("underrated")
        if over and under:
            return self._sentence(
                "message_both",
                over=self._label(over),
                over_guess=_guess(over),
                over_truth=self._truth(over),
                under=self._label(under),
                under_guess=_guess(under),
                under_truth=self._truth(under),
            )
        if one := over or under:
            return self._sentence(
                "message_over" if over else "message_under",
                figure=self._label(one),
                guess=_guess(one),
                truth=self._truth(one),
            )
        verdicts = {figure.verdict for figure in self.numbers.figures}
        case = "right" if "right" in verdicts else "unsure" if "unsure" in verdicts else "unknown"
        return self._sentence(f"message_{case}", n=len(self.numbers.figures))

    def _counts(self) -> Sentence:
        verdicts = [figure.verdict for figure in self.numbers.figures]
        return self._sentence(
            "counts",
            n=len(verdicts),
            right=verdicts.count("right"),
            over=verdicts.count("overrated"),
            under=verdicts.count("underrated"),
            rest=verdicts.count("unsure") + verdicts.count(None),
        )

    def _order(self) -> list[Sentence]:
        group = self.numbers.group
        if group is None or group.first is None or group.true_first is None:
            return []
        chance = group.first_chance if group.rank_agreement_low is not None else None
        case = "order_unsure"
        if chance is not None and (chance <= 1 - THRESHOLDS.sure or chance >= THRESHOLDS.sure):
            case = "order_same" if chance >= THRESHOLDS.sure else "order_other"
        found = [
            self._sentence(
                case,
                first=self.named(group.first),
                true_first=self.named(group.true_first),
                n=group.pairs,
                right=group.pairs_right,
                agreement=Estimate(
                    group.rank_agreement, group.rank_agreement_low, group.rank_agreement_high
                ),
            )
        ]
        equal, error = group.equal_error, group.importance_error
        if equal is not None and error is not None and equal < error:
            values = {"equal": Quantity(equal, "%"), "error": Quantity(error, "%")}
            found.append(self._sentence("equal_better", **values))
        return found

    def _leanings(self) -> list[Sentence]:
        found = []
        for topic in self.numbers.topics:
            low, high = topic.bias_low, topic.bias_high
            if topic.figures < 2 or low is None or high is None or low <= 0 <= high:
                continue
            is_over = low > 0
            bias = Estimate(topic.bias, low, high, "%")
            if not is_over:
                bias = Estimate(-topic.bias, -high, -low, "%")
            if topic.topic == SATISFACTION:
                case = "rosy" if is_over else "gloomy"
            else:
                case = "lean_over" if is_over else "lean_under"
            found.append(
                self._sentence(case, topic=self.named(topic.topic), n=topic.figures, bias=bias)
            )
        return found

    def _crowd(self) -> list[Sentence]:
        group = self.numbers.group
        if group is None or group.gain is None or not group.single_error:
            return []
        is_blind = group.gain < THRESHOLDS.blind * group.single_error
        return [
            self._sentence(
                "crowd_blind" if is_blind else "crowd_helps",
                single=Quantity(group.single_error, "%"),
                error=Quantity(group.error, "%"),
                beaten=Quantity(group.beaten, "%"),
            ),
            self._single_leaders(),
        ]

    def _single_leaders(self) -> Sentence:
        """Say how far off single leaders are: the nearest and the farthest."""
        known = [leader for leader in self.numbers.leaders if leader.error is not None]
        best = min(known, key=lambda leader: leader.error or 0.0)
        worst = max(known, key=lambda leader: leader.error or 0.0)
        errors = {"least": Quantity(best.error, "%"), "most": Quantity(worst.error, "%")}
        if not self.forecasts.names:
            return self._sentence("leaders_range", **errors)
        return self._sentence("leaders_named", best=best.leader, worst=worst.leader, **errors)

    def _seed(self) -> list[Sentence]:
        seed = self.numbers.seed
        if seed is None:
            return []
        named = {key: _share(seed, key) for key in ("leaders_told", "planned", "rewarded")}
        values: dict[str, object] = {
            "told": named["leaders_told"],
            "planned": named["planned"],
            "rewarded": named["rewarded"],
            "customers": _share(seed, "customers_told"),
        }
        if seed.planned is not None and seed.rewarded is not None:
            is_gap = (seed.planned_high or 1.0) < (seed.rewarded_low or 0.0)
            found = [self._sentence("seed_gap" if is_gap else "seed_whole", **values)]
        elif seed.customers_told is not None:
            found = [self._sentence("seed_told", **values)]
        else:
            found = [self._sentence("seed_alone", **values)]
        most = max(seed.factors, key=lambda one: one.leaders_told or 0.0, default=None)
        if most is not None and most.planned is not None and most.rewarded is not None:
            shares = {
                "told": Quantity(most.leaders_told, "%"),
                "planned": Quantity(most.planned, "%"),
                "rewarded": Quantity(most.rewarded, "%"),
            }
            found.append(self._sentence("seed_factor", factor=self.named(most.factor), **shares))
        return [*found, self._sentence("remembered")]

    def _tellers(self) -> list[Sentence]:
        test = self.numbers.table_test
        if test is None:
            return []
        residuals = np.array(test.residuals)
        row, column = np.unravel_index(int(residuals.argmax()), residuals.shape)
        p = self._sentence("p_below" if test.p < 0.001 else "p_is", p=test.p).text
        return [
            self._sentence(
                "tellers_differ" if test.p < THRESHOLDS.p else "tellers_alike",
                teller=self._sentence(f"teller_{test.tellers[int(row)]}").text,
                column=self._column(test, int(column)),
                residual=float(residuals[row, column]),
                chi2=test.chi2,
                df=test.df,
                p=p,
                strength=test.cramer_v,
            )
        ]

    def _column(self, test: TableTest, place: int) -> str:
        name = test.columns[place]
        if test.by == "contact" or name == "other":
            return self._sentence(f"contact_{name}").text
        return self.named(name)

    def _caveats(self) -> list[Sentence]:
        kinds = {figure.kind for figure in self.numbers.figures}
        return [self._sentence("goes_with")] if "importance" in kinds else []

    def _enough(self) -> Check:
        n = self.forecasts.n
        return self._check("leaders", warned(n < THRESHOLDS.few), n=n, few=THRESHOLDS.few)

    def _left_out(self) -> list[Check]:
        given = self.forecasts
        found = []
        if given.unknown:
            found.append(
                self._check(
                    "unknown",
                    "warn",
                    n=len(given.unknown),
                    names=listed(given.unknown),
                    known=listed(self.known),
                )
            )
        for case, n, names in (
            ("percent", given.n_percent, given.percent),
            ("off_scale", given.n_off_scale, given.off_scale),
        ):
            if n:
                found.append(self._check(case, "warn", n=n, names=listed(names)))
        for case, n in (("unreadable", given.unreadable), ("repeated", given.repeated)):
            if n:
                found.append(self._check(case, "warn", n=n))
        if given.thin:
            values = {"n": len(given.thin), "names": listed(given.thin), "least": LEAST_LEADERS}
            found.append(self._check("thin", "warn", **values))
        group = self.numbers.group
        if group is not None and group.off_sum:
            limit = Quantity(THRESHOLDS.off_sum, "%")
            found.append(self._check("off_sum", "warn", n=group.off_sum, limit=limit))
        return found

    def _doubtful_truths(self) -> list[Check]:
        numbers = self.numbers.figures
        unknown = [figure.what for figure in numbers if figure.truth is None]
        unsure = [
            figure.what
            for figure in numbers
            if figure.truth is not None and figure.truth_low is None
        ]
        found = [
            self._check(case, "refuse", n=len(names), names=listed(names))
            for case, names in (("no_truth", unknown), ("no_interval", unsure))
            if names
        ]
        if not self.is_divided:
            found.append(self._check("undivided", "refuse", most=MOST_EXACT - 1))
        if any(figure.kind == "leaving" and figure.truth is not None for figure in numbers):
            case = "reasons_corrected" if self.is_corrected else "reasons_told"
            found.append(self._check(case, warned(not self.is_corrected)))
        return found

    def _doubtful_stories(self) -> list[Check]:
        test = self.numbers.table_test
        found = []
        if not self.has_stories:
            found.append(self._check("no_stories", "warn"))
        elif self.numbers.seed is None:
            found.append(self._check("few_stories", "warn"))
        if test is not None and test.method == "permutation":
            found.append(self._check("drawn_tables", "ok"))
        return found

    def _label(self, figure: FigureNumbers) -> str:
        case = figure.kind
        if figure.kind in ("leaving", "share"):
            return self._sentence(f"figure_{case}_{figure.name}").text
        return self._sentence(f"figure_{case}", name=self.named(figure.name)).text

    def _row(self, figure: FigureNumbers) -> str:
        """Name a figure below the heading of its kind."""
        if figure.kind in ("importance", "driver"):
            return self._upper(self.named(figure.name))
        if figure.kind in ("leaving", "share"):
            return self._sentence(f"row_{figure.name}").text
        return self._upper(self._label(figure))

    def _upper(self, text: str) -> str:
        return text[:1].upper() + text[1:]

    def _told(self, estimate: Estimate) -> str:
        return self._sentence("told", value=estimate).text

    def _truth(self, figure: FigureNumbers) -> Estimate:
        return _estimate(figure, "truth")

    def _leaders(self, figure: FigureNumbers) -> Estimate:
        return _estimate(figure, "leaders")


def listed(names: tuple[str, ...] | list[str]) -> str:
    """List some names, and say so where there are more."""
    some = names[: THRESHOLDS.listed]
    return ", ".join(some) + (" …" if len(names) > len(some) else "")


def needs(roles: Roles) -> Needs | Refusal:
    """Ask for guesses, for the truth of every figure that could be guessed, and for stories."""
    need, tally = forecast_need(roles), forecast_tally(roles)
    if need is None or tally is None:
        return _refused("mirror_no_forecasts")
    asked = Needs.of(need, *story_needs(roles).values(), tallies=[tally])
    return asked | truth_needs(roles)


def find(roles: Roles, collected: Collected, rng: np.random.Generator) -> Finding:
    """Set the leaders' guesses against the customers' answers."""
    known = figures(roles)
    given = forecasts(roles, collected, known, rng)
    if not given.figures:
        return _nothing_guessed(given, known)
    n = collected.moments[roles.scored_need].n
    if not n:
        return _refused("mirror_no_answers")
    true = truths(roles, collected, given.figures, rng)
    if not np.isfinite(true.estimates).any():
        return _refused("mirror_no_truth", names=listed([f.what for f in given.figures]))
    least = roles.settings.study.disclosure
    by_factor = told(roles, collected, "factor")
    stories = by_factor or told(roles, collected, "contact")
    return Mirror(
        n=n,
        language="en",
        numbers=MirrorNumbers(
            figures=figure_numbers(given, true),
            topics=topic_numbers(roles, given, true),
            leaders=leader_numbers(given, true),
            group=group_numbers(given, true, off_by=THRESHOLDS.off_sum),
            seed=seed_numbers(roles, collected, given, true),
            table_test=None
            if stories is None
            else table_test(stories, "factor" if by_factor else "contact", least, rng),
        ),
        guesses=tuple(
            tuple(float(guess) for guess in np.sort(column[np.isfinite(column)]))
            for column in given.guesses.T
        ),
        forecasts=given,
        known=tuple(figure.what for figure in known.values()),
        has_stories=bool(story_needs(roles)),
        is_corrected=true.is_corrected,
        is_divided=len(divided_factors(roles)) == len(factor_positions(roles)),
    )


def _nothing_guessed(given: Forecasts, known: dict[str, Figure]) -> Refusal:
    """Say why no figure is left to be compared."""
    if n := given.n_percent + given.n_off_scale:
        off = tuple(dict.fromkeys((*given.percent, *given.off_scale)))
        return _refused("mirror_off_scale", n=n, names=listed(off))
    if given.thin:
        return _refused("mirror_few_leaders", least=LEAST_LEADERS)
    if given.unknown:
        names = listed([figure.what for figure in known.values()])
        return _refused("mirror_unknown", names=listed(given.unknown), known=names)
    return _refused("mirror_no_guess", n=given.unreadable)


def _refused(reason: str, **values: object) -> Refusal:
    return Refusal.because(reason, name=NAME, numbers=_EMPTY, **values)


def _estimate(figure: FigureNumbers, key: str) -> Estimate:
    value, low, high = (getattr(figure, f"{key}{end}") for end in ("", "_low", "_high"))
    return Estimate(value, low, high, "%" if figure.is_share else "")


def _guess(figure: FigureNumbers) -> Quantity:
    return Quantity(figure.leaders, "%" if figure.is_share else "")


def _share(seed: SeedNumbers, key: str) -> Estimate:
    value, low, high = (getattr(seed, f"{key}{end}") for end in ("", "_low", "_high"))
    return Estimate(value, low, high, "%")
