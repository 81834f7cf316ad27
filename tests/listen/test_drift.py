"""Whether those who answer are other people than in the wave before."""

import numpy as np
import pytest

SCORE = 'score = { column = "score", scale = [1, 5] }'
WAVES = SCORE + '\nwave = "round"\nsegments = ["region"]'


def answers(shares, *, n=2_000, seed=1):
    """Draw answers of three waves in which region "north" has the given shares."""
    rng = np.random.default_rng(seed)
    waves = np.repeat([str(2023 + i) for i in range(len(shares))], n)
    is_north = rng.random(len(waves)) < np.repeat(shares, n)
    return {
        "round": waves.tolist(),
        "score": rng.integers(1, 6, len(waves)).tolist(),
        "region": np.where(is_north, "north", "south").tolist(),
    }


def quality(study):
    return study.finding("listen.quality")


def checks(finding):
    return {check.check: check.status for check in finding.checks()}


def test_the_last_wave_is_compared_with_the_first(make_study):
    rows = answers([0.3, 0.9, 0.5])
    found = quality(make_study(rows, WAVES))
    north, south = found.numbers.drift
    counted = [
        sum(w == wave and r == "north" for w, r in zip(rows["round"], rows["region"], strict=True))
        for wave in ("2023", "2025")
    ]
    assert (north.value, north.first, north.last) == ("north", "2023", "2025")
    assert north.answers == sum(counted)
    assert north.first_share == counted[0] / 2_000
    assert north.last_share == counted[1] / 2_000
    assert north.difference == pytest.approx(-south.difference)
    assert north.difference_low < 0.2 < north.difference_high
    assert checks(found)["drift"] == "warn"


def test_the_interval_is_that_of_a_difference_of_two_shares(make_study):
    found = quality(make_study(answers([0.3, 0.5]), WAVES)).numbers.drift[0]
    p, q = found.first_share, found.last_share
    error = 1.96 * np.sqrt((p * (1 - p) + q * (1 - q)) / 2_000)
    assert found.difference_high - found.difference == pytest.approx(error, rel=0.2)


def test_the_same_people_in_every_wave_are_no_drift(make_study):
    assert checks(quality(make_study(answers([0.4, 0.4]), WAVES)))["no_drift"] == "ok"


def test_years_of_answering_are_waves_and_customers_have_segments(make_study):
    size = 400
    rows = {
        "who": list(range(size)),
        "score": [1 + i % 5 for i in range(size)],
        "on": ["2023-05-01"] * 200 + ["2024-05-01"] * 200,
    }
    people = {"id": list(range(size)), "region": ["north"] * 200 + ["south"] * 200}
    found = quality(
        make_study(
            rows,
            SCORE + '\ncustomer = "who"\ntime = "on"',
            customers=(people, 'customer = "id"\nsegments = ["region"]'),
        )
    )
    assert [(one.value, one.difference) for one in found.numbers.drift] == [
        ("north", -1.0),
        ("south", 1.0),
    ]


@pytest.mark.parametrize("shares", [[0.4], [0.002, 0.002]])
def test_one_wave_or_a_handful_of_people_show_nothing(make_study, shares):
    found = quality(make_study(answers(shares), WAVES)).numbers.drift
    assert [one.value for one in found] == ([] if len(shares) == 1 else ["south"])
