"""Who owned a deal when: for money that came in on a deal, read from the deal's own history."""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from services.days import DAY_US, day_of
from services.events.deals import DealCreated, DealOwnerChanged, DealUpdated
from services.events.envelope import Event
from services.journal.order import order_key
from services.metrics.row import Row
from streams.answers.cut import Cut
from streams.store.archive import EventRow, from_row

# Measures whose rows name a deal instead of a rep.
OF_DEALS = frozenset({"due", "collected", "unallocated", "contract", "contract_paid", "received"})

DAY_MAX = 10_000_000
_COLUMNS = ", ".join(f"e.{name}" for name in EventRow._fields)


def owned(cut: Cut, rows: Iterable[Row]) -> list[Row]:
    """Return rows of deals with the deal's owner at the end of each row's day in the place of the rep."""
    found = list(rows)
    histories = _histories(cut, sorted({row.subject for row in found}))
    return [row._replace(rep=_on(histories.get(row.subject, []), row.day or 0)) for row in found]


def held(cut: Cut, deals: Iterable[str], rep: str) -> list[tuple[str, int, int]]:
    """Return (deal, first day, last day) for every stretch of days at whose end a rep owned a deal.

    A deal of which nothing is known belongs to nobody, whose id is empty.
    """
    found: list[tuple[str, int, int]] = []
    asked = sorted(deals)
    histories = _histories(cut, asked)
    for deal in asked:
        history = histories.get(deal) or [(-DAY_MAX, "")]
        starts = [-DAY_MAX, *(day for day, _ in history[1:]), DAY_MAX]
        stretches = zip(starts, starts[1:], history, strict=False)
        found.extend((deal, first, after - 1) for first, after, (_, owner) in stretches if owner == rep)
    return found


def _on(history: list[tuple[int, str]], day: int) -> str:
    place = bisect_right(history, day, key=lambda change: change[0])
    return history[place - 1][1] if place else (history[0][1] if history else "")


def _histories(cut: Cut, deals: list[str]) -> dict[str, list[tuple[int, str]]]:
    """Return (day, owner from then on) of each deal, oldest first."""
    subjects = json.dumps([f"deal/{deal}" for deal in deals])
    rows = cut.connection.execute(
        f"SELECT r.subject, {_COLUMNS} FROM roots r JOIN events e ON e.root_no = r.no "
        "WHERE r.subject IN (SELECT value FROM json_each(?)) AND e.position <= ? "
        "AND e.type IN ('deal.created', 'deal.updated', 'deal.owner_changed')",
        (subjects, cut.position),
    )
    events: dict[str, list[Event]] = defaultdict(list)
    for subject, *columns in rows:
        events[subject.partition("/")[2]].append(from_row(EventRow(*columns), subject))
    zone = ZoneInfo(cut.rules.zone)
    return {deal: _history(sorted(several, key=order_key), zone) for deal, several in events.items()}


def _history(events: list[Event], zone: ZoneInfo) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for event in events:
        data = event.data
        if isinstance(data, DealCreated | DealUpdated | DealOwnerChanged):
            owner = data.owner
            if owner is None or isinstance(owner, str):
                day = event.time_us // DAY_US if event.date_only else day_of(event.time_us, zone)
                found.append((day, owner or ""))
    return found
