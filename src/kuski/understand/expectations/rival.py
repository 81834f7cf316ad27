"""Rivals: where the company stands among those that the same people score."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from kuski.finding import ends, known
from kuski.moments import GROUPS, Answers, Panel
from kuski.roles import Roles
from kuski.stats.resample import Resamples, interval, resamples
from kuski.stats.wallet import Standing, standing
from kuski.understand.expectations.expectation import ExpectationsNumbers, RivalNumbers

Floats = npt.NDArray[np.float64]


def rival_panel(roles: Roles) -> Panel | None:
    """Ask for the scores of other companies, answer by answer; None where none were asked."""
    return replace(roles.panel, columns=(roles.score, *roles.rivals)) if roles.rivals else None


def with_rivals(
    numbers: ExpectationsNumbers, roles: Roles, panel: Answers | None, rng: np.random.Generator
) -> ExpectationsNumbers:
    """Compare with each rival that enough people score to be shown."""
    if panel is None or not roles.rivals:
        return numbers
    columns = [panel.of(column) for column in (roles.score, *roles.rivals)]
    scores = np.column_stack(columns).astype(np.float64)
    theirs = scores[:, 1:]
    shown = np.isfinite(scores[:, :1]) & np.isfinite(theirs) & (panel.weight > 0)[:, None]
    is_compared = np.asarray(shown.any(axis=1))
    least = max(roles.settings.study.disclosure, 1)
    if is_compared.sum() < least:
        return replace(numbers, n_compared=int(is_compared.sum()))
    replicate = (panel.customer % np.uint64(GROUPS)).astype(np.int64)
    drawn = resamples(np.bincount(replicate[is_compared], minlength=GROUPS), rng=rng)
    found = standing(scores, replicate=replicate, resamples=drawn, weight=panel.weight)
    held = [len(np.unique(replicate[shown[:, i]])) for i in range(len(roles.rivals))]
    alone, best, wallet = (
        _estimate(values, drawn) for values in (found.best_alone, found.best, found.wallet)
    )
    return replace(
        numbers,
        n_compared=found.n,
        rivals=tuple(
            _rival(rival.column, i, found, held[i], drawn)
            for i, rival in enumerate(roles.rivals)
            if found.n_rivals[i] >= least
        ),
        best_alone_share=alone[0],
        best_alone_share_low=alone[1],
        best_alone_share_high=alone[2],
        best_share=best[0],
        best_share_low=best[1],
        best_share_high=best[2],
        wallet_share=wallet[0],
        wallet_share_low=wallet[1],
        wallet_share_high=wallet[2],
    )


def _rival(name: str, i: int, found: Standing, held: int, drawn: Resamples) -> RivalNumbers:
    ours, theirs = found.ours[:, i], found.theirs[:, i]
    return RivalNumbers(
        name,
        int(found.n_rivals[i]),
        known(ours[0]),
        known(theirs[0]),
        *_estimate(ours - theirs, drawn, held),
        *_estimate(found.better[:, i], drawn, held),
        known(found.even[0, i]),
        known(found.rival_wallet[0, i]),
    )


def _estimate(
    values: Floats, drawn: Resamples, held: int | None = None
) -> tuple[float | None, float | None, float | None]:
    return (known(values[0]), *ends(interval(values, drawn, held=held)))
