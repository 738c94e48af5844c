"""Events per CPU second beside Bytewax 0.21 with recovery on: the same small processor, the same events.

Bytewax is no dependency of Paceline: `pip install bytewax==0.21.1` (Python 3.8 to 3.12) brings it. Each engine runs in
a process of its own, so that the CPU of all its threads is counted. The full projector stands beside: it does more.
"""

import argparse
import importlib.util
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from api.cli.collecting import collect_rarely
from benchmarks.figures import Figure, show
from benchmarks.mix import Mix
from benchmarks.small import Known, OnSqlite, step
from services.events.envelope import Event
from streams.embedded.home import Home
from streams.embedded.writer import system_clock
from streams.ledger.jobs import Job

BATCH = 1_000
SNAPSHOT = timedelta(seconds=1)
MISSING = "Bytewax is not installed: pip install bytewax==0.21.1"


def on_sqlite(events: list[Event], folder: Path) -> int:
    """Run the small processor on SQLite; return what all reps won together."""
    processor = OnSqlite(folder / "small.db")
    for start in range(0, len(events), BATCH):
        processor.apply(events[start : start + BATCH])
    return sum(processor.won().values())


def on_paceline(events: list[Event], folder: Path) -> int:
    """Run the full projector; return what all reps won together, in major units."""
    home = Home(folder, now_us=system_clock())
    for start in range(0, len(events), BATCH):
        home.apply([Job(items=events[start : start + BATCH])], system_clock())
        home.tidy()
    rows = home.connection.execute(
        "SELECT SUM(amount) FROM cells WHERE span = 'month' AND measure = 'won' AND rules = 1"
    ).fetchone()
    return int(rows[0]) // 100


def on_bytewax(events: list[Event], folder: Path) -> int:
    """Run the small processor as a Bytewax flow with a snapshot every second; return what all reps won together."""
    from bytewax import operators as op
    from bytewax.dataflow import Dataflow
    from bytewax.recovery import RecoveryConfig, init_db_dir
    from bytewax.testing import TestingSink, TestingSource, run_main

    def deal(state: Known | None, event: Event) -> tuple[Known, list[tuple[str, int]]]:
        new, change = step(state, event)
        return new, [change] if change else []

    def rep(state: int | None, change: int) -> tuple[int, int]:
        total = (state or 0) + change
        return total, total

    found: list[tuple[str, int]] = []
    flow = Dataflow("small")
    source = op.input("events", flow, TestingSource(events, batch_size=BATCH))
    changes = op.stateful_flat_map("deal", op.key_on("subject", source, lambda event: event.subject), deal)
    by_rep = op.map("by rep", changes, lambda pair: pair[1])
    op.output("out", op.stateful_map("rep", by_rep, rep), TestingSink(found))
    init_db_dir(folder, 1)
    run_main(flow, epoch_interval=SNAPSHOT, recovery_config=RecoveryConfig(str(folder)))
    return sum(dict(found).values())


ENGINES: dict[str, Callable[[list[Event], Path], int]] = {
    "sqlite": on_sqlite,
    "bytewax": on_bytewax,
    "paceline": on_paceline,
}


def run(engine: str, count: int) -> None:
    """Run one engine in this process and print the CPU seconds of its work and the sum that it came to."""
    events = list(Mix().deliveries(count))
    collect_rarely()
    before = _cpu()
    with tempfile.TemporaryDirectory(prefix="paceline-peers-") as folder:
        total = ENGINES[engine](events, Path(folder))
    sys.stdout.write(f"{_cpu() - before} {total}\n")


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _measured(engine: str, count: int) -> tuple[float, int]:
    command = [sys.executable, "-m", "benchmarks.peers", "--engine", engine, "--events", str(count)]
    seconds, total = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return count / float(seconds), int(total)


def measure(count: int) -> Iterator[Figure]:
    """Yield events per CPU second of each engine, after checking that the small ones come to the same sum."""
    small, won = _measured("sqlite", count)
    full, full_won = _measured("paceline", count)
    yield Figure(name="small processor on SQLite, fsync on", value=small, unit="events/CPU-s")
    yield Figure(name="Paceline's full projector, fsync on", value=full, unit="events/CPU-s")
    yield Figure(name="won by the full one / the small one", value=full_won / won, unit="")
    if importlib.util.find_spec("bytewax") is None:
        sys.stdout.write(f"  {MISSING}\n")
        return
    peer, peer_won = _measured("bytewax", count)
    if peer_won != won:
        raise SystemExit(f"the engines disagree: {won} on SQLite, {peer_won} with Bytewax")
    yield Figure(name="Bytewax, recovery on, a snapshot a second", value=peer, unit="events/CPU-s")
    yield Figure(name="small processor / Bytewax", value=small / peer, unit="times", goal="≥ 5")
    yield Figure(name="full projector / Bytewax's small one", value=full / peer, unit="times")


def main() -> None:
    """Measure and print, or run one engine."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--events", type=int, default=200_000, help="deliveries")
    reading.add_argument("--engine", choices=sorted(ENGINES), help="run one engine here")
    chosen = reading.parse_args()
    if chosen.engine:
        run(chosen.engine, chosen.events)
    else:
        show("Beside other engines", measure(chosen.events))


if __name__ == "__main__":
    main()
