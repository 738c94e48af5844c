"""The indexer beside a server: one thread that reads what waits, while the event loop goes on."""

import asyncio
import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from api.engines.engine import Engine
from api.searching.filling import take
from api.searching.reading import Through, load
from api.searching.service import Search
from api.settings import Settings
from services.errors import PacelineError
from streams.answers.searchable import Waiting
from streams.ledger.ledger import Ledger

if TYPE_CHECKING:
    from search.models.worker import EncodingWorker
    from search.ports import Embedder

log = logging.getLogger(__name__)
POLL_SECONDS = 1.0
FAILED_SECONDS = 10.0
"""How long it waits after it failed: the engine may be away, or the disk full."""


class Models:
    """The models of a server: looked for until they are there, and read by a worker of its event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._worker: EncodingWorker | None = None
        self._found: Through | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin, in the event loop of the server."""
        self._loop = asyncio.get_running_loop()

    def __call__(self) -> "Embedder | None":
        """Return what reads texts, None while models are missing; called from any thread but that of the loop."""
        with self._lock:
            if self._found is None and self._loop is not None and self._there():
                self._found = self._made(self._loop)
            return self._found

    def _there(self) -> bool:
        from search.models.choice import chosen

        folder = self._settings.models_folder
        return all((folder / name).exists() for name in chosen(folder).names)

    def _made(self, loop: asyncio.AbstractEventLoop) -> Through | None:
        from search.models.failures import ModelMissing
        from search.models.worker import EncodingWorker

        try:
            embedder = load(self._settings)
        except ModelMissing:
            return None
        self._worker = EncodingWorker(lambda: embedder)
        return Through(self._worker, loop, embedder.name, embedder.width)

    def stop(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.close()


class Indexer:
    """Keeps the index of a server up to date between `start` and `stop`."""

    def __init__(self, search: Search, engine: Engine, models: Models) -> None:
        self._search = search
        self._engine = engine
        self._models = models
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="indexing")

    def start(self) -> None:
        """Begin; nothing is loaded before there is something to read."""
        self._models.start()
        if self._search.available:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End after the step that runs; what waits goes on waiting in the store."""
        self._stopping.set()
        if self._task is not None:
            await self._task
            self._task = None
        self._thread.shutdown()
        self._models.stop()
        await asyncio.to_thread(self._search.close)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        step = partial(self._search.step, partial(self._taken, loop))
        while not self._stopping.is_set():
            pause = POLL_SECONDS
            try:
                if await loop.run_in_executor(self._thread, step):
                    pause = 0.0
                self._search.trouble = ""
            except Exception as error:  # noqa: BLE001 - whatever it is, what waits goes on waiting
                self._failed(error)
                pause = FAILED_SECONDS
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    def _failed(self, error: Exception) -> None:
        if str(error) != self._search.trouble:
            log.warning("Indexing failed and goes on in a moment: %s", error, exc_info=not _is_expected(error))
        self._search.trouble = str(error) or type(error).__name__

    def _taken(self, loop: asyncio.AbstractEventLoop, rows: Sequence[Waiting]) -> None:
        """Let the engine take roots off the queue, since it alone may write the store."""

        def run(ledger: Ledger, _: int) -> None:
            take(ledger.connection, rows)

        asyncio.run_coroutine_threadsafe(self._engine.care(run), loop).result()


def _is_expected(error: Exception) -> bool:
    return isinstance(error, PacelineError)
