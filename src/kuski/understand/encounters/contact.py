"""Contacts: how often a human is there in told stories, against all contacts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kuski.finding import ends
from kuski.listen.stories.base_rate import BaseRate
from kuski.moments import Category, Collected, Moments, Need
from kuski.roles import Roles
from kuski.stats.lift import difference_interval, lift_interval
from kuski.stats.proportions import share_interval
from kuski.stats.resample import Interval
from kuski.terms import CONTACT_KINDS, HUMAN_CONTACTS, ContactKind

Polarity = Literal["excellent", "awful", "told"]
ContactClass = Literal["human", "digital"]

POLARITIES: tuple[Polarity, ...] = ("excellent", "awful", "told")
_POLARITY_WORDS: dict[Polarity, str] = {
    "excellent": "excellent great good positive pos best + +1 1 erinomainen loistava hyvä "
    "myönteinen positiivinen utmärkt bra positiv",
    "awful": "awful terrible bad poor negative neg worst - -1 surkea kamala huono kielteinen "
    "negatiivinen usel dålig negativ",
}
# Known, and neither of the two.
_IN_BETWEEN = "neutral mixed 0 neutraali ristiriitainen sekä-että blandad"


@dataclass(frozen=True, slots=True)
class StoriesNumbers:
    """Stories of one polarity: how many of them tell of some contact.

    Attributes
    ----------
    polarity : {"excellent", "awful", "told"}
        "told" are all stories, where their polarity is not known.
    n : int
        Stories of the polarity whose contact is known.
    share : float or None
        0 to 1; None where there are fewer stories than the disclosure threshold.
    lift : float or None
        The share over the base share; None where the base is not known.
    """

    polarity: Polarity
    n: int
    share: float | None
    share_low: float | None
    share_high: float | None
    lift: float | None
    lift_low: float | None
    lift_high: float | None


@dataclass(frozen=True, slots=True)
class ContactNumbers:
    """One kind of contact: its share of the stories and of all contacts, 0 to 1."""

    contact: ContactKind
    kind: ContactClass
    base_share: float | None
    base_share_low: float | None
    base_share_high: float | None
    stories: tuple[StoriesNumbers, ...]


@dataclass(frozen=True, slots=True)
class ContactShares:
    """What the stories and the contacts say.

    Attributes
    ----------
    stories : int
        Stories whose contact is known, and their polarity where the study has one.
    unknown_stories : int
        Stories whose contact or polarity is there but nobody says what it means.
    contacts : int
        Answers whose contact is known.
    unknown_contacts : int
        Answers whose contact is there but nobody says what it means.
    unknown_texts : tuple of str
        A few of the texts that nobody says the meaning of; none that stands in fewer rows than the
        disclosure threshold, for it might be what somebody wrote.
    base_human_share : float or None
        Of all contacts, 0 to 1.
    human_share : tuple of StoriesNumbers
        Of each polarity.
    difference : float or None
        Human share of excellent less that of awful stories.
    by_contact : tuple of ContactNumbers
        Contacts with fewer stories than the disclosure threshold are left out.
    left_out : int
        How many were.
    """

    stories: int
    unknown_stories: int
    contacts: int
    unknown_contacts: int
    unknown_texts: tuple[str, ...]
    base_human_share: float | None
    base_human_share_low: float | None
    base_human_share_high: float | None
    human_share: tuple[StoriesNumbers, ...]
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    by_contact: tuple[ContactNumbers, ...]
    left_out: int


def polarity_of(text: str) -> Polarity | None:
    """Find what a word for the polarity of a story means; None where nobody knows."""
    wanted = text.strip().casefold().removesuffix(".0")
    return next((sign for sign, words in _POLARITY_WORDS.items() if wanted in words.split()), None)


def story_need(roles: Roles) -> Need | None:
    """Count the stories by polarity and contact; None where the study has none with a contact."""
    stories = roles.settings.stories
    if stories is None or stories.contact is None:
        return None
    columns = [stories.contact] if stories.polarity is None else [stories.polarity, stories.contact]
    return Need("stories", (), tuple(Category(column) for column in columns), is_optional=True)


def contact_shares(roles: Roles, collected: Collected) -> ContactShares | None:
    """Set the contacts of the stories beside all contacts; None without stories."""
    need = story_need(roles)
    told = None if need is None else collected.moments.get(need)
    if told is None or not told.n:
        return None
    base = BaseRate.of(roles, collected)
    least = roles.settings.study.disclosure
    counted, unknown_stories, texts = _counted(roles, told, least)
    human = tuple(
        _share(polarity, counted, HUMAN_CONTACTS, base, least)
        for polarity in POLARITIES
        if counted[polarity]
    )
    shown = [kind for kind in CONTACT_KINDS if _stories(counted, kind) >= least]
    seen = [kind for kind in CONTACT_KINDS if _stories(counted, kind) > 0]
    share, low, high = base.share(HUMAN_CONTACTS)
    return ContactShares(
        stories=sum(sum(part.values()) for part in counted.values()),
        unknown_stories=unknown_stories,
        contacts=base.n,
        unknown_contacts=base.unknown,
        unknown_texts=tuple(dict.fromkeys((*texts, *base.unknown_texts)))[:5],
        base_human_share=share,
        base_human_share_low=low,
        base_human_share_high=high,
        human_share=human,
        **_difference(human),
        by_contact=tuple(_contact(kind, counted, base, least) for kind in shown),
        left_out=len(seen) - len(shown),
    )


_Counted = Mapping[Polarity, Mapping[ContactKind, int]]


def _counted(roles: Roles, told: Moments, least: int) -> tuple[_Counted, int, list[str]]:
    """Count the stories by polarity and kind of contact, and those that cannot be placed."""
    counted: dict[Polarity, dict[ContactKind, int]] = {polarity: {} for polarity in POLARITIES}
    unknown, texts = 0, []
    for group, rows in zip(told.groups, told.rows.sum(axis=1).tolist(), strict=True):
        contact = str(group[-1])
        kind = roles.contact_kind(contact)
        polarity: Polarity | None = "told" if len(group) == 1 else polarity_of(str(group[0]))
        if polarity is None and str(group[0]).strip().casefold() in _IN_BETWEEN.split():
            continue
        if kind is None or polarity is None:
            unknown += rows
            texts += [contact if kind is None else str(group[0])] if rows >= least else []
        else:
            counted[polarity][kind] = counted[polarity].get(kind, 0) + rows
    return counted, unknown, texts


def _stories(counted: _Counted, kind: ContactKind) -> int:
    return sum(part.get(kind, 0) for part in counted.values())


def _share(
    polarity: Polarity,
    counted: _Counted,
    wanted: Sequence[ContactKind],
    base: BaseRate,
    least: int,
) -> StoriesNumbers:
    n = sum(counted[polarity].values())
    if n < least:
        return StoriesNumbers(polarity, n, None, None, None, None, None, None)
    share = sum(counted[polarity].get(kind, 0) for kind in wanted) / n
    interval = share_interval(share, n)
    of_base, low, high = base.share(wanted)
    lift = None if not of_base else share / of_base
    found = None
    if lift is not None and of_base is not None and low is not None and high is not None:
        among = Interval(low, high)
        found = lift_interval(share, interval, base=of_base, base_interval=among)
    return StoriesNumbers(polarity, n, share, *ends(interval), lift, *ends(found))


def _contact(kind: ContactKind, counted: _Counted, base: BaseRate, least: int) -> ContactNumbers:
    is_human = kind in HUMAN_CONTACTS
    stories = tuple(
        _share(polarity, counted, (kind,), base, least)
        for polarity in POLARITIES
        if counted[polarity]
    )
    of_base = base.share((kind,))
    return ContactNumbers(kind, "human" if is_human else "digital", *of_base, stories)


def _difference(human: Sequence[StoriesNumbers]) -> dict[str, float | None]:
    """Set excellent against awful stories."""
    keys = ("difference", "difference_low", "difference_high")
    by_polarity = {part.polarity: part for part in human}
    excellent, awful = (_ends(by_polarity.get(name)) for name in ("excellent", "awful"))
    if excellent is None or awful is None:
        return dict.fromkeys(keys)
    (share, interval), (other, other_interval) = excellent, awful
    found = difference_interval(share, interval, other=other, other_interval=other_interval)
    return dict(zip(keys, (share - other, found.low, found.high), strict=True))


def _ends(part: StoriesNumbers | None) -> tuple[float, Interval] | None:
    if part is None or part.share is None or part.share_low is None or part.share_high is None:
        return None
    return part.share, Interval(part.share_low, part.share_high)
