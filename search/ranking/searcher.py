"""The searcher: from a question to an answer with its reasons, over any engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from search.index.document import CHINESE_FROM
from search.index.documents import Documents
from search.index.port import Engine, Stored
from search.ranking.answer import Answer, Hit, Why
from search.ranking.boosts import Boost, Boosts
from search.ranking.candidates import Candidate, Found, find
from search.ranking.fusion import Parts, coverage, is_good, keyword, mixed, semantic, weight
from search.ranking.meaning import PLACES_MAX, nearest
from search.ranking.question import Question, Reading, read
from search.ranking.scale import Scale
from search.ranking.snippets import holding, snippet

if TYPE_CHECKING:
    from search.index.port import Vector
    from search.ports import Embedder

SCORE_STEPS = 100_000
"""Steps from score 0 to score 1. Engines add up in another order; what is equal but for that is a tie."""
LOOKS_MAX = 3
"""How often a question is asked again because documents changed meanwhile."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ranked:
    """A document with its best passage, before its text is read."""

    head: Stored
    candidate: Candidate
    parts: Parts
    score: float
    boosts: tuple[Boost, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Looked:
    """What one look found: candidates, how much the model counts, and the documents, best first."""

    found: Found
    share: float
    ranked: Sequence[_Ranked]
    vector: "Vector | None"


class Searcher:
    """Answers questions; without a model by words alone."""

    def __init__(self, engine: Engine, embedder: "Embedder | None", *, scale: Scale | None = None) -> None:
        self._engine = engine
        self._documents = Documents(engine)
        self._embedder = embedder
        self._scale = scale or Scale()

    def search(self, question: Question) -> Answer:
        """Return the documents that fit a question, best first, with reasons; equal scores go by id."""
        reading = self._read(question)
        looked = self._look(question, reading)
        hits = () if looked is None else self._told(question, reading, looked)
        known: frozenset[str] = frozenset() if looked is None else looked.found.known
        named = tuple(name for name in reading.identifiers if name in known)
        return Answer(
            hits=hits,
            good=bool(hits) and (bool(named) or is_good(hits[0].score, _language(reading), across=hits[0].why.across)),
            language=_language(reading),
            identifiers=named,
            filters=question.filters.fields,
            with_model=self._embedder is not None,
        )

    def ranking(self, question: Question) -> list[str]:
        """Return the ids of the same documents in the same order, without reading their texts."""
        looked = self._look(question, self._read(question))
        return [] if looked is None else [one.candidate.doc_id for one in looked.ranked]

    def _read(self, question: Question) -> Reading:
        unknown = 0.0 if self._embedder is None else self._embedder.unknown([question.text])
        return read(question.text, unknown=unknown)

    def _look(self, question: Question, reading: Reading) -> _Looked | None:
        """Find and rank; once more when a document was replaced between finding its passages and reading its head.

        None when there is nothing to ask, or nobody who asks.
        """
        if not question.access.readers or not question.text.strip():
            return None
        vector = None if self._embedder is None else self._embedder.encode([question.text], query=True)[0]
        for _ in range(LOOKS_MAX):
            found = find(self._engine, question, reading, vector)
            identified = any(name in found.known for name in reading.identifiers)
            share = 0.0 if vector is None else weight(reading, identified=identified)
            heads = self._documents.heads(question.access.tenant, sorted({one.doc_id for one in found.candidates}))
            ranked = self._ranked(question, reading, found, share, heads)
            looked = _Looked(found=found, share=share, ranked=ranked, vector=vector)
            revs = {name: _rev(head) for name, head in heads.items()}
            if not any(one.rev < revs.get(one.doc_id, 0) for one in found.candidates):
                break
        return looked

    def _ranked(
        self, question: Question, reading: Reading, found: Found, share: float, heads: Mapping[str, Stored]
    ) -> list[_Ranked]:
        """Return as many documents as are wanted, by their best passage, best first."""
        rarity, language = sum(found.rarities.values()), _language(reading)
        seen = {name: head for name, head in heads.items() if question.access.sees(head)}
        best: dict[str, tuple[int, Candidate, float, float]] = {}
        for one in found.candidates:
            head = seen.get(one.doc_id)
            if head is None or head.payload.get("rev") != one.rev:
                continue
            near, covered = semantic(one.cosine, self._scale.floor), coverage(one.bm25, rarity, self._scale.typical)
            held = keyword(covered, near, across=share > 0 and head.payload.get("language") != language)
            score = _steps(mixed(near, held, share))
            other = best.get(one.doc_id)
            # Candidates come in the order of their ids, so that of equal ones the first stays.
            if other is None or score > other[0]:
                best[one.doc_id] = (score, one, near, held)
        # Boosts are of the document, and the more a passage has the more it gets: they change no choice of passages.
        boosts = Boosts(question.text, question.now)
        boosted = {
            name: boosts.of(mixed(near, held, share), seen[name].payload) for name, (_, _, near, held) in best.items()
        }
        order = sorted((-_steps(score), name) for name, (score, _) in boosted.items())
        return [
            _Ranked(
                head=seen[name],
                candidate=best[name][1],
                parts=Parts(cosine=best[name][1].cosine, semantic=best[name][2], keyword=best[name][3]),
                score=-less / SCORE_STEPS,
                boosts=boosted[name][1],
            )
            for less, name in order[: question.limit]
        ]

    def _told(self, question: Question, reading: Reading, looked: _Looked) -> tuple[Hit, ...]:
        """Return hits with their texts and reasons; a passage that went away meanwhile is left out."""
        texts = {one.id: one for one in self._engine.read([one.candidate.id for one in looked.ranked])}
        asked: dict[str, str] = {}
        for token in reading.tokens:
            asked.setdefault(token.term, question.text[token.start : token.end])
        shown = [
            _Shown(one, texts[one.candidate.id], looked.found.rarities, _language(reading))
            for one in looked.ranked
            if one.candidate.id in texts and question.access.sees(texts[one.candidate.id])
        ]
        self._choose(shown, looked)
        return tuple(_hit(one, asked, looked.share) for one in shown)

    def _choose(self, shown: "Sequence[_Shown]", looked: _Looked) -> None:
        """Let meaning choose the sentence of the first find, and of other good ones, if in another language."""
        blind = [
            one
            for place, one in enumerate(shown[:PLACES_MAX])
            if one.across and (place == 0 or is_good(one.ranked.score, one.asked, across=True))
        ]
        if looked.vector is None or self._embedder is None or not blind:
            return
        places = nearest([one.text for one in blind], looked.vector, self._embedder)
        for one, place in zip(blind, places, strict=True):
            one.place = place


class _Shown:
    """A document that is shown, with the text of its best passage.

    :ivar asked: the language of the question.
    :ivar held: the tokens of the passage that the question has.
    :ivar place: the sentence that meaning chose, None where words do.
    """

    def __init__(self, ranked: _Ranked, passage: Stored, rarities: Mapping[str, float], language: str) -> None:
        self.ranked = ranked
        self.passage = passage
        self.rarities = rarities
        self.text = str(passage.payload["text"])
        self.title = str(ranked.head.payload.get("title", ""))
        self.language = str(ranked.head.payload.get("language", ""))
        self.asked = language
        self.across = self.language != language
        self.held = holding(self.text, rarities)
        self.place: int | None = None


def _hit(one: _Shown, asked: Mapping[str, str], share: float) -> Hit:
    parts, head = one.ranked.parts, one.ranked.head
    seen = {token.term for token in one.held} | {token.term for token in holding(one.title, one.rarities)}
    why = Why(
        share=share,
        cosine=parts.cosine,
        semantic=parts.semantic,
        keyword=parts.keyword,
        matched=tuple(dict.fromkeys(word for term, word in asked.items() if term in seen)),
        boosts=one.ranked.boosts,
        across=one.across,
    )
    return Hit(
        doc_id=one.ranked.candidate.doc_id,
        score=one.ranked.score,
        title=one.title,
        language=one.language,
        passage=_whole(one.passage, "chunk"),
        snippet=snippet(one.text, _whole(one.passage, "start"), one.held, one.rarities, one.place),
        why=why,
        fields={name: value for name, value in head.payload.items() if name not in ("readers", "tenant", "part")},
    )


def _language(reading: Reading) -> str:
    return "zh" if reading.chinese >= CHINESE_FROM else "en"


def _steps(score: float) -> int:
    """Return the nearest step; quicker than `round`, and a question asks it for each passage."""
    return int(score * SCORE_STEPS + 0.5)


def _rev(head: Stored) -> int:
    return _whole(head, "rev")


def _whole(point: Stored, name: str) -> int:
    value = point.payload.get(name)
    return value if isinstance(value, int) else 0
