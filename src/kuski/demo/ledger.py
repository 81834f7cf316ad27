"""Keep the sums from which the true values follow, batch by batch."""

from collections.abc import Mapping, Sequence

import numpy as np

from kuski.demo import company
from kuski.demo.batch import Batch
from kuski.demo.company import Claims, Floats, Integers
from kuski.demo.efforts import KINDS
from kuski.demo.leaving import left_within
from kuski.demo.segments import segment_sums

Sums = Mapping[str, Floats]

UNKNOWN_ZONE = len(company.ZONES)
TOLD_MONTHS = (3, 6, 9, 12)


def added(left: Sums, right: Sums) -> Sums:
    """Add the sums of a batch to those before it, of which there may be none."""
    return {name: left.get(name, 0.0) + value for name, value in right.items()}


def batch_sums(batch: Batch) -> Sums:
    """Sum a batch up: every entry is a count or a sum, so that batches add.

    Notes
    -----
    Truths use the distinct answers with a valid score, survey-weighted, without the noise of the
    outcome: `Answers.expected_spend` in place of `spend`, `company.expected_score` in place of
    the score, `Leaving.chance` in place of the leaving.
    """
    answers, dirt = batch.answers, batch.dirt
    is_valid = ~answers.is_silent & (dirt.score != company.SCORE_UNKNOWN)
    weight = np.where(is_valid, batch.customers.weight[answers.customer], 0.0)
    return {
        **_levels(batch, is_valid, weight),
        **_leaving(batch, weight),
        **_moves(batch, is_valid, weight),
        **_drivers(batch, weight),
        **_years(batch, weight),
        **_rivals(batch, weight),
        **_agents(batch, weight),
        **_efforts(batch, is_valid),
        **_people(batch, is_valid),
        **_cells(batch, is_valid),
        **segment_sums(batch, is_valid),
        **_dirt(batch),
    }


def _by(place: Integers, size: int, values: Floats | Claims | None = None) -> Floats:
    """Sum values (or count) by place; shape (size,)."""
    return np.bincount(place, values, minlength=size).astype(np.float64)


def _levels(batch: Batch, is_valid: Claims, weight: Floats) -> Sums:
    """Sum money, and what came before, by level."""
    answers = batch.answers
    level = answers.score.astype(np.int64) - 1
    alike = batch.customers.alike[answers.customer]
    return {
        "level_n": _by(level, company.LEVELS, is_valid),
        "level_weight": _by(level, company.LEVELS, weight),
        "level_spend": _by(level, company.LEVELS, weight * answers.expected_spend),
        "alike": weight @ alike,
    }


def _leaving(batch: Batch, weight: Floats) -> Sums:
    """Sum cross-products of what came before with the chance of leaving, by level."""
    answers = batch.answers
    alike = batch.customers.alike[answers.customer]
    columns = np.column_stack([np.ones(len(alike)), alike])
    chance = batch.leaving.chance.sum(axis=1)[answers.customer]
    inner = np.zeros((company.LEVELS, 4, 4))
    outer = np.zeros((company.LEVELS, 4))
    for place in range(company.LEVELS):
        chosen = answers.score == place + 1
        weighted = columns[chosen] * weight[chosen, None]
        inner[place] = weighted.T @ columns[chosen]
        outer[place] = weighted.T @ chance[chosen]
    causes = batch.leaving.chance
    return {
        "leaving_inner": inner,
        "leaving_outer": outer,
        "leaving_cause": causes.sum(axis=0),
        "leaving_by_month": np.array(
            [left_within(causes, months).sum(axis=0) for months in TOLD_MONTHS]
        ),
        "leaving_cause_drawn": _by(batch.leaving.cause + 1, len(company.REASONS) + 1),
        "leaving_said_drawn": _by(batch.leaving.said + 1, len(company.REASONS) + 1),
    }


