"""A figure that leaders guess and customers answer: its name and its scale."""

from dataclasses import dataclass
from typing import Literal

from kuski.roles import Roles
from kuski.stats.shapley import MOST_EXACT
from kuski.terms import REASON_GROUPS, ZONES
from kuski.understand.factor import factor_positions

FigureKind = Literal["importance", "leaving", "share", "score", "nps", "driver"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that can be guessed.

    Attributes
    ----------
    what : str
        Its name in the table of forecasts, as ``"leaving_price"``.
    kind : {"importance", "leaving", "share", "score", "nps", "driver"}
    name : str
        The factor, group of reasons, zone or driver; empty for the score's mean and the NPS.
    low, high : float
        Ends of its scale.
    """

    what: str
    kind: FigureKind
    name: str
    low: float
    high: float

    @property
    def is_share(self) -> bool:
        """Whether it is a share, 0 to 1."""
        return self.kind in ("importance", "leaving", "share")

    @property
    def width(self) -> float:
        """How long its scale is."""
        return self.high - self.low


def figures(roles: Roles) -> dict[str, Figure]:
    """List every figure that this study can answer, by its `spelled` name."""
    found = [_share("importance", factor) for factor in divided_factors(roles)]
    if roles.reason is not None:
        found += [_share("leaving", group) for group in REASON_GROUPS]
    found += [_share("share", zone) for zone in ZONES]
    if roles.score.scale is not None:
        found.append(Figure("mean_score", "score", "", *roles.score.scale))
    if roles.recommend is not None:
        found.append(Figure("nps", "nps", "", -100.0, 100.0))
    found += [
        Figure(f"mean_{driver.column}", "driver", driver.column, *driver.scale)
        for driver in roles.drivers
        if driver.scale is not None
    ]
    named: dict[str, Figure] = {}
    for figure in found:
        # A driver may be called "score".
        named.setdefault(spelled(figure.what), figure)
    return named


def divided_factors(roles: Roles) -> dict[str, tuple[int, ...]]:
    """Name the factors among which importance can be divided, with their drivers' places in z.

    None where two factors share a driver, or where there are too many for it to be done exactly.
    """
    found = factor_positions(roles)
    places = [place for group in found.values() for place in group]
    # All drivers of no factor count as one more.
    is_divisible = len(set(places)) == len(places) and len(found) < MOST_EXACT
    return found if is_divisible else {}


def spelled(what: str) -> str:
    """Write a figure's name as it is compared: small letters, underscores for what parts words."""
    return "_".join(what.casefold().replace("-", " ").replace("_", " ").split())


def _share(kind: FigureKind, name: str) -> Figure:
    return Figure(f"{kind}_{name}", kind, name, 0.0, 1.0)
