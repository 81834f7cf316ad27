"""Themes: what many texts tell that the codebook does not hold; suggested, never assigned."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.errors import InputError
from kuski.terms import TextLanguage
from kuski.text.codebook import VERSION, Code, Codebook, Family
from kuski.text.document import Document
from kuski.text.pattern import parsed
from kuski.text.seeds import SeedMatcher
from kuski.text.stopwords import STOP_WORDS

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the texts something stands.

    Attributes
    ----------
    document : int
        Which of the documents, from 0.
    start, end : int
        Characters of its text.
    """

    document: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Theme:
    """Hold a word or phrase that may be worth a code of its own.

    Attributes
    ----------
    words : tuple of str, length 1 to 3
        Lemmas.
    language : {"fi", "sv", "en"}
    group : str or None
        The group that it tells apart; None for the texts without a code.
    n : int
        Texts of this language that have it, in the group.
    share : float
        Of the group's texts of this language, 0 to 1.
    lift : float or None
        That share over the share among the other texts; None where no other text has it.
    z : float
        How sure it is that the group says it more often, in standard deviations.
    n_uncoded : int
        Texts that have it and got no code, in all groups.
    examples : tuple of Place
        The first few, those without a code before the others.
    """

    words: tuple[str, ...]
    language: TextLanguage
    group: str | None
    n: int
    share: float
    lift: float | None
    z: float
    n_uncoded: int
    examples: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Caught:
    """Hold what seeds would catch.

    Attributes
    ----------
    n : int
        Texts that any of the seeds meets.
    share : float
        Of all the texts, 0 to 1; 0 where there are none.
    by_seed : tuple of (seed, int)
        Texts that each seed meets, in the order given.
    examples : tuple of Place
        Every hit in the first few texts.
    """

    n: int
    share: float
    by_seed: tuple[tuple[str, int], ...]
    examples: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class LogOdds:
    """How much more often one side says each of V terms.

    Attributes
    ----------
    delta : array, shape (V,)
        Difference of the log odds, shrunk towards the prior.
    z : array, shape (V,)
        The same in standard deviations.
    """

    delta: Floats
    z: Floats


# A text with a code counts this much of one without, where groups are told apart.
_CODED = 0.25
# The prior is worth a tenth of all counts, and at most so many.
_MOST_PRIOR = 1_000.0
_LEAST_Z = 1.96
# Terms with a word in common that share this much of all their texts stand for one another.
_SAME_TEXTS = 0.6
_LONGEST = 3
_N_EXAMPLES = 5

_Term = tuple[str, ...]


def suggested(
    documents: Sequence[Document],
    codes: npt.NDArray[np.bool_],
    groups: Sequence[str | None] | None = None,
    *,
    least: int = 5,
    most: int = 20,
) -> tuple[Theme, ...]:
    """Suggest themes that the codebook does not hold.

    Parameters
    ----------
    documents : sequence of Document, length n
    codes : bool array, shape (n, J)
        Which text has which code, of the families that are to hold the themes (for example the
        factors; every text has a polarity).
    groups : sequence of str or None, length n, optional
        What the texts are to be told apart by; None where not known.
    least : int
        Texts that a theme must be in.
    most : int
        Themes of a group and language.

    Returns
    -------
    tuple of Theme
        First those of texts without a code, then group by group; the surest first. A theme is at
        least as common without a code as with one.

    Raises
    ------
    ValueError
        If ``codes`` or ``groups`` have another number of texts.

    Notes
    -----
    Words and phrases of up to three lemmas within a sentence, that neither begin nor end with a
    stop word, are counted once a text. Texts without a code are told apart from the others, and
    each group from the rest, by `log_odds`; there a text with a code counts a quarter. Where every
    text, or none, has a code, there is nothing to tell apart: the commonest are suggested.
    """
    if len(codes) != len(documents) or (groups is not None and len(groups) != len(documents)):
        raise ValueError(f"{len(documents)} documents, codes of {len(codes)}: must be as many.")
    is_coded = np.asarray(codes.any(axis=1), dtype=bool)
    themes: list[Theme] = []
    for language in STOP_WORDS:
        rows = [row for row, each in enumerate(documents) if each.language == language]
        table = _Table(documents, rows, language, least)
        if not table.terms:
            continue
        themes += _contrasted(table, ~is_coded, is_coded, None, np.ones(len(documents)), most)
        if groups is None:
            continue
        weights = np.where(is_coded, _CODED, 1.0)
        for group in sorted({group for group in groups if group is not None}):
            inside = np.array([each == group for each in groups], dtype=bool)
            themes += _contrasted(table, inside, is_coded, group, weights, most)
    return tuple(sorted(themes, key=lambda theme: (theme.group or "", -theme.z, -theme.n)))


