"""Personal data are found where they stand, put out of sight, and ordinary numbers are left."""

import sys
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuski.errors import InputError, MissingExtraError
from kuski.text.masking import KINDS, masked, personal
from kuski.text.names import spacy_names

# All made up: numbers that pass their check digits and belong to nobody we know of.
FOUND = [
    # 131052-308T is the example of the Finnish population register.
    ("identity", "131052-308T"),
    ("identity", "131052-308t"),
    ("identity", "131052–308T"),
    ("identity", "131052 - 308T"),
    ("identity", "131052+308T"),
    ("identity", "131052Y308T"),
    ("identity", "131052X308T"),
    ("identity", "131052W308T"),
    ("identity", "131052V308T"),
    ("identity", "131052U308T"),
    ("identity", "131002A308W"),
    ("identity", "131002B308W"),
    ("identity", "131002F308W"),
    # 811228-9874 is the example of the Swedish tax agency; 701063-2391 a coordination number.
    ("identity", "811228-9874"),
    ("identity", "19811228-9874"),
    ("identity", "811228+9874"),
    ("identity", "198112289874"),
    ("identity", "8112289874"),
    ("identity", "701063-2391"),
    ("phone", "0401234567"),
    ("phone", "040 123 4567"),
    ("phone", "040-1234567"),
    ("phone", "040-123 45 67"),
    ("phone", "045 123 456"),
    ("phone", "050 1234567"),
    ("phone", "+358401234567"),
    ("phone", "+358 40 123 4567"),
    ("phone", "+358 (0)40 123 4567"),
    ("phone", "00358 40 1234567"),
    ("phone", "358401234567"),
    ("phone", "09 123 4567"),
    ("phone", "(09) 123 4567"),
    ("phone", "019-123456"),
    ("phone", "0800 123 456"),
    ("phone", "070-123 45 67"),
    ("phone", "0701234567"),
    ("phone", "073 123 45 67"),
    ("phone", "08-123 456 78"),
    ("phone", "031-12 34 56"),
    ("phone", "08 - 123 45 67"),
    ("phone", "+46 70 123 45 67"),
    ("phone", "+44 20 7946 0958"),
    ("phone", "+1 (555) 234-5678"),
    ("phone", "555-234-5678"),
    ("phone", "040\u00a0123\u00a04567"),
    ("email", "matti.meikalainen@example.fi"),
    ("email", "a_b+c@mail.example.co.uk"),
    ("email", "åsa@exempel.se"),
    ("email", "matti(at)example.fi"),
    ("iban", "FI21 1234 5600 0007 85"),
    ("iban", "FI2112345600000785"),
    ("iban", "fi2112345600000785"),
    ("iban", "FI 21 1234 5600 0007 85"),
    ("iban", "SE45 5000 0000 0583 9825 7466"),
    ("iban", "DE89 3704 0044 0532 0130 00"),
    ("iban", "GB29 NWBK 6016 1331 9268 19"),
    ("card", "4111 1111 1111 1111"),
    ("card", "4111111111111111"),
    ("card", "5555-5555-5555-4444"),
    ("card", "378282246310005"),
    ("card", "3782 822463 10005"),
    ("plate", "ABC-123"),
    ("plate", "ÄÖÅ-987"),
    ("address", "Mannerheimintie 12 A 5"),
    ("address", "Hämeenkatu 7"),
    ("address", "Kivelänranta 3 B 12"),
    ("address", "Kungsgatan 14 B"),
    ("address", "Storgatan 5, 111 22 Stockholm"),
    ("address", "Koivukuja 4, 00100 Helsinki"),
    ("address", "12 Baker Street"),
    ("address", "mannerheimintie 12 a 5"),
    ("address", "Drottninggatan 12, lgh 1102"),
]

