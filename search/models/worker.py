"""Reading beside the event loop: one thread for questions and one for documents, so that nobody waits who asks.

Both threads share one embedder. It is loaded by the first text, and looked for again with each text while models are
missing, so that fetching them needs no restart.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from search.models.failures import EncoderBusy

if TYPE_CHECKING:
    from search.models.cache import Encodes
    from search.models.vectors import Vectors

T = TypeVar("T")
WAITING_MAX = 64
# Between two pieces other documents have their turn, and a stop is heard.
PIECE = 32


class EncodingWorker:
    """Reads texts for coroutines; at most `waiting_max` questions, and as many calls for documents, wait at a time."""

    def __init__(self, load: "Callable[[], Encodes]", *, waiting_max: int = WAITING_MAX) -> None:
        self._load = load
        self._loading = threading.Lock()
        self._embedder: Encodes | None = None
        self._questions = _Lane("questions", waiting_max)
        self._documents = _Lane("documents", waiting_max)

    async def encode(self, texts: Sequence[str], *, query: bool = False, soon: bool = False) -> "Vectors":
        """Return unit vectors, float32 of shape (len(texts), width), in the order of the texts.

        `soon` says that somebody who asks waits for them, though they are no questions themselves.
        Raise `EncoderBusy` when too many wait already, and what loading the models raises, such as `ModelMissing`.
        """
        import numpy as np

        if query or len(texts) <= PIECE:
            lane = self._questions if query or soon else self._documents
            return await lane.run(lambda: self._ready().encode(texts, query=query))
        # Neighbours of like length end together.
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        pieces = [order[start : start + PIECE] for start in range(0, len(order), PIECE)]
        read = [await self.encode([texts[row] for row in piece], soon=soon) for piece in pieces]
        found: Vectors = np.concatenate(read)[np.argsort(order)]
        return found

    async def name(self) -> str:
        """Return the name of the embedder, which says which vectors belong together."""
        return await self._documents.run(lambda: self._ready().name)

    def close(self) -> None:
        """Stop both threads after what they are at; what still waits is cancelled."""
        self._questions.close()
        self._documents.close()

    def _ready(self) -> "Encodes":
        """Return the embedder, loaded by whoever comes first."""
        with self._loading:
            if self._embedder is None:
                self._embedder = self._load()
            return self._embedder


class _Lane:
    """One thread with a bounded queue."""

    def __init__(self, name: str, waiting_max: int) -> None:
        self._name = name
        self._waiting_max = waiting_max
        self._waiting = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"reading-{name}")

    async def run(self, work: Callable[[], T]) -> T:
        if self._waiting >= self._waiting_max:
            raise EncoderBusy(self._name, self._waiting_max)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)
