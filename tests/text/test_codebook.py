"""The codebook holds what it promises, and says what is wrong with a file that does not."""

from collections import Counter
from pathlib import Path

import pytest

from kuski.errors import InputError, SettingsError
from kuski.terms import CONTACT_KINDS, REASON_GROUPS, TEXT_LANGUAGES
from kuski.text.bookfile import MOST_CHARACTERS, read_families
from kuski.text.codebook import FAMILIES, VERSION, Codebook, dump, load, shipped
from kuski.text.coder import Coder
from kuski.words import LANGUAGES

FACTORS = (
    "attention friendliness expertise ownership promises speed ease extra communication price"
    " product digital premises"
)


@pytest.fixture(scope="module")
def coder(reader):
    return Coder(shipped(), reader=reader)


@pytest.fixture(scope="module", params=[str(each) for each in FAMILIES])
def family(request):
    return shipped().family(request.param)


def codes_of(coder, texts, family, code):
    """For each text, whether it got the code and which codes of the family it got."""
    coded = coder.code(texts)
    columns = coder.book.columns
    got = [
        {columns[place] for place in row.nonzero()[0] if columns[place][0] == family}
        for row in coded.codes
    ]
    pairs = zip(got, texts, strict=True)
    return [((family, code) in each, text, sorted(each)) for each, text in pairs]


def test_shipped_book_has_the_families_and_codes_of_the_manual():
    book = shipped()
    assert tuple(family.name for family in book.families) == FAMILIES
    codes = {family.name: [code.code for code in family.codes] for family in book.families}
    assert codes["factor"] == FACTORS.split()
    assert set(codes["contact"]) == set(CONTACT_KINDS)
    assert codes["polarity"] == ["negative", "neutral", "positive", "mixed"]
    assert codes["intensity"] == ["1", "2", "3"]
    assert {family.name for family in book.families if family.kind == "many"} == {
        "factor",
        "contact",
    }


def test_every_code_is_told_in_three_languages(family):
    for code in family.codes:
        for words in (code.label, code.definition, code.include, code.exclude, family.question):
            assert set(words) == set(TEXT_LANGUAGES)
            assert all(text.strip() for text in words.values()), code.code


def test_every_reason_for_leaving_follows_from_a_code():
    reasons = {code.code: code.reason for family in shipped().families for code in family.codes}
    assert reasons["price"] == "price"
    assert [reasons[code] for code in ("product", "digital", "premises")] == ["product"] * 3
    assert {reasons[code] for code in FACTORS.split()} < set(REASON_GROUPS)
    assert reasons["life"] == "life"
    assert reasons["phone"] is None


def test_every_code_has_six_examples_a_language_and_near_misses(family):
    for code in family.codes:
        counts = {language: len(code.examples.get(language, ())) for language in TEXT_LANGUAGES}
        assert min(counts.values()) >= 6, (code.code, counts)
        assert sum(counts.values()) >= 18, (code.code, counts)
        assert sum(map(len, code.others.values())) >= 4, code.code


def test_no_example_stands_twice_in_a_code(family):
    for code in family.codes:
        for lists in (code.examples, code.others):
            texts = Counter(text for each in lists.values() for text in each)
            assert max(texts.values(), default=1) == 1, (code.code, texts.most_common(1))


def _is_rest(family, code):
    """Tell the rest of a family, "other", which nothing can speak for but a person's word."""
    return not code.seeds and any(each.seeds for each in family.codes)


def test_every_example_gets_its_code_without_labels(family, coder):
    missed = [
        f"{code.code}.{language}: {text} -> {got}"
        for code in family.codes
        if not _is_rest(family, code)
        for language, texts in code.examples.items()
        for is_found, text, got in codes_of(coder, list(texts), family.name, code.code)
        if not is_found
    ]
    assert missed == []


def test_no_near_miss_gets_the_code(family, coder):
    caught = [
        f"{code.code}.{language}: {text}"
        for code in family.codes
        for language, texts in code.others.items()
        for is_found, text, _ in codes_of(coder, list(texts), family.name, code.code)
        if is_found
    ]
    assert caught == []


def test_a_book_that_is_written_is_read_as_the_same_book(tiny):
    odd = 'a "quote", a \\ and\ttab, \x7f, 👍'
    assert tuple(read_families(dump(tiny), Path("again.toml"))) == tiny.families
    book = shipped()
    assert tuple(read_families(dump(book), Path("again.toml"))) == book.families
    text = dump(tiny).replace("Speed", odd.replace("\\", "\\\\").replace('"', '\\"'))
    text = text.replace("\t", "\\t").replace("\x7f", "\\u007f")
    label = read_families(text, Path("odd.toml"))[0].codes[0].label
    assert label["en"] == odd


def own(path, text):
    file = path / "own.toml"
    file.write_text(f"version = 1\n{text}", encoding="utf-8")
    return file


PARKING = """
[[families]]
name = "factor"
[[families.codes]]
code = "bicycles"
label = { fi = "Pyörät" }
[families.codes.seeds]
fi = ["pyöräteline*", "pyöräparkki*"]
"""


