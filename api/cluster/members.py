"""The members of a cluster on one machine, each with one process: how it starts, answers and ends."""

import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from api.cluster.brokers import Brokers
from api.cluster.database import Database
from api.cluster.ports import HOST, is_free
from api.cluster.processes import Process, process_of
from api.cluster.record import Kind
from services.errors import PacelineError

STOP_SECONDS = 25.0
_ASK_SECONDS = 2.0


class MemberFailed(PacelineError):
    """A program of the cluster that ends at once, or does not answer."""

    def __init__(self, name: str, log: Path, reason: str) -> None:
        super().__init__(f"{name} did not start: {reason} Its log is {log}.")


class Member(Protocol):
    """One process of the cluster."""

    @property
    def name(self) -> str:
        """Return what people call it."""
        ...

    @property
    def kind(self) -> Kind:
        """Return what it is."""
        ...

    @property
    def address(self) -> str:
        """Return where it answers; empty for what answers nobody."""
        ...

    @property
    def log(self) -> Path:
        """Return the file of its log."""
        ...

    @property
    def pid(self) -> int | None:
        """Return the id of its process, None while there is none."""
        ...

    def launch(self) -> None:
        """Start it, if it does not run."""
        ...

    def ready(self) -> bool:
        """Return whether it answers by now; raise `MemberFailed` when it will not."""
        ...

    def stop(self) -> None:
        """End it in good order."""
        ...


@dataclass(slots=True)
class PostgresMember:
    """The store."""

    database: Database
    name: str = "postgres"
    kind: Kind = "postgres"

    @property
    def address(self) -> str:
        """Return where it listens, without the password."""
        return f"{HOST}:{self.database.port}" if self.database.port else ""

    @property
    def log(self) -> Path:
        """Return the file of its log."""
        return self.database.log

    @property
    def pid(self) -> int | None:
        """Return the id of its first process."""
        return self.database.pid

    def launch(self) -> None:
        """Start it, if it does not run."""
        self.database.start()

    def ready(self) -> bool:
        """Return True: to launch it is to wait for it."""
        return True

    def stop(self) -> None:
        """End it in good order."""
        self.database.stop()


@dataclass(slots=True)
class KafkaMember:
    """The log: one broker."""

    brokers: Brokers
    name: str = "kafka"
    kind: Kind = "kafka"

    @property
    def address(self) -> str:
        """Return where it listens."""
        return self.brokers.address

    @property
    def log(self) -> Path:
        """Return the file of its log."""
        return self.brokers.members[0].log

    @property
    def pid(self) -> int | None:
        """Return the id of its process."""
        return self.brokers.members[0].pid

    def launch(self) -> None:
        """Start it, if it does not run."""
        self.brokers.start()

    def ready(self) -> bool:
        """Return True: to launch it is to wait for it."""
        return True

    def stop(self) -> None:
        """End it in good order."""
        self.brokers.stop()


@dataclass(slots=True)
class ProgramMember:
    """A command of Paceline: a node that answers at an address, or a worker, trusted once it ran for its grace."""

    name: str
    kind: Kind
    words: Sequence[str]
    environment: Callable[[], Mapping[str, str]]
    log: Path
    address: str = ""
    wait_seconds: float = 60.0
    grace_seconds: float = 2.0
    _child: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    _since: float = field(default=0.0, init=False)

    @property
    def pid(self) -> int | None:
        """Return the id of its process."""
        if self._child is None or self._child.poll() is not None:
            return None
        return self._child.pid

    def launch(self) -> None:
        """Start it, if it does not run, away from the terminal: Ctrl-C there ends the parts in their order."""
        if self.pid is not None:
            return
        if self.address and not is_free(port := int(self.address.rpartition(":")[2])):
            # Whoever listens there would answer in its place.
            raise MemberFailed(self.name, self.log, f"port {port} is taken.")
        self._since = time.monotonic()
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(  # noqa: S603
                self.words,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self.environment()),
                start_new_session=True,
            )

    def ready(self) -> bool:
        """Return whether it answers, or goes on running; raise `MemberFailed` when it has ended, or stays silent."""
        if self.pid is None:
            raise MemberFailed(self.name, self.log, last_words(self.log))
        ran_seconds = time.monotonic() - self._since
        if not self.address:
            return ran_seconds >= self.grace_seconds
        if ran_seconds > self.wait_seconds:
            raise MemberFailed(self.name, self.log, "it does not answer.")
        return _answers(self.address)

    def stop(self) -> None:
        """End it in good order; by force when it takes longer than `STOP_SECONDS`."""
        if self.pid is not None and self._child is not None:
            end(process_of(self._child.pid))
            self._child.wait()


def end(process: Process) -> None:
    """End a process in good order; by force when it takes longer than `STOP_SECONDS`."""
    process.signal(signal.SIGTERM)
    if not process.gone(STOP_SECONDS):
        process.signal(signal.SIGKILL)
        process.gone(STOP_SECONDS)


def last_words(log: Path) -> str:
    """Return the last line of a log, as a sentence."""
    lines = (line.strip("│╭╮╰╯─ ") for line in reversed(log.read_text(errors="replace").splitlines()))
    said = next((line for line in lines if line), "")
    return f"{said.rstrip('.')}." if said else "it ended at once."


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/livez", timeout=_ASK_SECONDS) as answer:  # noqa: S310 - loopback
            return bool(answer.status == 200)
    except OSError:
        return False
