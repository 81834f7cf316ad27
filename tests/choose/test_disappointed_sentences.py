"""Every sentence and check of `choose.disappointed` is reached, in both languages.

The findings are those of small studies, with figures put into them by hand, so that every case of
the catalogue comes up; a case that comes up in none of them is dead and fails the test.
"""

import re
from dataclasses import replace

import pytest

from kuski.choose.disappointed.disparity import GapNumbers, GroupNumbers
from kuski.choose.disappointed.finding import THRESHOLDS
from kuski.choose.disappointed.rival import RivalNumbers
from kuski.choose.disappointed.signer import SignerNumbers
from kuski.show.picture import svg
from kuski.words import cases

from .test_disappointed import efforts

# Left-over braces, and numbers that nobody should read.
ODD = re.compile(r"(?<!\[)\{|\}|\bNone\b|\bnan\b|\binf\b|np\.")


@pytest.fixture
def real(choosing):
    """The finding of a study with efforts, and of one without."""

    def make(**given):
        asked = {"choose": "money = 6000", "efforts": efforts()} | given
        return choosing(**asked).finding("choose.disappointed")

    return make


def side(found, **changes):
    """Change both comparisons alike."""
    numbers = found.numbers
    today = None if numbers.today is None else replace(numbers.today, **changes)
    return replace(
        found, numbers=replace(numbers, today=today, equal=replace(numbers.equal, **changes))
    )


def with_numbers(found, **changes):
    return replace(found, numbers=replace(found.numbers, **changes))


def variants(real):
    both, alone = real(), real(efforts=None)
    floor = 'money = 6000\n[[choose.floors]]\naction = "call"\nsegment = "protected"'
    felt = {"let_down": 40.0, "score": 3.1, "score_before": 3.4, "fall": 0.3}
    found = [both, alone, real(choose=floor), real(choose="money = 0")]
    for one in (both, alone):
        found += [
            side(one, **felt, fall_low=0.1, fall_high=0.5),
            side(one, **felt, fall_low=-0.1, fall_high=0.5),
            side(one, **(felt | {"let_down": 1.0}), fall_low=0.1, fall_high=0.5),
            side(one, let_down=0.0),
            side(one, people=0.0, let_down=0.0),
            side(one, protected=4.0, protected_let_down=2.0),
            side(one, protected=4.0, protected_let_down=0.0),
            side(one, protected=0.0, protected_let_down=0.0),
            with_numbers(one, ledger=()),
            replace(one, basis=replace(one.basis, knows_protected=False)),
        ]
        found += [
            side(
                one, **felt, fall_low=0.1, fall_high=0.5,
                worth_lost=lost, worth_lost_low=low, worth_lost_high=high,
                leavers=3.2, leavers_low=1.0, leavers_high=5.0,
            )
            for lost, low, high in (
                (500.0, 100.0, 900.0), (-500.0, -900.0, -100.0), (5.0, -9.0, 19.0),
            )
        ]  # fmt: skip
        line = replace(
            one.numbers.ledger[0],
            people=40.0,
            is_let_down_today=True,
            is_let_down_equal=True,
            worth_lost_today=400.0,
            worth_lost_today_low=100.0,
            worth_lost_today_high=700.0,
            worth_lost_equal=400.0,
            worth_lost_equal_low=100.0,
            worth_lost_equal_high=700.0,
            rival="rival",
            rival_share=0.4,
            rival_share_low=0.3,
            rival_share_high=0.5,
        )
        many = tuple(replace(line, segment=f"s{i}") for i in range(60))
        everyone = replace(line, segment="everyone", action="", is_protected=False)
        found += [
            with_numbers(one, ledger=(line,)),
            with_numbers(one, ledger=many),
            with_numbers(one, ledger=(everyone,)),
            with_numbers(
                side(one, **felt, fall_low=0.1, fall_high=0.5),
                rivals=(RivalNumbers("rival", 300, 0.7, 0.6, 0.8),),
            ),
            with_numbers(one, rivals=(RivalNumbers("rival", 300, 0.3, 0.2, 0.4),)),
            with_numbers(one, cost=one.numbers.cost + 1.0),
            replace(
                one,
                basis=replace(
                    one.basis,
                    unscored=40.0,
                    left_out=3.0,
                    years=3.2,
                    other_unit="hours",
                    is_today_by_level=True,
                ),
            ),
        ]
    for role in ("head_of_service", "managing_director", "board"):
        causes = ("anybody", "people", "worth", "protected_less", "protected_let_down")
        told = tuple(SignerNumbers(role, cause, "today", 0.4, 0.3) for cause in causes)
        found.append(with_numbers(both, signers=told))
    groups = tuple(GroupNumbers("segment", name, 50.0, 500.0, 10.0, 0.5, None) for name in "ab")
    for ratio in (None, 1.01, 3.0):
        gap = GapNumbers("segment", "money_per_person", "a", "b", 5.0, ratio)
        found.append(with_numbers(both, groups=groups, gaps=(gap,)))
    eleven = tuple(
        GroupNumbers("segment", f"s{i}", 50.0, 500.0, 10.0, 0.5, None) for i in range(20)
    )
    return [*found, with_numbers(found[-1], groups=eleven, gaps=(), ledger=many)]


def test_every_case_is_said_in_both_languages(real, said, say_everything):
    for finding in variants(real):
        for text in say_everything(finding):
            assert not ODD.search(re.sub(r"<[^>]*>|\[\[[^\]]*\]\]", "", text)), text
        for language in ("en", "fi"):
            for narrow in (False, True):
                chart = finding.translated(language).chart(narrow=narrow)
                if chart is not None:
                    chart.to_dict(validate=True)
    told = {case for case, _ in said if case.startswith("disappointed.")}
    assert told == set(cases("disappointed"))


def test_the_chart_s_message_comes_first(real):
    assert real().story()[0].case == "disappointed.first_both"
    assert real(efforts=None).story()[0].case == "disappointed.first_equal"


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("narrow", [False, True])
def test_the_chart_is_as_wide_as_its_place(real, language, narrow):
    chart = real().translated(language).chart(narrow=narrow)
    drawn = svg(chart, language=language)
    width = float(re.search(r'viewBox="0 0 ([\d.]+) ', drawn)[1])
    assert 0.9 <= width / (340 if narrow else 720) <= 1.08
    assert "NaN" not in drawn


def test_nothing_is_drawn_where_nobody_gets_less(real):
    assert with_numbers(real(), ledger=()).chart() is None


def test_the_table_says_how_many_lines_it_leaves_out(real):
    one = real()
    many = tuple(replace(one.numbers.ledger[0], people=20.0) for _ in range(60))
    table = with_numbers(one, ledger=many).table()
    assert len(table.records) == THRESHOLDS.lines + 1
    assert sum(record["people"] for record in table.records) == pytest.approx(1200)


def test_a_fall_that_may_be_none_is_told_as_unsure(real):
    told = side(
        real(), let_down=9.0, fall=0.1, fall_low=-0.1, fall_high=0.3, score=3, score_before=3.1
    )
    assert "disappointed.today_let_down_unsure" in {one.case for one in told.story()}
