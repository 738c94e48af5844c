"""Who owned a deal when: for money that came in on a deal, read from the deal's own history."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from msgspec import UnsetType

from services.days import DAY_US, day_of
from services.events.deals import DealCreated, DealMerged, DealOwnerChanged, DealUpdated
from services.events.envelope import Event
from services.journal.order import order_key
from services.metrics.row import Row
from streams.answers.cut import Cut
from streams.projection.shelf import decode_root
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
    """Return (day, owner from then on) of each deal, oldest first; one that was merged goes on as the other."""
    zone = ZoneInfo(cut.rules.zone)
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    alias: dict[str, str] = {}
    merged: dict[str, int] = {}
    for event in sorted(_events(cut, _with_merged(cut, deals)), key=order_key):
        day = event.time_us // DAY_US if event.date_only else day_of(event.time_us, zone)
        deal, data = event.root_id, event.data
        stands = _standing(alias, deal)
        if isinstance(data, DealMerged):
            if deal not in alias and _standing(alias, data.into) != stands:
                alias[deal], merged[deal] = data.into, day
        elif isinstance(data, DealCreated | DealUpdated | DealOwnerChanged) and not isinstance(data.owner, UnsetType):
            found[stands].append((day, data.owner or ""))
    # The last merge first, so that a deal merged into one that was merged later finds its whole story.
    for deal, day in reversed(merged.items()):
        after = found[alias[deal]]
        found[deal] += [(day, _on(after, day)), *(change for change in after if change[0] > day)]
    return found


def _standing(alias: dict[str, str], deal: str) -> str:
    while deal in alias:
        deal = alias[deal]
    return deal


def _with_merged(cut: Cut, deals: list[str]) -> list[str]:
    """Return the subjects of deals and of all that are merged with them."""
    found: set[str] = set()
    waiting = {f"deal/{deal}" for deal in deals}
    while waiting:
        found |= waiting
        rows = cut.connection.execute(
            "SELECT subject, state FROM roots WHERE subject IN LIST ? AND state IS NOT NULL",
            (sorted(waiting),),
        ).fetchall()
        linked = {f"deal/{other}" for subject, state in rows for other in decode_root(subject, state).linked}
        waiting = linked - found
    return sorted(found)


def _events(cut: Cut, subjects: list[str]) -> list[Event]:
    rows = cut.connection.execute(
        f"SELECT r.subject, {_COLUMNS} FROM roots r JOIN events e ON e.root_no = r.no "
        "WHERE r.subject IN LIST ? AND e.position <= ? "
        "AND e.type IN ('deal.created', 'deal.updated', 'deal.owner_changed', 'deal.merged')",
        (subjects, cut.position),
    )
    return [from_row(EventRow(*columns), subject) for subject, *columns in rows]