def _moves(batch: Batch, is_valid: Claims, weight: Floats) -> Sums:
    """Sum the expected move to the next answer, by level of this one."""
    answers = batch.answers
    follows = answers.customer[1:] == answers.customer[:-1]
    now = np.flatnonzero(follows & is_valid[1:] & is_valid[:-1])
    level = answers.score[now].astype(np.int64)
    move = company.expected_score(answers.hidden[now + 1]) - level
    return {
        "move_n": _by(level - 1, company.LEVELS),
        "move_weight": _by(level - 1, company.LEVELS, weight[now]),
        "move": _by(level - 1, company.LEVELS, weight[now] * move),
    }


def _drivers(batch: Batch, weight: Floats) -> Sums:
    """Sum cross-products of ratings and of low and high dummies with the expected score.

    Only answers that were not ticked straight down: their ratings are what was thought.
    """
    answers = batch.answers
    weight = np.where(batch.dirt.is_straight, 0.0, weight)
    chosen = weight > 0
    weight, ratings = weight[chosen], answers.ratings[chosen]
    score = company.expected_score(answers.hidden[chosen])
    one = np.ones((len(ratings), 1))
    linear = np.hstack([one, ratings])
    contrast = np.hstack([one, ratings <= 3, ratings >= 6])
    return {
        "linear_inner": (linear * weight[:, None]).T @ linear,
        "linear_outer": (weight * score) @ linear,
        "contrast_inner": (contrast * weight[:, None]).T @ contrast,
        "contrast_outer": (weight * score) @ contrast,
        "score": weight @ np.column_stack([one, score, _expected_square(answers.hidden[chosen])]),
        "slope": np.array([weight @ company.score_slope(answers.hidden[chosen])]),
        "stated": weight @ answers.importances[chosen],
    }


def _expected_square(hidden: Floats) -> Floats:
    """Say what squared score is expected; shape (n,)."""
    gaps = 2 * np.arange(1, company.LEVELS) + 1
    return np.asarray(1 + gaps @ company.chance_above(hidden))


def _years(batch: Batch, weight: Floats) -> Sums:
    """Sum the expected score by year, as it is and as it would be had the bar stayed."""
    answers = batch.answers
    years = len(company.BAR_BY_YEAR)
    stayed = company.expected_score(answers.hidden + company.BAR_BY_YEAR[answers.year])
    score = company.expected_score(answers.hidden)
    return {
        "year_weight": _by(answers.year, years, weight),
        "year_score": _by(answers.year, years, weight * score),
        "year_score_stayed": _by(answers.year, years, weight * stayed),
    }


def _rivals(batch: Batch, weight: Floats) -> Sums:
    """Sum how the score is expected to compare with the others that the same customer uses."""
    answers, rivals = batch.answers, batch.rivals
    level = np.arange(1, company.LEVELS + 1)
    own = company.level_chances(answers.hidden)
    others = [company.level_chances(hidden) for hidden in rivals.hidden.T]
    above = np.column_stack([_above(chances, own) for chances in others])
    even = np.column_stack([(chances * own).sum(axis=0) for chances in others])
    alone, shared = own, own  # chance of each own level with every rival below, or none above it
    for chances, is_used in zip(others, rivals.is_used.T, strict=True):
        up_to = np.cumsum(chances, axis=0)
        alone = alone * np.where(is_used, up_to - chances, 1.0)
        shared = shared * np.where(is_used, up_to, 1.0)
    brands = 1 + rivals.is_used.sum(axis=1)
    among = np.where(brands > 1, weight, 0.0)
    rank = 1 + ((above + even / 2) * rivals.is_used).sum(axis=1)
    each = weight[:, None] * rivals.is_used
    return {
        "rival_n": ((weight > 0)[:, None] & rivals.is_used).sum(axis=0) * 1.0,
        "rival_weight": each.sum(axis=0),
        "rival_ours": (level @ own) @ each,
        "rival_theirs": np.sum([(level @ chances) for chances in others] * each.T, axis=1),
        "rival_below": (each * (1 - above - even)).sum(axis=0),
        "rival_even": (each * even).sum(axis=0),
        "rival_wallet": np.array(
            [
                each[:, place] @ _wallet(_rival_rank(rivals.is_used, others, own, place), brands)
                for place in range(len(others))
            ]
        ),
        "among": np.array(
            [
                among.sum(),
                among @ alone.sum(axis=0),
                among @ shared.sum(axis=0),
                among @ _wallet(rank, brands),
                (among > 0).sum(),
            ]
        ),
    }


