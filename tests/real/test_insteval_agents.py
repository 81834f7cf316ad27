"""Students of ETH Zurich choose their lecturers: the check must say that chance did not assign."""

import shutil

import numpy as np
import pytest
from statsmodels.regression.mixed_linear_model import MixedLM

import kuski

pytestmark = pytest.mark.real

STUDY = """
[study]
name = "ETH"
[responses]
file = "insteval.csv"
score = { column = "y", scale = [1, 5] }
customer = "s"
agent = "d"
alike = ["studage", "lectage", "service", "dept"]
"""
NAME = "understand.encounters"
ALIKE = ("studage", "lectage", "service", "dept")


@pytest.fixture(scope="module")
def folder(real_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("insteval")
    shutil.copy(real_data("insteval/insteval.csv"), folder)
    return folder


def found(folder, study=STUDY):
    (folder / "study.toml").write_text(study, encoding="utf-8")
    (finding,) = kuski.open(folder / "study.toml").findings([NAME])
    return finding


def test_students_do_not_fall_to_lecturers_by_chance(folder):
    finding = found(folder)
    agents = finding.numbers.agents
    assert (agents.agents, agents.n) == (1128, 73_421)
    assert [one.status for one in agents.balance] == ["sorted"] * 4
    assert all(one.p < 1e-20 for one in agents.balance)
    # A lecturer belongs to one department.
    assert agents.balance[3].agent_share == pytest.approx(1, abs=0.01)
    assert finding.story()[0].case == "encounters.untold_sorted"


def test_with_a_worth_the_effect_is_refused(folder):
    worth = STUDY.replace('"lectage", ', "") + 'worth = { column = "lectage", unit = "semesters" }'
    finding = found(folder, worth)
    assert finding.numbers.agents.worth_per_point is None
    assert {check.check: check.status for check in finding.checks()}["agents_sorted"] == "refuse"


def test_lecturers_differ_by_as_much_as_a_mixed_model_says(folder):
    agents = found(folder).numbers.agents
    rows = np.genfromtxt(folder / "insteval.csv", delimiter=",", names=True)
    known = np.column_stack([np.ones(len(rows))] + [rows[name] for name in ALIKE])
    fit = MixedLM(rows["y"], known, groups=rows["d"]).fit()
    # Moments and likelihood weigh lecturers of many and of few students differently.
    assert agents.agent_sd == pytest.approx(float(np.sqrt(fit.cov_re[0, 0])), rel=0.05)


def test_with_lecturers_dealt_out_by_chance_nothing_is_seen(folder, tmp_path):
    header, *rows = (folder / "insteval.csv").read_text(encoding="utf-8").splitlines()
    cells = [row.split(",") for row in rows]
    place = [name.strip('"') for name in header.split(",")].index("d")
    dealt = np.random.default_rng(5).permutation([row[place] for row in cells])
    for row, lecturer in zip(cells, dealt, strict=True):
        row[place] = lecturer
    text = "\n".join([header, *(",".join(row) for row in cells)])
    (tmp_path / "insteval.csv").write_text(text + "\n", encoding="utf-8")
    agents = found(tmp_path).numbers.agents
    assert all(one.p > 0.01 for one in agents.balance)
    assert agents.agent_sd < 0.06
