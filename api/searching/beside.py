"""The indexer beside a server: one thread that reads what waits, while the event loop goes on."""

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from api.searching.filling import ROOTS_MAX
from api.searching.reading import Models
from api.searching.service import Search
from services.errors import PacelineError

log = logging.getLogger(__name__)
POLL_SECONDS = 1.0
GATHER_SECONDS = 0.2
"""How long it waits after it has read the little that waited: what comes one by one is read some at a time."""
LATE_SECONDS, RESTS = 0.003, 9
"""Where the event loop comes so late to what has ended, it is busy: indexing rests so many times as long as it worked,
for its engine keeps the interpreter from everything else meanwhile.
"""
FAILED_SECONDS = 10.0
"""How long it waits after it failed: the engine may be away, or the disk full."""


class Indexer:
    """Keeps the index of a server up to date between `start` and `stop`."""

    def __init__(self, search: Search, models: Models) -> None:
        self._search = search
        self._models = models
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="indexing")

    def start(self) -> None:
        """Begin; nothing is loaded before there is something to read."""
        self._models.start()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End after the step that runs; what has changed stays in the store."""
        self._stopping.set()
        if self._task is not None:
            await self._task
            self._task = None
        self._thread.shutdown()
        await asyncio.to_thread(self._search.close)
        await asyncio.to_thread(self._models.close)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            pause = POLL_SECONDS
            try:
                step = await loop.run_in_executor(self._thread, self._step)
                if step.roots:
                    pause = step.rest(time.monotonic()) if step.roots >= ROOTS_MAX else GATHER_SECONDS
                self._search.trouble = ""
            except Exception as error:  # noqa: BLE001 - whatever it is, nothing is lost that is not read
                self._failed(error)
                pause = FAILED_SECONDS
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    def _step(self) -> "_Step":
        began = time.monotonic()
        return _Step(self._search.step(), began, time.monotonic())

    def _failed(self, error: Exception) -> None:
        if str(error) != self._search.trouble:
            log.warning("Indexing failed and goes on in a moment: %s", error, exc_info=not _is_expected(error))
        self._search.trouble = str(error) or type(error).__name__


@dataclass(frozen=True, slots=True)
class _Step:
    """How many roots were read, from when to when, in seconds of `time.monotonic`."""

    roots: int
    began: float
    ended: float

    def rest(self, heard: float) -> float:
        """Return how long to rest before the next step, when the event loop heard of this one at a moment."""
        return RESTS * (self.ended - self.began) if heard - self.ended > LATE_SECONDS else 0.0


def _is_expected(error: Exception) -> bool:
    return isinstance(error, PacelineError)
