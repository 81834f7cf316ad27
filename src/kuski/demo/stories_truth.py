"""Say what is true of the made-up company's told stories, code by code."""

from collections.abc import Sequence

from kuski.demo.figures import Json, number
from kuski.demo.readings import values_of
from kuski.demo.stories import POLARITIES, Story

_MACHINES = {"web", "app", "machine"}


def stories_truth(stories: Sequence[Story]) -> dict[str, Json]:
    """Give the share of the stories that tells of each code, by polarity.

    ``human`` is the share with a human among the contacts that are told of.
    """
    return {
        "told": {
            polarity: _shares([story for story in stories if story.polarity == polarity])
            for polarity in POLARITIES
        }
    }


def _shares(stories: Sequence[Story]) -> dict[str, Json]:
    found: dict[str, int] = {}
    for story in stories:
        told = {
            f"{family}.{mark.rstrip('+-')}"
            for family, marks in values_of(story).items()
            for mark in marks
        }
        contacts = {one.partition(".")[2] for one in told if one.startswith("contact.")}
        told |= {"contact.human"} if contacts - _MACHINES else set()
        for one in told:
            found[one] = found.get(one, 0) + 1
    return {one: number(n / len(stories)) for one, n in sorted(found.items())}
