"""Accounts and deals that became part of others, in counts of different ones."""

from contextlib import closing
from itertools import permutations

from services.view import LATEST
from streams.answers.documents import records
from tests.builders import as_of, event, order
from tests.homes import Stores
from tests.stores import Store


def test_accounts_that_became_one_count_once(stores: Stores) -> None:
    """Accounts touched: one merged into another is no account of its own, from the moment that this is known."""
    store = stores()
    for name in ("a", "b", "c"):
        store.send(event("activity.logged", f"activity/{name}", "2017-03-05", kind="call", by="ann", account=name))
    store.send(event("account.merged", "account/a", "2017-04-01", into="b"), at="2018-02-01T00:00:00Z")
    store.send(event("account.merged", "account/b", "2017-04-02", into="c"), at="2018-02-02T00:00:00Z")
    assert store.board("accounts_touched", "2017-03") == {"ann": "1"}
    assert store.board("accounts_touched", "2017-03", as_of("2018-02-01T00:00:00Z")) == {"ann": "2"}
    assert store.board("accounts_touched", "2017-03", as_of("2018-01-31T00:00:00Z")) == {"ann": "3"}


def test_a_document_used_in_deals_that_became_one_assists_once(stores: Stores) -> None:
    """Whatever arrives first, the board counts one use by one deal, as the document's record does; merges may chain."""
    told = [
        event("document.written", "document/d", "2017-03-01", kind="note", author="ann"),
        event("document.used", "document/d", "2017-03-02", deal="1", by="bob"),
        event("document.used", "document/d", "2017-03-03", deal="2", by="una"),
        event("deal.merged", "deal/1", "2017-03-04", into="2"),
        event("deal.merged", "deal/2", "2017-03-05", into="3"),
    ]
    for number, wires in enumerate(permutations(told)):
        if number % 12 == 0:
            store = stores()
            store.send(order("3", "2017-03-01"))
            store.send([[wire] for wire in wires], batch=1)
            assert store.board("assists", "2017-03") == {"ann": "1"}
            assert used_in(store) == ["3"]
            assert store.differing() == []


def test_a_merge_joins_assists_when_it_becomes_known(stores: Stores) -> None:
    """As of a moment before the merge there were two; one that would close a circle, and one that came second, joins
    nothing.
    """
    store = stores()
    store.send(order("1", "2017-03-01"), order("2", "2017-03-01"), order("3", "2017-03-01"))
    store.send(event("document.written", "document/d", "2017-03-01", kind="note", author="ann"))
    store.send(event("document.used", "document/d", "2017-03-02", deal=name, by="bob") for name in ("1", "2", "3"))
    store.send(event("deal.merged", "deal/1", "2017-03-04", into="2"), at="2018-02-01T00:00:00Z")
    store.send(event("deal.merged", "deal/2", "2017-03-05", into="1"), at="2018-02-02T00:00:00Z")
    store.send(event("deal.merged", "deal/1", "2017-03-06", into="3"), at="2018-02-03T00:00:00Z")
    assert store.board("assists", "2017-03") == {"ann": "2"}
    assert used_in(store) == ["2", "3"]
    assert store.board("assists", "2017-03", as_of("2018-01-31T00:00:00Z")) == {"ann": "3"}
    # One that is older and arrives last takes the place of the first.
    store.send(event("deal.merged", "deal/1", "2017-03-03", into="3"), at="2018-02-04T00:00:00Z")
    assert used_in(store) == ["3"]
    assert store.board("assists", "2017-03") == {"ann": "1"}
    assert store.board("assists", "2017-03", as_of("2018-02-03T00:00:00Z")) == {"ann": "2"}


def used_in(store: Store) -> list[str]:
    """Return the deals in the record of the document d."""
    with closing(store.questions()) as questions, questions.cut(LATEST) as cut:
        return sorted(use.deal for use in records(cut, ["d"])["d"].uses)
