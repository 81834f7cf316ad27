"""Every sentence is there in both languages, names the same values, and can be said."""

from importlib.resources import files
from string import Formatter

import pytest

from kuski.words import LANGUAGES, Estimate, Quantity, cases, say, template
from kuski.words.catalogue import _catalogue
from kuski.words.numerals import written

AREAS = sorted(
    entry.name.removesuffix(".toml") for entry in (files("kuski.words") / "catalogues").iterdir()
)
WORDS = {"", "count", "first", "percent", "percent0", "percent1", "points", "value", "g"}


def forms(text):
    return {"": text} if isinstance(text, str) else dict(text)


def fields(form):
    return [(name, spec) for _, name, spec, _ in Formatter().parse(form) if name is not None]


def example(spec):
    """Give a value that a word after the colon can write."""
    return Estimate(0.5, 0.25, 0.75, "%") if spec == "value" else 3


def test_there_are_catalogues():
    assert {"errors", "faults", "terms"} <= set(AREAS)


@pytest.mark.parametrize("area", AREAS)
def test_a_case_has_both_languages_and_nothing_else(area):
    for name, texts in _catalogue(area).items():
        assert set(texts) == set(LANGUAGES), f"{area}.{name}"


@pytest.mark.parametrize("area", AREAS)
def test_a_case_names_the_same_values_in_both_languages(area):
    for case in cases(area):
        names = set()
        for language in LANGUAGES:
            texts = forms(template(case, language))
            assert set(texts) in ({""}, {"one", "other"}), f"{case} in {language}"
            assert all(isinstance(form, str) and form.strip() for form in texts.values()), case
            other = {name for name, _ in fields(texts.get("other", texts.get("")))}
            assert {name for name, _ in fields(texts.get("one", ""))} <= other, case
            names.add(frozenset(other))
        assert len(names) == 1, f"{case}: {names}"


@pytest.mark.parametrize("area", AREAS)
def test_values_are_named_and_written_with_known_words(area):
    for case in cases(area):
        for language in LANGUAGES:
            for form in forms(template(case, language)).values():
                for name, spec in fields(form):
                    assert name.isidentifier(), f"{case}: {{{name}}}"
                    known = spec in WORDS or (spec[:1] == "." and spec[-1:] == "f")
                    assert known, f"{case}: {spec}"


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("n", [1, 3])
def test_every_case_can_be_said(area, language, n):
    for case in cases(area):
        texts = forms(template(case, language)).values()
        values = {name: example(spec) for form in texts for name, spec in fields(form)}
        said = say(case, language, **{**values, "n": n})
        assert said.strip(), case
        assert "{" not in said.replace("{ column", "").replace("{…}", ""), case


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_and_many_are_told_apart(language):
    assert say("terms.answers", language, n=1) != say("terms.answers", language, n=2)


def test_a_case_that_does_not_exist_is_a_mistake():
    with pytest.raises(KeyError, match=r"no fi text for the case 'errors\.no_such'"):
        say("errors.no_such", "fi")


def test_an_area_that_does_not_exist_is_a_mistake():
    with pytest.raises((KeyError, FileNotFoundError)):
        say("nothing.at_all", "en")


def test_a_value_that_is_not_given_is_a_mistake():
    with pytest.raises(KeyError, match="file"):
        say("errors.no_file", "en")


@pytest.mark.parametrize(
    ("value", "english", "finnish"),
    [
        (Quantity(1640.0, "€"), "€1,640", "1\u00a0640\u00a0€"),
        (Quantity(0.398, "%"), "40%", "40\u00a0%"),
        (Quantity(12.0, "points"), "12.0\u00a0points", "12,0\u00a0pistettä"),
        (Quantity(None, "€"), "–", "–"),
        (Estimate(2.5, 2.0, 3.0), "2.50 (2.00 to 3.00)", "2,50 (2,00–3,00)"),
        (Estimate(-0.5, -1.0, 0.25), None, None),
        (Estimate(None, None, None, "€"), "–", "–"),
        (3, "3", "3"),
        (True, "True", "True"),
        ("text", "text", "text"),
    ],
)
def test_values_are_written_as_each_language_writes_them(value, english, finnish):
    from kuski.words.numerals import written

    if english is not None:
        assert written(value, "", "en") == english
        assert written(value, "", "fi") == finnish
    else:
        assert "\N{MINUS SIGN}" in written(value, "", "en")
        assert "…" in written(value, "", "fi")


def test_a_text_that_begins_a_sentence_gets_a_capital():
    assert written("a working app", "first", "en") == "A working app"
    assert written("ääni", "first", "fi") == "Ääni"
    assert written("app_works", "", "en") == "app_works"
    assert written("", "first", "en") == ""
