"""The scale of an index: what its scores are read against, measured on what is there and without any judgement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from search.index.document import TENANT
from search.index.port import Engine, Field, Stored, Where
from search.text.chunks import sentences

if TYPE_CHECKING:
    from search.ports import Embedder

PASSAGES_MIN, PASSAGES_MAX = 60, 300
QUESTIONS = 40
QUESTION_LETTERS_MAX = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """Two measures of a corpus, with the values to begin with.

    `floor` is the mean cosine of a question and a passage that have nothing to do with each other. `typical` is the
    mean weight of a word, at least 1.0: in short texts words weigh more, and hold no more of a question for it.
    """

    floor: float = 0.12
    typical: float = 1.0


def measure(engine: Engine, embedder: "Embedder | None", tenant: str = TENANT) -> Scale:
    """Return the scale of a corpus; as it begins while there are too few passages to say.

    Ids are as good as drawn by lot, so the first passages are a sample, and the same one every time.
    """
    where = Where(must=(Field(name="tenant", values=(tenant,)), Field(name="part", values=("passage",))))
    sample, _ = engine.scroll(where, limit=PASSAGES_MAX, vectors=True)
    if len(sample) < PASSAGES_MIN:
        return Scale()
    weights = [value for point in sample if point.sparse is not None for value in point.sparse.values]
    typical = max(1.0, sum(weights) / len(weights)) if weights else 1.0
    return Scale(floor=Scale().floor if embedder is None else _floor(sample, embedder), typical=typical)


def _floor(sample: Sequence[Stored], embedder: "Embedder") -> float:
    """Return the mean cosine of first sentences, read as questions, with passages of other documents."""
    import numpy

    points = [point for point in sample if point.dense is not None]
    chosen = points[:QUESTIONS]
    if not chosen:
        return Scale().floor
    asked = embedder.encode([_question(str(point.payload["text"])) for point in chosen], query=True)
    cosines = asked @ numpy.stack([point.dense for point in points if point.dense is not None]).T
    apart = [
        float(cosines[row, column])
        for row, one in enumerate(chosen)
        for column, other in enumerate(points)
        if one.payload["doc_id"] != other.payload["doc_id"]
    ]
    return min(0.9, max(0.0, sum(apart) / len(apart))) if apart else Scale().floor


def _question(text: str) -> str:
    spans = sentences(text)
    return text[spans[0].start : spans[0].end][:QUESTION_LETTERS_MAX] if spans else text[:QUESTION_LETTERS_MAX]
