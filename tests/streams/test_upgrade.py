"""Upgrade of a store in a file: a checked copy first, and whole or not at all."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from streams.embedded import upgrade as upgrading
from streams.embedded.backup import BackupBroken, restore
from streams.embedded.home import STORE
from streams.embedded.upgrade import NoRoomToUpgrade, SchemaOldest, downgrade, upgrade
from streams.store.migrations.versions import schema_0002
from streams.store.schema import SCHEMA_VERSION
from streams.store.sqlite import StoreNewer, open_reader
from tests.golden.release import RELEASE_1
from tests.stores import Store


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store of schema 1 that stays as it is."""
    folder = tmp_path_factory.mktemp("release_1")
    RELEASE_1.write_store(folder)
    return folder / STORE


@pytest.fixture
def old(tmp_path: Path, written: Path) -> Path:
    """Give a store of schema 1."""
    return Path(shutil.copyfile(written, tmp_path / STORE))


def content(path: Path) -> list[str]:
    """Return everything in a file of SQLite as text."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_an_upgrade_keeps_a_checked_copy(old: Path) -> None:
    """What was there before lies beside it, whole and readable by its owner alone; a second time nothing is done."""
    before = content(old)
    copy = upgrade(old)
    assert copy == old.with_name("paceline.db.before-upgrade")
    assert content(copy) == before
    assert copy.stat().st_mode & 0o777 == 0o600
    assert upgrade(old) is None
    open_reader(old).close()


def test_the_copy_of_an_upgrade_comes_back(old: Path) -> None:
    """A backup of an older Paceline can be restored; it is upgraded when it is opened."""
    copy = upgrade(old)
    assert copy
    # One more says that the rules changed.
    assert restore(copy, old) == len(RELEASE_1.events) + 1
    store = Store(old.parent)
    assert RELEASE_1.numbers_of(store) == RELEASE_1.numbers
    store.home.close()


def test_a_backup_of_the_future_is_not_restored(old: Path, tmp_path: Path) -> None:
    """A backup that a newer Paceline wrote is refused before anything is changed."""
    copy = tmp_path / "newer.db"
    shutil.copyfile(old, copy)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    before = old.read_bytes()
    with pytest.raises(StoreNewer):
        restore(copy, old)
    assert old.read_bytes() == before


def test_without_room_nothing_is_changed(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the copy does not fit, the upgrade says how much is missing and leaves everything as it was."""
    before = old.read_bytes()
    monkeypatch.setattr(upgrading.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 2**20))
    with pytest.raises(NoRoomToUpgrade, match=r"1 MiB are free\. Nothing was changed"):
        upgrade(old)
    assert old.read_bytes() == before
    assert not old.with_name("paceline.db.before-upgrade").exists()


def test_a_broken_store_is_not_upgraded(old: Path) -> None:
    """What does not check out is not touched."""
    whole = old.read_bytes()
    middle = len(whole) // 2
    old.write_bytes(whole[:middle] + os.urandom(8_192) + whole[middle + 8_192 :])
    with pytest.raises((BackupBroken, sqlite3.DatabaseError)):
        upgrade(old)
    assert upgrading.schema_of_file(old) == 1


def test_an_upgrade_that_breaks_off_changes_nothing(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that fails in its middle leaves the store at the schema that it had; the next start does it."""

    class Broken(Exception):
        """Something that goes wrong."""

    before = content(old)
    with monkeypatch.context() as patch:
        real = schema_0002.op.create_table

        def then_break(*words: object, **more: object) -> None:
            real(*words, **more)
            raise Broken

        patch.setattr("alembic.op.create_table", then_break)
        with pytest.raises(Broken):
            upgrade(old)
    assert content(old) == before
    assert upgrade(old)


def test_a_downgrade_ends_at_the_first_schema(old: Path) -> None:
    """There is no schema before the first; every step back keeps a copy of what was there."""
    upgrade(old)
    assert downgrade(old) == old.with_name("paceline.db.before-downgrade")
    assert upgrading.schema_of_file(old) == 1
    with pytest.raises(SchemaOldest):
        downgrade(old)