def caught(documents: Sequence[Document], seeds: Mapping[TextLanguage, Sequence[str]]) -> Caught:
    """Tell what a new code with these seeds would catch.

    Parameters
    ----------
    documents : sequence of Document
    seeds : mapping of language to patterns
        As `kuski.text.pattern` has them.

    Raises
    ------
    InputError
        If a seed is no pattern.
    """
    named = [(language, seed) for language, own in seeds.items() for seed in own]
    for _, seed in named:
        try:
            parsed(seed)
        except ValueError as error:
            raise InputError("stories_no_pattern", seed=seed, piece=error) from None
    codes = tuple(_code(str(place), language, seed) for place, (language, seed) in enumerate(named))
    matcher = SeedMatcher(Codebook(VERSION, (Family("new", "many", "keeps", {}, codes),)))
    counts = [0] * len(named)
    met = 0
    examples: list[Place] = []
    for row, document in enumerate(documents):
        hits = matcher.hits(document)
        met += bool(hits)
        for place in {int(hit.code) for hit in hits}:
            counts[place] += 1
        if hits and met <= _N_EXAMPLES:
            spans = sorted({(hit.start, hit.end) for hit in hits})
            examples += [Place(row, start, end) for start, end in spans]
    return Caught(
        n=met,
        share=met / len(documents) if documents else 0.0,
        by_seed=tuple((seed, n) for (_, seed), n in zip(named, counts, strict=True)),
        examples=tuple(examples),
    )


def log_odds(counts: Floats, others: Floats, prior: Floats) -> LogOdds:
    r"""Compare how often two sides say each term.

    Parameters
    ----------
    counts, others : array, shape (V,), >= 0
        How often each side says each of V terms.
    prior : array, shape (V,), > 0
        What was seen before either spoke, in counts: the more, the more both are drawn to it.

    Notes
    -----
    With :math:`y` the counts, :math:`n` their sum, :math:`\alpha` the prior and :math:`\alpha_0`
    its sum, each side has the log odds

    .. math:: \log\frac{y + \alpha}{n + \alpha_0 - y - \alpha}

    and their difference, divided by the root of :math:`1/(y_1 + \alpha) + 1/(y_2 + \alpha)`, is z
    (eq. 22). It assumes that terms are independent and no term is nearly all that is said.

    References
    ----------
    Monroe, Colaresi & Quinn (2008), Fightin' Words, Political Analysis 16, 372-403.
    """
    one, other = counts + prior, others + prior
    total_one, total_other = one.sum(), other.sum()
    delta = np.log(one / (total_one - one)) - np.log(other / (total_other - other))
    return LogOdds(delta, delta / np.sqrt(1 / one + 1 / other))


class _Table:
    """Which texts of one language have which terms: rows of documents by term."""

    def __init__(
        self, documents: Sequence[Document], rows: list[int], language: TextLanguage, least: int
    ) -> None:
        self.documents, self.rows, self.language = documents, rows, language
        stop = STOP_WORDS[language]
        common = Counter[str]()
        for row in rows:
            common.update({lemma for (lemma,) in _terms(documents[row], stop, None, 1)})
        known = {lemma for lemma, n in common.items() if n >= least}
        found: defaultdict[_Term, list[int]] = defaultdict(list)
        for row in rows:
            for term in set(_terms(documents[row], stop, known, _LONGEST)):
                found[term].append(row)
        self.terms = {
            term: np.array(own) for term, own in sorted(found.items()) if len(own) >= least
        }

    def places(self, term: _Term, rows: Sequence[int]) -> Iterator[Place]:
        for row in rows:
            document = self.documents[row]
            for at in range(len(document.lemmas) - len(term) + 1):
                last = at + len(term) - 1
                if (
                    document.lemmas[at : last + 1] == term
                    and document.sentences[at] == document.sentences[last]
                ):
                    yield Place(row, document.starts[at], document.ends[last])
                    break


