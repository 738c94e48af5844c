"""Documents like one that is described by a text and by traits; the asker says how much the traits count.

Both ways of finding bring candidates, and every candidate gets both scores: what words or meaning found is compared
trait by trait, and what traits found is read for its words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from search.index.access import Access, Filters
from search.index.document import CHINESE_FROM, passage_id
from search.index.documents import Documents
from search.index.port import Ask, Engine, Stored
from search.index.traits import WEIGHTS, asking
from search.ranking.answer import Snippet
from search.ranking.candidates import Candidate, Found, find
from search.ranking.fusion import Parts, coverage, fuse, keyword, semantic, weight
from search.ranking.likeness import Likeness, Traits, likeness, rarity
from search.ranking.meaning import PLACES_MAX, nearest
from search.ranking.question import Question, Reading, read
from search.ranking.scale import Scale
from search.ranking.snippets import holding, snippet
from search.text.sparse import asked as asked_terms

if TYPE_CHECKING:
    from search.index.port import Vector
    from search.ports import Embedder, Vectors

TRAIT_SHARE = 0.4
"""How much traits count where nobody says otherwise."""
TRAIT_DEPTH = 100
TEXT_LETTERS_MAX = 1_500
"""A longer text is read from its end, where the last notes are."""
VALUES_MAX = 200
DIGITS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """What similar documents are looked for: a text, traits, and within what.

    `traits_share` is from 0, the text alone, to 1, the traits alone; a side that is not known counts for nothing.
    """

    text: str
    traits: Traits
    access: Access
    filters: Filters
    traits_share: float = TRAIT_SHARE
    limit: int = 5

    @property
    def read(self) -> str:
        """Return what is read of the text."""
        return self.text.strip()[-TEXT_LETTERS_MAX:]

    @property
    def share(self) -> float:
        """Return how much the traits count here, 0 to 1."""
        if not self.traits.known:
            return 0.0
        return self.traits_share if self.read else 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Like:
    """A document that is like the model, and why; `score`, `text` and the likeness are from 0 to 1."""

    doc_id: str
    score: float
    text: float
    likeness: Likeness
    share: float
    cosine: float
    matched: tuple[str, ...]
    snippet: Snippet | None
    across: bool
    title: str
    fields: Mapping[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Text:
    """How the text of a document compares: its best passage."""

    score: float
    candidate: Candidate


class Similar:
    """Finds documents like a model; without an embedder by words and traits alone."""

    def __init__(self, engine: Engine, embedder: "Embedder | None", *, scale: Scale | None = None) -> None:
        self._engine = engine
        self._documents = Documents(engine)
        self._embedder = embedder
        self._scale = scale or Scale()

    def find(self, model: Model) -> tuple[Like, ...]:
        """Return the documents that are most like a model, best first; equal scores go by id."""
        if not model.access.readers or not (model.read or model.traits.known):
            return ()
        unknown = 0.0 if self._embedder is None or not model.read else self._embedder.unknown([model.read])
        reading = read(model.read, unknown=unknown)
        vector = None if self._embedder is None or not model.read else self._embedder.encode([model.read])[0]
        question = Question(text=model.read, access=model.access, filters=model.filters, limit=model.limit)
        found = find(self._engine, question, reading, vector)
        names = [*dict.fromkeys([*(one.doc_id for one in found.candidates), *self._by_traits(model)])]
        heads = self._documents.heads(model.access.tenant, names)
        seen = {name: head for name, head in heads.items() if model.access.sees(head)}
        candidates = [*found.candidates, *self._read(model, reading, vector, seen, found)]
        texts = self._texts(seen, candidates, found, reading, with_model=vector is not None)
        ranked = self._ranked(model, seen, texts)
        return self._told(ranked, _Asked(model, reading, vector, found), seen, texts)

    def _by_traits(self, model: Model) -> list[str]:
        """Return the ids of documents with like traits, the rarest in common first."""
        wanted = asking(model.traits.values, {"amount_minor": model.traits.amount_minor})
        if wanted is None:
            return []
        where = model.filters.within(model.access.where("head"))
        corpus = model.access.corpus()
        (hits,) = self._engine.search([Ask(sparse=wanted, where=where, corpus=corpus, limit=TRAIT_DEPTH)])
        return [hit.doc_id for hit in hits]

    def _read(
        self,
        model: Model,
        reading: Reading,
        vector: "Vectors | None",
        heads: Mapping[str, Stored],
        found: Found,
    ) -> list[Candidate]:
        """Return the passages of documents that traits alone have found, with both scores of their texts."""
        known = {one.doc_id for one in found.candidates}
        ids = [
            passage_id(model.access.tenant, name, _whole(head, "rev"), chunk)
            for name, head in sorted(heads.items())
            if name not in known
            for chunk in range(_whole(head, "chunks"))
        ]
        if not ids or not model.read:
            return []
        where, sparse = model.access.where().within(ids), asked_terms(reading.terms)
        asks = [Ask(dense=vector, where=where, limit=len(ids))] if vector is not None else []
        if sparse.indices:
            asks.append(Ask(sparse=sparse, where=where, corpus=model.access.corpus(), limit=len(ids)))
        answers = self._engine.search(asks) if asks else []
        dense = {hit.id: hit for hit in answers[0]} if vector is not None else {}
        words = {hit.id: hit for hit in answers[-1]} if sparse.indices else {}
        return [
            Candidate(
                id=one,
                doc_id=hit.doc_id,
                rev=hit.rev,
                cosine=dense[one].score if one in dense else 0.0,
                bm25=words[one].score if one in words else 0.0,
            )
            for one, hit in sorted({**words, **dense}.items())
        ]

    def _texts(
        self,
        heads: Mapping[str, Stored],
        candidates: Sequence[Candidate],
        found: Found,
        reading: Reading,
        *,
        with_model: bool,
    ) -> dict[str, _Text]:
        """Return by document how its best passage compares with the text."""
        whole = sum(found.rarities.values())
        share = weight(reading, identified=False) if with_model else 0.0
        best: dict[str, _Text] = {}
        for one in candidates:
            head = heads.get(one.doc_id)
            if head is None or _whole(head, "rev") != one.rev:
                continue
            near, covered = semantic(one.cosine, self._scale.floor), coverage(one.bm25, whole, self._scale.typical)
            across = with_model and head.payload.get("language") != _language(reading)
            parts = Parts(cosine=one.cosine, semantic=near, keyword=keyword(covered, near, across=across))
            score = fuse(parts, share)
            if one.doc_id not in best or score > best[one.doc_id].score:
                best[one.doc_id] = _Text(score=score, candidate=one)
        return best

    def _ranked(
        self, model: Model, heads: Mapping[str, Stored], texts: Mapping[str, _Text]
    ) -> list[tuple[float, str, Likeness]]:
        rarities = self._rarities(model)
        ranked = []
        for name, head in heads.items():
            alike = likeness(model.traits, head.payload, rarities)
            text = texts[name].score if name in texts else 0.0
            score = round(model.share * alike.score + (1.0 - model.share) * text, DIGITS)
            if score > 0:
                ranked.append((score, name, alike))
        return sorted(ranked, key=lambda one: (-one[0], one[1]))[: model.limit]

    def _rarities(self, model: Model) -> dict[tuple[str, str], float]:
        """Return how much each value that is asked for says, among the documents that are looked through."""
        where = model.filters.within(model.access.where("head"))
        total = self._engine.count(where)
        found: dict[tuple[str, str], float] = {}
        for name in WEIGHTS:
            values = model.traits.values.get(name, ())
            counts = dict(self._engine.facet(name, where, VALUES_MAX)) if values else {}
            found |= {(name, value): rarity(counts.get(value, 1), total) for value in values}
        return found

    def _told(
        self,
        ranked: Sequence[tuple[float, str, Likeness]],
        asked: "_Asked",
        heads: Mapping[str, Stored],
        texts: Mapping[str, _Text],
    ) -> tuple[Like, ...]:
        model, found = asked.model, asked.found
        ids = [texts[name].candidate.id for _, name, _ in ranked if name in texts]
        passages = {one.id: one for one in self._engine.read(ids) if model.access.sees(one)}
        bodies = {
            name: passages[text.candidate.id]
            for _, name, _ in ranked
            if (text := texts.get(name)) and text.candidate.id in passages
        }
        sentences = self._sentences(asked, heads, bodies)
        words = {token.term: model.read[token.start : token.end] for token in asked.reading.tokens}
        likes = []
        for score, name, alike in ranked:
            text = texts.get(name)
            body = str(bodies[name].payload["text"]) if name in bodies else ""
            title = str(heads[name].payload.get("title", ""))
            terms = {token.term for token in holding(f"{title}\n{body}", found.rarities)}
            likes.append(
                Like(
                    doc_id=name,
                    score=score,
                    text=text.score if text else 0.0,
                    likeness=alike,
                    share=model.share,
                    cosine=text.candidate.cosine if text else 0.0,
                    matched=tuple(dict.fromkeys(word for term, word in words.items() if term in terms)),
                    snippet=sentences.get(name),
                    across=asked.across(heads[name]),
                    title=title,
                    fields=heads[name].payload,
                )
            )
        return tuple(likes)

    def _sentences(
        self, asked: "_Asked", heads: Mapping[str, Stored], bodies: Mapping[str, Stored]
    ) -> dict[str, Snippet]:
        """Return the best sentence of each document, best first; of the first ones by meaning across languages."""
        rarities = asked.found.rarities
        texts = {name: text for name, passage in bodies.items() if (text := str(passage.payload["text"]))}
        held = {name: holding(text, rarities) for name, text in texts.items()}
        blind = [name for name in list(texts)[:PLACES_MAX] if asked.across(heads[name])]
        places: dict[str, int] = {}
        if self._embedder is not None and asked.vector is not None and blind:
            found = nearest([texts[name] for name in blind], asked.vector, self._embedder)
            places = dict(zip(blind, found, strict=True))
        return {
            name: snippet(text, _whole(bodies[name], "start"), held[name], rarities, places.get(name))
            for name, text in texts.items()
        }


@dataclass(frozen=True, slots=True)
class _Asked:
    """A model as it was read, and what was found for it."""

    model: Model
    reading: Reading
    vector: "Vector | None"
    found: Found

    def across(self, head: Stored) -> bool:
        """Return whether a document is in another language than the model."""
        return bool(self.model.read) and head.payload.get("language") != _language(self.reading)


def _language(reading: Reading) -> str:
    return "zh" if reading.chinese >= CHINESE_FROM else "en"


def _whole(point: Stored, name: str) -> int:
    value = point.payload.get(name)
    return value if isinstance(value, int) else 0
