"""A share of the stories: as coded, and set right where enough of them were checked at random."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kuski.finding import ends
from kuski.listen.stories.crossing import Crossing, Flags, Within, everything
from kuski.moments import Floats, Integers
from kuski.stats.ppi import CheckedSums, CorrectedShare, corrected_share

Polarity = Literal["all", "excellent", "awful"]

POLARITIES: tuple[Polarity, ...] = ("all", "excellent", "awful")
_SIGNS: dict[Polarity, int] = {"excellent": 1, "awful": -1}


@dataclass(frozen=True, slots=True)
class ShareNumbers:
    """Of the stories of one polarity, how many tell of something.

    Attributes
    ----------
    polarity : {"all", "excellent", "awful"}
        Of which stories the share is; excellent are those told as positive, awful as negative.
    n : int
        Stories of the polarity, as coded.
    share_coded : float or None
        Of them, by weight, as the codes stand, 0 to 1; None where there are fewer stories than the
        disclosure threshold.
    share : float or None
        Set right for the coder's errors where `is_corrected`; else as coded.
    share_low, share_high : float or None
        None where nothing is set right: how far the coder errs is then not known.
    is_corrected : bool
        Whether enough stories were checked to set the share right.
    checked : int
        Stories of the polarity among those that were drawn at random and checked.
    """

    polarity: Polarity
    n: int
    share_coded: float | None
    share: float | None
    share_low: float | None
    share_high: float | None
    is_corrected: bool
    checked: int


def shares(
    crossing: Crossing, has: Within, *, least: int, among: Within = everything
) -> tuple[ShareNumbers, ...]:
    """Estimate a share among all stories, the excellent and the awful ones.

    Parameters
    ----------
    crossing : Crossing
    has : callable
        Which states have what the share is of.
    least : int
        Fewer stories than this are not shown.
    among : callable
        Which states the share is among.
    """
    return tuple(
        share_of(crossing, has, polarity=polarity, least=least, among=among)
        for polarity in POLARITIES
    )


def share_of(
    crossing: Crossing,
    has: Within,
    *,
    polarity: Polarity,
    least: int,
    among: Within = everything,
) -> ShareNumbers:
    """Estimate a share among the stories of one polarity; see `shares`."""
    inside = _within(crossing.polarity, polarity) & among(crossing.state)
    n, weight = crossing.counted(inside), crossing.weight[inside].sum()
    checked = crossing.counted(inside & crossing.is_random)
    if n < least or not weight > 0:
        return ShareNumbers(polarity, n, None, None, None, None, False, checked)
    coded = float(crossing.weight[inside & has(crossing.state)].sum() / weight)
    right = corrected(crossing, has, polarity=polarity, among=among)
    if right.refused is not None:
        return ShareNumbers(polarity, n, coded, coded, None, None, False, checked)
    low, high = ends(right.interval)
    return ShareNumbers(polarity, n, coded, right.share, low, high, True, checked)


def corrected(
    crossing: Crossing, has: Within, *, polarity: Polarity, among: Within = everything
) -> CorrectedShare:
    """Set a share right by the checked random sample."""
    inside = _within(crossing.polarity, polarity) & among(crossing.state)
    said_inside = _within(crossing.said_polarity, polarity) & among(crossing.said_state)
    cell = 2 * said_inside + has(crossing.said_state)
    truth = np.where(inside, 1 + has(crossing.state), 0)
    part = crossing.is_random
    sums = [np.zeros((4, 3)) for _ in range(3)]
    for table, amount in zip(sums, (crossing.rows, crossing.weight, crossing.squares), strict=True):
        np.add.at(table, (cell[part], truth[part]), amount[part])
    rows, weight, squares = sums
    return corrected_share(
        np.bincount(cell, crossing.weight, 4),
        np.bincount(cell, crossing.squares, 4),
        checked=CheckedSums(rows.astype(np.int64), weight, squares),
    )


def _within(signs: Integers, polarity: Polarity) -> Flags:
    wanted = _SIGNS.get(polarity)
    return np.ones(len(signs), np.bool_) if wanted is None else np.asarray(signs == wanted)


def checked_worth(crossing: Crossing) -> float:
    """Tell how many evenly weighted stories the checked ones are worth (Kish), 0 without any."""
    weight: Floats = crossing.weight[crossing.is_random]
    squares: Floats = crossing.squares[crossing.is_random]
    return float(weight.sum() ** 2 / squares.sum()) if squares.sum() > 0 else 0.0
