"""The same deliveries leave the same numbers in both homes, whatever the batches and whoever writes them."""

from contextlib import ExitStack, closing
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest

from services.errors import Rejected
from services.events.decode import read
from streams.ledger.accounting import Accounting, accounting
from streams.projection.submission import Refused, Submission
from tests.homes import empty_store
from tests.stores import NOW, Dump, Store, Wire, dump_of, us
from tests.streams.mixture import MOVED, deliveries
from tests.streams.turns import Turns

SIZES = [2_500, pytest.param(100_000, marks=pytest.mark.nightly)]


def submission(wire: Wire) -> Submission:
    """Return what a door makes of a delivery; one that cannot be read becomes a dead letter."""
    try:
        return read(wire, now_us=us(NOW))
    except Rejected as refusal:
        raw = msgspec.json.encode(wire)
        return Refused(source=str(wire["source"]), raw=raw, reason=refusal.code, detail=refusal.detail)


def segments(events: int) -> list[list[Submission]]:
    """Return deliveries with the move to another zone alone between them."""
    before, after = deliveries(events)
    return [[submission(wire) for wire in wires] for wires in (before, [MOVED], after)]


def check_sound(store: Store) -> Accounting:
    """Hold what must hold of any store, and return its accounting."""
    connection = store.home.connection
    assert store.differing() == []
    rows = connection.execute("SELECT position, applied_us FROM events ORDER BY position").fetchall()
    assert [position for position, _ in rows] == list(range(1, len(rows) + 1))
    assert all(one < other for (_, one), (_, other) in pairwise(rows))
    found = accounting(connection)
    assert found.gap == 0
    return found


def left(store: Store, told: list[list[Submission]], batch: int) -> tuple[Dump, Accounting]:
    """Return what deliveries leave in a store that one ledger writes."""
    for items in told:
        store.apply(items, batch)
    return dump_of(store.home.connection), check_sound(store)


@pytest.mark.timeout(3_000)
@pytest.mark.parametrize("events", SIZES)
def test_both_homes_agree_byte_by_byte(events: int) -> None:
    """Duplicates, disorder, corrections, merges, deletes, refunds, team moves, rates and another zone: one ledger on
    a file, one on Postgres with other batches, and three that take turns leave the same states, cells and journal.
    """
    told = segments(events)
    with ExitStack() as held:
        folder = Path(held.enter_context(TemporaryDirectory()))
        embedded = held.enter_context(closing(Store(folder)))
        wanted = left(embedded, told, batch=1_000)
        alone = held.enter_context(closing(Store(held.enter_context(empty_store()))))
        assert left(alone, told, batch=337) == wanted
        address = held.enter_context(empty_store())
        turns = Turns(address, us(NOW), held)
        for seed, items in enumerate(told):
            turns.apply(items, seed)
        together = held.enter_context(closing(Store(address)))
        assert left(together, [], batch=1) == wanted
        assert sum(ledger.moved for ledger in turns.ledgers) > events // 10_000
        assert sum(ledger.parted for ledger in turns.ledgers) > events // 10_000
