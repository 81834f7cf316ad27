"""Portfolio: the sums of a cut, turned into its segments' numbers."""

from collections.abc import Sequence

import numpy as np

from kuski.choose.audience.cut import Measured
from kuski.choose.audience.segment import (
    THRESHOLDS,
    CutNumbers,
    Grade,
    RuleNumbers,
    SegmentNumbers,
)
from kuski.finding import ends, known
from kuski.moments import Floats
from kuski.scale import Scale
from kuski.stats.headroom import Headroom, believed_intervals, headroom
from kuski.stats.resample import Interval, interval, intervals, resamples, totals
from kuski.terms import ZONES

DRAWS = 1000


def portfolio(
    cut: Measured,
    scale: Scale,
    rng: np.random.Generator,
    *,
    rules: Sequence[tuple[RuleNumbers, ...]] = (),
    served: Sequence[bool] = (),
) -> tuple[CutNumbers, tuple[SegmentNumbers, ...]] | None:
    """Turn a cut's sums into numbers; None where nobody is at the top."""
    if not cut.rows[:, list(scale.top)].any():
        return None
    drawn = resamples(cut.rows.sum(axis=1), n_draws=DRAWS, rng=rng)
    found = headroom(cut.cross, cut.rows, top=scale.top, resamples=drawn, rng=rng, origin=cut.base)
    by_level = cut.heads.sum(axis=2)
    people = cut.times * by_level.sum(axis=1)
    now = intervals(found.now, drawn, held=found.held)
    gains = believed_intervals(found.believed, drawn, held=found.held)
    first = _first(found, drawn.replicates)
    zones, zone_ends = _zones(cut, scale, rng)
    up, up_ends, expected, moves = _moves(cut, scale, rng)
    segments = []
    for i, name in enumerate(cut.segments):
        gain = gains[i]
        total = None if gain is None else Interval(gain.low * people[i], gain.high * people[i])
        silent = None if cut.silent is None else _share(cut.silent[i], by_level[i].sum())
        strategic = None if cut.strategic is None else known(float(cut.strategic[i]))
        segments.append(
            SegmentNumbers(
                cut=cut.name,
                origin=cut.origin,
                segment=name,
                rule=rules[i] if rules else (),
                is_merged=bool(cut.merged) and i == len(cut.segments) - 1,
                people=float(people[i]),
                share=float(people[i] / people.sum()),
                silent_share=silent,
                n=int(found.rows[i]),
                worth=float(found.now[0, i]),
                worth_low=ends(now[i])[0],
                worth_high=ends(now[i])[1],
                headroom=known(found.believed[0, i]),
                headroom_low=ends(gain)[0],
                headroom_high=ends(gain)[1],
                headroom_total=known(found.believed[0, i] * people[i]),
                headroom_total_low=ends(total)[0],
                headroom_total_high=ends(total)[1],
                own_weight=float(found.own_weight[i]),
                grade=None if gain is None else _grade(float(found.own_weight[i])),
                first_probability=float(first[i]),
                below=float(zones[i, 0]),
                below_low=ends(zone_ends[0][i])[0],
                below_high=ends(zone_ends[0][i])[1],
                middle=float(zones[i, 1]),
                middle_low=ends(zone_ends[1][i])[0],
                middle_high=ends(zone_ends[1][i])[1],
                top=float(zones[i, 2]),
                top_low=ends(zone_ends[2][i])[0],
                top_high=ends(zone_ends[2][i])[1],
                up=known(up[i]),
                up_low=ends(up_ends[i])[0],
                up_high=ends(up_ends[i])[1],
                up_expected=known(expected[i]),
                moves=int(moves[i]),
                strategic=strategic,
                is_served=served[i] if served else None,
            )
        )
    whole = interval(found.whole, drawn)
    numbers = CutNumbers(
        cut=cut.name,
        origin=cut.origin,
        people=float(people.sum()),
        headroom=known(found.whole[0]),
        headroom_low=ends(whole)[0],
        headroom_high=ends(whole)[1],
        spread=found.between,
        merged=cut.merged,
    )
    return numbers, tuple(sorted(segments, key=lambda one: (one.is_merged, -(one.headroom or 0.0))))


def _grade(own: float) -> Grade:
    if own >= THRESHOLDS.own_a:
        return "A"
    return "B" if own >= THRESHOLDS.own_b else "C"


def _share(part: float, rest: float) -> float | None:
    return None if part + rest <= 0 else float(part / (part + rest))


def _first(found: Headroom, replicates: int) -> Floats:
    """Tell in how many draws each segment has the most headroom a person."""
    draws = np.nan_to_num(found.believed[1 + replicates :], nan=-np.inf)
    best = draws.argmax(axis=1)
    return np.bincount(best, minlength=draws.shape[1]) / len(draws)


def _zones(
    cut: Measured, scale: Scale, rng: np.random.Generator
) -> tuple[Floats, list[tuple[Interval | None, ...]]]:
    """Share each segment's people out by zone, shape (S, 3), with intervals by zone."""
    zones = np.array(scale.zones)
    by_zone = np.stack([cut.heads[:, zones == zone].sum(axis=1) for zone in ZONES], axis=1)
    if not by_zone.any():
        return np.full(by_zone.shape[:2], np.nan), [(None,) * len(by_zone)] * len(ZONES)
    drawn = resamples(by_zone.sum(axis=1), n_draws=DRAWS, rng=rng)
    sums = totals(np.moveaxis(by_zone, 2, 0), drawn)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = sums / sums.sum(axis=2, keepdims=True)
    held = (by_zone.sum(axis=1) > 0).sum(axis=1)
    found = [intervals(shares[..., place], drawn, held=held) for place in range(len(ZONES))]
    return shares[0], found


def _moves(
    cut: Measured, scale: Scale, rng: np.random.Generator
) -> tuple[Floats, tuple[Interval | None, ...], Floats, Floats]:
    """Tell who moved up from below the top, and who would have with everybody's odds."""
    segments = len(cut.segments)
    nothing = np.full(segments, np.nan)
    if cut.pairs is None or not cut.pairs.any():
        return nothing, (None,) * segments, nothing, np.zeros(segments)
    levels = cut.pairs.shape[1]
    earlier, later = np.indices((levels, levels))
    starts = np.array([place not in scale.top for place in range(levels)])
    pairs = cut.pairs * starts[:, None, None]
    if not pairs.any():
        return nothing, (None,) * segments, nothing, np.zeros(segments)
    is_up = (later > earlier)[..., None]
    parts = np.stack([(pairs * is_up).sum(axis=(1, 2)), pairs.sum(axis=(1, 2))])
    drawn = resamples(parts[1], n_draws=DRAWS, rng=rng)
    sums = totals(np.moveaxis(parts, 2, 0), drawn)
    from_level = pairs.sum(axis=(2, 3))
    with np.errstate(invalid="ignore", divide="ignore"):
        up = sums[:, 0] / sums[:, 1]
        odds = (pairs * is_up).sum(axis=(0, 2, 3)) / from_level.sum(axis=0)
        expected = (from_level @ np.nan_to_num(odds)) / from_level.sum(axis=1)
    held = (parts[1] > 0).sum(axis=1)
    return up[0], intervals(up, drawn, held=held), expected, from_level.sum(axis=1)
