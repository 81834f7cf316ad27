"""The numbers of `choose.budget`."""

from dataclasses import dataclass
from typing import Literal

from kuski.choose.scenarios import ScenarioName
from kuski.terms import ZoneName

Grade = Literal["safe", "likely", "bet"]


@dataclass(frozen=True, slots=True)
class PlanNumbers:
    """What one cell gets.

    Attributes
    ----------
    segment : str
    level : int or str
        A level of the score, or several as "1–3".
    zone : {"below", "middle", "top"}
    is_protected : bool
    action : str or None
        The actions' identifiers, joined by " + "; None for nothing.
    people : float
    cost : float
        A year.
    worth : float
        A year, against doing nothing.
    optimal_share : float
        Share of the draws in whose best plan the cell gets this, 0 to 1.
    grade : {"safe", "likely", "bet"}
    """

    segment: str
    level: int | str
    zone: ZoneName
    is_protected: bool
    action: str | None
    people: float
    cost: float
    worth: float
    worth_low: float
    worth_high: float
    optimal_share: float
    grade: Grade


@dataclass(frozen=True, slots=True)
class GroupNumbers:
    """What one action does in one zone: cells of the plan taken together.

    Attributes
    ----------
    action : str
    zone : {"below", "middle", "top"}
    segments : tuple of str
    is_everywhere : bool
        Whether all customers of the zone get it.
    people, cost, worth, optimal_share, grade
        As of `PlanNumbers`; the share is a mean by people.
    """

    action: str
    zone: ZoneName
    segments: tuple[str, ...]
    is_everywhere: bool
    people: float
    cost: float
    worth: float
    worth_low: float
    worth_high: float
    optimal_share: float
    grade: Grade


@dataclass(frozen=True, slots=True)
class TodayNumbers:
    """Today's spending, priced as the plan is.

    Attributes
    ----------
    cost : float
        Of all efforts for customers who are in a cell.
    worth : float
        What it brings at most: what is no action of the study counts as if spent at its best.
    regret : float
        What the best plan for the same money brings more, on the same draws.
    """

    cost: float
    worth: float
    worth_low: float
    worth_high: float
    regret: float
    regret_low: float
    regret_high: float


@dataclass(frozen=True, slots=True)
class FrontierNumbers:
    """What an amount of money could bring.

    Attributes
    ----------
    money : float
    worth : float
    shadow_price : float
        What the next unit of money brings there.
    """

    money: float
    worth: float
    worth_low: float
    worth_high: float
    shadow_price: float


@dataclass(frozen=True, slots=True)
class KnowingNumbers:
    """What it is worth to try an action before spending.

    Attributes
    ----------
    action : str
    lift, lift_sd : float
        What is believed now, once shrunk: points of the score, or worth where that is told.
    perfect : float
        Worth a year of knowing exactly what it brings.
    sample : float
        Worth a year of a trial with so many `customers`, half of them served.
    customers : int
    cost : float
        Of serving that half.
    """

    action: str
    lift: float
    lift_sd: float
    perfect: float
    sample: float
    customers: int
    cost: float


@dataclass(frozen=True, slots=True)
class ScenarioNumbers:
    """Another way of spending the same money, under the same rules.

    Attributes
    ----------
    scenario : {"even", "eliminate", "elevate", "bold", "optimum"}
    segments : tuple of str
        Those that the bold choice serves.
    people : float
        Customers who get anything.
    cost : float
    worth : float
    difference : float
        Worth of the plan less this worth, on the same draws.
    """

    scenario: ScenarioName
    segments: tuple[str, ...]
    people: float
    cost: float
    worth: float
    worth_low: float
    worth_high: float
    difference: float
    difference_low: float
    difference_high: float


@dataclass(frozen=True, slots=True)
class BudgetNumbers:
    """The numbers of `choose.budget`; money is for a year.

    Attributes
    ----------
    money : float or None
        What may be spent; today's cost where the study names none.
    cost : float or None
        What the plan costs.
    worth : float or None
        What it brings against doing nothing more.
    shadow_price : float or None
        What the next unit of money would bring.
    gap : float or None
        How far the worth may be below the best there is, as a share of the linear bound.
    promised : float or None
        What the same plan would promise if beliefs were taken at face value.
    knowing_all : float or None
        Worth of knowing everything before spending.
    pays_until : float or None
        Money up to which the next unit brings back at least itself; None where worth and cost have
        different units.
    enough : float or None
        Money beyond which more brings nothing.
    safe_share, likely_share, bet_share : float or None
        Share of the plan's cost by grade, 0 to 1; None where it costs nothing.
    guess_share : float or None
        Share of the plan's worth that stands on guesses.
    binding : tuple of str
        What is used up: "money" where more of it would bring more, an action for its capacity,
        "share: SEGMENT" for the cap on a segment.
    people : float
        Customers in a cell.
    people_left_out : float
        Customers with a score who are in none.
    people_unscored : float
        Customers who never gave a score.
    plan : tuple of PlanNumbers
        Every cell.
    groups : tuple of GroupNumbers
        The same by action and zone.
    today : TodayNumbers or None
    frontier : tuple of FrontierNumbers
    knowing : tuple of KnowingNumbers
    scenarios : tuple of ScenarioNumbers
    """

    money: float | None = None
    cost: float | None = None
    worth: float | None = None
    worth_low: float | None = None
    worth_high: float | None = None
    shadow_price: float | None = None
    gap: float | None = None
    promised: float | None = None
    knowing_all: float | None = None
    pays_until: float | None = None
    enough: float | None = None
    safe_share: float | None = None
    likely_share: float | None = None
    bet_share: float | None = None
    guess_share: float | None = None
    binding: tuple[str, ...] = ()
    people: float = 0.0
    people_left_out: float = 0.0
    people_unscored: float = 0.0
    plan: tuple[PlanNumbers, ...] = ()
    groups: tuple[GroupNumbers, ...] = ()
    today: TodayNumbers | None = None
    frontier: tuple[FrontierNumbers, ...] = ()
    knowing: tuple[KnowingNumbers, ...] = ()
    scenarios: tuple[ScenarioNumbers, ...] = ()
