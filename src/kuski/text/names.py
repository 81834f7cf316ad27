"""Names of people, where a model is installed that finds them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from typing import Protocol

from kuski.errors import InputError, MissingExtraError

# What models call a person: most of them, those of CoNLL, the Swedish ones.
_PEOPLE = frozenset({"PERSON", "PER", "PRS"})


class NameFinder(Protocol):
    """Finds the names of people in a text, as spans of characters."""

    def __call__(self, text: str) -> Iterable[tuple[int, int]]:
        """Give start and end of each name."""
        ...


def spacy_names(model: str) -> NameFinder:
    """Load a spaCy model that finds names of people.

    Parameters
    ----------
    model : str
        Name of an installed model, as ``fi_core_news_sm``, or the path of one.

    Raises
    ------
    MissingExtraError
        If spaCy is not installed.
    InputError
        If there is no such model, or it does not find names.
    """
    try:
        spacy = import_module("spacy")
    except ImportError as error:
        raise MissingExtraError("missing_extra", package="spacy", extra="names") from error
    try:
        read: Callable[[str], _Parsed] = spacy.load(model)
    except OSError as error:
        raise InputError("stories_no_name_model", model=model) from error
    if "ner" not in getattr(read, "pipe_names", ()):
        raise InputError("stories_name_model_without_names", model=model)

    def find(text: str) -> Iterator[tuple[int, int]]:
        for entity in read(text).ents:
            if entity.label_ in _PEOPLE:
                yield entity.start_char, entity.end_char

    return find


class _Entity(Protocol):
    label_: str
    start_char: int
    end_char: int


class _Parsed(Protocol):
    ents: Sequence[_Entity]
