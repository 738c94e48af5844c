"""P15: a storm of redeliveries, shuffled, changes nothing and is counted as duplicates."""

import random
from pathlib import Path

import pytest

from tests.faults.soundness import check_sound
from tests.faults.traffic import Facts
from tests.stores import Store


def storm(folder: Path, events: int, deals: int) -> None:
    """Send facts, then all of them again in another order, and compare everything before and after."""
    store = Store(folder)
    facts = Facts(seed=15, deals=deals, step_seconds=70).take(events)
    assert {outcome.kind for outcome in store.send(facts)} == {"applied"}
    before, lines = store.dump(), store.journal()
    random.Random(15).shuffle(facts)
    assert {outcome.kind for outcome in store.send(facts, batch=500)} == {"duplicate"}
    assert (store.dump(), store.journal()) == (before, lines)
    found = check_sound(store.home.connection, facts)
    assert (found.applied, found.duplicate, found.received) == (events, events, 2 * events)
    store.home.close()


def test_a_redelivery_storm_changes_no_view(tmp_path: Path) -> None:
    """Three days of 5,000 events, delivered again and shuffled, are 5,000 duplicates and no change."""
    storm(tmp_path, 5_000, 500)


@pytest.mark.nightly
def test_a_large_redelivery_storm_changes_no_view(tmp_path: Path) -> None:
    """200,000 events, delivered again and shuffled, are 200,000 duplicates and no change."""
    storm(tmp_path, 200_000, 20_000)
