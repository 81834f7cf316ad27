"""Best-worst choices (MaxDiff): what matters most to those who had to choose."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Booleans, Floats, Integers

TOLERANCE = 1e-10
MOST_STEPS = 50
# A step of Newton's is never longer than this, in logits.
LONGEST_STEP = 2.0
# Numbers held at once while resamples are fitted.
_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class Tasks:
    """Different tasks with their answers: what was shown, and what was chosen.

    Attributes
    ----------
    shown : ndarray of bool, shape (T, m)
        Items on show; at least two in each task.
    best, worst : ndarray of int, shape (T,)
        Places of the items chosen, both on show and not the same.
    """

    shown: Booleans
    best: Integers
    worst: Integers

    @classmethod
    def of(cls, shown: npt.ArrayLike, best: npt.ArrayLike, worst: npt.ArrayLike) -> "Tasks":
        """Check the arrays.

        Raises
        ------
        ValueError
            Where shapes differ, or a choice was not on show or is best and worst at once.
        """
        seen = np.asarray(shown, dtype=np.bool_)
        up, down = np.asarray(best, dtype=np.int64), np.asarray(worst, dtype=np.int64)
        if seen.ndim != 2 or up.shape != seen.shape[:1] or down.shape != up.shape:
            raise ValueError(
                f"shown has shape {seen.shape}, best {up.shape} and worst {down.shape}, expected "
                "(T, m), (T,) and (T,)"
            )
        is_place = (np.minimum(up, down) >= 0) & (np.maximum(up, down) < seen.shape[1])
        rows, first, second = (
            np.arange(len(seen)),
            np.where(is_place, up, 0),
            np.where(is_place, down, 0),
        )
        wrong = ~is_place | (up == down) | ~seen[rows, first] | ~seen[rows, second]
        if wrong.any():
            raise ValueError(
                f"{int(wrong.sum())} tasks have a choice that was not on show, or one item as "
                "best and worst; leave those out first"
            )
        return cls(seen, up, down)


@dataclass(frozen=True, slots=True)
class BestWorst:
    """What the choices say of each item, once per resample.

    Attributes
    ----------
    shares : ndarray, shape (R, m)
        exp(utility) over the sum of it over all items: how often each would be chosen as best were
        all on show, 0 to 1. NaN where the choices do not tell (see `best_worst`).
    utilities : ndarray, shape (R, m)
        Logits with mean zero; NaN where the choices do not tell.
    counts : ndarray, shape (R, m)
        Times best less times worst, over times shown: −1 to 1; NaN for an item never shown.
    """

    shares: Floats
    utilities: Floats
    counts: Floats


def best_worst(tasks: Tasks, answers: npt.ArrayLike) -> BestWorst:
    """Estimate how much each item matters from choices of the best and the worst of a few.

    Parameters
    ----------
    tasks : Tasks
    answers : array_like, shape (R, T)
        How many answers (or what weight of them) each task has, >= 0, in each resample; the first
        row is the whole.

    Returns
    -------
    BestWorst

    Raises
    ------
    ValueError
        Where the shapes do not fit, or a number is negative or not finite.

    Notes
    -----
    The sequential best-worst logit: of the set S on show, item b is chosen as best and then item w
    as worst of what is left with probability::

        exp(u_b) / Σ_{k in S} exp(u_k)  ·  exp(−u_w) / Σ_{k in S, k ≠ b} exp(−u_k)

    fitted by Newton's method on grouped answers, all resamples at once, from the whole's estimate.
    The logarithm of the likelihood is concave. It has one maximum exactly where every split of the
    items in two has an item of each side chosen over one of the other (Ford 1957): an item that is
    never shown, always best or never best where it meets the others has no finite utility, and
    then no item gets one, in that resample.

    Utilities are measured against the noise in people's choices: where they choose at random all
    shares are alike. Assumes that answers do not depend on what else is on show, and one set of
    utilities for all.

    References
    ----------
    Marley & Louviere 2005, *Some probabilistic models of best, worst, and best-worst choices*,
    Journal of Mathematical Psychology 49(6).
    Louviere, Flynn & Marley 2015, *Best-Worst Scaling: Theory, Methods and Applications*,
    chapters 2 and 5.
    Ford 1957, *Solution of a ranking problem from binary comparisons*, American Mathematical
    Monthly 64(8).
    """
    weights = _checked_answers(answers, tasks)
    best, worst = _choices(tasks, weights)
    is_known = _is_connected(tasks, weights)
    utilities = np.full((len(weights), tasks.shown.shape[1]), np.nan)
    start = np.zeros(tasks.shown.shape[1])
    if is_known[0]:
        start = _fitted(best.at(slice(0, 1)), worst.at(slice(0, 1)), start)[0]
    at_once = max(1, _AT_ONCE // (len(best.sets) + len(worst.sets)))
    asked = np.flatnonzero(is_known)
    for first in range(0, len(asked), at_once):
        rows = asked[first : first + at_once]
        utilities[rows] = _fitted(best.at(rows), worst.at(rows), start)
    powers = np.exp(utilities - utilities.max(axis=1, keepdims=True))
    return BestWorst(
        shares=powers / powers.sum(axis=1, keepdims=True),
        utilities=utilities,
        counts=_counted(tasks, weights),
    )


@dataclass(frozen=True, slots=True)
class _Choices:
    """Choices out of sets, with the answers of each set summed.

    Attributes
    ----------
    sets : ndarray, shape (N, m)
        1 where an item is in the set.
    times : ndarray, shape (R, N)
        Choices made of each set.
    chosen : ndarray, shape (R, m)
        How often each item was chosen.
    """

    sets: Floats
    times: Floats
    chosen: Floats

    def at(self, rows: slice | Integers) -> "_Choices":
        return _Choices(self.sets, self.times[rows], self.chosen[rows])


def unconnected(tasks: Tasks, answers: npt.ArrayLike) -> Integers:
    """Name the items whose utility the choices of everybody do not tell.

    Parameters
    ----------
    tasks : Tasks
    answers : array_like, shape (T,)

    Returns
    -------
    ndarray of int
        Places of the items outside the largest part within which each item was, through others,
        chosen over each; empty where `best_worst` gives utilities.
    """
    over = _chosen_over(tasks, np.asarray(answers, dtype=np.float64)[None])
    reach = _reach(over)[0]
    parts = (reach & reach.T) | np.eye(len(reach), dtype=np.bool_)
    largest = parts[parts.sum(axis=1).argmax()]
    return np.flatnonzero(~largest)


def _checked_answers(answers: npt.ArrayLike, tasks: Tasks) -> Floats:
    array = np.asarray(answers, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != len(tasks.best) or not array.size:
        raise ValueError(
            f"answers has shape {array.shape}, expected (R, {len(tasks.best)}) with nothing "
            "empty: one number per task in each resample"
        )
    if not np.isfinite(array).all() or (array < 0).any():
        raise ValueError(
            f"answers goes from {array.min():g} to {array.max():g}, expected numbers >= 0; "
            "pass counts of answers or sums of weights"
        )
    return array


def _choices(tasks: Tasks, weights: Floats) -> tuple[_Choices, _Choices]:
    """Sum the answers by set: all on show for the best, and what is left of it for the worst."""
    left = tasks.shown.copy()
    left[np.arange(len(left)), tasks.best] = False
    return _grouped(tasks.shown, tasks.best, weights), _grouped(left, tasks.worst, weights)


def _grouped(shown: Booleans, chosen: Integers, weights: Floats) -> _Choices:
    sets, place = np.unique(shown, axis=0, return_inverse=True)
    order = np.argsort(place.ravel(), kind="stable")
    starts = np.searchsorted(place.ravel()[order], np.arange(len(sets)))
    return _Choices(
        sets=sets.astype(np.float64),
        times=np.add.reduceat(weights[:, order], starts, axis=1),
        chosen=weights @ (chosen[:, None] == np.arange(shown.shape[1])),
    )


def _fitted(best: _Choices, worst: _Choices, start: Floats) -> Floats:
    """Climb to the maximum of each resample's likelihood; NaN where it is not reached."""
    utilities = np.repeat(start[None], len(best.chosen), axis=0)
    for _ in range(MOST_STEPS):
        up, of_best = _gradient(best, utilities)
        down, of_worst = _gradient(worst, -utilities)
        curvature = of_best + of_worst
        # Utilities have no level of their own: a constant added leaves their mean where it is.
        level = np.trace(curvature, axis1=1, axis2=2)[:, None, None]
        step = np.linalg.solve(curvature + level, (up - down)[..., None])[..., 0]
        longest = np.abs(step).max(axis=1, keepdims=True)
        utilities = utilities + step * np.minimum(1.0, LONGEST_STEP / np.maximum(longest, 1e-300))
        if longest.max() < TOLERANCE:
            break
    utilities[longest[:, 0] >= TOLERANCE] = np.nan
    found: Floats = utilities - utilities.mean(axis=1, keepdims=True)
    return found


