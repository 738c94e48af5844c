"""A wire event as the oracle sees it: when, which root, and what was said, in the order of its root."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

Wire = Mapping[str, object]
Order = tuple[datetime, int, int, str, str]

KINDS = frozenset({"company", "deal", "invoice", "account", "activity", "document"})
"""The kinds of root that move a number of the oracle; all others are passed over."""

FIELD_CHANGE = 1
RANKS = {
    "ticket.opened": 0,
    "activity.logged": 0,
    "invoice.planned": 0,
    "rep.joined": 0,
    "document.written": 0,
    "document.use_withdrawn": 4,
    "document.verified": 3,
    "document.archived": 6,
    "document.restored": 7,
    "deal.stage_changed": 2,
    "deal.won": 3,
    "deal.lost": 3,
    "ticket.resolved": 3,
    "deal.reopened": 4,
    "ticket.reopened": 4,
    "deal.merged": 5,
    "account.merged": 5,
    "ticket.merged": 5,
    "deal.deleted": 6,
    "deal.restored": 7,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One event that counts: its place in the fold (`order`), its root and what it says."""

    order: Order
    type: str
    root: str
    date_only: bool
    said: Wire


def text(said: Wire, field: str) -> str | None:
    """Return a field that holds text; None where it is absent or null."""
    value = said.get(field)
    return value if isinstance(value, str) else None


def whole(said: Wire, field: str, default: int = 0) -> int:
    """Return a field that holds a whole number; `default` where it is absent or null."""
    value = said.get(field)
    return value if isinstance(value, int) else default


def rank(kind: str) -> int:
    """Return the rank of an event type among events of one moment, 0..7 (journal.md, rule 2)."""
    return RANKS.get(kind, 0 if kind.endswith(".created") else FIELD_CHANGE)


def facts_by_kind(events: Iterable[Wire]) -> dict[str, list[Fact]]:
    """Return the facts of each kind of root in the order of the fold; of doubles the first one counts."""
    seen: set[tuple[str, str]] = set()
    found: dict[str, list[Fact]] = {kind: [] for kind in KINDS}
    for event in events:
        mark = (str(event["source"]), str(event["id"]))
        if mark in seen:
            continue
        seen.add(mark)
        kind, _, root = str(event["subject"]).partition("/")
        if kind in KINDS:
            found[kind].append(fact_of(event, root))
    for facts in found.values():
        facts.sort(key=lambda fact: fact.order)
    return found


def fact_of(event: Wire, root: str) -> Fact:
    """Return one event as a fact of `root`."""
    moment = datetime.fromisoformat(str(event["time"]).upper()).astimezone(UTC)
    kind = str(event["type"])
    said = event.get("data")
    return Fact(
        order=(moment, rank(kind), whole(event, "sequence"), str(event["source"]), str(event["id"])),
        type=kind,
        root=root,
        date_only=event.get("dateonly") is True,
        said=said if isinstance(said, Mapping) else {},
    )
