"""Texts are coded per Arrow batch, wherever the batches come from."""

import pickle

import numpy as np
import pyarrow as pa
import pytest

from kuski.errors import InputError
from kuski.text.batches import coded_batches, coded_schema
from kuski.text.coder import Coder

TEXTS = ["Fast and friendly staff!", None, "I called a rude chain.", "", "Jonotin tunnin."]


def batch(texts=TEXTS, **columns):
    return pa.record_batch({"id": list(range(len(texts))), "comment": texts, **columns})


@pytest.fixture(scope="module")
def coder(tiny):
    return Coder(tiny)


def coded(coder, *batches, column="comment"):
    return list(coded_batches(iter(batches), column=column, coder=coder))


def test_rows_and_columns_are_kept_and_codes_come_behind(coder):
    (found,) = coded(coder, batch())
    assert found.schema == coded_schema(batch().schema, column="comment", book=coder.book)
    assert found.select(["id", "comment"]).equals(batch())
    columns = found.to_pydict()
    assert columns["code_language"] == ["en", None, "en", None, "fi"]
    assert columns["code_speed"] == [1, None, 0, 0, 1]
    assert columns["code_friendliness_sign"][2] == -1
    assert columns["code_contact"] == [None, None, "phone", None, None]
    assert columns["code_human"] == [None, None, 1, None, None]
    assert columns["code_size"] == [None, None, "chain", None, None]
    assert columns["code_polarity"][0] == "positive"


def test_codes_of_a_batch_are_those_of_the_coder(coder):
    (found,) = coded(coder, batch())
    direct = coder.code([text or "" for text in TEXTS])
    told = [place for place, text in enumerate(TEXTS) if text is not None]
    speed = coder.book.columns.index(("factor", "speed"))
    chances = found.column("code_speed_chance").to_numpy(zero_copy_only=False)
    np.testing.assert_array_equal(chances[told], direct.chances[told, speed])


def test_batches_come_one_by_one_and_empty_ones_stay(coder):
    parts = [batch(TEXTS[:2]), batch([]).cast(batch().schema), batch(TEXTS[2:])]
    found = coded(coder, *parts)
    assert [each.num_rows for each in found] == [2, 0, 3]
    whole = pa.Table.from_batches(coded(coder, batch())).drop_columns(["id"])
    assert pa.Table.from_batches(found).drop_columns(["id"]).equals(whole)


def test_nothing_is_read_before_it_is_asked_for(coder):
    def endless():
        while True:
            yield batch(TEXTS[:1])

    assert next(coded_batches(endless(), column="comment", coder=coder)).num_rows == 1


def test_a_pickled_coder_codes_alike(coder):
    again = pickle.loads(pickle.dumps(coder))
    assert coded(again, batch())[0].equals(coded(coder, batch())[0])


def test_large_strings_are_texts_too(coder):
    large = batch().set_column(1, "comment", pa.array(TEXTS, pa.large_string()))
    assert coded(coder, large)[0].column("code_speed").to_pylist()[0] == 1


@pytest.mark.parametrize(
    ("columns", "column", "expected"),
    [
        ({}, "remark", "no column remark"),
        ({}, "id", "holds int64"),
        ({"code_speed": [1] * len(TEXTS)}, "comment", "code_speed"),
    ],
)
def test_a_table_that_cannot_be_coded_is_refused(coder, columns, column, expected):
    with pytest.raises(InputError, match=expected) as raised:
        coded(coder, batch(**columns), column=column)
    assert raised.value.text("fi") != str(raised.value)
