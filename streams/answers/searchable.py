"""What search reads: documents as they stand, and decided deals as they were known before they left each stage."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.accounts.account import Account
from services.boards.story import Known
from services.days import DAY_US, day_of
from services.deals.deal import Deal
from services.deals.merged import told_of
from services.deals.stays import Stay, has_history, stage_key, stays, was_known
from services.documents.document import Document
from services.documents.versions import Version, versions_of
from services.journal.component import fold
from services.org.people import Person
from streams.answers.cut import Cut
from streams.projection.head import MADE
from streams.projection.shelf import decode_root
from streams.store.archive import EventRow, from_row
from streams.store.connection import Connection

_COLUMNS = ", ".join(EventRow._fields)
# All that search may have to read when it begins anew, in an order that does not change while it does so.
_ALL = (
    "SELECT subject, touched FROM roots WHERE subject > ? AND subject < ? AND state IS NOT NULL "
    "ORDER BY subject LIMIT ?"
)
_SINCE = "FROM index_queue WHERE position >= ? AND (position > ? OR subject > ?)"
_KINDS = (("deal/", "deal0"), ("document/", "document0"))


class Waiting(NamedTuple):
    """A root to read, and the position of the event that says so."""

    subject: str
    position: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentRead:
    """A document as it stands, with its last version; `rev` grows with every event that tells of it."""

    id: str
    rev: int
    state: Document
    version: Version

    @property
    def subject(self) -> str:
        """Return the subject of its root."""
        return f"document/{self.id}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Then:
    """A stay of a deal, with what was known of its account and its owner then; `team` is the owner's."""

    stay: Stay
    account: Account
    team: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DealRead:
    """A deal with its stays; `team` is the team of its owner today, `history` whether more than one row told of it.

    :ivar events: all that was told of it, also of deals that were merged into it.
    :ivar absorbed: those deals.
    """

    id: str
    rev: int
    state: Deal
    team: str
    history: bool
    thens: tuple[Then, ...]
    events: tuple[Known, ...] = ()
    absorbed: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """Return the subject of its root."""
        return f"deal/{self.id}"


@dataclass(frozen=True, slots=True)
class Gone:
    """A root that nobody is to find: an archived document, an open or a deleted deal, or one without an event."""

    subject: str
    rev: int


Read = DocumentRead | DealRead | Gone


def changed(connection: Connection, read: tuple[int, str], limit: int) -> list[Waiting]:
    """Return what has changed since an index has read up to a position and a subject, in the order of both.

    Positions grow in the order in which changes become visible, so that nothing can appear before what was read.
    """
    rows = connection.execute(
        f"SELECT subject, position {_SINCE} ORDER BY position, subject LIMIT ?", (*_since(read), limit)
    )
    return [Waiting(*row) for row in rows]


def changed_count(connection: Connection, read: tuple[int, str] = (0, "")) -> int:
    """Return how many roots have changed since."""
    (count,) = connection.execute(f"SELECT COUNT(*) {_SINCE}", _since(read)).fetchone()
    return int(count)


def _since(read: tuple[int, str]) -> tuple[int, int, str]:
    position, subject = read
    return position, position, subject


def making(connection: Connection) -> str:
    """Return which making of the derived tables this is; after another one all that changed is there to be read."""
    row = connection.execute("SELECT value FROM facts WHERE name = ?", (MADE,)).fetchone()
    return "0" if row is None else str(row[0])


def everything_count(connection: Connection, after: str = "") -> int:
    """Return how many documents and deals there are after a subject."""
    total = 0
    for first, end in _KINDS:
        if after < end:
            counted = "SELECT COUNT(*) FROM roots WHERE subject > ? AND subject < ? AND state IS NOT NULL"
            total += connection.execute(counted, (max(after, first), end)).fetchone()[0]
    return total


def everything(connection: Connection, after: str, limit: int) -> list[Waiting]:
    """Return documents and deals after a subject, by their subjects, with the position of their last events."""
    for first, end in _KINDS:
        if after < end:
            rows = connection.execute(_ALL, (max(after, first), end, limit)).fetchall()
            if rows:
                return [Waiting(*row) for row in rows]
    return []


@dataclass(frozen=True, slots=True)
class Histories:
    """What was told of accounts and people, each read once from one picture of a store."""

    connection: Connection
    read: dict[str, list[Known]] = field(default_factory=dict)

    def of(self, subject: str) -> list[Known]:
        """Return the events of a root; none when nothing is known of it."""
        found = self.read.get(subject)
        if found is None:
            row = self.connection.execute("SELECT no FROM roots WHERE subject = ?", (subject,)).fetchone()
            found = self.read[subject] = [] if row is None else _events(self.connection, row[0], subject)
        return found


