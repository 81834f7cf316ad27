"""The figures of told stories: shares of every code, by source, and how far to trust them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kuski.listen.stories.accuracy import AccuracyNumbers, accuracy
from kuski.listen.stories.base_rate import BaseRate
from kuski.listen.stories.crossing import (
    HUMAN_COLUMN,
    POLARITY,
    CodeColumn,
    Crossing,
    columns_of,
    has_code,
    is_blamed,
    is_praised,
    tells_contact,
)
from kuski.listen.stories.second_opinion import AgreementNumbers, Pair, agreements, pairs
from kuski.listen.stories.share import Polarity, ShareNumbers, checked_worth, share_of, shares
from kuski.listen.stories.source import Gathered
from kuski.listen.stories.table import CONTACT, FACTOR
from kuski.moments import Collected
from kuski.roles import Roles
from kuski.stats.misclassification import random_sample_probability
from kuski.terms import CONTACT_KINDS, HUMAN_CONTACTS, TEXT_SOURCES, ContactKind, TextSource


@dataclass(frozen=True, slots=True)
class CodeNumbers:
    """How many stories tell of one thing.

    Attributes
    ----------
    family : str
        As the codebook names it.
    code : str
        As the codebook names it; "human" of the contacts is any contact with a human in it.
    told : tuple of ShareNumbers
        Share that tells of it, among all stories, the excellent and the awful ones; of a polarity
        among all only.
    praised : tuple of ShareNumbers
        Share that tells of it and praises it; of factors only.
    blamed : tuple of ShareNumbers
        Share that tells of it and blames it; of factors only.
    accuracy : AccuracyNumbers or None
        How well the coder finds it; None where no story was checked at random.
    """

    family: str
    code: str
    told: tuple[ShareNumbers, ...]
    praised: tuple[ShareNumbers, ...]
    blamed: tuple[ShareNumbers, ...]
    accuracy: AccuracyNumbers | None

    def of(self, polarity: Polarity) -> ShareNumbers | None:
        """Give the share that tells of it among the stories of one polarity."""
        return next((part for part in self.told if part.polarity == polarity), None)


@dataclass(frozen=True, slots=True)
class LiftNumbers:
    """A contact in the stories against all contacts.

    Attributes
    ----------
    contact : str
        A kind of contact, or "human".
    polarity : {"all", "excellent", "awful"}
        Of which stories it is told.
    n : int
        Stories of the polarity that tell of some contact.
    share : float or None
        Of these, how many tell of this one, 0 to 1.
    is_corrected : bool
        Whether the share is set right for the coder's errors.
    base_share : float or None
        Of all contacts, 0 to 1; None where the answers name none.
    lift : float or None
        The share over the base share.
    """

    contact: str
    polarity: Polarity
    n: int
    share: float | None
    share_low: float | None
    share_high: float | None
    is_corrected: bool
    base_share: float | None
    base_share_low: float | None
    base_share_high: float | None
    lift: float | None
    lift_low: float | None
    lift_high: float | None


@dataclass(frozen=True, slots=True)
class SourceNumbers:
    """What the stories of one source tell.

    Attributes
    ----------
    source : {"stories", "responses", "customers"}
        Told stories, comments of the answers, or comments of the customers.
    n : int
        Stories that are counted: each text once, and a text of several incidents by its incidents.
    rows : int
        Rows of the table that tell something.
    repeated : int
        How many of these repeat a long text that stands there before.
    empty : int
        Rows with nothing in the text: not coded.
    no_answer : int
        Rows with nothing but words for not knowing: not coded.
    unsure : int
        Stories that the coder is not sure of.
    no_language : int
        Stories in no language that was recognised.
    checked : int
        Stories that were drawn at random and checked.
    checked_worth : float
        How many evenly weighted stories these are worth.
    checked_probability : float or None
        Of codes as far from all stories' in a random sample of them, 0 to 1.
    is_corrected : bool
        Whether shares of all stories are set right for the coder's errors.
    codes : tuple of CodeNumbers
        In the order of the codebook, any human first. Codes of fewer stories than the disclosure
        threshold are left out.
    left_out : int
        How many were.
    lifts : tuple of LiftNumbers
        Of each contact, for the excellent stories, or all where there are too few of them.
    """

    source: TextSource
    n: int
    rows: int
    repeated: int
    empty: int
    no_answer: int
    unsure: int
    no_language: int
    checked: int
    checked_worth: float
    checked_probability: float | None
    is_corrected: bool
    codes: tuple[CodeNumbers, ...]
    left_out: int
    lifts: tuple[LiftNumbers, ...]

    def code(self, family: str, code: str) -> CodeNumbers | None:
        """Find a code; None where it is left out."""
        wanted = (family, code)
        return next((one for one in self.codes if (one.family, one.code) == wanted), None)

    @property
    def factors(self) -> tuple[CodeNumbers, ...]:
        """What the experience turned on."""
        return tuple(one for one in self.codes if one.family == FACTOR)


@dataclass(frozen=True, slots=True)
class StoriesNumbers:
    """The numbers of `listen.stories`; shares are between 0 and 1.

    Attributes
    ----------
    human_share_coded : float or None
        Share of the excellent stories, of the first source, that tell of a human encounter, as
        coded. Of all stories where there are too few excellent ones.
    human_share : float or None
        The same, set right for the coder's errors where `is_corrected`; else as coded.
    is_corrected : bool
        Whether `human_share` is set right.
    human_lift : float or None
        The share, among the stories that tell of some contact, over the share of all contacts.
    sources : tuple of SourceNumbers
        Told stories first, then comments of the answers and of the customers.
    agreement : tuple of AgreementNumbers
        How far two people agree, by code; empty where no two read enough of the same stories.
    """

    human_share_coded: float | None = None
    human_share: float | None = None
    human_share_low: float | None = None
    human_share_high: float | None = None
    is_corrected: bool = False
    human_lift: float | None = None
    human_lift_low: float | None = None
    human_lift_high: float | None = None
    sources: tuple[SourceNumbers, ...] = ()
    agreement: tuple[AgreementNumbers, ...] = ()


def code_columns(roles: Roles) -> tuple[CodeColumn, ...]:
    """List the codes of the study's codebook."""
    return columns_of(roles.codebook.families)


