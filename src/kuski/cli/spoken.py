"""The language that the command line speaks."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from kuski.words import LANGUAGES, Language

OPTION = "--language"
VARIABLE = "KUSKI_LANGUAGE"


@dataclass
class Spoken:
    """What was asked for, and what is spoken for want of it.

    Attributes
    ----------
    asked : {"fi", "en"} or None
        With ``--language``, before or after the command.
    language : {"fi", "en"}
        Of help, sentences and errors.
    """

    asked: Language | None
    language: Language

    @classmethod
    def of(cls, args: Sequence[str], environment: Mapping[str, str] = os.environ) -> "Spoken":
        """Read it off the command line, else off the environment, else English."""
        asked = _last_asked(args)
        return cls(asked, asked or known(environment.get(VARIABLE)) or "en")

    def of_study(self, path: Path) -> None:
        """Speak as the study file does, unless a language was asked for."""
        if self.asked is None:
            self.language = _written_in(path) or self.language


def known(word: object) -> Language | None:
    """Return the language of that name, if Kuski speaks it."""
    name = str(word).casefold()
    return next((language for language in LANGUAGES if language == name), None)


def _last_asked(args: Sequence[str]) -> Language | None:
    values = [arg.partition("=")[2] for arg in args if arg.startswith(f"{OPTION}=")]
    values += [after for arg, after in pairwise(args) if arg == OPTION]
    return known(values[-1]) if values else None


def _written_in(path: Path) -> Language | None:
    """Read the study's language even where the rest of the file is at fault."""
    import tomllib

    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return None
    study = content.get("study")
    return known(study.get("language")) if isinstance(study, dict) else None
