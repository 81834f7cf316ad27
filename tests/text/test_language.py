"""The language of a text is told, and others are not taken for ours."""

import pytest

from kuski.text.language import languages_of

OURS = {
    "fi": (
        "Hyvä palvelu",
        "Kiitos!",
        "Jonotin tunnin.",
        "Tyly myyjä",
        "Liian kallis",
        "Ei toimi.",
        "ihan ok",
        "Apua ei saanut",
        "Tosi jees",
        "ASIAKASPALVELU EI VASTANNUT",
        "Sovellus kaatuu joka kerta, kun yritän maksaa laskun.",
    ),
    "sv": (
        "Bra service",
        "Tack!",
        "dyrt",
        "Otrevlig personal",
        "Fungerar inte.",
        "Dålig kvalitet",
        "helt ok",
        "Appen krånglar hela tiden",
        "Jag fick vänta en timme och ingen kom.",
    ),
    "en": (
        "Good service",
        "Thanks!",
        "bad",
        "Rude staff",
        "Too expensive",
        "Poor quality",
        "No help",
        "I waited an hour and nobody came.",
    ),
}
OTHERS = {
    "German": ("Sehr guter Service, ich komme gerne wieder.", "Alles bestens, vielen Dank!"),
    "Russian": ("Очень хороший сервис, спасибо!", "Персонал был вежливый."),
    "Arabic": ("الخدمة ممتازة جدا وشكرا لكم", "انتظرت طويلا ولم يساعدني أحد"),
    "Hebrew": ("השירות היה מצוין, תודה רבה",),
    "Estonian": ("Väga hea teenindus, aitäh!", "Töötajad olid sõbralikud ja abivalmid."),
    "Danish": (
        "Personalet var uvenligt og hjalp mig ikke.",
        "Det tog alt for lang tid at få svar.",
    ),
    "Norwegian": ("Veldig god service, jeg kommer gjerne tilbake.",),
    "French": ("Le personnel n'était pas aimable.", "J'ai attendu trop longtemps."),
    "Spanish": ("El personal fue muy amable y resolvió mi problema.",),
    "Dutch": ("Het personeel was niet vriendelijk en hielp mij niet.",),
    "Chinese": ("服务非常好，谢谢！",),
    "Somali": ("Adeeg aad u fiican, mahadsanid.",),
}


@pytest.mark.parametrize("language", OURS)
def test_short_comments_are_told_in_our_languages(language):
    texts = OURS[language]
    assert dict(zip(texts, languages_of(texts), strict=True)) == dict.fromkeys(texts, language)


@pytest.mark.parametrize("language", OTHERS)
def test_other_languages_are_not_ours(language):
    texts = OTHERS[language]
    assert dict(zip(texts, languages_of(texts), strict=True)) == dict.fromkeys(texts)


@pytest.mark.parametrize(
    "text", ["", "  \n", "-", "😀👍🎉", "!!!", "12345", "<>", "\x00\x07", "\u202e"]
)
def test_a_text_without_words_has_no_language(text):
    assert languages_of([text]) == [None]


def test_languages_come_in_the_order_of_the_texts():
    assert languages_of([]) == []
    assert languages_of(["Kiitos hyvästä palvelusta", "", "Thank you very much"]) == [
        "fi",
        None,
        "en",
    ]


def test_only_the_beginning_of_a_long_text_counts():
    swedish = "Jag fick inte någon hjälp och det var dyrt. " * 40
    assert languages_of([swedish + "The rest is in English. " * 10_000]) == ["sv"]
