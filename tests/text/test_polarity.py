"""What a text is read to feel: by language, by negation, and on sentences that nobody looked at."""

import random
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuski.text.document import Reader
from kuski.text.polarity import read_polarity
from kuski.text.seeds import Hit

CODES = ("negative", "neutral", "positive", "mixed")
FINNSENTIMENT = Path(__file__).resolve().parents[3] / "shared" / "data" / "finnsentiment"
# The issue asks for 0.74 without labels; 1,300 sentences leave a standard error near 0.01.
F1_WITHOUT_LABELS = 0.80
# Short rules of thumb in a manual, not a sample: nine of ten is what was asked for.
RIGHT_IN_BOOK = 0.9


@pytest.fixture(scope="module")
def feeling():
    reader = Reader()
    return lambda text, language: read_polarity(reader.document(text, language))


def code(feeling):
    return CODES[max(range(4), key=feeling.chances.__getitem__)]


def balance(feeling):
    return feeling.chances[2] - feeling.chances[0]


SAID = "We were there with the children and {} before the evening"
TOLD = [(1, "positive"), (-1, "negative")]


@pytest.mark.parametrize(("sign", "expected"), TOLD)
def test_what_is_told_for_good_or_ill_makes_a_text_good_or_bad(sign, expected):
    event = "sat for an hour"
    text = SAID.format(event)
    start = text.index(event)
    told = Hit("factor", "speed", start, start + len(event), 1.0, "seed", sign)
    document = Reader().document(text, "en")
    assert code(read_polarity(document)) == "neutral"
    found = read_polarity(document, [told])
    assert code(found) == expected
    assert [(hit.code, text[hit.start : hit.end]) for hit in found.hits] == [(expected, event)]


def test_a_stronger_word_within_what_is_told_is_kept_and_a_negation_is_not():
    reader = Reader()
    for text, sign, expected in (
        ("a horrible wait", 1, "negative"),
        ("we did not have to wait", 1, "positive"),
    ):
        told = Hit("factor", "speed", 0, len(text), 1.0, "seed", sign)
        assert code(read_polarity(reader.document(text, "en"), [told])) == expected


def test_many_words_without_any_feeling_leave_doubt(feeling):
    assert feeling(SAID.format("left"), "en").is_unsure
    assert not feeling("We were there.", "en").is_unsure


NEGATED = [
    ("fi", "Palvelu ei ollut hyvää.", "negative"),
    ("fi", "En ole tyytyväinen.", "negative"),
    ("fi", "Älkää ostako täältä.", "negative"),
    ("fi", "En suosittele kenellekään.", "negative"),
    ("fi", "Ei voi kuin kehua.", "positive"),
    ("fi", "Minulla ei ole mitään valittamista.", "positive"),
    ("fi", "Työn jälki on siistiä, ei moitteen sijaa.", "positive"),
    ("fi", "Valittamista ei ole.", "positive"),
    ("fi", "Mitään ongelmia ei ole ollut.", "positive"),
    ("fi", "Kaikki sujui ongelmitta.", "positive"),
    ("fi", "Tilaus tuli virheettä.", "positive"),
    ("fi", "Ei hullumpi paikka ollenkaan, ei petä.", "positive"),
    ("sv", "Personalen var inte trevlig.", "negative"),
    ("sv", "Appen fungerar inte.", "negative"),
    ("sv", "Jag gillar inte alls det nya systemet.", "negative"),
    ("sv", "Jag har inget att klaga på.", "positive"),
    ("sv", "Inga problem alls.", "positive"),
    ("sv", "Det gick utan krångel.", "positive"),
    ("sv", "Inga förseningar på hela resan.", "positive"),
    ("fi", "Selvisimme ilman viivästyksiä.", "positive"),
    ("en", "The staff was not friendly.", "negative"),
    ("en", "I would never recommend them.", "negative"),
    ("en", "It isn't clean.", "negative"),
    ("en", "No complaints at all.", "positive"),
    ("en", "I couldn't be happier.", "positive"),
    ("en", "Everything went without any problems.", "positive"),
]


@pytest.mark.parametrize(("language", "text", "expected"), NEGATED)
def test_negation_is_read_as_each_language_means_it(feeling, language, text, expected):
    assert code(feeling(text, language)) == expected


