"""The supervisor: starts the members of a cluster in order, starts again what ends, and stops all in the end."""

import fcntl
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from api.cluster.ending import end_programs
from api.cluster.members import Member
from api.cluster.plan import PREPARATIONS, Cast, Plan
from api.cluster.processes import birth_of
from api.cluster.record import Part, Record, State, read_record, remove_record, write_record
from services.errors import PacelineError

# Seconds until the next attempt, for the first end, the second and so on; the last for all that follow.
WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
# Who ran this long is not failing; its next end counts as the first again.
SOUND_SECONDS = 60.0
_POLL_SECONDS = 0.1

Changed = Callable[[Record], None]


class ClusterRunning(PacelineError):
    """A second cluster in the same data folder."""

    def __init__(self, home: Path) -> None:
        super().__init__(f"A cluster is running in {home}. `paceline cluster status` shows it, `down` stops it.")


class PreparationFailed(PacelineError):
    """A command that had to succeed before workers and nodes could start."""

    def __init__(self, words: Sequence[str], said: str) -> None:
        super().__init__(f"`paceline {' '.join(words)}` failed: {said.strip() or 'it said nothing'}")


@dataclass(slots=True)
class _Seat:
    """A member and what is known of it."""

    member: Member
    state: State = "waiting"
    restarts: int = 0
    failures: int = 0
    since: float = 0.0
    due: float = 0.0
    pid: int = 0
    birth: str = ""

    def part(self) -> Part:
        """Return what is written down of it."""
        return Part(
            name=self.member.name,
            kind=self.member.kind,
            state=self.state,
            pid=self.pid,
            birth=self.birth,
            address=self.member.address,
            log=str(self.member.log),
            restarts=self.restarts,
        )

    def seen(self, state: State) -> None:
        """Write down its state and its process."""
        self.state = state
        self.pid = self.member.pid or 0
        self.birth = birth_of(self.pid) if self.pid else ""


@dataclass(slots=True)
class Supervisor:
    """Runs a plan until `stopping` says so; `changed` hears of every change."""

    plan: Plan
    cast: Cast
    changed: Changed
    stopping: Callable[[], bool]
    waits: Sequence[float] = WAITS
    _seats: list[_Seat] = field(default_factory=list, init=False)
    _state: Literal["starting", "running", "stopping"] = field(default="starting", init=False)

    def run(self) -> None:
        """Start everything, watch over it, and stop it in the end.

        Raise `ClusterRunning` when there is one, and whatever failure keeps a part from starting.
        """
        self.plan.logs.mkdir(parents=True, exist_ok=True)
        with _alone(self.plan):
            left = read_record(self.plan.home)
            if left:
                # A store and a log that still run are taken over by starting them.
                end_programs(left)
            try:
                self._start()
                while not self.stopping():
                    self._look()
                    time.sleep(_POLL_SECONDS)
            finally:
                self._stop()

    def _start(self) -> None:
        """Start the servers one after the other, then prepare them, then start all programs together."""
        servers = [_Seat(one) for one in self.cast.servers()]
        programs = [_Seat(one) for one in self.cast.programs()]
        self._seats = servers + programs
        self._tell()
        for seat in servers:
            self._launch(seat)
            self._wait(seat)
        for words in PREPARATIONS if not self.stopping() else ():
            self._prepare(words)
        for seat in programs:
            self._launch(seat)
        for seat in programs:
            self._wait(seat)
        if not self.stopping():
            self._state = "running"
            self._tell()

    def _wait(self, seat: _Seat) -> None:
        """Return once a member answers, or all shall stop."""
        while not seat.member.ready():
            if self.stopping():
                return
            time.sleep(_POLL_SECONDS)
        seat.seen("running")
        self._tell()

    def _launch(self, seat: _Seat) -> None:
        if self.stopping():
            return
        seat.state = "starting"
        self._tell()
        seat.since = time.monotonic()
        seat.member.launch()
        seat.seen("starting")
        self._tell()

    def _prepare(self, words: Sequence[str]) -> None:
        found = subprocess.run(  # noqa: S603
            [*self.plan.program, *words],
            env=dict(self.cast.environment()),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if found.returncode != 0:
            raise PreparationFailed(words, found.stderr or found.stdout)

    def _look(self) -> None:
        """Start again what has ended, each time a little later."""
        now = time.monotonic()
        for seat in self._seats:
            if seat.state == "running" and seat.member.pid is None:
                seat.failures = 0 if now - seat.since > SOUND_SECONDS else seat.failures
                seat.due = now + self.waits[min(seat.failures, len(self.waits) - 1)]
                seat.failures += 1
                seat.seen("restarting")
                self._tell()
            elif seat.state == "restarting" and now >= seat.due:
                self._again(seat)

    def _again(self, seat: _Seat) -> None:
        """Start a member once more; what fails again waits for the next time."""
        seat.restarts += 1
        seat.since = time.monotonic()
        try:
            seat.member.launch()
        except PacelineError as error:
            with (self.plan.logs / "cluster.log").open("a") as log:
                log.write(f"{error}\n")
        seat.seen("running")
        self._tell()

    def _stop(self) -> None:
        """Stop all, last started first."""
        self._state = "stopping"
        for seat in reversed(self._seats):
            if seat.member.pid is not None:
                seat.seen("stopping")
                self._tell()
                seat.member.stop()
            seat.seen("stopped")
            self._tell()
        remove_record(self.plan.home)

    def _tell(self) -> None:
        record = self._record()
        write_record(self.plan.home, record)
        self.changed(record)

    def _record(self) -> Record:
        return Record(
            state=self._state,
            kafka=self.cast.kafka,
            store=self.cast.store,
            nodes=self.plan.addresses,
            pid=os.getpid(),
            birth=birth_of(os.getpid()),
            parts=tuple(seat.part() for seat in self._seats),
        )


@contextmanager
def _alone(plan: Plan) -> Iterator[None]:
    """Hold the lock of a cluster, which the system drops should this process die; raise `ClusterRunning`."""
    with (plan.folder / "supervisor.lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ClusterRunning(plan.home) from None
        yield
