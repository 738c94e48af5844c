"""Ingest: a real cluster behind one API node, from HTTP in to committed numbers in Postgres.

First as fast as the node acknowledges (acks=all) and the workers follow; then an open loop at half of what the whole
sustains: a latency counts from the moment that the timetable says until the commit was heard of. The sender shares the
machine, so its own CPU is told apart too.
"""

import argparse
import asyncio
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from api.cluster.plan import Plan, real_cast
from api.cluster.ports import free_port
from api.cluster.record import Record
from api.cluster.supervisor import Supervisor
from benchmarks.figures import Figure, percentile, show
from benchmarks.mix import Mix
from benchmarks.processes import cpu_of
from services.events.encode import to_cloudevent
from services.events.envelope import Event
from streams.store.postgres import CHANGED

if TYPE_CHECKING:
    import psycopg

SENDERS = 32
WARMING = 5_000
BATCH = {"Content-Type": "application/cloudevents-batch+json"}
PATIENCE_SECONDS = 300.0


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Record]:
    """Give a running cluster of one node and some workers."""
    plan = Plan(home=folder, workers=workers, nodes=1, port=free_port())
    stopping, running, seen = threading.Event(), threading.Event(), list[Record]()

    def changed(record: Record) -> None:
        seen.append(record)
        if record.state == "running":
            running.set()

    supervisor = Supervisor(plan, real_cast(plan), changed, stopping.is_set)
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(supervisor.run)
        ended.add_done_callback(lambda _: running.set())
        running.wait()
        try:
            if ended.done():
                ended.result()
            yield seen[-1]
        finally:
            stopping.set()
        ended.result()


def cpu_by_kind(record: Record) -> dict[str, float]:
    """Return the CPU seconds so far of all parts of a kind, and of this process as the sender."""
    found = {"sender": time.process_time()}
    for part in record.parts:
        spent = cpu_of(part.pid, children=part.kind == "postgres")
        found[part.kind] = found.get(part.kind, 0.0) + spent
    return found


@dataclass(slots=True)
class Commits:
    """Hears of commits and knows when each event was first seen in the store, in seconds of `time.perf_counter`."""

    store: str
    seen: dict[str, float] = field(default_factory=dict)
    last: int = 0
    grown: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def listen(self) -> None:
        """Listen until cancelled."""
        import psycopg

        async with (
            await psycopg.AsyncConnection.connect(self.store, autocommit=True) as hearing,
            await psycopg.AsyncConnection.connect(self.store, autocommit=True) as reading,
        ):
            await hearing.execute(f"LISTEN {CHANGED}".encode())
            await self._look(reading)
            async for _ in hearing.notifies():
                await self._look(reading)

    async def _look(self, reading: "psycopg.AsyncConnection[tuple[object, ...]]") -> None:
        found = await reading.execute("SELECT id, position FROM events WHERE position > %s", (self.last,))
        now = time.perf_counter()
        async with self.grown:
            for name, position in await found.fetchall():
                self.seen[str(name)] = now
                self.last = max(self.last, int(str(position)))
            self.grown.notify_all()

    async def of(self, names: set[str]) -> None:
        """Return once every one of some events is committed."""
        async with asyncio.timeout(PATIENCE_SECONDS), self.grown:
            await self.grown.wait_for(lambda: names <= self.seen.keys())


@asynccontextmanager
async def heard(store: str) -> AsyncIterator[Commits]:
    """Give what hears of the commits of a store."""
    commits = Commits(store)
    listening = asyncio.create_task(commits.listen())
    try:
        yield commits
    finally:
        listening.cancel()


Request = tuple[bytes, tuple[str, ...]]


def requests_of(events: Sequence[Event], each: int) -> list[Request]:
    """Return bodies of so many events each, with the ids of these events."""
    groups = (events[start : start + each] for start in range(0, len(events), each))
    return [
        (b"[" + b",".join(map(to_cloudevent, group)) + b"]", tuple(event.id for event in group)) for group in groups
    ]


