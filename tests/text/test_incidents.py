"""Stories are split where their teller passes to another occasion, and nowhere else."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuski.text.document import Reader
from kuski.text.incidents import THRESHOLDS, incidents

READER = Reader()


def parts(text, language):
    document = READER.document(text, language)
    return [document.text[start:end] for start, end in incidents(document)]


HOTEL = {
    "fi": (
        "Kävin hotellissa Tampereella ja vastaanotossa oli todella ystävällinen nainen. "
        "Hän huomasi heti että olin väsynyt ja antoi huoneen ylimmästä kerroksesta. "
        "Aamulla hän muisti vielä nimeni ja kysyi miten olin nukkunut. "
    ),
    "sv": (
        "Jag bodde på ett hotell i Vasa och kvinnan i receptionen var mycket vänlig. "
        "Hon såg genast att jag var trött och gav mig ett rum på översta våningen. "
        "På morgonen mindes hon mitt namn och frågade hur jag hade sovit. "
    ),
    "en": (
        "I stayed at a hotel in Turku and the woman at the desk was very kind. "
        "She saw at once that I was tired and gave me a room on the top floor. "
        "In the morning she still knew my name and asked how I had slept. "
    ),
}
BANK = {
    "fi": (
        "pankki kadotti paperini ja kukaan ei vastannut viesteihini viikkokausiin. "
        "Lopulta jouduin täyttämään kaikki lomakkeet alusta asti uudelleen."
    ),
    "sv": (
        "tappade banken bort mina papper och ingen svarade på mina meddelanden på flera veckor. "
        "Till slut fick jag fylla i alla blanketter på nytt från början."
    ),
    "en": (
        "the bank lost my papers and nobody answered my messages for several weeks. "
        "In the end I had to fill in every form again from the start."
    ),
}
PASSAGES = [
    ("fi", "Toisella kertaa "),
    ("fi", "Ja sitten oli toinen kerta kun "),
    ("fi", "Toinen esimerkki on se kun "),
    ("fi", "Toisen kerran "),
    ("fi", "Viime vuonna taas "),
    ("sv", "En annan gång "),
    ("sv", "Ett annat exempel var när "),
    ("sv", "Förra året däremot "),
    ("en", "Another time "),
    ("en", "And then another time "),
    ("en", "Another example is when "),
    ("en", "On a different occasion "),
    ("en", "Last year, by contrast, "),
]


@pytest.mark.parametrize(("language", "passage"), PASSAGES)
def test_a_passage_to_another_occasion_splits_the_story(language, passage):
    found = parts(HOTEL[language] + passage + BANK[language], language)
    assert len(found) == 2
    assert found[1].startswith(passage)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_story_without_a_passage_stays_whole(language):
    assert len(parts(HOTEL[language] * 3, language)) == 1


GOING_ON = [
    ("fi", "Seuraavana päivänä soitin sinne toista kertaa. "),
    ("fi", "Myöhemmin soitin toisen kerran samasta asiasta. "),
    ("fi", "Sen jälkeen kaikki toimi. "),
    ("sv", "Nästa dag ringde jag dit igen. "),
    ("sv", "Senare ringde jag om samma sak. "),
    ("en", "The next day I called them for the second time. "),
    ("en", "A week later they finally called back. "),
    ("en", "I had never seen the like once in my life. "),
]


@pytest.mark.parametrize(("language", "bridge"), GOING_ON)
def test_what_follows_in_the_same_story_is_no_passage(language, bridge):
    assert len(parts(HOTEL[language] + bridge + HOTEL[language], language)) == 1


def test_a_numbered_list_is_split_at_its_numbers():
    text = f"1. {HOTEL['en']}\n2. {HOTEL['en']}\n3. {HOTEL['en']}"
    found = parts(text, "en")
    assert [part[:2] for part in found] == ["1.", "2.", "3."]


def test_reasons_counted_within_a_story_do_not_split_it():
    text = (
        HOTEL["en"] + "Firstly the bed was soft and the whole room was very quiet all night. "
        "Secondly the breakfast was served until noon and there was plenty of it for everybody."
    )
    assert len(parts(text, "en")) == 1


def test_another_year_begins_another_incident():
    text = f"Vuonna 2015 {HOTEL['fi']}Vuonna 2019 {BANK['fi']}"
    assert len(parts(text, "fi")) == 2


def test_a_transcript_is_split_where_the_interviewer_asks_for_another_story():
    text = (
        "Haastattelija: Missä olet saanut erinomaista palvelua?\n"
        f"Vastaaja: {HOTEL['fi']}\n"
        "Haastattelija: Miksi se jäi mieleen?\n"
        "Vastaaja: Koska hän tosiaan välitti siitä miten minulla meni sillä matkalla.\n"
        "Haastattelija: Onko sinulla muita kokemuksia?\n"
        f"Vastaaja: No kyllä, {BANK['fi']}"
    )
    found = parts(text, "fi")
    assert len(found) == 2
    assert found[1].startswith("Haastattelija: Onko sinulla muita")


@pytest.mark.parametrize(
    ("language", "question", "n"),
    [
        ("fi", "Mitä muuta tapahtui?", 1),
        ("fi", "Mitä sitten seurasi?", 1),
        ("fi", "Tuleeko mieleen toinen esimerkki?", 2),
        ("fi", "Entä joku muu tapaus?", 2),
        ("sv", "Vad hände sedan?", 1),
        ("sv", "Minns du något annat tillfälle eller någon annan gång?", 2),
        ("en", "What happened next?", 1),
        ("en", "What else did the other person say?", 1),
        ("en", "Can you think of another time?", 2),
        ("en", "Any other experiences?", 2),
    ],
)
def test_an_interviewer_who_asks_on_is_told_from_one_who_asks_anew(language, question, n):
    text = f"A: {HOTEL[language]}\nQ: {question}\nA: {HOTEL[language]}"
    assert len(parts(text, language)) == n


def test_a_teller_who_wonders_what_else_to_say_is_no_interviewer():
    text = f"Vastaaja: {HOTEL['fi']}Mitä muuta voisin sanoa? {HOTEL['fi']}"
    assert len(parts(text, "fi")) == 1


def test_a_question_that_comes_late_in_the_turn_takes_its_turn_along():
    text = f"- {HOTEL['sv']}\n- Det låter fint. Har du andra erfarenheter?\n- Ja, {BANK['sv']}\n"
    found = parts(text, "sv")
    assert [part[:7] for part in found] == ["- Jag b", "- Det l"]


@pytest.mark.parametrize(
    "start", ["She came at once", "Once more she smiled", "Once again I thanked her"]
)
def test_at_once_is_no_time_of_another_incident(start):
    assert len(parts(f"{HOTEL['en']}\n\n{start}. {HOTEL['en']}", "en")) == 1


def test_a_new_paragraph_on_another_kind_of_company_is_another_incident():
    text = f"{HOTEL['en']}\n\nAt home {BANK['en']}"
    assert len(parts(text, "en")) == 2


def test_short_texts_are_one_incident():
    text = "Another time they came late. Another time they did not come at all."
    assert parts(text, "en") == [text]
    assert incidents(READER.document("", "en")) == ((0, 0),)


sentence = st.sampled_from(
    [
        *(story for language in HOTEL for story in HOTEL[language].split(". ") if story),
        *(passage + "jotain tapahtui" for _, passage in PASSAGES),
        "Haastattelija: muita?",
        "1",
        "- joo",
        "”Hei!” hän sanoi (ja hymyili)",
        "esim. klo 10.30",
        "😀",
        "",
    ]
)
story = st.lists(
    st.tuples(sentence, st.sampled_from([". ", "! ", "?\n", ".\n\n", "...", "\n", " – "])),
    max_size=25,
).map(lambda pieces: "".join(part + end for part, end in pieces))


@settings(max_examples=300)
@given(st.one_of(story, st.text()), st.sampled_from(["fi", "sv", "en", None]))
def test_spans_cover_the_text_in_order_and_part_no_sentence(text, language):
    document = READER.document(text, language)
    spans = incidents(document)
    assert spans[0][0] == 0
    assert spans[-1][1] == len(document.text)
    assert all(one[1] == other[0] for one, other in itertools.pairwise(spans))
    for start, _ in spans[1:]:
        before = [n for n, end in enumerate(document.ends) if end <= start]
        after = [n for n, begin in enumerate(document.starts) if begin >= start]
        assert len(before) + len(after) == len(document.words)
        assert document.sentences[before[-1]] < document.sentences[after[0]]
    if len(spans) > 1:
        sizes = [sum(start <= begin < end for begin in document.starts) for start, end in spans]
        assert min(sizes) >= THRESHOLDS.least


def test_a_very_long_text_is_split_without_end():
    text = (HOTEL["en"] + "Another time " + BANK["en"] + " ") * 200
    assert len(parts(text, "en")) > 100
    assert len(parts("sana " * 20_000, "fi")) == 1
