"""Soil the answers of the made-up company as exports are soiled."""

from dataclasses import dataclass

import numpy as np

from kuski.demo import company
from kuski.demo.answers import Answers
from kuski.demo.company import Claims, Integers, Small


@dataclass(frozen=True, slots=True)
class Dirt:
    """Hold the answers of a batch as they will be written.

    Attributes
    ----------
    rows : int64 array, shape (rows,)
        Which answer each written row shows; a repeated place is an exact duplicate.
    score : int8 array, shape (n,)
        1 to 7, or 9 for "don't know".
    ratings : int8 array, shape (n, 12)
        1 to 7, or -99.
    is_empty : bool array, shape (n, 12)
        Ratings left out.
    is_straight : bool array, shape (n,)
        One rating ticked all the way down, whatever was thought.
    """

    rows: Integers
    score: Small
    ratings: Small
    is_empty: Claims
    is_straight: Claims


def draw_dirt(rng: np.random.Generator, answers: Answers) -> Dirt:
    """Draw the dirt: all of it by chance, so that it costs answers and bends nothing."""
    size, drivers = answers.ratings.shape
    is_straight = np.asarray(rng.random(size) < company.STRAIGHT_SHARE)
    ratings = np.where(is_straight[:, None], _one_tick(answers.ratings), answers.ratings)
    chance = rng.random((size, drivers), dtype=np.float32)
    chance[is_straight] = 1
    is_unknown = chance < company.RATING_UNKNOWN_SHARE
    is_empty = ~is_unknown & (chance < company.RATING_UNKNOWN_SHARE + company.RATING_EMPTY_SHARE)
    is_nine = rng.random(size) < company.SCORE_UNKNOWN_SHARE
    is_twice = np.asarray(rng.random(size) < company.DUPLICATE_SHARE)
    shown = np.flatnonzero(~answers.is_silent)
    return Dirt(
        rows=np.repeat(shown, 1 + is_twice[shown]),
        score=np.where(is_nine, company.SCORE_UNKNOWN, answers.score).astype(np.int8),
        ratings=np.where(is_unknown, company.RATING_UNKNOWN, ratings).astype(np.int8),
        is_empty=is_empty,
        is_straight=is_straight,
    )


def _one_tick(ratings: Small) -> Small:
    """Tick the rounded mean of the ratings; shape (n, 1)."""
    return np.asarray(np.rint(ratings.mean(axis=1, keepdims=True)), dtype=np.int8)
