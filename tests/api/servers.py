"""A real server: in a thread for what streams, or as a process of its own as a person starts it."""

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from api.cli.serve import Server
from tests.api.houses import Clock, Parts, Site, opened

COMMAND = Path(sys.executable).with_name("paceline")
PATIENCE_SECONDS = 60
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


class _Announced(Server):
    """A server that says when it listens."""

    def __init__(self, site: Site) -> None:
        super().__init__(site.house)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start."""
        await super().startup(sockets)
        self.ready.set()


@contextmanager
def served(home: Path, clock: Clock | None = None, parts: Parts | None = None) -> Iterator[tuple[Site, str]]:
    """Give the application and its address on a real socket."""
    with opened(home, clock, parts) as site, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        server = _Announced(site)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            assert server.ready.wait(PATIENCE_SECONDS)
            yield site, f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE_SECONDS)


@dataclass(slots=True)
class Program:
    """A running `paceline serve` or `demo`, and what it said when it was ready."""

    process: subprocess.Popen[str]
    address: str
    said: str

    def end(self, signal: int) -> tuple[int, str]:
        """Send a signal, wait for the end, and return the exit code and everything said on stderr."""
        self.process.send_signal(signal)
        _, rest = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, self.said + rest


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a command with its own data folder, as plain text without colours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PACELINE_")}
    return kept | {"PACELINE_HOME": str(home), "NO_COLOR": "1", "COLUMNS": "200", "TERM": "dumb"} | dict(more or {})


@contextmanager
def program(home: Path, *words: str, more: Mapping[str, str] | None = None) -> Iterator[Program]:
    """Give a running server once it says where it answers; `more` goes into its environment."""
    process = subprocess.Popen(
        [COMMAND, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment(home, more)
    )
    assert process.stderr is not None
    said = ""
    try:
        for line in process.stderr:
            said += line
            found = _ADDRESS.search(line)
            if found:
                yield Program(process, found[0], said)
                break
        else:
            raise AssertionError(said)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.communicate()
