"""Agents: what a better encounter is worth, where chance decides who is served by whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from kuski.finding import ends, known
from kuski.moments import Category, Collected, Need, Variable
from kuski.roles import Alike, Roles
from kuski.stats.agents import LEAST_ANSWERS, AgentCells, agent_cells, residual
from kuski.stats.assignment import AgentShare, agent_share, goes_with_quality, holm
from kuski.stats.instrument import AgentEffect, agent_effect, critical_t, first_stage
from kuski.stats.resample import MIN_REPLICATES

BalanceStatus = Literal["ok", "small", "unseen", "sorted"]
Reason = Literal[
    "agents_none",
    "agents_many",
    "agents_few",
    "agents_no_alike",
    "agents_no_worth",
    "agents_sorted",
    "agents_weak",
]

_SCORE = 1


@dataclass(frozen=True, slots=True)
class AgentThresholds:
    """Where a claim about agents changes.

    Attributes
    ----------
    agents : int
        Fewer agents than this are refused.
    dummies : int
        The most 0/1 variables of one text that are held alike, of its commonest categories.
    chance : float
        Chance, adjusted for the number of columns, below which a column is not assigned by chance.
    small : float
        How far agents may differ in their customers, as a part of how far they differ in the score
        (both in standard deviations), for it to be let pass with a warning.
    unseen : float
        The same part that must be ruled out for the check to count as passed.
    strong : float
        F of the first stage below which the instrument is called weak.
    """

    agents: int = 20
    dummies: int = 5
    chance: float = 0.01
    small: float = 0.1
    unseen: float = 0.5
    strong: float = 10.0


THRESHOLDS = AgentThresholds()


@dataclass(frozen=True, slots=True)
class BalanceNumbers:
    """One thing the customers were before, over the agents.

    Attributes
    ----------
    column : str
    agent_share : float or None
        Share of its variance within channels that lies between agents; about 0 by chance.
    quality_slope : float or None
        Standard deviations by which the customers of an agent differ who is one standard deviation
        better; about 0 by chance.
    p : float or None
        Chance of so much where chance assigns, adjusted for the number of columns.
    relative : float or None
        How far agents differ in it, as a part of how far they differ in the score.
    unseen : float or None
        The largest such part that the data cannot rule out.
    status : {"ok", "small", "unseen", "sorted"}
    """

    column: str
    agent_share: float | None
    quality_slope: float | None
    p: float | None
    relative: float | None
    unseen: float | None
    status: BalanceStatus


@dataclass(frozen=True, slots=True)
class AgentsNumbers:
    """What agents bring.

    Attributes
    ----------
    agents : int
    n : int
        Answers they served that have everything that is needed.
    small_agents : int
        Agents (in a channel) left out since they served too few.
    agent_sd : float
        Standard deviation of the agents' true means, in points of the score.
    agent_share : float or None
        Share of the score's variance within channels that lies between agents.
    first_stage_slope : float or None
        Points of score per point of what other customers say of the agent.
    first_stage_f : float or None
    worth_per_point : float or None
        What a point of score that a better agent wins brings, in the unit of worth; the interval is
        that of Anderson and Rubin.
    ols, ols_alike : float or None
        The same by least squares, as found and with `alike` held alike: what a point goes with.
    beyond, beyond_alike : float or None
        What the agent's quality adds to each of the two, per point: below zero where it is too
        high, above zero where it is too low.
    other_ways_p : float or None
        Chance of agents differing so much in worth beside the score, where they do not.
    balance : tuple of BalanceNumbers
    """

    agents: int
    n: int
    small_agents: int
    agent_sd: float
    agent_share: float | None
    first_stage_slope: float | None
    first_stage_slope_low: float | None
    first_stage_slope_high: float | None
    first_stage_f: float | None
    worth_per_point: float | None = None
    worth_per_point_low: float | None = None
    worth_per_point_high: float | None = None
    ols: float | None = None
    ols_low: float | None = None
    ols_high: float | None = None
    beyond: float | None = None
    beyond_low: float | None = None
    beyond_high: float | None = None
    ols_alike: float | None = None
    ols_alike_low: float | None = None
    ols_alike_high: float | None = None
    beyond_alike: float | None = None
    beyond_alike_low: float | None = None
    beyond_alike_high: float | None = None
    other_ways_p: float | None = None
    balance: tuple[BalanceNumbers, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentsFound:
    """The agents' numbers, or why there are none.

    Attributes
    ----------
    numbers : AgentsNumbers or None
    refused : Reason or None
        Why `worth_per_point` is not given.
    """

    numbers: AgentsNumbers | None
    refused: Reason | None


def agent_need(roles: Roles) -> Need | None:
    """Ask for the moments of score, worth and `alike` by agent; None without agents.

    It is given up, rather than the run, where there are too many agents.
    """
    responses = roles.settings.responses
    if responses.agent is None:
        return None
    by: tuple[Category, ...] = (Category(responses.agent),)
    if responses.contact is not None:
        by = (Category(responses.contact), *by)
    worth = () if roles.worth is None else (roles.worth,)
    alike = tuple(part for one in roles.alike for part in _variables(one))
    return Need("responses", (roles.score, *worth, *alike), by, roles.weight, is_optional=True)


def agents_found(roles: Roles, collected: Collected) -> AgentsFound:
    """Estimate what a better encounter is worth, or say why that cannot be told."""
    need = agent_need(roles)
    if need is None:
        return AgentsFound(None, "agents_none")
    moments = collected.moments.get(need)
    if moments is None:
        return AgentsFound(None, "agents_many")
    cells = None
    if moments.n:
        cells = agent_cells(
            moments.cross,
            moments.rows,
            agents=[str(group[-1]) for group in moments.groups],
            strata=[str(group[0]) if len(group) > 1 else "" for group in moments.groups],
            least=max(LEAST_ANSWERS, roles.settings.study.disclosure),
        )
    if cells is None or cells.agents < THRESHOLDS.agents or cells.groups < MIN_REPLICATES:
        return AgentsFound(None, "agents_few")
    return _found(roles, cells)


def _found(roles: Roles, cells: AgentCells) -> AgentsFound:
    places = _places(roles)
    controls = [place for part in places for place in part]
    spread = _share_between(cells, [_SCORE], controls)
    if not (cells.varies[_SCORE] and np.isfinite(spread.p)):
        return AgentsFound(None, "agents_weak")
    balance = _balance(cells, spread, [one.name for one in roles.alike], places)
    numbers = _without_worth(cells, spread, controls, balance)
    if roles.worth is None or not cells.varies[_SCORE + 1]:
        return AgentsFound(numbers, "agents_no_worth")
    if not balance:
        return AgentsFound(numbers, "agents_no_alike")
    if any(column.status == "sorted" for column in balance):
        return AgentsFound(numbers, "agents_sorted")
    effect = agent_effect(cells, outcome=_SCORE + 1, score=_SCORE, controls=controls)
    if effect.interval is None:
        return AgentsFound(numbers, "agents_weak")
    return AgentsFound(_with_worth(cells, numbers, effect, controls), None)


def _variables(alike: Alike) -> tuple[Variable, ...]:
    return alike.variables[: THRESHOLDS.dummies]


def _places(roles: Roles) -> list[list[int]]:
    """Say where in z the variables of each `alike` stand."""
    start = _SCORE + 1 + (roles.worth is not None)
    places = []
    for alike in roles.alike:
        size = len(_variables(alike))
        places.append(list(range(start, start + size)))
        start += size
    return places


def _share_between(
    cells: AgentCells, columns: Sequence[int], controls: Sequence[int] = ()
) -> AgentShare:
    return agent_share(cells, np.stack([residual(cells, column, controls) for column in columns]))


def _balance(
    cells: AgentCells, spread: AgentShare, names: Sequence[str], places: Sequence[Sequence[int]]
) -> tuple[BalanceNumbers, ...]:
    """Ask of each column whether agents, or better agents, get other customers."""
    columns = [[place for place in part if cells.varies[place]] for part in places]
    asked = [(name, part) for name, part in zip(names, columns, strict=True) if part]
    score = residual(cells, _SCORE, ())
    found = []
    for _, part in asked:
        shares = _share_between(cells, part)
        slopes = [goes_with_quality(cells, residual(cells, i, ()), score=score) for i in part]
        found.append((shares, min(slopes, key=lambda slope: slope.p)))
    # Each column is asked 1 + m times: as a whole, and of each of its m variables.
    chances = [
        min(1.0, 2 * min(shares.p, len(part) * slope.p))
        for (_, part), (shares, slope) in zip(asked, found, strict=True)
    ]
    return tuple(
        _balance_of(name, shares, slope.slope, float(p), spread)
        for (name, _), (shares, slope), p in zip(asked, found, holm(chances), strict=True)
    )


def _balance_of(
    name: str, shares: AgentShare, slope: float, p: float, spread: AgentShare
) -> BalanceNumbers:
    highest = np.sqrt(max(shares.share + 1.645 * shares.se, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.float64(np.nanmax([shares.sd, abs(slope)])) / spread.sd
        unseen = max(np.float64(highest) / spread.sd, relative)
    status: BalanceStatus = "ok" if unseen < THRESHOLDS.unseen else "unseen"
    if p < THRESHOLDS.chance:
        status = "small" if relative < THRESHOLDS.small else "sorted"
    return BalanceNumbers(
        column=name,
        agent_share=known(shares.share),
        quality_slope=known(slope),
        p=known(p),
        relative=known(float(relative)),
        unseen=known(float(unseen)),
        status=status,
    )


def _without_worth(
    cells: AgentCells,
    spread: AgentShare,
    controls: Sequence[int],
    balance: tuple[BalanceNumbers, ...],
) -> AgentsNumbers:
    first = first_stage(cells, score=_SCORE, controls=controls)
    reach = critical_t(cells) * first.slope.se
    score = residual(cells, _SCORE, controls)
    variance = float(score @ cells.whole @ score) / float(cells.whole[0, 0])
    sd = float(cells.scale[_SCORE]) * variance**0.5
    return AgentsNumbers(
        agents=cells.agents,
        n=cells.n,
        small_agents=cells.small,
        agent_sd=sd * spread.sd,
        agent_share=known(spread.share),
        first_stage_slope=known(first.slope.value),
        first_stage_slope_low=known(first.slope.value - reach),
        first_stage_slope_high=known(first.slope.value + reach),
        first_stage_f=known(first.f),
        balance=balance,
    )


def _with_worth(
    cells: AgentCells, numbers: AgentsNumbers, effect: AgentEffect, controls: Sequence[int]
) -> AgentsNumbers:
    crude = agent_effect(cells, outcome=_SCORE + 1, score=_SCORE, controls=())
    low, high = ends(effect.interval)
    beyond, beyond_alike = crude.beyond_interval, effect.beyond_interval
    return replace(
        numbers,
        worth_per_point=known(effect.effect.value),
        worth_per_point_low=low,
        worth_per_point_high=high,
        ols=known(crude.ols.value),
        ols_low=crude.ols_interval.low,
        ols_high=crude.ols_interval.high,
        beyond=known(crude.beyond.value),
        beyond_low=beyond.low,
        beyond_high=beyond.high,
        ols_alike=known(effect.ols.value),
        ols_alike_low=effect.ols_interval.low,
        ols_alike_high=effect.ols_interval.high,
        beyond_alike=known(effect.beyond.value),
        beyond_alike_low=beyond_alike.low,
        beyond_alike_high=beyond_alike.high,
        other_ways_p=known(_other_ways(cells, effect, controls)),
    )


def _other_ways(cells: AgentCells, effect: AgentEffect, controls: Sequence[int]) -> float:
    """Ask whether agents differ in worth beside what the score brings."""
    per_point = effect.effect.value * cells.scale[_SCORE] / cells.scale[_SCORE + 1]
    rest = residual(cells, _SCORE + 1, controls) - per_point * residual(cells, _SCORE, controls)
    return agent_share(cells, rest).p
