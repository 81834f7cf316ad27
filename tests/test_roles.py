"""The study's columns by role."""

import numpy as np
import pytest

from kuski.moments import AnswerPatterns, Category, Period, Variable
from kuski.roles import Factor, Roles
from kuski.settings import FactorPart, Settings


def roles(categories=None, *, customers=None, **responses):
    responses = {"file": "r.csv", "score": {"column": "score", "scale": [1, 5]}} | responses
    parts = {"responses": responses}
    if customers is not None:
        parts["customers"] = {"file": "c.csv", "customer": "id"} | customers
    return Roles(Settings(folder=".", study={"name": "x"}, **parts), categories or {})


def scored(low):
    return {"score": {"column": "q", "scale": [low, 10]}}


POINTS = {"column": "nps", "unit": "points"}


@pytest.mark.parametrize(
    ("parts", "column", "scale"),
    [
        ({"recommend": "would"}, "would", (0, 10)),
        ({"recommend": {"column": "would", "scale": [1, 10]}}, "would", (1, 10)),
        (scored(0), "q", (0, 10)),
        (scored(1), "q", (1, 10)),
        ({"worth": POINTS}, "nps", (0, 10)),
        ({"worth": POINTS | {"scale": [1, 10]}}, "nps", (1, 10)),
        (scored(0) | {"recommend": "would"}, "would", (0, 10)),
    ],
)
def test_the_question_of_recommending_is_found(parts, column, scale):
    found = roles(**parts).recommend
    assert (found.column, found.scale) == (column, scale)


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"recommend": {"column": "would", "scale": [1, 5]}},
        {"worth": {"column": "spend", "unit": "€"}},
        {"worth": POINTS | {"scale": [0, 100]}},
    ],
)
def test_what_is_no_question_of_recommending_is_none(parts):
    assert roles(**parts).recommend is None


def test_codes_for_missing_go_with_the_column():
    found = roles(worth=POINTS | {"missing": [11, "Blank"]})
    assert found.recommend.missing == (11, "Blank")
    assert found.worth == Variable("nps", None, (11, "Blank"))
    assert found.worth_unit == "points"


def test_a_role_of_the_customers_table_bears_its_prefix():
    found = roles(
        customer="who", customers={"worth": {"column": "spend", "unit": "€"}, "left": "left"}
    )
    assert found.worth.column == "customers.spend"
    assert found.left.column == "customers.left"
    assert found.worth_unit == "€"


def test_words_become_variables_for_all_but_the_most_common():
    found = roles(
        {"customers.town": ("Helsinki", "Turku", "Oulu")},
        customer="who",
        customers={"alike": ["town", "past"]},
    )
    town, past = found.alike
    assert [variable.equals for variable in town.variables] == ["Turku", "Oulu"]
    assert {variable.column for variable in town.variables} == {"customers.town"}
    assert [variable.column for variable in town.bare] == ["town", "town"]
    assert past.variables == (Variable("customers.past"),)
    assert town.is_of_customers
    assert len(found.alike_variables) == 3


def test_a_column_of_the_answers_is_not_of_the_customers():
    (alike,) = roles(alike=["past"]).alike
    assert not alike.is_of_customers
    assert alike.bare == alike.variables


def test_many_words_give_no_more_than_twenty_categories():
    names = tuple(f"town{i}" for i in range(50))
    (alike,) = roles({"town": names}, alike=["town"]).alike
    assert len(alike.variables) == 19


def test_without_a_customer_each_answer_is_one():
    assert not roles().has_customers
    assert roles(customer="who").has_customers
    assert roles(customer="who", time="day", weight="w").panel.time == "day"


def test_segments_are_those_of_the_table():
    found = roles(
        customer="who",
        segments=["channel"],
        customers={"segments": [{"column": "region", "missing": ["?"]}]},
    )
    assert found.segments("responses") == (Category("channel"),)
    assert found.segments("customers") == (Category("region", ("?",)),)
    assert found.segments("efforts") == ()


