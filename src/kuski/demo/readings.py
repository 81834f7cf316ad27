"""Read some of the told stories as a careful person would, and keep what that person says."""

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256

from kuski.demo.stories import Story

READ = 150
READER = "Aino"
WHEN = "2026-01-15T09:00:00+02:00"
_SIGN = {"excellent": "+", "awful": "-"}
_POLARITY = {"excellent": "positive", "awful": "negative"}


def read_stories(seed: int, stories: Sequence[Story]) -> Iterator[str]:
    """Write what a person says of a random sample of the stories, one line of JSON each.

    They are the first that ``kuski stories sample`` draws, so that a further draw goes on from
    there. The reader is always right.
    """
    for story in sorted(stories, key=lambda story: _digest(seed, story))[:READ]:
        event = {
            "id": sha256(story.text.encode()).hexdigest()[:8],
            "at": WHEN,
            "who": READER,
            "source": "stories",
            "drawn": "random",
            "text": story.text,
            "values": values_of(story),
        }
        yield json.dumps(event, ensure_ascii=False)


def _digest(seed: int, story: Story) -> str:
    return sha256(f"{seed}\0stories\0{story.text}".encode()).hexdigest()


def values_of(story: Story) -> dict[str, list[str]]:
    """Say what a story tells, by family of the codebook."""
    contacts = [story.contact.replace("-", ""), *filter(None, [story.also_contact])]
    return {
        "factor": [code + _SIGN[story.polarity] for code in story.codes],
        "contact": list(dict.fromkeys(contacts)),
        "polarity": [_POLARITY[story.polarity]],
        "intensity": ["2"],
        "tone": ["felt"] if story.is_felt else [],
        "repeated": ["repeatedly" if story.repeated else "once"],
        "size": [story.company_size],
        "sector": [story.sector],
        "circumstance": [],
    }
