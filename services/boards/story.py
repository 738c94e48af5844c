"""The story of a deal: its events in the order in which they became known, and what each one moved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import ZoneInfo

from services.accounts.orders import Contribution
from services.deals.deal import Deal
from services.events.envelope import Event
from services.journal.enter import enter
from services.journal.posting import Posting
from services.journal.roots import Root
from services.money import from_minor

# What deals tell their accounts is posted there, not on the deal.
_OTHERS = frozenset({"new_customer", "won_back", "repurchase"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """A line that an event wrote: `share` of one countable thing, money in major units of `currency`."""

    measure: str
    rep: str
    day: int
    dims: str
    value: int
    n: int
    share: Decimal
    amount: Decimal | None
    currency: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """An accepted event with its place in the log."""

    event: Event
    position: int
    applied_us: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Chapter:
    """One event of a story and what it moved."""

    known: Known
    moved: tuple[Moved, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """A deal as it stands after the events told, oldest known first."""

    id: str
    deal: Deal
    chapters: tuple[Chapter, ...]


@dataclass(slots=True)
class _Told:
    """The roots of a story while it is told (services/journal/shelf.py)."""

    roots: dict[str, Root] = field(default_factory=dict)
    events: dict[str, list[Event]] = field(default_factory=dict)

    def root(self, subject: str) -> Root | None:
        """Return a root by its subject."""
        return self.roots.get(subject)

    def history(self, subject: str) -> Sequence[Event]:
        """Return the events told so far about a root."""
        return self.events.get(subject, [])

    def contributions(self, account: str) -> Mapping[str, Contribution]:
        """Return nothing: a story is told without its account."""
        return {}


def tell(deal_id: str, events: Iterable[Known], zone: ZoneInfo) -> Story:
    """Return the story of a deal from the events of it and of the deals merged with it, by position."""
    told = _Told()
    chapters: list[Chapter] = []
    for known in sorted(events, key=lambda one: one.position):
        change = enter(known.event, told, zone)
        told.roots.update(change.roots)
        told.events.setdefault(known.event.subject, []).append(known.event)
        lines = [posting for group in change.lines for posting in group.postings]
        moved = tuple(_moved(posting) for posting in lines if posting.measure not in _OTHERS)
        chapters.append(Chapter(known=known, moved=moved))
    root = told.roots.get(f"deal/{deal_id}")
    state = root.state if root and isinstance(root.state, Deal) else Deal()
    return Story(id=deal_id, deal=state, chapters=tuple(chapters))


def _moved(posting: Posting) -> Moved:
    return Moved(
        measure=posting.measure,
        rep=posting.rep,
        day=posting.day,
        dims=posting.dims,
        value=posting.value,
        n=posting.n,
        share=(Decimal(posting.count_bp) / 10_000).normalize(),
        amount=from_minor(posting.amount, posting.currency) if posting.currency else None,
        currency=posting.currency,
    )
