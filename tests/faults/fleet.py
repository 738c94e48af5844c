"""The fleet: workers as processes on a real broker and a real database, what is sent to them, and what must be so."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec

from streams.history.verify import verify
from streams.kafka import admin
from streams.kafka.failures import LogAway
from streams.kafka.lag import lag
from streams.kafka.log import KafkaLog
from streams.ledger.accounting import Accounting, accounting
from streams.projection.submission import Submission
from streams.store.connection import StoreFailed
from streams.store.offsets import read_offsets
from streams.store.postgres import open_postgres
from tests.builders import accepted
from tests.faults.recount import recount, viewed
from tests.faults.traffic import batches
from tests.faults.yard import Order
from tests.stores import Wire, us

Happening = Callable[[], Awaitable[None] | None]
ROOT = Path(__file__).parents[2]
LATER = "2040-01-01T00:00:00Z"
SESSION_SECONDS, SETTLED_SECONDS = 6, 170.0
PARTITIONS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """Where a fleet works. What is read may lie behind another address than what the workers use."""

    kafka: str
    store: str
    prefix: str
    folder: Path
    worker_kafka: str = ""
    worker_store: str = ""


@dataclass(slots=True)
class Fleet:
    """Workers, by the ids of their processes, in the order in which they were started."""

    ground: Ground
    yard: subprocess.Popen[bytes]
    alive: list[int] = field(default_factory=list)
    stopped: list[int] = field(default_factory=list)

    def start(self, bug: str = "") -> int:
        """Start a worker and return its id."""
        ground = self.ground
        options = ["--kafka", ground.worker_kafka or ground.kafka, "--store", ground.worker_store or ground.store]
        options += ["--group", ground.prefix, "--prefix", ground.prefix, "--session-seconds", str(SESSION_SECONDS)]
        worker = self._ask(Order(options=options, bug=bug, log=str(ground.folder / "workers.log")))
        self.alive.append(worker)
        return worker

    async def kill(self) -> None:
        """Kill the worker that has lived longest."""
        await self._end(self.alive[0], signal.SIGKILL, -signal.SIGKILL)

    async def leave(self) -> None:
        """Let the worker that has lived longest end in good order."""
        await self._end(self.alive[0], signal.SIGTERM, 0)

    async def fallen(self, worker: int) -> None:
        """Return when a worker has died by itself."""
        await self._end(worker, signal.SIGCONT, -signal.SIGKILL)

    def stop(self, worker: int) -> None:
        """Let a worker stand still where it is."""
        os.kill(worker, signal.SIGSTOP)
        self.stopped.append(worker)

    def go_on(self) -> None:
        """Let all that stand still go on."""
        for worker in self.stopped:
            os.kill(worker, signal.SIGCONT)
        self.stopped.clear()

    async def _end(self, worker: int, number: signal.Signals, code: int) -> None:
        os.kill(worker, number)
        # Beside: what the worker has to say to others before it ends may pass through this process.
        found = await asyncio.to_thread(self._ask, Order(wait=worker))
        self.alive.remove(worker)
        assert found == code, f"the worker ended with {found}: {self.said()[-2_000:]}"

    def said(self) -> str:
        """Return what all workers have said."""
        return (self.ground.folder / "workers.log").read_text()

    def _ask(self, order: Order) -> int:
        assert self.yard.stdin and self.yard.stdout
        self.yard.stdin.write(msgspec.json.encode(order) + b"\n")
        self.yard.stdin.flush()
        return int(self.yard.stdout.readline())


@contextmanager
def fleet(ground: Ground) -> Iterator[Fleet]:
    """Give a fleet without workers, and end those that are left."""
    command = [sys.executable, "-m", "tests.faults.yard"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as yard:
        found = Fleet(ground, yard)
        try:
            yield found
        finally:
            for worker in found.alive:
                os.kill(worker, signal.SIGKILL)
            assert yard.stdin
            yard.stdin.close()


@dataclass(slots=True)
class Sender:
    """Sends items to the log, again where it was not acknowledged, and never far ahead of what is applied."""

    ground: Ground
    log: KafkaLog
    sent: int = 0
    again: int = 0

    async def send(self, items: Sequence[Submission]) -> None:
        """Send items; return when the log has them."""
        while True:
            try:
                await self.log.append(items)
                break
            except LogAway:
                # Perhaps it has them all the same; then they are duplicates.
                self.again += len(items)
                await asyncio.sleep(0.1)
        self.sent += len(items)

    async def arrived(self) -> None:
        """Return once everything that was sent is applied."""
        await until(partial(self._near, 1))

    async def flow(self, wires: Sequence[Wire], events: Sequence[Happening] = (), each: int = 250) -> None:
        """Send facts, and let something happen from time to time while they are on their way and being applied."""
        groups = list(batches(wires, each))
        due = {(place + 1) * len(groups) // (len(events) + 1): happens for place, happens in enumerate(events)}
        for number, group in enumerate(groups):
            if number in due and (waited := due[number]()) is not None:
                await waited
            await self.send([accepted(wire, LATER) for wire in group])
            await until(partial(self._near, 8 * each))

    def _near(self, most: int) -> bool:
        return self.sent - received(self.ground.store) < most


@asynccontextmanager
async def sending(ground: Ground) -> AsyncIterator[Sender]:
    """Give a sender to new topics."""
    await _created(ground)
    log = KafkaLog(ground.kafka, prefix=ground.prefix)
    await log.start()
    try:
        yield Sender(ground, log)
    finally:
        await log.stop()


async def _created(ground: Ground) -> None:
    """Make the topics; on a busy machine the broker may answer late."""
    end = time.monotonic() + SETTLED_SECONDS
    while True:
        try:
            await admin.create(ground.kafka, prefix=ground.prefix, partitions=PARTITIONS)
            return
        except LogAway:
            if time.monotonic() > end:
                raise


def received(store: str) -> int:
    """Return how many deliveries a store has received; 0 while it does not answer."""
    try:
        with closing(open_postgres(store)) as connection:
            (found,) = connection.execute("SELECT SUM(value) FROM counters WHERE name = 'received'").fetchone()
            return found or 0
    except StoreFailed:
        return 0


async def until(so: Callable[[], bool], seconds: float = SETTLED_SECONDS) -> None:
    """Return once something is so; fail when it takes too long."""
    end = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < end, "it never came to be so"
        await asyncio.sleep(0.05)


async def settled(ground: Ground) -> None:
    """Return once everything in the log is applied, and the group has told the log so."""
    end = time.monotonic() + SETTLED_SECONDS
    while await _unread(ground) != 0:
        assert time.monotonic() < end, "the log is not read to its end"
        await asyncio.sleep(0.2)


async def _unread(ground: Ground) -> int | None:
    """Return how many records the group has not told to have read; None while nobody can say."""
    try:
        return sum(
            one.records for one in await lag(ground.kafka, ground.prefix, now_us=us(LATER), prefix=ground.prefix)
        )
    except LogAway:
        return None


async def check_exact(ground: Ground, facts: Sequence[Wire]) -> Accounting:
    """Check that all facts are counted once, and that log, store and replay agree; return the accounting."""
    lags = await lag(ground.kafka, ground.prefix, now_us=us(LATER), prefix=ground.prefix)
    with closing(open_postgres(ground.store)) as connection:
        found = accounting(connection)
        assert found.gap == 0, found
        assert viewed(connection) == recount(facts)
        first, last, count = connection.execute("SELECT MIN(position), MAX(position), COUNT(*) FROM events").fetchone()
        assert (first, last) == (1, count)
        stored = read_offsets(connection)
        # What the group has told the log is what the store has; partitions that never had a record are not named.
        assert {(one.topic, one.partition): one.next_offset for one in lags if one.next_offset} == stored
        assert not any(one.records for one in lags)
        with connection.snapshot():
            assert verify(connection).differing == []
    return found
