"""The command that writes the made-up company."""

from dataclasses import fields
from pathlib import Path

from kuski.cli import failure, screen
from kuski.cli.spoken import Spoken
from kuski.errors import OutputError
from kuski.words import Language, say


class OccupiedError(OutputError):
    """The folder holds a study that is somebody's own."""

    def text(self, language: Language) -> str:
        """Say so."""
        return say(f"cli.{self.case}", language, **self.values)


def write_demo(
    spoken: Spoken, /, out: str, customers: int, seed: int, json: bool, quiet: bool
) -> int:
    """Write the made-up company's tables, study file and truth."""
    from kuski import demo

    folder = Path(out)
    try:
        _keep_clear(folder)
        with screen.bar_of(
            "cli.drawing_customers", spoken.language, is_quiet=quiet or json
        ) as progress:
            written = demo.write(folder, customers=customers, seed=seed, progress=progress)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError("cannot_write", path=folder, reason=reason) from error
    if json:
        screen.print_json({f.name: str(getattr(written, f.name)) for f in fields(written)})
    elif not quiet:
        screen.say_line("cli.wrote", spoken.language, path=written.folder)
        screen.say_line(
            "cli.next_run", spoken.language, file=written.study, out=written.folder / "report"
        )
    return failure.FINE


def _keep_clear(folder: Path) -> None:
    """Refuse to write over a study file that no demo wrote."""
    study = folder / "study.toml"
    if study.exists() and not (folder / "truth.json").exists():
        raise OccupiedError("study_in_the_way", file=study)
