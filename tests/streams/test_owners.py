"""Whose money it is that comes in on a deal: the owner of that day, merges included."""

from tests.builders import Wire, deal, event
from tests.homes import Stores


def paid(invoice: str, on_deal: str, day: str) -> list[Wire]:
    """Return an invoice of ten dollars for a deal that is paid on a day."""
    plan = event(
        "invoice.planned",
        f"invoice/{invoice}",
        "2017-01-02",
        deal=on_deal,
        account="a",
        currency="USD",
        lines=[{"due": day, "amount": "10.00"}],
    )
    return [plan, event("receipt.received", f"invoice/{invoice}", day, receipt="r", amount="10.00")]


def test_money_follows_the_owner_of_its_day(stores: Stores) -> None:
    """Money of February is the first owner's, money of April the second's."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann"), event("deal.owner_changed", "deal/1", "2017-03-01", owner="bob"))
    store.send(paid("f", "1", "2017-02-01"), paid("a", "1", "2017-04-01"))
    assert store.board("received_amount", "2017") == {"ann": "10.00 USD", "bob": "10.00 USD"}


def test_money_of_merged_deals_follows_the_one_that_stands(stores: Stores) -> None:
    """After a merge both deals are the owner's of the one that stands, also when an event names the other."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann"), deal("2", "2017-01-01", owner="bob"))
    store.send(event("deal.merged", "deal/2", "2017-02-01", into="1"))
    store.send(event("deal.owner_changed", "deal/2", "2017-03-01", owner="cyd"))
    store.send(paid("before", "2", "2017-01-15"), paid("between", "2", "2017-02-15"))
    store.send(paid("one", "1", "2017-03-15"), paid("two", "2", "2017-03-16"))
    assert store.board("received_amount", "2017") == {"ann": "10.00 USD", "bob": "10.00 USD", "cyd": "20.00 USD"}


def test_a_chain_of_merges_ends_in_one_owner(stores: Stores) -> None:
    """A deal merged into one that was merged later goes on as the last, whatever order they arrive in."""
    facts = [
        *(deal(name, "2017-01-01", owner=owner) for name, owner in (("1", "ann"), ("2", "bob"), ("3", "cyd"))),
        event("deal.merged", "deal/3", "2017-02-01", into="2"),
        event("deal.merged", "deal/2", "2017-03-01", into="1"),
        *paid("x", "3", "2017-02-15"),
        *paid("y", "3", "2017-03-15"),
    ]
    for order in (facts, facts[::-1]):
        store = stores()
        store.send(order)
        assert store.board("received_amount", "2017") == {"ann": "10.00 USD", "bob": "10.00 USD"}
