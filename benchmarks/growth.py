"""What an event costs as the store grows, what it takes on the disk, and what boards cost at the full size."""

import argparse
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from api.cli.collecting import collect_rarely
from benchmarks.figures import Figure, probe, resident_bytes, show
from benchmarks.mix import Mix
from services.scope import ADMIN
from services.view import AsOf
from streams.answers.questions import Ask, Questions
from streams.embedded.home import Home
from streams.embedded.writer import system_clock
from streams.ledger.jobs import Job
from streams.store.sqlite import open_reader

REPS = 1_000
# Five million events are about two years.
STEP_US = 12_000_000
BATCH = 1_000
WINDOW = 20_000
QUARTER = "2025-Q1"
ROUNDS = 20


def load(home: Home, mix: Mix, marks: tuple[int, ...]) -> Iterator[tuple[int, float, float]]:
    """Store events up to the last mark; yield (stored, CPU seconds per event, CPU seconds of the probe) at each.

    A cost is taken over the `WINDOW` events before its mark, and the probe runs between its batches, so that a
    machine that slows down meanwhile slows both.
    """
    stored = 0
    for mark in marks:
        cost = probes = 0.0
        while stored < mark:
            batch = list(mix.deliveries(BATCH))
            began = time.process_time()
            home.apply([Job(items=batch)], system_clock())
            home.tidy()
            stored += BATCH
            if stored > mark - WINDOW:
                cost += time.process_time() - began
                probes += probe()
        batches = min(WINDOW, mark) // BATCH
        yield stored, cost / (batches * BATCH), probes / batches


def measure(events: int) -> Iterator[Figure]:
    """Yield costs at the three sizes that `events`, a tenth of it and 30,000 are, and the boards of the last."""
    with tempfile.TemporaryDirectory(prefix="paceline-growth-") as folder:
        home = Home(Path(folder), now_us=system_clock())
        collect_rarely()
        memory: list[int] = []
        costs: list[float] = []
        mix = Mix(reps=REPS, step_us=STEP_US)
        home.apply([Job(items=mix.organisation())], system_clock())
        sizes = tuple(sorted({min(30_000, events), max(events // 10, BATCH), events}))
        halfway = 0
        for stored, cost, probed in load(home, mix, sizes):
            costs.append(cost / probed)
            memory.append(resident_bytes())
            halfway = system_clock() if stored == sizes[-2] else halfway
            yield Figure(name=f"CPU per event at {stored:,} stored", value=cost * 1e6, unit="µs")
            yield Figure(name="  in probes of the same moment", value=cost / probed * 1e6, unit="millionths")
        yield Figure(name="cost at the last size / the one before", value=costs[-1] / costs[-2], unit="", goal="≤ 1.2")
        yield Figure(name="cost at the last size / the first", value=costs[-1] / costs[0], unit="", goal="≤ 2")
        yield Figure(name="memory at the last size / the one before", value=memory[-1] / memory[-2], unit="")
        yield Figure(name="memory at the last size", value=memory[-1] / 2**20, unit="MiB")
        home.checkpoint()
        (applied,) = home.connection.execute("SELECT COUNT(*) FROM events").fetchone()
        yield Figure(name="on the disk", value=home.path.stat().st_size / applied, unit="bytes/event")
        yield from boards(home.path, halfway)
        home.close()


def boards(path: Path, known_at_us: int) -> Iterator[Figure]:
    """Yield what a board of all reps over a quarter costs, today and as of the moment `known_at_us`."""
    questions = Questions(partial(open_reader, path), clock=system_clock)
    today = Ask(metric="won_amount", period=QUARTER)
    past = Ask(metric="won_amount", period=QUARTER, view=AsOf(known_at_us))
    rows = len(questions.board(today, ADMIN).places)
    yield Figure(name="rows of the board", value=rows, unit="reps")
    yield Figure(name="a board over a quarter", value=_cost(questions, today), unit="ms of CPU", goal="≤ 20")
    yield Figure(name="the same as of the past", value=_cost(questions, past), unit="ms of CPU", goal="≤ 300")
    questions.close()


def _cost(questions: Questions, ask: Ask) -> float:
    """Return the milliseconds of CPU of one board, the mean of `ROUNDS` after one that warms up."""
    questions.board(ask, ADMIN)
    began = time.process_time()
    for _ in range(ROUNDS):
        questions.board(ask, ADMIN)
    return (time.process_time() - began) / ROUNDS * 1e3


def main() -> None:
    """Measure and print."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--events", type=int, default=5_000_000, help="deliveries at the full size")
    show("Growth", measure(reading.parse_args().events))


if __name__ == "__main__":
    main()
