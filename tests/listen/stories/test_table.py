"""The table of codes says what the machine said, what people said, and what counts."""

import numpy as np
import pytest

from kuski.listen.stories.mark import Mark
from kuski.listen.stories.table import Told, Unit, record, said, schema
from kuski.text.codebook import Code, Codebook, Family

NO_WORDS = {"fi": "", "sv": "", "en": ""}


def code(name: str, reason: str | None = None) -> Code:
    return Code(name, NO_WORDS, NO_WORDS, NO_WORDS, NO_WORDS, reason, {}, {}, {}, {})  # type: ignore[arg-type]


def family(name: str, kind: str, *codes: Code) -> Family:
    return Family(name, kind, "keeps", NO_WORDS, codes)  # type: ignore[arg-type]


BOOK = Codebook(
    1,
    (
        family("factor", "many", code("speed", "treatment"), code("price", "price")),
        family("contact", "many", code("phone"), code("web")),
        family("polarity", "one", code("negative"), code("positive")),
        family("circumstance", "one", code("life", "life")),
        family("mood", "many", code("calm")),
    ),
)
UNIT = Unit("slow", "responses", None, 0, 3, 4.5, 0, "told", is_counted=True)


def told(*rows: dict[str, float], signs: dict[str, int] | None = None) -> Told:
    """Lay out units by what they tell and how strongly."""
    names = [name for _, name in BOOK.columns]
    found = Told.nothing(len(rows), len(names))
    found.is_known[:] = True
    for place, row in enumerate(rows):
        for name, strength in row.items():
            found.codes[place, names.index(name)] = True
            found.strengths[place, names.index(name)] = strength
        for name, sign in (signs or {}).items():
            found.signs[place, names.index(name)] = sign
    return found


def one(machine: Told, *, first=None, second=None, unit: Unit = UNIT, checked=None) -> dict:
    n = len(machine.codes)
    table = record(
        BOOK,
        [unit] * n,
        machine=machine,
        first=said([first] * n, BOOK),
        second=said([second] * n, BOOK),
        languages=["en"] * n,
        unsure=np.zeros(n, bool),
        checked=[checked] * n,
    )
    return table.to_pylist()[0]


def test_the_columns_are_those_of_the_schema_and_a_family_of_ones_own_has_its_columns() -> None:
    row = one(told({"calm": 0.9}))
    assert list(row) == schema(BOOK).names
    assert (row["mood"], row["mood.calm"], row["mood_machine"]) == ("calm", 1, "calm")
    assert row["mood.calm_second"] is None


def test_the_strongest_code_is_the_main_one() -> None:
    row = one(told({"speed": 0.6, "price": 0.8, "web": 0.9, "phone": 0.7}))
    assert (row["speed"], row["price"], row["factor"]) == (1, 1, "price")
    assert (row["contact"], row["contact.phone"], row["contact.web"]) == ("web", 1, 1)
    assert row["human"] == 1
    assert row["polarity"] is None
    assert row["speed_chance"] == pytest.approx(0.6)


def test_a_contact_with_machines_only_is_not_human_and_none_is_unknown() -> None:
    assert one(told({"web": 0.9}))["human"] == 0
    assert one(told({"speed": 0.9}))["human"] is None


def test_a_sign_stands_only_where_the_text_speaks_of_the_factor() -> None:
    row = one(told({"speed": 0.9}, signs={"speed": -1, "price": 1}))
    assert (row["speed_sign"], row["price_sign"]) == (-1, 0)


@pytest.mark.parametrize(
    ("codes", "signs", "reason"),
    [
        ({"speed": 0.9, "price": 0.6}, {}, "treatment"),
        ({"speed": 0.9, "price": 0.6}, {"price": -1}, "price"),
        ({"speed": 0.9, "life": 0.6}, {"speed": -1}, "life"),
        ({"web": 0.9}, {}, None),
    ],
)
def test_the_reason_is_life_then_what_is_blamed_then_what_is_told(codes, signs, reason) -> None:
    assert one(told(codes, signs=signs))["reason"] == reason


def test_a_persons_word_counts_and_the_machines_is_kept() -> None:
    first = {"factor": (Mark("price", -1), Mark("speed", 0)), "contact": ()}
    row = one(told({"speed": 0.9, "web": 0.8}), first=first, checked="random")
    assert (row["factor"], row["factor_machine"]) == ("price", "speed")
    assert (row["price"], row["price_machine"], row["price_sign"]) == (1, 0, -1)
    assert (row["contact"], row["contact_machine"], row["human"]) == (None, "web", None)
    assert row["checked"] == "random"


def test_what_a_person_did_not_look_at_stays_the_machines() -> None:
    row = one(told({"speed": 0.9, "web": 0.8}), first={"polarity": (Mark("positive"),)})
    assert (row["factor"], row["contact"], row["polarity"]) == ("speed", "web", "positive")


def test_the_second_persons_word_stands_beside() -> None:
    row = one(told({"speed": 0.9}), first={"factor": ()}, second={"factor": (Mark("price", 1),)})
    assert (row["speed"], row["price"]) == (0, 0)
    assert (row["price_second"], row["speed_second"], row["contact_second"]) == (1, 0, None)


def test_a_text_that_was_not_coded_tells_nothing() -> None:
    silent = Unit("-", "stories", None, 0, 1, 1.0, 0, "empty", is_counted=False)
    row = one(Told.nothing(1, len(BOOK.columns)), unit=silent)
    empty = {name for name, value in row.items() if value is None}
    assert {"speed", "factor", "human", "unsure", "counted", "speed_chance"} <= empty


def test_marks_that_the_book_does_not_have_are_left_out() -> None:
    found = said([{"factor": (Mark("gone", 1),), "nothing": (Mark("x"),)}, None], BOOK)
    assert not found.codes.any()
    assert found.is_known[0].tolist() == [True, True, False, False, False, False, False, False]
    assert not found.is_known[1].any()


@pytest.mark.parametrize(
    ("looked_at", "checked", "measured"),
    [
        (("factor", "contact", "polarity"), "random", {"factor", "contact", "polarity"}),
        (("factor", "contact", "polarity"), "uncertain", set()),
        (("contact", "polarity"), "random", {"contact", "polarity"}),
        (("contact",), "random", set()),
    ],
)
def test_a_unit_measures_the_families_that_a_person_looked_at(looked_at, checked, measured) -> None:
    row = one(told({"web": 0.9}), first=dict.fromkeys(looked_at, ()), checked=checked)
    names = [name for name, _ in BOOK.columns]
    assert {name for name in names if row[f"measured_{name}"]} == measured
