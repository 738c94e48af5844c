"""Candidates: passages that either way of finding brought, each with both of its scores."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from search.index.port import Ask, Engine, Scored, Where
from search.ranking.question import Question, Reading
from search.text.sparse import asked, dimension

if TYPE_CHECKING:
    from search.index.port import Vector

PROBES_MAX = 64
"""Terms of a question whose rarity is looked up one by one; a longer question is a text, and its others count alike."""
READ_MAX = 20
"""Passages that words have found of which is read what other terms they hold."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A passage, with its cosine and its BM25; 0.0 where there is no model, or no word in common."""

    id: str
    doc_id: str
    rev: int
    cosine: float
    bm25: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The candidates of a question, and the inverse document frequency of each of its terms.

    `known` are the terms that some passage holds which the asker may see.
    """

    candidates: tuple[Candidate, ...]
    rarities: Mapping[str, float]
    known: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """A question as an engine is asked it: within what, and what words are rare in."""

    vector: "Vector | None"
    terms: tuple[str, ...]
    depth: int
    where: Where
    seen: Where
    corpus: Where

    @property
    def probed(self) -> tuple[str, ...]:
        return self.terms[:PROBES_MAX]

    def words(self, where: Where, limit: int, *, weigh: int = 0, bare: bool = False) -> Ask:
        return Ask(sparse=asked(self.terms), where=where, corpus=self.corpus, limit=limit, weigh=weigh, bare=bare)


def find(engine: Engine, question: Question, reading: Reading, vector: "Vector | None") -> Found:
    """Ask an engine both ways, then for every score that one way did not bring."""
    seen = question.access.where()
    one = _Asked(
        vector=vector,
        terms=reading.terms,
        depth=question.depth,
        where=question.filters.within(seen),
        seen=seen,
        corpus=question.access.corpus(),
    )
    dense, lexical, rarities = _both_ways(engine, one)
    held = {index for hit in lexical[:READ_MAX] if hit.sparse is not None for index in hit.sparse.indices}
    doubtful = tuple(term for term in rarities if dimension(term) not in held)
    cosines, words, there = _completed(engine, one, dense, lexical, doubtful)
    known = frozenset(rarities) - (frozenset(doubtful) - there)
    # As the engine computes it for a term that no passage holds; nobody learns of one that only others may see.
    rarest = math.log((engine.size() + 0.5) / 0.5 + 1.0)
    return Found(
        candidates=_joined(dense, lexical, cosines, words),
        rarities={term: rarities[term] if term in known else rarest for term in one.terms},
        known=known,
    )


def _both_ways(engine: Engine, one: _Asked) -> tuple[list[Scored], list[Scored], dict[str, float]]:
    """Return what is nearest in meaning, what holds the words, and how rare each word is in the whole company.

    Rarity is what the engine made of a term over the weight that it stands with, wherever that is; so its question
    needs no filter, and nothing else is taken from its answer.
    """
    asks = []
    if one.vector is not None:
        asks.append(Ask(dense=one.vector, where=one.where, limit=one.depth))
    if one.terms:
        asks.append(one.words(one.where, one.depth, weigh=READ_MAX))
    asks.extend(
        Ask(sparse=asked([term]), where=Where(), corpus=one.corpus, limit=1, weigh=1, bare=True) for term in one.probed
    )
    answers = engine.search(asks) if asks else []
    dense = answers.pop(0) if one.vector is not None else []
    lexical = answers.pop(0) if one.terms else []
    rarities: dict[str, float] = {}
    for term, hits in zip(one.probed, answers, strict=True):
        if hits and hits[0].sparse is not None:
            weights = dict(zip(hits[0].sparse.indices, hits[0].sparse.values, strict=True))
            rarities[term] = hits[0].score / weights[dimension(term)]
    return dense, lexical, rarities


def _completed(
    engine: Engine, one: _Asked, dense: Sequence[Scored], lexical: Sequence[Scored], doubtful: Sequence[str]
) -> tuple[dict[str, float], dict[str, float], frozenset[str]]:
    """Return all cosines, all BM25, and which of the doubtful terms some passage holds that the asker may see."""
    cosines, words = {hit.id: hit.score for hit in dense}, {hit.id: hit.score for hit in lexical}
    asks: list[tuple[str, Ask]] = []
    if one.vector is not None and (ids := sorted(words.keys() - cosines.keys())):
        asks.append(("", Ask(dense=one.vector, where=one.where.within(ids), limit=len(ids), bare=True)))
    if one.terms and (ids := sorted(cosines.keys() - words.keys())):
        asks.append(("", one.words(one.where.within(ids), len(ids), bare=True)))
    asks.extend(
        (term, Ask(sparse=asked([term]), where=one.seen, corpus=one.corpus, limit=1, bare=True)) for term in doubtful
    )
    there = set()
    for (term, ask), hits in zip(asks, engine.search([ask for _, ask in asks]) if asks else (), strict=True):
        if term and hits:
            there.add(term)
        elif not term:
            (cosines if ask.dense is not None else words).update((hit.id, hit.score) for hit in hits)
    return cosines, words, frozenset(there)


def _joined(
    dense: Sequence[Scored], lexical: Sequence[Scored], cosines: Mapping[str, float], words: Mapping[str, float]
) -> tuple[Candidate, ...]:
    found = {hit.id: hit for hit in (*lexical, *dense)}
    return tuple(
        Candidate(id=point, doc_id=hit.doc_id, rev=hit.rev, cosine=cosines.get(point, 0.0), bm25=words.get(point, 0.0))
        for point, hit in sorted(found.items())
    )
