"""Every sentence and check of the mirror is reached, in both languages, and none says nonsense."""

import re
from dataclasses import replace

import pytest

from kuski.understand.mirror.calibration import FigureNumbers
from kuski.understand.mirror.finding import THRESHOLDS
from kuski.understand.mirror.teller import TableTest
from kuski.words import cases, template

NAME = "understand.mirror"
# Left-over braces, and numbers that nobody should read.
ODD = re.compile(r"\{|\}|\bNone\b|\bnan\b|\binf\b|np\.|  ")


def numbers(finding, **changes):
    """Put other numbers into a finding."""
    return replace(finding, numbers=replace(finding.numbers, **changes))


def group(finding, **changes):
    """Put other numbers of the leaders together into a finding."""
    return numbers(finding, group=replace(finding.numbers.group, **changes))


def given(finding, **changes):
    """Change what was guessed."""
    return replace(finding, forecasts=replace(finding.forecasts, **changes))


def verdicts(finding, *named):
    """Give the first figures these verdicts, and leave the others out."""
    figures = [
        replace(figure, verdict=verdict)
        for figure, verdict in zip(finding.numbers.figures, named, strict=False)
    ]
    return numbers(finding, figures=tuple(figures))


def figure(kind, name, **changes):
    """Make a figure of any kind."""
    found = FigureNumbers(
        f"{kind}_{name}", kind, name, 6, 0.0, 1.0, 0.3, 0.2, 0.4, 0.5, 0.4, 0.6, 0.2, 0.1, 0.3,
        0.15, "overrated",
    )  # fmt: skip
    return replace(found, **changes)


def topic(finding, name, bias, *, figures=3):
    """Let the leaders lean one way, by more than its error."""
    one = finding.numbers.topics[0]
    sure = replace(
        one, topic=name, figures=figures, bias=bias, bias_low=bias - 0.05, bias_high=bias + 0.05
    )
    return numbers(finding, topics=(sure,))


def table_test(**changes):
    found = TableTest(
        "contact", ("leader", "customer"), ("app", "phone"), ((5, 25), (40, 20)), 20.2, 1, 0.00001,
        "chi2", 0.47, ((-4.5, 4.5), (4.5, -4.5)),
    )  # fmt: skip
    return replace(found, **changes)


CONTACTS = ("phone", "chat", "face_to_face", "email", "letter", "web", "app", "machine", "other")


def variants(base):
    """Yield a finding and the cases that it must say."""
    yield base, {"message_both", "counts", "goes_with", "method", "title", "question", "caption"}
    yield verdicts(base, "overrated"), {"message_over", "verdict_overrated"}
    yield verdicts(base, "right", "underrated"), {"message_under", "verdict_right"}
    yield verdicts(base, "right"), {"message_right"}
    yield verdicts(base, "right", "unsure"), {"message_right", "verdict_unsure"}
    yield verdicts(base, "unsure", "unsure"), {"message_unsure"}
    yield verdicts(base, None), {"message_unknown", "verdict_unknown"}
    for kind, names in (
        ("leaving", ("treatment", "price", "product", "life")),
        ("share", ("below", "middle", "top")),
    ):
        for name in names:
            yield (
                numbers(base, figures=(figure(kind, name),)),
                {f"figure_{kind}_{name}", f"row_{name}", "verdict_overrated"},
            )
    for kind in ("importance", "score", "nps", "driver"):
        yield numbers(base, figures=(figure(kind, "warmth"),)), {f"figure_{kind}"}
    for n in (1, 3):
        for chance, case in ((1.0, "same"), (0.0, "other"), (0.5, "unsure")):
            yield group(base, first_chance=chance, pairs=n), {f"order_{case}"}
        yield group(base, rank_agreement_low=None), {"order_unsure"}
    yield group(base, equal_error=0.1, importance_error=0.2), {"equal_better"}
    yield topic(base, "price", 0.2), {"lean_over"}
    yield topic(base, "price", -0.2), {"lean_under"}
    yield topic(base, "satisfaction", 0.2), {"rosy"}
    yield topic(base, "satisfaction", -0.2), {"gloomy"}
    yield group(base, gain=0.01, single_error=0.2), {"crowd_blind", "leaders_range"}
    yield group(base, gain=0.1, single_error=0.2), {"crowd_helps"}
    names = tuple(f"Leader {chr(65 + place)}" for place in range(base.forecasts.n))
    shown = [
        replace(leader, leader=name)
        for leader, name in zip(base.numbers.leaders, names, strict=True)
    ]
    yield (
        given(numbers(base, leaders=tuple(shown)), names=names),
        {"leaders_named", "check_named"},
    )
    seed = base.numbers.seed
    for changes, case in (
        ({"planned_high": 0.2, "rewarded_low": 0.4}, "seed_gap"),
        ({"planned_high": 0.5, "rewarded_low": 0.4}, "seed_whole"),
        ({"planned": None}, "seed_told"),
        ({"planned": None, "customers_told": None}, "seed_alone"),
    ):
        yield numbers(base, seed=replace(seed, **changes)), {case, "seed_factor", "remembered"}
    yield numbers(base, seed=None), {"check_few_stories"}
    yield (
        replace(numbers(base, seed=None, table_test=None), has_stories=False),
        {"check_no_stories"},
    )
    yield numbers(base, table_test=table_test()), {"tellers_differ", "p_below"}
    yield (
        numbers(base, table_test=table_test(p=0.2, method="permutation")),
        {"tellers_alike", "p_is", "check_drawn_tables"},
    )
    for name in CONTACTS:
        test = table_test(columns=("x", name))
        yield numbers(base, table_test=test), {f"contact_{name}"}
    for teller in ("leader", "employee", "customer"):
        test = table_test(tellers=(teller, "customer"), by="factor", columns=("app", "warmth"))
        yield numbers(base, table_test=test), {f"teller_{teller}"}
    for n in (1, 3):
        names = ("share_top", "nps", "mean_score")[:n]
        yield given(base, unknown=names), {"check_unknown"}
        yield given(base, n_percent=n, percent=names), {"check_percent"}
        yield given(base, n_off_scale=n, off_scale=names), {"check_off_scale"}
        yield given(base, unreadable=n, repeated=n), {"check_unreadable", "check_repeated"}
        yield given(base, thin=names), {"check_thin"}
        yield group(base, off_sum=n), {"check_off_sum"}
        lost = [figure("share", "top", truth=None, truth_low=None, verdict=None)] * n
        yield numbers(base, figures=tuple(lost)), {"check_no_truth"}
        thin = [figure("share", "top", truth_low=None, verdict=None)] * n
        yield numbers(base, figures=tuple(thin)), {"check_no_interval"}
    yield replace(base, is_divided=False), {"check_undivided"}
    yield replace(base, is_corrected=False), {"check_reasons_told"}
    yield replace(base, is_corrected=True), {"check_reasons_corrected", "check_anonymous"}


