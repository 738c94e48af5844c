"""A worker in a process of its own, for `benchmarks.workers`.

`python -m benchmarks.working handler|store KAFKA PREFIX EVENTS STORE [GROUP]` works until so many events are received
and prints its CPU seconds and how many of its seconds it waited for its turn, and had it.
"""

import asyncio
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvloop

from api.cli.collecting import collect_rarely
from api.cli.work import tell_plainly
from streams.embedded.writer import system_clock
from streams.ledger.jobs import Job
from streams.projection.submission import Outcome
from streams.store.connection import Rows, Values
from streams.store.offsets import Place
from streams.store.postgres import PostgresConnection
from streams.workers.app import Plan
from streams.workers.ledger import LogLedger
from streams.workers.offsets import Span, advance
from streams.workers.worker import Worker

LOOK_SECONDS = 0.2


class Timed(PostgresConnection):
    """A connection that measures how long it waits for its turn and how long it has it, in seconds."""

    waited = 0.0
    held = 0.0

    @contextmanager
    def turn(self, told: str = "") -> Iterator[None]:
        """Run the body in the turn."""
        began, waited = time.perf_counter(), self.waited
        with super().turn(told):
            yield
        self.held += time.perf_counter() - began - (self.waited - waited)

    def execute(self, sql: str, values: Values = (), /) -> Rows:
        """Run a statement and return what it found."""
        if "pg_advisory_xact_lock" not in sql:
            return super().execute(sql, values)
        began = time.perf_counter()
        found = super().execute(sql, values)
        self.waited += time.perf_counter() - began
        return found


class Begun(LogLedger):
    """A ledger that knows what CPU time was spent before the first batch came: that of starting."""

    began = 0.0
    batches = 0
    again = 0
    parts = 0

    def overtaken(self, jobs: Sequence[Job], now_us: int) -> bool:
        """Return whether the batch must be folded again, and count."""
        found = super().overtaken(jobs, now_us)
        self.batches += 1
        self.again += found
        self.parts += self.projector.again
        return found

    def take(self, spans: Sequence[Span], now_us: int, poison: dict[int, Exception] | None = None) -> list[Outcome]:
        """Apply spans."""
        self.began = self.began or _cpu()
        return super().take(spans, now_us, poison)


class Handler(Begun):
    """A ledger that applies nothing: it counts what it is given, and where it is."""

    def __init__(self) -> None:
        self.count = 0
        self.places: dict[Place, int] = {}

    def take(self, spans: Sequence[Span], now_us: int, poison: dict[int, Exception] | None = None) -> list[Outcome]:
        """Count."""
        self.began = self.began or _cpu()
        moved, fresh = advance(spans, self.places)
        self.places |= moved
        self.count += sum(len(record.items) for record in fresh)
        return []

    def offsets(self) -> dict[Place, int]:
        """Return how far it was given everything."""
        return self.places

    def close(self) -> None:
        """Do nothing."""


async def work(what: str, kafka: str, prefix: str, events: int, address: str, group: str) -> tuple[float, float, float]:
    """Return CPU seconds, and seconds of waiting for the turn and of having it, until all events are received."""
    connection, looking = Timed(address, name=group), PostgresConnection(address)
    ledger = Begun(connection, now_us=system_clock()) if what == "store" else Handler()

    def received() -> int:
        if isinstance(ledger, Handler):
            return ledger.count
        (found,) = looking.execute("SELECT SUM(value) FROM counters WHERE name = 'received'").fetchone()
        return found or 0

    worker = Worker(Plan(kafka=kafka, group=group, prefix=prefix), lambda: ledger, clock=system_clock)
    running = asyncio.create_task(worker.run())
    while await asyncio.to_thread(received) < events:
        await asyncio.sleep(LOOK_SECONDS)
    worker.stop()
    await running
    sys.stderr.write(f"{ledger.batches} batches, {ledger.again} folded again, {ledger.parts} events of the others\n")
    # Who came too late for any batch has only started.
    return _cpu() - ledger.began if ledger.began else 0.0, connection.waited, connection.held


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Work and print."""
    what, kafka, prefix, events, address, *group = sys.argv[1:]
    tell_plainly()
    collect_rarely()
    found = uvloop.run(work(what, kafka, prefix, int(events), address, group[0] if group else f"handler-{prefix}"))
    sys.stdout.write(" ".join(map(str, found)) + "\n")


if __name__ == "__main__":
    main()