def test_a_denied_fault_is_no_praise_in_finnish_but_is_less_than_blame(feeling):
    said, denied = (
        feeling(text, "fi") for text in ("Hän oli töykeä.", "Ei hän mielestäni töykeä ollut.")
    )
    assert balance(said) < balance(denied) <= 0


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fi", "Henkilökunta oli ystävällistä, mutta hinnat olivat kamalat."),
        ("sv", "Personalen var vänlig men rummet var smutsigt."),
        ("en", "The doctor was kind but the waiting room was filthy."),
    ],
)
def test_praise_and_blame_in_one_text_are_mixed_and_unsure(feeling, language, text):
    found = feeling(text, language)
    assert code(found) == "mixed"
    assert found.is_unsure


def test_what_follows_but_weighs_more(feeling):
    blamed_last = feeling("Hyvä ruoka mutta huono palvelu.", "fi")
    praised_last = feeling("Huono palvelu mutta hyvä ruoka.", "fi")
    assert balance(blamed_last) < balance(praised_last)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fi", "Kiitos vaan, jonotin kaksi tuntia turhaan."),
        ("fi", "Olipa taas ”nopea” toimitus."),
        ("sv", "Tack så mycket för ingenting, den är fortfarande trasig."),
        ("en", "Thanks a lot, it is still broken."),
        ("en", 'Great "service", they ignored us.'),
    ],
)
def test_bitter_praise_is_unsure(feeling, language, text):
    assert feeling(text, language).is_unsure


def test_plain_praise_with_thanks_is_sure(feeling):
    assert not feeling("Kiitos vaan kaikille, palvelu oli erinomaista!", "fi").is_unsure


@pytest.mark.parametrize(
    ("text", "expected"),
    [("😍😍", "positive"), ("👍🏽", "positive"), ("😡", "negative"), ("❤️", "positive")],
)
def test_emoji_are_read_in_any_language_and_in_none(feeling, text, expected):
    assert {code(feeling(text, language)) for language in ("fi", "sv", "en", None)} == {expected}


def test_emoticons_are_read_and_addresses_are_not(feeling):
    assert balance(feeling("Se on nyt sitten siinä :-)", "fi")) > 0
    assert balance(feeling("Se on nyt sitten siinä :(((", "fi")) < 0
    assert feeling("https://example.com/kauppa", "fi").hits == ()


@pytest.mark.parametrize(
    ("language", "weaker", "plain", "stronger"),
    [
        ("fi", "melko huono", "huono", "todella huono"),
        ("fi", "melko mukava", "mukava", "erittäin mukava"),
        ("sv", "ganska dålig", "dålig", "väldigt dålig"),
        ("en", "slightly rude", "rude", "extremely rude"),
    ],
)
def test_intensifiers_strengthen_and_dampers_weaken(feeling, language, weaker, plain, stronger):
    sizes = [abs(feeling(text, language).signs[0]) for text in (weaker, plain, stronger)]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 3


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("fi", ("Ihan ok paikka.", "Palvelu oli hyvää.", "Aivan järkyttävää, ei koskaan enää!!!")),
        ("sv", ("Helt okej ställe.", "Servicen var bra.", "Fruktansvärt, aldrig mer!!!")),
        ("en", ("It was ok.", "The service was good.", "Horrible, never again!!!")),
    ],
)
def test_intensity_rises_from_lukewarm_to_strong(feeling, language, texts):
    assert [feeling(text, language).intensity for text in texts] == [1, 2, 3]


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "...", "—"])
def test_nothing_said_is_neutral_without_intensity(feeling, text):
    found = feeling(text, "fi")
    assert found.chances == (0.0, 1.0, 0.0, 0.0)
    assert found.intensity is None
    assert found.hits == ()
    assert not found.is_unsure


@pytest.mark.parametrize(
    ("language", "text"), [("fi", "En osaa sanoa."), ("sv", "Vet ej."), ("en", "I don't know.")]
)
def test_not_knowing_is_neutral(feeling, language, text):
    assert code(feeling(text, language)) == "neutral"


def test_each_sentence_has_its_own_sign(feeling):
    signs = feeling("Ruoka oli erinomaista. Tulimme tiistaina. Lasku oli törkeä.", "fi").signs
    assert signs[0] > 0.5
    assert signs[1] == 0
    assert signs[2] < -0.5


