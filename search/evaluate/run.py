"""One evaluation: an index of its own, made, asked and removed."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from search.evaluate.folder import Judged, Text
from search.evaluate.measures import ndcg, recall, reciprocal_rank
from search.index.access import Access
from search.index.document import Document, prepare
from search.index.documents import Documents
from search.index.edge import EdgeEngine
from search.index.port import Ask, Engine, Scored
from search.ranking.question import DOCUMENT_PASSAGES, Question, read
from search.ranking.scale import Scale, measure
from search.ranking.searcher import Searcher
from search.text.sparse import asked

if TYPE_CHECKING:
    from search.ports import Embedder, Vectors

Step = Literal["indexed", "asked"]
Progress = Callable[[Step, int], None]
"""What was done, and how many of it: documents, then questions."""

DEPTH = 100
_TOGETHER = 64
_WIDTH_WITHOUT_MODEL = 4
_ACCESS = Access(readers=("public",))


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """Means over the questions, each 0 to 1."""

    ndcg_10: float
    mrr_10: float
    recall_10: float
    recall_100: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """What an evaluation found; `figures` are by way of finding, `dense` only with a model."""

    documents: int
    passages: int
    questions: int
    model: str | None
    scale: Scale
    figures: Mapping[str, Figures]


class _Remembering:
    """An embedder that reads each question once, though several ways of finding ask it."""

    def __init__(self, embedder: "Embedder") -> None:
        self._embedder = embedder
        self._kept: dict[str, Vectors] = {}

    @property
    def name(self) -> str:
        """Return the name of the model."""
        return self._embedder.name

    @property
    def width(self) -> int:
        """Return the dimensions of the model."""
        return self._embedder.width

    def encode(self, texts: Sequence[str], *, query: bool = False) -> "Vectors":
        """Return vectors; one question alone is remembered."""
        if not query or len(texts) != 1:
            return self._embedder.encode(texts, query=query)
        if texts[0] not in self._kept:
            self._kept[texts[0]] = self._embedder.encode(texts, query=True)
        return self._kept[texts[0]]

    def unknown(self, texts: Sequence[str]) -> float:
        """Return how much of texts the model does not know."""
        return self._embedder.unknown(texts)


def evaluate(judged: Judged, embedder: "Embedder | None", progress: Progress) -> Evaluation:
    """Index the documents of a folder, ask its questions in every way, and compare with its judgements."""
    remembering = None if embedder is None else _Remembering(embedder)
    with own_engine(1 if remembering is None else remembering.width) as engine:
        index(engine, judged.documents, remembering, progress)
        scale = measure(engine, remembering)
        rankings = _rankings(engine, judged, remembering, scale, progress)
        return Evaluation(
            documents=len(judged.documents),
            passages=engine.size() - len(judged.documents),
            questions=len(judged.questions),
            model=None if embedder is None else embedder.name,
            scale=scale,
            figures={way: _figures(found, judged) for way, found in rankings.items()},
        )


@contextmanager
def own_engine(width: int) -> Iterator[Engine]:
    """Give an engine of the embedded kind in a folder that is removed in the end."""
    with tempfile.TemporaryDirectory(prefix="paceline-evaluate-") as folder:
        engine = EdgeEngine(Path(folder) / "index", width)
        try:
            yield engine
        finally:
            engine.close()


def index(engine: Engine, texts: Sequence[Text], embedder: "Embedder | None", progress: Progress) -> None:
    """Index the documents of a folder, readable by everybody."""
    documents = Documents(engine)
    for start in range(0, len(texts), _TOGETHER):
        made = [
            Document(id=one.id, rev=1, kind="document", title=one.title, text=one.text, readers=_ACCESS.readers)
            for one in texts[start : start + _TOGETHER]
        ]
        documents.replace(prepare(made, embedder))
        progress("indexed", min(start + _TOGETHER, len(texts)))


def _rankings(
    engine: Engine, judged: Judged, embedder: "Embedder | None", scale: Scale, progress: Progress
) -> dict[str, list[list[str]]]:
    """Return per way of finding the ids of documents for each question, best first."""
    searcher = Searcher(engine, embedder, scale=scale)
    found: dict[str, list[list[str]]] = {} if embedder is None else {"dense": []}
    found |= {"lexical": [], "product": []}
    for number, one in enumerate(judged.questions):
        question = Question(text=one.text, access=_ACCESS, limit=DEPTH)
        if embedder is not None:
            vector = embedder.encode([one.text], query=True)[0]
            ask = Ask(dense=vector, where=_ACCESS.where(), limit=DEPTH * DOCUMENT_PASSAGES)
            found["dense"].append(_documents(engine.search([ask])[0]))
        sparse = asked(read(one.text).terms)
        ask = Ask(sparse=sparse, where=_ACCESS.where(), corpus=_ACCESS.corpus(), limit=DEPTH * DOCUMENT_PASSAGES)
        found["lexical"].append(_documents(engine.search([ask])[0]) if sparse.indices else [])
        found["product"].append(searcher.ranking(question))
        progress("asked", number + 1)
    return found


def _documents(hits: Sequence[Scored]) -> list[str]:
    """Return documents by their best passage; equal scores go by id."""
    best: dict[str, float] = {}
    for hit in hits:
        best[hit.doc_id] = max(hit.score, best.get(hit.doc_id, hit.score))
    return sorted(best, key=lambda one: (-best[one], one))


def _figures(rankings: Sequence[Sequence[str]], judged: Judged) -> Figures:
    pairs = [(found, judged.gains[one.id]) for found, one in zip(rankings, judged.questions, strict=True)]
    count = len(pairs)
    return Figures(
        ndcg_10=sum(ndcg(found, gains) for found, gains in pairs) / count,
        mrr_10=sum(reciprocal_rank(found, gains) for found, gains in pairs) / count,
        recall_10=sum(recall(found, gains, 10) for found, gains in pairs) / count,
        recall_100=sum(recall(found, gains, 100) for found, gains in pairs) / count,
    )
