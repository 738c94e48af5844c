"""The oracle's own numbers, checked against sums made by hand."""

from datetime import date

from tests.oracle.fold import tell
from tests.oracle.sums import Numbers

Event = dict[str, object]
YEAR = (date(2017, 1, 1), date(2017, 12, 31))


def said(kind: str, subject: str, when: str, /, envelope: Event | None = None, **fields: object) -> Event:
    """Return a wire event; `when` is a date (a date-only fact) or a moment with an offset."""
    dated = len(when) == 10
    event: Event = {
        "specversion": "1.0",
        "id": f"{kind} {subject} {when} {sorted(fields.items(), key=str)}",
        "source": "test",
        "type": kind,
        "subject": subject,
        "time": f"{when}T00:00:00Z" if dated else when,
        "data": fields,
    }
    return event | ({"dateonly": True} if dated else {}) | (envelope or {})


def year(*events: Event) -> dict[str, Numbers]:
    """Return all numbers of 2017."""
    return tell(events).numbers(*YEAR)


def deal(name: str, when: str = "2017-01-01", **fields: object) -> Event:
    """Return the creation of a deal of Ann, over 100 dollars unless `fields` say otherwise."""
    return said("deal.created", f"deal/{name}", when, **({"owner": "ann", "amount": "100"} | fields))


def won(name: str, when: str = "2017-02-01", **fields: object) -> Event:
    """Return the win of a deal."""
    return said("deal.won", f"deal/{name}", when, **fields)


def test_win_rate_by_count() -> None:
    """Win rate by count: 3 won, 7 lost, 90 open give 30 %."""
    deals = [deal(str(n)) for n in range(100)]
    wins = [won(str(n)) for n in range(3)]
    losses = [said("deal.lost", f"deal/{n}", "2017-03-01") for n in range(3, 10)]
    numbers = year(*deals, *wins, *losses)
    assert numbers["win_rate"] == {"ann": (30_000, 100_000)}
    assert numbers["open_deals"] == {"ann": (90,)}
    assert numbers["deals_lost"] == {"ann": (7,)}
    assert numbers["lost_amount"] == {"ann": (("USD", 70_000),)}
    assert numbers["deals_created"] == {"ann": (100,)}
