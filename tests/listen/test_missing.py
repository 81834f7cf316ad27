"""Codes that mean missing are found by what says so, and by standing apart."""

import pytest

from kuski.listen.missing import means_missing, sort_codes
from kuski.listen.profile import ColumnProfile

FIVE = {"1": 5, "2": 30, "3": 200, "4": 300, "5": 100}


def column(counts, **told):
    numeric = sum(n for text, n in counts.items() if text.lstrip("-").isdigit())
    filled = sum(counts.values())
    return ColumnProfile(
        "x", 0, filled, filled, len(counts), counts, numeric=numeric, whole=numeric, **told
    )


@pytest.mark.parametrize("code", [-99, -1, 99, 98, 97, 999])
def test_a_far_code_is_missing(code):
    assert sort_codes(column({**FIVE, str(code): 12})).far == (code,)


def test_a_code_that_fits_among_the_others_is_an_answer():
    ages = {str(age): 10 for age in range(18, 100)}
    assert sort_codes(column(ages)).codes == ()


def test_a_far_code_beside_ages_is_missing():
    ages = {str(age): 10 for age in range(18, 70)}
    assert sort_codes(column({**ages, "999": 7, "-1": 3})).codes == (-1, 999)


def test_a_word_among_numbers_is_missing():
    assert sort_codes(column({**FIVE, "Blank": 20})).words == ("Blank",)


def test_what_the_file_declares_or_labels_is_missing():
    told = sort_codes(
        column(
            {**FIVE, "6": 40, "8": 3},
            declared=(8.0,),
            value_labels={1.0: "huono", 5.0: "hyvä", 6.0: "en osaa sanoa"},
        )
    )
    assert (told.declared, told.labelled) == ((8,), (6,))
    assert list(told.levels) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "text",
    ["Blank", "N/A", "Don't know", "Don't Know or Refused", "En osaa sanoa", "EOS", "never used",
     "ei vastausta", "-", "Prefer not to say", "Ei kokemusta"],
)  # fmt: skip
def test_words_for_no_answer_are_known(text):
    assert means_missing(text)


@pytest.mark.parametrize(
    "text", ["Ei", "No", "5", "Helsinki", "None", "Kyllä", "Noise", "eos-alue"]
)
def test_other_words_are_answers(text):
    assert not means_missing(text)
