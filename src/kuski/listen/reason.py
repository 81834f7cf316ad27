"""A reason: one named case of the message catalogue with its values."""

from dataclasses import dataclass, field

from kuski.words import Language, say


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was guessed.

    Attributes
    ----------
    case : str
        The name of the sentence in ``words/catalogues/init.toml``.
    values : dict
        What the sentence names.
    """

    case: str
    values: dict[str, object] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        """Say it in one language."""
        return say(f"init.{self.case}", language, **self.values)


def because(case: str, /, **values: object) -> Reason:
    """Name a reason with its values."""
    return Reason(case, values)