def _above(one: Floats, other: Floats) -> Floats:
    """Say how likely the one is scored higher than the other; levels first, shape (n,)."""
    below = np.cumsum(other, axis=0) - other
    return np.asarray((one * below).sum(axis=0))


def _rival_rank(is_used: Claims, others: Sequence[Floats], own: Floats, place: int) -> Floats:
    """Say which rank one rival is expected to have among the companies that a customer uses."""
    rank = 1 + _above(own, others[place]) + (own * others[place]).sum(axis=0) / 2
    for other, chances in enumerate(others):
        if other != place:
            higher = _above(chances, others[place]) + (chances * others[place]).sum(axis=0) / 2
            rank = rank + higher * is_used[:, other]
    return np.asarray(rank)


def _wallet(rank: Floats, brands: Integers) -> Floats:
    """Give the share of the wallet that a rank stands for, by the Wallet Allocation Rule."""
    return np.asarray((1 - rank / (brands + 1)) * 2 / brands)


def _agents(batch: Batch, weight: Floats) -> Sums:
    """Sum what a better agent moves: the score, and through it the money."""
    answers = batch.answers
    weight = np.where(answers.agent < 0, 0.0, weight)
    human = answers.ratings[:, company.HUMAN]
    rises = np.where(human >= company.MIDDLE, company.DRIVER_HIGH[company.HUMAN], 0.0)
    rises += np.where(human < company.MIDDLE, company.DRIVER_LOW[company.HUMAN], 0.0)
    points = rises.sum(axis=1) * company.score_slope(answers.hidden)
    alike = batch.customers.alike[answers.customer]
    step = company.worth_step(alike)
    return {
        "agent_weight": np.array([weight.sum()]),
        "agent_points": np.array([weight @ points]),
        "agent_worth": np.array([weight @ (points * step)]),
    }


def _efforts(batch: Batch, is_valid: Claims) -> Sums:
    """Sum cost by kind and zone: of the latest valid answer, and spread over all of them."""
    answers, efforts = batch.answers, batch.efforts
    people = len(batch.customers.id)
    zones = UNKNOWN_ZONE + 1
    valid = np.flatnonzero(is_valid)
    zone = company.ZONE_OF_LEVEL[answers.score[valid] - 1]
    latest = np.full(people, UNKNOWN_ZONE)
    latest[answers.customer[valid]] = zone
    place = efforts.kind * zones + latest[efforts.customer]
    cost = _by(efforts.customer, people, efforts.cost)
    times = _by(answers.customer[valid], people)
    each = (cost / np.maximum(times, 1))[answers.customer[valid]]
    return {
        "effort_cost": _by(place, len(KINDS) * zones, efforts.cost).reshape(-1, zones),
        "effort_spread": _by(zone, len(company.ZONES), each),
        "effort_n": np.array([len(efforts.cost)], dtype=np.float64),
    }


