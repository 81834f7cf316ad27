"""Whatever is said or stands in the columns of the second stage: a fault with its line, or a plain
answer; never a crash, and never a figure that is no number.
"""

import json
import re
from typing import Any

import numpy as np
import pytest

import kuski
from kuski.errors import InputError, SettingsError
from kuski.finding import Finding
from kuski.registry import NAMES
from kuski.settings import load

N = 400
UNDERSTAND = [name for name in NAMES if name.startswith("understand.")]
PARTS = ["food", "staff", "queue"]
DRIVERS = (
    'drivers = { columns = ["food", "staff", "queue"], scale = [1, 5], missing = [9], '
    'kinds = { food = "product", staff = "human", queue = "process" } }'
)
STATED = 'stated = { columns = ["says_food", "says_staff", "says_queue"], scale = [1, 5] }'
SCORE = 'score = { column = "score", scale = [1, 5] }'
PEOPLE = 'left = "left"\nreason = "reason"\nduration = { column = "months", unit = "months" }'
MEETING = 'contact = "channel"\nagent = "agent"\nworth = "worth"\nrivals = ["other"]'
ROLES = "\n".join(
    [SCORE, DRIVERS, STATED, PEOPLE, MEETING, 'customer = "id"\ntime = "day"\nwave = "year"']
)
FACTORS = """
[factors.food]
stated = "says_food"
drivers = ["food"]
reasons = ["product"]
item = "Food"
[factors.staff]
stated = "says_staff"
drivers = ["staff"]
reasons = ["treatment"]
item = "Staff"
[factors.queue]
stated = "says_queue"
drivers = ["queue"]
item = "Queue"
"""
CHECKED = 'coded = "coded"\ntrue = "true"'
MAXDIFF = 'items = ["a", "b", "c"]\nbest = "best"\nworst = "worst"'
STORIES = 'text = "text"\nteller = "teller"\npolarity = "polarity"\ncontact = "contact"'
FORECASTS = 'leader = "leader"\nwhat = "what"\nguess = "guess"'
REASONS = ["treatment", "price", "product", "life"]


