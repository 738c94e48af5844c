"""One-line builders of the wire events that the oracle's own tests tell."""

from collections.abc import Mapping
from datetime import date

from tests.oracle.fold import tell
from tests.oracle.sums import Numbers

Event = dict[str, object]


def said(
    kind: str, subject: str, when: str, envelope: Mapping[str, object] | None = None, /, **fields: object
) -> Event:
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
    return event | ({"dateonly": True} if dated else {}) | dict(envelope or {})


def deal(name: str, when: str = "2017-01-01", **fields: object) -> Event:
    """Return the creation of a deal of Ann, over 100 dollars unless `fields` say otherwise."""
    usual: Event = {"owner": "ann", "amount": "100", "currency": "USD"}
    return said("deal.created", f"deal/{name}", when, **(usual | fields))


def on(name: str, change: str, when: str, **fields: object) -> Event:
    """Return a change of a deal, such as "won"."""
    return said(f"deal.{change}", f"deal/{name}", when, **fields)


def order(name: str, when: str, account: str, **fields: object) -> list[Event]:
    """Return a deal of an account that was created and won on one day."""
    return [deal(name, when, account=account, **fields), on(name, "won", when)]


def between(first: str, last: str, *events: Event) -> dict[str, Numbers]:
    """Return all numbers of the days from `first` to `last`."""
    return tell(events).numbers(date.fromisoformat(first), date.fromisoformat(last))


def year(*events: Event) -> dict[str, Numbers]:
    """Return all numbers of 2017."""
    return between("2017-01-01", "2017-12-31", *events)
