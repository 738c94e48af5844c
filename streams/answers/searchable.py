"""What search reads: documents as they stand, and decided deals as they were known before they left each stage."""

from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.accounts.account import Account
from services.boards.story import Known
from services.days import DAY_US, day_of
from services.deals.deal import Deal
from services.deals.stays import Stay, has_history, stage_key, stays, was_known
from services.documents.document import Document
from services.documents.versions import Version, versions_of
from services.journal.component import fold
from services.org.people import Person
from streams.answers.cut import Cut
from streams.projection.projector import MADE
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
    """A document as it stands, with its last version; `rev` is the position of the last event of its root."""

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
    """A deal with its stays; `team` is the team of its owner today, `history` whether more than one row told of it."""

    id: str
    rev: int
    state: Deal
    team: str
    history: bool
    thens: tuple[Then, ...]

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


def read(cut: Cut, subject: str) -> Read:
    """Return what search is to know of a document or a deal."""
    row = cut.connection.execute("SELECT no, state, touched FROM roots WHERE subject = ?", (subject,)).fetchone()
    if row is None or row[1] is None:
        return Gone(subject, 0 if row is None else row[2])
    state, name = decode_root(subject, row[1]).state, subject.partition("/")[2]
    if isinstance(state, Document) and state.versions and not state.archived:
        version = versions_of(known.event for known in _events(cut.connection, row[0], subject))[-1]
        return DocumentRead(id=name, rev=row[2], state=state, version=version)
    if isinstance(state, Deal) and state.status != "open" and not state.hidden:
        return deal_read(cut, name, row[2], state, _events(cut.connection, row[0], subject))
    return Gone(subject, row[2])


def deal_of(cut: Cut, name: str) -> DealRead | None:
    """Return a deal with its stays, whether it is decided or not; None when there is none."""
    subject = f"deal/{name}"
    row = cut.connection.execute("SELECT no, state, touched FROM roots WHERE subject = ?", (subject,)).fetchone()
    state = decode_root(subject, row[1]).state if row and row[1] else None
    if not isinstance(state, Deal) or state.hidden:
        return None
    return deal_read(cut, name, row[2], state, _events(cut.connection, row[0], subject))


def events_of(connection: Connection, subject: str) -> list[Known]:
    """Return the events of a root, as they became known."""
    row = connection.execute("SELECT no FROM roots WHERE subject = ?", (subject,)).fetchone()
    found = [] if row is None else _events(connection, row[0], subject)
    return sorted(found, key=lambda known: known.position)


def deal_read(cut: Cut, name: str, rev: int, state: Deal, events: list[Known]) -> DealRead:
    """Return a deal with what was known at each of its stays."""
    found = stays(events, ZoneInfo(cut.rules.zone), closing=closing_stages(cut))
    return DealRead(
        id=name,
        rev=rev,
        state=state,
        team=cut.organisation.team_of(state.owner, cut.today),
        history=has_history(events),
        thens=tuple(_then(cut, stay) for stay in found),
    )


def closing_stages(cut: Cut) -> frozenset[str]:
    """Return the stages of all pipelines that mean won or lost."""
    pipelines = cut.organisation.pipelines
    return frozenset(
        stage_key(name, stage.id) for name, one in pipelines.items() for stage in one.stages if stage.kind != "open"
    )


def _then(cut: Cut, stay: Stay) -> Then:
    account = _folded(cut, f"account/{stay.state.account}", stay.left) if stay.state.account else None
    person = _folded(cut, f"rep/{stay.state.owner}", stay.left) if stay.state.owner else None
    day = _day(cut, stay.left)
    zone = ZoneInfo(cut.rules.zone)
    team = person.in_zone(zone).team_on(day) if isinstance(person, Person) else ""
    return Then(stay=stay, account=account if isinstance(account, Account) else Account(), team=team)


def _day(cut: Cut, left: Known | None) -> int:
    if left is None:
        return cut.today
    return (
        left.event.time_us // DAY_US if left.event.date_only else day_of(left.event.time_us, ZoneInfo(cut.rules.zone))
    )


def _folded(cut: Cut, subject: str, left: Known | None) -> object:
    """Return the state of a root from its own events that were known when a deal left a stage."""
    row = cut.connection.execute("SELECT no FROM roots WHERE subject = ?", (subject,)).fetchone()
    if row is None:
        return None
    zone = ZoneInfo(cut.rules.zone)
    known = [
        one.event for one in _events(cut.connection, row[0], subject) if left is None or was_known(one, left, zone)
    ]
    found = fold(event for event in known if not event.type.endswith(".merged")).get(subject)
    return found.root.state if found else None


def _events(connection: Connection, root_no: int, subject: str) -> list[Known]:
    columns = connection.execute(f"SELECT {_COLUMNS} FROM events WHERE root_no = ?", (root_no,))
    rows = [EventRow(*one) for one in columns]
    return [Known(event=from_row(one, subject), position=one.position, applied_us=one.applied_us) for one in rows]