def code_pairs(roles: Roles) -> tuple[Pair, ...]:
    """List what two people may have said something of."""
    return pairs(code_columns(roles), roles.codebook.families)


def figures(roles: Roles, collected: Collected, rng: np.random.Generator) -> StoriesNumbers:
    """Work out what the stories of each source tell; sources with too few are left out."""
    base, least = BaseRate.of(roles, collected), roles.settings.study.disclosure
    gathered = (Gathered.of(collected, source) for source in TEXT_SOURCES)
    sources = tuple(_source(one, roles, collected, base) for one in gathered if one.n >= least)
    if not sources:
        return StoriesNumbers()
    human = sources[0].code(CONTACT, HUMAN_COLUMN.code)
    main = None if human is None else human.of(main_polarity(sources[0]))
    lift = next((one for one in sources[0].lifts if one.contact == HUMAN_COLUMN.code), None)
    found = StoriesNumbers(sources=sources, agreement=agreements(code_pairs(roles), collected, rng))
    if main is not None:
        found = replace(
            found,
            human_share_coded=main.share_coded,
            human_share=main.share,
            human_share_low=main.share_low,
            human_share_high=main.share_high,
            is_corrected=main.is_corrected,
        )
    if lift is None:
        return found
    return replace(
        found, human_lift=lift.lift, human_lift_low=lift.lift_low, human_lift_high=lift.lift_high
    )


def main_polarity(source: SourceNumbers) -> Polarity:
    """Tell which stories the answer is about: the excellent ones where there are enough."""
    found = (part for code in source.codes for part in code.told if part.polarity == "excellent")
    first = next(found, None)
    return "all" if first is None or first.share is None else "excellent"


def _source(
    gathered: Gathered, roles: Roles, collected: Collected, base: BaseRate
) -> SourceNumbers:
    least = roles.settings.study.disclosure
    crossings = {
        column: Crossing.of(collected.moments[column.need], gathered.source)
        for column in code_columns(roles)
    }
    human = crossings[HUMAN_COLUMN]
    seen = [column for column, one in crossings.items() if one.counted(one.code) > 0]
    shown = [
        column for column in seen if crossings[column].counted(crossings[column].code) >= least
    ]
    codes = tuple(_code(column, crossings[column], least) for column in shown)
    overall = next((one for code in codes for one in code.told if one.polarity == "all"), None)
    return SourceNumbers(
        source=gathered.source,
        n=gathered.n,
        rows=gathered.rows,
        repeated=gathered.repeated,
        empty=gathered.empty,
        no_answer=gathered.no_answer,
        unsure=gathered.unsure,
        no_language=gathered.no_language,
        checked=human.checked,
        checked_worth=checked_worth(human),
        checked_probability=_checked_probability(human),
        is_corrected=overall is not None and overall.is_corrected,
        codes=codes,
        left_out=len(seen) - len(shown),
        lifts=_lifts(shown, crossings, base, least),
    )


def _code(column: CodeColumn, crossing: Crossing, least: int) -> CodeNumbers:
    is_factor = column.family == FACTOR
    told = shares(crossing, has_code, least=least)
    return CodeNumbers(
        family=column.family,
        code=column.code,
        told=told[:1] if column.family == POLARITY else told,
        praised=shares(crossing, is_praised, least=least) if is_factor else (),
        blamed=shares(crossing, is_blamed, least=least) if is_factor else (),
        accuracy=accuracy(crossing) if crossing.checked else None,
    )


def _lifts(
    shown: Sequence[CodeColumn],
    crossings: dict[CodeColumn, Crossing],
    base: BaseRate,
    least: int,
) -> tuple[LiftNumbers, ...]:
    """Set the contacts of the excellent stories over all contacts."""
    positive = crossings[HUMAN_COLUMN]
    is_enough = positive.counted(positive.polarity == 1) >= least
    polarity: Polarity = "excellent" if is_enough else "all"
    found = []
    for column in shown:
        kinds = _kinds(column)
        if not kinds or not base.n:
            continue
        told = share_of(
            crossings[column], has_code, polarity=polarity, least=least, among=tells_contact
        )
        found.append(
            LiftNumbers(
                column.code,
                polarity,
                told.n,
                told.share,
                told.share_low,
                told.share_high,
                told.is_corrected,
                *base.share(kinds),
                *base.lift(told, kinds),
            )
        )
    return tuple(found)


def _kinds(column: CodeColumn) -> tuple[ContactKind, ...]:
    """Tell which kinds of contact a code stands for; none where it stands for no kind known."""
    if column == HUMAN_COLUMN:
        return HUMAN_CONTACTS
    if column.family != CONTACT:
        return ()
    return tuple(kind for kind in CONTACT_KINDS if kind == column.code)


def _checked_probability(crossing: Crossing) -> float | None:
    """Tell how likely the checked are a random part, by what the coder said of their polarity."""
    if not crossing.checked:
        return None
    signs, part = crossing.said_polarity + 1, crossing.is_random
    said = np.bincount(signs, crossing.rows, 3)
    return random_sample_probability(said, np.bincount(signs[part], crossing.rows[part], 3))