def test_hits_show_the_words_where_they_stand(feeling):
    text = "Myyjä oli TODELLA ystävällinen, en voi kuin kehua!"
    hits = feeling(text, "fi").hits
    assert [text[hit.start : hit.end] for hit in hits] == ["ystävällinen", "en voi kuin kehua"]
    assert {(hit.family, hit.code, hit.source) for hit in hits} == {
        ("polarity", "positive", "lexicon")
    }


def book(name):
    return tomllib.loads((files("kuski.text") / "codebook" / name).read_text(encoding="utf-8"))


def examples(name, language):
    return [
        (entry["code"], text)
        for family in book(name)["families"]
        for entry in family["codes"]
        for text in entry["examples"][language]
    ]


OPINIONS = {
    language: [text for name, text in examples("polarity.toml", language) if name != "neutral"]
    for language in ("fi", "sv", "en")
}
SILENT = {
    "fi": ["Kävin siellä maanantaina.", "Asun kolmannessa kerroksessa.", "Tilasin kaksi paitaa."],
    "sv": ["Jag var där i måndags.", "Jag bor på tredje våningen.", "Jag köpte två skjortor."],
    "en": ["I went there on Monday.", "I live on the third floor.", "I bought two shirts."],
}
said = st.sampled_from([(key, text) for key, texts in OPINIONS.items() for text in texts])


@given(said=said, place=st.integers(0, 2), is_first=st.booleans())
def test_a_neutral_sentence_does_not_turn_an_opinion(feeling, said, place, is_first):
    language, text = said
    parts = (SILENT[language][place], text)
    alone, longer = (
        feeling(text, language),
        feeling(" ".join(parts[:: 1 if is_first else -1]), language),
    )
    assert balance(alone) * balance(longer) >= 0


@given(said=said)
def test_a_text_in_capitals_is_not_less_intense(feeling, said):
    language, text = said
    assert feeling(text.upper(), language).intensity >= feeling(text, language).intensity


@given(text=st.text(max_size=200), language=st.sampled_from(["fi", "sv", "en", None]))
def test_whatever_is_written_has_chances_that_add_up_and_places_inside(feeling, text, language):
    found = feeling(text, language)
    assert sum(found.chances) == pytest.approx(1.0)
    assert min(found.chances) >= 0
    assert all(0 <= hit.start < hit.end <= len(text) for hit in found.hits)
    assert all(-1 <= sign <= 1 for sign in found.signs)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("name", ["polarity.toml", "intensity.toml"])
def test_the_examples_of_the_codebook_are_read_right(feeling, name, language):
    wanted = examples(name, language)
    wrong = [
        (expected, text)
        for expected, text in wanted
        if expected not in {code(feeling(text, language)), str(feeling(text, language).intensity)}
    ]
    assert len(wrong) <= (1 - RIGHT_IN_BOOK) * len(wanted), wrong


def held_out():
    """Draw 1,300 good and bad sentences that the lexicon's writer never looked at."""
    labels: dict[str, set[str]] = {}
    for label in ("negative", "neutral", "positive"):
        for line in (FINNSENTIMENT / f"{label}.txt").read_text(encoding="utf-8").splitlines():
            if line.strip():
                labels.setdefault(line.strip(), set()).add(label)
    rows = sorted((text, min(names)) for text, names in labels.items() if len(names) == 1)
    polar = [row for row in rows if row[1] != "neutral"]
    random.Random(20261122).shuffle(polar)
    return polar[:1300]


@pytest.mark.real
@pytest.mark.parametrize("finnish", ["voikko", "simplemma"])
def test_forum_sentences_are_told_apart_without_labels(finnish):
    if not FINNSENTIMENT.exists():
        pytest.skip("the real data are not in ../shared/data")
    reader = Reader(finnish)
    rows = held_out()
    # Where nothing speaks for either, the commoner class of the forum: negative.
    read = [
        "positive" if balance(read_polarity(reader.document(text, "fi"))) > 0 else "negative"
        for text, _ in rows
    ]
    scores = []
    for label in ("negative", "positive"):
        both = sum(label == said == name for said, (_, name) in zip(read, rows, strict=True))
        scores.append(2 * both / (read.count(label) + sum(name == label for _, name in rows)))
    assert sum(scores) / 2 >= F1_WITHOUT_LABELS
