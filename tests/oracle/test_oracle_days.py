"""The oracle's days, activities, receipts and customers, checked against sums made by hand."""

from tests.oracle.said import Event, between, deal, on, order, said, year
from tests.oracle.sums import Number


def zone(name: str) -> Event:
    """Return the setting of the company's zone."""
    return said("company.configured", "company/main", "2000-01-01", zone=name)


def log(name: str, kind: str, when: str = "2017-05-02T10:00:00Z", **fields: object) -> Event:
    """Return an activity of Ann."""
    return said("activity.logged", f"activity/{name}", when, **({"kind": kind, "by": "ann"} | fields))


def wins(first: str, last: str, *events: Event) -> Number:
    """Return Ann's credits in basis points over a period; an empty tuple where she has none."""
    return between(first, last, *events)["deals_won"].get("ann", ())


def test_long_day() -> None:
    """Time zones: 2017-10-29 has 25 hours in Berlin, from 22:00Z the day before to 23:00Z."""
    moments = [
        "28T21:59:59.999999Z",
        "28T22:00:00Z",
        "29T00:30:00Z",
        "29T01:30:00Z",
        "29T22:59:59Z",
        "29T23:00:00Z",
    ]
    told = [zone("Europe/Berlin")]
    for number, moment in enumerate(moments):
        told += [deal(str(number)), on(str(number), "won", f"2017-10-{moment}")]
    assert wins("2017-10-28", "2017-10-28", *told) == (10_000,)
    assert wins("2017-10-29", "2017-10-29", *told) == (40_000,)
    assert wins("2017-10-30", "2017-10-30", *told) == (10_000,)


def test_short_day() -> None:
    """Time zones: 2017-03-26 has 23 hours in Berlin, from 23:00Z the day before to 22:00Z."""
    told = [zone("Europe/Berlin")]
    for number, moment in enumerate(["25T22:59:59Z", "25T23:00:00Z", "26T21:59:59Z", "26T22:00:00Z"]):
        told += [deal(str(number)), on(str(number), "won", f"2017-03-{moment}")]
    assert wins("2017-03-26", "2017-03-26", *told) == (20_000,)


def test_date_only_keeps_its_day() -> None:
    """A date without a time keeps its day in Shanghai and in New York; a moment does not."""
    dated = [deal("A", "2017-03-01"), on("A", "won", "2017-03-31")]
    for name in ("Asia/Shanghai", "America/New_York"):
        assert wins("2017-03-31", "2017-03-31", zone(name), *dated) == (10_000,)
    timed = [deal("A", "2017-03-01"), on("A", "won", "2017-03-31T16:00:00Z")]
    assert wins("2017-04-01", "2017-04-01", zone("Asia/Shanghai"), *timed) == (10_000,)


def test_offset_is_only_a_way_to_write() -> None:
    """A moment counts the same whatever offset it was written with."""
    told = [deal("A"), on("A", "won", "2017-03-31T20:00:00-05:00")]
    assert wins("2017-04-01", "2017-04-01", *told) == (10_000,)


def test_typed_date_is_held_against_the_business_day() -> None:
    """A close typed for tomorrow in UTC is today's in Shanghai, and so it counts."""
    told = [zone("Asia/Shanghai"), deal("A"), on("A", "won", "2017-03-31T17:00:00Z", closed_on="2017-04-01")]
    assert wins("2017-04-01", "2017-04-01", *told) == (10_000,)


def test_bots_do_not_count() -> None:
    """Bot or assistant activity: metrics of people count people."""
    numbers = year(log("1", "email"), log("2", "email", actor_type="bot"), log("3", "note", account="X"))
    assert numbers["emails"] == {"ann": (1,)} and numbers["accounts_touched"] == {}


def test_visits() -> None:
    """Visits: held meetings with a customer count, no-shows and internal meetings do not."""
    numbers = year(
        log("1", "visit"),
        log("2", "visit", held=False),
        log("3", "meeting", held=True, customer_present=True),
        log("4", "meeting", held=True, customer_present=False),
        log("5", "meeting", held=False, customer_present=True),
        log("6", "demo"),
    )
    assert numbers["visits"] == {"ann": (2,)}
    assert numbers["meetings"] == {"ann": (2,)}
    assert numbers["demos"] == {"ann": (1,)}


