"""A disk between SQLite and the file system, which loses what was not synced, fills up, or breaks.

The product's own SQLite library is given another way to open files: every file is the usual one, but for the
functions that write, cut, sync and delete. Nothing of Paceline is changed or replaced.
"""

import _sqlite3
import ctypes
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass, field
from pathlib import Path

import pytest

OK, FULL, IOERR = 0, 13, 10
NAME = b"paceline-test-disk"

_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_Delete = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)


class _Methods(Structure):
    """`sqlite3_io_methods`, whose functions beyond `sync` stay as they are."""

    _fields_ = [
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", c_void_p),
        ("truncate", c_void_p),
        ("sync", c_void_p),
        ("others", c_void_p * 13),
    ]


class _System(Structure):
    """`sqlite3_vfs`, whose functions beyond `delete` stay as they are."""

    _fields_ = [
        ("version", c_int),
        ("file_bytes", c_int),
        ("path_bytes", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("app", c_void_p),
        ("open", c_void_p),
        ("delete", c_void_p),
        ("others", c_void_p * 14),
    ]


@dataclass(slots=True)
class _Unsynced:
    """What one file was given since it was last synced: (offset, bytes), or (length, None) where it was cut."""

    done: list[tuple[int, bytes | None]] = field(default_factory=list)


@dataclass(slots=True)
class Disk:
    """What happens to the files of a folder.

    :ivar durable: where the disk keeps what would outlast a power cut, empty when that is not followed.
    :ivar alive_for: after how many operations the power fails, None for never; `dead` is when it has.
    :ivar room_bytes: how much may still be written, None when there is room enough; `refused` tells that it was not.
    :ivar shared_memory: whether the file system can do what write-ahead logging needs.
    """

    durable: Path | None = None
    dice: random.Random = field(default_factory=lambda: random.Random(1))
    alive_for: int | None = None
    room_bytes: int | None = None
    shared_memory: bool = True
    dead: bool = False
    refused: threading.Event = field(default_factory=threading.Event)
    unsynced: dict[str, _Unsynced] = field(default_factory=dict)
    guard: threading.RLock = field(default_factory=threading.RLock)

    def operate(self) -> bool:
        """Return whether the disk still has power for one operation more."""
        with self.guard:
            if self.alive_for is not None and not self.dead:
                self.alive_for -= 1
                self.dead = self.alive_for < 0
                if self.dead:
                    self._cut()
            return not self.dead

    def written(self, name: str, offset: int, content: bytes) -> None:
        """Note what a file was given."""
        if self.durable:
            self.unsynced.setdefault(name, _Unsynced()).done.append((offset, content))

    def shortened(self, name: str, length: int) -> None:
        """Note that a file was cut to a length."""
        if self.durable:
            self.unsynced.setdefault(name, _Unsynced()).done.append((length, None))

    def synced(self, name: str) -> None:
        """Make everything that a file was given outlast a power cut."""
        if self.durable:
            self._keep(name, self.unsynced.pop(name, _Unsynced()).done)

    def deleted(self, name: str) -> None:
        """Delete a file for good."""
        if self.durable:
            self.unsynced.pop(name, None)
            (self.durable / name).unlink(missing_ok=True)

    def fits(self, size: int) -> bool:
        """Return whether there is room for so many bytes, and take it."""
        with self.guard:
            if self.room_bytes is None:
                return True
            if self.room_bytes < size:
                self.refused.set()
                return False
            self.room_bytes -= size
            return True

    def _cut(self) -> None:
        """Cut the power: of what was not synced, nothing is left, or only some."""
        share = self.dice.choice((0.0, 0.0, 0.5, 1.0))
        for name, unsynced in self.unsynced.items():
            self._keep(name, [one for one in unsynced.done if self.dice.random() < share])

    def _keep(self, name: str, done: list[tuple[int, bytes | None]]) -> None:
        assert self.durable
        path = self.durable / name
        path.touch()
        with path.open("r+b") as file:
            for offset, content in done:
                file.seek(offset)
                if content is None:
                    file.truncate()
                else:
                    file.write(content)


class _Shim:
    """The functions that stand between SQLite and the usual ones."""

    def __init__(self) -> None:
        self.library = ctypes.CDLL(getattr(_sqlite3, "__file__", None))
        if not hasattr(self.library, "sqlite3_vfs_register"):
            pytest.skip("This Python keeps its SQLite to itself; no disk can be put under it.")
        self.library.sqlite3_vfs_find.restype = POINTER(_System)
        self.usual = self.library.sqlite3_vfs_find(None).contents
        self.system = _System.from_buffer_copy(self.usual)
        self.system.name = NAME
        self.disk = Disk()
        self.files: dict[int, tuple[_Methods, str]] = {}
        self.methods: dict[tuple[int, bool], _Methods] = {}
        # SQLite keeps only the addresses; whoever drops these crashes.
        self.kept = (
            _Open(self.open), _Delete(self.delete), _Write(self.write), _Truncate(self.truncate), _Sync(self.sync),
        )  # fmt: skip
        opening, deleting, *self.own = (ctypes.cast(function, c_void_p) for function in self.kept)
        self.system.open, self.system.delete = opening, deleting

    def open(self, _: int, name: int | None, file: int, flags: int, out: int | None) -> int:
        """Open a file as usual, then take the place of some of its functions."""
        code = _Open(self.usual.open)(ctypes.addressof(self.usual), name, file, flags, out)
        place = c_void_p.from_address(file)
        if code == OK and place.value and name:
            path = Path(ctypes.string_at(name).decode())
            usual = _Methods.from_address(place.value)
            self.files[file] = (usual, path.name)
            place.value = ctypes.addressof(self.ours(place.value))
        return code

    def ours(self, address: int) -> _Methods:
        """Return the functions that a file gets instead of the usual ones."""
        found = self.methods.get((address, self.disk.shared_memory))
        if found is None:
            found = _Methods.from_buffer_copy(_Methods.from_address(address))
            found.write, found.truncate, found.sync = self.own
            if not self.disk.shared_memory:
                found.version = 1
            self.methods[address, self.disk.shared_memory] = found
        return found

    def delete(self, _: int, path: bytes, sync_folder: int) -> int:
        if not self.disk.operate():
            return IOERR
        self.disk.deleted(Path(path.decode()).name)
        return int(_Delete(self.usual.delete)(ctypes.addressof(self.usual), path, sync_folder))

    def write(self, file: int, content: int, size: int, offset: int) -> int:
        usual, name = self.files[file]
        if not self.disk.operate():
            return IOERR
        if not self.disk.fits(size):
            return FULL
        self.disk.written(name, offset, ctypes.string_at(content, size) if self.disk.durable else b"")
        return int(_Write(usual.write)(file, content, size, offset))

    def truncate(self, file: int, length: int) -> int:
        usual, name = self.files[file]
        if not self.disk.operate():
            return IOERR
        self.disk.shortened(name, length)
        return int(_Truncate(usual.truncate)(file, length))

    def sync(self, file: int, flags: int) -> int:
        usual, name = self.files[file]
        if not self.disk.operate():
            return IOERR
        self.disk.synced(name)
        # The copy is what must outlast a power cut; the machine itself keeps its power.
        return OK if self.disk.durable else int(_Sync(usual.sync)(file, flags))


_shim: list[_Shim] = []


@contextmanager
def mounted(disk: Disk) -> Iterator[Disk]:
    """Let every store that is opened now lie on a disk, until the last of them is closed."""
    if not _shim:
        _shim.append(_Shim())
    shim = _shim[0]
    shim.disk = disk
    assert shim.library.sqlite3_vfs_register(ctypes.byref(shim.system), 1) == OK
    try:
        yield disk
    finally:
        assert shim.library.sqlite3_vfs_register(ctypes.byref(shim.usual), 1) == OK
