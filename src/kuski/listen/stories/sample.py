"""The sample: the stories worth a person's minute, some drawn by chance, some for doubt."""

import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from kuski.errors import InputError
from kuski.listen.stories.event import Drawn
from kuski.listen.stories.ledger import Checked
from kuski.listen.stories.story import Story, digest
from kuski.terms import TextSource

CUT = 0.5
_DOUBTFUL = 0.35  # from the cut: chances of 0.15 to 0.85
_ALIKE = 0.8
_WORDS = re.compile(r"\w+")

Seen = Mapping[tuple[TextSource, str], Checked]


@dataclass(frozen=True, slots=True)
class Sample:
    """What was drawn.

    Attributes
    ----------
    random : tuple of Story
        A part of a simple random sample of all stories: nobody is shown the machine's codes.
    uncertain : tuple of Story
        Where the machine is least sure, from which it learns most.
    stories : int
        How many stories there are to draw from.
    checked : int
        How many of them were checked in the random part before.
    skipped : int
        How many of `random` stand before one of their source that was checked: passed over, or
        new in the data.
    """

    random: tuple[Story, ...]
    uncertain: tuple[Story, ...]
    stories: int
    checked: int
    skipped: int

    @property
    def drawn(self) -> tuple[tuple[Drawn, Story], ...]:
        """All of it, each story with its part; in an order that does not tell the part."""
        whole: list[tuple[Drawn, Story]] = [("random", story) for story in self.random]
        whole += [("uncertain", story) for story in self.uncertain]
        return tuple(sorted(whole, key=lambda each: each[1].id))


def sample(
    stories: Sequence[Story], seen: Seen, *, random: int, uncertain: int, seed: int
) -> Sample:
    """Draw stories that nobody has checked.

    Parameters
    ----------
    stories : sequence of Story
    seen : mapping of source and text to Checked
        What was checked before.
    random, uncertain : int
        How many of each part; fewer where there are no more.
    seed : int
        Of the order. It must not change between draws of one study.

    Raises
    ------
    InputError
        If a number is below zero, or both are zero.

    Notes
    -----
    Every story has a number for ever: the hash of the seed, its source and its text. The random
    part is the first stories in the order of these numbers, and each further draw goes on where the
    last one ended. So what has been checked is always the beginning of one random order, which is a
    simple random sample whatever its size; within each source too. Units that come with new data
    take their places in the order, and the next draw offers those that come early first. A story
    that was checked as uncertain keeps its place as well, and is drawn again when the beginning
    reaches it, since a random sample without the difficult ones would flatter the machine.

    References
    ----------
    Ohlsson, E. (1995), "Coordination of samples using permanent random numbers", in Business Survey
    Methods (Wiley), chapter 9. Lewis, D. and Gale, W. (1994), "A sequential algorithm for training
    text classifiers", SIGIR 94 (drawing where a classifier is least sure).
    """
    for name, number in (("--random", random), ("--uncertain", uncertain)):
        if number < 0:
            raise InputError("stories_negative_draw", name=name, n=number)
    if not random and not uncertain:
        raise InputError("stories_nothing_to_draw")
    ordered = in_order(stories, seed)
    left = [story for story in ordered if not _is_done(story, seen)]
    first = left[:random]
    passed = {story.key for story in _passed(ordered, seen)}
    taken = {story.key for story in first}
    others = [story for story in left if story.key not in seen and story.key not in taken]
    return Sample(
        random=tuple(first),
        uncertain=_uncertain(others, uncertain),
        stories=len(ordered),
        checked=len(ordered) - len(left),
        skipped=sum(story.key in passed for story in first),
    )


def in_order(stories: Iterable[Story], seed: int) -> list[Story]:
    """Sort stories by their permanent random numbers."""
    return sorted(stories, key=lambda story: digest(str(seed), story.source, story.text))


def passed_over(stories: Iterable[Story], seen: Seen, seed: int) -> int:
    """Count the unchecked stories that stand before one of their source checked at random.

    From a random sample from which the difficult were left out comes no unbiased figure.
    """
    return len(_passed(in_order(stories, seed), seen))


def _passed(ordered: Sequence[Story], seen: Seen) -> list[Story]:
    reach = {story.source: place for place, story in enumerate(ordered) if _is_done(story, seen)}
    return [
        story
        for place, story in enumerate(ordered)
        if place < reach.get(story.source, 0) and not _is_done(story, seen)
    ]


def _is_done(story: Story, seen: Seen) -> bool:
    return story.key in seen and seen[story.key].drawn == "random"


def doubt(story: Story, code: str) -> float:
    """Tell how sure the machine is of a factor: 0 at the cut, 0.5 where it has no doubt."""
    return abs(story.chances.get(code, 0.0) - CUT)


def _uncertain(stories: Sequence[Story], most: int) -> tuple[Story, ...]:
    """Take turns between codes and languages, the least sure first, none nearly like another."""
    chosen: list[Story] = []
    words: list[frozenset[str]] = []
    for queues in (_queues(stories, 3 * most + 20), _rest(stories, 3 * most + 20)):
        while queues and len(chosen) < most:
            for queue in list(queues):
                story = _next_unlike(queue, words)
                if story is None:
                    queues.remove(queue)
                elif len(chosen) < most:
                    chosen.append(story)
                    words.append(_words(story.text))
    return tuple(chosen)


def _queues(stories: Sequence[Story], most: int) -> list[Iterator[Story]]:
    """Line up the doubtful by code and language, and those that the machine names unsure."""
    groups: dict[tuple[str, str], list[Story]] = defaultdict(list)
    for story in stories:
        language = story.language or ""
        if story.is_unsure:
            groups["", language].append(story)
        for code in story.chances:
            if doubt(story, code) <= _DOUBTFUL:
                groups[code, language].append(story)
    return [
        iter(heapq.nsmallest(most, group, key=partial(_rank, code=code)))
        for (code, _), group in sorted(groups.items())
    ]


def _rest(stories: Sequence[Story], most: int) -> list[Iterator[Story]]:
    return [iter(heapq.nsmallest(most, stories, key=partial(_rank, code="")))]


def _rank(story: Story, code: str) -> tuple[float, bool, str]:
    least = min((doubt(story, each) for each in story.chances), default=CUT)
    return (doubt(story, code) if code else least, not story.is_unsure, story.id)


def _next_unlike(queue: Iterator[Story], taken: Sequence[frozenset[str]]) -> Story | None:
    for story in queue:
        own = _words(story.text)
        if own and not any(_is_alike(own, other) for other in taken):
            return story
    return None


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORDS.findall(text[:5000].casefold()))


def _is_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two texts share four words in five (Jaccard)."""
    return len(one & other) >= _ALIKE * len(one | other)
