"""Power cuts: a client that sends to a home whose disk loses power again and again, and knows what was acknowledged."""

import random
import shutil
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from services.events.decode import read
from streams.embedded.home import Home
from streams.ledger.jobs import Job
from tests.faults.disk import Disk, mounted
from tests.faults.traffic import Facts
from tests.stores import Wire, us

NOW_US = us("2040-01-01T00:00:00Z")
EVENTS = 5
OPERATIONS_MAX = 10_000
CHECKPOINT_SHARE = 0.1


@dataclass(slots=True)
class Outages:
    """What a client knows after power cuts: every fact that it sent, and which were acknowledged."""

    facts: list[Wire] = field(default_factory=list)
    acked: set[str] = field(default_factory=set)
    cuts: int = 0


@dataclass(slots=True)
class _Client:
    folder: Path
    pragma: str
    dice: random.Random
    source: Facts
    told: Outages = field(default_factory=Outages)
    pending: list[Wire] = field(default_factory=list)

    def live(self, disk: Disk) -> None:
        """Send to a home until its power fails; begin with what was not acknowledged."""
        try:
            home = Home(self.folder, now_us=NOW_US)
        except sqlite3.Error:
            return
        try:
            home.connection.execute(f"PRAGMA {self.pragma}")
            while not disk.dead:
                self.send(home)
        except sqlite3.Error:
            assert disk.dead
        finally:
            home.close()

    def send(self, home: Home) -> None:
        """Send one request, and sometimes move the log of the file into the file."""
        if not self.pending:
            self.pending = self.source.take(EVENTS)
            self.told.facts.extend(self.pending)
        home.apply([Job(items=[read(wire, now_us=NOW_US) for wire in self.pending])], NOW_US)
        self.told.acked.update(str(fact["id"]) for fact in self.pending)
        self.pending = []
        if self.dice.random() < CHECKPOINT_SHARE:
            home.checkpoint()


def cut_power(folder: Path, *, cuts: int, pragma: str = "synchronous", seed: int = 2) -> Outages:
    """Cut the power `cuts` times at random operations of the disk, send what is left, and return.

    What is left of the store lies in the folder `disk`; `pragma` is said to every connection before it is used.
    """
    live, durable = folder / "live", folder / "disk"
    durable.mkdir()
    dice = random.Random(seed)
    client = _Client(live, pragma, dice, Facts(seed=seed, deals=900, reps=20))
    for _ in range(cuts):
        shutil.copytree(durable, live)
        disk = Disk(durable=durable, dice=dice, alive_for=dice.randrange(1, OPERATIONS_MAX))
        with mounted(disk):
            client.live(disk)
        assert disk.dead
        client.told.cuts += 1
        shutil.rmtree(live)
    _finish(client, durable)
    return client.told


def _finish(client: _Client, durable: Path) -> None:
    home = Home(durable, now_us=NOW_US)
    if client.pending:
        client.send(home)
    home.close()
