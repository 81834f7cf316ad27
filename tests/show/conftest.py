"""One of each chart, as a function of language and width."""

import re
from collections.abc import Callable, Mapping

import pytest

from kuski.show.charts import answered_by_column, effort_by_zone, plans, worth_by_level
from kuski.show.picture import svg

from ..report import samples

Draw = Callable[..., object]
LEVELS = samples.level_records()
PLANS = samples.plan_records()
EFFORT = samples.effort_records()
COLUMNS = samples.column_records()


@pytest.fixture(scope="session")
def charts() -> Mapping[str, Draw]:
    """Name each chart; `records` changes what is drawn."""

    def levels(records=LEVELS, unit="€", **kwargs):
        return worth_by_level(records, unit=unit, **kwargs)

    def both(records=PLANS, unit="€", split=samples.SPLIT, **kwargs):
        return plans(records, unit=unit, split=split, **kwargs)

    def effort(records=EFFORT, **kwargs):
        return effort_by_zone(records, **kwargs)

    def columns(records=COLUMNS, **kwargs):
        return answered_by_column(records, **kwargs)

    return {"levels": levels, "plans": both, "effort": effort, "columns": columns}


@pytest.fixture(scope="session")
def words() -> Callable[..., list[str]]:
    """Draw a chart and list what is written in it."""

    def read(chart, language="en"):
        return re.findall(r"<(?:text|tspan)[^>]*>([^<]+)<", svg(chart, language=language))

    return read
