"""Models as search uses them: read beside the event loop by a worker, asked from any other thread."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from api.settings import Settings

if TYPE_CHECKING:
    from search.models.cache import CachedEmbedder
    from search.models.worker import EncodingWorker
    from search.ports import Embedder, Vectors

VECTORS = "vectors.db"
WAIT_SECONDS = 120


class Through:
    """An embedder that hands its texts to the worker of an event loop and waits for the vectors, in another thread."""

    def __init__(self, worker: "EncodingWorker", loop: asyncio.AbstractEventLoop, name: str, width: int) -> None:
        self._worker = worker
        self._loop = loop
        self.name = name
        self.width = width

    def encode(self, texts: Sequence[str], *, query: bool = False) -> "Vectors":
        """Return unit vectors in the order of the texts; raise `EncoderBusy` when too many wait."""
        asked = asyncio.run_coroutine_threadsafe(self._worker.encode(texts, query=query), self._loop)
        return asked.result(WAIT_SECONDS)


def load(settings: Settings) -> "CachedEmbedder":
    """Return the models of a data folder with the vectors that they have read; raise `ModelMissing` and its like."""
    from search.models.cache import CachedEmbedder
    from search.models.embedder import Embedder as Models

    return CachedEmbedder(Models(settings.models_folder), settings.home / "index" / VECTORS)


def loaded(settings: Settings) -> "Embedder | None":
    """Return the models for a command that reads in its own thread, None when they are missing."""
    from search.models.failures import ModelMissing

    try:
        return load(settings)
    except ModelMissing:
        return None
