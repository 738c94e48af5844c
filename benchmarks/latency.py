"""How long an event takes from being handed over to a committed view, open loop, and where that saturates.

The sender keeps to its timetable whatever the writer does, and a latency counts from the moment that the timetable
says, so that waiting is not hidden. A bare loop that writes as many bytes and calls fsync for everything that waits
runs beside it, on the same disk and timetable.
"""

import argparse
import os
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TypeAlias

from api.cli.collecting import collect_rarely
from benchmarks.figures import Figure, percentile, show
from benchmarks.mix import Mix
from services.events.envelope import Event
from streams.embedded.home import Home
from streams.embedded.writer import Writer, system_clock
from streams.ledger.jobs import Job
from streams.projection.submission import Outcome

OFFERED = 5_000
EVENT_BYTES = 381
WINDOW = 2_000
Requests: TypeAlias = Sequence[Sequence[Event]]
Submit: TypeAlias = Callable[[Sequence[Event], Callable[[], None]], None]


class Bare:
    """Writes and syncs whatever waits, in a thread of its own: the floor that a disk sets."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        self._waiting: deque[tuple[int, Callable[[], None]]] = deque()
        self._some = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def submit(self, events: Sequence[Event], done: Callable[[], None]) -> None:
        """Write as many bytes as events take and say when they are safe."""
        self._waiting.append((len(events), done))
        self._some.release()

    def _run(self) -> None:
        while True:
            self._some.acquire()
            group = [self._waiting.popleft()]
            while len(group) < 1_000 and self._some.acquire(blocking=False):
                group.append(self._waiting.popleft())
            size = sum(count for count, _ in group)
            if not size:
                return
            os.write(self._file, bytes(EVENT_BYTES * size))
            os.fsync(self._file)
            for _, done in group:
                done()

    def stop(self) -> None:
        """End when everything is written."""
        self._waiting.append((0, lambda: None))
        self._some.release()
        self._thread.join()
        os.close(self._file)


def in_requests(events: Sequence[Event], each: int) -> Requests:
    """Return events in requests of some each."""
    return [events[start : start + each] for start in range(0, len(events), each)]


def open_loop(requests: Requests, offered: float, submit: Submit) -> list[float]:
    """Hand requests over by a timetable of `offered` a second; return each latency in seconds."""
    found: list[float] = []
    everything = threading.Event()
    began = time.perf_counter() + 0.05

    def done(due: float) -> None:
        found.append(time.perf_counter() - due)
        if len(found) == len(requests):
            everything.set()

    for number, request in enumerate(requests):
        due = began + number / offered
        early = due - time.perf_counter()
        if early > 0.0005:
            time.sleep(early)
        submit(request, partial(done, due))
    everything.wait()
    return found


def submitter(writer: Writer) -> Submit:
    """Return what hands requests of some events to a writer."""

    def submit(events: Sequence[Event], done: Callable[[], None]) -> None:
        job = Job(items=events)
        job.future.add_done_callback(partial(_told, done))
        writer.submit(job)

    return submit


def _told(done: Callable[[], None], future: Future[list[Outcome]]) -> None:
    future.result()
    done()


def saturation(requests: Requests, writer: Writer) -> tuple[float, float]:
    """Return events a second and per CPU second, with `WINDOW` events or a little more always waiting."""
    events, window = sum(map(len, requests)), -(-WINDOW // len(requests[0]))
    room = threading.Semaphore(window)
    submit = submitter(writer)
    wall, cpu = time.perf_counter(), time.process_time()
    for request in requests:
        room.acquire()
        submit(request, room.release)
    for _ in range(window):
        room.acquire()
    return events / (time.perf_counter() - wall), events / (time.process_time() - cpu)


def measure(seconds: float, stored: int, each: int) -> Iterator[Figure]:
    """Yield latencies at the offered rate, the bare loop's, and the saturation, on a store of `stored` events."""
    mix = Mix()
    offered = round(OFFERED * seconds)
    with tempfile.TemporaryDirectory(prefix="paceline-latency-") as folder:
        home = Home(Path(folder), now_us=system_clock())
        for _ in range(0, stored, 1_000):
            home.apply([Job(items=list(mix.deliveries(1_000)))], system_clock())
            home.tidy()
        bare = Bare(Path(folder) / "bare")
        writer = Writer(home, clock=system_clock, committed=lambda _: None)
        writer.start()
        first, second = (in_requests(list(mix.deliveries(offered)), each) for _ in range(2))
        collect_rarely()
        floor = open_loop(first, OFFERED / each, bare.submit)
        found = open_loop(first, OFFERED / each, submitter(writer))
        yield from _latencies(found, floor)
        rate, per_cpu = saturation(second, writer)
        yield Figure(name="saturation, fsync on", value=rate, unit="events/s", goal="≥ 15,000")
        yield Figure(name="the same per CPU second", value=per_cpu, unit="events/CPU-s")
        writer.stop()
        bare.stop()
        home.close()


def _latencies(found: list[float], floor: list[float]) -> Iterator[Figure]:
    for share in (0.5, 0.99):
        name = f"p{share * 100:.0f}"
        own, bare = percentile(found, share), percentile(floor, share)
        last = share == 0.99
        yield Figure(name=f"{name} at {OFFERED:,}/s", value=own * 1e3, unit="ms", goal="≤ 20" if last else "")
        yield Figure(name=f"{name} of a bare fsync loop", value=bare * 1e3, unit="ms")
        yield Figure(name=f"{name}, ratio", value=own / bare, unit="times", goal="≤ 3" if last else "")


def main() -> None:
    """Measure and print."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--seconds", type=float, default=20.0, help="how long the open loop runs")
    reading.add_argument("--stored", type=int, default=0, help="events in the store before")
    reading.add_argument("--each", type=int, default=0, help="events in a request; default: 1, then 20")
    chosen = reading.parse_args()
    for each in [chosen.each] if chosen.each else [1, 20]:
        show(f"Append to committed view, {each} in a request", measure(chosen.seconds, chosen.stored, each))


if __name__ == "__main__":
    main()
