"""On the made-up company, whose truth is known, told reasons mislead and the checked set right.

`kuski.demo.company` says how: 46 % leave for treatment and 20 % for price, but 53 % say price.
"""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import kuski
from kuski import demo
from kuski.finding import Finding

COMPANIES, CUSTOMERS = 12, 8_000
# An interval of 95 % misses 4 or more of 12 companies once in 440 times; the seeds are fixed. Of
# all 168 figures 8 should miss; those of one company go together.
LEAST_HELD, LEAST_HELD_TOGETHER = 9, 150


@dataclass(frozen=True)
class Company:
    finding: Finding
    truth: dict[str, Any]

    def intervals(self):
        """Every figure: the truth and the two ends."""
        numbers, found = self.finding.numbers, {}
        true = {one["reason"]: one for one in self.truth["reasons"]}
        for one in numbers.groups:
            told = true[one.group]
            found[f"told {one.group}"] = (
                told["stated_share"], one.stated_share_low, one.stated_share_high,
            )  # fmt: skip
            found[f"true {one.group}"] = (told["true_share"], one.share_low, one.share_high)
            gap = told["true_share"] - told["stated_share"]
            found[f"gap {one.group}"] = (gap, one.difference_low, one.difference_high)
        share = self.truth["expected_share_left"]
        found["left"] = (share, numbers.share_left_low, numbers.share_left_high)
        last = self.truth["incidence"][-1]
        stated = {one["reason"]: one["stated"] for one in last["reasons"]}
        for one in numbers.incidence:
            if one.time == last["months"] and one.group == "price":
                found["price by 12"] = (stated["price"], one.share_low, one.share_high)
        return found


@pytest.fixture(scope="module")
def companies(tmp_path_factory):
    found = []
    for seed in range(COMPANIES):
        folder = tmp_path_factory.mktemp(f"leaving{seed}")
        files = demo.write(folder, customers=CUSTOMERS, seed=seed)
        truth = json.loads(files.truth.read_text(encoding="utf-8"))["understand.leaving"]
        found.append(Company(kuski.open(files.study).finding("understand.leaving"), truth))
    return found


def test_intervals_hold_the_truth_as_often_as_they_say(companies):
    held, together = {}, 0
    for company in companies:
        for name, (true, low, high) in company.intervals().items():
            held[name] = held.get(name, 0) + (low <= true <= high)
            together += low <= true <= high
    assert len(held) == 14
    assert {name: n for name, n in held.items() if n < LEAST_HELD} == {}
    assert together >= LEAST_HELD_TOGETHER


def test_what_is_told_at_the_door_is_not_what_is_so(companies):
    for company in companies:
        true = {one["reason"]: one["true_share"] for one in company.truth["reasons"]}
        for one in company.finding.numbers.groups:
            if one.group in ("treatment", "price"):
                assert not one.stated_share_low <= true[one.group] <= one.stated_share_high


def test_treatment_is_found_behind_price(companies):
    firsts = [company.finding.story()[0].case for company in companies]
    # In a company of 8,000 some 630 leave and 250 are checked; not all are enough to be sure.
    assert firsts.count("leaving.said_otherwise") >= 0.75 * COMPANIES
    assert all(company.finding.commonest == ("price", "treatment") for company in companies)


def test_the_shares_of_all_companies_together_are_the_truth(companies):
    for name in ("treatment", "price", "product", "life"):
        errors = []
        for company in companies:
            one = next(each for each in company.finding.numbers.groups if each.group == name)
            true = next(each for each in company.truth["reasons"] if each["reason"] == name)
            errors.append(one.share - true["true_share"])
        assert abs(np.mean(errors)) < 3 * np.std(errors, ddof=1) / np.sqrt(COMPANIES)


def test_the_larger_company_tells_the_whole_story(demo_company):
    found = demo_company.findings["understand.leaving"]
    cases = [sentence.case for sentence in found.story()]
    assert cases[:2] == ["leaving.said_otherwise", "leaving.categories_checked"]
    price = next(one for one in found.numbers.said if one.group == "price")
    assert price.kinds[0].kind == "human"
    assert price.kinds[0].difference_high < 0
    truth = demo_company.truth["understand.leaving"]
    assert found.numbers.left == truth["left"]
    assert {one.reason: one.n for one in found.numbers.reasons} == {
        one["reason"]: one["stated_n"] for one in truth["reasons"]
    }
