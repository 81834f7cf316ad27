"""The seed: what leaders tell of excellent service, what they plan on, and what is rewarded."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.finding import ends, known
from kuski.moments import Collected
from kuski.roles import Roles
from kuski.stats.forecasts import mean_interval
from kuski.stats.proportions import share_interval
from kuski.stats.resample import interval
from kuski.terms import HUMAN_CONTACTS
from kuski.understand.importance import driver_positions
from kuski.understand.mirror.figure import divided_factors
from kuski.understand.mirror.forecast import Forecasts
from kuski.understand.mirror.teller import Teller, Told, told
from kuski.understand.mirror.truth import Truths

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SeedFactor:
    """One factor, 0 to 1 throughout.

    Attributes
    ----------
    factor : str
    leaders_told, customers_told : float or None
        Share of their excellent stories that is about it.
    planned : float or None
        Mean of the importances that the leaders guess.
    rewarded : float or None
        Its share in what goes with the customers' score.
    """

    factor: str
    leaders_told: float | None
    customers_told: float | None
    planned: float | None
    rewarded: float | None


@dataclass(frozen=True, slots=True)
class SeedNumbers:
    """People in service: as told by leaders and customers, as planned on, and as rewarded.

    Attributes
    ----------
    leaders_n, customers_n : int
        Excellent stories that each told with a known kind of contact.
    leaders_told, customers_told : float or None
        Share of them in which a human served, 0 to 1, with Wilson's interval.
    planned : float or None
        Share of all importance that the leaders give to the factors whose drivers are human; its
        interval is for the mean of such leaders.
    rewarded : float or None
        The same of what goes with the customers' score.
    human : tuple of str
        Those factors.
    factors : tuple of SeedFactor
        Empty where stories have no coded factor.
    """

    leaders_n: int
    customers_n: int
    leaders_told: float | None
    leaders_told_low: float | None
    leaders_told_high: float | None
    customers_told: float | None
    customers_told_low: float | None
    customers_told_high: float | None
    planned: float | None
    planned_low: float | None
    planned_high: float | None
    rewarded: float | None
    rewarded_low: float | None
    rewarded_high: float | None
    human: tuple[str, ...]
    factors: tuple[SeedFactor, ...]


def seed_numbers(
    roles: Roles, collected: Collected, guessed: Forecasts, truths: Truths
) -> SeedNumbers | None:
    """Set leaders' own stories beside what they plan on; None where no leader told a story."""
    least = roles.settings.study.disclosure
    contacts = told(roles, collected, "contact")
    if contacts is None or contacts.n("leader") < least:
        return None
    human = human_factors(roles)
    planned, rewarded = _planned(human, guessed, truths), _rewarded(human, truths)
    return SeedNumbers(
        contacts.n("leader"),
        contacts.n("customer"),
        *_told_share(contacts, "leader", least),
        *_told_share(contacts, "customer", least),
        *planned,
        *rewarded,
        human=human,
        factors=_factors(told(roles, collected, "factor"), guessed, truths, least),
    )


def human_factors(roles: Roles) -> tuple[str, ...]:
    """Name the factors whose drivers are all human."""
    kinds = {
        place: driver.kind
        for driver, places in zip(roles.choice.drivers, driver_positions(roles), strict=True)
        for place in places
    }
    return tuple(
        name
        for name, places in divided_factors(roles).items()
        if all(kinds[place] == "human" for place in places)
    )


def _told_share(
    stories: Told, teller: Teller, least: int
) -> tuple[float | None, float | None, float | None]:
    n, share = stories.n(teller), stories.share(teller, HUMAN_CONTACTS)
    if share is None or n < least:
        return None, None, None
    return share, *ends(share_interval(share, n))


def _planned(
    human: Sequence[str], guessed: Forecasts, truths: Truths
) -> tuple[float | None, float | None, float | None]:
    """Give the part of all importance that leaders who guessed all of it give to people."""
    important = [i for i, figure in enumerate(truths.figures) if figure.kind == "importance"]
    guesses = guessed.guesses[:, important]
    whole = guesses.sum(axis=1)
    each = guesses[:, _is_human(human, truths, important)].sum(axis=1) / np.where(
        whole > 0, whole, np.nan
    )
    each = each[np.isfinite(each)]
    if not human or not _is_whole(truths) or not each.size:
        return None, None, None
    return float(each.mean()), *ends(mean_interval(each))


def _rewarded(
    human: Sequence[str], truths: Truths
) -> tuple[float | None, float | None, float | None]:
    """Give the part of what goes with the score that falls to people."""
    if not human or not _is_whole(truths):
        return None, None, None
    important = [i for i, figure in enumerate(truths.figures) if figure.kind == "importance"]
    values = truths.importances[:, _is_human(human, truths, important)].sum(axis=1)
    return float(values[0]), *ends(interval(values, truths.drawn))


def _is_human(
    human: Sequence[str], truths: Truths, important: Sequence[int]
) -> npt.NDArray[np.bool_]:
    return np.array([truths.figures[i].name in human for i in important], dtype=bool)


def _is_whole(truths: Truths) -> bool:
    """Tell whether the factors that were guessed make up all of what is rewarded."""
    return abs(float(truths.importances[0].sum()) - 1) < 1e-6


def _factors(
    stories: Told | None, guessed: Forecasts, truths: Truths, least: int
) -> tuple[SeedFactor, ...]:
    if stories is None or stories.n("leader") < least:
        return ()
    places = {
        figure.name: i for i, figure in enumerate(truths.figures) if figure.kind == "importance"
    }
    names = dict.fromkeys((*places, *stories.names))
    return tuple(_factor(name, stories, places.get(name), guessed, truths, least) for name in names)


def _factor(
    name: str,
    stories: Told,
    place: int | None,
    guessed: Forecasts,
    truths: Truths,
    least: int,
) -> SeedFactor:
    by_customers = stories.share("customer", [name]) if stories.n("customer") >= least else None
    if place is None:
        return SeedFactor(name, stories.share("leader", [name]), by_customers, None, None)
    return SeedFactor(
        factor=name,
        leaders_told=stories.share("leader", [name]),
        customers_told=by_customers,
        planned=float(np.nanmean(guessed.guesses[:, place])),
        rewarded=known(truths.estimates[place]),
    )
