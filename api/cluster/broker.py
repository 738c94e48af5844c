"""A real Kafka on one machine: a folder, two loopback ports and a process with a known id."""

import os
import secrets
import signal
import subprocess
import time
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from api.cluster.nodes import Node, properties_of
from api.cluster.parts import ahead, jars, java
from api.cluster.ping import brokers_known
from api.cluster.ports import HOST
from api.cluster.processes import command_of
from api.settings import cache_folder
from services.errors import PacelineError

START_SECONDS, STOP_SECONDS = 90.0, 10.0
_PROPERTIES, _LOG, _PID = "server.properties", "kafka.log", "kafka.pid"
_HEAP = "-Xmx512m"


class BrokerFailed(PacelineError):
    """A broker that does not come up."""

    def __init__(self, log: Path, reason: str) -> None:
        super().__init__(f"Kafka did not start: {reason}. Its log is {log}.")


class Broker:
    """One Kafka node in a folder. Another process may stop what this one started: the folder knows the id."""

    def __init__(self, folder: Path, node: Node, members: Sequence[Node], *, cache: Path | None = None) -> None:
        self.folder = folder
        self.node = node
        self.members = tuple(members)
        self.cache = cache or cache_folder()

    @property
    def address(self) -> str:
        """Return host:port for clients."""
        return f"{HOST}:{self.node.port}"

    @property
    def log(self) -> Path:
        """Return the file that the broker writes its log into."""
        return self.folder / _LOG

    @property
    def pid(self) -> int | None:
        """Return the id of the running process, or None; an id that now belongs to another program is none."""
        try:
            found = int((self.folder / _PID).read_text())
        except (OSError, ValueError):
            return None
        return found if _lives(found) and str(self.folder / _PROPERTIES) in command_of(found) else None

    def launch(self, cluster_id: str, *options: str) -> None:
        """Format the folder the first time, and start the process, with options for Java, without waiting for it."""
        if self.pid is not None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self._format(cluster_id)
        words = self._java(_HEAP, *options, "kafka.Kafka", str(self.folder / _PROPERTIES))
        log = (os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        # Not `subprocess`: what is started here may outlive whoever starts it, and is known by its id alone.
        pid = os.posix_spawn(
            words[0],
            words,
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(self.log), *log),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
        )
        (self.folder / _PID).write_text(str(pid))
        until = time.monotonic() + STOP_SECONDS
        # For a moment it has no command line yet, by which it could be told from others.
        while self.pid is None and _lives(pid) and time.monotonic() < until:
            time.sleep(0.005)

    def wait(self, until: float) -> None:
        """Return once it answers and knows all members; raise `BrokerFailed` after `until`."""
        wanted = len(self.members)
        while brokers_known(self.node.port) < wanted:
            if self.pid is None:
                raise BrokerFailed(self.log, self._last_words())
            if time.monotonic() > until:
                raise BrokerFailed(self.log, "it does not answer")
            time.sleep(0.05)

    def stop(self, *, timeout_seconds: float = STOP_SECONDS) -> None:
        """End it in good order; by force when it takes longer."""
        self.ask_to_stop()
        if not self._ended(timeout_seconds):
            self.kill()

    def ask_to_stop(self) -> None:
        """Ask it to end, without waiting."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a crash would."""
        self._signal(signal.SIGKILL)
        self._ended(STOP_SECONDS)

    def _signal(self, number: signal.Signals) -> None:
        found = self.pid
        if found is not None:
            os.kill(found, number)

    def _ended(self, seconds: float) -> bool:
        """Return whether the process is gone, waiting so long."""
        until = time.monotonic() + seconds
        while self.pid is not None:
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        (self.folder / _PID).unlink(missing_ok=True)
        return True

    def _format(self, cluster_id: str) -> None:
        """Write the settings and lay out the storage, once in the life of a folder."""
        properties = self.folder / _PROPERTIES
        properties.write_text(properties_of(self.node, self.members, self.folder / "logs"))
        if (self.folder / "logs" / "meta.properties").exists():
            return
        words = ("kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(properties))
        found = subprocess.run(  # noqa: S603
            self._java("-XX:+UseSerialGC", *words), capture_output=True, text=True, check=False
        )
        if found.returncode != 0:
            raise BrokerFailed(self.log, (found.stdout + found.stderr).strip() or "its storage cannot be formatted")

    def _java(self, *words: str) -> list[str]:
        quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
        return [str(java()), *self._ahead(), quiet, "-cp", f"{jars(self.cache)}/*", *words]

    def _ahead(self) -> list[str]:
        """Return what makes Java start from classes that it loaded once before; nothing where nobody has kept them."""
        kept = ahead(self.cache)
        return [f"-XX:AOTCache={kept}"] if kept.exists() else []

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it ended at once"


def _lives(pid: int) -> bool:
    """Return whether there is such a process; a dead child of this one is collected."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def new_cluster_id() -> str:
    """Return a cluster id: 16 random bytes, as Kafka writes them, not beginning like an option."""
    while (found := urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")).startswith("-"):
        pass
    return found
