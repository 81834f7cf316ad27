"""A story: a unit that is counted, as the table of codes has it, with what the machine says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kuski.errors import InputError
from kuski.listen.stories.ledger import Checked
from kuski.listen.stories.mark import SIGNED, Mark, Sign, Values
from kuski.terms import TEXT_LANGUAGES, TEXT_SOURCES, TextLanguage, TextSource
from kuski.text.codebook import Codebook, Family
from kuski.text.seeds import Hit

if TYPE_CHECKING:
    import pyarrow as pa

_ID = 12
_BATCH = 4_096


@dataclass(frozen=True, slots=True)
class Story:
    """A text, or an incident of one, that is counted once, whatever table it stands in.

    Attributes
    ----------
    source : {"stories", "responses", "customers"}
    text : str
    language : {"fi", "sv", "en"} or None
    rows : int
        How many rows of the study have it.
    is_unsure : bool
        Whether the machine says that it is unsure.
    machine : mapping of family to tuple of Mark
        What the machine says, the main code first.
    chances : mapping of code to float
        0 to 1, of each factor.
    """

    source: TextSource
    text: str
    language: TextLanguage | None
    rows: int
    is_unsure: bool
    machine: Values
    chances: Mapping[str, float]

    @property
    def key(self) -> tuple[TextSource, str]:
        """What tells it apart."""
        return self.source, self.text

    @property
    def id(self) -> str:
        """A short name that spreadsheets leave as it is: twelve digits of a hash."""
        return digest(self.source, self.text)[:_ID]

    def told(self, checked: Checked | None) -> Values:
        """Take a person's word where one looked, else the machine's."""
        return self.machine if checked is None else {**self.machine, **checked.first}

    def reasons(self, hits: Iterable[Hit]) -> tuple[Hit, ...]:
        """Keep the hits that speak for a code which the machine gave."""
        given = {(family, mark.code) for family, marks in self.machine.items() for mark in marks}
        return tuple(hit for hit in hits if (hit.family, hit.code) in given)


def digest(*parts: str) -> str:
    """Hash texts, whatever they hold."""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def read_stories(file: Path, book: Codebook) -> tuple[Story, ...]:
    """Read the counted units of the table of codes, each source and text once.

    Parameters
    ----------
    file : Path
        As `kuski stories code` writes it.
    book : Codebook
        Whose families and factors are read; what the table does not have is silent.

    Raises
    ------
    InputError
        If nothing was coded yet, or the file is no table of codes.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        there = pq.read_schema(file).names
        columns = [name for name in there if name in _columns(book)]
        table = pq.read_table(file, columns=[*columns, "counted"])
    except FileNotFoundError as error:
        raise InputError("stories_not_coded", file=file) from error
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError("unreadable", file=file, reason=reason) from error
    return stories(table, book)


def stories(table: "pa.Table", book: Codebook) -> tuple[Story, ...]:
    """Take the counted units of a table of codes, each source and text once."""
    import pyarrow.compute as pc

    found: dict[tuple[str, str], Story] = {}
    for batch in table.filter(pc.is_valid(table["counted"])).to_batches(_BATCH):
        for row in batch.to_pylist():
            story = _story(row, book)
            found.setdefault(story.key, story)
    return tuple(found.values())


def _columns(book: Codebook) -> set[str]:
    """Name the columns that are read."""
    wanted = {"text", "source", "language", "rows", "unsure"}
    for family in book.families:
        wanted.add(f"{family.name}_machine")
        for code in family.codes:
            flag = _flag(family, code.code)
            wanted |= {f"{flag}_machine", f"{flag}_sign_machine", f"{flag}_chance"}
    return wanted


def _story(row: Mapping[str, Any], book: Codebook) -> Story:
    machine: dict[str, tuple[Mark, ...]] = {}
    for family in book.families:
        main = row.get(f"{family.name}_machine")
        flags = [_flag(family, code.code) for code in family.codes if family.kind == "many"]
        given = [
            Mark(code.code, _sign(row.get(f"{flag}_sign_machine")))
            for code, flag in zip(family.codes, flags, strict=False)
            if row.get(f"{flag}_machine") and code.code != main
        ]
        if main is not None:
            flag = _flag(family, str(main))
            given.insert(0, Mark(str(main), _sign(row.get(f"{flag}_sign_machine"))))
        machine[family.name] = tuple(given)
    factors = next((family.codes for family in book.families if family.name == SIGNED), ())
    return Story(
        source=next(source for source in TEXT_SOURCES if source == row["source"]),
        text=row["text"],
        language=next((name for name in TEXT_LANGUAGES if name == row.get("language")), None),
        rows=int(row.get("rows") or 1),
        is_unsure=bool(row.get("unsure")),
        machine=machine,
        chances={c.code: float(row.get(f"{c.code}_chance") or 0.0) for c in factors},
    )


def _flag(family: Family, code: str) -> str:
    """Name the column that tells whether a code was given."""
    return code if family.name == SIGNED else f"{family.name}.{code}"


def _sign(value: float | None) -> Sign:
    return 0 if not value else 1 if value > 0 else -1
