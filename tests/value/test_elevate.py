"""The two plans: what is refused, and who counts."""

import pytest

SEVEN = 'score = { column = "score", scale = [1, 7] }\nworth = "worth"'


def elevate(study):
    return study.finding("value.elevate")


def checks(finding):
    return {check.check: check.status for check in finding.checks()}


def cases(finding):
    return [sentence.case.split(".")[1] for sentence in finding.story()]


def test_the_ratio_is_refused_where_eliminate_may_gain_nothing(make_study, answers):
    def worth(score):
        # Flat below the middle but for noise, steep above it.
        noise = [(-1) ** i * 30.0 for i in range(len(score))]
        return [50 * max(level - 4, 0) + n for level, n in zip(score, noise, strict=True)]

    found = elevate(make_study(answers(dict.fromkeys(range(1, 8), 60), worth), SEVEN))
    numbers = found.numbers
    assert numbers.eliminate.gain_low <= 0
    for key in ("ratio", "break_even_cost"):
        assert [getattr(numbers, key + end) for end in ("", "_low", "_high")] == [None] * 3
    assert numbers.split.worth_per_step is None
    assert numbers.split.people is not None
    assert checks(found)["denominator_zero"] == "refuse"
    assert found.status == "refuse"
    assert cases(found)[0] == "elevate_only"
    assert "told_not_money" in cases(found)


def test_a_curve_that_bends_down_says_fix_the_bottom_first(make_study, answers):
    found = elevate(
        make_study(
            answers(
                dict.fromkeys(range(1, 8), 100),
                lambda score: [100 * min(level, 4) + 5 * level for level in score],
            ),
            SEVEN,
        )
    )
    assert found.numbers.ratio_high < 1
    assert cases(found)[0] == "eliminate_wins"
    assert "step_cheaper" in cases(found)


def test_a_curve_that_bends_up_is_dearer_per_step(make_study, answers):
    found = elevate(
        make_study(answers(dict.fromkeys(range(1, 8), 100), lambda score: score**3), SEVEN)
    )
    # 7³ − 4³ and so on over 4³ − 1³ and so on.
    up = 3 * 7**3 - (4**3 + 5**3 + 6**3)
    down = 3 * 4**3 - (1 + 2**3 + 3**3)
    assert found.numbers.ratio == pytest.approx(up / down)
    assert found.numbers.break_even_cost == pytest.approx(up / down)
    assert cases(found)[0] == "elevate_wins_step_dearer"


def test_nobody_below_the_middle_leaves_nothing_to_eliminate(make_study, answers):
    found = elevate(make_study(answers({4: 50, 5: 50, 6: 50, 7: 50}), SEVEN))
    assert found.numbers.eliminate.people == 0
    assert found.numbers.ratio is None
    assert checks(found)["no_interval"] == "refuse"
    assert found.numbers.elevate.gain_low > 0


def test_nobody_at_the_top_leaves_nowhere_to_elevate_to(make_study, answers):
    found = elevate(make_study(answers({1: 50, 3: 50, 4: 50, 6: 50}), SEVEN))
    assert found.numbers.elevate.gain is None
    assert found.numbers.eliminate.gain is not None
    assert found.numbers.ratio is None
    assert "elevate_no_gain" in cases(found)


def test_an_empty_level_on_the_way_takes_nothing_away(make_study, answers):
    found = elevate(make_study(answers({1: 50, 4: 50, 7: 50}), SEVEN)).numbers
    assert found.ratio == pytest.approx(1)
    assert found.eliminate.steps == 150


def test_thin_plans_are_warned_about_by_the_answers_they_move(make_study, answers):
    found = elevate(make_study(answers({1: 20, 3: 29, 4: 30, 5: 20, 7: 100}), SEVEN))
    assert found.numbers.eliminate.answers == 49
    assert found.numbers.elevate.answers == 50
    assert checks(found)["thin_eliminate"] == "warn"
    assert checks(found)["enough_elevate"] == "ok"


def test_people_are_shared_out_by_weight(make_study, answers):
    columns = answers(dict.fromkeys(range(1, 8), 50))
    columns["weight"] = [3.0 if score < 4 else 1.0 for score in columns["score"]]
    found = elevate(make_study(columns, SEVEN + '\nweight = "weight"')).numbers
    assert found.eliminate.people == pytest.approx(350 * 9 / 13)
    assert found.elevate.people == pytest.approx(350 * 3 / 13)
    assert found.eliminate.answers == 150
    assert found.ratio == pytest.approx(1 / 3)


def test_the_same_plans_without_holding_alike_stand_beside(make_study, noisy):
    role = 'score = { column = "score", scale = [1, 5] }\nworth = "worth"'
    columns = noisy(13)
    adjusted = elevate(make_study(columns, role + '\nalike = ["before", "member"]')).numbers
    alone = elevate(make_study(columns, role)).numbers
    assert adjusted.crude.eliminate == alone.eliminate
    assert adjusted.crude.elevate == alone.elevate
    assert adjusted.crude.ratio == alone.ratio
    assert alone.crude.ratio == alone.ratio
    assert adjusted.elevate.gain < adjusted.crude.elevate.gain
    assert alone.hidden_elevate is None
    assert adjusted.hidden_elevate.benchmark == "before"
