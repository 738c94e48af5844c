"""Workers: from log to handler, and from log to committed numbers in Postgres, beside Quix Streams.

A real broker and a real Postgres run beside; every part's CPU is told apart. `--quix PYTHON` names an interpreter that
has `quixstreams[postgresql]` (no dependency of Paceline).
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from api.cluster.brokers import Brokers
from api.cluster.database import Database
from benchmarks.figures import Figure, show
from benchmarks.mix import Mix
from benchmarks.processes import cpu_of
from services.events.envelope import Event
from streams.kafka import admin
from streams.kafka.frames import Record, pack
from streams.kafka.topics import partition_of, topic_of

FRAME = 100
PARTITIONS = 12
KINDS = ("single", "frames")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bench:
    """Where it is measured, and how many events each topic holds."""

    brokers: Brokers
    database: Database
    events: int

    def broker_cpu(self) -> float:
        """Return the CPU seconds of the broker so far."""
        return cpu_of(self.brokers.members[0].pid)

    def store_cpu(self) -> float:
        """Return the CPU seconds of Postgres so far, with those of its processes that have ended."""
        return cpu_of(self.database.pid, children=True)


def placed(events: Sequence[Event], each: int) -> Iterator[tuple[int, Record, str]]:
    """Yield the records of events, so many in one, with their partitions; a key where there is one event alone."""
    parts: list[list[Event]] = [[] for _ in range(PARTITIONS)]
    for event in events:
        parts[partition_of(event.subject, PARTITIONS)].append(event)
    for part, own in enumerate(parts):
        for start in range(0, len(own), each):
            group = own[start : start + each]
            for record in pack(group):
                yield part, record, group[0].subject


async def fill(kafka: str, events: Sequence[Event], frame: int) -> None:
    """Write the same events into topics of both kinds, so many in a frame."""
    from aiokafka import AIOKafkaProducer

    for kind in KINDS:
        await admin.create(kafka, prefix=kind, partitions=PARTITIONS)
        producer = AIOKafkaProducer(bootstrap_servers=kafka, linger_ms=5)
        await producer.start()
        topic, sent = topic_of("deal/x", kind), []
        for part, record, subject in placed(events, 1 if kind == "single" else frame):
            key = subject.encode() if kind == "single" else None
            headers = list(record.headers)
            sent.append(await producer.send(topic, record.value, key=key, partition=part, headers=headers))
        await asyncio.gather(*sent)
        await producer.stop()


def engine(what: str, *words: str) -> list[str]:
    """Return the command of a worker in a process of its own."""
    return [sys.executable, "-m", "benchmarks.working", what, *words]


def to_handler(bench: Bench, kind: str) -> float:
    """Return events per CPU second of a worker that only consumes, decodes and commits."""
    (line,) = _run([engine("handler", bench.brokers.address, kind, str(bench.events), "")])
    return bench.events / float(line.split()[0])


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """CPU seconds by part, for all events; seconds of waiting for the turn and of having it, and that all worked."""

    worker: float
    store: float
    broker: float
    waited: float = 0.0
    held: float = 0.0
    wall: float = 1.0


def to_numbers(bench: Bench, kind: str, workers: int, name: str) -> Cost:
    """Return what it costs until the numbers of all events are committed."""
    from streams.store.postgres import make_store

    store = made(bench.database, name)
    make_store(store)
    before, began = (bench.store_cpu(), bench.broker_cpu()), time.perf_counter()
    lines = _run([engine("store", bench.brokers.address, kind, str(bench.events), store, name)] * workers)
    rows = [[float(word) for word in line.split()] for line in lines]
    return Cost(
        worker=sum(row[0] for row in rows),
        store=bench.store_cpu() - before[0],
        broker=bench.broker_cpu() - before[1],
        waited=sum(row[1] for row in rows),
        held=sum(row[2] for row in rows),
        wall=(time.perf_counter() - began) * workers,
    )


def made(database: Database, name: str) -> str:
    """Return the address of a new database."""
    import psycopg

    with psycopg.connect(database.address("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return database.address(name)


def _run(commands: Sequence[list[str]]) -> list[str]:
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
    found = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        raise SystemExit("a worker failed")
    return found


def of_quix(bench: Bench, python: str, kind: str, store: str) -> tuple[float, float, float]:
    """Return the CPU seconds of Quix Streams, of the store and of the broker for all events."""
    before = bench.store_cpu(), bench.broker_cpu()
    shape = kind.rpartition("-")[2]
    command = [
        python,
        "benchmarks/quix.py",
        kind,
        bench.brokers.address,
        topic_of("deal/x", shape),
        str(bench.events),
        store,
    ]
    (line,) = _run([command])
    return float(line), bench.store_cpu() - before[0], bench.broker_cpu() - before[1]


def measure(count: int, quix: str | None, *, frame: int = FRAME, numbers: bool = True) -> Iterator[Figure]:
    """Yield what it took to read and to apply so many events, alone and so many in a frame."""
    events = list(Mix().deliveries(count))
    with tempfile.TemporaryDirectory(prefix="paceline-workers-") as folder, ExitStack() as ending:
        brokers, database = Brokers(Path(folder) / "kafka"), Database(Path(folder) / "postgres")
        ending.callback(brokers.kill)
        ending.callback(database.kill)
        brokers.start()
        database.start()
        asyncio.run(fill(brokers.address, events, frame))
        bench = Bench(brokers=brokers, database=database, events=count)
        yield from _handlers(bench, quix)
        if numbers:
            yield from _numbers(bench, quix)


def _handlers(bench: Bench, quix: str | None) -> Iterator[Figure]:
    paceline, peer = {}, {}
    for kind in KINDS:
        paceline[kind] = to_handler(bench, kind)
        yield Figure(name=f"log to handler, {kind}", value=paceline[kind], unit="events/CPU-s")
    if quix is None:
        return
    for kind in KINDS:
        peer[kind] = bench.events / of_quix(bench, quix, f"count-{kind}", "postgresql://")[0]
        yield Figure(name=f"log to handler, {kind}, Quix Streams", value=peer[kind], unit="events/CPU-s")
    yield Figure(name="frames / Quix, single", value=paceline["frames"] / peer["single"], unit="times", goal="≥ 4")
    best = max(peer["single"], peer["frames"])
    yield Figure(name="frames / Quix at its best", value=paceline["frames"] / best, unit="times", goal="≥ 1")
    yield Figure(name="single / Quix, single", value=paceline["single"] / peer["single"], unit="times")


def _numbers(bench: Bench, quix: str | None) -> Iterator[Figure]:
    for kind in reversed(KINDS):
        yield from _costs(f"log to numbers, {kind}", to_numbers(bench, kind, 1, f"one_{kind}"), bench.events)
    one, two = (to_numbers(bench, "frames", workers, f"again_{workers}") for workers in (1, 2))
    ratio = two.worker / one.worker
    yield Figure(name="CPU of two workers / of one", value=ratio, unit="times", goal="≤ 1.15")
    yield Figure(name="waiting for the turn, two workers", value=two.waited / two.wall, unit="of their time")
    if quix is None:
        return
    for kind in KINDS:
        name = f"quix_{kind}"
        own, store, broker = of_quix(bench, quix, f"state-{kind}", made(bench.database, name))
        cost = Cost(worker=own, store=store, broker=broker)
        yield from _costs(f"small processor and sink, {kind}, Quix", cost, bench.events)


def _costs(name: str, cost: Cost, events: int) -> Iterator[Figure]:
    yield Figure(name=name, value=events / cost.worker, unit="events/CPU-s of the worker")
    for part, seconds in (("worker", cost.worker), ("Postgres", cost.store), ("broker", cost.broker)):
        yield Figure(name=f"{name}, {part}", value=seconds / events * 1e6, unit="µs/event")
    if cost.held:
        yield Figure(name=f"{name}, the turn", value=cost.held / events * 1e6, unit="µs/event")


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=200_000)
    asked.add_argument("--frame", type=int, default=FRAME, help="events in a frame; under load up to 500 come together")
    asked.add_argument("--handlers", action="store_true", help="only from log to handler")
    asked.add_argument("--quix", metavar="PYTHON", help="an interpreter that has quixstreams[postgresql]")
    chosen = asked.parse_args()
    show("Workers", measure(chosen.events, chosen.quix, frame=chosen.frame, numbers=not chosen.handlers))


if __name__ == "__main__":
    main()
