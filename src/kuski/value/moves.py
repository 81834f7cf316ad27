"""Moves: what customers answer next time with nothing done."""

from dataclasses import dataclass

import numpy as np

from kuski.finding import ends, known
from kuski.moments import GROUPS, Answers
from kuski.roles import Roles
from kuski.stats.moves import moves
from kuski.stats.resample import resamples
from kuski.terms import ZoneName


@dataclass(frozen=True, slots=True)
class MoveNumbers:
    """What customers of one zone answer next time, in levels of the score, with nothing done."""

    zone: ZoneName
    n: int
    move: float | None
    move_low: float | None
    move_high: float | None
    left_zone: float | None
    left_zone_low: float | None
    left_zone_high: float | None


def moves_numbers(
    roles: Roles, panel: Answers | None, rng: np.random.Generator
) -> tuple[MoveNumbers, ...]:
    """Follow customers from one answer to their next."""
    if panel is None or roles.settings.responses.time is None:
        return ()
    pairs = panel.pairs()
    if not len(pairs.customer):
        return ()
    positions = np.array(roles.scale.positions)
    replicate = (pairs.customer % np.uint64(GROUPS)).astype(np.int64)
    drawn = resamples(np.bincount(replicate, minlength=GROUPS), rng=rng)
    found = moves(
        positions[pairs.first],
        positions[pairs.second],
        middle=positions[roles.scale.middle],
        top=positions[roles.scale.top[0]],
        replicate=replicate,
        resamples=drawn,
        weight=pairs.weight,
    )
    return tuple(
        MoveNumbers(
            move.zone,
            move.n,
            known(move.move),
            *ends(move.move_interval),
            known(move.left),
            *ends(move.left_interval),
        )
        for move in found
    )