def _terms(
    document: Document, stop: frozenset[str], known: set[str] | None, longest: int
) -> Iterator[_Term]:
    """List the words and phrases of a text; with ``known``, those that begin and end with one."""
    lemmas, sentences = document.lemmas, document.sentences
    edges = [
        len(lemma) > 2
        and lemma[0].isalpha()
        and lemma not in stop
        and word not in stop
        and not any(letter.isdigit() for letter in lemma)
        and (known is None or lemma in known)
        for word, lemma in zip(document.words, lemmas, strict=True)
    ]
    for first, is_edge in enumerate(edges):
        if not is_edge:
            continue
        for last in range(first, min(first + longest, len(lemmas))):
            if edges[last] and sentences[first] == sentences[last]:
                yield lemmas[first : last + 1]


def _contrasted(
    table: _Table,
    inside: npt.NDArray[np.bool_],
    is_coded: npt.NDArray[np.bool_],
    group: str | None,
    weights: Floats,
    most: int,
) -> list[Theme]:
    """Suggest the themes of one side of the texts."""
    n_inside = int(inside[table.rows].sum())
    n_outside = len(table.rows) - n_inside
    if not n_inside:
        return []
    here = np.array([(weights * inside)[own].sum() for own in table.terms.values()])
    there = np.array([(weights * ~inside)[own].sum() for own in table.terms.values()])
    prior = here + there
    prior *= min(0.1, _MOST_PRIOR / prior.sum())
    is_told_apart = n_outside > 0 and len(here) > 1
    z = log_odds(here, there, prior).z if is_told_apart else np.zeros(len(here))
    known = {
        term: place
        for place, (term, own) in enumerate(table.terms.items())
        if (not is_told_apart or z[place] >= _LEAST_Z)
        and inside[own].any()
        and _is_outside_book(own, table.rows, is_coded)
    }
    ranked = sorted(known, key=lambda term: (-z[known[term]], -here[known[term]], -len(term), term))
    return [
        _theme(table, term, inside, is_coded, group, float(z[known[term]]))
        for term in _chosen(table, ranked, most)
    ]


def _is_outside_book(
    own: npt.NDArray[np.int64], rows: list[int], is_coded: npt.NDArray[np.bool_]
) -> bool:
    """Tell whether texts that have a term go without a code at least as often as all texts."""
    return bool(is_coded[own].mean() <= is_coded[rows].mean())


def _chosen(table: _Table, ranked: Sequence[_Term], most: int) -> list[_Term]:
    """Choose the first terms, and of those that stand for the same texts the longest."""
    chosen: list[_Term] = []
    for term in ranked:
        near = [place for place, other in enumerate(chosen) if not set(term).isdisjoint(other)]
        twin = next((place for place in near if _is_twin(table, term, chosen[place])), None)
        if twin is not None:
            chosen[twin] = max(chosen[twin], term, key=len)
        elif len(chosen) < most and not any(_holds(term, chosen[place]) for place in near):
            chosen.append(term)
    return list(dict.fromkeys(chosen))


def _is_twin(table: _Table, term: _Term, other: _Term) -> bool:
    """Tell whether two terms are mostly in the same texts."""
    own, others = table.terms[term], table.terms[other]
    both = len(np.intersect1d(own, others, assume_unique=True))
    return both >= _SAME_TEXTS * (len(own) + len(others) - both)


def _holds(term: _Term, part: _Term) -> bool:
    return any(term[at : at + len(part)] == part for at in range(len(term) - len(part) + 1))


def _theme(
    table: _Table,
    term: _Term,
    inside: npt.NDArray[np.bool_],
    is_coded: npt.NDArray[np.bool_],
    group: str | None,
    z: float,
) -> Theme:
    own = table.terms[term]
    n = int(inside[own].sum())
    n_inside = int(inside[table.rows].sum())
    share, n_others = n / n_inside, len(own) - n
    lift = share * (len(table.rows) - n_inside) / n_others if n_others else None
    first = sorted((int(row) for row in own if inside[row]), key=lambda row: (is_coded[row], row))
    return Theme(
        words=term,
        language=table.language,
        group=group,
        n=n,
        share=share,
        lift=lift,
        z=z,
        n_uncoded=int((~is_coded[own]).sum()),
        examples=tuple(table.places(term, first[:_N_EXAMPLES])),
    )


def _code(name: str, language: TextLanguage, seed: str) -> Code:
    return Code(name, {}, {}, {}, {}, None, {language: (seed,)}, {}, {}, {})
