"""What was read, what was lost and why, who answered, and the net promoter score."""

import numpy as np
import pytest

from kuski.stats.proportions import net_promoter_score

SCORE = 'score = { column = "score", scale = [1, 5], missing = [9] }'


def quality(study):
    return study.finding("listen.quality")


def columns_of(finding):
    return {column.column: column for column in finding.numbers.columns}


def checks(finding):
    return {check.check: check for check in finding.checks()}


def test_every_cell_is_an_answer_or_is_counted_by_why_it_is_none(make_study):
    cells = [1, 2, 3, 4, 5, 9, 9, None, "", 0, 6, 7.5, "hyvä", "n/a", "inf", " 3 ", "3,0", "4.0"]
    found = quality(make_study({"score": cells}, SCORE + '\nrecommend = "score"'))
    score = columns_of(found)["score"]
    assert score.answered == 8
    assert score.coded == 2
    assert score.empty == 2
    assert score.off_scale == 3
    assert score.unreadable == 3
    assert found.numbers.rows == sum(
        (score.answered, score.coded, score.empty, score.off_scale, score.unreadable)
    )
    assert found.numbers.score_mean == pytest.approx((1 + 2 + 3 + 4 + 5 + 3 + 3 + 4) / 8)
    texts = [check.text for check in found.checks()]
    assert any("hyvä" in text and "n/a" in text for text in texts)
    assert any("7.5" in text and "0" in text for text in texts)


def test_a_code_may_be_a_word_in_any_case(make_study):
    role = 'score = { column = "score", scale = [1, 5], missing = [0, "Blank"] }'
    found = quality(make_study({"score": [1, 5, "BLANK", "blank ", 0]}, role))
    assert columns_of(found)["score"].coded == 3
    assert found.numbers.scored == 2


def test_rows_that_repeat_another_are_counted_and_kept(make_study):
    score = [1 + i % 5 for i in range(300)]
    rows = {"score": score, "id": list(range(300))}
    doubled = {name: values + values[:6] for name, values in rows.items()}
    found = quality(make_study(doubled, SCORE))
    assert found.numbers.duplicates == 6
    assert found.numbers.scored == 306
    assert checks(found)["duplicates"].status == "warn"
    assert quality(make_study(rows, SCORE)).numbers.duplicates == 0


def test_a_customer_who_says_the_same_at_another_time_repeats_nothing(make_study):
    rows = {
        "score": [3, 3, 3, 3],
        "customer": ["a", "a", "b", "b"],
        "day": ["2025-01-01", "2025-02-01", "2025-01-01", "2025-01-01"],
    }
    found = quality(make_study(rows, SCORE + '\ncustomer = "customer"\ntime = "day"'))
    assert found.numbers.duplicates == 1
    assert found.numbers.customers == 2


def test_a_straight_line_needs_five_ratings(make_study):
    names = [f"d{i}" for i in range(6)]
    roles = f"{SCORE}\ndrivers = {{ columns = {names}, scale = [1, 5] }}".replace("'", '"')
    ratings = [
        [3, 3, 3, 3, 3, 3],  # straight
        [3, 3, 3, 3, 3, None],  # straight with one left out
        [3, 3, 3, 3, None, None],  # too few to tell
        [3, 3, 3, 3, 3, 4],
    ]
    columns = dict(zip(names, zip(*ratings, strict=True), strict=True)) | {"score": [1, 2, 3, 4]}
    found = quality(make_study(columns, roles)).numbers
    assert (found.straight_lined, found.straight_of) == (2, 3)


def recommending(promoters, passives, detractors):
    return {"score": [10] * promoters + [8] * passives + [3] * detractors}


def test_nps_of_19_9_and_8_has_the_published_interval(make_study):
    # Rocks 2016, the adjusted Wald interval; 90 % is in tests/published, this is the same at 95 %.
    found = quality(
        make_study(recommending(19, 9, 8), 'score = { column = "score", scale = [0, 10] }')
    )
    expected = net_promoter_score(19, 9, detractors=8)
    assert found.numbers.nps == pytest.approx(100 * 11 / 36)
    assert found.numbers.nps_low == pytest.approx(100 * expected.low)
    assert found.numbers.nps_high == pytest.approx(100 * expected.high)
    assert found.numbers.nps_n == 36


def test_nps_cuts_stand_at_seven_and_nine(make_study):
    columns = {"score": list(range(11))}
    found = quality(make_study(columns, 'score = { column = "score", scale = [0, 10] }')).numbers
    assert found.nps == pytest.approx(100 * (2 - 7) / 11)


def test_nps_from_one_to_ten_comes_with_a_warning(make_study):
    columns = {"score": [1 + i % 10 for i in range(100)]}
    one, zero = (
        quality(make_study(columns, f'score = {{ column = "score", scale = [{low}, 10] }}'))
        for low in (1, 0)
    )
    assert checks(one)["nps_scale"].status == "warn"
    assert "nps_scale" not in checks(zero)
    assert one.numbers.nps == zero.numbers.nps


