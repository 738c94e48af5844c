"""Steps: an engine and an embedder whose calls are counted, so that a question's time can be told apart."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from search.index.port import Ask, Engine, Payload, Point, Scored, Stored, Where
from search.ports import Embedder

if TYPE_CHECKING:
    from search.ports import Vectors

_T = TypeVar("_T")


class Costs:
    """CPU seconds by step."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self.searches = 0

    def spent(self, step: str, work: Callable[[], _T]) -> _T:
        """Do a piece of work and count what it costs."""
        began = time.process_time()
        found = work()
        self.steps[step] = self.steps.get(step, 0.0) + time.process_time() - began
        return found


class TimedEmbedder:
    """An embedder that counts."""

    def __init__(self, embedder: Embedder, costs: Costs) -> None:
        self._embedder, self._costs = embedder, costs

    @property
    def name(self) -> str:
        """Return its name."""
        return self._embedder.name

    @property
    def width(self) -> int:
        """Return its width."""
        return self._embedder.width

    def encode(self, texts: Sequence[str], *, query: bool = False) -> "Vectors":
        """Embed."""
        return self._costs.spent("embedding the question", lambda: self._embedder.encode(texts, query=query))

    def unknown(self, texts: Sequence[str]) -> float:
        """Look how much of a question is known."""
        return self._costs.spent("embedding the question", lambda: self._embedder.unknown(texts))


class TimedEngine:
    """An engine that counts what questions cost."""

    def __init__(self, engine: Engine, costs: Costs) -> None:
        self._engine, self._costs = engine, costs

    def search(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        """Find both ways, which is the first call for a question, or complete scores, which is the second."""
        self._costs.searches += 1
        step = "finding both ways" if self._costs.searches % 2 else "completing scores"
        return self._costs.spent(step, lambda: self._engine.search(asks))

    def read(self, ids: Sequence[str], fields: Sequence[str] | None = None) -> list[Stored]:
        """Read heads, then texts."""
        return self._costs.spent("reading documents", lambda: self._engine.read(ids, fields))

    def put(self, points: Sequence[Point], *, newer: bool = False) -> None:
        """Write."""
        self._engine.put(points, newer=newer)

    def remove(self, where: Where) -> None:
        """Remove."""
        self._engine.remove(where)

    def mark(self, where: Where, payload: Payload) -> None:
        """Change."""
        self._engine.mark(where, payload)

    def count(self, where: Where) -> int:
        """Count."""
        return self._engine.count(where)

    def size(self) -> int:
        """Return the size."""
        return self._engine.size()

    def facet(self, name: str, where: Where, limit: int = 50) -> list[tuple[str, int]]:
        """Count by value."""
        return self._engine.facet(name, where, limit)

    def scroll(
        self, where: Where, after: str | None = None, limit: int = 1_000, *, vectors: bool = False
    ) -> tuple[list[Stored], str | None]:
        """Scroll."""
        return self._engine.scroll(where, after, limit, vectors=vectors)

    def flush(self) -> None:
        """Flush."""
        self._engine.flush()

    def close(self) -> None:
        """Close."""
        self._engine.close()