def test_drivers_share_their_scale_and_codes():
    found = roles(drivers={"columns": ["a", "b"], "scale": [1, 7], "missing": [-99]})
    assert found.drivers == (Variable("a", (1, 7), (-99,)), Variable("b", (1, 7), (-99,)))
    assert roles().drivers == ()


DRIVERS = {
    "columns": ["staff", "wifi", "car", "bus", "who"],
    "scale": [1, 5],
    "kinds": {"staff": "human", "wifi": "digital", "car": "process", "bus": "process"},
    "words": ["who"],
    "groups": {"travel": ["car", "bus"]},
}
# Ten answers: everybody rates staff, four do not rate wifi, eight do not rate travel.
PATTERNS = AnswerPatterns(
    np.array([[1, 1, 1, 1], [1, 0, 0, 1], [1, 1, 0, 1]], bool), np.array([2, 4, 4])
)


def chosen(**changes):
    made = roles({"who": ("ann", "bob", "eve")}, drivers=DRIVERS | changes)
    return Roles(made.settings, made.categories, PATTERNS)


def test_drivers_are_ratings_groups_and_words():
    found = chosen()
    assert [len(variables) for variables in found.driver_columns] == [1, 1, 2, 2]
    assert found.driver_columns[3] == (
        Variable("who", equals="bob"),
        Variable("who", equals="eve"),
    )
    assert [rating.column for rating in found.drivers] == ["staff", "wifi", "car", "bus"]


def test_a_driver_answered_by_few_does_not_throw_the_others_away():
    found = chosen().choice
    assert [(one.name, one.kind) for one in found.drivers] == [
        ("staff", "human"),
        ("wifi", "digital"),
        ("who", None),
    ]
    assert [(one.name, one.kind, one.answered) for one in found.left_out] == [
        ("travel", "process", 0.2)
    ]
    assert found.complete == 0.6


def test_a_driver_is_kept_on_purpose():
    found = chosen(keep=["travel", "wifi", "staff", "who"]).choice
    assert (len(found.drivers), found.left_out, found.complete) == (4, (), 0.2)
    # Everybody who rates travel rates the rest.
    rare = chosen(keep=["travel"]).choice
    assert (len(rare.drivers), rare.complete) == (4, 0.2)


def test_a_study_without_drivers_chooses_none():
    assert roles().choice.drivers == ()
    assert roles().drivers == roles().driver_columns == ()


def test_factors_hold_what_is_said_and_what_stands_behind_it():
    made = roles(drivers=["price_level"], stated={"columns": ["says"], "scale": [1, 7]}).settings
    part = FactorPart(stated="says", drivers=("price_level",), reasons=("dear",), item="Low price")
    found = Roles(made.model_copy(update={"factors": {"price": part}}), {}).factors
    assert found == (
        Factor("price", Variable("says", (1, 7)), ("price_level",), ("dear",), "Low price"),
    )


def test_waves_are_named_or_the_years_of_the_answers():
    assert roles().waves is None
    assert roles(time="on").waves == Period("on")
    assert roles(time="on", wave="round").waves == Category("round")


def test_reasons_and_durations_may_stand_with_the_customers():
    found = roles(reason="why", customer="id", customers={"duration": {"column": "months"}})
    assert (found.reason, found.duration) == (Category("why"), Category("customers.months"))


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Puhelin", "phone"),
        ("face-to-face", "face_to_face"),
        ("E-mail", "email"),
        ("sähköposti", "email"),
        ("Verkkokauppa", "web"),
        ("hotline 2", "phone"),
        ("carrier pigeon", None),
    ],
)
def test_contacts_have_a_kind(word, kind):
    made = roles().settings.model_copy(update={"contacts": {"phone": ("Hotline 2",)}})
    assert Roles(made, {}).contact_kind(word) == kind


@pytest.mark.parametrize(
    ("word", "group"), [("Price", "price"), ("too dear", "price"), ("moved", None)]
)
def test_reasons_have_a_group(word, group):
    made = roles().settings.model_copy(update={"reasons": {"price": ("Too dear",)}})
    assert Roles(made, {}).reason_group(word) == group
