"""Finnish text files, SPSS and Qualtrics exports are guessed like any others."""

import csv
import json

import numpy as np
import pyreadstat
import pytest

from kuski.listen.draft import draft, write
from kuski.settings import load

N = 600
FINNISH = ("Henkilökunta", "Hintataso", "Odotusaika", "Verkkosivut", "Valikoima", "Siisteys")


@pytest.fixture
def finnish(ratings, csv_file):
    """A Finnish export: semicolons, decimal commas, Windows' own letters."""
    rng = np.random.default_rng(2)
    drawn = ratings((1, 5), n=N)
    parts = {name: drawn[f"part_{i + 1}"] for i, name in enumerate(FINNISH)}
    parts["Odotusaika"] = np.where(rng.random(N) < 0.1, 9, parts["Odotusaika"])
    euros = np.round(rng.lognormal(6, 1, N), 2)
    columns = {
        "Asiakasnro": rng.integers(10_000, 10_200, N),
        "Vastauspvm": [f"{1 + i % 28}.{1 + i % 12}.2025" for i in range(N)],
        **parts,
        "Kokonaistyytyväisyys": drawn["whole"],
        "Suositteluhalukkuus": np.clip(2 * drawn["whole"] + rng.integers(-1, 2, N), 0, 10),
        "Ostot jälkeen, €": [f"{value:.2f}".replace(".", ",") for value in euros],
        "Asiointikerrat vuodessa": rng.poisson(4, N),
        "Ikäryhmä": rng.choice(["alle 30", "30–49", "50–64", "yli 64"], N),
        "Asiointikanava": rng.choice(["puhelin", "myymälä", "verkko"], N),
        "Painokerroin": [f"{w:.4f}".replace(".", ",") for w in rng.uniform(0.5, 1.5, N)],
        "Avoin palaute": [f"Myyjä {i} kuunteli, hyvä mieli" if i % 2 else "" for i in range(N)],
    }
    return csv_file("vastaukset.csv", columns, delimiter=";", encoding="cp1252")


def test_a_finnish_export_is_guessed_whole(finnish, tmp_path):
    sketch = draft([finnish], tmp_path / "study.toml", language="fi")
    settings = load(write(sketch)).responses
    assert settings.encoding == "cp1252"
    assert settings.score.column == "Kokonaistyytyväisyys"
    assert settings.score.scale == (1, 5)
    assert settings.worth.column == "Ostot jälkeen, €"
    assert settings.worth.unit == "€"
    assert settings.recommend.column == "Suositteluhalukkuus"
    assert settings.weight.column == "Painokerroin"
    assert settings.drivers.columns == FINNISH
    assert settings.drivers.missing == (9,)
    assert settings.customer == "Asiakasnro"
    assert settings.time == "Vastauspvm"
    assert settings.contact == "Asiointikanava"
    assert settings.comment == "Avoin palaute"
    assert [column.column for column in settings.alike] == ["Asiointikerrat vuodessa"]
    assert [column.column for column in settings.segments] == ["Ikäryhmä"]


def test_its_comments_are_finnish(finnish, tmp_path):
    text = draft([finnish], tmp_path / "study.toml", language="fi").text
    assert "Yleisarvosana: varma" in text
    assert "merkistö" in text
    assert "Overall" not in text


@pytest.fixture
def spss(ratings, tmp_path):
    """An SPSS file whose names say nothing and whose labels say all."""
    import pandas as pd

    rng = np.random.default_rng(3)
    drawn = ratings((1, 7), n=N)
    frame = pd.DataFrame(
        {
            "v1": np.where(rng.random(N) < 0.05, 8, drawn["whole"]),
            **{
                f"v{i + 1}": np.where(rng.random(N) < 0.1, 8, drawn[f"part_{i}"])
                for i in range(1, 7)
            },
            "v8": rng.choice([1, 2], N),
            "v9": rng.choice([1, 2, 3, 4], N),
            "v10": rng.integers(0, 11, N),
        }
    ).astype(float)
    degrees = {1.0: "very dissatisfied", 7.0: "very satisfied", 8.0: "don't know"}
    path = tmp_path / "survey.sav"
    pyreadstat.write_sav(
        frame,
        path,
        column_labels=[
            "All in all, how satisfied are you with our service?",
            *(f"How satisfied are you with: part {i}" for i in range(1, 7)),
            "Gender",
            "How often do you visit us?",
            "How likely are you to recommend us to a friend?",
        ],
        variable_value_labels={
            **{f"v{i}": degrees for i in range(1, 8)},
            "v8": {1.0: "male", 2.0: "female"},
            "v9": {1.0: "once", 4.0: "weekly"},
        },
        missing_ranges={f"v{i}": [8] for i in range(2, 8)},
    )
    return path


def test_an_spss_file_is_guessed_by_its_labels(spss, tmp_path):
    sketch = draft([spss], tmp_path / "study.toml")
    settings = load(write(sketch)).responses
    assert settings.score.column == "v1"
    assert settings.score.scale == (1, 7)
    assert 8 in settings.score.missing
    assert settings.drivers.columns == tuple(f"v{i}" for i in range(2, 8))
    assert settings.recommend.column == "v10"
    assert [column.column for column in settings.alike] == ["v9"]
    assert [column.column for column in settings.segments] == ["v8"]
    assert "labels of the codes give the scale 1 to 7" in sketch.text.replace("\n# ", " ")


@pytest.fixture
def qualtrics(ratings, tmp_path):
    """A Qualtrics export: names, questions, import identifiers, then the answers."""
    drawn = ratings((1, 5), n=N)
    rng = np.random.default_rng(5)
    questions = {
        "StartDate": "Start Date",
        "RecordedDate": "Recorded Date",
        "ResponseId": "Response ID",
        "Q1": "Overall, how satisfied are you with the store?",
        **{f"Q2_{i}": f"Please rate - Part {i}" for i in range(1, 7)},
        "Q3": "How likely are you to recommend us?",
        "Q4": "Tell us why in your own words",
    }
    path = tmp_path / "qualtrics.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(questions)
        writer.writerow(questions.values())
        writer.writerow(json.dumps({"ImportId": name}) for name in questions)
        for row in range(N):
            writer.writerow(
                [
                    "2025-01-02 10:00:00",
                    f"2025-01-{1 + row % 28:02d} 10:{row % 60:02d}:00",
                    f"R_{row:06d}",
                    drawn["whole"][row],
                    *(drawn[f"part_{i}"][row] for i in range(1, 7)),
                    rng.integers(0, 11),
                    f"the staff were helpful on visit {row}" if row % 2 else "",
                ]
            )
    return path


def test_a_qualtrics_export_is_guessed_by_its_questions(qualtrics, tmp_path):
    sketch = draft([qualtrics], tmp_path / "study.toml")
    settings = load(write(sketch)).responses
    assert settings.score.column == "Q1"
    assert settings.drivers.columns == tuple(f"Q2_{i}" for i in range(1, 7))
    assert settings.recommend.column == "Q3"
    assert settings.comment == "Q4"
    assert settings.time == "RecordedDate"
    assert sketch.guess.responses.left_out["row_ids"] == ("ResponseId",)
