"""On the made-up company the coder errs, and what a checked sample sets right holds the truth."""

import json

import pytest

import kuski
from kuski import demo
from kuski.listen.stories.coding import code_study

# Of some seventy 95 % intervals of one company, which stand on the same 150 stories, so that misses
# come together.
LEAST = 0.85


@pytest.fixture(scope="module", params=[1, 2, 3])
def company(tmp_path_factory, request):
    files = demo.write(tmp_path_factory.mktemp("told"), customers=300, seed=request.param)
    study = kuski.open(files.study, language="en")
    code_study(study)
    truth = json.loads(files.truth.read_text(encoding="utf-8"))["listen.stories"]["told"]
    (finding,) = kuski.open(files.study, language="en").findings(["listen.stories"])
    return finding, truth


def told(finding):
    """List every corrected share with its code, by polarity."""
    stories = next(one for one in finding.numbers.sources if one.source == "stories")
    return [
        (f"{code.family}.{code.code}", part)
        for code in stories.codes
        for part in code.told
        if part.is_corrected and part.polarity in {"excellent", "awful"}
    ]


def test_the_shares_that_are_set_right_hold_the_truth(company):
    finding, truth = company
    shares = told(finding)
    held = [
        part.share_low - 1e-9 <= truth[part.polarity].get(code, 0.0) <= part.share_high + 1e-9
        for code, part in shares
    ]
    assert len(shares) > 50
    assert sum(held) / len(held) >= LEAST


def test_the_shares_as_coded_are_far_from_it_for_some_codes(company):
    finding, truth = company
    misses = [
        code
        for code, part in told(finding)
        if abs(part.share_coded - truth[part.polarity].get(code, 0.0)) > 0.15
    ]
    assert misses


def test_most_excellent_stories_tell_of_a_human(company):
    finding, truth = company
    human = next(
        part
        for code, part in told(finding)
        if code == "contact.human" and part.polarity == "excellent"
    )
    assert human.share_low <= truth["excellent"]["contact.human"] <= human.share_high
    assert human.share > 0.8
