"""What a question costs, with permissions, both ways of finding and reasons: CPU and wall time, and each step's share.

Texts are put together from made-up words, as rare and as common as words are; their vectors are drawn by lot around
topics. Questions are read by the real models where they were fetched, which is where a question's own time goes.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path

import numpy as np
import numpy.typing as npt

from api.settings import settings
from benchmarks.figures import Figure, percentile, show
from benchmarks.steps import Costs, TimedEmbedder, TimedEngine
from search.index.access import Access
from search.index.document import Document, prepare
from search.index.documents import Documents
from search.index.edge import EdgeEngine
from search.index.port import Ask, Engine, Field, Point, Where
from search.index.server import ServerEngine
from search.models.embedder import Embedder as Models
from search.models.failures import ModelMissing
from search.ports import Embedder
from search.ranking.question import Question
from search.ranking.searcher import Searcher

Vectors = npt.NDArray[np.float32]

WIDTH = 384
QUESTIONS = 300
WORDS, TOPICS = 8_000, 200
READERS = ("public", "team:sales", "team:product", "team:support", "user:7")
ACCESS = Access(readers=("public", "team:sales", "user:7"))
LOCAL_POINTS, LOCAL_QUESTIONS = 10_000, 20
_TOGETHER = 500
_DEPTH = 100


class Drawn:
    """An embedder that draws vectors by lot around the topic that a text begins with."""

    name = "drawn"
    width = WIDTH

    def __init__(self, models: Embedder | None = None) -> None:
        self._models = models

    def unknown(self, texts: Sequence[str]) -> float:
        """Return that everything is known; the real models look as well, so that it costs what it costs."""
        if self._models is not None:
            self._models.unknown(texts)
        return 0.0

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Return unit vectors; the real models read a question as well, so that it costs what it costs."""
        if query and self._models is not None:
            self._models.encode(texts, query=True)
        rows = np.stack([_drawn(text.split()[0]) + 0.8 * _drawn(text) for text in texts])
        found: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return found


class Library:
    """Documents and questions, the same every time."""

    def __init__(self, seed: int = 7) -> None:
        self._dice = random.Random(seed)
        self._words = [
            "".join(self._dice.choices("aeioubcdglmnprst", k=self._dice.randint(4, 9))) for _ in range(WORDS)
        ]
        self._commonness = list(accumulate(1.0 / (rank + 10) for rank in range(WORDS)))

    def documents(self, first: int, count: int) -> list[Document]:
        """Return documents of three passages or so, each for one or two groups of readers."""
        return [
            Document(
                id=f"case/{number}",
                rev=1,
                kind=self._dice.choice(("case", "play", "deal", "ticket")),
                title=f"topic{number % TOPICS} " + self._say(4),
                text=" ".join(f"{self._say(14).capitalize()}." for _ in range(15)),
                readers=tuple(self._dice.sample(READERS, self._dice.randint(1, 2))),
                updated_at=1_500_000_000 + number,
            )
            for number in range(first, first + count)
        ]

    def questions(self, count: int) -> list[str]:
        """Return questions of a topic and some words."""
        return [f"topic{self._dice.randrange(TOPICS)} {self._say(7)}" for _ in range(count)]

    def _say(self, words: int) -> str:
        return " ".join(self._dice.choices(self._words, cum_weights=self._commonness, k=words))


