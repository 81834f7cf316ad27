"""Masking: personal data found in a text, and put out of sight."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kuski.text.names import NameFinder

PersonalKind = Literal["email", "iban", "identity", "card", "phone", "plate", "address", "name"]
KINDS: tuple[PersonalKind, ...] = (
    "email",
    "iban",
    "identity",
    "card",
    "phone",
    "plate",
    "address",
    "name",
)
_MASK = re.compile(rf"\[(?:{'|'.join(KINDS)})\]")


@dataclass(frozen=True, slots=True)
class Personal:
    """One piece of personal data in a text.

    Attributes
    ----------
    kind : {"email", "iban", "identity", "card", "phone", "plate", "address", "name"}
        ``identity`` is a Finnish or Swedish personal identity code.
    start, end : int
        Where it stands, in characters: ``text[start:end]``.
    """

    kind: PersonalKind
    start: int
    end: int


def personal(text: str, names: NameFinder | None = None) -> tuple[Personal, ...]:
    """Find the personal data in a text.

    Parameters
    ----------
    text : str
    names : callable, optional
        Finds names of people, for example what `kuski.text.names.spacy_names` gives. Without it
        names stay.

    Returns
    -------
    tuple of Personal
        In the order of the text; they do not overlap.

    Notes
    -----
    What has a check digit must pass it: Finnish personal identity codes (modulo 31, the century
    signs of the reform of 2023 included), Swedish personal and coordination numbers and payment
    cards (Luhn), IBAN (modulo 97 and the length of the country). A Finnish code that fails is
    still found behind the word "hetu" or "henkilötunnus". Phone numbers are those of Finland and
    Sweden, those with a country code, and North American ones in their written form. A landline
    without any gap is taken for a phone number only behind a word such as "puh." or "tel.";
    short or gapless number plates only near a word such as "auto" or "bil". Addresses need a house
    number. What stands behind "tilaus", "order" and the like is no phone number and no plate,
    unless it is written as only a phone number is.

    One number in ten passes Luhn by chance, so that an order number that looks like a Swedish
    code or a card is sometimes masked; rather that than the other way round.
    """
    found: list[Personal] = []
    taken = bytearray(len(text))
    for kind, spans in _finders(text, names):
        for start, end in spans:
            if not any(taken[start:end]):
                taken[start:end] = bytes([1]) * (end - start)
                found.append(Personal(kind, start, end))
    return tuple(sorted(found, key=lambda item: item.start))


def masked(text: str, names: NameFinder | None = None) -> str:
    """Put ``[phone]``, ``[email]``, … in the place of personal data.

    Parameters
    ----------
    text : str
    names : callable, optional
        As in `personal`.

    Returns
    -------
    str
        A text in which `personal` finds nothing.

    Examples
    --------
    >>> masked("Soittakaa 040 123 4567, Matti")
    'Soittakaa [phone], Matti'
    """
    while found := personal(text, names):
        parts, place = [], 0
        for item in found:
            parts += [text[place : item.start], f"[{item.kind}]"]
            place = item.end
        text = "".join((*parts, text[place:]))
    return text


_Span = tuple[int, int]
_GAP = "[ \u00a0\u2009\u202f]"
_DASH = "[-\u2010-\u2013\u2212]"
_JOINT = "[ \u00a0\u2009\u202f\u2010-\u2013\u2212-]"


def _finders(text: str, names: NameFinder | None) -> Iterator[tuple[PersonalKind, Iterable[_Span]]]:
    """Give the kinds with what they find, the surest first: it keeps the place."""
    yield "email", (match.span() for match in _EMAIL.finditer(text))
    if any(letter.isdigit() for letter in text):
        yield "iban", _ibans(text)
        yield "identity", _finnish_codes(text)
        yield "card", _cards(text)
        yield "phone", _phones(text)
        yield "identity", _swedish_codes(text)
        yield "plate", _plates(text)
        yield "address", _addresses(text)
    if names is not None:
        masks = [match.span() for match in _MASK.finditer(text)]
        yield (
            "name",
            (
                (start, end)
                for start, end in names(text)
                if start < end and not any(start < close and open_ < end for open_, close in masks)
            ),
        )


_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]+(?:@|\s?[(\[](?:at|ät|miuku)[)\]]\s?)"
    r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}",
    re.IGNORECASE,
)

# Length of the IBAN by country (SWIFT's registry).
_IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS",
        23: "AE GI IL IQ OM",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT",
        26: "IS TR",
        27: "FR GR IT MC SM",
        28: "AL AZ CY DO GT HU LB PL",
        29: "BR EG PS QA UA",
        30: "JO KW MU",
        31: "MT SC",
    }.items()
    for country in countries.split()
}
_IBAN = re.compile(
    rf"(?<!\w)[A-Za-z]{{2}}{_GAP}?[0-9]{{2}}(?:{_GAP}?[A-Za-z0-9]){{11,27}}", re.ASCII
)


def _ibans(text: str) -> Iterator[_Span]:
    for match in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(match[0][:2].upper())
        places = [place for place in range(*match.span()) if text[place].isalnum()]
        if length is None or len(places) < length:
            continue
        end = places[length - 1] + 1
        if end < len(text) and text[end].isalnum():
            continue
        number = "".join(text[place] for place in places[:length])
        turned = "".join(str(int(letter, 36)) for letter in number[4:] + number[:4])
        if int(turned) % 97 == 1:
            yield match.start(), end


_FINNISH_CODE = re.compile(
    rf"(?<!\w)(\d{{2}})(\d{{2}})(\d{{2}}){_GAP}?({_DASH}|[+A-FU-Y])?{_GAP}?(\d{{3}})([0-9A-Y])(?!\w)",
    re.IGNORECASE,
)
_FINNISH_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_CODE_NAMED = re.compile(
    r"(?:hetu|henkilö(?:tunnu|numero)|sotu|personbeteckning)\w*\W*\w*\W*$", re.I
)


def _finnish_codes(text: str) -> Iterator[_Span]:
    for match in _FINNISH_CODE.finditer(text):
        day, month, year, sign, number, check = match.groups()
        century = 1800 if sign == "+" else 2000 if sign and sign.upper() in "ABCDEF" else 1900
        is_right = _FINNISH_CHECK[int(day + month + year + number) % 31] == check.upper()
        if _is_day(century + int(year), int(month), int(day)) and (
            (is_right and sign) or _before(text, match.start(), _CODE_NAMED)
        ):
            yield match.span()


_SWEDISH_CODE = re.compile(rf"(?<!\w)((?:18|19|20)?)(\d{{6}})(?:{_DASH}|\+)?(\d{{4}})(?!\w)")


def _swedish_codes(text: str) -> Iterator[_Span]:
    for match in _SWEDISH_CODE.finditer(text):
        century, born, number = match.groups()
        year, month, day = int(born[:2]), int(born[2:4]), int(born[4:])
        years = [int(century) * 100 + year] if century else [1900 + year, 2000 + year]
        if _is_luhn(born + number) and any(
            _is_day(one, month, day - coordination) for one in years for coordination in (0, 60)
        ):
            yield match.span()


_CARD = re.compile(
    rf"(?<![\w+])(?:\d{{4}}({_JOINT}?)\d{{4}}\1\d{{4}}\1\d{{4}}(?:\1\d{{3}})?"
    rf"|\d{{4}}({_JOINT}?)\d{{6}}\2\d{{4,5}}|\d{{13}})(?!\w)"
)
_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[0-9]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[0689]\d{12}|35\d{14}"
    r"|6\d{15}(?:\d{3})?"
)


def _cards(text: str) -> Iterator[_Span]:
    for match in _CARD.finditer(text):
        digits = "".join(str(int(letter)) for letter in match[0] if letter.isdigit())
        if _ISSUERS.fullmatch(digits) and _is_luhn(digits):
            yield match.span()


# Written as only a phone number is: with a country code, or formed as in North America.
_SURE_PHONE = re.compile(
    rf"(?<![\w+])(?:\+{_GAP}?[1-9](?:[ \u00a0./()\u2010-\u2013-]{{0,2}}\d){{7,14}}"
    rf"|00(?:358|372|4[4-9]){_JOINT}?(?:\(0\))?{_JOINT}?(?:\d{_JOINT}?){{6,10}}\d"
    rf"|(?:\([2-9]\d{{2}}\){_GAP}?|[2-9]\d{{2}}{_DASH})[2-9]\d{{2}}{_DASH}\d{{4}})(?!\w)"
)
_MOBILE = re.compile(
    rf"(?<![\w+.,:/-])(?:\(?(?:358{_JOINT}?(?:4\d|50)|0(?:4\d|50|7\d))\)?(?:{_JOINT}?\d){{6,8}}"
    rf"|46{_JOINT}?7\d(?:{_JOINT}?\d){{7}})(?![\w€%]|[.,:/-]\d)"
)
_LANDLINE = re.compile(
    rf"(?<![\w+.,:/-])(?:\(0\d{{1,3}}\){_GAP}?|0\d{{1,3}}(?:{_GAP}?{_DASH})?{_GAP}?)(?<!\d)\d{{2,4}}(?:{_GAP}?\d{{2,4}}){{1,3}}"
    rf"(?![\w€%]|[.,:/-]\d)"
)
_GAPLESS = re.compile(r"(?<![\w+.,:/-])0[1-9]\d{5,9}(?![\w€%]|[.,:/-]\d)")
_PHONE_NAMED = re.compile(
    r"\b(?:puh|tel|p|gsm|phone|call(?: me)?(?: at| on)?|soit\w+|ring(?: mig)?(?: på)?|mob\w*|nro"
    r"|numero\w*|number|numret|nummer)[\W\d]*(?:is|on|är)?\W*$",
    re.IGNORECASE,
)
_ORDER_NAMED = re.compile(
    r"(?:tilau|order|bestäl|lasku|invoice|faktur|viite|refer|asiakas|kund(?:nu|nr)|customer|seuran"
    r"|track|spårning|ticket|tiketti|case|ärende|tuot|product|produkt|artik|article|malli|model"
    r"|serial|serie|sarja|lähety|paket|parcel|kolli|vuoro|flight|lento|flyg|versio|koodi|code|kod)"
    r"[\w-]*(?:\W+(?:no|nr|nro|numero\w*|number|nummer|id|is|on|oli|är|was))*\W*$",
    re.IGNORECASE,
)


def _phones(text: str) -> Iterator[_Span]:
    for match in _SURE_PHONE.finditer(text):
        yield match.span()
    for match in _MOBILE.finditer(text):
        if not _before(text, match.start(), _ORDER_NAMED):
            yield match.span()
    for match in _LANDLINE.finditer(text):
        n_digits = sum(letter.isdigit() for letter in match[0])
        if (
            7 <= n_digits <= 11
            and not _is_written_day(match[0])
            and not _before(text, match.start(), _ORDER_NAMED)
        ):
            yield match.span()
    for match in _GAPLESS.finditer(text):
        named = _before(text, match.start(), _PHONE_NAMED)
        if named and not _before(text, match.start(), _ORDER_NAMED):
            yield match.span()


_SURE_PLATE = re.compile(r"(?<![\w-])[A-ZÅÄÖ]{3}-[1-9]\d{2}(?![\w-])")
_NO_PLATE = frozenset({"USB", "ISO", "DIN", "SFS", "EUR", "SEK", "USD", "GBP", "RTX", "GTX", "LED"})
_NAMED_PLATE = re.compile(
    rf"(?<![\w-])[A-ZÅÄÖ]{{2,3}}{_JOINT}?(?:[1-9]\d{{0,2}}|\d\d[A-Z])(?![\w-])", re.IGNORECASE
)
_CAR_NEAR = re.compile(
    r"\b(?:auto(?:n|ni|a|lla|llani|ssa|mme|kseni)?\b|rek(?:kari|isteri)\w*|rek\b|reg\b|regnr"
    r"|registr\w*|kilvet?\b|kilpi|kilven|bil(?:en|ens|skylt\w*)?\b|fordon\w*|skylt\w*|my car"
    r"|(?:the|his|her|our) (?:car|van)|plate\w*|licen[cs]e|pysäköi\w*|parker\w*|parked)",
    re.IGNORECASE,
)
_NUMBERED_WORD = re.compile(
    r"(?:on|ei|ja|en|no|to|at|in|of|is|by|my|om|på|av|de|vi|du|jo|se|he|me|te|ni|år|max|min|noin|yli"
    r"|alle|vain|the|for|was|had|got|and|all|kun|jos|nyt|sen|tai|kpl|klo|kl|ca|för|och|var|att"
    r"|med|till|den|det|per|eur|sek|usd|gbp)",
    re.IGNORECASE,
)
# How far around a plate a word on cars may stand, in characters.
_NEAR = 40


def _plates(text: str) -> Iterator[_Span]:
    for match in _SURE_PLATE.finditer(text):
        if match[0][:3] not in _NO_PLATE and not _before(text, match.start(), _ORDER_NAMED):
            yield match.span()
    for match in _NAMED_PLATE.finditer(text):
        start, end = match.span()
        letters = re.match(r"[^\W\d]+", match[0])
        is_word = letters is None or _NUMBERED_WORD.fullmatch(letters[0])
        is_phrase = " " in match[0] and not match[0].isupper()
        near = text[max(start - _NEAR, 0) : start] + " " + text[end : end + _NEAR]
        if (
            not is_word
            and not is_phrase
            and letters is not None
            and letters[0].upper() not in _NO_PLATE
            and _CAR_NEAR.search(near)
            and not _before(text, start, _ORDER_NAMED)
        ):
            yield start, end


_CAPITAL = "[A-ZÅÄÖ][\\w'’-]*"
_HOUSE = (
    r"\d{1,4}(?:-\d{1,4})?(?:(?:[ ]?[A-Z]|[a-z])(?!\w)(?:[ ]?\d{1,3}(?!\w))?)?"
    r"(?:,?[ ](?:as|lgh|bst)\.?[ ]\d{1,4})?"
)
_TOWN = r"(?:,?[ ](?:FI-|SE-|S-)?\d{3}[ ]?\d{2}[ ][A-ZÅÄÖ][a-zåäö]+)?"
_NO_UNIT = (
    r"(?!\w|[.,:]\d|[ ]?(?:min|tun|h\b|km|met|m\b|kilom|eur|€|%|kert|vuo|päiv|viik|kuuk|tim|dag|år"
    r"|kr\b|gång|hour|day|year))"
)
_ADDRESS = re.compile(
    rf"(?<!\w)(?:[A-ZÅÄÖ][\w'’-]+(?:katu|tie|kuja|polku|kaari|väylä|raitti|tanhua|aukio|bulevardi"
    rf"|penger|gatan|vägen|gränd|stigen|allén)[ ]{_HOUSE}{_NO_UNIT}{_TOWN}"
    r"|[A-ZÅÄÖ][\w'’-]+(?:tori|ranta|rinne|mäki|puisto|kulma|taival|torget|backen|kajen|stråket)"
    rf"[ ]\d{{1,3}}[ ]?[A-Z](?!\w)(?:[ ]?\d{{1,3}})?{_NO_UNIT}{_TOWN}"
    rf"|\d{{1,5}}[A-Za-z]?[ ](?:{_CAPITAL}[ ]){{1,2}}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive"
    r"|Court|Close|Terrace|Crescent|Square)\b(?:,[ ](?:Apt|Flat|Unit)[ ]\d+)?)"
)
_ROADS = re.compile(
    r"(?:Valta|Kanta|Kehä|Moottori|Seutu|Yhdys|Maan|Motor|Riks|Läns|Europa)(?:tie|vägen)"
)


_STREET = "katu|tie|kuja|polku|kaari|väylä|raitti|gatan|vägen|gränd|stigen"
_SMALL_ADDRESS = re.compile(
    rf"(?<!\w)[\w-]{{2,}}(?:{_STREET})[ ]\d{{1,3}}(?P<door>[ ]?[a-z][ ]?\d{{1,3}}(?!\w))?"
    rf"{_NO_UNIT}",
    re.IGNORECASE,
)
_ADDRESS_NAMED = re.compile(
    r"(?:osoit\w*|asun|asumme|adress\w*|address|bor)(?:\W+(?:on|är|is|på|at))*\W*$",
    re.IGNORECASE,
)


def _addresses(text: str) -> Iterator[_Span]:
    for match in _ADDRESS.finditer(text):
        if not _ROADS.match(match[0]):
            yield match.span()
    for match in _SMALL_ADDRESS.finditer(text):
        if match["door"] or _before(text, match.start(), _ADDRESS_NAMED):
            yield match.span()


# How far before a number the word stands that says what it is, in characters.
_BEFORE = 40


def _before(text: str, start: int, word: re.Pattern[str]) -> bool:
    return word.search(text[max(start - _BEFORE, 0) : start]) is not None


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _is_written_day(text: str) -> bool:
    """Tell a day such as 08-12-2023 from a phone number."""
    parts = [int(part) for part in re.findall(r"\d+", text)]
    is_four = re.search(r"\D(?:19|20)\d{2}$", text) is not None
    return len(parts) == 3 and is_four and _is_day(parts[2], parts[1], parts[0])


def _is_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (1 + place % 2)
        total += number - 9 * (number > 9)
    return total % 10 == 0
