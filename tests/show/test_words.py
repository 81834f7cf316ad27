from string import Formatter

import pytest

from kuski.words import LANGUAGES, cases, template

CASES = [*cases("chart"), *cases("report")]


def forms(text):
    return [text] if isinstance(text, str) else list(text.values())


def names(text):
    return {name for form in forms(text) for _, name, _, _ in Formatter().parse(form) if name}


@pytest.mark.parametrize("case", CASES)
def test_every_case_is_said_in_both_languages_with_the_same_values(case):
    told = [template(case, language) for language in LANGUAGES]
    assert all(form.strip() for text in told for form in forms(text))
    assert len({frozenset(names(text)) for text in told}) == 1