def test_a_users_code_joins_its_family(tmp_path):
    book = load(own(tmp_path, PARKING))
    factor = book.family("factor")
    assert factor.codes[-1].code == "bicycles"
    assert factor.codes[:-1] == shipped().family("factor").codes
    assert factor.question == shipped().family("factor").question
    assert factor.codes[-1].label == dict.fromkeys(TEXT_LANGUAGES, "Pyörät")
    assert factor.codes[-1].reason == "treatment"
    coded = Coder(book).code(["Pyörätelineet olivat täynnä.", "Kiitos hyvästä palvelusta."])
    place = book.columns.index(("factor", "bicycles"))
    assert coded.codes[:, place].tolist() == [True, False]


def test_a_users_code_is_put_in_place_of_the_shipped_one(tmp_path):
    book = load(own(tmp_path, PARKING.replace("bicycles", "speed")))
    assert book.columns == shipped().columns
    place = book.columns.index(("factor", "speed"))
    assert book.family("factor").codes[place].seeds == {"fi": ("pyöräteline*", "pyöräparkki*")}


def test_a_users_family_comes_after_the_shipped_ones(tmp_path):
    text = PARKING.replace('"factor"', '"season"\nkind = "one"\nnegation = "drops"')
    book = load(own(tmp_path, text))
    assert [family.name for family in book.families] == [*FAMILIES, "season"]
    assert book.family("season").kind == "one"
    assert book.family("season").codes[0].reason is None


BAD = {
    "version": ("version = 1", "version = 2", "version = 2"),
    "kind": ('kind = "many"', 'kind = "several"', "factor.kind = 'several'"),
    "name": ('code = "speed"', 'code = "Our Speed"', "factor.codes[1].code"),
    "taken": ('code = "speed"', 'code = "weight"', "the name weight is taken"),
    "ending": ('code = "speed"', 'code = "speed_sign"', "the name speed_sign is taken"),
    "of a family": ('code = "speed"', 'code = "contact"', "the name contact is taken"),
    "twice": ('code = "friendliness"', 'code = "speed"', "factor has speed twice"),
    "typing error": ("families.codes.seeds", "families.codes.seed", "Known here: seeds"),
    "language": ('sv = ["snabb"', 'se = ["snabb"', "factor.speed.seeds.se"),
    "gap first": ('"nopea"', '"... nopea"', "... nopea"),
    "gap twice": ('"nopea"', '"nopea ... ... tosi"', "nopea ... ... tosi"),
    "two words in one": ('"nopea"', '"nopea,tosi"', "nopea,tosi"),
    "star alone": ('"nopea"', '"*"', "can never match"),
    "star inside": ('"nopea"', '"no*pea"', "can never match"),
    "empty": ('"nopea"', '"  "', "factor.speed.seeds.fi"),
    "no list": ('["ystävällinen", "tyly"]', '"tyly"', "factor.friendliness.seeds.fi"),
    "words": ('label = { fi = "Nopeus"', "label = { fi = 3", "factor.speed.label"),
    "no languages": ('label = { en = "Friendliness" }', 'label = "F"', "factor.friendliness.label"),
    "reason": ('code = "phone"', 'code = "phone"\nreason = "price"', "contact.phone.reason"),
    "which reason": ('code = "speed"', 'code = "speed"\nreason = "slow"', "factor.speed.reason"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_book_is_told_with_its_family_and_code(name, tiny_text):
    old, new, expected = BAD[name]
    text = tiny_text.replace(old, new)
    assert text != tiny_text
    with pytest.raises(SettingsError) as raised:
        read_families(text, Path("own.toml"))
    assert expected in str(raised.value)
    for language in LANGUAGES:
        assert "own.toml:" in raised.value.text(language)


def test_all_faults_of_a_book_are_told_at_once_with_their_lines(tiny_text):
    text = tiny_text.replace('"nopea"', '"*"').replace('"tyly"', '"no*pe"')
    with pytest.raises(SettingsError) as raised:
        read_families(text, Path("own.toml"))
    first, second = raised.value.faults
    lines = text.splitlines()
    assert [first.key, second.key] == ["factor.speed.seeds.fi", "factor.friendliness.seeds.fi"]
    for fault, name in ((first, "speed"), (second, "friendliness")):
        assert lines[fault.line - 1] == "[[families.codes]]"
        assert lines[fault.line] == f'code = "{name}"'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "cannot be read"),
        (b"\xff\xfe\x00", "not in UTF-8"),
        (b"version = ", "not TOML"),
        (b"#" * (MOST_CHARACTERS + 1), "bytes"),
        (b"version = 1", "families"),
        (b"version = 1\nfamilies = 3", "families"),
    ],
    ids=["absent", "encoding", "toml", "large", "nothing", "no tables"],
)
def test_a_file_that_is_no_book_is_refused(tmp_path, content, expected):
    file = tmp_path / "own.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError) as raised:
        load(file)
    assert expected in str(raised.value)
    assert "own.toml" in raised.value.text("fi")


def test_shipped_family_keeps_its_kind(tmp_path):
    with pytest.raises(SettingsError, match="of the kind many"):
        load(own(tmp_path, PARKING.replace('"factor"', '"factor"\nkind = "one"')))


def test_columns_run_through_the_families_in_order(tiny):
    assert isinstance(tiny, Codebook)
    assert tiny.version == VERSION
    assert tiny.columns[tiny.places("contact")] == (("contact", "phone"),)
    assert tiny.columns[tiny.places("size")] == (("size", "small"), ("size", "chain"))
    assert tiny.columns[tiny.places("sector")] == ()
    with pytest.raises(KeyError):
        tiny.family("sector")
