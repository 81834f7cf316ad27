"""A language model as coder, behind any address that speaks the chat completions protocol.

Personal data are masked before anything is sent. What it costs is said, and agreed to, before.
"""

import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from kuski.errors import InputError
from kuski.text.answerfile import AnswerFile, sha256_of
from kuski.text.answers import state_of
from kuski.text.codebook import Codebook
from kuski.text.document import Document
from kuski.text.masking import masked
from kuski.text.names import NameFinder
from kuski.text.prompt import ModelCode, answer, manual, question, quoted, schema
from kuski.text.scorer import Targets, shared_out
from kuski.text.seeds import Hit
from kuski.text.wire import ModelAddress, Reply, Send, post

LONGEST = 8_000
"""Characters of a text that are sent; what comes after is left out."""

# Characters of a token, on the safe side: Finnish has about three, an English manual four.
_PER_TOKEN = 3
# Tokens of an answer for each text: some five codes with their quotes.
_ANSWER_TOKENS = 160
_LONGEST_WAIT = 120.0
_SAID, _UNSAID = 0.9, 0.05
_NOTHING: tuple[tuple[ModelCode, ...], str] = ((), "")
# Labels for which what the model is trusted with beforehand counts.
_PRIOR = 10.0


@dataclass(frozen=True, slots=True)
class Prices:
    """What a model costs.

    Attributes
    ----------
    per_million_in, per_million_out : float
        For a million tokens sent and received.
    currency : str
    """

    per_million_in: float
    per_million_out: float
    currency: str = "€"


@dataclass(frozen=True, slots=True)
class CostEstimate:
    """What coding will take, told before it starts; what is in the cache costs nothing.

    Attributes
    ----------
    texts : int
        Different texts that must be sent.
    requests : int
        If all goes well.
    tokens_in, tokens_out : int
        Estimated from the characters, rather too many than too few.
    cost : float or None
        In ``currency``; None without prices.
    currency : str or None
    """

    texts: int
    requests: int
    tokens_in: int
    tokens_out: int
    cost: float | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Used:
    """What was used so far.

    Attributes
    ----------
    requests : int
        All that were sent, those that failed included.
    tokens_in, tokens_out : int
        As the server counted them; 0 where it does not say.
    wrong : int
        Codes that the book does not have, or not of the asked form.
    invented : int
        Codes whose quote does not stand in the text.
    """

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    wrong: int = 0
    invented: int = 0


@dataclass(frozen=True, slots=True)
class Coded:
    """What a model said of one text.

    Attributes
    ----------
    codes : tuple of ModelCode
        Those that were accepted.
    model : str
        Asked for.
    answered_by : str
        What the server calls the model that answered.
    prompt : str
        The manual that was sent, word by word.
    """

    codes: tuple[ModelCode, ...]
    model: str
    answered_by: str
    prompt: str


