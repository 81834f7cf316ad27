"""Draw the comments of the made-up company: what each is about, and its words."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kuski.demo import company, phrases
from kuski.demo.answers import Answers
from kuski.demo.company import Claims, Floats, Integers
from kuski.demo.customers import Customers

LANGUAGES = ("fi", "en")
_COMMENT_CHANCE = np.array([0.60, 0.55, 0.48, 0.33, 0.24, 0.27, 0.42])  # by level
_NO_ANSWER_SHARE = 0.03
_WAYS = 4  # to say the same thing


@dataclass(frozen=True, slots=True)
class Comments:
    """Hold what the comments of a batch are about; every array has shape (n,), one per answer.

    Attributes
    ----------
    is_given : bool array
    language : int64 array
        Place in `LANGUAGES`; a customer keeps to one.
    theme : int64 array
        Place in `company.DRIVERS`.
    polarity : int64 array
        -1 complains of the theme (rated 3 or less), 1 praises it (6 or more), 0 names no theme.
    is_empty : bool array
        Says nothing: "don't know" and the like.
    opener, way, closer : int64 arrays
        Which words; 0 to 3.
    """

    is_given: Claims
    language: Integers
    theme: Integers
    polarity: Integers
    is_empty: Claims
    opener: Integers
    way: Integers
    closer: Integers


def draw_comments(rng: np.random.Generator, customers: Customers, answers: Answers) -> Comments:
    """Draw whether each answer has a comment, and what it says."""
    size = len(answers.score)
    theme = _themes(rng, answers)
    rating = answers.ratings[np.arange(size), theme]
    words = rng.integers(0, _WAYS, (3, size))
    return Comments(
        is_given=rng.random(size) < _COMMENT_CHANCE[answers.score - 1],
        language=customers.speaks_english[answers.customer].astype(np.int64),
        theme=theme,
        polarity=np.where(rating <= 3, -1, np.where(rating >= 6, 1, 0)).astype(np.int64),
        is_empty=rng.random(size) < _NO_ANSWER_SHARE,
        opener=words[0],
        way=words[1],
        closer=words[2],
    )


def comment_texts(comments: Comments, channel: Integers, rows: Integers) -> pa.Array:
    """Write the comments of some answers out; null where there is none."""
    chosen = rows[comments.is_given[rows]]
    language, polarity = comments.language[chosen], comments.polarity[chosen]
    says_something = ~comments.is_empty[chosen]
    opener = (language * len(company.CHANNELS) + channel[chosen]) * _WAYS + comments.opener[chosen]
    closer = (language * 3 + polarity + 1) * _WAYS + comments.closer[chosen]
    texts = pc.utf8_trim_whitespace(
        pc.binary_join_element_wise(
            _openers().take(pa.array(np.where(says_something, opener, 0))),
            _bodies().take(pa.array(_body(comments, chosen))),
            _closers().take(pa.array(np.where(says_something, closer, 0))),
            " ",
        )
    )
    place = np.cumsum(comments.is_given[rows]) - 1
    return texts.take(pa.array(place, mask=~comments.is_given[rows]))


def _themes(rng: np.random.Generator, answers: Answers) -> Integers:
    """Choose what to write about: mostly what stood out, sometimes anything."""
    stands_out: Floats = np.abs(answers.ratings - company.DRIVER_LEVEL)
    chance = rng.random(stands_out.shape, dtype=np.float32)
    return np.asarray(np.argmax(stands_out + 2 * chance, axis=1), dtype=np.int64)


def _body(comments: Comments, chosen: Integers) -> Integers:
    """Find each comment's middle sentence in `_bodies`."""
    language, way = comments.language[chosen], comments.way[chosen]
    polarity = comments.polarity[chosen]
    themed = (
        (language * len(company.DRIVERS) + comments.theme[chosen]) * 2 + (polarity > 0)
    ) * _WAYS
    remarks = len(LANGUAGES) * len(company.DRIVERS) * 2 * _WAYS + language * _WAYS
    start = np.where(polarity == 0, remarks, themed)
    start = np.where(comments.is_empty[chosen], remarks + len(LANGUAGES) * _WAYS, start)
    return np.asarray(start + way, dtype=np.int64)


@cache
def _bodies() -> pa.Array:
    """List the sentences by language, driver and polarity; then remarks; then empty answers."""
    themed = [
        sentence
        for book in (phrases.FINNISH, phrases.ENGLISH)
        for name in company.DRIVER_NAMES
        for sentences in book[name]
        for sentence in sentences
    ]
    others = [
        text for group in (phrases.REMARKS, phrases.NO_ANSWERS) for ways in group for text in ways
    ]
    return pa.array(themed + others)


@cache
def _openers() -> pa.Array:
    return pa.array([text for book in phrases.OPENERS for ways in book for text in ways])


@cache
def _closers() -> pa.Array:
    return pa.array([text for book in phrases.CLOSERS for ways in book for text in ways])
