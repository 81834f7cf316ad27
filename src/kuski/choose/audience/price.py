"""Price: what it costs to move one person from a content score to the top."""

import numpy as np

from kuski.choose.action import action_needs, actions_of
from kuski.choose.lift import lifts_of
from kuski.moments import Collected, Needs
from kuski.roles import Roles


def price_needs(roles: Roles) -> Needs:
    """Ask for the actions, where the study names any with a lift."""
    part = roles.settings.actions
    return Needs() if part is None or not _has_price(roles) else action_needs(part)


def price_of(roles: Roles, collected: Collected, *, steps: float) -> float | None:
    """Price a move of so many points by the cheapest action that everybody may get.

    Parameters
    ----------
    steps : float
        Points of the score from the mean content score to the top.

    Returns
    -------
    float or None
        In the unit of worth; None where no action that everybody may get is believed to lift the
        score, or where costs have another unit than worth, so that neither can be taken off the
        other.

    Notes
    -----
    Cost per point of the *shrunk* lift times the points, as if points could be bought one after
    another at one price: a yardstick for whom to serve first, and no quotation.
    """
    part = roles.settings.actions
    if part is None or not _has_price(roles):
        return None
    actions = actions_of(roles, collected)
    span = roles.scale.positions[-1] - roles.scale.positions[0]
    points = lifts_of(actions, span=span, slope=0.0, draws=1, rng=np.random.default_rng(0)).points[
        0
    ]
    prices = [
        steps * action.cost / float(lift)
        for action, lift in zip(actions, points, strict=True)
        if not action.column and action.worth is None and lift > 0
    ]
    return min(prices, default=None)


def _has_price(roles: Roles) -> bool:
    """Tell whether actions lift the score at a cost in the unit of worth."""
    part = roles.settings.actions
    return part is not None and part.lift is not None and part.cost.unit == roles.worth_unit
