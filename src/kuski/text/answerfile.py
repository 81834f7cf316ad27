"""The answer file: what a language model said of each text, and by which prompt."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from kuski.errors import InputError, OutputError
from kuski.text.prompt import ModelCode


class AnswerFile:
    """Keep answers by the hash of their text, in a file that begins with model, prompt and schema.

    Parameters
    ----------
    folder : Path
    model, prompt : str
    schema : mapping
        With model and prompt it names the file: another of any of them begins another file.
    columns : sequence of (family, code)
        What an answer may hold.

    Attributes
    ----------
    file : Path
    answers : dict
        By `sha256_of` a text: the codes, and what the server called the model that gave them.

    Raises
    ------
    InputError
        If a line is no answer; but for one that was cut off while it was written.
    """

    def __init__(
        self,
        folder: Path,
        model: str,
        prompt: str,
        schema: Mapping[str, object],
        columns: Sequence[tuple[str, str]],
    ) -> None:
        self._head = {"model": model, "prompt": prompt, "schema": schema}
        self._columns = frozenset(columns)
        name = sha256_of(json.dumps(self._head, sort_keys=True))[:16]
        self.file = folder / f"answers-{name}.jsonl"
        self.answers: dict[str, tuple[tuple[ModelCode, ...], str]] = {}
        self._begin = json.dumps(self._head) + "\n"
        if self.file.exists():
            self._read()

    def add(self, text: str, codes: tuple[ModelCode, ...], by: str) -> None:
        """Keep what was said of a text, at once: it was paid for.

        Raises
        ------
        OutputError
            If the file cannot be written to.
        """
        given = [[each.family, each.code, each.quote] for each in codes]
        line = json.dumps({"text": text, "codes": given, "by": by}) + "\n"
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("a", encoding="utf-8") as file:
                file.write(self._begin + line)
        except OSError as error:
            reason = error.strerror or str(error)
            raise OutputError("cannot_write", path=self.file, reason=reason) from error
        self._begin = ""
        self.answers[text] = (codes, by)

    def _read(self) -> None:
        try:
            written = self.file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError("stories_model_answers", file=self.file, line=1) from error
        if written:
            self._begin = "" if written.endswith("\n") else "\n"
        for number, line in enumerate(written.split("\n")[1:], start=2):
            if not line.endswith("}"):
                continue
            try:
                self._keep(json.loads(line))
            except (ValueError, LookupError, TypeError) as error:
                raise InputError("stories_model_answers", file=self.file, line=number) from error

    def _keep(self, held: Mapping[str, object]) -> None:
        given = held["codes"]
        if not isinstance(given, list):
            raise TypeError(type(given))
        codes = tuple(ModelCode(*map(str, each)) for each in given)
        if any((each.family, each.code) not in self._columns for each in codes):
            raise ValueError(codes)
        self.answers[str(held["text"])] = (codes, str(held["by"]))


def sha256_of(text: str) -> str:
    """Hash a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
