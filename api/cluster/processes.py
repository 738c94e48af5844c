"""Processes of this machine: which program an id belongs to, and when that began to be so."""

import subprocess
from pathlib import Path

_PROC = Path("/proc")


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
