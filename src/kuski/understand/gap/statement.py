"""Statements: what customers say matters, in every form in which the study asked them."""

from dataclasses import dataclass

import numpy as np

from kuski.moments import Collected, Need
from kuski.roles import Factor, Roles
from kuski.stats.resample import resamples
from kuski.understand.factor import rated_factors
from kuski.understand.gap.comparison import LEAST_ANSWERS, FormNumbers, form_numbers
from kuski.understand.gap.stated import (
    LEAST_FACTORS,
    stated_forms,
    stated_importance,
    stated_need,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """Importance in one form that tells it.

    Attributes
    ----------
    numbers : FormNumbers
        On its own sample.
    factors : tuple of Factor
        Those compared.
    need : Need
        The sums behind it.
    """

    numbers: FormNumbers
    factors: tuple[Factor, ...]
    need: Need


@dataclass(frozen=True, slots=True)
class Statements:
    """Importance in every form that tells it, the main one first.

    Attributes
    ----------
    forms : tuple of Statement
    lost : int
        Choices that name no best and worst of what was shown.
    untold : tuple of str
        Items of which the choices do not tell how much they matter.
    """

    forms: tuple[Statement, ...]
    lost: int
    untold: tuple[str, ...]


def statements(roles: Roles, collected: Collected, rng: np.random.Generator) -> Statements:
    """Find importance in every form; reasons told by too few to be shown are left out."""
    found: list[Statement] = []
    lost = 0
    untold: tuple[str, ...] = ()
    for form, asked in stated_forms(roles, rated_factors(roles)).items():
        need = stated_need(roles, form, asked)
        moments = collected.moments[need]
        if moments.n < LEAST_ANSWERS:
            continue
        drawn = resamples(moments.rows, rng=rng)
        stated = stated_importance(roles, form, asked, moments, drawn)
        factors = asked
        if form == "reasons":
            least = roles.settings.study.disclosure
            factors = tuple(f for f, n in zip(asked, stated.values, strict=True) if n >= least)
            if len(factors) < LEAST_FACTORS:
                continue
            stated = stated_importance(roles, form, factors, moments, drawn)
        if form == "maxdiff":
            lost, untold = stated.lost, stated.untold
        if stated.n >= LEAST_ANSWERS and np.isfinite(stated.shares[0]).all():
            found.append(
                Statement(
                    form_numbers(factors, stated, drawn, held=drawn.replicates), factors, need
                )
            )
    return Statements(tuple(found), lost, untold)