def _people(batch: Batch, is_valid: Claims) -> Sums:
    """Count people, and compare the last occasion of those who answer with everybody's."""
    answers, customers = batch.answers, batch.customers
    does_answer = customers.answers > 0
    score = company.expected_score(answers.hidden[answers.is_last])
    level = answers.score[answers.is_last].astype(np.int64) - 1
    weight = np.where(does_answer, customers.weight, 0.0)
    has_valid = _by(answers.customer, len(customers.id), is_valid) > 0
    return {
        "people": np.array(
            [len(does_answer), does_answer.sum(), has_valid.sum()], dtype=np.float64
        ),
        "last_score": np.array([score.sum(), score @ does_answer, score @ weight]),
        "last_weight": np.array([len(score), does_answer.sum(), weight.sum()]),
        "last_levels": np.array(
            [
                _by(level, company.LEVELS),
                _by(level, company.LEVELS, does_answer),
                _by(level, company.LEVELS, weight),
            ]
        ),
    }


def _cells(batch: Batch, is_valid: Claims) -> Sums:
    """Sum customers by type, age, protection and latest valid score, and the work done for them."""
    answers, customers = batch.answers, batch.customers
    valid = np.flatnonzero(is_valid)
    level = np.zeros(len(customers.id), np.int64)
    level[answers.customer[valid]] = answers.score[valid]
    scored = np.flatnonzero(level)
    segment = customers.customer_type[scored] * len(company.AGES) + customers.age[scored]
    cell = 2 * segment + customers.is_protected[scored]
    place = company.LEVELS * cell + level[scored] - 1
    size = company.LEVELS * 2 * len(company.AGES) * len(company.TYPES)
    efforts, of = batch.efforts, np.full(len(level), -1)
    of[scored] = place
    is_in = of[efforts.customer] >= 0
    at = (efforts.kind * size + of[efforts.customer])[is_in]
    return {
        "cell_people": _by(place, size),
        "cell_slope": _by(place, size, company.worth_step(customers.alike[scored])),
        "cell_effort_cost": _by(at, len(KINDS) * size, efforts.cost[is_in]),
        "cell_effort_pieces": _by(at, len(KINDS) * size),
    }


def _dirt(batch: Batch) -> Sums:
    """Count the dirt, over distinct answers and over written rows."""
    answers, comments, dirt = batch.answers, batch.comments, batch.dirt
    shown = ~answers.is_silent
    has_all = ~dirt.is_empty.any(axis=1) & (dirt.ratings != company.RATING_UNKNOWN).all(axis=1)
    is_level = has_all & (dirt.ratings == dirt.ratings[:, :1]).all(axis=1)
    is_given = comments.is_given & shown
    first = np.append(True, np.diff(dirt.rows) > 0)[: len(dirt.rows)]
    rows = dirt.rows
    return {
        "rows": np.array([len(rows), first.sum(), len(rows) - first.sum()], dtype=np.float64),
        "straight": np.array(
            [is_level[rows[first]].sum(), is_level[rows].sum(), (dirt.is_straight & shown).sum()],
            dtype=np.float64,
        ),
        "score_unknown": np.array(
            [
                (dirt.score[rows[first]] == company.SCORE_UNKNOWN).sum(),
                (dirt.score[rows] == company.SCORE_UNKNOWN).sum(),
            ],
            dtype=np.float64,
        ),
        "rating_unknown": (dirt.ratings[rows] == company.RATING_UNKNOWN).sum(axis=0) * 1.0,
        "rating_empty": dirt.is_empty[rows].sum(axis=0) * 1.0,
        "comment_language": _by(comments.language[is_given], 2),
        "comment_empty": np.array([(is_given & comments.is_empty).sum()], dtype=np.float64),
        "comment_themes": _comment_themes(batch, is_given & ~comments.is_empty),
        "channels": _by(answers.channel[rows[first]], len(company.CHANNELS)),
        "recommend": _by(answers.recommend[rows[first]].astype(np.int64), 11),
    }


def _comment_themes(batch: Batch, is_told: Claims) -> Floats:
    """Count comments by driver, complaints then praises; shape (12, 2)."""
    comments = batch.comments
    chosen = is_told & (comments.polarity != 0)
    place = comments.theme[chosen] * 2 + (comments.polarity[chosen] > 0)
    return _by(place, 2 * len(company.DRIVERS)).reshape(-1, 2)
