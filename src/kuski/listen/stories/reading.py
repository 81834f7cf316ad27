"""A reading: a study's stories with their codes, what people said of them, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kuski.errors import InputError
from kuski.listen.stories.coding import Codable, targets
from kuski.listen.stories.event import Event
from kuski.listen.stories.ledger import Checked, checked, read
from kuski.listen.stories.mark import SIGNED, Values, codes_of
from kuski.listen.stories.story import Story, read_stories
from kuski.roles import codebook_of
from kuski.terms import TextSource
from kuski.text.codebook import Codebook
from kuski.text.document import LONGEST, Document, Reader
from kuski.text.masking import Personal, masked, personal
from kuski.text.names import NameFinder, spacy_names
from kuski.text.seeds import Hit


@dataclass(frozen=True)
class Reading:
    """Everything that is looked at when stories are shown or checked, read when first needed.

    Attributes
    ----------
    study : Codable
    is_masked : bool
        Whether personal data are hidden.
    """

    study: Codable
    is_masked: bool = False

    @property
    def book(self) -> Codebook:
        """The study's codebook."""
        return codebook_of(self.study.settings)

    @property
    def ledger(self) -> Path:
        """Where corrections are kept."""
        settings = self.study.settings
        return settings.folder / settings.codes.corrections

    @cached_property
    def stories(self) -> tuple[Story, ...]:
        """The stories that are counted."""
        return read_stories(self.study.settings.codes_file, self.book)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """What was said and taken back."""
        return read(self.ledger, self.book)

    @cached_property
    def seen(self) -> Mapping[tuple[TextSource, str], Checked]:
        """What people say today."""
        return checked(self.events)

    @cached_property
    def documents(self) -> list[Document]:
        """The stories as they are read, in their order; masked where personal data are hidden."""
        texts = (story.text for story in self.stories)
        shown = [self.mask(text) if self.is_masked else text for text in texts]
        return Reader(self.study.settings.codes.finnish).read(shown)

    @property
    def factors(self) -> npt.NDArray[np.bool_]:
        """Which story has which factor, shape (stories, factors)."""
        codes = [code for family, code in self.book.columns if family == SIGNED]
        given = [set(codes_of(self.today(story), SIGNED)) for story in self.stories]
        return np.array([[code in each for code in codes] for each in given], dtype=bool)

    def groups(self, family: str) -> list[str | None]:
        """Tell each story's main code of a family.

        Raises
        ------
        InputError
            If the book has no such family.
        """
        known = [each.name for each in self.book.families]
        if family not in known:
            raise InputError("stories_no_family", family=family, families=", ".join(known))
        given = (codes_of(self.today(story), family) for story in self.stories)
        return [codes[0] if codes else None for codes in given]

    def today(self, story: Story) -> Values:
        """Take a person's word of a story where one looked, else the machine's."""
        return story.told(self.seen.get(story.key))

    def hits(self, texts: Sequence[str]) -> dict[str, tuple[Hit, ...]]:
        """Find the words that speak for the codes of some texts, as far as words decide.

        Notes
        -----
        Reads words whichever coder the study has: a model of meaning or of language points at
        none.
        """
        from kuski.text.coder import Coder

        lessons = [each for each in self.seen.values() if each.drawn == "uncertain"]
        coder = Coder(self.book, reader=Reader(self.study.settings.codes.finnish))
        coder.fit([each.text for each in lessons], targets(lessons, self.book))
        return dict(zip(texts, coder.code(texts).hits, strict=True)) if texts else {}

    def mask(self, text: str) -> str:
        """Hide personal data in a text."""
        return masked(text, self._names)

    def hide(self, text: str) -> tuple[Personal, ...]:
        """Find the personal data in what is shown of a text."""
        return personal(text[:LONGEST], self._names)

    @cached_property
    def _names(self) -> NameFinder | None:
        """What finds names of people, where the study names a model that does."""
        model = self.study.settings.codes.names
        return None if model is None else spacy_names(model)

    def hidden(self, texts: Iterable[str]) -> dict[str, tuple[Personal, ...]]:
        """Find the personal data in some texts; none where they need not be hidden."""
        return {text: self.hide(text) if self.is_masked else () for text in texts}