def fill(engine: Engine, passages: int, library: Library) -> int:
    """Fill an engine with so many passages or a few more; return how many there are."""
    documents, embedder, there, first = Documents(engine), Drawn(), 0, 0
    while there < passages:
        count = min(_TOGETHER, (passages - there) // 3 + 1)
        prepared = prepare(library.documents(first, count), embedder)
        documents.replace(prepared)
        there += sum(len(one.passages) for one in prepared)
        first += count
    engine.flush()
    return there


def ask(engine: Engine, embedder: Embedder, questions: Sequence[str], goal: str) -> Iterator[Figure]:
    """Yield what answers cost: 50th and 99th percentile of CPU and wall time, and the share of each step."""
    costs = Costs()
    searcher = Searcher(TimedEngine(engine, costs), TimedEmbedder(embedder, costs))
    asked = [Question(text=text, access=ACCESS, now=1_600_000_000) for text in questions]
    for question in asked[:20]:
        searcher.search(question)
    costs.steps.clear()
    cpus, walls = [], []
    for question in asked:
        costs.searches = 0
        wall, cpu = time.perf_counter(), time.process_time()
        searcher.search(question)
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    for name, values, wanted in (("CPU", cpus, goal), ("wall", walls, "")):
        yield Figure(name=f"{name} of a question, p50", value=percentile(values, 0.5) * 1e3, unit="ms")
        yield Figure(name=f"{name} of a question, p99", value=percentile(values, 0.99) * 1e3, unit="ms", goal=wanted)
    steps = costs.steps | {"ranking and reasons": sum(cpus) - sum(costs.steps.values())}
    for step, seconds in steps.items():
        yield Figure(name=f"share of {step}", value=100 * seconds / sum(cpus), unit="%")


def beside(engine: Engine, questions: Sequence[str], points: int) -> Iterator[Figure]:
    """Yield recall and time of finding by meaning: this engine, an exact scan, and the client's local mode."""
    from qdrant_client import QdrantClient

    kept = _all(engine, points)
    allowed = {f"company/{reader}" for reader in ACCESS.readers}
    seen = np.array([not allowed.isdisjoint(_readers(point)) for point in kept])
    matrix = np.stack([point.dense for point in kept if point.dense is not None])
    vectors = Drawn().encode(questions)
    client = QdrantClient(":memory:")
    local = ServerEngine(client, WIDTH)
    for start in range(0, len(kept), _TOGETHER):
        local.put(kept[start : start + _TOGETHER])
    exact: list[list[str]] = []
    began = time.process_time()
    for vector in vectors:
        scores = np.where(seen, matrix @ vector, -2.0)
        best = np.argpartition(-scores, 10)[:10]
        exact.append([kept[int(place)].id for place in best])
    yield Figure(
        name="an exact scan in numpy, CPU", value=(time.process_time() - began) / len(vectors) * 1e3, unit="ms"
    )
    where = Where(must=(*ACCESS.where().must, Field(name="part", values=("passage",))))
    for name, one, count in (
        ("qdrant-edge", engine, len(vectors)),
        ("the client's local mode", local, LOCAL_QUESTIONS),
    ):
        began, right = time.process_time(), 0
        for vector, wanted in zip(vectors[:count], exact[:count], strict=True):
            hits = one.search([Ask(dense=vector, where=where, limit=_DEPTH)])[0]
            right += len({hit.id for hit in hits[:10]} & set(wanted))
        cost = (time.process_time() - began) / count
        yield Figure(name=f"{name}, CPU", value=cost * 1e3, unit="ms")
        yield Figure(name=f"{name}, recall@10 of the exact scan", value=right / (10 * count), unit="")
    client.close()


def measure(passages: int, models: Path | None = None, questions: int = QUESTIONS) -> Iterator[Figure]:
    """Yield all figures at a size."""
    library = Library()
    embedder = Drawn(_models(models or settings().models_folder))
    goal = {20_000: "≤ 25", 100_000: "≤ 60"}.get(passages, "")
    with tempfile.TemporaryDirectory(prefix="paceline-searching-") as folder:
        engine = EdgeEngine(Path(folder) / "index", WIDTH)
        began = time.process_time()
        there = fill(engine, passages, library)
        cost = (time.process_time() - began) / there
        yield Figure(name="passages", value=there, unit="")
        yield Figure(name="cutting, weighing and writing one, without the model", value=cost * 1e3, unit="CPU-ms")
        yield from ask(engine, embedder, library.questions(questions), goal)
        engine.close()
        small = EdgeEngine(Path(folder) / "small", WIDTH)
        points = min(passages, LOCAL_POINTS)
        fill(small, points, Library())
        yield from beside(small, library.questions(min(questions, 100)), points)
        small.close()


def _models(folder: Path) -> Embedder | None:
    try:
        return Models(folder)
    except ModelMissing:
        return None


def _all(engine: Engine, points: int) -> list[Point]:
    where = Where(must=(Field(name="part", values=("passage",)),))
    found, _ = engine.scroll(where, limit=2 * points, vectors=True)
    return [Point(id=one.id, payload=one.payload, dense=one.dense, sparse=one.sparse) for one in found]


def _readers(point: Point) -> list[str]:
    kept = point.payload["readers"]
    return kept if isinstance(kept, list) else []


def _drawn(text: str) -> Vectors:
    seed = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
    found: Vectors = np.random.default_rng(seed).standard_normal(WIDTH).astype(np.float32)
    return found


def main() -> None:
    """Measure and print."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--passages", type=int, default=20_000, help="passages in the index")
    reading.add_argument("--models", type=Path, default=None, help="folder of models; default: that of the data folder")
    chosen = reading.parse_args()
    show(f"Questions to {chosen.passages:,} passages", measure(chosen.passages, chosen.models))


if __name__ == "__main__":
    main()
