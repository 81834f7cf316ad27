"""Every sentence and check of the gap is reached, in both languages, and changes where it says."""

import re
from dataclasses import replace

import pytest

from kuski.finding import Refusal
from kuski.understand.gap import finding as gap
from kuski.understand.gap.comparison import (
    MOST_CHANCE,
    FactorNumbers,
    FormNumbers,
    GapNumbers,
    StatedNumbers,
)
from kuski.understand.gap.finding import Gap
from kuski.words import cases, template

ODD = re.compile(r"\{|\}|\bNone\b|\bnan\b|\binf\b|np\.|  ")
NOTHING = (None,) * 6


def standing(share, rank, low=None, high=None):
    """A share with an interval of two points to either side, and a rank."""
    return (share, share - 0.02, share + 0.02, rank, low or rank, high or rank)


def gap_of(value, half=0.03):
    return (value, value - half, value + half)


FACTORS = (
    FactorNumbers(
        "price", *standing(0.30, 1), *standing(0.06, 5), *standing(0.05, 5, 4, 5),
        *gap_of(-0.25), *gap_of(-0.24),
    ),
    FactorNumbers(
        "product", *standing(0.25, 2), *standing(0.10, 4), *standing(0.10, 4, 4, 5),
        *gap_of(-0.15), *gap_of(-0.15),
    ),
    FactorNumbers(
        "speed", *standing(0.20, 3), *standing(0.16, 3), *standing(0.16, 3),
        *gap_of(-0.04, 0.05), *gap_of(-0.04, 0.05),
    ),
    FactorNumbers(
        "app", *standing(0.15, 4), *standing(0.18, 2), *standing(0.18, 2),
        *gap_of(0.03, 0.05), *gap_of(0.03, 0.05),
    ),
    FactorNumbers(
        "treatment", *standing(0.10, 5), *standing(0.50, 1), *standing(0.51, 1),
        *gap_of(0.41), *gap_of(0.40),
    ),
)  # fmt: skip


def form(name, first="price"):
    rows = [
        StatedNumbers(f.factor, 5.0, f.stated, f.stated_low, f.stated_high, rank, rank, rank)
        for rank, f in enumerate(
            sorted(FACTORS, key=lambda f: (f.factor != first, f.stated_rank)), start=1
        )
    ]
    return FormNumbers(name, 300, tuple(rows))


BASE = Gap(
    n=900,
    language="en",
    numbers=GapNumbers(
        factors=FACTORS,
        stated_form="ratings",
        forms=(form("ratings"),),
        behaviour_outcome="left",
        stated_n=1000,
        derived_n=900,
        behaviour_n=800,
        derived_r2=0.5,
        behaviour_r2=0.08,
        derived_noise=0.01,
        behaviour_noise=0.1,
        derived_chance=0.0,
        behaviour_chance=0.0,
        correlation=0.2,
    ),
    left_out=(),
    latest_of=None,
    lost=0,
    untold=(),
)


def numbers(finding, **changes):
    return replace(finding, numbers=replace(finding.numbers, **changes))


def each(finding, **changes):
    """Put other numbers into every factor: the same, or one after the other."""
    rows = [
        replace(f, **{k: v[i] if isinstance(v, tuple) else v for k, v in changes.items()})
        for i, f in enumerate(finding.numbers.factors)
    ]
    return numbers(finding, factors=tuple(rows))


def without(finding, key, gap_key):
    """The finding as it would be with one importance refused."""
    keys = [f"{key}{end}" for end in ("", "_low", "_high", "_rank", "_rank_low", "_rank_high")]
    keys += [f"{gap_key}{end}" for end in ("", "_low", "_high")]
    return each(finding, **dict.fromkeys(keys))


def score_only(finding):
    changed = without(finding, "behaviour", "gap")
    return numbers(
        changed,
        behaviour_outcome=None,
        behaviour_n=0,
        behaviour_r2=None,
        behaviour_noise=None,
        behaviour_chance=None,
    )


