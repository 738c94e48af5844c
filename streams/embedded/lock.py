"""The lock of a home: one process at a time may write."""

import fcntl
import json
import os
from pathlib import Path

from services.errors import PacelineError

LOCK = "paceline.lock"


class HomeBusy(PacelineError):
    """A home that another process writes."""

    def __init__(self, folder: Path, owner: str) -> None:
        self.owner = owner
        super().__init__(f"{folder} is in use by another Paceline ({owner or 'unknown'}). Stop it, then try again.")


class HomeLock:
    """Held from `take` until the process ends or `release`; the file tells where the holder can be reached."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._file = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)

    def take(self) -> None:
        """Take the lock; raise `HomeBusy` when another process has it."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HomeBusy(self._folder, address(self._folder)) from None
        self.announce("")

    def announce(self, url: str) -> None:
        """Write down where the holder answers HTTP."""
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, json.dumps({"pid": os.getpid(), "url": url}).encode(), 0)

    def release(self) -> None:
        """Let go of the lock."""
        os.close(self._file)


def address(folder: Path) -> str:
    """Return where the process that writes a home answers HTTP, empty when nobody does."""
    path = folder / LOCK
    if not path.exists():
        return ""
    file = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.read(file, 4096)
        return str(json.loads(text).get("url", "")) if text else ""
    finally:
        os.close(file)
    return ""