async def hand_over(client: aiohttp.ClientSession, body: bytes) -> None:
    """Send a body until it is acknowledged."""
    while True:
        async with client.post("/api/events/batch", data=body, headers=BATCH) as answer:
            if answer.status == 202:
                return
            if answer.status != 503:
                raise SystemExit(f"the node answered {answer.status}: {(await answer.text())[:300]}")
            pause = float(answer.headers.get("retry-after", "1"))
        await asyncio.sleep(pause)


async def at_full_speed(client: aiohttp.ClientSession, requests: Sequence[Request]) -> float:
    """Return the seconds until all requests are acknowledged, some at a time."""
    waiting = iter(requests)

    async def send() -> None:
        for body, _ in waiting:
            await hand_over(client, body)

    began = time.perf_counter()
    await asyncio.gather(*(send() for _ in range(SENDERS)))
    return time.perf_counter() - began


async def by_timetable(client: aiohttp.ClientSession, requests: Sequence[Request], rate: float) -> dict[str, float]:
    """Hand over so many requests a second whatever the answers do; return when each event was due."""
    due: dict[str, float] = {}
    began = time.perf_counter() + 0.05
    async with asyncio.TaskGroup() as sending:
        for number, (body, names) in enumerate(requests):
            moment = began + number / rate
            for name in names:
                due.setdefault(name, moment)
            await asyncio.sleep(max(0.0, moment - time.perf_counter()))
            sending.create_task(hand_over(client, body))
    return due


def spent(before: Mapping[str, float], after: Mapping[str, float], events: int) -> Iterator[Figure]:
    """Yield the CPU of each kind of part for an event."""
    for kind in ("node", "kafka", "worker", "postgres", "sender"):
        yield Figure(name=f"CPU of {kind}", value=(after[kind] - before[kind]) / events * 1e6, unit="µs/event")


async def measured(record: Record, events: int, seconds: float, each: int) -> list[Figure]:
    """Return what was measured of a fresh cluster."""
    mix = Mix()
    assert record.store
    patience = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
    async with (
        heard(record.store) as commits,
        aiohttp.ClientSession(record.nodes[0], timeout=patience, connector=aiohttp.TCPConnector(limit=256)) as client,
    ):
        for first in (mix.organisation(), list(mix.deliveries(WARMING))):
            warming = requests_of(first, 100)
            await at_full_speed(client, warming)
            await commits.of({name for _, names in warming for name in names})
        full = requests_of(list(mix.deliveries(events)), each)
        before, began = cpu_by_kind(record), time.perf_counter()
        acknowledging = await at_full_speed(client, full)
        await commits.of({name for _, names in full for name in names})
        committing, after = time.perf_counter() - began, cpu_by_kind(record)
        half = events / committing / 2
        calm = requests_of(list(mix.deliveries(round(half * seconds))), each)
        due = await by_timetable(client, calm, half / each)
        await commits.of(set(due))
    waits = [commits.seen[name] - moment for name, moment in due.items() if commits.seen[name] >= moment]
    return [
        Figure(name="acknowledged with acks=all", value=events / acknowledging, unit="events/s"),
        Figure(name="and committed", value=events / committing, unit="events/s"),
        *spent(before, after, events),
        *(
            Figure(name=f"HTTP in to committed at {half:,.0f}/s, p{share:g}", value=value * 1e3, unit="ms")
            for share in (50, 99)
            for value in [percentile(waits, share / 100)]
        ),
    ]


def measure(events: int, seconds: float, each: int, workers: int) -> Iterator[Figure]:
    """Yield what a fresh cluster takes in, and how long an event takes at half of that."""
    with tempfile.TemporaryDirectory(prefix="paceline-ingest-") as folder, cluster(Path(folder), workers) as record:
        yield from asyncio.run(measured(record, events, seconds, each))


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--events", type=int, default=60_000, help="how many are sent at full speed")
    asked.add_argument("--seconds", type=float, default=30.0, help="how long the open loop runs")
    asked.add_argument("--each", type=int, default=20, help="events in a request")
    asked.add_argument("--workers", type=int, default=1)
    chosen = asked.parse_args()
    title = f"Ingest through a node, {chosen.each} in a request, workers: {chosen.workers}"
    show(title, measure(chosen.events, chosen.seconds, chosen.each, chosen.workers))


if __name__ == "__main__":
    main()