def only(finding, direction):
    """Leave one direction sure: no other factor's interval misses nothing."""
    changes = {}
    for key in ("gap", "derived_gap"):
        values = [getattr(factor, key) for factor in finding.numbers.factors]
        for end, open_end in (("_low", -0.5), ("_high", 0.5)):
            changes[key + end] = tuple(
                open_end
                if value is not None and value * direction < 0
                else getattr(factor, key + end)
                for value, factor in zip(values, finding.numbers.factors, strict=True)
            )
    return each(finding, **changes)


RANKS = ("stated_rank", "behaviour_rank", "derived_rank")


def same_ranks(finding):
    keys = [f"{key}{end}" for key in RANKS for end in ("", "_low", "_high")]
    return each(finding, **dict.fromkeys(keys, (1, 2, 3, 4, 5)))


def narrow_gaps(finding, half):
    changes = {f"{key}{end}": sign * half for key in ("gap", "derived_gap")
               for end, sign in (("_low", -1), ("_high", 1))}  # fmt: skip
    return each(finding, **changes)


def variants():
    yield "as found", BASE, {
        "over_and_under", "detail_between_left", "detail_sure_left", "score_same",
        "score_place", "goes_with_left",
        "check_apart", "check_strong", "check_no_halo", "check_used_stated", "check_used_behaviour",
        "check_ranks_stated", "check_ranks_behaviour", "rank_between", "caption_left",
        "method_ratings",
    }  # fmt: skip
    for outcome, finding in (("worth", numbers(BASE, behaviour_outcome="worth")),
                             ("score", score_only(BASE))):  # fmt: skip
        ending = "_score" if outcome == "score" else ""
        places = {
            f"{key}_rank{end}": ranks
            for key in ("behaviour", "derived")
            for end, ranks in (("_low", (4, 4, 3, 2, 1)), ("_high", (5, 5, 3, 2, 2)))
            if getattr(finding.numbers.factors[0], key) is not None
        }
        yield f"{outcome} between", each(finding, **places), {f"detail_between_{outcome}"}
        yield f"{outcome} over", only(finding, -1), {f"over{ending}"}
        yield f"{outcome} under", only(finding, 1), {f"under{ending}"}
        yield f"{outcome} same", same_ranks(finding), {f"same_rank_{outcome}"}
    yield "left over", only(BASE, -1), {"over"}
    yield "left under", only(BASE, 1), {"under"}
    yield "left same", same_ranks(BASE), {"same_rank_left"}
    yield "left unplaced", each(BASE, behaviour_rank_low=None, behaviour_rank_high=None), {
        "same_rank_left"
    }  # fmt: skip
    yield "latest", replace(BASE, latest_of=900), {"check_used_latest"}
    yield "alike", narrow_gaps(BASE, gap.THRESHOLDS.near), {"alike"}
    yield "unsure", narrow_gaps(BASE, 0.3), {"unsure"}
    yield "no intervals", each(BASE, gap_low=None, gap_high=None), {"unsure", "check_no_interval"}
    other = each(BASE, derived_rank=(1, 2, 3, 4, 5))
    yield "other for the score", other, {"score_other"}
    yield "no score", numbers(
        without(BASE, "derived", "derived_gap"), derived_chance=0.3, derived_noise=0.9
    ), {"no_score", "check_chance_derived"}  # fmt: skip
    for n in (0, 1, 7):
        yield f"{n} for the score", numbers(
            without(BASE, "derived", "derived_gap"), derived_n=n, derived_noise=None,
            derived_chance=None, derived_r2=None,
        ), {"check_few_derived"}  # fmt: skip
        few = numbers(score_only(BASE), behaviour_outcome="left", behaviour_n=n)
        yield f"{n} leavers", few, {"check_few_behaviour", "refused_behaviour"}
    yield "nothing done", score_only(BASE), {
        "no_behaviour", "check_no_behaviour", "check_ranks_derived"
    }  # fmt: skip
    refused = numbers(
        score_only(BASE), behaviour_outcome="left", behaviour_noise=0.8, behaviour_chance=0.2
    )
    yield "chance", refused, {"refused_behaviour", "check_chance_behaviour"}
    yield "noisy", numbers(BASE, behaviour_noise=0.3, derived_noise=0.3), {
        "check_noisy_behaviour", "check_noisy_derived"
    }  # fmt: skip
    for name in ("points", "ranks", "maxdiff", "reasons"):
        yield name, numbers(BASE, stated_form=name, forms=(form(name),)), {f"method_{name}"}
    also = numbers(BASE, forms=(form("ratings"), form("maxdiff"), form("reasons", "treatment")))
    yield "also", also, {"also_maxdiff", "also_reasons"}
    yield "reasons", numbers(BASE, stated_form="reasons"), {"check_told_reasons"}
    yield "flat", each(BASE, stated=0.2), {"check_flat"}
    yield "weak", numbers(BASE, behaviour_r2=0.01), {"check_weak"}
    yield "halo", numbers(BASE, correlation=0.7), {"check_halo"}
    yield "one driver", numbers(BASE, correlation=None), {"check_one_driver"}
    for n in (1, 2):
        names = ("price", "speed")[:n]
        apart = replace(BASE, left_out=names, lost=n, untold=names)
        yield f"{n} left out", apart, {
            "check_left_out", "check_lost_choices", "check_untold_items"
        }  # fmt: skip
        yield f"{n} answers", numbers(BASE, behaviour_n=n), {"caption_left"}
    for rank in range(1, 12):
        moved = list(FACTORS)
        places = {f"behaviour_rank{end}": rank for end in ("", "_low", "_high")}
        stated = {f"stated_rank{end}": 12 for end in ("", "_low", "_high")}
        moved[4] = replace(moved[4], **stated, **places)
        yield f"rank {rank}", numbers(BASE, factors=tuple(moved)), {
            f"rank_{rank}" if rank <= 10 else "rank_n"
        }  # fmt: skip


