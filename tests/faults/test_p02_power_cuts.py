"""P2: an event that was acknowledged survives a power cut that takes everything which was not synced."""

from pathlib import Path

import pytest

from streams.embedded.home import Home
from streams.store.sqlite import StoreUnsafe
from tests.faults.disk import Disk, mounted
from tests.faults.powercuts import NOW_US, cut_power
from tests.faults.soundness import archived_ids, check_sound


def lost(folder: Path, cuts: int, pragma: str = "synchronous") -> int:
    """Return how many acknowledged events are gone after power cuts, of a store that is sound where none may be."""
    outages = cut_power(folder, cuts=cuts, pragma=pragma)
    assert outages.cuts == cuts and len(outages.acked) > 50 * cuts
    home = Home(folder / "disk", now_us=NOW_US)
    missing = outages.acked - archived_ids(home.connection)
    if not missing:
        check_sound(home.connection, outages.facts)
    home.close()
    return len(missing)


def test_power_cuts_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """10 power cuts at random moments: 0 acknowledged events are missing."""
    assert lost(tmp_path, 10) == 0


@pytest.mark.nightly
def test_forty_power_cuts_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """40 power cuts at random moments: 0 acknowledged events are missing."""
    assert lost(tmp_path, 40) == 0


def test_commits_that_do_not_wait_for_the_disk_are_caught(tmp_path: Path) -> None:
    """Control: with `synchronous=NORMAL` acknowledged events are lost, and the harness sees it."""
    assert lost(tmp_path, 5, "synchronous=NORMAL") > 0


def test_a_home_starts_with_commits_that_wait_for_the_disk(tmp_path: Path) -> None:
    """Every writing connection has `synchronous=FULL` (2) and a write-ahead log."""
    home = Home(tmp_path, now_us=NOW_US)
    assert home.connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert home.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    home.close()


def test_a_disk_without_write_ahead_logging_is_refused(tmp_path: Path) -> None:
    """On a file system that cannot share memory a home does not start, and says why."""
    with mounted(Disk(shared_memory=False)), pytest.raises(StoreUnsafe, match="journal mode delete"):
        Home(tmp_path, now_us=NOW_US)
