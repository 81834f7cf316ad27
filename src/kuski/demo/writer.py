"""Write the made-up company's tables, its study file and its truth."""

import csv
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from kuski.demo import company, tables
from kuski.demo.actions import ACTIONS, Action
from kuski.demo.answers import draw_agents
from kuski.demo.batch import Batch, draw_batch
from kuski.demo.checked import NOBODY, Checked
from kuski.demo.company import Floats
from kuski.demo.forecasts import draw_forecasts
from kuski.demo.ledger import Sums, added, batch_sums
from kuski.demo.maxdiff import SHOWN, draw_choices
from kuski.demo.readings import read_stories
from kuski.demo.stories import UNTOLD, Story, draw_stories
from kuski.demo.truth import Truth, truth

BATCH_CUSTOMERS = 100_000
_HOUSE = (
    "agents",
    "stories",
    "forecasts",
    "maxdiff",
    "readings",
)  # what is drawn once, whatever the batches


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """Hold where the made-up company was written.

    Attributes
    ----------
    folder : Path
    responses, customers, efforts : Path
        Parquet.
    actions, stories, forecasts, checked, maxdiff : Path
        CSV in UTF-8.
    corrections : Path
        What a person says of some of the stories; a line of JSON each.
    study : Path
        The study file.
    truth : Path
        The true values, JSON.
    """

    folder: Path
    responses: Path
    customers: Path
    efforts: Path
    actions: Path
    stories: Path
    forecasts: Path
    checked: Path
    maxdiff: Path
    corrections: Path
    study: Path
    truth: Path


def write(
    folder: Path,
    *,
    customers: int = 50_000,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
    batch_customers: int = BATCH_CUSTOMERS,
) -> DemoFiles:
    """Write the made-up company into a folder.

    Parameters
    ----------
    folder : Path
        Made if absent; files of the same names are replaced, all at the end.
    customers : int, >= 1
        About three in five answer, four times each.
    seed : int, >= 0
        The same seed and sizes write the same bytes.
    progress : callable, optional
        Called after each batch with the customers written so far and in all.
    batch_customers : int, >= 1
        Customers drawn at a time. Whole batches do not depend on how many follow.

    Returns
    -------
    DemoFiles

    Raises
    ------
    ValueError
        If a count is below one or the seed below zero.
    OSError
        If the folder cannot be written; what stood there before still stands.
    """
    _check(customers=customers, batch_customers=batch_customers, seed=seed)
    paths = _paths(folder)
    with _all_or_nothing(folder) as workshop:
        draft = _paths(workshop)
        agents = draw_agents(_house(seed, "agents"))
        stories = draw_stories(_house(seed, "stories"))
        forecasts = draw_forecasts(_house(seed, "forecasts"))
        sums: Sums = {}
        checked = NOBODY
        with _parquet(draft) as put:
            for batch in _batches(agents, customers, seed, batch_customers):
                put(batch)
                sums = added(sums, batch_sums(batch))
                checked = checked + batch.checked
                if progress is not None:
                    progress(int(batch.customers.id[-1]), customers)
        _write_csv(draft.actions, _action_rows())
        _write_csv(draft.stories, _story_rows(stories))
        _write_csv(draft.forecasts, [("leader", "what", "guess"), *forecasts])
        _write_csv(draft.checked, _checked_rows(checked))
        _write_csv(draft.maxdiff, _choice_rows(_house(seed, "maxdiff")))
        _write_lines(draft.corrections, read_stories(seed, stories))
        _write_study(draft.study, seed)
        values = truth(sums, agents=agents, stories=stories)
        _write_truth(draft.truth, values, customers=customers, seed=seed)
    return paths


def _check(*, customers: int, batch_customers: int, seed: int) -> None:
    for name, value, least in (
        ("customers", customers, 1),
        ("batch_customers", batch_customers, 1),
        ("seed", seed, 0),
    ):
        if value < least:
            raise ValueError(f"{name} == {value}, must be >= {least}.")


