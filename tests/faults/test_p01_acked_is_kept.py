"""P1: an event that was acknowledged is never lost, wherever the process is killed."""

from pathlib import Path

import pytest

from streams.embedded.home import Home
from tests.faults.crashes import Series, crash
from tests.faults.soundness import archived_ids, check_sound
from tests.faults.victim import FAILPOINTS, NOW_US


def missing(folder: Path, series: Series) -> set[str]:
    """Return the ids that were acknowledged and are not in the archive."""
    home = Home(folder, now_us=NOW_US)
    found = series.acked - archived_ids(home.connection)
    home.close()
    return found


def survive(folder: Path, kills: int) -> None:
    """Kill at every failpoint; nothing acknowledged is missing and the store is sound."""
    series = crash(folder, kills=kills)
    assert series.kills == kills * len(FAILPOINTS)
    assert missing(folder, series) == set()
    assert len(series.acked) == len(series.facts)
    home = Home(folder, now_us=NOW_US)
    check_sound(home.connection, series.facts)
    home.close()


def test_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """40 kills at five failpoints: 0 acknowledged ids are missing."""
    survive(tmp_path, 8)


@pytest.mark.nightly
def test_two_hundred_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """200 kills at five failpoints: 0 acknowledged ids are missing."""
    survive(tmp_path, 40)


def test_acknowledging_before_the_commit_is_caught(tmp_path: Path) -> None:
    """Control: a writer that acknowledges before it commits loses events, and the harness sees it."""
    assert missing(tmp_path, crash(tmp_path, kills=2, bug="ack_before_commit"))
