"""A card: one key number with its interval, for the first screen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kuski.finding import Finding, Refusal, plain
from kuski.words import Estimate, count, say
from kuski.words.numerals import written

MOST = 4
_Numbers = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Card:
    """One number as it is read.

    Attributes
    ----------
    label, value, detail : str
        `detail` is the interval, or why there is none.
    finding : str
        Name of the finding it belongs to.
    """

    label: str
    value: str
    detail: str
    finding: str


def cards(findings: Sequence[Finding]) -> tuple[Card, ...]:
    """Choose the key numbers of the first screen, from the public `numbers` of the findings."""
    numbers = {
        finding.name: (finding, plain(finding.numbers))
        for finding in findings
        if not isinstance(finding, Refusal)
    }
    found: list[Card] = []
    for name, make in _MAKERS:
        if name in numbers and isinstance(numbers[name][1], Mapping):
            finding, values = numbers[name]
            found += make(values, finding)
    return tuple(found[:MOST])


def _elevate(numbers: _Numbers, finding: Finding) -> Iterator[Card]:
    yield _card(finding, "ratio", _estimate(numbers, "ratio"), case="times")
    gain = numbers.get("elevate")
    if isinstance(gain, Mapping):
        unit = str(getattr(finding, "unit", ""))
        yield _card(finding, "elevate", _estimate(gain, "gain", unit))


def _effort(numbers: _Numbers, finding: Finding) -> Iterator[Card]:
    zones = numbers.get("zones")
    for zone in zones if isinstance(zones, Sequence) else ():
        if isinstance(zone, Mapping) and zone.get("zone") == "below":
            yield _card(finding, "effort", _estimate(zone, "effort_share", "%"))


def _quality(numbers: _Numbers, finding: Finding) -> Iterator[Card]:
    if numbers.get("nps") is not None:
        yield _card(finding, "nps", _estimate(numbers, "nps"))
    scored, rows = _number(numbers, "scored"), _number(numbers, "rows")
    if scored is not None and rows is not None:
        language = finding.language
        detail = say("report.card_answers_detail", language, rows=rows)
        label = say("report.card_answers", language)
        yield Card(label, count(scored, language), detail, finding.name)


_MAKERS = (("value.elevate", _elevate), ("value.effort", _effort), ("listen.quality", _quality))


def _card(finding: Finding, name: str, estimate: Estimate, *, case: str = "") -> Card:
    language = finding.language
    label = say(f"report.card_{name}", language)
    if estimate.value is None:
        return Card(label, "–", say("report.refused_number", language), finding.name)
    value = written(estimate, "value", language)
    ends = written(estimate, "", language).removeprefix(value).strip(" ()")
    case_of_detail = "report.interval" if ends else "report.no_interval"
    shown = say(f"report.{case}", language, value=value) if case else value
    return Card(label, shown, say(case_of_detail, language, ends=ends), finding.name)


def _estimate(numbers: _Numbers, key: str, unit: str = "") -> Estimate:
    ends = (_number(numbers, f"{key}_low"), _number(numbers, f"{key}_high"))
    return Estimate(_number(numbers, key), *ends, unit)


def _number(numbers: _Numbers, key: str) -> float | None:
    value = numbers.get(key)
    return float(value) if isinstance(value, int | float) else None
