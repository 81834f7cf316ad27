"""Steepness: to whom a step of the score is worth more, by what customers were before it."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kuski.choose.curve import ROWS_PER_COEFFICIENT, Curves
from kuski.moments import Collected, Moments, Need, Variable
from kuski.roles import Roles
from kuski.stats.resample import MIN_REPLICATES, resamples
from kuski.terms import CUSTOMERS

# Beyond so many standard deviations a column counts no further: few answers speak for those there.
_FARTHEST = 3.0
_NO_SPREAD = 1e-9
# How much of an average step's worth a standard deviation of one column usually adds or takes.
_USUAL = 0.15
_SPREADS = np.linspace(0.0, 4.0, 81)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Steepness:
    """By how much more a step of the score is worth to customers, by their `alike` columns.

    Attributes
    ----------
    columns : tuple of p Variable
        As the customers' table names them; none where nothing can be told.
    mean, sd : ndarray, shape (p,)
        Of the columns over the answers.
    effect : ndarray, shape (R, p)
        Worth of a step for each standard deviation above the mean; row 0 is the estimate, shrunk
        towards nothing, the rest are draws.
    spread : float
        Standard deviation of the estimate over the answers.
    most : float
        Worth of a step on average: nobody's is told to be further from it than all of it.
    """

    columns: tuple[Variable, ...]
    mean: Floats
    sd: Floats
    effect: Floats
    spread: float
    most: float

    def standing(self, values: Floats) -> Floats:
        """Say how far customers stand from the mean, in standard deviations, within bounds.

        Parameters
        ----------
        values : ndarray, shape (n, p)
            NaN where not known, which counts as the mean.

        Returns
        -------
        ndarray, shape (n, p)
        """
        far = np.clip((values - self.mean) / self.sd, -_FARTHEST, _FARTHEST)
        far = np.nan_to_num(far)
        tilt = np.abs(far @ self.effect[0])
        far *= (self.most / np.maximum(tilt, self.most or 1.0))[:, None]
        return far


def steepness_of(
    roles: Roles, collected: Collected, curves: Curves, rng: np.random.Generator
) -> Steepness:
    """Estimate it from the cross-products of worth by level, and draw it.

    Parameters
    ----------
    roles : Roles
    collected : Collected
        With what `problem_needs` asks for.
    curves : Curves
        As many draws are made as they have.
    rng : numpy.random.Generator

    Notes
    -----
    Worth is regressed on the score s, on all columns held alike, a, and on s·a for those that the
    table of customers holds, so that everybody's are known. Within a level s is a constant, so that
    the cross-products of (1, worth, a, s, s·a) are those of (1, worth, a) times a matrix. The
    coefficients of s·a, each for a standard deviation of its column, are drawn towards nothing, so
    that customers are not told apart by noise: they are N(0, t²), and t is half-normal with a
    deviation of `_USUAL` steps. A few columns cannot tell t well, so that it is drawn too, from its
    posterior on a grid, and not taken for known as in `stats.shrinkage.pooled`, where many
    segments tell it. Who is at which level was not drawn by lot; the columns go with the worth of
    a step and need not cause it.

    References
    ----------
    Gelman 2006, *Prior distributions for variance parameters in hierarchical models*, Bayesian
    Analysis 1(3), sections 4 and 7.
    """
    nothing = _nothing(curves)
    theirs = [
        (place, replace(variable, column=variable.column.removeprefix(CUSTOMERS)))
        for place, variable in enumerate(roles.alike_variables)
        if variable.column.startswith(CUSTOMERS)
    ]
    moments = _moments(roles, collected)
    if not theirs or moments is None:
        return nothing
    whole = moments.cross.sum(axis=(0, 1))
    mean = whole[0, 2:] / max(whole[0, 0], _NO_SPREAD)
    variance = np.diag(whole)[2:] / max(whole[0, 0], _NO_SPREAD) - mean**2
    sd = np.sqrt(np.maximum(variance, 0.0))
    varies = sd > _NO_SPREAD * (np.abs(mean + moments.origin[1:]) + 1.0)
    theirs = [(place, column) for place, column in theirs if varies[place]]
    least = ROWS_PER_COEFFICIENT * (2 + len(mean) + len(theirs))
    drawn = resamples(moments.rows, n_draws=len(curves.worth) - 1, rng=rng)
    if not theirs or moments.n < least or drawn.replicates < MIN_REPLICATES:
        return nothing
    places = [place for place, _ in theirs]
    counts = drawn.counts[[0, *range(1 + drawn.replicates, len(drawn.counts))]]
    positions = np.array(roles.scale.positions)
    scaled = _scaled(moments.cross, mean, np.where(varies, sd, np.inf))
    slopes = _interactions(scaled, places, positions, counts)
    effect = _believed(slopes, _USUAL * abs(curves.slope), rng)
    alike = scaled.sum(axis=(0, 1))[2:, 2:][np.ix_(places, places)] / whole[0, 0]
    return Steepness(
        columns=tuple(column for _, column in theirs),
        mean=(mean + moments.origin[1:])[places],
        sd=sd[places],
        effect=effect,
        spread=float(np.sqrt(effect[0] @ alike @ effect[0])),
        most=abs(curves.slope),
    )


def _nothing(curves: Curves) -> Steepness:
    none = np.empty(0)
    effect = np.empty((len(curves.worth), 0))
    return Steepness((), none, none, effect, 0.0, abs(curves.slope))


def _moments(roles: Roles, collected: Collected) -> Moments | None:
    """Find worth by level with all columns held alike, as the curves ask for it."""
    if roles.worth is None or not roles.alike_variables:
        return None
    variables = (roles.worth, *roles.alike_variables)
    need = Need("responses", variables, (roles.score_levels,), roles.weight)
    found = collected.moments.get(need)
    if found is None or not found.n:
        return None
    return found.at([(level,) for level in range(len(roles.scale.labels))])


def _scaled(cross: Floats, mean: Floats, sd: Floats) -> Floats:
    """Give the cross-products of (1, worth, a) with each a in its standard deviations."""
    change = np.eye(cross.shape[-1])
    change[2:, 0] = -mean / sd
    change[range(2, len(change)), range(2, len(change))] = 1 / sd
    found: Floats = change @ cross @ change.T
    return found


def _interactions(cross: Floats, places: list[int], positions: Floats, counts: Floats) -> Floats:
    """Regress worth on (1, a, s, s·a), once per resample; coefficients of s·a, shape (R, p)."""
    size = cross.shape[-1]
    held = cross[..., 0, 0].sum(axis=1)
    score = positions - np.average(positions, weights=held)
    rows = []
    for at, level in zip(score, cross, strict=True):
        more = np.zeros((1 + len(places), size))
        more[0, 0] = at
        more[range(1, 1 + len(places)), [2 + place for place in places]] = at
        change = np.concatenate([np.eye(size), more])
        rows.append(change @ level @ change.T)
    whole = np.sum(rows, axis=0)
    sums = (counts @ whole.reshape(len(whole), -1)).reshape(-1, *whole.shape[1:])
    x = [0, *range(2, whole.shape[-1])]
    inner, outer = sums[:, x][:, :, x], sums[:, x, 1]
    norm = np.sqrt(np.maximum(np.einsum("rii->ri", inner), np.finfo(float).tiny))
    inverse = np.linalg.pinv(inner / (norm[:, :, None] * norm[:, None, :]), hermitian=True)
    found: Floats = (inverse @ (outer / norm)[..., None])[..., 0] / norm
    return found[:, -len(places) :]


def _believed(slopes: Floats, usual: float, rng: np.random.Generator) -> Floats:
    """Draw coefficients towards nothing, by how far they usually are from it, shape (R, p)."""
    spread = usual * _SPREADS[:, None]
    error = np.maximum(slopes[1:].std(axis=0), _NO_SPREAD * max(usual, 1.0))
    variance = spread**2 + error**2
    fit = -0.5 * (np.log(variance) + slopes[0] ** 2 / variance).sum(axis=1) - 0.5 * _SPREADS**2
    odds = np.exp(fit - fit.max())
    odds /= odds.sum()
    kept = spread**2 / variance
    drawn = rng.choice(len(odds), len(slopes) - 1, p=odds)
    noise = rng.standard_normal((len(drawn), slopes.shape[1]))
    draws = kept[drawn] * slopes[1:] + (1 - kept[drawn]) * spread[drawn] * noise
    return np.concatenate([(odds @ kept * slopes[0])[None], draws])