def answers(**columns: Any) -> dict[str, Any]:
    """Sound answers, some columns of which are replaced."""
    rng = np.random.default_rng(2)
    mood = rng.normal(0, 1, N)
    rated = {
        name: np.clip(np.round(3 + mood + rng.normal(0, 1, N)), 1, 5).astype(int).tolist()
        for name in PARTS
    }
    mean = np.mean(list(rated.values()), axis=0)
    left = (rng.random(N) < 0.3).astype(int)
    sound = {
        "id": [i // 2 for i in range(N)],
        "day": [f"{2023 + i % 3}-0{1 + i % 9}-1{i % 9}" for i in range(N)],
        "year": [str(2023 + i % 3) for i in range(N)],
        "score": np.clip(np.round(mean + rng.normal(0, 0.4, N)), 1, 5).astype(int).tolist(),
        "worth": (20 * mean + rng.normal(0, 9, N)).round(2).tolist(),
        **rated,
        **{f"says_{name}": rng.integers(1, 6, N).tolist() for name in PARTS},
        "other": [int(x) if x < 6 else None for x in rng.integers(1, 9, N)],
        "left": left.tolist(),
        "reason": [REASONS[i % 4] if gone else None for i, gone in enumerate(left)],
        "months": [1 + i % 12 if gone else 12 for i, gone in enumerate(left)],
        "channel": [("phone", "chat", "web")[i % 3] for i in range(N)],
        "agent": [f"agent {i % 25}" if i % 3 < 2 else None for i in range(N)],
    }
    return sound | columns


def tables(**changed: Any) -> dict[str, Any]:
    """The small tables beside the answers, some of which are replaced."""
    rng = np.random.default_rng(3)
    true = rng.choice(REASONS, 80).tolist()
    shown = [rng.permutation(["Food", "Staff", "Queue"]).tolist() for _ in range(90)]
    what = ["importance_food", "importance_staff", "leaving_price", "mean_score", "share_top"]
    leaders = [(f"leader {i}", w) for i in range(6) for w in what]
    sound = {
        "checked": ({"coded": true, "true": true[1:] + true[:1]}, CHECKED),
        "maxdiff": (
            {
                "a": [row[0] for row in shown],
                "b": [row[1] for row in shown],
                "c": [row[2] for row in shown],
                "best": [row[i % 3] for i, row in enumerate(shown)],
                "worst": [row[(i + 1) % 3] for i, row in enumerate(shown)],
            },
            MAXDIFF,
        ),
        "stories": (
            {
                "text": [f"story {i}" for i in range(60)],
                "teller": [("leader", "customer")[i % 2] for i in range(60)],
                "polarity": [("excellent", "awful")[i % 3 == 0] for i in range(60)],
                "contact": [("phone", "web", "chat")[i % 4 % 3] for i in range(60)],
            },
            STORIES,
        ),
        "forecasts": (
            {
                "leader": [leader for leader, _ in leaders],
                "what": [w for _, w in leaders],
                "guess": [4.0 if w == "mean_score" else 0.3 for _, w in leaders],
            },
            FORECASTS + FACTORS,
        ),
    }
    return sound | changed


def plain(study: kuski.Study) -> dict[str, Finding]:
    """Run every finding, and look at the faces of those of the second stage."""
    findings = {finding.name: finding for finding in study.findings()}
    for name in UNDERSTAND:
        whole = json.dumps(findings[name].to_dict(), allow_nan=False)
        assert json.loads(whole)["story"]
        for language in ("en", "fi"):
            told = findings[name].translated(language)
            texts = [f"{part.text} {part.advice}" for part in told.story()]
            texts += [check.text for check in told.checks()]
            assert not re.search(r"\bnan\b|\binf\b|None %|\{[a-z_]+[:}]", " ".join(texts), re.I)
            assert told._repr_html_()
    return findings


def test_the_sound_study_is_sound(make_study):
    study = make_study(answers(), ROLES, **tables())
    assert study.check() == ()
    assert plain(study)


WRONG = {
    "a kind that is none": (DRIVERS.replace('"human"', '"robot"'), "expected_choice"),
    "a kind of no driver": (DRIVERS.replace("staff =", "stuff ="), "not_a_driver"),
    "a driver kept that is none": (DRIVERS.replace("kinds", 'keep = ["x"], kinds'), "not_a_driver"),
    "a group of no driver": (
        DRIVERS.replace("kinds", 'groups = { all = ["x"] }, kinds'),
        "not_a_driver",
    ),
    "a driver in two groups": (
        DRIVERS.replace("kinds", 'groups = { a = ["food"], b = ["food"] }, kinds'),
        "grouped_twice",
    ),
    "cuts that fall": (DRIVERS.replace("kinds", "cuts = [4, 2], kinds"), "cuts_fall"),
    "one cut": (DRIVERS.replace("kinds", "cuts = [4], kinds"), "missing_key"),
    "a form that is none": (STATED.replace(" }", ', form = "votes" }'), "expected_choice"),
    "rivals without columns": ("rivals = { scale = [1, 5] }", "missing_key"),
    "a factor of no column": ('[factors.x]\nstated = "nothing"', "not_in_battery"),
    "a factor of no driver": ('[factors.x]\ndrivers = ["nothing"]', "not_in_battery"),
    "a factor with an unknown key": ('[factors.x]\ndriver = ["food"]', "unknown_key_near"),
    "a group of reasons that is none": ('[reasons]\nweather = ["rain"]', "expected_choice"),
    "a kind of contact that is none": ('[contacts]\npigeon = ["dove"]', "expected_choice"),
    "a checked sample without the truth": ('[checked]\nfile = "c"\ncoded = "a"', "missing_key"),
    "one item": (
        '[maxdiff]\nfile = "m"\nitems = ["a"]\nbest = "b"\nworst = "w"',
        "expected_list",
    ),
    "a file and files": ('files = [{ file = "responses.csv" }]', "one_place"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_said_wrongly_is_a_fault_with_its_line(study_file, name):
    text, case = WRONG[name]
    path = study_file(answers(), f"{SCORE}\n{text}")
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert case in [fault.case for fault in caught.value.faults]
    for fault in caught.value.faults:
        assert fault.line
        for language in ("en", "fi"):
            assert not re.search(r"\{|None", fault.text(language))


ABSENT = {
    "rivals": ('rivals = ["rivel"]', "rivel"),
    "the wave": ('wave = "yeer"', "yeer"),
    "the time until leaving": ('duration = "monts"', "monts"),
    "stated importance": ('stated = ["says_foot"]', "says_foot"),
}


@pytest.mark.parametrize("name", ABSENT)
def test_a_column_that_is_not_there_is_named(make_study, name):
    text, column = ABSENT[name]
    study = make_study(answers(), f"{SCORE}\n{text}")
    (fault,) = study.check()
    assert column in fault.text("en")
    assert fault.line
    with pytest.raises(InputError):
        study.findings()


def test_a_file_of_a_wave_that_lacks_a_column_it_is_said_to_have(study_file):
    path = study_file(answers(), SCORE)
    text = path.read_text(encoding="utf-8")
    waves = '[[responses.files]]\nfile = "responses.csv"\nwave = "2025"\n'
    body = text.replace('file = "responses.csv"\n', "")
    path.write_text(body + waves + 'columns = { score = "Q1" }\n', encoding="utf-8")
    (fault,) = kuski.open(path).check()
    assert "Q1" in fault.text("en")
    assert fault.line
    path.write_text(body + waves.replace("responses.csv", "gone.csv"), encoding="utf-8")
    (fault,) = kuski.open(path).check()
    assert "gone.csv" in fault.text("en")


EMPTY = [None] * N
ODD: dict[str, dict[str, Any]] = {
    "no rival is scored": {"other": EMPTY},
    "rivals off every scale": {"other": [100] * N},
    "words for rivals": {"other": [None] * (N - 1) + ["hyvä"]},
    "one wave": {"year": ["2025"] * N},
    "no wave": {"year": EMPTY},
    "a wave of one answer": {"year": ["2024"] + ["2025"] * (N - 1)},
    "as many waves as answers": {"year": [f"wave {i}" for i in range(N)]},
    "one day": {"day": ["2025-01-01"] * N},
    "no day": {"day": EMPTY},
    "nobody left": {"left": [0] * N, "reason": EMPTY},
    "everybody left": {"left": [1] * N, "reason": ["price"] * N},
    "nobody said why": {"reason": EMPTY},
    "reasons that nobody knows": {"reason": [f"reason {i}" for i in range(N)]},
    "reasons of those who stay": {"reason": ["price"] * N},
    "no months": {"months": EMPTY},
    "months below zero": {"months": [-1] * N},
    "months without end": {"months": ["inf"] * N},
    "no months at all, but zero": {"months": [0] * N},
    "a driver that nobody rates": {"food": EMPTY},
    "a driver that few rate": {"food": [3, *EMPTY[1:]]},
    "a driver that says one thing": {"food": [3] * N},
    "drivers that say the same": {"food": answers()["staff"]},
    "a driver that is the score": {"food": answers()["score"]},
    "a driver of nothing but codes": {"food": [9] * N},
    "importances that nobody gave": {f"says_{name}": EMPTY for name in PARTS},
    "importances that are all alike": {f"says_{name}": [5] * N for name in PARTS},
    "channels that nobody knows": {"channel": [f"way {i % 5}" for i in range(N)]},
    "no channel": {"channel": EMPTY},
    "one agent": {"agent": ["agent 1"] * N},
    "an agent for each answer": {"agent": [f"agent {i}" for i in range(N)]},
    "money that does not move": {"worth": [10.0] * N},
    "one customer": {"id": [1] * N},
    "scores all alike": {"score": [4] * N},
}


@pytest.mark.parametrize("name", ODD)
def test_odd_columns_get_a_plain_answer(make_study, name):
    assert plain(make_study(answers(**ODD[name]), ROLES, **tables()))


def all_of(table: str, **columns: Any) -> dict[str, Any]:
    content, roles = tables()[table]
    return {table: (content | columns, roles)}


ODD_TABLES: dict[str, dict[str, Any]] = {
    "reasons checked that nobody told": all_of("checked", coded=["x"] * 80),
    "checked, and found to be something else": all_of("checked", true=["y"] * 80),
    "one checked reason": {"checked": ({"coded": ["price"], "true": ["life"]}, CHECKED)},
    "no checked reason": {"checked": ("coded,true\n", CHECKED)},
    "a best that was not shown": all_of("maxdiff", best=["Parking"] * 90),
    "best and worst the same": all_of("maxdiff", worst=tables()["maxdiff"][0]["best"]),
    "always the same best": all_of("maxdiff", best=["Food"] * 90),
    "no choice": {"maxdiff": ("a,b,c,best,worst\n", MAXDIFF)},
    "one choice": {
        "maxdiff": (
            {"a": ["Food"], "b": ["Staff"], "c": ["Queue"], "best": ["Food"], "worst": ["Queue"]},
            MAXDIFF,
        )
    },
    "no story": {"stories": ("text,teller,polarity,contact\n", STORIES)},
    "stories of nobody knows what": all_of("stories", polarity=["?"] * 60, contact=["?"] * 60),
    "stories by strangers": all_of("stories", teller=["passer-by"] * 60),
    "no forecast": {"forecasts": ("leader,what,guess\n", FORECASTS + FACTORS)},
    "forecasts of nothing known": all_of("forecasts", what=["the weather"] * 30),
    "forecasts in per cent": all_of("forecasts", guess=[30.0] * 30),
    "forecasts in words": all_of("forecasts", guess=["paljon"] * 30),
    "one leader": all_of("forecasts", leader=["leader 1"] * 30),
}


@pytest.mark.parametrize("name", ODD_TABLES)
def test_odd_tables_get_a_plain_answer(make_study, name):
    study = make_study(answers(), ROLES, **tables(**ODD_TABLES[name]))
    if faults := study.check():
        with pytest.raises(InputError):
            study.findings()
        assert not re.search(r"\{|None", " ".join(fault.text("fi") for fault in faults))
    else:
        assert plain(study)
