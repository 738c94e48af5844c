"""A cluster whose every member is a stand-in, run by the real supervisor in a thread."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from api.cluster.members import Member, ProgramMember
from api.cluster.plan import Plan
from api.cluster.ports import HOST, free_port
from api.cluster.record import Kind, Record
from api.cluster.supervisor import Supervisor
from services.errors import PacelineError

STANDIN = (sys.executable, str(Path(__file__).with_name("standin.py")))
PATIENCE_SECONDS = 60.0


def until(true: Callable[[], bool]) -> None:
    """Return once something is so."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


class Call(msgspec.Struct, frozen=True):
    """One call of the stand-in."""

    words: list[str]
    pid: int
    HOME: str
    STORE: str
    KAFKA: str


def calls(home: Path) -> list[Call]:
    """Return how the stand-in was called, in order."""
    path = home / "calls"
    return msgspec.json.decode(b"[" + b",".join(path.read_bytes().splitlines()) + b"]", type=list[Call])


@dataclass(frozen=True, slots=True)
class StandIns:
    """Two servers and the programs of a plan, all stand-ins."""

    plan: Plan
    kafka: str = "127.0.0.1:1"
    store: str = "postgresql://paceline:secret@127.0.0.1:2/paceline"

    def environment(self) -> Mapping[str, str]:
        """Return what the stand-ins are told."""
        return dict(os.environ) | {"PACELINE_HOME": str(self.plan.home)}

    def servers(self) -> list[Member]:
        """Return two servers."""
        return [self._member("postgres", "postgres", free_port()), self._member("kafka", "kafka", free_port())]

    def programs(self) -> list[Member]:
        """Return one worker and one node."""
        return [self._member("worker-1", "worker", 0), self._member("node-1", "node", self.plan.port)]

    def _member(self, name: str, kind: Kind, port: int) -> ProgramMember:
        return ProgramMember(
            name=name,
            kind=kind,
            words=(*STANDIN, *(("serve", "--port", str(port)) if port else ("work",))),
            environment=self.environment,
            log=self.plan.logs / f"{name}.log",
            address=f"http://{HOST}:{port}" if port else "",
            grace_seconds=PATIENCE_SECONDS if (self.plan.home / "broken").exists() else 0.0,
        )


@dataclass(slots=True)
class Watched:
    """A supervisor in a thread, and what it said."""

    plan: Plan
    records: list[Record] = field(default_factory=list)
    failure: PacelineError | None = None
    stopping: bool = False

    def run(self) -> None:
        """Run until stopped."""
        supervisor = Supervisor(
            self.plan, StandIns(self.plan), self.records.append, lambda: self.stopping, waits=(0.0, 0.1)
        )
        try:
            supervisor.run()
        except PacelineError as error:
            self.failure = error

    @property
    def last(self) -> Record:
        """Return the newest record."""
        return self.records[-1]

    def steps(self, state: str) -> list[str]:
        """Return the parts in the order in which they first came to a state."""
        found: dict[str, None] = {}
        for record in self.records:
            found |= dict.fromkeys(part.name for part in record.parts if part.state == state)
        return list(found)


def plan_of(home: Path) -> Plan:
    """Return a small plan."""
    return Plan(home=home, workers=1, nodes=1, port=free_port(), program=STANDIN)


@contextmanager
def watched(plan: Plan) -> Iterator[Watched]:
    """Give a supervisor at work, and stop it in the end."""
    found = Watched(plan)
    thread = threading.Thread(target=found.run)
    thread.start()
    try:
        until(lambda: bool(found.failure or (found.records and found.last.state == "running")))
        yield found
    finally:
        found.stopping = True
        thread.join(PATIENCE_SECONDS)
