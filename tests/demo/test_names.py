"""The made-up company's study says in both languages what its codes are called."""

from kuski.demo import company as equations
from kuski.demo.actions import ACTIONS
from kuski.demo.efforts import KINDS
from kuski.settings import load


def small(text):
    """Begin with a small letter, as names within a sentence do."""
    return text[:1].lower() + text[1:]


def test_actions_are_called_as_their_table_calls_them(company):
    names = load(company.files.study).names
    for action in ACTIONS:
        assert names[action.action] == {"fi": small(action.name), "en": small(action.name_en)}


def test_every_kind_of_work_and_every_customer_type_has_a_name_in_both_languages(company):
    names = load(company.files.study).names
    keys = [kind.name for kind in KINDS]
    keys += [f"customer_type = {value}" for value in equations.TYPES]
    for key in keys:
        assert set(names[key]) == {"fi", "en"}
        assert all("_" not in text for text in names[key].values())
    assert len({names[key]["en"] for key in keys}) == len(keys)