def _gradient(choices: _Choices, utilities: Floats) -> tuple[Floats, Floats]:
    """Give the gradient of the logarithm of the likelihood, and less its Hessian."""
    powers = np.exp(utilities - utilities.max(axis=1, keepdims=True))
    over = powers @ choices.sets.T
    items = utilities.shape[1]
    expected = powers * ((choices.times / over) @ choices.sets)
    pairs = (choices.sets[:, :, None] * choices.sets[:, None, :]).reshape(-1, items**2)
    together = ((choices.times / over**2) @ pairs).reshape(-1, items, items)
    curvature = -together * powers[:, :, None] * powers[:, None, :]
    places = np.arange(items)
    curvature[:, places, places] += expected
    return choices.chosen - expected, curvature


def _counted(tasks: Tasks, weights: Floats) -> Floats:
    items = np.arange(tasks.shown.shape[1])
    score = (tasks.best[:, None] == items).astype(np.float64) - (tasks.worst[:, None] == items)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = (weights @ score) / (weights @ tasks.shown.astype(np.float64))
    return found


def _is_connected(tasks: Tasks, weights: Floats) -> Booleans:
    """Tell in which resamples every item is, through others, chosen over every other."""
    return np.asarray(_reach(_chosen_over(tasks, weights)).all(axis=(1, 2)))


def _chosen_over(tasks: Tasks, weights: Floats) -> Booleans:
    """Tell which item was ever chosen over which, shape (R, m, m)."""
    rows, m = np.arange(len(tasks.best)), tasks.shown.shape[1]
    over = np.zeros((len(rows), m, m), np.float32)
    over[rows, tasks.best] = tasks.shown
    over[rows, :, tasks.worst] = tasks.shown
    found = (weights > 0).astype(np.float32) @ over.reshape(len(rows), -1)
    chosen: Booleans = found.reshape(-1, m, m) > 0
    return chosen


def _reach(over: Booleans) -> Booleans:
    """Follow choices through others, however many."""
    steps = (over | np.eye(over.shape[-1], dtype=np.bool_)).astype(np.float32)
    for _ in range(int(over.shape[-1]).bit_length()):
        steps = np.minimum(steps @ steps, 1.0)
    return np.asarray(steps > 0)