@pytest.fixture
def walked(demo_company, said, say_everything):
    """Let every variant speak; return what was said."""
    texts = []
    heard = set()
    for finding, expected in variants(demo_company.findings[NAME]):
        said.clear()
        texts += say_everything(finding)
        wanted = {(f"mirror.{case}", language) for case in expected for language in ("en", "fi")}
        assert not wanted - said, sorted(wanted - said)
        heard |= said
    said.update(heard)
    return texts


@pytest.mark.usefixtures("walked")
def test_every_sentence_of_the_mirror_is_said_by_some_finding(said):
    every = {(case, language) for case in cases("mirror") for language in ("en", "fi")}
    advice = {(case, language) for case, language in every if case.endswith("_advice")}
    assert sorted(every - said) == []
    assert advice


def test_no_sentence_of_the_mirror_shows_what_nobody_should_read(walked):
    texts = [text for text in walked if not text.startswith(("{", "<", NAME))]
    assert [text for text in texts if ODD.search(text)] == []
    assert all(text == "" or text[0].isupper() or text[0].isdigit() for text in texts)


def test_finnish_and_english_of_the_mirror_name_the_same_values():
    named = re.compile(r"\{(\w+)")
    for case in cases("mirror"):
        values = []
        for language in ("en", "fi"):
            text = template(case, language)
            forms = text.values() if isinstance(text, dict) else (text,)
            values.append({name for form in forms for name in named.findall(form)})
        assert values[0] == values[1], case


def statuses(finding):
    return {check.check: check.status for check in finding.checks()}


def story(finding):
    return {sentence.case.split(".")[1] for sentence in finding.story()}


def test_so_few_leaders_are_called_few_and_no_more(demo_company):
    base = demo_company.findings[NAME]
    guesses = base.forecasts.guesses
    assert statuses(given(base, guesses=guesses[: THRESHOLDS.few]))["leaders"] == "ok"
    assert statuses(given(base, guesses=guesses[: THRESHOLDS.few - 1]))["leaders"] == "warn"


@pytest.mark.parametrize(
    ("at", "good", "bad"),
    [
        (
            lambda f, e: group(f, single_error=0.5, gain=0.5 * THRESHOLDS.blind - e),
            "crowd_helps",
            "crowd_blind",
        ),
        (
            lambda f, e: numbers(f, table_test=table_test(p=THRESHOLDS.p - e)),
            "tellers_alike",
            "tellers_differ",
        ),
        (lambda f, e: group(f, first_chance=THRESHOLDS.sure - e), "order_same", "order_unsure"),
        (lambda f, e: group(f, first_chance=0.05 + e), "order_other", "order_unsure"),
    ],
    ids=["blind", "p", "first", "not first"],
)
def test_the_story_turns_at_its_thresholds(demo_company, at, good, bad):
    base = demo_company.findings[NAME]
    assert good in story(at(base, 0.0))
    assert bad in story(at(base, 1e-9))


def test_a_leaning_is_told_only_of_several_figures_and_away_from_zero(demo_company):
    base = demo_company.findings[NAME]
    assert "lean_over" in story(topic(base, "price", 0.0501))
    assert "lean_over" not in story(topic(base, "price", 0.05))
    assert "lean_over" not in story(topic(base, "price", 0.2, figures=1))


def test_long_lists_of_names_are_cut_and_say_so(demo_company):
    base = demo_company.findings[NAME]
    names = tuple(f"name_{place:02d}" for place in range(THRESHOLDS.listed + 1))
    text = next(c.text for c in given(base, unknown=names).checks() if c.check == "unknown")
    assert "name_11 …" in text
    assert "name_12" not in text
