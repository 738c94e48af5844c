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


def find(engine: Engine, question: Question, reading: Reading, vector: "Vector | None") -> Found:
    """Ask an engine both ways, then for every score that one way did not bring."""
    where = question.filters.within(question.access.where())
    corpus, sparse = question.access.corpus(), asked(reading.terms)
    asks = []
    if vector is not None:
        asks.append(Ask(dense=vector, where=where, limit=question.depth))
    if sparse.indices:
        asks.append(Ask(sparse=sparse, where=where, corpus=corpus, limit=question.depth))
    probed = reading.terms[:PROBES_MAX]
    seen = question.access.where()
    asks.extend(Ask(sparse=asked([term]), where=seen, corpus=corpus, limit=1, weigh=True) for term in probed)
    answers = engine.search(asks) if asks else []
    dense = answers.pop(0) if vector is not None else []
    lexical = answers.pop(0) if sparse.indices else []
    rarities, known = _rarities(reading.terms, dict(zip(probed, answers, strict=True)), engine)
    more = _completed(engine, where, corpus, (vector, dense), (reading, lexical))
    return Found(candidates=_joined([*dense, *more[0]], [*lexical, *more[1]]), rarities=rarities, known=known)


def _rarities(
    terms: Sequence[str], probes: Mapping[str, Sequence[Scored]], engine: Engine
) -> tuple[dict[str, float], frozenset[str]]:
    """Return each term's inverse document frequency: what the engine made of it, over the weight it stands with."""
    found: dict[str, float] = {}
    for term, hits in probes.items():
        if hits and hits[0].sparse is not None:
            weights = dict(zip(hits[0].sparse.indices, hits[0].sparse.values, strict=True))
            found[term] = hits[0].score / weights[dimension(term)]
    # As the engine computes it for a term that no passage holds.
    rarest = math.log((engine.size() + 0.5) / 0.5 + 1.0)
    return {term: found.get(term, rarest) for term in terms}, frozenset(found)


def _completed(
    engine: Engine,
    where: Where,
    corpus: Where,
    semantic: "tuple[Vector | None, list[Scored]]",
    words: tuple[Reading, list[Scored]],
) -> tuple[list[Scored], list[Scored]]:
    """Return the scores that are missing: cosines of what words found, and BM25 of what meaning found."""
    (vector, dense), (reading, lexical) = semantic, words
    by_meaning, by_words = {hit.id for hit in dense}, {hit.id for hit in lexical}
    asks: dict[int, Ask] = {}
    if vector is not None and (ids := sorted(by_words - by_meaning)):
        asks[0] = Ask(dense=vector, where=where.within(ids), limit=len(ids))
    if reading.terms and (ids := sorted(by_meaning - by_words)):
        asks[1] = Ask(sparse=asked(reading.terms), where=where.within(ids), corpus=corpus, limit=len(ids))
    answers = dict(zip(asks, engine.search(list(asks.values())), strict=True)) if asks else {}
    return answers.get(0, []), answers.get(1, [])


def _joined(dense: Sequence[Scored], lexical: Sequence[Scored]) -> tuple[Candidate, ...]:
    cosines, words = {hit.id: hit for hit in dense}, {hit.id: hit for hit in lexical}
    found = []
    for point in sorted(cosines.keys() | words.keys()):
        hit = cosines.get(point) or words[point]
        cosine = cosines[point].score if point in cosines else 0.0
        bm25 = words[point].score if point in words else 0.0
        found.append(Candidate(id=point, doc_id=hit.doc_id, rev=hit.rev, cosine=cosine, bm25=bm25))
    return tuple(found)
