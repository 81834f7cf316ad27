"""Competing risks: how many have gone by each time, and for which cause."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Floats, Integers, checked_finite
from kuski.stats.resample import Resamples

# Numbers held at once while resamples are followed through time.
_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class CumulativeIncidence:
    """Who has gone by each time asked for, on each resample.

    Attributes
    ----------
    incidence : ndarray, shape (R, H, C)
        Share of all who began that has gone for each cause, 0 to 1; NaN where nobody is left to
        tell it.
    remaining : ndarray, shape (R, H)
        Share that has not gone; with `incidence` it sums to 1.
    at_risk : ndarray, shape (R, H)
        Weight of those still followed, just before the time.
    held : ndarray of int, shape (H, C)
        Replicates that hold anybody who has gone for the cause by the time.
    """

    incidence: Floats
    remaining: Floats
    at_risk: Floats
    held: Integers


def cumulative_incidence(
    events: npt.ArrayLike,
    censored: npt.ArrayLike,
    *,
    resamples: Resamples,
    at: Sequence[int] | None = None,
) -> CumulativeIncidence:
    """Estimate the cumulative incidence of each cause from counts.

    Parameters
    ----------
    events : array_like, shape (T, C, G)
        Weight of those who go at each distinct time, the earliest first, for each cause, by
        replicate; >= 0.
    censored : array_like, shape (T, G)
        Weight of those last seen at each time without having gone; >= 0.
    resamples : Resamples
        Of the same replicates.
    at : sequence of H int, or None
        Places of the times at which it is wanted; all T where None.

    Returns
    -------
    CumulativeIncidence

    Raises
    ------
    ValueError
        Where the arrays do not fit each other, or hold what is negative or not finite.

    Notes
    -----
    The estimator of Aalen and Johansen for one state that is left for one of C others::

        F_c(t) = Σ_{s <= t} S(s−)·d_c(s)/Y(s),   S(t) = Π_{s <= t} (1 − Σ_c d_c(s)/Y(s))

    with d_c(s) those who go for cause c at s and Y(s) those still followed just before. Who is last
    seen at a time at which others go counts as followed then. With one cause F is one less the
    estimator of Kaplan and Meier; without censoring it is a share. One less Kaplan-Meier with the
    other causes taken for censoring is larger, and no chance of anything that happens.

    Assumes that whom we lose sight of would have gone as those do who are still followed.

    References
    ----------
    Aalen & Johansen 1978, *An empirical transition matrix for non-homogeneous Markov chains based
    on censored observations*, Scandinavian Journal of Statistics 5.
    Andersen, Borgan, Gill & Keiding 1993, *Statistical Models Based on Counting Processes*,
    example IV.4.1.
    """
    gone, lost = _checked(events, censored, resamples)
    places = np.arange(len(gone)) if at is None else np.asarray(list(at), dtype=np.int64)
    if (places < 0).any() or (places >= len(gone)).any():
        raise ValueError(f"at == {at}, expected places from 0 to {len(gone) - 1}")
    parts = [_followed(counts, gone, lost, places) for counts in _batches(gone, resamples)]
    incidence, remaining, at_risk = (np.concatenate(part) for part in zip(*parts, strict=True))
    held = (gone > 0).cumsum(axis=0).astype(bool).sum(axis=2)[places]
    return CumulativeIncidence(incidence, remaining, at_risk, held)


def _checked(
    events: npt.ArrayLike, censored: npt.ArrayLike, resamples: Resamples
) -> tuple[Floats, Floats]:
    gone, lost = checked_finite(events, "events"), checked_finite(censored, "censored")
    replicates = resamples.counts.shape[1]
    if gone.ndim != 3 or 0 in gone.shape or gone.shape[2] != replicates:
        raise ValueError(
            f"events has shape {gone.shape}, expected (times, causes, {replicates}) with nothing "
            "empty; make the resamples from rows of the same need"
        )
    if lost.shape != (gone.shape[0], replicates):
        raise ValueError(
            f"censored has shape {lost.shape}, expected {(gone.shape[0], replicates)} as events "
            "has times and replicates"
        )
    if (gone < 0).any() or (lost < 0).any():
        raise ValueError(
            f"events or censored goes down to {min(gone.min(), lost.min()):g}, expected counts or "
            "weights >= 0"
        )
    return gone, lost


def _batches(gone: Floats, resamples: Resamples) -> Iterator[Floats]:
    """Divide the resamples so that each part fits in memory."""
    size = max(1, _AT_ONCE // (gone.shape[0] * (gone.shape[1] + 1)))
    for start in range(0, len(resamples.counts), size):
        yield resamples.counts[start : start + size]


def _followed(
    counts: Floats, gone: Floats, lost: Floats, places: Integers
) -> tuple[Floats, Floats, Floats]:
    """Follow some resamples through time, shapes (r, H, C), (r, H) and (r, H)."""
    times, causes, _ = gone.shape
    leave = (counts @ gone.reshape(times * causes, -1).T).reshape(-1, times, causes)
    exits = leave.sum(axis=2) + counts @ lost.T
    at_risk = np.cumsum(exits[:, ::-1], axis=1)[:, ::-1]
    is_followed = at_risk > 0
    hazard = np.divide(
        leave, at_risk[..., None], out=np.zeros_like(leave), where=is_followed[..., None]
    )
    # Rounding may leave a hair's breadth below zero where everybody goes.
    remaining = np.cumprod(np.maximum(1 - hazard.sum(axis=2), 0.0), axis=1)
    before = np.concatenate([np.ones((len(remaining), 1)), remaining[:, :-1]], axis=1)
    incidence = np.cumsum(before[..., None] * hazard, axis=1)
    is_unknown = ~is_followed & (remaining > 0)
    incidence[is_unknown] = np.nan
    remaining[is_unknown] = np.nan
    return incidence[:, places], remaining[:, places], at_risk[:, places]
