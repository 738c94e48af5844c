"""How long an event takes from being handed over to a committed view, open loop, and where that saturates.

The sender keeps to its timetable whatever the writer does, and a latency counts from the moment that the timetable
says, so that waiting is not hidden. A bare loop that writes as many bytes and calls fsync for everything that waits
runs beside it, on the same disk and timetable.
"""

import argparse
import gc
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

from benchmarks.figures import Figure, percentile, show
from benchmarks.mix import Mix
from services.events.envelope import Event
from streams.home import Home
from streams.jobs import Job
from streams.submission import Outcome
from streams.writer import Writer, system_clock

OFFERED = 5_000
EVENT_BYTES = 381
WINDOW = 2_000
Submit: TypeAlias = Callable[[Event, Callable[[], None]], None]


class Bare:
    """Writes and syncs whatever waits, in a thread of its own: the floor that a disk sets."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        self._waiting: deque[Callable[[], None]] = deque()
        self._some = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def submit(self, _: Event, done: Callable[[], None]) -> None:
        """Write an event's worth of bytes and say when it is safe."""
        self._waiting.append(done)
        self._some.release()

    def _run(self) -> None:
        while True:
            self._some.acquire()
            group = [self._waiting.popleft()]
            while len(group) < 1_000 and self._some.acquire(blocking=False):
                group.append(self._waiting.popleft())
            if group[-1] is _end:
                return
            os.write(self._file, bytes(EVENT_BYTES * len(group)))
            os.fsync(self._file)
            for done in group:
                done()

    def stop(self) -> None:
        """End when everything is written."""
        self._waiting.append(_end)
        self._some.release()
        self._thread.join()
        os.close(self._file)


def _end() -> None:
    """Stand for the end of what waits."""


def open_loop(events: Sequence[Event], offered: int, submit: Submit) -> list[float]:
    """Hand events over by a timetable of `offered` a second; return each latency in seconds."""
    found: list[float] = []
    everything = threading.Event()
    began = time.perf_counter() + 0.05

    def done(due: float) -> None:
        found.append(time.perf_counter() - due)
        if len(found) == len(events):
            everything.set()

    for number, event in enumerate(events):
        due = began + number / offered
        early = due - time.perf_counter()
        if early > 0.0005:
            time.sleep(early)
        submit(event, partial(done, due))
    everything.wait()
    return found


def submitter(writer: Writer) -> Submit:
    """Return what hands single events to a writer."""

    def submit(event: Event, done: Callable[[], None]) -> None:
        job = Job(items=[event])
        job.future.add_done_callback(partial(_told, done))
        writer.submit(job)

    return submit


def _told(done: Callable[[], None], future: Future[list[Outcome]]) -> None:
    future.result()
    done()


def saturation(events: Sequence[Event], writer: Writer) -> tuple[float, float]:
    """Return events a second and per CPU second, with `WINDOW` single events always waiting."""
    room = threading.Semaphore(WINDOW)
    submit = submitter(writer)
    wall, cpu = time.perf_counter(), time.process_time()
    for event in events:
        room.acquire()
        submit(event, room.release)
    for _ in range(WINDOW):
        room.acquire()
    return len(events) / (time.perf_counter() - wall), len(events) / (time.process_time() - cpu)


def measure(seconds: float, stored: int) -> Iterator[Figure]:
    """Yield latencies at the offered rate, the bare loop's, and the saturation, on a store of `stored` events."""
    mix = Mix()
    offered = round(OFFERED * seconds)
    with tempfile.TemporaryDirectory(prefix="paceline-latency-") as folder:
        home = Home(Path(folder), now_us=system_clock())
        for _ in range(0, stored, 1_000):
            home.apply([Job(items=list(mix.deliveries(1_000)))], system_clock())
            home.tidy()
        bare = Bare(Path(folder) / "bare")
        writer = Writer(home, clock=system_clock, committed=lambda: None)
        writer.start()
        gc.collect()
        gc.freeze()
        floor = open_loop(list(mix.deliveries(offered)), OFFERED, bare.submit)
        found = open_loop(list(mix.deliveries(offered)), OFFERED, submitter(writer))
        yield from _latencies(found, floor)
        rate, per_cpu = saturation(list(mix.deliveries(offered * 2)), writer)
        yield Figure(name="saturation, single events, fsync on", value=rate, unit="events/s", goal="≥ 15,000")
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
    chosen = reading.parse_args()
    show("Append to committed view", measure(chosen.seconds, chosen.stored))


if __name__ == "__main__":
    main()
