"""What do people tell of? Shares of coded stories, set right for the errors of the coder."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from kuski.finding import Check, Finding, Refusal, Sentence
from kuski.listen.stories.base_rate import base_need
from kuski.listen.stories.crossing import HUMAN, POLARITY
from kuski.listen.stories.doubts import doubts
from kuski.listen.stories.figures import (
    CodeNumbers,
    LiftNumbers,
    SourceNumbers,
    StoriesNumbers,
    code_columns,
    code_pairs,
    figures,
    main_polarity,
)
from kuski.listen.stories.share import Polarity, ShareNumbers
from kuski.listen.stories.source import TEXTS_NEED, UNITS_NEED
from kuski.listen.stories.table import CONTACT, FACTOR
from kuski.moments import Collected, Needs
from kuski.roles import Roles
from kuski.show.table import Column, Table
from kuski.stats.lift import difference_interval
from kuski.stats.ppi import LEAST_CHECKED, LEAST_IN_GROUP
from kuski.stats.resample import Interval
from kuski.text.codebook import FAMILIES, Codebook
from kuski.words import Estimate, Language, say

if TYPE_CHECKING:
    import altair as alt

NAME = "listen.stories"

Labels = Mapping[tuple[str, str], Mapping[Language, str]]


@dataclass(frozen=True, repr=False)
class Stories(Finding):
    """What do people tell of?

    Attributes
    ----------
    numbers : StoriesNumbers
    labels : mapping
        What family and code are called, by language.
    disclosure : int
        Fewer stories than this are not shown.
    """

    name: ClassVar[str] = NAME
    sources: ClassVar[tuple[str, ...]] = (
        "Angelopoulos, Duchi & Zrnic 2023, PPI++: Efficient prediction-powered inference",
        "Tenenbein 1970, A double sampling scheme for estimating from binomial data",
        "Krippendorff 2011, Computing Krippendorff's alpha-reliability",
        "Flanagan 1954, The critical incident technique",
        "Donner & Zou 2012, Closed-form confidence intervals (the lift)",
    )

    numbers: StoriesNumbers
    labels: Labels
    disclosure: int

    @property
    def main(self) -> SourceNumbers:
        """The source that the answer is about."""
        return self.numbers.sources[0]

    @property
    def caption(self) -> str:
        """What the chart measures; that told stories are no frequencies is always in it."""
        case = "caption" if self._is_right(self.main.factors) else "caption_uncorrected"
        return self._sentence(case, of=self._of("all"), n=self.main.n).text

    def label(self, family: str, code: str) -> str:
        """Call a code as the codebook does; by its own name where that is silent."""
        if (family, code) == (CONTACT, HUMAN):
            return self._sentence("human_label").text
        if not code:
            return self.family_label(family)
        return self.labels.get((family, code), {}).get(self.language) or code

    def family_label(self, family: str) -> str:
        """Call a family; by its own name where it is a study's own."""
        return self._sentence(f"family_{family}").text if family in FAMILIES else family

    def inline(self, family: str, code: str) -> str:
        """Call a code within a sentence: without the capital of its label."""
        name = self.label(family, code)
        return name if name[1:2].isupper() else name[:1].lower() + name[1:]

    def table(self) -> Table:
        """Lay every code out, the factors most told of first."""
        columns = [
            Column("name", self._sentence("code").text),
            Column("kind", self._sentence("kind").text),
        ]
        columns += [
            Column(polarity, self._of(polarity, "name"), "estimate", "%")
            for polarity in self._polarities
        ]
        if not self._is_right(self.main.codes):
            columns.append(Column("way", self._sentence("way").text))
        if self.main.checked:
            columns.append(Column("precision", self._sentence("precision").text, "estimate", "%"))
            columns.append(Column("recall", self._sentence("recall").text, "estimate", "%"))
        codes = [code for code in self.main.codes if code.family not in (FACTOR, POLARITY)]
        polarity = [code for code in self.main.codes if code.family == POLARITY]
        ordered = [*polarity, *self._sorted(self.main.factors), *codes]
        return Table(tuple(columns), tuple(map(self._record, ordered)), self.language)

    def _record(self, code: CodeNumbers) -> dict[str, str | float | None]:
        found: dict[str, str | float | None] = {
            "family": code.family,
            "code": code.code,
            "name": self.label(code.family, code.code),
            "kind": self.family_label(code.family),
        }
        for part in code.told:
            found |= _estimated(part.polarity, part)
        ways = {part.is_corrected for part in code.told if part.share is not None}
        way = "corrected" if ways == {True} else "partly" if len(ways) == 2 else "not_corrected"
        found["way"] = self._sentence(way).text
        if code.accuracy is not None:
            for key in ("precision", "recall"):
                for end in ("", "_low", "_high"):
                    found[key + end] = getattr(code.accuracy, key + end)
        return found

    def chart(self, *, narrow: bool = False) -> "alt.TopLevelMixin | None":
        """Draw how many of the excellent and of the awful stories tell of each factor."""
        from kuski.show.charts import told_factors

        records: list[dict[str, str | float | None]] = []
        for code in self._sorted(self.main.factors):
            for polarity in self._drawn:
                part = code.of(polarity)
                if part is None or part.share is None:
                    continue
                low, high = part.share_low, part.share_high
                records.append(
                    {
                        "code": code.code,
                        "name": self.label(code.family, code.code),
                        "of": polarity,
                        "share": part.share,
                        "share_low": low,
                        "share_high": high,
                    }
                )
        if not records:
            return None
        names: dict[str, str] = {one: self._of(one, "name") for one in self._drawn}
        return told_factors(records, names, language=self.language, narrow=narrow)

    def story(self) -> tuple[Sentence, ...]:
        """Say what people tell of; that told stories are no frequencies is always among it."""
        return (
            *self._human(),
            *self._most(),
            *self._apart(),
            *self._lift(),
            self._sentence("told_only"),
            *self._uncorrected(),
            *self._others(),
        )

    def checks(self) -> tuple[Check, ...]:
        """Try what would make the shares wrong."""
        found = doubts(self.numbers, disclosure=self.disclosure, names=self._listed)
        return tuple(self._check(one.check, one.status, **one.values) for one in found)

    def _listed(self, codes: Sequence[tuple[str, str]]) -> str:
        return ", ".join(self.inline(family, code) for family, code in codes)

    @property
    def _main_polarity(self) -> Polarity:
        return main_polarity(self.main)

    @property
    def _polarities(self) -> tuple[Polarity, ...]:
        """The polarities of which some share is shown."""
        known = {
            part.polarity
            for code in self.main.codes
            for part in code.told
            if part.share is not None
        }
        order: tuple[Polarity, ...] = ("excellent", "awful", "all")
        return tuple(polarity for polarity in order if polarity in known)

    @property
    def _drawn(self) -> tuple[Polarity, ...]:
        """Excellent against awful, or all where neither has enough stories."""
        split = tuple(polarity for polarity in self._polarities if polarity != "all")
        return split or ("all",)

    def _is_right(self, codes: Sequence[CodeNumbers]) -> bool:
        """Whether every share that is shown is set right."""
        return all(
            part.is_corrected for code in codes for part in code.told if part.share is not None
        )

    def _sorted(self, codes: Sequence[CodeNumbers]) -> list[CodeNumbers]:
        return sorted(codes, key=lambda code: -_size(code.of(self._main_polarity)))

    def _of(self, polarity: Polarity, form: str = "of", source: str = "") -> str:
        """Name the stories of one polarity, in the form that a sentence or a column takes."""
        return self._sentence(f"{form}_{source or self.main.source}_{polarity}").text

    def _told(self, part: ShareNumbers | LiftNumbers) -> Estimate | str:
        """Write a share with its interval, or with the word that it is not corrected."""
        if part.is_corrected:
            return Estimate(part.share, part.share_low, part.share_high, "%")
        share = Estimate(part.share, None, None, "%")
        return say("stories.uncorrected", self.language, share=share)

    def _human(self) -> Iterator[Sentence]:
        human = self.main.code(CONTACT, HUMAN)
        polarity = self._main_polarity
        part = None if human is None else human.of(polarity)
        if human is None or part is None or part.share is None:
            return
        yield self._sentence("human", of=self._of(polarity), share=self._told(part))
        awful = human.of("awful")
        if polarity != "excellent" or awful is None or awful.share is None:
            return
        values: dict[str, object] = {"of": self._of("awful"), "share": self._told(awful)}
        apart = _difference(part, awful)
        if apart is None:
            yield self._sentence("human_awful", **values)
            return
        case = "fewer" if apart.low > 0 else "more" if apart.high < 0 else "same"
        yield self._sentence(f"human_awful_{case}", **values)

    def _most(self) -> Iterator[Sentence]:
        for polarity in self._drawn:
            told = [
                (code, part)
                for code in self.main.factors
                if (part := code.of(polarity)) is not None and _size(part) > 0
            ]
            if not told:
                continue
            told.sort(key=lambda one: -_size(one[1]))
            values: dict[str, object] = {"of": self._of(polarity)}
            for key, (code, part) in zip(("first", "second"), told, strict=False):
                values[key] = self.inline(code.family, code.code)
                values[f"{key}_share"] = self._told(part)
            yield self._sentence("most" if len(told) > 1 else "most_one", **values)

    def _apart(self) -> Iterator[Sentence]:
        """Name the factor in which excellent and awful stories surely differ most."""
        found = []
        for code in self.main.factors:
            excellent, awful = code.of("excellent"), code.of("awful")
            if excellent is None or awful is None:
                continue
            apart = _difference(excellent, awful)
            if apart is not None and (apart.low > 0 or apart.high < 0):
                found.append((max(apart.low, -apart.high), code, excellent, awful))
        if not found:
            return
        _, code, excellent, awful = max(found, key=lambda one: one[0])
        yield self._sentence(
            "apart",
            factor=self.inline(code.family, code.code),
            of=self._of("excellent"),
            share=self._told(excellent),
            other_of=self._of("awful"),
            other=self._told(awful),
        )

    def _lift(self) -> Iterator[Sentence]:
        lift = next((one for one in self.main.lifts if one.contact == HUMAN), None)
        if lift is None or lift.lift is None:
            return
        low, high = lift.lift_low, lift.lift_high
        case = "bare" if low is None or high is None else "same"
        if low is not None and high is not None:
            case = "more" if low > 1 else "less" if high < 1 else "same"
        yield self._sentence(
            f"lift_{case}",
            of=self._of(lift.polarity),
            share=self._told(lift),
            base=Estimate(lift.base_share, lift.base_share_low, lift.base_share_high, "%"),
            lift=Estimate(lift.lift, low, high),
        )

    def _uncorrected(self) -> Iterator[Sentence]:
        """Say what the word means, where any share that is told bears it."""
        if self._is_right(self.main.codes):
            return
        yield self._sentence(
            "uncorrected_means",
            n=self.main.checked,
            least=LEAST_CHECKED,
            group=LEAST_IN_GROUP,
        )

    def _others(self) -> Iterator[Sentence]:
        """Say the same of the other sources, in one sentence each."""
        for source in self.numbers.sources[1:]:
            known = [code for code in source.factors if _size(code.of("all")) > 0]
            first = max(known, key=lambda code: _size(code.of("all")), default=None)
            part = None if first is None else first.of("all")
            if first is None or part is None:
                continue
            yield self._sentence(
                "other",
                of=self._of("all", source=source.source),
                n=source.n,
                first=self.inline(first.family, first.code),
                share=self._told(part),
            )