LEFT = [
    "Tilasin 12.3.2024 kello 14.30 ja odotin 45 minuuttia.",
    "Avoinna 08.00-16.00 ja 09-17",
    "Päivä oli 08-12-2023",
    "2023-11-05 12:30:15",
    "01.02.2023",
    "5.6.-7.8.2023",
    "Maksoin 1 234 567,00 euroa",
    "Hinta 0,50 €/min ja 1 000 000 kr",
    "Tilausnumero 1234567890",
    "Tilausnumero 0401234567",
    "Tilausnumeroni on 0912345678",
    "tilaus nro ABC-123 ei tullut",
    "order ABC-123 never came",
    "Order number 4111-22",
    "my order 123-4567-890",
    "Beställning 20231105-1",
    "Y-tunnus 1234567-8",
    "131052-308A",
    "320152-308T",
    "811228-9875",
    "131052 308T",
    "uusi moottoritie 3 valmistui",
    "FI21 1234 5600 0007 86",
    "4111 1111 1111 1112",
    "viite 1234 5678 9012 3456 7",
    "EAN 6410405082657",
    "USB-300 kaapeli",
    "COVID-19",
    "lento AY-123",
    "PS-5 ja MP-3",
    "iPhone 15 ja Galaxy S24",
    "Valtatie 4 oli tukossa",
    "Kehätie 3",
    "Rantatie 5 km päässä",
    "huone 412 hotellissa",
    "SEK 500 and EUR 200",
    "10-15 kertaa vuonna 2019-2021",
    "numero 2, palvelu 5/5, 100 %",
    "kaista 100/20 Mbit/s",
    "versio 10.0.19045.3636",
    "192.168.100.200",
    "auto jäi matkalle 100 km päähän",
    "autosta jäi osa 5 jäljelle",
    "bilen kostar 200 000 kr",
    "autoni on 15 vuotta vanha",
    "the car cost 12 000",
    "Olen ollut asiakas vuodesta 1998, 25 vuotta",
    "@yritys vastasi heti #palvelu",
    "hinta@laatu",
    "A4-paperia 500 kpl",
    "Matti Meikäläinen auttoi",
]

NEAR_A_CAR = [
    ("autoni abc-12 hinattiin", "abc-12"),
    ("Autoni rekisteri on AB-1", "AB-1"),
    ("bilen ABC12D stod kvar", "ABC12D"),
    ("Min bil med regnr ABC 123", "ABC 123"),
    ("my car XYZ 987 was towed", "XYZ 987"),
]


@pytest.mark.parametrize(("kind", "item"), FOUND)
@pytest.mark.parametrize("frame", ["{}", "Terve, {} kiitos", "({}).", "asia: {}, ok"])
def test_personal_data_are_found_where_they_stand(kind, item, frame):
    text = frame.format(item)
    found = personal(text)
    assert [(one.kind, text[one.start : one.end].strip("()")) for one in found] == [
        (kind, item.strip("()"))
    ]


@pytest.mark.parametrize("text", LEFT)
def test_orders_prices_dates_and_times_are_left(text):
    assert masked(text) == text


@pytest.mark.parametrize(("text", "plate"), NEAR_A_CAR)
def test_a_short_plate_is_known_by_the_car_beside_it(text, plate):
    assert [text[one.start : one.end] for one in personal(text)] == [plate]


def test_a_mistyped_code_is_found_behind_its_name():
    assert masked("hetu: 131052-308A") == "hetu: [identity]"
    assert masked("Henkilötunnus on 131052-308A") == "Henkilötunnus on [identity]"
    assert masked("HETU 131052 308T") == "HETU [identity]"


def test_a_street_in_small_letters_is_found_behind_a_word_for_addresses():
    assert masked("osoitteeni on koivukuja 4") == "osoitteeni on [address]"
    assert masked("jag bor på storgatan 5") == "jag bor på [address]"
    assert masked("ajoin koivukuja 4 ohi") == "ajoin koivukuja 4 ohi"


def test_a_landline_without_gaps_is_found_behind_a_word_for_phones():
    assert masked("puh. 0912345678") == "puh. [phone]"
    assert masked("koodi 0912345678") == "koodi 0912345678"


def test_a_text_with_many_kinds_keeps_its_other_words():
    text = (
        "Soititte numeroon 040 123 4567, hetu 131052-308T, tili FI21 1234 5600 0007 85 "
        "ja kortti 4111 1111 1111 1111. Vastatkaa matti@example.fi tai Hämeenkatu 7 B 12!"
    )
    assert masked(text) == (
        "Soititte numeroon [phone], hetu [identity], tili [iban] "
        "ja kortti [card]. Vastatkaa [email] tai [address]!"
    )


def test_every_century_sign_of_the_reform_is_known_and_no_other():
    known = {
        sign
        for sign in "+-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        for body in ("131052", "131002")
        for check in "0123456789ABCDEFHJKLMNPRSTUVWXY"
        if masked(f"{body}{sign}308{check}") == "[identity]"
    }
    assert known == set("+-ABCDEFUVWXY")