VARIANTS = {name: (finding, expected) for name, finding, expected in variants()}


@pytest.fixture
def walked(said, say_everything):
    """Let every variant speak; return what was said."""

    def walk():
        texts = []
        for variant, (finding, expected) in VARIANTS.items():
            before = set(said)
            said.clear()
            texts += say_everything(finding)
            for narrow in (False, True):
                for language in ("en", "fi"):
                    finding.translated(language).chart(narrow=narrow)
            wanted = {(f"gap.{case}", language) for case in expected for language in ("en", "fi")}
            assert wanted <= said, (variant, wanted - said)
            said.update(before)
        return texts

    return walk


def test_every_sentence_is_said_by_some_finding(walked, said):
    walked()
    every = {(case, language) for case in cases("gap") for language in ("en", "fi")}
    assert sorted(every - said) == []


def test_no_sentence_shows_what_nobody_should_read(walked):
    texts = [text for text in walked() if not text.startswith(("{", "<", "understand."))]
    assert [text for text in texts if ODD.search(text)] == []
    assert all(text == "" or text[0].isupper() or text[0].isdigit() for text in texts)


REFUSALS = {
    "gap_no_drivers": {},
    "gap_no_factors": {},
    "gap_no_stated": {},
    "gap_no_common": {"n": 1, "least": 2},
    "gap_many_factors": {"n": 30, "most": 24},
    "gap_shared_driver": {},
    "gap_few_stated": {"least": 20},
    "gap_untold": {"n": 1, "items": "Low price"},
    "gap_nothing_explained": {"n": 400},
}


def test_every_refusal_is_said_with_its_next_step(said, say_everything):
    for reason, values in REFUSALS.items():
        for n in (1, 3):
            given = tuple((values | ({"n": n} if "n" in values else {})).items())
            refusal = Refusal(
                n=0,
                language="en",
                numbers=None,
                refused=gap.NAME,
                reason=reason,
                values=given,
            )
            texts = say_everything(refusal)
            assert refusal.story()[0].advice
            shown = [text for text in texts if not text.startswith(("{", "<", "understand."))]
            assert not [text for text in shown if ODD.search(text)]
    mine = {case for case in cases("refusals") if case.startswith("refusals.gap_")}
    assert {(case, language) for case in mine for language in ("en", "fi")} <= said
    assert {f"refusals.{reason}" for reason in REFUSALS} <= mine