def read(cut: Cut, subject: str, told: Histories | None = None) -> Read:
    """Return what search is to know of a document or a deal; who reads several gives each what the others have read."""
    root = _root(cut, subject)
    if root is None or root.state is None:
        return Gone(subject, root.touched if root else 0)
    name = subject.partition("/")[2]
    if isinstance(root.state, Document) and root.state.versions and not root.state.archived:
        events = _events(cut.connection, root.no, subject)
        version = versions_of(known.event for known in events)[-1]
        return DocumentRead(id=name, rev=_revision([root], events), state=root.state, version=version)
    if isinstance(root.state, Deal) and root.state.status != "open" and not root.state.hidden:
        return _deal_read(cut, name, root, root.state, told or Histories(cut.connection))
    return Gone(subject, _revision([root], _events(cut.connection, root.no, subject)))


def deal_of(cut: Cut, name: str) -> DealRead | None:
    """Return a deal with its stays, whether it is decided or not; None when there is none."""
    root = _root(cut, f"deal/{name}")
    if root is None or not isinstance(root.state, Deal) or root.state.hidden:
        return None
    return _deal_read(cut, name, root, root.state, Histories(cut.connection))


class _Root(NamedTuple):
    no: int
    state: object
    touched: int


def _root(cut: Cut, subject: str) -> _Root | None:
    row = cut.connection.execute("SELECT no, state, touched FROM roots WHERE subject = ?", (subject,)).fetchone()
    if row is None:
        return None
    return _Root(row[0], decode_root(subject, row[1]).state if row[1] else None, row[2])


def _revision(roots: Iterable[_Root], events: Iterable[Known]) -> int:
    """Return what grows with every event: one that changes no state leaves the root as it was."""
    return max(*(root.touched for root in roots), *(known.position for known in events), 0)


def _deal_read(cut: Cut, name: str, root: _Root, state: Deal, histories: Histories) -> DealRead:
    """Return a deal with what was known at each of its stays."""
    subject = f"deal/{name}"
    absorbed, roots = _absorbed(cut, state), [root]
    events = _events(cut.connection, root.no, subject)
    for other in absorbed:
        taken = _root(cut, f"deal/{other}")
        if taken is not None:
            roots.append(taken)
            events.extend(_events(cut.connection, taken.no, f"deal/{other}"))
    told = told_of(subject, events)
    found = stays(told, ZoneInfo(cut.rules.zone), closing=closing_stages(cut))
    return DealRead(
        id=name,
        rev=_revision(roots, events),
        state=state,
        team=cut.organisation.team_of(state.owner, cut.today),
        history=has_history(told),
        thens=tuple(_then(cut, stay, histories) for stay in found),
        events=tuple(sorted(told, key=lambda known: known.position)),
        absorbed=absorbed,
    )


def _absorbed(cut: Cut, state: Deal) -> tuple[str, ...]:
    """Return the deals that became part of one, and those that had become part of these."""
    found: dict[str, None] = {}
    waiting = list(state.absorbed)
    while waiting:
        name = waiting.pop(0)
        if name in found:
            continue
        found[name] = None
        root = _root(cut, f"deal/{name}")
        if root is not None and isinstance(root.state, Deal):
            waiting.extend(root.state.absorbed)
    return tuple(found)


def closing_stages(cut: Cut) -> frozenset[str]:
    """Return the stages of all pipelines that mean won or lost."""
    pipelines = cut.organisation.pipelines
    return frozenset(
        stage_key(name, stage.id) for name, one in pipelines.items() for stage in one.stages if stage.kind != "open"
    )


def _then(cut: Cut, stay: Stay, histories: Histories) -> Then:
    zone = ZoneInfo(cut.rules.zone)
    account = _folded(f"account/{stay.state.account}", stay.left, zone, histories) if stay.state.account else None
    person = _folded(f"rep/{stay.state.owner}", stay.left, zone, histories) if stay.state.owner else None
    day = _day(cut, stay.left)
    team = person.in_zone(zone).team_on(day) if isinstance(person, Person) else ""
    return Then(stay=stay, account=account if isinstance(account, Account) else Account(), team=team)


def _day(cut: Cut, left: Known | None) -> int:
    if left is None:
        return cut.today
    return (
        left.event.time_us // DAY_US if left.event.date_only else day_of(left.event.time_us, ZoneInfo(cut.rules.zone))
    )


def _folded(subject: str, left: Known | None, zone: ZoneInfo, histories: Histories) -> object:
    """Return the state of a root from its own events that were known when a deal left a stage."""
    known = [one.event for one in histories.of(subject) if left is None or was_known(one, left, zone)]
    found = fold(event for event in known if not event.type.endswith(".merged")).get(subject)
    return found.root.state if found else None


def _events(connection: Connection, root_no: int, subject: str) -> list[Known]:
    columns = connection.execute(f"SELECT {_COLUMNS} FROM events WHERE root_no = ?", (root_no,))
    rows = [EventRow(*one) for one in columns]
    return [Known(event=from_row(one, subject), position=one.position, applied_us=one.applied_us) for one in rows]
