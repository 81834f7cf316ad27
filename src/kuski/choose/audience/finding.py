"""Whom is it worth serving better? Segments as a portfolio, given ones and those found."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from kuski.choose.audience.cut import Cut, cut_needs, cuts_of, measured, worth_need
from kuski.choose.audience.found import Found, found_needs, found_of
from kuski.choose.audience.growth import THRESHOLDS as GROWTH
from kuski.choose.audience.portfolio import portfolio
from kuski.choose.audience.segment import (
    EMPTY,
    THRESHOLDS,
    AudienceNumbers,
    CutNumbers,
    Outcome,
    RuleNumbers,
    SegmentNumbers,
)
from kuski.choose.cell import JOINT, OTHERS
from kuski.finding import Check, Finding, Refusal, Sentence, warned
from kuski.moments import Collected, Needs
from kuski.roles import Roles
from kuski.show.table import Column, Table
from kuski.words import Estimate, Quantity, figure

if TYPE_CHECKING:
    import altair as alt

NAME = "choose.audience"


@dataclass(frozen=True, repr=False)
class Audience(Finding):
    """Segments as a portfolio.

    Attributes
    ----------
    numbers : AudienceNumbers
    outcome : str
        What came of looking for segments; see `Found`.
    asked : tuple of str
        Columns that the tree could ask of.
    left_out : tuple of str
        Cuts that could not be shown, since only one segment of them is large enough, or nobody of
        them is at the top.
    used_share : float
        Share of the scored answers that the portfolio rests on, 0 to 1.
    alike : tuple of str
        What is held alike.
    has_moves : bool
        Whether customers and the times of their answers are known.
    has_strategic : bool
        Whether the study says who is strategic.
    is_of_people : bool
        Whether customers are counted, and not answers.
    is_chosen_by : bool
        Whether the study names segments to choose by; they are the first cut.
    unit : str
        Of worth.
    """

    name: ClassVar[str] = NAME
    sources: ClassVar[tuple[str, ...]] = (
        "Athey & Wager 2021, Policy learning with observational data, Econometrica 89(1)",
        "Chernozhukov et al. 2018, Double/debiased machine learning, Econometrics Journal 21(1)",
        "Robins 1986, A new approach to causal inference in mortality studies (g-computation)",
        "Morris 1983, Parametric empirical Bayes inference, JASA 78(381)",
        "Barnett, van der Pols & Dobson 2005, Regression to the mean, Int. J. Epidemiology 34(1)",
    )

    numbers: AudienceNumbers
    outcome: Outcome
    asked: tuple[str, ...]
    left_out: tuple[str, ...]
    used_share: float
    alike: tuple[str, ...]
    has_moves: bool
    has_strategic: bool
    is_of_people: bool
    is_chosen_by: bool
    unit: str

    @property
    def caption(self) -> str:
        """What the chart measures."""
        case = "caption" if self.is_of_people else "caption_answers"
        unit = self.unit or self._sentence("no_unit").text
        return self._sentence(case, n=self.n, unit=unit).text

    def table(self) -> Table:
        """Lay the segments out, cut by cut."""
        columns = [
            Column("cut", self._sentence("cut").text),
            Column("segment", self._sentence("segment").text),
            Column("people", self._sentence("people").text, "count"),
            Column("share", self._sentence("share").text, "share"),
            Column("worth", self._sentence("worth").text, "estimate", self.unit),
            Column("headroom", self._sentence("headroom").text, "estimate", self.unit),
            Column("headroom_total", self._sentence("headroom_total").text, "estimate", self.unit),
            Column("grade", self._sentence("grade").text),
            *(Column(zone, self._sentence(zone).text, "share") for zone in _ZONES),
        ]
        if any(one.up is not None for one in self.numbers.segments):
            columns.append(Column("up", self._sentence("up").text, "estimate", "%"))
        if self.has_strategic:
            columns.append(Column("strategic", self._sentence("strategic").text, "number"))
        return Table(tuple(columns), tuple(self._records(self.numbers.segments)), self.language)

    def chart(self, *, narrow: bool = False) -> "alt.TopLevelMixin | None":
        """Draw headroom a person against people: given and found segments, and those chosen by."""
        from kuski.show.charts import headroom_by_segment

        first = self.numbers.cuts[0].cut if self.numbers.cuts else ""
        shown = [
            one
            for one in self.numbers.segments
            if one.origin != "crossed" or (one.cut == first and self.is_chosen_by)
        ]
        if not any(one.headroom is not None for one in shown):
            return None
        means = {cut.cut: cut.headroom for cut in self.numbers.cuts}
        records = [
            record | {"mean": means[one.cut]}
            for record, one in zip(self._records(shown), shown, strict=True)
        ]
        return headroom_by_segment(
            records,
            unit=self.unit,
            is_of_people=self.is_of_people,
            language=self.language,
            narrow=narrow,
        )

    def story(self) -> tuple[Sentence, ...]:
        """Say who has most to gain, how surely, whom a tree finds, who moves, and what is held."""
        lead = self._lead_cut()
        found = [] if lead is None else [self._lead(lead), *self._largest(lead)]
        found += [*self._tree(), *self._moved(), *self._strategic()]
        return (*found, self._sentence("goes_with" if self.alike else "goes_with_crude"))

    def checks(self) -> tuple[Check, ...]:
        """Try what would make a segment's numbers wrong."""
        return (
            *self._check_merged(),
            self._check_evidence(),
            *self._check_moves(),
            *self._check_tree(),
            self._check(
                "used" if self.alike else "not_adjusted",
                warned(not self.alike or self.used_share < THRESHOLDS.used),
                share=Quantity(self.used_share, "%"),
                limit=Quantity(THRESHOLDS.used, "%"),
            ),
        )

    def called(self, one: SegmentNumbers) -> str:
        """Call a segment as people do: by its value, by its rule, or as the others."""
        if one.is_merged:
            return self._sentence("others").text
        if one.rule:
            return ", ".join(self._ruled(rule) for rule in one.rule)
        parts = zip(one.cut.split(JOINT), one.segment.split(JOINT), strict=False)
        return JOINT.join(self._valued(column, value) for column, value in parts)

    def _valued(self, column: str, value: str) -> str:
        """Call a value; a bare code without a name says nothing without its column."""
        found = self.valued(column, value)
        return f"{self.named(column)} {value}" if found == value and _is_code(value) else found

    def cut_called(self, cut: str) -> str:
        """Call a cut as people do."""
        if cut == "found":
            return self._sentence("found").text
        return JOINT.join(self.named(part) for part in cut.split(JOINT))

    def _ruled(self, rule: RuleNumbers) -> str:
        column = self.named(rule.column)
        if rule.values is not None:
            words = [
                self._sentence("others").text
                if value == OTHERS
                else self.valued(rule.column, value)
                for value in rule.values
            ]
            return self._sentence("rule_in", column=column, values="/".join(words)).text
        above, up_to = (
            None if limit is None else figure(limit, self.language)
            for limit in (rule.above, rule.up_to)
        )
        if above is None:
            return self._sentence("rule_up_to", column=column, up_to=up_to).text
        if up_to is None:
            return self._sentence("rule_above", column=column, above=above).text
        return self._sentence("rule_between", column=column, above=above, up_to=up_to).text

    def _records(
        self, segments: Sequence[SegmentNumbers]
    ) -> list[dict[str, str | float | bool | None]]:
        keys = [key for key in SegmentNumbers.__dataclass_fields__ if key != "rule"]
        return [
            {key: getattr(one, key) for key in keys}
            | {"cut": self.cut_called(one.cut), "segment": self.called(one)}
            for one in segments
        ]

    def _of(self, cut: str) -> list[SegmentNumbers]:
        """List a cut's own segments that have an interval, without the merged ones."""
        return [
            one
            for one in self.numbers.segments
            if one.cut == cut and not one.is_merged and one.headroom_low is not None
        ]

    def _lead_cut(self) -> CutNumbers | None:
        """Take the first cut, unless a segment of another given one stands out."""
        known = [cut for cut in self.numbers.cuts if self._of(cut.cut)]
        for cut in known:
            surest = max(one.first_probability for one in self._of(cut.cut))
            if cut.origin == "given" and surest >= THRESHOLDS.stands_out:
                return cut
        return known[0] if known else None

    def _lead(self, cut: CutNumbers) -> Sentence:
        segments = self._of(cut.cut)
        first = max(segments, key=lambda one: one.first_probability)
        chance = first.first_probability
        case = "lead_open"
        if len(segments) == 1:
            case = "lead_one"
        elif chance >= THRESHOLDS.stands_out:
            case = "lead_clear"
        elif chance >= THRESHOLDS.likely:
            case = "lead_likely"
        return self._sentence(
            case,
            cut=self.cut_called(cut.cut),
            segment=self.called(first),
            headroom=self._money(first, "headroom"),
            whole=Estimate(cut.headroom, cut.headroom_low, cut.headroom_high, self.unit),
            chance=Quantity(chance, "%"),
        )

    def _largest(self, cut: CutNumbers) -> list[Sentence]:
        largest = max(self._of(cut.cut), key=lambda one: one.headroom_total or 0.0)
        case = "largest" if self.is_of_people else "largest_answers"
        return [
            self._sentence(
                case,
                n=round(largest.people),
                segment=self.called(largest),
                total=self._money(largest, "headroom_total"),
                share=Quantity(largest.share, "%"),
            )
        ]

    def _tree(self) -> list[Sentence]:
        policy = self.numbers.policy
        if policy is None:
            return []
        values = {
            "price": Quantity(policy.price, self.unit),
            "everybody": Estimate(
                policy.everybody, policy.everybody_low, policy.everybody_high, self.unit
            ),
            "over": Estimate(
                policy.over_everybody,
                policy.over_everybody_low,
                policy.over_everybody_high,
                self.unit,
            ),
            "nobody": Estimate(
                policy.over_nobody, policy.over_nobody_low, policy.over_nobody_high, self.unit
            ),
            "share": Quantity(policy.served_share, "%"),
        }
        if self.outcome == "alike":
            case = "tree_everybody" if policy.served_share > 0 else "tree_nobody"
            case = "tree_alike" if policy.price_source == "break_even" else case
            return [self._sentence(case, **values)]
        if self.outcome == "not_held":
            return [self._sentence("tree_not_held", **values)]
        served = [one for one in self.numbers.segments if one.is_served]
        names = "; ".join(self.called(one) for one in served)
        return [self._sentence("tree_found", n=len(served), names=names, **values)]

    def _moved(self) -> list[Sentence]:
        known = [
            one
            for one in self.numbers.segments
            if one.origin == "given" and not one.is_merged and one.up_low is not None
        ]
        if not known:
            return []
        # What a segment moved beyond where it started, in its own interval.
        apart = [one for one in known if _is_apart(one)]
        far = max(apart or known, key=lambda one: abs((one.up or 0.0) - (one.up_expected or 0.0)))
        case = "moved_alike"
        if apart:
            case = "moved_more" if (far.up or 0.0) > (far.up_expected or 0.0) else "moved_less"
        moves = sum(one.moves for one in known if one.cut == known[0].cut)
        ups = sum(one.moves * (one.up or 0.0) for one in known if one.cut == known[0].cut)
        return [
            self._sentence(
                case,
                n=moves,
                segment=self.called(far),
                up=Estimate(far.up, far.up_low, far.up_high, "%"),
                expected=Quantity(far.up_expected, "%"),
                all=Quantity(ups / moves, "%"),
            )
        ]

    def _strategic(self) -> list[Sentence]:
        known = [
            one
            for one in self.numbers.segments
            if one.strategic is not None and one.origin == "given" and not one.is_merged
        ]
        if len(known) < 2:
            return []
        first = max(known, key=lambda one: one.strategic or 0.0)
        of_cut = [one for one in known if one.cut == first.cut]
        mean = sum(one.people * (one.strategic or 0.0) for one in of_cut)
        return [
            self._sentence(
                "strategic_most",
                segment=self.called(first),
                weight=Quantity(first.strategic),
                mean=Quantity(mean / max(sum(one.people for one in of_cut), 1.0)),
                headroom=self._money(first, "headroom"),
            )
        ]

    def _money(self, one: SegmentNumbers, key: str) -> Estimate:
        low, high = getattr(one, f"{key}_low"), getattr(one, f"{key}_high")
        return Estimate(getattr(one, key), low, high, self.unit)

    def _check_merged(self) -> list[Check]:
        merged = sum(cut.merged for cut in self.numbers.cuts)
        others = [one.share for one in self.numbers.segments if one.is_merged]
        found = []
        if merged:
            status = warned(max(others, default=0.0) > THRESHOLDS.thin)
            share, limit = Quantity(max(others, default=0.0), "%"), Quantity(THRESHOLDS.thin, "%")
            found.append(
                self._check(
                    "merged", status, n=merged, least=THRESHOLDS.answers, share=share, limit=limit
                )
            )
        if self.left_out:
            cuts = ", ".join(self.cut_called(cut) for cut in self.left_out)
            found.append(self._check("left_out", "refuse", n=len(self.left_out), cuts=cuts))
        return found

    def _check_evidence(self) -> Check:
        segments = [one for one in self.numbers.segments if one.grade is not None]
        thin = [one for one in segments if one.grade == "C"]
        if not segments:
            return self._check("no_interval", "refuse")
        return self._check(
            "evidence",
            warned(2 * len(thin) > len(segments)),
            n=len(thin),
            all=len(segments),
            own=Quantity(THRESHOLDS.own_b, "%"),
        )

    def _check_moves(self) -> list[Check]:
        if any(one.up is not None for one in self.numbers.segments):
            return [self._check("regression", "ok")]
        return [self._check("unread_moves" if self.has_moves else "no_moves", "warn")]

    def _check_tree(self) -> list[Check]:
        policy = self.numbers.policy
        if policy is None:
            return [self._check(f"tree_{self.outcome}", "refuse", least=GROWTH.answers)]
        price = Quantity(policy.price, self.unit)
        case = "price_forced" if policy.is_forced else f"price_{policy.price_source}"
        found = [
            self._check(
                "tree_honest", "ok", n=policy.n, columns=", ".join(map(self.named, self.asked))
            ),
            self._check(case, "ok", price=price),
        ]
        if self.outcome == "found":
            share = Quantity(policy.agreement, "%")
            limit = Quantity(THRESHOLDS.agreement, "%")
            is_odd = policy.agreement < THRESHOLDS.agreement
            found.append(self._check("agreement", warned(is_odd), share=share, limit=limit))
        if policy.clipped_share > 0:
            share = Quantity(policy.clipped_share, "%")
            limit = Quantity(THRESHOLDS.clipped, "%")
            status = warned(policy.clipped_share > THRESHOLDS.clipped)
            found.append(self._check("clipped", status, share=share, limit=limit))
        return found