class LanguageModelScorer:
    """Score by what a language model says of each text.

    Parameters
    ----------
    book : Codebook
    address : ModelAddress
    folder : Path
        Where answers are kept: one file a model and prompt, which begins with both.
    confirm : callable
        Is told the `CostEstimate` and says whether to go on; not asked where all is in the cache.
    prices : Prices, optional
    names : callable, optional
        Finds names of people, so that they are masked too (`kuski.text.names.spacy_names`).
    batch : int
        Texts of one request, 1 or more.
    attempts : int
        How often one batch is tried.
    send, pause : callable
        How requests travel and how long is waited between them; for tests.

    Notes
    -----
    A batch that fails for a passing reason (429, 5xx, no reply in time, an answer that is not of
    the asked form) is tried again after 1, 2, 4, … seconds or what the server asks for, and in
    halves where the answer was the trouble; texts left out of an answer are asked for once more.
    Of a family of kind "many" a code is accepted only with a quote that stands in the text; of one
    of kind "one" the first code is.

    A model is not taught by labels, but measured: with labels, the chance of a code is the share of
    labelled texts that have it among those where the model said the same, drawn to 0.9 and 0.05
    with the weight of ten labels. A text that tells nothing (`kuski.text.answers`) is not sent.
    """

    def __init__(
        self,
        book: Codebook,
        address: ModelAddress,
        folder: Path,
        confirm: Callable[[CostEstimate], bool],
        *,
        prices: Prices | None = None,
        names: NameFinder | None = None,
        batch: int = 20,
        attempts: int = 5,
        send: Send = post,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.book = book
        self.address = address
        self.prompt = manual(book)
        self.used = Used()
        self._confirm, self._prices, self._names = confirm, prices, names
        self._batch, self._attempts = max(batch, 1), max(attempts, 1)
        self._send, self._pause = send, pause
        self._schema = schema(book)
        self._kinds = {family.name: family.kind for family in book.families}
        self._kept = AnswerFile(folder, address.model, self.prompt, self._schema, book.columns)
        n = len(book.columns)
        self._said, self._unsaid = np.full(n, _SAID), np.full(n, _UNSAID)

    def fit(self, documents: Sequence[Document], targets: Targets) -> Self:
        """Measure on labelled texts how far the model is to be trusted; asks it about them.

        Parameters
        ----------
        documents : sequence of Document, length n
        targets : int8 array, shape (n, K)
            1 yes, 0 no, -1 not known.

        Raises
        ------
        ValueError
            If the targets are not one row a document and one column a code.
        InputError
            As in `chances`.
        """
        shape = (len(documents), len(self.book.columns))
        if targets.shape != shape:
            raise ValueError(f"targets.shape == {targets.shape}, must be {shape}.")
        said = self._codes(documents)
        self._said = _share(targets, said, _SAID)
        self._unsaid = _share(targets, ~said, _UNSAID)
        return self

    def chances(self, documents: Sequence[Document]) -> npt.NDArray[np.float32]:
        """Tell how likely each code is: float32 array, shape (n, K), from 0 to 1.

        Raises
        ------
        InputError
            If it was not agreed to, the server refuses, or it keeps failing; what was answered
            before is kept, so that the next run goes on from there.
        """
        chances = np.where(self._codes(documents), self._said, self._unsaid)
        return shared_out(chances, self.book)

    def hits(self, document: Document) -> tuple[Hit, ...]:
        """List the quotes by which the model gave its codes; none for a text not asked about."""
        text = self._masked(document)
        known = self._kept.answers.get(sha256_of(text))
        if known is None:
            return ()
        spans = ((each, quoted(each.quote, text, document.text)) for each in known[0])
        return tuple(
            Hit(each.family, each.code, *span, 1.0, "learned")
            for each, span in spans
            if span is not None
        )

    def coded(self, document: Document) -> Coded | None:
        """Tell what the model said of a text, by which prompt; None if it was not asked."""
        known = self._kept.answers.get(sha256_of(self._masked(document)))
        if known is None:
            return None
        return Coded(known[0], self.address.model, known[1], self.prompt)

    def estimate(self, documents: Sequence[Document]) -> CostEstimate:
        """Tell what coding these texts would take."""
        return self._estimate(self._new([self._masked(each) for each in documents]))

    def _codes(self, documents: Sequence[Document]) -> npt.NDArray[np.bool_]:
        """Tell which codes the model gives, asking for what is not known: shape (n, K)."""
        texts = [self._masked(each) for each in documents]
        new = self._new(texts)
        if new:
            estimate = self._estimate(new)
            if not self._confirm(estimate):
                raise InputError("stories_model_not_agreed", n=estimate.texts)
            self._ask(new)
        place = {column: at for at, column in enumerate(self.book.columns)}
        codes = np.zeros((len(texts), len(place)), dtype=np.bool_)
        for row, text in enumerate(texts):
            for each in self._kept.answers.get(sha256_of(text), _NOTHING)[0]:
                codes[row, place[each.family, each.code]] = True
        return codes

    def _masked(self, document: Document) -> str:
        text = document.text[:LONGEST].encode("utf-8", "replace").decode("utf-8")
        return masked(text, self._names)

    def _new(self, texts: Sequence[str]) -> list[str]:
        """List the texts that tell something and were not asked about, each once."""
        return [
            text
            for text in dict.fromkeys(texts)
            if sha256_of(text) not in self._kept.answers and state_of(text) == "told"
        ]

    def _estimate(self, texts: Sequence[str]) -> CostEstimate:
        requests = -(-len(texts) // self._batch)
        overhead = len(self.prompt) + len(json.dumps(self._schema))
        characters = requests * overhead + sum(len(text) + 30 for text in texts)
        tokens_in, tokens_out = -(-characters // _PER_TOKEN), _ANSWER_TOKENS * len(texts)
        prices, cost = self._prices, None
        if prices is not None:
            cost = (
                tokens_in * prices.per_million_in + tokens_out * prices.per_million_out
            ) / 1_000_000
        currency = prices.currency if prices is not None else None
        return CostEstimate(len(texts), requests, tokens_in, tokens_out, cost, currency)

    def _ask(self, texts: Sequence[str]) -> None:
        """Ask about texts in batches until all are answered."""
        starts = range(0, len(texts), self._batch)
        waiting = deque((list(texts[at : at + self._batch]), 1) for at in starts)
        while waiting:
            batch, attempt = waiting.popleft()
            reply = self._request(batch)
            reason = _passing_reason(reply)
            if reason is None:
                try:
                    left = self._take(batch, reply.body)
                    reason = "texts were left out of the answer"
                    halves = [left] if left else []
                except (ValueError, LookupError, TypeError, AttributeError) as error:
                    reason = f"the answer is not of the asked form ({error})"
                    middle = -(-len(batch) // 2)
                    halves = [half for half in (batch[:middle], batch[middle:]) if half]
            else:
                halves = [batch]
            if not halves:
                continue
            if attempt >= self._attempts:
                n_left = sum(map(len, halves)) + sum(len(other) for other, _ in waiting)
                raise InputError(
                    "stories_model_failed", attempts=attempt, n=n_left, reason=self._hidden(reason)
                )
            self._pause(_wait(attempt, reply.wait))
            waiting.extendleft((half, attempt + 1) for half in reversed(halves))

    def _request(self, batch: Sequence[str]) -> Reply:
        body = {
            "model": self.address.model,
            "temperature": 0,
            "messages": [
                {"role": "system", "content": self.prompt},
                {"role": "user", "content": question(batch)},
            ],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "codes", "strict": True, "schema": self._schema},
            },
        }
        headers = {"Content-Type": "application/json"}
        if self.address.key:
            headers["Authorization"] = f"Bearer {self.address.key}"
        url = self.address.url.rstrip("/") + "/chat/completions"
        reply = self._send(url, json.dumps(body).encode(), headers, self.address.timeout)
        self._count(requests=1)
        if 300 <= reply.status < 500 and reply.status not in {408, 409, 425, 429}:
            raise InputError(
                "stories_model_refused", status=reply.status, reason=self._hidden(_told(reply.body))
            )
        return reply

    def _take(self, batch: Sequence[str], body: bytes) -> list[str]:
        """Keep what a reply says; returns the texts that it left out."""
        held = json.loads(body)
        usage = held.get("usage") or {}
        found = answer(held["choices"][0]["message"]["content"] or "", self.book, len(batch))
        if batch and not found.codes:
            raise ValueError("no text is answered")
        by = str(held.get("model") or self.address.model)
        n_invented = 0
        for number, codes in found.codes.items():
            accepted = self._accepted(codes, batch[number - 1])
            n_invented += len(codes) - len(accepted)
            self._kept.add(sha256_of(batch[number - 1]), accepted, by)
        self._count(
            tokens_in=int(usage.get("prompt_tokens") or 0),
            tokens_out=int(usage.get("completion_tokens") or 0),
            wrong=found.n_wrong,
            invented=n_invented,
        )
        return [text for number, text in enumerate(batch, start=1) if number not in found.codes]

    def _accepted(self, codes: Sequence[ModelCode], text: str) -> tuple[ModelCode, ...]:
        """Leave out what no quote shows, second codes of one family, and what is said twice."""
        accepted: dict[tuple[str, str], ModelCode] = {}
        for each in codes:
            name = (each.family, each.code)
            if self._kinds[each.family] == "many":
                if quoted(each.quote, text, text) is not None:
                    accepted.setdefault(name, each)
            else:
                accepted.setdefault((each.family, ""), each)
        return tuple(accepted.values())

    def _hidden(self, reason: str) -> str:
        """Take the key out of what is shown."""
        shown = reason.replace(self.address.key, "…") if self.address.key else reason
        return shown[:200]

    def _count(self, **more: int) -> None:
        self.used = Used(
            **{name: getattr(self.used, name) + more.get(name, 0) for name in Used.__slots__}
        )


def _share(targets: Targets, said: npt.NDArray[np.bool_], before: float) -> npt.NDArray[np.float64]:
    """Give the share of labelled texts that have each code, drawn to what was thought before."""
    n = ((targets >= 0) & said).sum(axis=0)
    yes = ((targets == 1) & said).sum(axis=0)
    return np.asarray((yes + _PRIOR * before) / (n + _PRIOR), dtype=np.float64)


def _passing_reason(reply: Reply) -> str | None:
    """Tell why a reply is worth another try; None where it holds an answer."""
    if reply.status == 200:
        return None
    return f"HTTP {reply.status}: {_told(reply.body)}" if reply.status else _told(reply.body)


def _told(body: bytes) -> str:
    """Find what a server says is wrong, which is not always JSON."""
    text = body.decode("utf-8", "replace")
    try:
        error = json.loads(text)["error"]
        text = str(error["message"] if isinstance(error, dict) else error)
    except (ValueError, LookupError, TypeError, RecursionError):
        pass
    return " ".join(text.split())


def _wait(attempt: int, asked: str) -> float:
    """Tell how many seconds to wait after an attempt."""
    own = float(2 ** (attempt - 1))
    return min(max(own, float(asked)) if asked.isdecimal() else own, _LONGEST_WAIT)
