"""The summary: the decision in three sentences, and the strongest doubt."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kuski.finding import Check, Finding, Refusal, Sentence

POINTS = 3
# What a leader asks first. A finding not named here stands before the quality of the answers.
IMPORTANCE = (
    "value.elevate",
    "value.levels",
    "value.effort",
    "choose.budget",
    "choose.disappointed",
    "choose.audience",
    "choose.overservice",
    "understand.gap",
    "understand.drivers",
    "understand.asymmetry",
    "understand.leaving",
    "understand.encounters",
    "understand.expectations",
    "understand.mirror",
    "act.roadmap",
    "act.experiment",
)
_LAST = ("listen.quality",)


@dataclass(frozen=True, slots=True)
class Point:
    """A sentence and the finding it comes from."""

    finding: Finding
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Doubt:
    """A check and the finding it belongs to."""

    finding: Finding
    check: Check


@dataclass(frozen=True, slots=True)
class Summary:
    """What the first screen says.

    Attributes
    ----------
    points : tuple of Point
        Three, fewer only where the findings say less; the first is the headline.
    doubt : Doubt or None
        None where every check is in order.
    checks : int
        How many checks were made in all.
    """

    points: tuple[Point, ...]
    doubt: Doubt | None
    checks: int


def summary(findings: Sequence[Finding]) -> Summary:
    """Choose the decision and the doubt; nothing is computed.

    Notes
    -----
    The sentences are the messages of the findings that could be given, the most important first;
    then why others were refused; then what else the findings say. The doubt is the first refusal,
    then the first warning, among findings that were given, and only then a finding refused as a
    whole: that one leaves a question open and throws no doubt on the others.
    """
    ordered = by_importance(findings)
    points: dict[str, Point] = {}
    for point in _candidates(ordered):
        points.setdefault(point.sentence.text, point)
    return Summary(
        points=tuple(points.values())[:POINTS],
        doubt=next(_doubts(ordered), None),
        checks=sum(len(finding.checks()) for finding in findings),
    )


def by_importance(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Sort findings by what a leader asks first."""
    return tuple(sorted(findings, key=_rank))


def _rank(finding: Finding) -> int:
    if finding.name in IMPORTANCE:
        return IMPORTANCE.index(finding.name)
    return len(IMPORTANCE) + (finding.name in _LAST)


def _candidates(ordered: Sequence[Finding]) -> Iterator[Point]:
    given = [finding for finding in ordered if not isinstance(finding, Refusal)]
    refused = [finding for finding in ordered if isinstance(finding, Refusal)]
    for finding in (*given, *refused):
        for sentence in finding.story()[:1]:
            yield Point(finding, sentence)
    for finding in given:
        for sentence in finding.story()[1:]:
            yield Point(finding, sentence)


def _doubts(ordered: Sequence[Finding]) -> Iterator[Doubt]:
    given = [finding for finding in ordered if not isinstance(finding, Refusal)]
    for status in ("refuse", "warn"):
        for finding in given:
            yield from (Doubt(finding, c) for c in finding.checks() if c.status == status)
    for finding in ordered:
        if isinstance(finding, Refusal):
            yield from (Doubt(finding, check) for check in finding.checks())
