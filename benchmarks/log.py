"""The log on Kafka: acknowledged events per second with acks=all, and reading frames beside single records.

A real broker of one node runs beside; its CPU is told apart.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from api.cluster.brokers import Brokers
from benchmarks.figures import Figure, show
from benchmarks.mix import Mix
from benchmarks.processes import cpu_of
from services.events.envelope import Event
from streams.kafka import admin
from streams.kafka.frames import Record, pack, unpack
from streams.kafka.log import KafkaLog

SENDERS = 256
FRAME = 100
NOW_US = 2**52


def reading(events: Sequence[Event]) -> Iterator[Figure]:
    """Yield events per CPU second of reading, in single records and in frames, and of packing the frames."""
    singles = [record for event in events for record in pack([event])]
    began = time.process_time()
    frames = [record for start in range(0, len(events), FRAME) for record in pack(events[start : start + FRAME])]
    packing = len(events) / (time.process_time() - began)
    yield Figure(name=f"packing into frames of {FRAME}", value=packing, unit="events/CPU-s")
    yield Figure(name="reading single records", value=_read(singles), unit="events/CPU-s")
    yield Figure(name=f"reading frames of {FRAME}", value=_read(frames), unit="events/CPU-s", goal="> 100,000")


def _read(records: Sequence[Record]) -> float:
    began = time.process_time()
    for record in records:
        unpack(record.value, record.headers, place="", now_us=NOW_US)
    return sum(record.count for record in records) / (time.process_time() - began)


async def writing(address: str, prefix: str, events: Sequence[Event], each: int) -> tuple[float, float]:
    """Append events, so many in a request of each of `SENDERS`; return the seconds and the CPU seconds it took."""
    await admin.create(address, prefix=prefix)
    log = KafkaLog(address, prefix=prefix, wait_seconds=30.0, waiting_max=len(events))
    await log.start()
    requests = iter([events[start : start + each] for start in range(0, len(events), each)])

    async def send() -> None:
        for request in requests:
            await log.append(request)

    await log.append(Mix().organisation())
    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(send() for _ in range(SENDERS)))
    found = time.perf_counter() - began, time.process_time() - cpu
    await log.stop()
    return found


def measure(count: int) -> Iterator[Figure]:
    """Yield what writing and reading so many events took."""
    events = list(Mix().deliveries(count))
    yield from reading(events)
    with tempfile.TemporaryDirectory(prefix="paceline-log-") as folder:
        brokers = Brokers(Path(folder))
        try:
            brokers.start()
            for each in (1, 20):
                before = cpu_of(brokers.members[0].pid)
                wall, cpu = asyncio.run(writing(brokers.address, f"bench{each}", events, each))
                broker = cpu_of(brokers.members[0].pid) - before
                named = f"acknowledged, {each} in a request"
                yield Figure(name=named, value=count / wall, unit="events/s")
                yield Figure(name=f"{named}, by the CPU of the sender", value=count / cpu, unit="events/CPU-s")
                yield Figure(name=f"{named}, CPU of the broker", value=broker / count * 1e6, unit="µs/event")
        finally:
            brokers.kill()


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=300_000)
    show("Log on Kafka", measure(asked.parse_args().events))


if __name__ == "__main__":
    main()