def test_talk_time() -> None:
    """Effective talk time: connected calls of people above the floor, which the company can move."""
    told = [
        log("1", "call", duration_seconds=119, connected=True),
        log("2", "call", duration_seconds=120, connected=True),
        log("3", "call", duration_seconds=900, connected=False),
        log("4", "call", duration_seconds=900, connected=True, actor_type="bot"),
        log("5", "call", duration_seconds=301, connected=True),
    ]
    numbers = year(*told)
    assert numbers["effective_talk_seconds"] == {"ann": (421,)}
    assert (numbers["calls"], numbers["effective_calls"]) == ({"ann": (4,)}, {"ann": (2,)})
    floor = said("company.configured", "company/main", "2000-01-01", talk_floor_seconds=300)
    assert year(floor, *told)["effective_talk_seconds"] == {"ann": (301,)}


def test_accounts_touched() -> None:
    """Accounts are counted once over a period, merged ones as one."""
    told = [log("1", "call", account="X"), log("2", "email", account="X"), log("3", "call", account="Y")]
    assert year(*told)["accounts_touched"] == {"ann": (2,)}
    merged = said("account.merged", "account/Y", "2017-06-01", into="X")
    assert year(*told, merged)["accounts_touched"] == {"ann": (1,)}


def invoice(name: str, deal_id: str) -> Event:
    """Return a plan of an invoice in dollars."""
    lines = [{"due": "2017-02-01", "amount": "100"}]
    return said("invoice.planned", f"invoice/{name}", "2017-01-01", deal=deal_id, currency="USD", lines=lines)


def paid(name: str, kind: str, when: str, amount: str) -> Event:
    """Return a payment ("received") or a refund ("refunded") of an invoice."""
    return said(f"receipt.{kind}", f"invoice/{name}", when, receipt="1", amount=amount)


def test_refund() -> None:
    """Refund: it is negative on its own day, and an order paid back in full makes no customer."""
    told = [*order("A", "2017-01-05", "X"), invoice("I", "A"), paid("I", "received", "2017-02-01", "100")]
    assert year(*told)["new_customers"] == {"ann": (1,)}
    part = [*told, paid("I", "refunded", "2017-03-01", "40.50")]
    assert between("2017-02-01", "2017-02-28", *part)["received_amount"] == {"A": (("USD", 10_000),)}
    assert between("2017-03-01", "2017-03-31", *part)["received_amount"] == {"A": (("USD", -4_050),)}
    assert year(*part)["received_amount"] == {"A": (("USD", 5_950),)}
    assert year(*part)["new_customers"] == {"ann": (1,)}
    full = year(*part, paid("I", "refunded", "2017-03-02", "59.50"))
    assert full["new_customers"] == {} and full["received_amount"] == {}
    assert full["won_amount"] == {"ann": (("USD", 10_000),)}


def test_new_customers_of_merged_accounts() -> None:
    """Merge of accounts: the first order of the one customer that they are is the new one."""
    told = [*order("A", "2017-01-05", "X", owner="bob"), *order("B", "2017-02-05", "Y")]
    assert year(*told)["new_customers"] == {"ann": (1,), "bob": (1,)}
    merged = said("account.merged", "account/X", "2017-06-01", into="Y")
    back = said("account.merged", "account/Y", "2017-07-01", into="X")
    assert year(*told, merged, back)["new_customers"] == {"bob": (1,)}


def test_repurchase() -> None:
    """Repurchase rate: orders of one day are no repeats, and a window ends on its last day."""
    told = [*order("A", "2017-01-01", "X"), *order("B", "2017-01-01", "X"), *order("C", "2017-01-01", "Y")]
    assert year(*told)["repurchase_365"] == {"ann": (0, 2)}
    numbers = year(*told, *order("D", "2017-04-01", "X"), *order("E", "2017-06-30", "Y"))
    assert numbers["repurchase_90"] == {"ann": (1, 2)}
    assert numbers["repurchase_180"] == {"ann": (2, 2)}


def test_won_back() -> None:
    """New customers: an order 365 days after the last one wins the customer back, and is not new."""
    told = [*order("A", "2016-01-02", "X"), *order("B", "2017-01-01", "X", owner="bob")]
    numbers = year(*told)
    assert numbers["won_back"] == {"bob": (1,)} and numbers["new_customers"] == {}
    assert year(*told, *order("C", "2016-06-01", "X"))["won_back"] == {}