def _paths(folder: Path) -> DemoFiles:
    return DemoFiles(
        folder=folder,
        responses=folder / "responses.parquet",
        customers=folder / "customers.parquet",
        efforts=folder / "efforts.parquet",
        actions=folder / "actions.csv",
        stories=folder / "stories.csv",
        forecasts=folder / "forecasts.csv",
        checked=folder / "checked_reasons.csv",
        maxdiff=folder / "maxdiff.csv",
        corrections=folder / "corrections.jsonl",
        study=folder / "study.toml",
        truth=folder / "truth.json",
    )


@contextmanager
def _all_or_nothing(folder: Path) -> Iterator[Path]:
    """Lend a folder within the folder; move its files out only if all went well."""
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=".demo-", dir=folder))
    try:
        yield workshop
        for path in sorted(workshop.iterdir()):
            path.replace(folder / path.name)
    except BaseException:
        shutil.rmtree(workshop, ignore_errors=True)
        if is_new and not any(folder.iterdir()):
            folder.rmdir()
        raise
    workshop.rmdir()


def _house(seed: int, what: str) -> np.random.Generator:
    """Make the generator of a draw that no batch owns."""
    key = (1 + _HOUSE.index(what),)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def _batches(agents: Floats, customers: int, seed: int, batch_customers: int) -> Iterator[Batch]:
    """Draw one batch after the other, each from a stream of its own."""
    for number, start in enumerate(range(0, customers, batch_customers)):
        rng = np.random.default_rng(np.random.SeedSequence([seed, number]))
        size = min(batch_customers, customers - start)
        yield draw_batch(rng, agents, first=start + 1, size=size)


@contextmanager
def _parquet(draft: DemoFiles) -> Iterator[Callable[[Batch], None]]:
    """Open the three big tables; lend what puts a batch into each as one row group."""
    with ExitStack() as stack:
        writers = [
            (stack.enter_context(pq.ParquetWriter(path, schema)), laid_out)
            for path, schema, laid_out in (
                (draft.responses, tables.RESPONSES, tables.responses),
                (draft.customers, tables.CUSTOMERS, tables.customers),
                (draft.efforts, tables.EFFORTS, tables.efforts),
            )
        ]

        def put(batch: Batch) -> None:
            for writer, laid_out in writers:
                table = laid_out(batch)
                writer.write_table(table, row_group_size=max(table.num_rows, 1))

        yield put


def _write_csv(path: Path, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _action_rows() -> Iterator[Sequence[object]]:
    names = [field.name for field in fields(Action) if field.name != "true_lift"]
    yield names
    for action in ACTIONS:
        yield [getattr(action, name) for name in names]


def _story_rows(stories: Iterable[Story]) -> Iterator[Sequence[object]]:
    names = [field.name for field in fields(Story) if field.name not in UNTOLD]
    yield names
    for story in stories:
        yield [getattr(story, name) for name in names]


def _checked_rows(checked: Checked) -> Iterator[Sequence[object]]:
    yield "customer_id", "coded", "true"
    for place in checked.customer.argsort():
        coded, true = company.REASONS[checked.said[place]], company.REASONS[checked.cause[place]]
        yield int(checked.customer[place]), coded, true


def _choice_rows(rng: np.random.Generator) -> Iterator[Sequence[object]]:
    yield "respondent", *(f"item{place + 1}" for place in range(SHOWN)), "best", "worst"
    for respondent, shown, best, worst in draw_choices(rng):
        yield respondent, *shown, best, worst


def _write_study(path: Path, seed: int) -> None:
    template = files("kuski.demo").joinpath("study.toml").read_text(encoding="utf-8")
    path.write_text(template.replace("seed = 1\n", f"seed = {seed}\n"), encoding="utf-8")


def _write_truth(path: Path, values: Truth, *, customers: int, seed: int) -> None:
    about = {
        "customers": customers,
        "seed": seed,
        "money": "€ in the 12 months after an answer",
        "explained_in": "kuski.demo",
    }
    text = json.dumps({"about": about, **values}, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