def test_finnish_and_english_name_the_same_values():
    named = re.compile(r"\{(\w+)")
    for case in cases("gap"):
        values = [
            {
                name
                for text in (t.values() if isinstance(t, dict) else (t,))
                for name in named.findall(text)
            }
            for t in (template(case, language) for language in ("en", "fi"))
        ]
        assert values[0] == values[1], case


def test_the_first_sentence_is_the_one_a_leader_remembers():
    said_first, *rest = BASE.story()
    both = "Price: said first, does fourth to fifth. Treatment: said fifth, does first."
    assert said_first.text == both
    assert "Price" in rest[0].text
    assert BASE.translated("fi").story()[0].text == (
        "Price: sanoissa ensimmäinen, teoissa neljäs–viides. Treatment: sanoissa viides, "
        "teoissa ensimmäinen."
    )


def test_a_place_that_is_sure_is_told_as_one():
    sure = each(BASE, behaviour_rank_low=(5, 4, 3, 2, 1))
    assert sure.story()[0].text == (
        "Price: said first, does fifth. Treatment: said fifth, does first."
    )
    assert (
        sure.translated("fi")
        .story()[0]
        .text.startswith("Price: sanoissa ensimmäinen, teoissa viides.")
    )


def checks(finding):
    return {check.check: check.status for check in finding.checks()}


LIMITS = gap.THRESHOLDS


@pytest.mark.parametrize(
    ("at", "good", "bad"),
    [
        (lambda e: each(BASE, stated=(0.375 * (1 - e), 0.25, 0.25, 0.25, 0.25)), "apart", "flat"),
        (lambda e: numbers(BASE, behaviour_r2=LIMITS.weak - e), "strong", "weak"),
        (lambda e: numbers(BASE, correlation=LIMITS.halo + e), "no_halo", "halo"),
        (lambda e: numbers(BASE, behaviour_noise=LIMITS.noisy + e), "", "noisy_behaviour"),
        (lambda e: numbers(BASE, derived_noise=LIMITS.noisy + e), "", "noisy_derived"),
        (lambda e: numbers(BASE, derived_chance=MOST_CHANCE + e), "", "chance_derived"),
    ],
)
def test_a_threshold_belongs_to_the_good_side_and_names_the_case(at, good, bad):
    assert bad not in checks(at(0.0))
    assert not good or checks(at(0.0))[good] == "ok"
    assert checks(at(1e-6))[bad] in ("warn", "refuse")
    assert good not in checks(at(1e-6))


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        (lambda e: numbers(BASE, stated_n=450 - e), "used_stated"),
        (lambda e: numbers(BASE, behaviour_n=450 - e), "used_behaviour"),
        (lambda e: numbers(replace(BASE, latest_of=900), behaviour_n=450 - e), "used_latest"),
        (
            lambda e: each(BASE, stated_rank_high=(1, 2, 3 + e, 5, 6)),
            "ranks_stated",
        ),
    ],
)
def test_a_share_at_its_limit_is_enough(changes, check):
    assert checks(changes(0))[check] == "ok"
    assert checks(changes(1))[check] == "warn"


def test_a_gap_whose_interval_touches_nothing_is_not_sure():
    assert BASE.story()[0].case == "gap.over_and_under"
    touching = each(BASE, gap_high=(0.0, 0.0, 0.1, 0.1, 0.9))
    assert touching.story()[0].case == "gap.under"


def test_a_place_that_may_be_the_same_is_not_told_as_moved():
    moved = each(BASE, behaviour_rank_low=(2, 4, 3, 2, 1), behaviour_rank_high=(5, 5, 3, 2, 4))
    assert moved.story()[0].case == "gap.over_and_under"
    above = each(moved, behaviour_rank_low=(1, 2, 3, 2, 1))
    assert above.story()[0].case == "gap.under"
    neither = each(above, behaviour_rank_high=(5, 5, 3, 4, 5))
    assert neither.story()[0].case == "gap.same_rank_left"
