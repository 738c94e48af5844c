"""What several who write one store must ask of all of it, and not only of what they read for their batch."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import pytest

from services.accounts.orders import Contribution
from streams.history.verify import verify
from streams.ledger.accounting import accounting
from streams.ledger.deadletters import listed
from streams.ledger.jobs import Job
from streams.projection.gross import GROSS_MAX
from streams.projection.shelf import Shelf
from streams.projection.submission import Outcome
from tests.builders import Wire, order, won
from tests.homes import Stores, databases
from tests.stores import NOW, us
from tests.streams.test_homes_agree import submission
from tests.streams.turns import Turns

LARGEST = "999999999999999.99"


@pytest.fixture
def turns() -> Iterator[Turns]:
    """Give three ledgers of one store on Postgres."""
    with ExitStack() as held:
        yield Turns(held.enter_context(databases().one()), us(NOW), held)


def apply_both(turns: Turns, first: list[Wire], second: list[Wire]) -> tuple[list[Outcome], list[Outcome]]:
    """Return what becomes of two batches of which the first was folded before the second was written."""
    one, other, _ = turns.ledgers
    found: list[list[list[Outcome]]] = []

    def between() -> None:
        found.append(other.apply([Job(items=[submission(wire) for wire in second])], turns.now_us))

    one.between = between
    found.append(one.apply([Job(items=[submission(wire) for wire in first])], turns.now_us))
    return found[1][0], found[0][0]


def test_amounts_of_several_who_write_stay_within_bounds(turns: Turns) -> None:
    """Two batches that fit each for itself and not together: what is too much of the later one is a dead letter."""
    batches = [[wire for n in range(15) for wire in order(f"{name}{n}", "2017-03-01", amount=LARGEST)] for name in "ab"]
    outcomes = apply_both(turns, *batches)
    assert {outcome.kind for outcome in outcomes[1]} == {"applied"}
    assert {outcome.reason for outcome in outcomes[0]} == {"", "amount_range"}
    sql = "SELECT MAX(amount) FROM gross"
    assert turns.ledgers[0].connection.execute(sql).fetchone()[0] <= GROSS_MAX


def test_what_waits_already_waits_once(turns: Turns) -> None:
    """An event that is not understood yet and reaches two at the same time is one dead letter and one duplicate."""
    strange = [won("1", "2017-03-01") | {"type": "deal.levitated"}]
    first, second = apply_both(turns, strange, strange)
    assert (first[0].kind, second[0].kind) == ("duplicate", "dead_letter")
    connection = turns.ledgers[0].connection
    assert len(listed(connection)) == 1
    assert accounting(connection).gap == 0


class Babel(Shelf):
    """Fails with a message that no database keeps."""

    def contributions(self, account: str) -> Mapping[str, Contribution]:
        """Fail."""
        raise ValueError(f"half of 🚀 is \ud83d, and \x00 is nothing: {account}")


def test_a_reason_that_cannot_be_stored_is_stored_in_part(stores: Stores) -> None:
    """What a rule says when it fails may be anything; the event is a dead letter all the same."""
    store = stores()
    store.home.projector.shelf = Babel(store.home.connection, next_no=store.home.projector.shelf.next_no)
    *_, outcome = store.send(order("1", "2017-03-01", account="a"))
    assert (outcome.kind, outcome.reason) == ("dead_letter", "rule_failed")
    (letter,) = listed(store.home.connection)
    assert letter.detail.startswith("ValueError: half of 🚀 is ?, and ? is nothing: a (contributions")


def test_only_what_depends_on_others_is_folded_again(turns: Turns) -> None:
    """Of a batch of ten customers, the one to whom another sold meanwhile is folded again, and nothing else; who was
    there first is the new customer.
    """
    mine = [wire for n in range(10) for wire in order(f"m{n}", "2017-03-02", account=f"a{n}")]
    outcomes = apply_both(turns, mine, order("theirs", "2017-03-01", account="a3"))
    ledger = turns.ledgers[0]
    assert (ledger.moved, ledger.parted, ledger.again, ledger.projector.again) == (1, 1, 0, 2)
    assert sorted(outcome.position or 0 for outcome in outcomes[0]) == list(range(3, 23))
    assert [outcome.position for outcome in outcomes[0][6:8]] == [21, 22]
    with ledger.connection.snapshot():
        assert verify(ledger.connection).differing == []


def test_the_same_event_twice_is_applied_once_and_told_where(turns: Turns) -> None:
    """An event that another applied meanwhile is a duplicate of that; what is beside it in the batch stays."""
    first, second = apply_both(
        turns,
        [*order("a", "2017-03-01"), *order("b", "2017-03-02"), *order("a", "2017-03-01")],
        order("a", "2017-03-01"),
    )
    assert [outcome.position for outcome in second] == [1, 2]
    assert [(outcome.kind, outcome.position) for outcome in first] == [
        ("duplicate", 1),
        ("duplicate", 2),
        ("applied", 3),
        ("applied", 4),
        ("duplicate", 1),
        ("duplicate", 2),
    ]
    connection = turns.ledgers[0].connection
    assert accounting(connection).gap == 0
    with connection.snapshot():
        assert verify(connection).differing == []


def test_what_fails_when_folded_again_is_a_dead_letter_of_its_own(turns: Turns) -> None:
    """Another buried something meanwhile and took an id with other content: the numbers of letters do not meet."""
    mine = [*order("a", "2017-03-01"), *order("b", "2017-03-02")]
    strange = order("c", "2017-03-03")[0] | {"type": "deal.levitated"}
    other = mine[0] | {"data": {"owner": "somebody", "amount": "1.00", "currency": "USD"}}
    first, second = apply_both(turns, mine, [other, strange])
    assert [outcome.kind for outcome in second] == ["applied", "dead_letter"]
    assert [outcome.kind for outcome in first] == ["conflict", "applied", "applied", "applied"]
    connection = turns.ledgers[0].connection
    assert [(letter.id, letter.reason) for letter in listed(connection)] == [
        (second[1].dead_letter, "type_unknown"),
        (first[0].dead_letter, "id_conflict"),
    ]
    assert accounting(connection).gap == 0