def _is_code(value: str) -> bool:
    return len(value) == 1 or value.replace(".", "", 1).isdecimal()


def _is_apart(one: SegmentNumbers) -> bool:
    """Tell whether a segment moves clearly otherwise than all do from the same scores.

    Its interval is taken wider, since the farthest of many segments is told.
    """
    if one.up is None or one.up_expected is None or one.up_low is None or one.up_high is None:
        return False
    side = one.up - one.up_low if one.up_expected < one.up else one.up_high - one.up
    return abs(one.up - one.up_expected) > THRESHOLDS.apart * side


_ZONES = ("below", "middle", "top")


def needs(roles: Roles) -> Needs | Refusal:
    """Ask for worth by segment and level, for people, and for what a tree may ask of."""
    if roles.worth is None:
        return _refused("no_worth")
    cuts, found = cuts_of(roles), found_needs(roles, roles.worth)
    if not cuts and found == Needs():
        return _refused("audience_nothing")
    asked = Needs.of(roles.scored_need) | found
    for cut in cuts:
        asked |= cut_needs(roles, roles.worth, cut)
    return asked


def find(roles: Roles, collected: Collected, rng: np.random.Generator) -> Finding:
    """Lay the segments out, and look for others by a tree."""
    worth, asked = roles.worth, needs(roles)
    if worth is None or isinstance(asked, Refusal):
        return asked if isinstance(asked, Refusal) else _refused("no_worth")
    cuts: list[CutNumbers] = []
    segments: list[SegmentNumbers] = []
    left_out: list[str] = []
    for cut in cuts_of(roles):
        sums = measured(roles, worth, cut, collected)
        part = None if sums is None else portfolio(sums, roles.scale, rng)
        if part is None:
            left_out.append(cut.name)
            continue
        cuts.append(part[0])
        segments += part[1]
    tried = _held(found_of(roles, worth, collected, rng))
    if tried.measured is not None:
        part = portfolio(tried.measured, roles.scale, rng, rules=tried.rules, served=tried.served)
        cuts += [part[0]] if part else []
        segments += part[1] if part else []
    if not segments and tried.policy is None:
        return _refused("audience_too_thin", least=THRESHOLDS.answers)
    scored = collected.moments[roles.scored_need].n
    return Audience(
        n=max((_answers(segments, cut.cut) for cut in cuts), default=0)
        or (0 if tried.policy is None else tried.policy.n),
        language="en",
        numbers=AudienceNumbers(tuple(segments), tuple(cuts), tried.policy),
        outcome=tried.outcome,
        asked=tried.asked,
        left_out=tuple(left_out),
        used_share=_used(roles, cuts_of(roles), collected, scored),
        alike=tuple(one.name for one in roles.alike),
        has_moves=roles.has_customers and roles.settings.responses.time is not None,
        has_strategic=any(one.strategic is not None for one in segments),
        is_of_people=roles.has_customers,
        is_chosen_by=bool(roles.settings.choose.segments),
        unit=roles.worth_unit,
    )


def _held(found: Found) -> Found:
    """Take the segments back where the other half does not bear them out.

    What they bring there must lie above both serving everybody and serving nobody.
    """
    policy = found.policy
    if found.outcome != "found" or policy is None:
        return found
    lows = (policy.over_everybody_low, policy.over_nobody_low)
    if all(low is not None and low > 0 for low in lows):
        return found
    return replace(found, outcome="not_held", measured=None, rules=(), served=())


def _answers(segments: Sequence[SegmentNumbers], cut: str) -> int:
    return sum(one.n for one in segments if one.cut == cut)


def _used(roles: Roles, cuts: Sequence[Cut], collected: Collected, scored: int) -> float:
    """Tell what part of the scored answers the least known cut rests on."""
    if roles.worth is None or not scored:
        return 0.0
    found = [
        moments.n / scored
        for cut in cuts
        if (moments := collected.moments.get(worth_need(roles, roles.worth, cut))) is not None
    ]
    return min(found, default=1.0)


def _refused(reason: str, **values: object) -> Refusal:
    return Refusal.because(reason, name=NAME, numbers=EMPTY, **values)
