"""The curves that a plan moves people along: worth and leaving at each score, by segment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.choose.cell import Cell, Segment
from kuski.finding import Refusal
from kuski.moments import Category, Collected, Moments, Need, Needs
from kuski.roles import Roles
from kuski.stats.least_squares import with_level
from kuski.stats.resample import MIN_REPLICATES, Resamples, resamples
from kuski.stats.shrinkage import pooled
from kuski.value.leaving import leaving_by_level
from kuski.value.worth import Estimated, WorthByLevel, worth_by_level, worth_needs

ROWS_PER_COEFFICIENT = 20

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curves:
    """What a customer is worth, and how likely to leave, at each score.

    Attributes
    ----------
    positions : ndarray, shape (K,)
        Of the levels on the scale.
    worth : ndarray, shape (R, K, K)
        A year, of those who are at the level of the middle axis, were they at the level of the
        last; row 0 is the estimate. Levels that little is known of lie near the straight line.
    tilt : mapping of segment to ndarray, shape (R,)
        By how much more a step of the score is worth in a segment than on average.
    left : ndarray, shape (R, K, K), or None
        Chance of leaving, 0 to 1, likewise.
    shares : ndarray, shape (K,)
        Share of the answers at each level.
    worth_sd : float
        Standard deviation of the worth of single customers.
    n : int
        Answers behind the worth.
    is_adjusted : bool
        Whether customers were held alike.
    """

    positions: Floats
    worth: Floats
    tilt: Mapping[Segment, Floats]
    left: Floats | None
    shares: Floats
    worth_sd: float
    n: int
    is_adjusted: bool

    @property
    def slope(self) -> float:
        """Worth of a step of the score, on average over the scale and over all answers."""
        return float(self.shares @ self.slopes)

    @property
    def slopes(self) -> Floats:
        """The same for those at each level, shape (K,)."""
        span = self.positions[-1] - self.positions[0]
        found: Floats = (self.worth[0, :, -1] - self.worth[0, :, 0]) / span
        return found

    @property
    def now(self) -> Floats:
        """Worth of those at each level as they are, shape (R, K)."""
        return np.diagonal(self.worth, axis1=1, axis2=2)

    def worth_gain(self, cell: Cell, points: Floats) -> Floats:
        """Say what one customer of a cell brings more once the score has moved.

        Parameters
        ----------
        cell : Cell
        points : ndarray, shape (R, c)
            Moves of the score; they end at the ends of the scale.

        Returns
        -------
        ndarray, shape (R, c)
        """
        gain = np.zeros_like(points)
        for place, share in zip(cell.levels, cell.by_level, strict=True):
            gain += share * self._along(self.worth, place, points)
        tilts = [self.tilt.get(member) for member in cell.members]
        if all(tilt is None for tilt in tilts):
            return gain
        tilt = sum(
            share * own for own, share in zip(tilts, cell.by_member, strict=True) if own is not None
        )
        return gain + np.asarray(tilt)[:, None] * self.score_gain(cell, points)

    def score_gain(self, cell: Cell, points: Floats) -> Floats:
        """Say by how much the score of one customer of a cell moves, ends of the scale minded."""
        gain = np.zeros_like(points)
        for place, share in zip(cell.levels, cell.by_level, strict=True):
            gain += share * (self._target(place, points) - self.positions[place])
        return gain

    def left_change(self, cell: Cell, points: Floats) -> Floats | None:
        """Say how the chance of leaving of one customer of a cell changes."""
        if self.left is None:
            return None
        change = np.zeros_like(points)
        for place, share in zip(cell.levels, cell.by_level, strict=True):
            change += share * self._along(self.left, place, points)
        return change

    def _target(self, place: int, points: Floats) -> Floats:
        found: Floats = np.clip(
            self.positions[place] + points, self.positions[0], self.positions[-1]
        )
        return found

    def _along(self, curve: Floats, place: int, points: Floats) -> Floats:
        """Move along a curve, straight between levels; what one gains over its own level."""
        target = self._target(place, points)
        last = len(self.positions) - 2
        below = np.clip(np.searchsorted(self.positions, target, side="right") - 1, 0, last)
        steps = np.diff(self.positions)
        part = (target - self.positions[below]) / steps[below]
        row, own = np.arange(len(curve))[:, None], curve[:, place]
        found: Floats = own[row, below] * (1 - part) + own[row, below + 1] * part
        return found - own[:, [place]]


def curve_needs(roles: Roles, segments: Sequence[Category]) -> Needs:
    """Ask for worth and leaving by level, and for worth by segment and level."""
    if roles.worth is None:
        raise ValueError("the study names no worth; ask only where problem_needs asks")
    asked = worth_needs(roles, roles.worth)
    if roles.left is not None:
        asked |= worth_needs(roles, roles.left)
    by_segment = _segment_need(roles, segments)
    return asked if by_segment is None else asked | Needs.of(by_segment)


def curves_of(
    roles: Roles,
    segments: Sequence[Category],
    collected: Collected,
    *,
    draws: int,
    rng: np.random.Generator,
) -> Curves | Refusal:
    """Estimate the curves and draw them, worth, segments and leaving from the same customers."""
    if roles.worth is None:
        raise ValueError("the study names no worth; ask only where problem_needs asks")
    worth = worth_by_level(roles, roles.worth, collected, rng)
    if isinstance(worth, Refusal):
        return worth
    left = leaving_by_level(roles, collected, rng)
    need = _segment_need(roles, segments)
    parts = [worth.main.moments]
    parts += [] if left is None else [left.main.moments]
    by_segment = None if need is None else collected.moments.get(need)
    parts += [] if by_segment is None or not by_segment.n else [by_segment]
    parts = [part.beside(*parts) for part in parts]
    drawn = resamples(np.concatenate([part.rows for part in parts]), n_draws=draws, rng=rng)
    if drawn.replicates < MIN_REPLICATES:
        return Refusal.because(
            "choose_few_customers",
            name="",
            numbers=None,
            n=drawn.replicates,
            least=MIN_REPLICATES,
        )
    kept = np.concatenate([[0], np.arange(1 + drawn.replicates, len(drawn.counts))])
    positions = np.array(roles.scale.positions)
    tilt: dict[Segment, Floats] = {}
    if by_segment is not None and by_segment.n:
        tilt = _tilts(parts[-1], drawn.counts[kept], positions, rng)
    return Curves(
        positions=positions,
        worth=_smooth(worth, parts[0], drawn, kept, rng),
        tilt=tilt,
        left=None if left is None else np.clip(_smooth(left, parts[1], drawn, kept, rng), 0.0, 1.0),
        shares=_shares(parts[0]),
        worth_sd=_spread(worth.main.moments),
        n=worth.main.n,
        is_adjusted=worth.alike is not None,
    )


def _smooth(
    worth: WorthByLevel,
    moments: Moments,
    drawn: Resamples,
    kept: npt.NDArray[np.int64],
    rng: np.random.Generator,
) -> Floats:
    """Draw each level towards the straight line, the more the less is known of it."""
    found = Estimated.of(moments, drawn)
    by_level = found.of_those_at[kept]
    positions = np.array(worth.scale.positions)
    design = np.column_stack([np.ones_like(positions), positions])
    if np.isfinite(by_level[0]).any(axis=0).sum() < 2:
        by_level = np.repeat(found.levels.crude[kept][:, None], len(positions), axis=1)
    # By how far a level lies off the line is one question, whoever is asked about.
    seed = int(rng.integers(2**63))
    parts = [pooled(own, design, np.random.default_rng(seed)) for own in by_level.swapaxes(0, 1)]
    return np.stack(parts, axis=1)


def _shares(moments: Moments) -> Floats:
    """Return the share of the answers at each level."""
    weight = moments.cross[..., 0, 0].sum(axis=1)
    found: Floats = weight / weight.sum()
    return found


def _spread(moments: Moments) -> float:
    """Return the standard deviation of worth over all answers."""
    sums = moments.cross.sum(axis=(0, 1))
    mean = sums[0, 1] / sums[0, 0]
    return float(np.sqrt(max(sums[1, 1] / sums[0, 0] - mean**2, 0.0)))


def _tilts(
    moments: Moments, counts: Floats, positions: Floats, rng: np.random.Generator
) -> dict[Segment, Floats]:
    """Estimate by how much the slope of worth on the score differs between segments."""
    segments = sorted({group[:-1] for group in moments.groups})
    if len(segments) < 2:
        return {}
    slopes = np.full((len(counts), len(segments)), np.nan)
    heads = np.zeros(len(segments))
    for i, segment in enumerate(segments):
        own = moments.at([(*segment, level) for level in range(len(positions))])
        heads[i] = own.cross[..., 0, 0].sum()
        coefficients = own.cross.shape[-1]
        levels = (own.rows.sum(axis=1) > 0).sum()
        if own.n >= ROWS_PER_COEFFICIENT * coefficients and levels > 1:
            slopes[:, i] = _slopes(with_level(own.cross, positions), counts)
    if np.isfinite(slopes[0]).sum() < 2:
        return {}
    believed = pooled(slopes, np.ones((len(segments), 1)), rng)
    believed -= (believed * (heads / heads.sum())).sum(axis=1, keepdims=True)
    return {
        tuple(str(part) for part in segment): believed[:, i] for i, segment in enumerate(segments)
    }


def _slopes(cross: Floats, counts: Floats) -> Floats:
    """Regress worth on the score and all that is held alike, once per resample, shape (R,)."""
    sums = (counts @ cross.reshape(len(cross), -1)).reshape(-1, *cross.shape[1:])
    x = [0, *range(2, cross.shape[-1])]
    inner, outer = sums[:, x][:, :, x], sums[:, x, 1]
    size = np.sqrt(np.maximum(np.einsum("rii->ri", inner), 1e-300))
    scaled = inner / (size[:, :, None] * size[:, None, :])
    found = np.linalg.pinv(scaled, rcond=1e-10, hermitian=True) @ (outer / size)[..., None]
    return np.asarray(found[:, -1, 0] / size[:, -1], dtype=np.float64)


def _segment_need(roles: Roles, segments: Sequence[Category]) -> Need | None:
    if not segments or roles.worth is None:
        return None
    return Need(
        "responses",
        (roles.worth, *roles.alike_variables),
        (*segments, roles.score_levels),
        roles.weight,
        is_optional=True,
    )
