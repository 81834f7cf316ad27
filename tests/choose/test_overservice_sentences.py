"""Every sentence and check of `choose.overservice` is reached, in both languages."""

import re
from dataclasses import replace

import pytest

from kuski.choose.overservice.finding import THRESHOLDS
from kuski.choose.overservice.surplus import ServiceNumbers
from kuski.show.charts import worth_of_last_unit
from kuski.show.picture import svg
from kuski.words import cases

from .test_overservice import efforts

ODD = re.compile(r"\{|\}|\bNone\b(?! found)|\bnan\b|\binf\b|np\.")


def service(zone="below", verdict="safe", evidence="experiment", **changes):
    given = {
        "kind": "call",
        "segment": "north",
        "zone": zone,
        "is_protected": False,
        "evidence": evidence,
        "money": 1000.0,
        "pieces": 80.0,
        "last": 0.2,
        "last_low": 0.1,
        "last_high": 0.3,
        "movable": 600.0,
        "lost": 120.0,
        "lost_low": 60.0,
        "lost_high": 180.0,
        "chance": 0.95,
        "verdict": verdict,
    }
    return ServiceNumbers(**(given | changes))


@pytest.fixture
def real(choosing):
    return choosing(choose="money = 2000", efforts=efforts(cost=400.0)).finding(
        "choose.overservice"
    )


def with_numbers(found, *services, **changes):
    numbers = replace(found.numbers, services=services, zones=services, **changes)
    return replace(found, numbers=numbers)


def variants(real):
    moving = {"movable": 600.0, "cost": 1000.0, "held": 0.0, "hidden": 0.0}
    paid = {"gain": 500.0, "gain_low": 400.0, "gain_high": 600.0}
    paid |= {"net": 380.0, "net_low": 100.0, "net_high": 500.0}
    nothing = {"movable": 0.0, "movable_safe": 0.0}
    bet = service(verdict="bet", chance=0.5)
    found = [real, replace(real, years=3.2, is_by_level=True)]
    found += [
        with_numbers(real, service(zone=zone), **moving, movable_safe=600.0, **paid)
        for zone in ("below", "middle", "top")
    ]
    found += [
        with_numbers(real, service(evidence=evidence), **moving, movable_safe=0.0)
        for evidence in ("experiment", "past", "guess", "unknown")
    ]
    found += [
        with_numbers(real, service(verdict="likely"), **moving, movable_safe=0.0, net_low=-5.0),
        with_numbers(real, bet, **nothing),
        with_numbers(real, service(verdict="pays", movable=0.0), **nothing, held=90.0, hidden=50.0),
        with_numbers(real, service(verdict="held", movable=0.0, is_protected=True), **nothing),
        with_numbers(real, service(kind="", segment="others"), **moving),
        with_numbers(real, service(segment="everyone"), **moving, unmatched=9_000.0),
        with_numbers(real, shadow_price=0.0, **nothing),
        with_numbers(real, *[service()] * (THRESHOLDS.lines + 2), **moving),
    ]
    return found


def test_every_case_is_said_in_both_languages(real, said, say_everything):
    for finding in [*variants(real), replace(real, cost_unit="")]:
        for text in say_everything(finding):
            assert not ODD.search(re.sub(r"<[^>]*>", "", text)), text
        for language in ("en", "fi"):
            for narrow in (False, True):
                chart = finding.translated(language).chart(narrow=narrow)
                if chart is not None:
                    chart.to_dict(validate=True)
    told = {case for case, _ in said if case.startswith("overservice.")}
    assert told == set(cases("overservice"))


def test_none_found_is_said_plainly(real):
    told = with_numbers(real, service(verdict="pays", movable=0.0), movable=0.0, movable_safe=0.0)
    assert told.story()[0].case == "overservice.none"
    assert told.story()[0].text.startswith("None found")
    assert told.translated("fi").story()[0].text.startswith("Ei löytynyt")


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("narrow", [False, True])
def test_the_chart_is_as_wide_as_its_place(real, language, narrow):
    drawn = svg(real.translated(language).chart(narrow=narrow), language=language)
    width = float(re.search(r'viewBox="0 0 ([\d.]+) ', drawn)[1])
    assert 0.9 <= width / (340 if narrow else 720) <= 1.08
    assert "NaN" not in drawn


def test_what_has_no_interval_gets_a_hollow_dot():
    record = {"name": "call", "zone": "top", "last": 0.0, "money": 10.0, "movable": 10.0}
    record |= {"verdict": "likely"}
    chart = worth_of_last_unit([record], price=0.5, unit="€", language="en")
    layers = chart.to_dict()["vconcat"][0]["layer"]
    rows = [
        row
        for layer in layers
        if layer.get("mark", {}).get("type") == "point"
        for row in layer["data"]["values"]
    ]
    assert rows[0]["fill"] != rows[0]["color"]


def test_nothing_is_drawn_where_nothing_is_known(real):
    assert with_numbers(real, service(last=None)).chart() is None


def test_the_table_says_how_many_lines_it_leaves_out(real):
    table = with_numbers(real, *[service(money=20.0)] * 60).table()
    assert len(table.records) == THRESHOLDS.lines + 1
    assert sum(record["money"] for record in table.records) == pytest.approx(1200)
    assert str(60 - THRESHOLDS.lines) in table.cells()[-1][0]
    few = with_numbers(real, *[service()] * (THRESHOLDS.lines + 1)).table()
    assert len(few.records) == THRESHOLDS.lines + 1
    assert few.records[-1]["name"] == "north"
