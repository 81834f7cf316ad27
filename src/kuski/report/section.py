"""A section: one finding as the page shows it, and the chapter of its stage."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from kuski.finding import Check, Finding, Refusal, Sentence, Status
from kuski.show.picture import svg
from kuski.terms import STAGES, Stage
from kuski.words import Language, say

# A line never ends between these.
_COUNTED = "n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Section:
    """One finding, ready for the template.

    Attributes
    ----------
    id : str
        The anchor: the finding's name with a hyphen.
    title, message, caption, question, method : str
    is_refused : bool
        Whether the finding could not be given at all.
    status : {"ok", "warn", "refuse"}
    wide, narrow : Markup
        The picture for a desktop and for a phone; empty where there is nothing to draw.
    advice : str
        What follows from the message.
    sentences : tuple of Sentence
        What else it says.
    checks, passed : tuple of Check
        Those that found something, the worst first; those in order.
    table : Markup
    sources : tuple of str
    """

    id: str
    title: str
    message: str
    caption: str
    question: str
    method: str
    is_refused: bool
    status: Status
    wide: Markup
    narrow: Markup
    advice: str
    sentences: tuple[Sentence, ...]
    checks: tuple[Check, ...]
    passed: tuple[Check, ...]
    table: Markup
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The findings of one stage under the leader's question."""

    id: str
    title: str
    question: str
    sections: tuple[Section, ...]


def chapters(findings: Sequence[Finding], language: Language) -> tuple[Chapter, ...]:
    """Sort findings into the stages that have any, in the order of the stages."""
    found = []
    for stage in STAGES:
        own = [finding for finding in findings if finding.name.partition(".")[0] == stage]
        if own:
            found.append(_chapter(stage, own, language))
    return tuple(found)


def anchor(name: str) -> str:
    """Name the place of a finding in the page."""
    return "".join(letter if letter.isalnum() else "-" for letter in name)


def _chapter(stage: Stage, findings: Sequence[Finding], language: Language) -> Chapter:
    return Chapter(
        id=stage,
        title=say(f"report.stage_{stage}", language),
        question=say(f"report.stage_{stage}_question", language),
        sections=tuple(_section(finding, language) for finding in findings),
    )


def _section(finding: Finding, language: Language) -> Section:
    first, *others = finding.story()
    is_refused = isinstance(finding, Refusal)
    checks = () if is_refused else finding.checks()
    wide, narrow = _pictures(finding, first.text, language)
    return Section(
        id=anchor(finding.name),
        title=finding.title,
        message=first.text,
        caption="" if is_refused else finding.caption.replace("n = ", _COUNTED),
        question=finding.question,
        method=finding.method,
        is_refused=is_refused,
        status=finding.status,
        wide=wide,
        narrow=narrow,
        advice=first.advice,
        sentences=tuple(others),
        checks=tuple(c for status in ("refuse", "warn") for c in checks if c.status == status),
        passed=tuple(check for check in checks if check.status == "ok"),
        table=_table(finding),
        sources=finding.sources,
    )


def _pictures(finding: Finding, message: str, language: Language) -> tuple[Markup, Markup]:
    """Draw the finding twice; what is not shown is hidden from screen readers too."""
    drawn = []
    for form in ("wide", "narrow"):
        chart = finding.chart(narrow=form == "narrow")
        if chart is None:
            return Markup(), Markup()
        about = say("report.chart_about", language, caption=finding.caption.rstrip("."))
        name = f"{anchor(finding.name)}-{form}"
        picture = svg(chart, language=language, label=message, description=about, name=name)
        # Everything that data bring into the picture was escaped when it was drawn.
        drawn.append(Markup(picture))  # noqa: S704
    return drawn[0], drawn[1]


def _table(finding: Finding) -> Markup:
    table = finding.table()
    # `Table.to_html` escapes every cell and title.
    return Markup(table.to_html(finding.caption)) if table.records else Markup()  # noqa: S704
