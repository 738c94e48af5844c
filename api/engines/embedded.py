"""The embedded engine: one writer on one file, in this process."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from api.engines.engine import Given, Measure
from streams.embedded.home import Home
from streams.embedded.writer import SYSTEM, Writer
from streams.ledger.jobs import Job
from streams.ledger.ledger import Ledger
from streams.projection.submission import Outcome
from streams.scaled.around import Around
from streams.tracing import About, messaging

DISK_FREE_MIN = 0.02


@dataclass(frozen=True, slots=True)
class Embedded:
    """A home with its writer, both started and stopped by whoever opened them (`api.engines.engine.Engine`)."""

    home: Home
    writer: Writer

    async def start(self) -> None:
        """Begin: the writer runs already."""

    async def stop(self) -> None:
        """End: the writer ends with the house."""

    async def submit(self, job: Job) -> list[Outcome]:
        """Let the writer apply a job and return what became of its items once the disk has them."""
        if not job.items:
            return await asyncio.wrap_future(self.writer.submit(job))
        count = len(job.items)
        about = partial(About, attributes=messaging("send", SYSTEM, (), count, count))
        with self.home.tracer.span("send", kind="producer", about=about) as job.trace:
            return await asyncio.wrap_future(self.writer.submit(job))

    async def care(self, run: Callable[[Ledger, int], Given]) -> Given:
        """Let the writer do something else between transactions."""
        return await asyncio.wrap_future(self.writer.call(lambda now_us: run(self.home, now_us)))

    async def trouble(self) -> str:
        """Return what is wrong: the writer ended, the disk is full, or the store cannot be written."""
        if not self.writer.alive:
            return "The writer has stopped."
        disk = await asyncio.to_thread(shutil.disk_usage, self.home.path.parent)
        if disk.free / disk.total < DISK_FREE_MIN:
            return "The disk is nearly full."
        try:
            await self.care(Ledger.probe)
        except Exception as error:  # noqa: BLE001 - whatever the store says is why it is not ready
            return f"The store cannot be written: {error}"
        return ""

    def around(self) -> Around | None:
        """Return None: there are no other parts."""
        return None

    def measures(self) -> Iterator[Measure]:
        """Yield how much waits for the writer and for the file."""
        yield "writer_queue_events", "Submissions waiting for the writer.", self.writer.waiting
        yield "db_wal_bytes", "Size of the write-ahead log.", self.home.log_bytes()
