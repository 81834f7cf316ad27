"""Signers: who must answer for letting these people down."""

from dataclasses import dataclass
from typing import Literal, get_args

from kuski.choose.disappointed.ledger import ComparisonNumbers

Role = Literal["head_of_service", "managing_director", "board"]
Cause = Literal["anybody", "people", "worth", "protected_less", "protected_let_down"]

ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where a signature of more weight is needed.

    A head of service decides on service every day; beyond a tenth of the customers, or of what the
    plan brings, it is the direction of the company, and beyond a third of either it is what the
    company is. Protected customers are never for one person alone.

    Attributes
    ----------
    director_people, board_people : float
        Share of all people in the plan who are let down: expected to score lower, 0 to 1.
    director_worth, board_worth : float
        Worth that may be lost in them (the high end of its interval), as a share of what the plan
        brings.
    """

    director_people: float = 0.1
    board_people: float = 1 / 3
    director_worth: float = 0.1
    board_worth: float = 1 / 3


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class SignerNumbers:
    """One reason for a signature.

    Attributes
    ----------
    role : {"head_of_service", "managing_director", "board"}
    cause : {"anybody", "people", "worth", "protected_less", "protected_let_down"}
        Somebody gets less at all; how many are let down; what may be lost; protected customers get
        less; or are let down.
    against : {"today", "equal"}
    value : float
        People, or a share between 0 and 1 where the cause is "people" or "worth".
    limit : float
        That decided.
    """

    role: Role
    cause: Cause
    against: str
    value: float
    limit: float


def signers(
    today: ComparisonNumbers | None, equal: ComparisonNumbers, *, worth: float
) -> tuple[SignerNumbers, ...]:
    """Say who must sign, and why; the weightiest signature first.

    Parameters
    ----------
    today, equal : ComparisonNumbers
    worth : float
        What the whole plan brings.

    Returns
    -------
    tuple of SignerNumbers
        Empty where nobody gets less. What is compared with is today where the study says what is
        done, and an equal share elsewhere: that is what people would notice.
    """
    found = equal if today is None else today
    if found.people <= 0:
        return ()
    limits = THRESHOLDS
    causes = [SignerNumbers("head_of_service", "anybody", found.against, found.people, 0.0)]
    lost = max(found.worth_lost_high or found.worth_lost, 0.0)
    shares: tuple[tuple[Cause, float, float, float], ...] = (
        (
            "people",
            found.let_down / found.whole.people,
            limits.director_people,
            limits.board_people,
        ),
        (
            "worth",
            lost / worth if worth > 0 else float(lost > 0),
            limits.director_worth,
            limits.board_worth,
        ),
    )
    for cause, value, director, board in shares:
        if value > board:
            causes.append(SignerNumbers("board", cause, found.against, value, board))
        elif value > director:
            causes.append(SignerNumbers("managing_director", cause, found.against, value, director))
    if found.protected_let_down > 0:
        causes.append(
            SignerNumbers(
                "board", "protected_let_down", found.against, found.protected_let_down, 0.0
            )
        )
    elif found.protected > 0:
        causes.append(
            SignerNumbers(
                "managing_director", "protected_less", found.against, found.protected, 0.0
            )
        )
    return tuple(sorted(causes, key=lambda one: -ROLES.index(one.role)))
