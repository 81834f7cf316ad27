"""What the moments give is what pandas and statsmodels give from the rows."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

# Both sides do the same sums in another order; condition numbers here are below 1e4.
SAME = 1e-9
LEVELS = (1, 2, 3, 4, 5)
ALIKE = ["before", "member"]
ROLES = (
    'score = { column = "score", scale = [1, 5] }\nworth = { column = "worth", unit = "€" }\n'
    'weight = "weight"\nalike = ["before", "member"]'
)


@pytest.fixture(scope="module")
def rows(noisy):
    """Answers as a data frame; one in twenty lacks its worth, and another its past."""
    frame = pd.DataFrame(noisy(11, n=2_000))
    frame.loc[frame.index % 20 == 3, "worth"] = np.nan
    frame.loc[frame.index % 20 == 7, "before"] = np.nan
    return frame


@pytest.fixture
def study(make_study, rows):
    columns = {name: [None if np.isnan(value) else value for value in rows[name]] for name in rows}
    return make_study(columns, ROLES)


def g_computation(rows):
    """Predict everybody's worth at each level from a regression of that level's own."""
    complete = rows.dropna()
    found = {}
    for level in LEVELS:
        here = complete[complete.score == level]
        fit = sm.WLS(here.worth, sm.add_constant(here[ALIKE]), weights=here.weight).fit()
        everybody = fit.predict(sm.add_constant(complete[ALIKE]))
        found[level] = np.average(everybody, weights=complete.weight)
    return found


def interacted(rows):
    """The same from one regression with every interaction: level dummies times centred columns."""
    complete = rows.dropna()
    dummies = pd.get_dummies(complete.score.astype(int), dtype=float)
    centred = complete[ALIKE] - [np.average(complete[c], weights=complete.weight) for c in ALIKE]
    products = [dummies.mul(centred[column], axis=0) for column in ALIKE]
    design = np.column_stack([dummies, *products])
    fit = sm.WLS(complete.worth.to_numpy(), design, weights=complete.weight.to_numpy()).fit()
    return dict(zip(LEVELS, fit.params[: len(LEVELS)], strict=True))


def test_crude_worth_is_the_weighted_mean_of_the_rows(study, rows):
    known = rows.dropna(subset="worth")
    levels = study.finding("value.levels").numbers.levels
    for level, (_, here) in zip(levels, known.groupby("score"), strict=True):
        assert level.n == len(here)
        assert level.worth == pytest.approx(np.average(here.worth, weights=here.weight), rel=SAME)
        share = here.weight.sum() / known.weight.sum()
        assert level.share == pytest.approx(share, rel=SAME)


def test_adjusted_worth_is_g_computation_on_the_rows(study, rows):
    numbers = study.finding("value.levels").numbers
    assert numbers.n_alike == len(rows.dropna())
    by_level, at_once = g_computation(rows), interacted(rows)
    for level in numbers.levels:
        assert level.adjusted == pytest.approx(by_level[level.level], rel=SAME)
        assert level.adjusted == pytest.approx(at_once[level.level], rel=SAME)


def test_a_plan_gains_heads_times_what_the_rows_say(study, rows):
    complete, worth = rows.dropna(), g_computation(rows)
    share = complete.groupby("score").weight.sum() / complete.weight.sum()
    found = study.finding("value.elevate").numbers
    for plan, target, lifted in (("eliminate", 3, (1, 2)), ("elevate", 5, (3, 4))):
        heads = found.customers * share.loc[list(lifted)]
        gain = sum(heads[level] * (worth[target] - worth[level]) for level in lifted)
        assert getattr(found, plan).gain == pytest.approx(gain, rel=SAME)
        assert getattr(found, plan).people == pytest.approx(heads.sum(), rel=SAME)


def test_the_hidden_cause_stands_on_the_slope_of_a_row_by_row_regression(study, rows):
    complete = rows.dropna()
    for plan, levels in (("hidden_eliminate", (1, 2, 3)), ("hidden_elevate", (3, 4, 5))):
        here = complete[complete.score.isin(levels)]
        design = sm.add_constant(here[[*ALIKE, "score"]])
        fit = sm.WLS(here.worth, design, weights=here.weight).fit()
        f2 = fit.tvalues["score"] ** 2 / fit.df_resid
        # Cinelli & Hazlett 2020: the robustness value from t and the degrees of freedom.
        robustness = (np.sqrt(f2**2 + 4 * f2) - f2) / 2
        found = getattr(study.finding("value.elevate").numbers, plan)
        assert found.slope == pytest.approx(fit.params["score"], rel=SAME)
        assert found.robustness_value == pytest.approx(robustness, rel=SAME)


def test_the_mean_score_and_the_effective_answers_are_those_of_the_rows(study, rows):
    numbers = study.finding("listen.quality").numbers
    mean = np.average(rows.score, weights=rows.weight)
    assert numbers.score_mean == pytest.approx(mean, rel=SAME)
    kish = rows.weight.sum() ** 2 / (rows.weight**2).sum()
    assert numbers.effective_n == pytest.approx(kish, rel=SAME)


def test_a_level_of_one_kind_of_customer_borrows_the_slopes_of_all(make_study, rows):
    frame = rows.dropna().copy()
    frame = frame[(frame.score > 1) | (np.arange(len(frame)) % 12 == 0)]
    found = make_study(frame.to_dict("list"), ROLES).finding("value.levels")
    assert found.borrowed == ("1",)
    # The common slopes: within levels, all together.
    dummies = pd.get_dummies(frame.score.astype(int), dtype=float)
    design = np.column_stack([dummies, frame[ALIKE]])
    fit = sm.WLS(frame.worth.to_numpy(), design, weights=frame.weight.to_numpy()).fit()
    everybody = [np.average(frame[column], weights=frame.weight) for column in ALIKE]
    expected = fit.params[0] + fit.params[len(LEVELS) :] @ everybody
    assert found.numbers.levels[0].adjusted == pytest.approx(expected, rel=SAME)
