"""Upgrade of a store in a file: to the schema of this Paceline, with a checked copy of what was there before."""

import shutil
from contextlib import closing
from pathlib import Path

from services.errors import PacelineError
from streams.embedded.backup import backup
from streams.history.replay import Progress, silent
from streams.store.schema import FIRST, SCHEMA_VERSION
from streams.store.sqlite import SqliteConnection, StoreNewer, connect, schema_of

SPARE_BYTES = 32 * 2**20


class NoRoomToUpgrade(PacelineError):
    """A disk without room for the copy that an upgrade keeps."""

    def __init__(self, path: Path, wanted: int, free: int) -> None:
        super().__init__(
            f"{path} must change its schema, and the copy that is kept of it needs {wanted // 2**20} MiB where "
            f"{free // 2**20} MiB are free. Nothing was changed; make room, then try again."
        )


class SchemaOldest(PacelineError):
    """A store that cannot go back any further."""

    def __init__(self) -> None:
        super().__init__(f"The store has schema {FIRST}, and there is none before it. Nothing was changed.")


def schema_of_file(path: Path) -> int:
    """Return the schema of the store in a file; 0 when there is none yet."""
    if not path.exists():
        return 0
    with closing(_reader(path)) as connection:
        return schema_of(connection)


def upgrade(path: Path, progress: Progress = silent) -> Path | None:
    """Bring a store that nobody else writes to the schema of this Paceline, and return where the old one is kept.

    None when there was nothing to do. Raise `StoreNewer`, or `NoRoomToUpgrade` before anything was changed; what is
    killed on the way leaves the store as it was.
    """
    version = schema_of_file(path)
    if version > SCHEMA_VERSION:
        raise StoreNewer(path, version)
    if version in (0, SCHEMA_VERSION):
        return None
    return _moved(path, SCHEMA_VERSION, "before-upgrade", progress)


def downgrade(path: Path, progress: Progress = silent) -> Path:
    """Take a store that nobody else writes one schema back, and return where the newer one is kept."""
    version = schema_of_file(path)
    if version > SCHEMA_VERSION:
        raise StoreNewer(path, version)
    if version <= FIRST:
        raise SchemaOldest
    return _moved(path, version - 1, "before-downgrade", progress)


def _moved(path: Path, target: int, name: str, progress: Progress) -> Path:
    from streams.store.migrations.moving import move_file

    _check_room(path)
    copy = path.with_name(f"{path.name}.{name}")
    with closing(_reader(path)) as source:
        backup(source, copy, progress, replacing=True)
    move_file(path, target)
    return copy


def _reader(path: Path) -> SqliteConnection:
    return connect(f"file:{path}?mode=ro", uri=True)


def _check_room(path: Path) -> None:
    log = path.with_name(path.name + "-wal")
    wanted = SPARE_BYTES + sum(file.stat().st_size for file in (path, log) if file.exists())
    free = shutil.disk_usage(path.parent).free
    if free < wanted:
        raise NoRoomToUpgrade(path, wanted, free)
