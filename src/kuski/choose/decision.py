"""Decision: the problem and its best plan, made once in a run for all findings that tell of it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kuski.choose.plan import Plan, money_of, plan_of
from kuski.choose.problem import Problem, problem_of
from kuski.finding import Refusal
from kuski.moments import Collected
from kuski.roles import Roles

_NAME = "choose.decision"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be decided, and what is best.

    Attributes
    ----------
    problem : Problem
    plan : Plan or Refusal
        Refused where it is not known how much money there is, or where no plan keeps the rules.
    """

    problem: Problem
    plan: Plan | Refusal


def decision_of(roles: Roles, collected: Collected, rng: np.random.Generator) -> Decision | Refusal:
    """Set the problem up and find the best plan for the study's money.

    Parameters
    ----------
    roles : Roles
    collected : Collected
        With what `problem_needs` asked for.
    rng : numpy.random.Generator

    Returns
    -------
    Decision or Refusal
        The refusal is then given the finding's name with `Refusal.of`.

    Raises
    ------
    DataError, InputError
        As `problem_of`.

    Notes
    -----
    All findings of a run start from one seed, so that they see the same draws. What was made for
    the first of them is kept with the sums for the others: for the same roles, in the same state of
    the generator, which is left as if it had been made anew.
    """
    before = rng.bit_generator.state
    kept = collected.shared.get(_NAME)
    if not isinstance(kept, _Kept) or kept.roles is not roles or kept.before != before:
        decision = _decision(roles, collected, rng)
        kept = _Kept(roles, before, rng.bit_generator.state, decision)
        collected.shared[_NAME] = kept
    rng.bit_generator.state = kept.after
    return kept.decision


def _decision(roles: Roles, collected: Collected, rng: np.random.Generator) -> Decision | Refusal:
    problem = problem_of(roles, collected, rng)
    if isinstance(problem, Refusal):
        return problem
    money = money_of(problem, roles.settings.choose)
    return Decision(problem, money if isinstance(money, Refusal) else plan_of(problem, money))


@dataclass(frozen=True, slots=True)
class _Kept:
    """A decision, and what it was made of."""

    roles: Roles
    before: Any
    after: Any
    decision: Decision | Refusal
