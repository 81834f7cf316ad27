"""The made-up company's files."""

import csv
import tomllib
from collections import Counter
from datetime import date

import numpy as np
import pyarrow.parquet as pq
import pytest

from kuski import demo
from kuski.demo import company as equations
from kuski.demo import writer
from kuski.settings import load

BEFORE = {
    "score": 37655216972,
    "recommend": 52605560212,
    "importance_app": 35648312181,
    "left": 99040819,
    "efforts": 1338913320,
}
SMALL = {"customers": 600, "batch_customers": 200}


def _bytes(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_same_seed_gives_the_same_bytes(tmp_path):
    for name in ("first", "second"):
        demo.write(tmp_path / name, seed=3, **SMALL)
    assert _bytes(tmp_path / "first") == _bytes(tmp_path / "second")


def test_another_seed_gives_another_company(tmp_path):
    one = demo.write(tmp_path / "1", seed=1, customers=100)
    two = demo.write(tmp_path / "2", seed=2, customers=100)
    for name in (
        "responses", "customers", "stories", "forecasts", "checked", "maxdiff", "study",
    ):  # fmt: skip
        assert getattr(one, name).read_bytes() != getattr(two, name).read_bytes()


def test_whole_batches_do_not_depend_on_how_many_follow(tmp_path):
    few = demo.write(tmp_path / "few", customers=400, batch_customers=200)
    many = demo.write(tmp_path / "many", customers=1_000, batch_customers=200)
    for name in ("responses", "customers", "efforts"):
        start = pq.read_table(getattr(few, name))
        assert pq.read_table(getattr(many, name)).slice(0, start.num_rows).equals(start)


def test_what_was_added_later_moved_nothing_that_was_there(whole_company):
    """The sums are those of the company as it was before it had rivals, months and choices."""
    responses, customers = whole_company.responses, whole_company.customers
    place = np.arange(1, responses.num_rows + 1)
    checks = {
        name: int(responses[name].to_numpy().astype(np.int64) @ place)
        for name in ("score", "recommend", "importance_app")
    }
    people = np.arange(1, customers.num_rows + 1)
    checks["left"] = int(customers["left"].to_numpy().astype(np.int64) @ people)
    checks["efforts"] = int(whole_company.efforts["effort_id"].to_numpy().sum())
    assert checks == BEFORE


def test_each_batch_is_one_row_group_and_is_reported(tmp_path):
    seen = []
    files = demo.write(
        tmp_path, customers=500, batch_customers=200, progress=lambda *done: seen.append(done)
    )
    assert seen == [(200, 500), (400, 500), (500, 500)]
    for path in (files.responses, files.customers, files.efforts):
        assert pq.ParquetFile(path).metadata.num_row_groups == 3


def test_only_one_batch_lives_at_a_time(tmp_path, monkeypatch):
    alive, most = set(), []
    draw = writer.draw_batch

    class Counted:
        def __init__(self, batch):
            self.batch = batch
            alive.add(id(self))
            most.append(len(alive))

        def __getattr__(self, name):
            return getattr(self.batch, name)

        def __del__(self):
            alive.discard(id(self))

    monkeypatch.setattr(writer, "draw_batch", lambda *a, **k: Counted(draw(*a, **k)))
    demo.write(tmp_path, customers=1_000, batch_customers=100)
    assert len(most) == 10
    assert max(most) <= 2  # the next is drawn before the last one's name is taken


@pytest.mark.parametrize("customers", [1, 2, 7])
def test_the_smallest_company_is_written_too(tmp_path, customers):
    files = demo.write(tmp_path, customers=customers)
    assert pq.read_table(files.customers).num_rows == customers


def test_sizes_are_as_told(whole_company):
    assert whole_company.customers.num_rows == 50_000
    assert whole_company.responses.num_rows == pytest.approx(120_000, rel=0.02)
    times = Counter(set(zip(*(whole_company.responses[name].to_pylist()
                              for name in ("customer_id", "answer_id")), strict=True)))  # fmt: skip
    each = Counter(customer for customer, _ in times)
    assert (min(each.values()), max(each.values())) == (1, 8)
    days = whole_company.responses["answered_on"].to_pylist()
    assert min(days) == date(2023, 1, 1)
    assert max(days) == date(2025, 12, 31)


def test_answers_stand_by_customer_and_day(company):
    keys = [
        company.responses[name].to_pylist() for name in ("customer_id", "answered_on", "answer_id")
    ]
    rows = list(zip(*keys, strict=True))
    assert rows == sorted(rows)


def test_the_dirt_is_as_declared(company):
    declared = company.truth["listen.quality"]
    table = company.responses.to_pydict()
    rows = list(zip(*table.values(), strict=True))
    assert len(rows) == declared["rows"]
    assert len(rows) - len(set(rows)) == declared["duplicates"] > 0
    assert len(set(table["answer_id"])) == declared["answers"]
    assert table["score"].count(9) == declared["score_unknown_rows"] > 0
    ratings = list(zip(*(table[name] for name in equations.DRIVER_NAMES), strict=True))
    straight = {
        answer
        for answer, ticks in zip(table["answer_id"], ratings, strict=True)
        if len(set(ticks)) == 1 and ticks[0] in range(1, 8)
    }
    assert len(straight) == declared["straight_lining"] >= declared["straight_lining_planted"] > 0
    for name in equations.DRIVER_NAMES:
        assert table[name].count(-99) == declared["driver_unknown_rows"][name] > 0
        assert table[name].count(None) == declared["driver_empty_rows"][name] > 0


def test_codes_are_on_their_scales(company):
    table = company.responses
    assert set(table["score"].to_pylist()) == {*range(1, 8), 9}
    assert set(table["recommend"].to_pylist()) <= set(range(11))
    for name in equations.DRIVER_NAMES:
        assert set(table[name].to_pylist()) == {*range(1, 8), -99, None}
    assert table["weight"].to_numpy().mean() == pytest.approx(1, abs=0.02)


def test_only_human_contacts_have_an_agent(company):
    for channel, agent in zip(
        company.responses["channel"].to_pylist(),
        company.responses["agent_id"].to_pylist(),
        strict=True,
    ):
        assert (agent is None) == (channel in {"web", "app"})


def test_an_agent_serves_one_channel(company):
    pairs = set(
        zip(
            company.responses["agent_id"].to_pylist(),
            company.responses["channel"].to_pylist(),
            strict=True,
        )
    )
    assert max(Counter(agent for agent, _ in pairs if agent).values()) == 1


def test_comments_are_finnish_and_english_for_a_third_of_the_answers(company):
    comments = [text for text in company.responses["comment"].to_pylist() if text is not None]
    declared = company.truth["listen.quality"]["comments"]
    answers = company.truth["listen.quality"]["answers"]
    assert (declared["fi"] + declared["en"]) / answers == pytest.approx(1 / 3, abs=0.03)
    assert declared["fi"] / (declared["fi"] + declared["en"]) == pytest.approx(2 / 3, abs=0.03)
    assert any("Soitin" in text for text in comments)
    assert any("I called" in text for text in comments)
    assert len(set(comments)) > 2_000
    assert all(text == text.strip() and text for text in comments)


def test_the_study_file_is_valid_and_names_columns_that_exist(company):
    settings = load(company.files.study)
    assert settings.study.seed == 4
    content = tomllib.loads(company.files.study.read_text(encoding="utf-8"))
    responses = content["responses"]
    named = {
        responses[key] for key in ("customer", "time", "weight", "comment", "contact", "agent")
    }
    named |= {responses[key]["column"] for key in ("score", "worth", "recommend")}
    for battery in ("drivers", "stated", "rivals"):
        named |= set(responses[battery]["columns"])
    assert named | {"answer_id"} == set(company.responses.column_names)
    customers = content["customers"]
    named = {*customers["alike"], *customers["segments"]}
    named |= {customers[key] for key in ("customer", "left", "reason", "strategic", "protected")}
    named.add(customers["duration"]["column"])
    assert named == set(company.customers.column_names)
    kinds = {driver.name: driver.kind for driver in equations.DRIVERS}
    assert responses["drivers"]["kinds"] == kinds
    assert responses["drivers"]["columns"] == list(equations.DRIVER_NAMES)
    for part in ("actions", "stories", "forecasts", "checked", "maxdiff"):
        columns = set(_rows(company.files.folder / content[part]["file"])[0])
        wanted = {value for value in content[part].values() if isinstance(value, str)}
        assert wanted - {content[part]["file"]} <= columns
    choices = _rows(company.files.maxdiff)
    assert set(content["maxdiff"]["items"]) <= set(choices[0])
    factors = content["factors"]
    assert list(factors) == list(equations.STATED)
    assert {row["best"] for row in choices} == {each["item"] for each in factors.values()}
    for name, factor in factors.items():
        chosen = zip(equations.DRIVER_NAMES, equations.FACTOR_DRIVERS[name], strict=True)
        assert factor["drivers"] == [driver for driver, is_one in chosen if is_one]
    assert {row["factor"] for row in _rows(company.files.stories)} <= set(factors)


def test_stories_differ_and_come_from_leaders_and_customers(company):
    stories = _rows(company.files.stories)
    assert len({story["text"] for story in stories}) == len(stories) == 400
    assert {story["teller"] for story in stories} == {"leader", "customer"}
    assert {story["language"] for story in stories} == {"fi", "en"}


def test_a_dozen_leaders_overrate_price(company):
    forecasts = _rows(company.files.forecasts)
    assert len({row["leader"] for row in forecasts}) == 12
    truth = {each["what"]: each["truth"] for each in company.truth["understand.mirror"]["figures"]}
    assert {row["what"] for row in forecasts} == set(truth)
    price = [float(row["guess"]) for row in forecasts if row["what"] == "leaving_price"]
    assert np.mean(price) > truth["leaving_price"] + 0.2


def test_actions_are_believed_between_their_bounds(company):
    for action in _rows(company.files.actions):
        low, lift, high = (float(action[name]) for name in ("lift_low", "lift", "lift_high"))
        assert low <= lift <= high
        assert action["source"] in {"guess", "past", "experiment"}
        assert "true_lift" not in action


@pytest.mark.parametrize("broken", ["batch_sums", "draw_batch", "truth", "_write_study"])
def test_a_failure_leaves_nothing_half_written(tmp_path, monkeypatch, broken):
    demo.write(tmp_path / "old", customers=50)
    before = _bytes(tmp_path / "old")

    def fail(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer, broken, fail)
    for folder in (tmp_path / "old", tmp_path / "new"):
        with pytest.raises(OSError, match="No space"):
            demo.write(folder, customers=60)
    assert _bytes(tmp_path / "old") == before
    assert not (tmp_path / "new").exists()


def test_a_folder_in_the_way_is_an_error(tmp_path):
    (tmp_path / "file").write_text("here first")
    with pytest.raises(FileExistsError):
        demo.write(tmp_path / "file", customers=10)


def test_an_interrupted_run_leaves_nothing(tmp_path):
    def interrupt(_done, _all):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.write(tmp_path, customers=50, progress=interrupt)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wrong", [{"customers": 0}, {"customers": -5}, {"seed": -1}, {"batch_customers": 0}]
)
def test_sizes_and_seeds_that_mean_nothing_are_refused(tmp_path, wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        demo.write(tmp_path / "demo", **wrong)
    assert not (tmp_path / "demo").exists()
