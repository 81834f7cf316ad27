"""What the made-up company says of its segments can be counted in its tables."""

import numpy as np
import pytest

from kuski.demo import company as equations

# Three standard errors: one figure in 370 falls outside by chance, and the seeds are fixed.
ERRORS = 3.0
COLUMNS = ("region", "customer_type", "age_group")


@pytest.fixture(scope="module")
def rows(company):
    """The distinct answers with a valid score, oldest first, and what their customers are."""
    found = company.joined()
    order = np.lexsort((found["answered_on"], found["customer"]))
    found = {name: column[order] for name, column in found.items()}
    found["step"] = equations.WORTH_STEP + found["alike"] @ equations.WORTH_ALIKE_STEP
    last = np.append(found["customer"][1:] != found["customer"][:-1], True)
    place = np.searchsorted(np.flatnonzero(last), np.arange(len(last)))
    found["latest"] = np.flatnonzero(last)[place]
    people = company.customers.to_pydict()
    for name in COLUMNS:
        found[name] = np.array(people[name])[found["customer"] - 1]
    return found


def told(company):
    return company.truth["choose.audience"]


def inside(rows, segment):
    """Tell which rows are of a segment."""
    parts = zip(segment["cut"].split(" × "), segment["segment"].split(" × "), strict=True)
    return np.logical_and.reduce([rows[column] == value for column, value in parts])


def test_segments_are_those_of_the_tables(company, rows):
    people = company.customers.to_pydict()
    people = {name: np.array(people[name]) for name in (*COLUMNS, "strategic")}
    segments = told(company)["segments"]
    assert len(segments) == 6 + 4 + 4 + 16
    for segment in segments:
        own, everybody = inside(rows, segment), inside(people, segment)
        last = own & (rows["latest"] == np.arange(len(own)))
        score, weight = rows["score"][own], rows["weight"][own]
        headroom = np.average(rows["step"][own] * (7 - score), weights=weight)
        worth = np.average(equations.expected_spend(score, rows["alike"][own]), weights=weight)
        levels = np.bincount(rows["score"][last], minlength=8)[1:] / last.sum()
        assert segment["people"] == last.sum()
        assert segment["n"] == own.sum()
        assert segment["silent_share"] == pytest.approx(1 - last.sum() / everybody.sum(), abs=1e-6)
        assert segment["levels"] == pytest.approx(levels, abs=1e-6)
        assert segment["below"] == pytest.approx(levels[:3].sum(), abs=2e-6)
        assert segment["top"] == pytest.approx(levels[6], abs=1e-6)
        assert segment["worth"] == pytest.approx(worth, rel=1e-6)
        assert segment["headroom"] == pytest.approx(headroom, rel=1e-6)
        assert segment["headroom_total"] == pytest.approx(headroom * last.sum(), rel=1e-6)
        strategic = people["strategic"][everybody].mean()
        assert segment["strategic"] == pytest.approx(strategic, abs=1e-6)


def test_answers_rise_as_often_as_is_told(company, rows):
    """The told share is what chance would give on average; the tables hold one draw of it."""
    later = rows["latest"]
    moves = (rows["answered_on"] < rows["answered_on"][later]) & (rows["score"] < 7)
    rises = rows["score"][later] > rows["score"]
    for segment in told(company)["segments"]:
        own = inside(rows, segment) & moves
        assert segment["moves"] == own.sum()
        _, who = np.unique(rows["customer"][own], return_inverse=True)
        apart = rises[own] - segment["up"]
        error = np.sqrt((np.bincount(who, apart) ** 2).sum()) / own.sum()
        assert abs(apart.mean()) < ERRORS * error


def test_cuts_agree_with_their_segments(company):
    audience = told(company)
    for cut in audience["cuts"]:
        own = [one for one in audience["segments"] if one["cut"] == cut["cut"]]
        assert cut["people"] == sum(one["people"] for one in own)
        best = max(own, key=lambda one: one["headroom"])
        assert cut["first"] == best["segment"]
        assert min(one["headroom"] for one in own) < cut["headroom"] < best["headroom"]


def test_the_gain_of_a_move_to_the_top_is_what_equations_say_of_like_customers(company, rows):
    """Within customers of like past, those at the top would otherwise score as the content do."""
    actions, even = told(company)["policy"]
    is_moved = rows["score"] >= 4
    is_content = is_moved & (rows["score"] < 7)
    cuts = np.quantile(rows["alike"], np.linspace(0, 1, 7)[1:-1], axis=0)
    cell = sum(
        6**i * np.searchsorted(cuts[:, i], rows["alike"][:, i], side="right") for i in range(3)
    )
    level = np.bincount(cell[is_content], (rows["weight"] * rows["score"])[is_content], 216)
    people = np.bincount(cell[is_content], rows["weight"][is_content], 216)
    like = np.divide(level, people, out=np.full(216, 5.2), where=people > 0)[cell]
    gain = np.average(((7 - like) * rows["step"])[is_moved], weights=rows["weight"][is_moved])
    # Classes of six by six by six leave a little of the confounding.
    assert actions["everybody"] + actions["price"] == pytest.approx(gain, rel=0.01)
    assert even["price"] == pytest.approx(gain, rel=0.01)
    assert even["everybody"] == pytest.approx(0, abs=1e-5)


def test_no_rule_could_bring_much_more_than_serving_everybody(company):
    """Heavy users gain more by a step and have fewer steps to go, so that gains are much alike."""
    actions, even = told(company)["policy"]
    assert actions["best_over_everybody"] == 0
    assert actions["best_served_share"] == 1
    assert 0 < even["best_over_everybody"] < 0.1 * even["price"]
    assert 0.2 < even["best_served_share"] < 0.5
