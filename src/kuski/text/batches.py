"""Batches: texts of a table coded one Arrow batch at a time, wherever the batches come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from kuski.errors import InputError
from kuski.terms import HUMAN_CONTACTS
from kuski.text.codebook import Codebook, Family
from kuski.text.coder import CodedTexts, Coder

if TYPE_CHECKING:
    import pyarrow as pa

PREFIX = "code_"
"""Begins the name of each column that is added."""


def coded_batches(
    batches: Iterator[pa.RecordBatch], *, column: str, coder: Coder
) -> Iterator[pa.RecordBatch]:
    """Code the texts of one column, batch by batch, as Spark's ``mapInArrow`` asks for it.

    Parameters
    ----------
    batches : iterator of pyarrow.RecordBatch
    column : str
        Of strings; a null has no codes.
    coder : Coder

    Returns
    -------
    iterator of pyarrow.RecordBatch
        The same rows and columns, and those of `coded_schema` behind them.

    Raises
    ------
    InputError
        If a batch has no such column, or one that is to be added.
    """
    for batch in batches:
        schema = coded_schema(batch.schema, column=column, book=coder.book)
        yield _coded(batch, schema, column, coder)


def coded_schema(schema: pa.Schema, *, column: str, book: Codebook) -> pa.Schema:
    """Tell the schema of coded batches, as Spark wants it beforehand.

    After the columns of ``schema``, and beginning with `PREFIX`: ``language``, ``unsure``; of every
    code X of the family factor ``X``, ``X_sign`` and ``X_chance``; of every other family its own
    name, with the likeliest of the given codes; and ``human`` for the contact.

    Raises
    ------
    InputError
        If there is no such column of texts, or one that is to be added is there already.
    """
    import pyarrow as pa

    if column not in schema.names:
        raise InputError("stories_no_column", column=column, columns=", ".join(schema.names[:8]))
    kind = schema.field(column).type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        raise InputError("stories_not_texts", column=column, kind=kind)
    added = [pa.field(f"{PREFIX}{name}", type_) for name, type_ in _fields(book)]
    taken = [each.name for each in added if each.name in schema.names]
    if taken:
        raise InputError("stories_column_taken", column=taken[0])
    return pa.schema([*schema, *added])


def _fields(book: Codebook) -> Iterator[tuple[str, Any]]:
    import pyarrow as pa

    yield "language", pa.string()
    yield "unsure", pa.int8()
    for family in book.families:
        if family.name == "factor":
            for code in family.codes:
                yield code.code, pa.int8()
                yield f"{code.code}_sign", pa.int8()
                yield f"{code.code}_chance", pa.float32()
            continue
        yield family.name, pa.string()
        if family.name == "contact":
            yield "human", pa.int8()


def _coded(batch: pa.RecordBatch, schema: pa.Schema, column: str, coder: Coder) -> pa.RecordBatch:
    import pyarrow as pa

    texts = batch.column(column).to_pylist()
    coded = coder.code(["" if text is None else text for text in texts])
    is_null = np.array([text is None for text in texts], dtype=bool)
    fields = list(schema)[batch.num_columns :]
    added = [
        pa.array(values, type=field.type, mask=is_null)
        for values, field in zip(_values(coder.book, coded), fields, strict=True)
    ]
    return pa.RecordBatch.from_arrays([*batch.columns, *added], schema=schema)


def _values(book: Codebook, coded: CodedTexts) -> Iterator[list[object]]:
    """List the values of each added column, in the order of `_fields`."""
    yield [document.language for document in coded.documents]
    yield coded.is_unsure.astype(int).tolist()
    for family in book.families:
        places = book.places(family.name)
        if family.name == "factor":
            for place in range(places.start, places.stop):
                yield coded.codes[:, place].astype(int).tolist()
                yield coded.signs[:, place].tolist()
                yield coded.chances[:, place].tolist()
            continue
        names = _names(family, coded, places)
        yield list(names)
        if family.name == "contact":
            yield [None if name is None else int(name in HUMAN_CONTACTS) for name in names]


def _names(family: Family, coded: CodedTexts, places: slice) -> list[str | None]:
    """Name the likeliest of each text's codes of a family; None where it has none."""
    codes = coded.codes[:, places]
    is_given = np.atleast_1d(codes.any(axis=1))
    likeliest = (coded.chances[:, places] * codes).argmax(axis=1)
    return [
        family.codes[place].code if given else None
        for place, given in zip(likeliest.tolist(), is_given.tolist(), strict=True)
    ]
