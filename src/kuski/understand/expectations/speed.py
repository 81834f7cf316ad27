"""Speed: how fast expectations follow, from customers who answered again and again."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from kuski.finding import ends, known
from kuski.moments import GROUPS, Answers, Panel, Variable
from kuski.roles import Roles
from kuski.stats.adaptation import Adaptation, adaptation, half_life
from kuski.stats.occasions import Occasions, occasions
from kuski.stats.resample import resamples
from kuski.understand.expectations.expectation import ExpectationsNumbers

Outcome = Literal[
    "given",
    "unsure",
    "open",
    "none",
    "carried",
    "no_customer",
    "no_time",
    "no_repeats",
    "no_interval",
]

# Most answers that are put in order, which takes a second: more of them tell hardly more.
MOST = 200_000

# A time that could not be read, as the engine marks it.
_UNREAD = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the speed of expectations is refused.

    Attributes
    ----------
    widest : float
        Width of its interval, 0 to 1, beyond which nothing is known of it.
    slight : float
        Pull that is as good as none: where the interval holds zero and more than this besides, it
        is left open whether there is one.
    """

    widest: float = 0.75
    slight: float = 0.15


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class Speed:
    """What repeated answers say of expectations, and whether they say anything of their speed.

    Attributes
    ----------
    outcome : str
        "given"; "unsure" where almost any speed would do; "none" where there is no pull worth it,
        "open" where there may or may not be one, and "carried" where good experiences lift the next
        score too; else why it could not be tried.
    found : Adaptation or None
    """

    outcome: Outcome
    found: Adaptation | None = None


def speed_panel(roles: Roles) -> Panel | None:
    """Ask for every answer of a bounded part of the customers; None where nobody is told apart."""
    columns = _columns(roles)
    if refused(roles) is not None or not columns:
        return None
    return replace(roles.panel, columns=(roles.score, *columns))


def refused(roles: Roles) -> Outcome | None:
    """Say what the study lacks for repeated answers in order; None where it lacks nothing."""
    if not roles.has_customers:
        return "no_customer"
    return None if roles.settings.responses.time else "no_time"


def repeated(roles: Roles, panel: Answers | None) -> Occasions | None:
    """Put the panel's answers in order; None where nobody answered twice in a row."""
    columns = _columns(roles)
    if panel is None or not columns or refused(roles) is not None:
        return None
    while len(panel) > MOST:
        panel = panel.within(panel.halvings + 1)
    read = panel.time != _UNREAD
    return occasions(
        panel.customer[read],
        panel.time[read],
        panel.of(roles.score)[read],
        np.column_stack([panel.of(column)[read] for column in columns]),
        replicates=GROUPS,
        weight=panel.weight[read],
    )


def speed(roles: Roles, given: Occasions | None, rng: np.random.Generator) -> Speed:
    """Estimate λ, and say whether it may be told."""
    lacking = refused(roles)
    if lacking is not None:
        return Speed(lacking)
    if given is None or (given.position < 2).all():
        return Speed("no_repeats")
    drawn = resamples(np.bincount(given.replicate, minlength=GROUPS), rng=rng)
    found = adaptation(given, drawn)
    return Speed(outcome_of(found), found)


def outcome_of(found: Adaptation) -> Outcome:
    """Say whether the speed may be told, or why not."""
    contrast, around = found.contrast_interval, found.speed_interval
    if contrast is None:
        return "no_interval"
    if contrast.high < 0:
        return "carried"
    if contrast.low <= 0:
        return "none" if contrast.high <= THRESHOLDS.slight else "open"
    is_wide = around is None or around.high - around.low > THRESHOLDS.widest
    return "unsure" if is_wide else "given"


def with_speed(numbers: ExpectationsNumbers, speed: Speed) -> ExpectationsNumbers:
    """Put the numbers in; λ, its half-life and the pull only where they may be told."""
    found = speed.found
    if found is None:
        return numbers
    low, high = ends(found.contrast_interval)
    tried = replace(
        numbers,
        contrast=known(found.contrast),
        contrast_low=low,
        contrast_high=high,
        n_panel=found.n,
        customers_panel=found.customers,
    )
    return _told(tried, found) if speed.outcome == "given" else tried


def _told(numbers: ExpectationsNumbers, found: Adaptation) -> ExpectationsNumbers:
    low, high = ends(found.speed_interval)
    pull_low, pull_high = ends(found.pull_interval)
    feedback_low, feedback_high = ends(found.feedback_interval)
    return replace(
        numbers,
        lambda_=found.speed,
        lambda_low=low,
        lambda_high=high,
        lambda_uncorrected=found.speed_uncorrected,
        half_life_answers=half_life(found.speed),
        half_life_answers_low=None if high is None else half_life(high),
        half_life_answers_high=None if low is None else half_life(low),
        pull=known(found.pull),
        pull_low=pull_low,
        pull_high=pull_high,
        feedback=known(found.feedback),
        feedback_low=feedback_low,
        feedback_high=feedback_high,
    )


def _columns(roles: Roles) -> tuple[Variable, ...]:
    return tuple(part for driver in roles.choice.drivers for part in driver.variables)