def test_one_check_character_of_31_is_right():
    checks = "0123456789ABCDEFHJKLMNPRSTUVWXY"
    assert [one for one in checks if personal(f"131052-308{one}")] == ["T"]


digit = st.sampled_from("0123456789")
piece = st.one_of(
    st.sampled_from([item for _, item in FOUND]),
    st.sampled_from(LEFT),
    st.sampled_from([" ", "-", ".", ",", "\n", "+", "(", ")", "@", " ja ", "auto ", "hetu "]),
    st.text(digit, min_size=1, max_size=12),
    st.text(max_size=4),
    st.sampled_from([f"[{kind}]" for kind in KINDS]),
)
text = st.lists(piece, max_size=8).map("".join)


@settings(max_examples=400)
@given(text)
def test_a_masked_text_holds_nothing_personal_and_stays_as_it_is(text):
    hidden = masked(text)
    assert personal(hidden) == ()
    assert masked(hidden) == hidden


@settings(max_examples=400)
@given(text)
def test_spans_are_in_order_within_the_text_and_apart(text):
    place = 0
    for item in personal(text):
        assert place <= item.start < item.end <= len(text)
        place = item.end


@given(st.sampled_from(FOUND), st.text("abcdeåäö .,!?\n", max_size=30))
def test_what_is_masked_is_gone_and_the_rest_is_kept(found, around):
    kind, item = found
    hidden = masked(f"{around} {item} {around}")
    assert item not in hidden
    assert hidden == f"{around} [{kind}] {around}"


@given(st.integers(10**9, 10**10 - 1))
def test_a_number_of_ten_digits_is_masked_only_if_it_could_be_somebody(number):
    text = f"{number}"
    if masked(text) != text:
        assert 1 <= int(text[2:4]) <= 12
        assert 1 <= int(text[4:6]) % 60 <= 31


@pytest.mark.parametrize("unit", ["0401234567 ", "a@b.fi ", "1", "0", "-", "FI21", "A", "(", "12 "])
def test_a_text_of_a_megabyte_is_masked(unit):
    long = unit * (10**6 // len(unit))
    assert personal(masked(long)) == ()


def by_capitals(text):
    place = text.find("Matti")
    return [] if place < 0 else [(place, place + len("Matti Meikäläinen"))]


def test_names_are_masked_where_something_finds_them():
    text = "Kiitos Matti Meikäläinen, 040 123 4567"
    assert masked(text) == "Kiitos Matti Meikäläinen, [phone]"
    assert masked(text, by_capitals) == "Kiitos [name], [phone]"


def test_a_model_that_takes_a_mask_for_a_name_does_not_loop():
    def greedy(text):
        return [(0, len(text))]

    assert masked("Matti", greedy) == "[name]"
    assert masked("[phone]", greedy) == "[phone]"


def test_names_without_spacy_say_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(MissingExtraError, match=r"kuski\[names\]"):
        spacy_names("fi_core_news_sm")


def made_up_spacy(pipes, entities):
    class Model:
        pipe_names = pipes

        def __call__(self, text):
            return SimpleNamespace(
                ents=[
                    SimpleNamespace(
                        label_=label,
                        start_char=text.index(name),
                        end_char=text.index(name) + len(name),
                    )
                    for name, label in entities
                    if name in text
                ]
            )

    def load(name):
        if name != "there":
            raise OSError("[E050] no model")
        return Model()

    module = ModuleType("spacy")
    module.load = load
    return module


def test_a_model_finds_people_and_not_places(monkeypatch):
    entities = [("Maija", "PERSON"), ("Åsa", "PRS"), ("Turku", "LOC")]
    monkeypatch.setitem(sys.modules, "spacy", made_up_spacy(["ner"], entities))
    find = spacy_names("there")
    assert masked("Maija ja Åsa, Turku", find) == "[name] ja [name], Turku"


def test_a_model_that_is_not_there_or_finds_no_names_is_refused(monkeypatch):
    monkeypatch.setitem(sys.modules, "spacy", made_up_spacy(["tagger"], []))
    with pytest.raises(InputError, match="nowhere"):
        spacy_names("nowhere")
    with pytest.raises(InputError, match="names"):
        spacy_names("there")
