"""P3: no event counts twice and none counts by half, wherever the process is killed."""

from pathlib import Path

import pytest

from streams.embedded.home import Home
from tests.faults.crashes import crash
from tests.faults.recount import recount, viewed
from tests.faults.soundness import check_sound
from tests.faults.victim import NOW_US


def excess(folder: Path, kills: int, bug: str = "") -> int:
    """Return by how many deals created and won the view exceeds a recount, after kills with resending."""
    series = crash(folder, kills=kills, bug=bug, seed=3)
    assert series.resent
    home = Home(folder, now_us=NOW_US)
    view, log = viewed(home.connection), recount(series.facts)
    if not bug:
        check_sound(home.connection, series.facts)
    home.close()
    assert bug or view.cents == log.cents
    counted = sum(view.created.values()) + sum(view.won.values())
    return counted - sum(log.created.values()) - sum(log.won.values())


def test_kills_count_nothing_twice_or_by_half(tmp_path: Path) -> None:
    """40 kills with every unacknowledged request sent again: view - log = 0, in counts and in sums."""
    assert excess(tmp_path, 8) == 0


@pytest.mark.nightly
def test_two_hundred_kills_count_nothing_twice_or_by_half(tmp_path: Path) -> None:
    """200 kills with every unacknowledged request sent again: view - log = 0, in counts and in sums."""
    assert excess(tmp_path, 40) == 0


def test_log_and_view_in_two_transactions_are_caught(tmp_path: Path) -> None:
    """Control: a projector that commits the log before the view loses counts, and the harness sees it."""
    assert excess(tmp_path, 3, "two_transactions") < 0


def test_a_view_that_ignores_what_is_known_is_caught(tmp_path: Path) -> None:
    """Control: a projector that adds duplicates to the view counts too much, and the harness sees it."""
    assert excess(tmp_path, 3, "unguarded_view") > 0
