"""What is written down about a cluster on one machine: `cluster.json` in the data folder, while it runs."""

import os
from pathlib import Path
from typing import Literal

import msgspec

from api.cluster.processes import Process
from api.settings import CLUSTER as FILE
from services.errors import PacelineError

FOLDER = "cluster"

Kind = Literal["postgres", "kafka", "worker", "node"]
State = Literal["waiting", "starting", "running", "restarting", "stopping", "stopped", "gone"]


class RecordBroken(PacelineError):
    """A record that cannot be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} cannot be read. End the processes of the cluster (their logs are in {path.parent / FOLDER}), "
            "remove the file, and start again with `paceline cluster up`."
        )


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One process of the cluster; `pid` is 0 and `birth` empty while there is none."""

    name: str
    kind: Kind
    state: State
    pid: int = 0
    birth: str = ""
    address: str = ""
    log: str = ""
    restarts: int = 0

    @property
    def process(self) -> Process:
        """Return its process."""
        return Process(self.pid, self.birth)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """The cluster: where its log and its store are, where it answers, who watches over it, and its parts."""

    state: Literal["starting", "running", "stopping"]
    kafka: str
    store: str | None
    nodes: tuple[str, ...]
    pid: int
    birth: str
    parts: tuple[Part, ...]

    @property
    def supervisor(self) -> Process:
        """Return the process that watches over the parts."""
        return Process(self.pid, self.birth)

    def now(self) -> "Record":
        """Return the record with what has ended since it was written marked as gone."""
        lost: State = "gone"
        parts = (
            msgspec.structs.replace(part, state=lost) if part.pid and not part.process.alive else part
            for part in self.parts
        )
        return msgspec.structs.replace(self, parts=tuple(parts))

    def alive(self) -> bool:
        """Return whether anything of it still runs; nothing does after a restart of the machine."""
        return self.supervisor.alive or any(part.process.alive for part in self.parts)


def read_record(home: Path) -> Record | None:
    """Return what is written down, None when there is no cluster; raise `RecordBroken`."""
    try:
        return msgspec.json.decode((home / FILE).read_bytes(), type=Record)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError:
        raise RecordBroken(home / FILE) from None


def write_record(home: Path, record: Record) -> None:
    """Write it down, whole or not at all; it holds the password of the store, so only its owner may read it."""
    part = home / f"{FILE}.part"
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(record), indent=2))
    part.replace(home / FILE)


def remove_record(home: Path) -> None:
    """Forget it."""
    (home / FILE).unlink(missing_ok=True)
