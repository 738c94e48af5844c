"""Accounts that became part of others, in counts of different accounts."""

from tests.builders import as_of, event
from tests.homes import Stores


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