def needs(roles: Roles) -> Needs | Refusal:
    """Ask for every code beside the coder's word and a second person's."""
    if not roles.settings.texts():
        return _refused("stories_no_texts")
    if not roles.is_coded:
        return _refused("stories_not_coded")
    asked = [column.need for column in code_columns(roles)]
    asked += [pair.need for pair in code_pairs(roles)]
    base = base_need(roles)
    return Needs.of(TEXTS_NEED, UNITS_NEED, *asked, *([] if base is None else [base]))


def find(roles: Roles, collected: Collected, rng: np.random.Generator) -> Finding:
    """Say what people tell of."""
    asked = needs(roles)
    if isinstance(asked, Refusal):
        return asked
    numbers = figures(roles, collected, rng)
    least = roles.settings.study.disclosure
    if not numbers.sources:
        return Refusal.because("stories_too_few", name=NAME, numbers=StoriesNumbers(), least=least)
    return Stories(
        n=numbers.sources[0].n,
        language="en",
        numbers=numbers,
        labels=labels_of(roles.codebook),
        disclosure=least,
    )


def labels_of(book: Codebook) -> Labels:
    """Take what the codes are called in the languages of the report."""
    return {
        (family.name, code.code): {"en": code.label["en"], "fi": code.label["fi"]}
        for family in book.families
        for code in family.codes
    }


def _refused(reason: str) -> Refusal:
    return Refusal.because(reason, name=NAME, numbers=StoriesNumbers())


def _size(part: ShareNumbers | None) -> float:
    return 0.0 if part is None or part.share is None else part.share


def _estimated(key: str, part: ShareNumbers) -> dict[str, str | float | None]:
    return {
        key: part.share,
        f"{key}_low": part.share_low,
        f"{key}_high": part.share_high,
        f"{key}_coded": part.share_coded,
    }


def _difference(one: ShareNumbers, other: ShareNumbers) -> Interval | None:
    """Find an interval for a share less another; None where one is not corrected."""
    if one.share is None or one.share_low is None or one.share_high is None:
        return None
    if other.share is None or other.share_low is None or other.share_high is None:
        return None
    return difference_interval(
        one.share,
        Interval(one.share_low, one.share_high),
        other=other.share,
        other_interval=Interval(other.share_low, other.share_high),
    )
