"""Two people who read the same stories: alpha per code, and where they differ."""

import krippendorff
import numpy as np
import pytest

from kuski.listen.stories.agreement import comparison, words_of_ledger, words_of_sheets
from kuski.listen.stories.correction import Correction
from kuski.listen.stories.event import Said, Word
from kuski.listen.stories.ledger import Checked
from kuski.listen.stories.mark import Mark

from .book import BOOK

# Both compute the same closed formula; only the order of sums differs.
EXACT = 1e-12


def values(factors=(), polarity=None, intensity=None):
    return {
        "factor": tuple(Mark(code) for code in factors),
        "polarity": () if polarity is None else (Mark(polarity),),
        "intensity": () if intensity is None else (Mark(intensity),),
    }


def pair(first, second):
    return {"Anna": first, "Bo": second}


def compared(words):
    return comparison(words, BOOK, rng=np.random.default_rng(1))


@pytest.fixture(scope="module")
def words():
    """200 stories, of which Bo sees every fifth another way."""
    rng = np.random.default_rng(4)
    found = {}
    for n in range(200):
        factors = [code for code in ("speed", "price") if rng.random() < 0.4]
        polarity = str(rng.choice(["negative", "positive"]))
        intensity = str(rng.integers(1, 4))
        other = factors if rng.random() < 0.8 else ["speed"]
        turned = polarity if rng.random() < 0.9 else None
        changed = intensity if rng.random() < 0.8 else "2"
        found["responses", f"story {n}"] = pair(
            values(factors, polarity, intensity), values(other, turned, changed)
        )
    return found


def of(found, family, code=None):
    return next(each for each in found.codes if (each.family, each.code) == (family, code))


@pytest.mark.parametrize("code", ["speed", "price"])
def test_alpha_of_a_code_is_krippendorffs(words, code):
    data = np.array([[code in [m.code for m in said[who]["factor"]] for said in words.values()]
                     for who in ("Anna", "Bo")], dtype=float)  # fmt: skip
    expected = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
    found = of(compared(words), "factor", code)
    assert found.alpha == pytest.approx(expected, abs=EXACT)
    assert found.low < found.alpha < found.high
    assert found.same == pytest.approx((data[0] == data[1]).mean())


def test_silence_is_a_value_of_a_family_with_one_code(words):
    names = {None: 0, "negative": 1, "positive": 2}
    data = np.array([[names[next((m.code for m in said[who]["polarity"]), None)]
                      for said in words.values()] for who in ("Anna", "Bo")])  # fmt: skip
    expected = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
    assert of(compared(words), "polarity").alpha == pytest.approx(expected, abs=EXACT)


def test_intensity_is_ordinal(words):
    data = np.array([[int(said[who]["intensity"][0].code) for said in words.values()]
                     for who in ("Anna", "Bo")])  # fmt: skip
    expected = krippendorff.alpha(reliability_data=data, level_of_measurement="ordinal")
    assert of(compared(words), "intensity").alpha == pytest.approx(expected, abs=EXACT)


def test_what_only_one_person_read_is_left_out(words):
    alone = {("responses", f"alone {n}"): {"Anna": values(["price"])} for n in range(50)}
    assert compared({**words, **alone}).codes == compared(words).codes
    assert compared({**words, **alone}).stories == 200


def test_a_family_that_one_of_two_did_not_look_at_is_not_compared():
    half = {("responses", str(n)): pair({"factor": ()}, values()) for n in range(20)}
    found = compared(half)
    assert of(found, "factor", "speed").stories == 20
    assert of(found, "polarity").stories == 0
    assert of(found, "polarity").alpha is None


def test_a_code_that_nobody_gave_has_no_alpha():
    silent = {("responses", str(n)): pair(values(), values()) for n in range(20)}
    found = of(compared(silent), "factor", "speed")
    assert (found.alpha, found.low, found.given, found.same) == (None, None, 0, 1.0)


def test_the_stories_on_which_they_differ_are_listed_with_what_each_said():
    words = {
        ("stories", "b"): pair(values(["speed"], "positive"), values(["speed"], "negative")),
        ("responses", "a"): pair(values(["speed", "price"]), values(["price", "speed"])),
        ("responses", "c"): pair(values(["speed"]), values()),
    }
    found = compared(words).disagreements
    assert [(each.text, each.family) for each in found] == [("b", "polarity"), ("c", "factor")]
    assert found[0].said == (("Anna", ("positive",)), ("Bo", ("negative",)))
    assert found[1].said == (("Anna", ("speed",)), ("Bo", ()))


def test_words_come_from_the_ledger_or_from_sheets():
    said = Said("responses", "a", "random", values(["speed"]))
    other = Said("responses", "a", "random", values(["price"]))
    ledger = words_of_ledger(
        {("responses", "a"): Checked("responses", "a", "random", (
            Word("1", "2026-11-22", "Anna", said), Word("2", "2026-11-22", "Bo", other)))}
    )  # fmt: skip
    sheets = words_of_sheets({"Anna": Correction((said,), 1, 0), "Bo": Correction((other,), 1, 0)})
    assert ledger == sheets == {("responses", "a"): pair(said.values, other.values)}


def test_what_both_were_handed_with_the_machines_codes_is_left_out():
    said = Said("responses", "a", "uncertain", values(["speed"]))
    words = (Word("1", "2026-11-22", "Anna", said), Word("2", "2026-11-22", "Bo", said))
    assert (
        words_of_ledger({("responses", "a"): Checked("responses", "a", "uncertain", words)}) == {}
    )
    sheet = Correction((said,), 1, 0)
    assert words_of_sheets({"Anna": sheet, "Bo": sheet}) == {}


def test_nothing_to_compare_gives_nothing():
    found = compared({})
    assert (found.people, found.stories, found.disagreements) == ((), 0, ())
