"""The commands on a study: check it, run it, give one finding."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from kuski.cli import failure, screen
from kuski.cli.spoken import Spoken
from kuski.errors import Fault, SettingsError


def check_study(spoken: Spoken, /, study: str, json: bool, quiet: bool) -> int:
    """Report every fault of a study file."""
    import kuski

    path = Path(study)
    spoken.of_study(path)
    try:
        faults = kuski.open(path, language=spoken.asked).check()
    except SettingsError as error:
        faults = error.faults
    if json:
        screen.print_json({"file": study, "faults": [_plain(fault, spoken) for fault in faults]})
    elif faults:
        raise SettingsError(path, faults)
    elif not quiet:
        screen.say_line("cli.no_faults", spoken.language, file=study)
    return failure.BAD_INPUT if faults else failure.FINE


def run_study(
    spoken: Spoken, /, study: str, out: str, strict: bool, json: bool, quiet: bool
) -> int:
    """Give all findings and write the report."""
    import kuski
    from kuski.study import write

    spoken.of_study(Path(study))
    opened = kuski.open(study, language=spoken.asked)
    with screen.progress_of(opened.language, is_quiet=quiet or json) as progress:
        findings = opened.findings(progress=progress)
        written = write(opened, findings, Path(out), today=date.today())  # noqa: DTZ011
    if json:
        click.echo(written[0].read_text(encoding="utf-8"), nl=False)
    elif not quiet:
        for finding in findings:
            screen.print_headline(finding)
        for path in written:
            screen.say_line("cli.wrote", opened.language, path=path)
    return _code([finding.status for finding in findings], is_strict=strict)


def give_finding(
    name: str,
    spoken: Spoken,
    /,
    study: str,
    json: bool,
    strict: bool,
    quiet: bool,
    money: float | None = None,
) -> int:
    """Give one finding."""
    import kuski

    spoken.of_study(Path(study))
    opened = kuski.open(study, language=spoken.asked)
    if money is not None:
        opened = opened.spending(money)
    with screen.progress_of(opened.language, is_quiet=quiet or json) as progress:
        (finding,) = opened.findings([name], progress=progress)
    if json:
        screen.print_json(finding.to_dict())
    elif not quiet:
        screen.print_finding(finding)
    return _code([finding.status], is_strict=strict)


def _code(statuses: list[str], *, is_strict: bool) -> int:
    return failure.REFUSED if is_strict and "refuse" in statuses else failure.FINE


def _plain(fault: Fault, spoken: Spoken) -> dict[str, Any]:
    return {
        "case": fault.case,
        "key": fault.key,
        "line": fault.line,
        "text": fault.text(spoken.language),
    }
