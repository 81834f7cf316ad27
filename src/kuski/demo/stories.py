"""Draw told stories of service: leaders' and customers', excellent and awful."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from kuski.demo import tales

STORIES = 400
POLARITIES = ("excellent", "awful")
_LEADER_SHARE = 0.3
_EXCELLENT_SHARE = 0.55
_ENGLISH_SHARE = 0.33
_REPEATED_SHARE = 0.45
_HUMAN_SHARE = {"excellent": 0.88, "awful": 0.62}
_HUMAN_CONTACTS = ("face_to_face", "phone", "chat", "e-mail")
_HUMAN_CONTACT_SHARE = (0.48, 0.34, 0.12, 0.06)
_DIGITAL_CONTACTS = ("web", "app")
_FEELINGS = ("feeling", "smiling")
# What stands in no table: only a careful reader finds it.
UNTOLD = ("codes", "also_contact", "is_felt")

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Story:
    """Hold one told story.

    Attributes
    ----------
    story_id : int
    teller : "leader" or "customer"
    language : "fi" or "en"
    polarity : "excellent" or "awful"
    sector, company_size : str
        Of the company that the story is about.
    contact : str
        As in `company.CHANNELS`.
    repeated : int
        1 where it happened again and again.
    factor : str
        What it is about, as in `company.STATED`.
    text : str
    codes : tuple of str
        Factors of the codebook that a careful reader finds; in no table.
    also_contact : str
        A second way of contact that the text tells of, or empty; in no table.
    is_felt : bool
        Whether the text speaks of feelings; in no table.
    """

    story_id: int
    teller: str
    language: str
    polarity: str
    sector: str
    company_size: str
    contact: str
    repeated: int
    factor: str
    text: str
    codes: tuple[str, ...]
    also_contact: str
    is_felt: bool


def draw_stories(rng: np.random.Generator) -> list[Story]:
    """Draw 400 stories, no two of them in the same words."""
    told: dict[str, Story] = {}
    while len(told) < STORIES:
        story = _story(rng, len(told) + 1)
        told.setdefault(story.text, story)
    return list(told.values())


def _story(rng: np.random.Generator, story_id: int) -> Story:
    language = "en" if rng.random() < _ENGLISH_SHARE else "fi"
    polarity = "excellent" if rng.random() < _EXCELLENT_SHARE else "awful"
    is_human = bool(rng.random() < _HUMAN_SHARE[polarity])
    repeated = int(rng.random() < _REPEATED_SHARE)
    place = tales.PLACES[int(rng.integers(len(tales.PLACES)))]
    contact = _contact(rng, is_human)
    act = _one(rng, tales.ACTS[polarity, is_human])
    ending = _one(rng, tales.ENDINGS[polarity, repeated])
    sentences = (place.said, tales.CONTACTS[contact], act, ending)
    return Story(
        story_id=story_id,
        teller="leader" if rng.random() < _LEADER_SHARE else "customer",
        language=language,
        polarity=polarity,
        sector=place.sector,
        company_size=place.company_size,
        contact=contact,
        repeated=repeated,
        factor=act.factor,
        text=" ".join(said.en if language == "en" else said.fi for said in sentences),
        codes=act.codes,
        also_contact=act.contact,
        is_felt=any(word in said.en for said in (act, ending) for word in _FEELINGS),
    )


def _contact(rng: np.random.Generator, is_human: bool) -> str:
    if is_human:
        return str(rng.choice(_HUMAN_CONTACTS, p=_HUMAN_CONTACT_SHARE))
    return str(rng.choice(_DIGITAL_CONTACTS))


def _one(rng: np.random.Generator, ways: Sequence[_T]) -> _T:
    return ways[int(rng.integers(len(ways)))]
