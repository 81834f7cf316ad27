"""Forecasts of leaders: what they guessed, and who did only where the study says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.moments import Category, Collected, Moments, Need, Tally, Variable
from kuski.roles import Roles
from kuski.understand.mirror.figure import Figure, spelled

# Fewer would let each see what the others guessed.
LEAST_LEADERS = 3

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Forecasts:
    """Guesses by leader and figure.

    Attributes
    ----------
    figures : tuple of f Figure
        Those that at least `LEAST_LEADERS` guessed, in the study's order.
    guesses : ndarray, shape (n, f)
        The leaders in an order drawn by chance, or by name; NaN where one did not guess.
    names : tuple of str, length n
        Of the leaders; empty where nobody is named.
    unknown : tuple of str
        Names that are no figure of this study, as they stand in the table.
    percent, off_scale : tuple of str
        Figures with a guess that looks like a share told in percent, or otherwise lies outside the
        scale.
    n_percent, n_off_scale : int
        Those guesses, which are left out.
    thin : tuple of str
        Figures that fewer leaders guessed.
    repeated : int
        Guesses of the same figure by the same leader, beyond the first; the mean counts.
    unreadable : int
        Guesses that are no number.
    """

    figures: tuple[Figure, ...]
    guesses: Floats
    names: tuple[str, ...]
    unknown: tuple[str, ...]
    percent: tuple[str, ...]
    n_percent: int
    off_scale: tuple[str, ...]
    n_off_scale: int
    thin: tuple[str, ...]
    repeated: int
    unreadable: int

    @property
    def n(self) -> int:
        """How many leaders there are."""
        return len(self.guesses)


def forecast_need(roles: Roles) -> Need | None:
    """Ask for the guesses by leader and figure."""
    part = roles.settings.forecasts
    if part is None:
        return None
    return Need("forecasts", (Variable(part.guess),), (Category(part.leader), Category(part.what)))


def forecast_tally(roles: Roles) -> Tally | None:
    """Ask how many guesses are no numbers."""
    part = roles.settings.forecasts
    return None if part is None else Tally("forecasts", (Variable(part.guess),))


def forecasts(
    roles: Roles, collected: Collected, known: Mapping[str, Figure], rng: np.random.Generator
) -> Forecasts:
    """Lay the guesses out, the leaders in an order that says nothing of who they are unless named.

    Parameters
    ----------
    roles : Roles
    collected : Collected
    known : mapping
        The figures that this study can answer, by their spelled name.
    rng : numpy.random.Generator
    """
    need, tally = forecast_need(roles), forecast_tally(roles)
    moments = None if need is None else collected.moments.get(need)
    counts = None if tally is None else collected.tallies.get(tally)
    unreadable = 0 if counts is None else sum(one.unreadable for one in counts.columns.values())
    if moments is None:
        return Forecasts((), np.empty((0, 0)), (), (), (), 0, (), 0, (), 0, unreadable)
    rows_of = zip(moments.groups, moments.rows.sum(axis=1), strict=True)
    asked = {str(what) for (_, what), n in rows_of if n}
    unknown = sorted(what for what in asked if spelled(what) not in known)
    guessed = {spelled(what) for what in asked}
    listed = [figure for name, figure in known.items() if name in guessed]
    guesses, rows = _grid(moments, listed)
    is_off = (guesses < [figure.low for figure in listed]) | (
        guesses > [figure.high for figure in listed]
    )
    shares = np.array([figure.is_share for figure in listed], dtype=bool)
    is_percent = is_off & shares & (guesses > 1) & (guesses <= 100)
    guesses = np.where(is_off, np.nan, guesses)
    enough = np.isfinite(guesses).sum(axis=0) >= LEAST_LEADERS
    kept = guesses[:, enough]
    has_guessed = np.isfinite(kept).any(axis=1)
    kept = kept[has_guessed]
    part = roles.settings.forecasts
    is_named = part is not None and part.named
    leaders = _leaders(moments)
    names = tuple(leaders[int(place)] for place in np.flatnonzero(has_guessed))
    return Forecasts(
        figures=tuple(listed[int(place)] for place in np.flatnonzero(enough)),
        guesses=kept if is_named else rng.permutation(kept),
        names=names if is_named else (),
        unknown=tuple(unknown),
        percent=_named(listed, is_percent.any(axis=0)),
        n_percent=int(is_percent.sum()),
        off_scale=_named(listed, (is_off & ~is_percent).any(axis=0)),
        n_off_scale=int((is_off & ~is_percent).sum()),
        thin=_named(listed, ~enough),
        repeated=int(np.maximum(rows - 1, 0).sum()),
        unreadable=unreadable,
    )


def _named(listed: Sequence[Figure], chosen: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(listed[int(place)].what for place in np.flatnonzero(chosen))


def _leaders(moments: Moments) -> list[str]:
    return sorted({str(leader) for leader, _ in moments.groups})


def _grid(moments: Moments, listed: Sequence[Figure]) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Give the mean guess and the number of guesses by leader and figure."""
    leaders = _leaders(moments)
    column = {spelled(figure.what): place for place, figure in enumerate(listed)}
    shape = (len(leaders), len(listed))
    sums, rows = np.zeros(shape), np.zeros(shape, np.int64)
    own = moments.cross[..., 0, 1] + moments.origin[0] * moments.cross[..., 0, 0]
    for (leader, what), part, n in zip(moments.groups, own, moments.rows, strict=True):
        if (place := column.get(spelled(str(what)))) is not None:
            sums[leaders.index(str(leader)), place] += part.sum()
            rows[leaders.index(str(leader)), place] += n.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        return sums / rows, rows
