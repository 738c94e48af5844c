"""The mark of an index: what made it, and how far of the store it has read; a file beside it, or a row of the store."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from services.errors import PacelineError
from streams.store.connection import Connection

CURRENT, NEXT = "current", "next"
"""The mark of the index that answers, and of one that is made to take its place."""


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """An index that lies in the engine called `folder`.

    :ivar model: whose vectors it holds, empty for words alone.
    :ivar edition: how often it had been asked for that everything be read again.
    :ivar chunker: the versions of what cut and read its texts.
    :ivar cursor: the last root that its first reading has passed, None once it has read everything.
    :ivar read: the change that it has read last, as the queue of the store orders them: its position, its subject.
    :ivar made: which making of the derived tables it has read, as the store counts them.
    :ivar position: the last event of the store when it was last written; `digest` tells that event from another one
        at the same place, as in a store that was restored.
    """

    folder: str
    model: str
    width: int
    chunker: int
    tokeniser: int
    cursor: str | None = ""
    read: tuple[int, str] = (0, "")
    made: str | None = None
    position: int = 0
    digest: str = ""
    edition: int = 0

    def fits(self, made: "Made") -> bool:
        """Return whether an index needs not be made anew; one with vectors serves words without its model as well."""
        same = (self.chunker, self.tokeniser, self.edition) == (made.chunker, made.tokeniser, made.edition)
        return same and made.model in ("", self.model)


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """What an index is to be made by; see `Mark`."""

    model: str
    width: int
    chunker: int
    tokeniser: int
    edition: int


class Marks(Protocol):
    """Where marks are written down; those that cannot be read count as none, and the index is made again."""

    def read(self, name: str) -> Mark | None:
        """Return a mark, None when there is none."""

    def write(self, name: str, mark: Mark) -> None:
        """Write a mark, at once or not at all."""

    def remove(self, name: str) -> None:
        """Remove a mark."""


class Editions(Protocol):
    """How often it was asked for that everything be read again, by anybody."""

    def current(self) -> int:
        """Return the number."""

    def ask(self) -> None:
        """Ask once more."""


class FileEditions:
    """The number in a file of a folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "edition"

    def current(self) -> int:
        """Return the number."""
        try:
            return int(self._path.read_text())
        except (OSError, ValueError):
            return 0

    def ask(self) -> None:
        """Ask once more."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(f"{self.current() + 1}\n")


class StoreEditions:
    """The number in a store that several processes share."""

    def __init__(self, connection: Callable[[], Connection]) -> None:
        self._connection = connection

    def current(self) -> int:
        """Return the number."""
        row = self._connection().execute("SELECT value FROM facts WHERE name = ?", (_fact("edition"),)).fetchone()
        return 0 if row is None else int(row[0])

    def ask(self) -> None:
        """Ask once more."""
        self._connection().put("facts", [(_fact("edition"), str(self.current() + 1))])


class FileMarks:
    """Marks as files of a folder that one process writes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> Mark | None:
        """Return a mark."""
        try:
            return msgspec.json.decode((self._folder / f"{name}.json").read_bytes(), type=Mark)
        except (OSError, msgspec.MsgspecError):
            return None

    def write(self, name: str, mark: Mark) -> None:
        """Write a mark."""
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{name}.json.part"
        part.write_bytes(msgspec.json.encode(mark))
        part.replace(self._folder / f"{name}.json")

    def remove(self, name: str) -> None:
        """Remove a mark."""
        (self._folder / f"{name}.json").unlink(missing_ok=True)


class DutyLost(PacelineError):
    """An index that another process has begun to fill."""

    def __init__(self) -> None:
        super().__init__("Another node has taken over the filling of the index; this one follows it.")


class StoreMarks:
    """Marks as rows of a store that all processes share; whoever fills the index writes them.

    :ivar held: whether this process is the one that fills it.
    """

    def __init__(self, connection: Callable[[], Connection], held: Callable[[], bool]) -> None:
        self._connection = connection
        self._held = held

    def read(self, name: str) -> Mark | None:
        """Return a mark."""
        row = self._connection().execute("SELECT value FROM facts WHERE name = ?", (_fact(name),)).fetchone()
        with suppress(msgspec.MsgspecError):
            return None if row is None else msgspec.json.decode(row[0], type=Mark)
        return None

    def write(self, name: str, mark: Mark) -> None:
        """Write a mark; raise `DutyLost` when another process fills the index."""
        if not self._held():
            raise DutyLost
        self._connection().put("facts", [(_fact(name), msgspec.json.encode(mark).decode())])

    def remove(self, name: str) -> None:
        """Remove a mark; raise `DutyLost` when another process fills the index."""
        if not self._held():
            raise DutyLost
        self._connection().execute("DELETE FROM facts WHERE name = ?", (_fact(name),))


def _fact(name: str) -> str:
    return f"index_{name}"
