"""Write a plain table of answers of any length, for timings."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

_GROUP_ROWS = 500_000
_ANSWERS_EACH = 4
_SCORE_LEVELS = 7
_DRIVER_LEVELS = 5


def write_answers(
    path: Path,
    *,
    rows: int,
    drivers: int = 20,
    seed: int = 1,
    clustered: bool = True,
    missing: float = 0.0,
) -> Path:
    """Write answers to one Parquet file, a row group at a time.

    Parameters
    ----------
    path : Path
        Replaced at the end, if all went well.
    rows : int, >= 1
        A customer has four answers on average.
    drivers : int, >= 1
        Columns ``driver_01`` and on, int8 from 1 to 5.
    seed : int, >= 0
    clustered : bool
        True: a customer's answers stand together, customers in order, as most exports have them.
        False: customers are scattered over the table.
    missing : float, 0 to 1
        Share of nulls in each driver.

    Returns
    -------
    Path
        Beside the drivers the columns are ``customer`` (int64), ``weight`` (float64), ``score``
        (int8, 1-7) and ``worth`` (float64, euros, skewed).

    Raises
    ------
    ValueError
        If a count is below one or the share outside 0 to 1.
    """
    if rows < 1 or drivers < 1:
        raise ValueError(f"rows == {rows}, drivers == {drivers}, both must be >= 1.")
    if not 0 <= missing <= 1:
        raise ValueError(f"missing == {missing}, must be from 0 to 1; a share, not per cent.")
    draft = path.with_name(f".{path.name}.draft")
    try:
        with pq.ParquetWriter(draft, _schema(drivers)) as writer:
            for number, start in enumerate(range(0, rows, _GROUP_ROWS)):
                rng = np.random.default_rng(np.random.SeedSequence([seed, number]))
                size = min(_GROUP_ROWS, rows - start)
                customer = _customers(rng, start, size, rows if not clustered else None)
                table = _group(rng, customer, drivers, missing)
                writer.write_table(table, row_group_size=size)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return path


def _schema(drivers: int) -> pa.Schema:
    return pa.schema(
        [
            ("customer", pa.int64()),
            ("weight", pa.float64()),
            ("score", pa.int8()),
            *((f"driver_{number:02d}", pa.int8()) for number in range(1, drivers + 1)),
            ("worth", pa.float64()),
        ]
    )


def _customers(
    rng: np.random.Generator, start: int, size: int, scattered_over: int | None
) -> npt.NDArray[np.int64]:
    """Give each answer a customer: in order, or any of those that so many rows have."""
    if scattered_over is None:
        return np.arange(start, start + size, dtype=np.int64) // _ANSWERS_EACH + 1
    return rng.integers(1, max(scattered_over // _ANSWERS_EACH, 1) + 1, size)


def _group(
    rng: np.random.Generator, customer: npt.NDArray[np.int64], drivers: int, missing: float
) -> pa.Table:
    """Draw one row group: a mood per answer moves the score, the drivers and the money."""
    size = len(customer)
    mood = rng.integers(0, _DRIVER_LEVELS, size, dtype=np.int8)
    score = mood + rng.integers(1, _SCORE_LEVELS - _DRIVER_LEVELS + 2, size, dtype=np.int8)
    ratings = [_rating(rng, mood, missing) for _ in range(drivers)]
    weight = rng.integers(80, 126, size) / 100
    worth = np.round((300 + 80.0 * score) * rng.lognormal(-0.18, 0.6, size), 2)
    columns = [pa.array(customer), pa.array(weight), pa.array(score), *ratings, pa.array(worth)]
    return pa.Table.from_arrays(columns, schema=_schema(drivers))


def _rating(rng: np.random.Generator, mood: npt.NDArray[np.int8], missing: float) -> pa.Array:
    """Draw one driver around the mood, with nulls if asked."""
    rating = np.clip(mood + rng.integers(0, 3, len(mood), dtype=np.int8), 1, _DRIVER_LEVELS)
    mask = rng.random(len(mood), dtype=np.float32) < missing if missing else None
    return pa.array(rating, mask=mask)
