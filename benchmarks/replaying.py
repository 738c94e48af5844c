"""How fast the archive is replayed, and whether the numbers come out the same to the last byte."""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from api.cli.collecting import collect_rarely
from benchmarks.figures import Figure, probe, show
from benchmarks.mix import Mix
from streams.embedded.home import Home
from streams.embedded.writer import system_clock
from streams.history.verify import digests, replay_all
from streams.ledger.jobs import Job
from streams.store.sqlite import open_scratch


def measure(events: int) -> Iterator[Figure]:
    """Yield events per CPU second of a replay beside those of the first time, and how many tables differ."""
    mix = Mix()
    with tempfile.TemporaryDirectory(prefix="paceline-replaying-") as folder:
        home = Home(Path(folder), now_us=system_clock())
        collect_rarely()
        spent = 0.0
        for _ in range(0, events, 1_000):
            batch = list(mix.deliveries(1_000))
            began = time.process_time()
            home.apply([Job(items=batch)], system_clock())
            home.tidy()
            spent += time.process_time() - began
        with closing(open_scratch(Path(folder) / "scratch.db")) as scratch:
            began = time.process_time()
            replayed = replay_all(home.connection, scratch)
            cpu = time.process_time() - began
            here, there = digests(home.connection), digests(scratch)
        differing = sum(here[table] != there[table] for table in here)
        yield Figure(name="events replayed", value=replayed, unit="events")
        yield Figure(name="replay", value=replayed / cpu, unit="events/CPU-s", goal="≥ 30,000")
        yield Figure(name="the first time, fsync on", value=events / spent, unit="deliveries/CPU-s")
        yield Figure(name="a replayed event in probes", value=cpu / replayed / probe() * 1e6, unit="millionths")
        yield Figure(name="tables that differ from the store", value=differing, unit=f"of {len(here)}", goal="0")
        home.close()


def main() -> None:
    """Measure and print."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--events", type=int, default=1_000_000, help="deliveries in the store")
    show("Replay", measure(reading.parse_args().events))


if __name__ == "__main__":
    main()