def test_loyalty_points_are_no_recommending(make_study):
    columns = {"score": [1 + i % 5 for i in range(100)], "points": [100 * i for i in range(100)]}
    roles = SCORE + '\nworth = { column = "points", unit = "points" }'
    found = quality(make_study(columns, roles))
    assert found.numbers.nps is None
    assert found.numbers.nps_n == 0
    assert columns_of(found)["points"].off_scale == 0
    assert "quality.nps" not in [sentence.case for sentence in found.story()]


def test_recommending_on_another_scale_gives_no_nps(make_study):
    columns = {"score": [1 + i % 5 for i in range(100)]}
    roles = SCORE + '\nrecommend = { column = "score", scale = [1, 5] }'
    assert quality(make_study(columns, roles)).numbers.nps is None


def test_several_answers_of_a_customer_widen_the_nps(make_study):
    rng = np.random.default_rng(2)
    score = rng.integers(0, 11, 400).tolist() * 4
    columns = {"score": score, "customer": list(range(400)) * 4}
    role = 'score = { column = "score", scale = [0, 10] }'
    widths = [
        (found := quality(make_study(columns, role + extra)).numbers).nps_high - found.nps_low
        for extra in ("", '\ncustomer = "customer"')
    ]
    # Four answers that are always the same are one: twice as wide, within the 10 % to which 200
    # random groups of customers know a variance.
    assert widths[1] / widths[0] == pytest.approx(2, rel=0.1)


def weighted(weights, n=200):
    columns = {"score": [1 + i % 5 for i in range(n)], "weight": weights}
    return columns, SCORE + '\nweight = "weight"'


def test_weights_that_differ_much_are_warned_about(make_study):
    uneven = quality(make_study(*weighted([0.01 if i % 4 else 1.0 for i in range(200)])))
    even = quality(make_study(*weighted([0.9 + 0.2 * (i % 2) for i in range(200)])))
    assert checks(uneven)["weights"].status == "warn"
    assert checks(even)["weights"].status == "ok"
    assert even.numbers.effective_n == pytest.approx(200 / (1 + 0.1**2))


CUSTOMERS = 'customer = "id"\nsegments = ["region"]'


def asked(make_study, regions, answered):
    """A customers table with a region for each, of whom some answered."""
    customers = {"id": list(range(len(regions))), "region": regions}
    responses = {"score": [1 + i % 5 for i in answered], "who": list(answered)}
    return quality(
        make_study(responses, SCORE + '\ncustomer = "who"', customers=(customers, CUSTOMERS))
    )


def test_the_response_rate_is_of_the_customers_table(make_study):
    found = asked(make_study, ["south", "north"] * 250, range(0, 500, 4)).numbers
    assert found.response_rate == 125 / 500
    assert found.response_rate_low < 0.25 < found.response_rate_high
    assert found.customers == 125


def test_a_segment_that_stays_silent_is_named(make_study):
    found = asked(make_study, ["south"] * 250 + ["north"] * 250, range(250))
    bias = {each.value: each for each in found.numbers.bias}
    assert bias["north"].answered_share == 0
    assert bias["south"].difference == pytest.approx(0.5)
    assert checks(found)["bias"].status == "warn"
    assert {"quality.fewer", "quality.more"} & {sentence.case for sentence in found.story()}


def test_answers_of_strangers_count_as_answers_but_not_as_responses(make_study):
    found = asked(make_study, ["south"] * 100, range(60, 160)).numbers
    assert found.scored == 100
    assert found.customers == 100
    assert found.response_rate == 40 / 100


@pytest.mark.parametrize(("n", "is_shown"), [(9, False), (10, True)])
def test_a_segment_under_the_disclosure_threshold_is_nowhere(make_study, n, is_shown):
    regions = ["south"] * 300 + ["Utsjoki"] * n
    found = asked(make_study, regions, range(0, 300 + n, 2))
    shown = [found.to_dict(), repr(found), found._repr_html_(), found.chart().to_json()]
    assert [("Utsjoki" in str(face)) for face in shown][:1] == [is_shown]
    if not is_shown:
        assert not any("Utsjoki" in str(face) for face in shown)


def test_a_part_of_the_customers_stands_for_all(make_study, monkeypatch):
    from kuski import roles
    from kuski.moments import Panel

    class SmallPanel(Panel):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs, limit=400)

    regions = ["south", "north"] * 1_000
    whole = asked(make_study, regions, range(0, 2_000, 2)).numbers
    monkeypatch.setattr(roles, "Panel", SmallPanel)
    part = asked(make_study, regions, range(0, 2_000, 2)).numbers
    # A quarter of 1,000 customers by hash: counts are known to about 6 %.
    assert part.customers == pytest.approx(whole.customers, rel=0.2)
    assert part.response_rate == pytest.approx(whole.response_rate, abs=0.1)
    for few, all_ in zip(part.bias, whole.bias, strict=True):
        assert few.customers == pytest.approx(all_.customers, rel=0.25)
