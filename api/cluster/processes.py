"""Processes of this machine: which program an id belongs to, when that began to be so, and how to end it."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Process:
    """A process that is never taken for a later one with the same id."""

    pid: int
    birth: str

    @property
    def alive(self) -> bool:
        """Return whether it still runs."""
        return self.birth != "" and birth_of(self.pid) == self.birth

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self.alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def gone(self, seconds: float) -> bool:
        """Wait for its end and return whether it came in time."""
        until = time.monotonic() + seconds
        while self.alive:
            if time.monotonic() > until:
                return False
            time.sleep(_POLL_SECONDS)
        return True


def process_of(pid: int) -> Process:
    """Return the process that has an id now."""
    return Process(pid, birth_of(pid))


def command_of(pid: int) -> str:
    """Return the command line of a process; empty when there is none, or only its end waits to be collected."""
    if not _has_proc():
        return _asked("args", pid)
    try:
        words = (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return ""
    return words.replace(b"\0", b" ").decode(errors="replace")


def birth_of(pid: int) -> str:
    """Return what tells a process from any later one with the same id, also after a restart of the machine.

    Empty when there is no such process, or only its end waits to be collected.
    """
    if not _has_proc():
        return _asked("lstart", pid)
    try:
        state, *rest = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return ""
    # The ticks since the machine started at which the process began: field 22 of stat, of which two stand before.
    return "" if state in ("Z", "X") else f"{_boot()}:{rest[18]}"


def _boot() -> str:
    return (_PROC / "sys" / "kernel" / "random" / "boot_id").read_text().strip()


def _has_proc() -> bool:
    return (_PROC / "self" / "stat").exists()


def _asked(column: str, pid: int) -> str:
    words = ["ps", "-o", f"stat=,{column}=", "-p", str(pid)]
    found = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603
    state, _, said = found.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else said.strip()
