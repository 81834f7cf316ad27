"""A study opened to read its stories, in the language that is spoken."""

from pathlib import Path
from typing import TYPE_CHECKING

from kuski.cli.spoken import Spoken
from kuski.words import Language

if TYPE_CHECKING:
    from kuski.listen.stories.reading import Reading


def reading_of(spoken: Spoken, study: str, *, mask: bool = False) -> tuple["Reading", Language]:
    """Open a study to read its stories; tell the language to speak."""
    import kuski
    from kuski.listen.stories.reading import Reading

    spoken.of_study(Path(study))
    opened = kuski.open(study, language=spoken.asked)
    return Reading(opened, mask or opened.settings.codes.mask), opened.language
