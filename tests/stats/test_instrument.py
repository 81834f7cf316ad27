"""The instrument agrees with linearmodels on rows, and behaves as it says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linearmodels.iv import IV2SLS

from kuski.stats.agents import agent_cells
from kuski.stats.instrument import agent_effect, critical_t, first_stage

from .served import BEFORE, MEMBER, SCORE, WORTH, draw_served

# Both sides do the same sums in another order, on numbers of about ten.
EXACT = {"rel": 1e-8, "abs": 1e-10}
# The ends are roots of a quadratic: where it is flat, digits halve.
ENDS = {"rel": 1e-6}


def effect_of(cells, **changes):
    asked = {"outcome": WORTH, "score": SCORE, "controls": [BEFORE, MEMBER]} | changes
    return agent_effect(cells, **asked)


@pytest.fixture(scope="module")
def served():
    return draw_served(1)


@pytest.fixture(scope="module")
def effect(served):
    return effect_of(served.cells())


def clusters(served):
    _, agent = np.unique(served.agent, return_inverse=True)
    both = np.column_stack([agent, served.group])
    return {"agent": agent, "group": served.group, "both": both}


def exogenous(served):
    dummies = served.stratum[:, None] == np.unique(served.stratum)
    return np.column_stack([dummies.astype(float), served.columns[:, 2:]])


def fitted(served, way, outcome, columns, instrument=None):
    """Fit on rows with linearmodels; the last coefficient and its standard error."""
    known = np.column_stack([exogenous(served), *columns]) if columns else exogenous(served)
    score = None if instrument is None else served.columns[:, 0]
    fit = IV2SLS(outcome, known, score, instrument, weights=served.weight).fit(
        cov_type="clustered", clusters=clusters(served)[way], debiased=True
    )
    return fit.params.iloc[-1], fit.std_errors.iloc[-1]


@pytest.mark.parametrize("way", ["agent", "group", "both"])
class TestAgainstLinearmodels:
    def test_two_stage_least_squares(self, served, effect, way):
        value, se = fitted(served, way, served.columns[:, 1], (), served.quality())
        assert effect.effect.value == pytest.approx(value, **EXACT)
        assert getattr(effect.effect, f"se_{way}") == pytest.approx(se, **EXACT)

    def test_least_squares(self, served, effect, way):
        value, se = fitted(served, way, served.columns[:, 1], (served.columns[:, 0],))
        assert effect.ols.value == pytest.approx(value, **EXACT)
        assert getattr(effect.ols, f"se_{way}") == pytest.approx(se, **EXACT)

    def test_first_stage(self, served, effect, way):
        value, se = fitted(served, way, served.columns[:, 0], (served.quality(),))
        slope = effect.first_stage.slope
        assert slope.value == pytest.approx(value, **EXACT)
        assert getattr(slope, f"se_{way}") == pytest.approx(se, **EXACT)

    def test_what_the_instrument_adds_to_least_squares(self, served, effect, way):
        columns = (served.columns[:, 0], served.quality())
        value, se = fitted(served, way, served.columns[:, 1], columns)
        assert effect.beyond.value == pytest.approx(value, **EXACT)
        assert getattr(effect.beyond, f"se_{way}") == pytest.approx(se, **EXACT)


@pytest.mark.parametrize("end", ["low", "high"])
def test_at_the_ends_of_anderson_rubin_the_reduced_form_is_just_significant(served, effect, end):
    score, worth = served.columns[:, 0], served.columns[:, 1]
    rest = worth - getattr(effect.interval, end) * score
    t = [
        abs(value / se)
        for way in ("agent", "group", "both")
        for value, se in [fitted(served, way, rest, (served.quality(),))]
    ]
    assert min(t) == pytest.approx(effect.critical, **ENDS)


def test_the_first_stage_alone_is_the_same(served, effect):
    alone = first_stage(served.cells(), score=SCORE, controls=[BEFORE, MEMBER])
    assert alone.slope.value == pytest.approx(effect.first_stage.slope.value, **EXACT)
    assert alone.f == pytest.approx(effect.first_stage.f, **EXACT)
    assert alone.f == pytest.approx((alone.slope.value / alone.slope.se) ** 2, **EXACT)


def test_without_controls_and_strata_it_is_a_ratio_of_covariances():
    served = draw_served(4, strata=1)
    found = effect_of(served.cells(), controls=[])
    score, worth, z = served.columns[:, 0], served.columns[:, 1], served.quality()
    apart = served.weight * (z - np.average(z, weights=served.weight))
    assert found.effect.value == pytest.approx(apart @ worth / (apart @ score), **EXACT)


def test_least_squares_errs_upwards_and_the_instrument_does_not():
    found = effect_of(draw_served(6, agents=120, customers=3000).cells())
    assert found.ols_interval.low > 2.2
    assert found.interval.low < 2.0 < found.interval.high
    assert found.beyond_interval.high < 0


def test_with_nothing_hidden_least_squares_is_not_said_to_err():
    found = effect_of(draw_served(5, hidden=0.0).cells())
    assert found.beyond_interval.low < 0 < found.beyond_interval.high
    assert found.ols_interval.low < 2.0 < found.ols_interval.high


def test_a_control_given_twice_changes_nothing(served, effect):
    columns = np.column_stack([served.columns, 3 - 2 * served.columns[:, 2]])
    twice = effect_of(served.changed(columns=columns).cells(), controls=[BEFORE, MEMBER, 5])
    assert twice.effect.value == pytest.approx(effect.effect.value, **EXACT)
    assert twice.effect.se == pytest.approx(effect.effect.se, **EXACT)


def test_agents_that_make_no_difference_give_no_ends():
    found = effect_of(draw_served(3, spread=0.0).cells())
    assert found.first_stage.f < found.critical**2
    assert found.interval is None


def test_the_interval_has_ends_exactly_where_the_first_stage_is_significant():
    spreads = np.linspace(0.05, 0.2, 12)
    found = [
        effect_of(draw_served(seed, spread=spread).cells()) for seed, spread in enumerate(spreads)
    ]
    has_ends = [one.interval is not None for one in found]
    assert has_ends == [one.first_stage.f > one.critical**2 for one in found]
    assert 0 < sum(has_ends) < len(has_ends)
    assert all(
        one.interval.low <= one.effect.value <= one.interval.high
        for one in found
        if one.interval is not None
    )


def test_a_point_that_the_interval_names_is_wider_with_more_confidence(served):
    less, more = (effect_of(served.cells(), confidence=level).interval for level in (0.9, 0.99))
    assert more.low < less.low < less.high < more.high


@settings(max_examples=25, deadline=None)
@given(
    by=st.floats(0.01, 100),
    worth_by=st.floats(0.01, 100),
    shift=st.floats(-50, 50),
    heavier=st.floats(0.1, 10),
)
def test_units_and_origins_only_change_units(by, worth_by, shift, heavier):
    served = draw_served(2, customers=200, agents=25)
    base = effect_of(served.cells())
    columns = served.columns * [by, worth_by, 1, 1] + shift
    moved = effect_of(
        served.changed(columns=columns, weight=heavier * served.weight).cells(origin=shift)
    )
    unit = worth_by / by
    assert moved.effect.value == pytest.approx(unit * base.effect.value, rel=1e-6)
    assert moved.ols.se == pytest.approx(unit * base.ols.se, rel=1e-6)
    assert moved.first_stage.f == pytest.approx(base.first_stage.f, rel=1e-6)
    assert (moved.interval is None) == (base.interval is None)
    if base.interval is not None:
        assert moved.interval.low == pytest.approx(unit * base.interval.low, rel=1e-5, abs=1e-8)


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_names_of_agents_and_order_of_groups_do_not_matter(random):
    served = draw_served(2, customers=200, agents=25, groups=40)
    names = sorted(set(served.agent))
    order = dict(zip(names, random.sample(names, len(names)), strict=True))
    groups = np.array(random.sample(range(40), 40))
    other = served.changed(
        agent=np.array([order[name] for name in served.agent]), group=groups[served.group]
    )
    base, found = effect_of(served.cells()), effect_of(other.cells())
    assert found.effect.value == pytest.approx(base.effect.value, **EXACT)
    assert found.effect.se == pytest.approx(base.effect.se, **EXACT)


def test_an_agent_in_two_channels_is_one_cluster():
    served = draw_served(7, strata=1)
    half = np.where(np.arange(len(served.weight)) % 2, "s0", "s1")
    cells = served.changed(stratum=half).cells()
    assert cells.agents == len(set(served.agent))
    assert len(cells.agent) == 2 * cells.agents
    found = effect_of(cells)
    value, se = fitted(
        served.changed(stratum=half),
        "agent",
        served.columns[:, 1],
        (),
        served.changed(stratum=half).quality(),
    )
    assert found.effect.value == pytest.approx(value, **EXACT)
    assert found.effect.se_agent == pytest.approx(se, **EXACT)


class TestWhoIsLeftOut:
    def test_agents_with_few_answers(self):
        served = draw_served(8, agents=60)
        few = served.agent == "a7"
        keep = ~few | (np.cumsum(few) <= 4)
        rows = {name: getattr(served, name)[keep] for name in served.__dataclass_fields__}
        cells = served.changed(**rows).cells()
        assert cells.small == 1
        assert cells.small_rows == 4
        assert cells.n == keep.sum() - 4

    def test_agents_whose_customers_are_all_of_one_group(self):
        served = draw_served(8, agents=60)
        group = np.where(served.agent == "a7", 0, served.group)
        cells = served.changed(group=group).cells()
        assert cells.small == 1
        assert cells.small_rows == (served.agent == "a7").sum()

    def test_agents_alone_in_their_channel(self):
        served = draw_served(8, agents=60)
        stratum = np.where(served.agent == "a7", "alone", served.stratum)
        cells = served.changed(stratum=stratum).cells()
        assert cells.small == 1
        assert cells.strata == 2

    def test_nobody_is_left(self):
        assert draw_served(8, agents=2, strata=2).cells() is None


class TestBadInput:
    def test_rows_of_another_shape(self, served):
        cross, rows, agents, strata = served.moments()
        with pytest.raises(ValueError, match="pass rows and groups of the same need"):
            agent_cells(cross, rows[:, :-1], agents=agents, strata=strata)
        with pytest.raises(ValueError, match="59 and strata"):
            agent_cells(cross, rows, agents=agents[1:], strata=strata)

    def test_a_number_that_is_not_finite(self, served):
        cross, rows, agents, strata = served.moments()
        cross[0, 0, 0, 0] = np.nan
        with pytest.raises(ValueError, match="not finite"):
            agent_cells(cross, rows, agents=agents, strata=strata)

    def test_a_score_that_never_varies(self, served):
        columns = served.columns.copy()
        columns[:, 0] = (served.stratum == "s0").astype(float)
        with pytest.raises(ValueError, match=r"\[False, True\]"):
            effect_of(served.changed(columns=columns).cells())

    def test_more_columns_than_rows(self):
        rng = np.random.default_rng(1)
        served = draw_served(1, agents=4, customers=40, answers=1, groups=40)
        many = np.column_stack([served.columns, rng.normal(size=(40, 40))])
        with pytest.raises(ValueError, match="hold fewer columns alike"):
            effect_of(served.changed(columns=many).cells(least=2), controls=range(3, 45))

    def test_a_confidence_in_percent(self, served):
        with pytest.raises(ValueError, match="divide by 100"):
            critical_t(served.cells(), 95)
