"""Documents as askers may see them: lists, versions, and what became of the deals that used them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from services.days import DAY_US
from services.deals.deal import Deal
from services.documents.document import Document
from services.documents.readers import may_read
from services.documents.record import Record, Use, record_of, use_of
from services.documents.trust import Trust, trust_of, until_us
from services.documents.versions import Version, versions_of
from services.errors import DocumentUnknown
from services.scope import Scope
from streams.answers.cut import Cut
from streams.answers.names import titles_of
from streams.projection.shelf import decode_root
from streams.store.archive import EventRow, from_row
from streams.store.connection import Connection

_COLUMNS = ", ".join(EventRow._fields)
# All documents: their subjects are those between these two.
_ALL = "SELECT subject, state FROM roots WHERE subject >= 'document/' AND subject < 'document0' ORDER BY subject"
# The first use of each document in each deal, of those that stand.
_USES = (
    "SELECT document, deal, MIN(used_us) FROM (SELECT r.subject AS document, j.subject AS deal, "
    f"COALESCE(j.at_us, j.day * {DAY_US}) AS used_us FROM journal j JOIN roots r ON r.no = j.root_no "
    "WHERE j.rules = ? AND j.measure = 'document_used' AND j.position <= ? AND r.subject IN LIST ? "
    f"GROUP BY r.subject, j.subject, COALESCE(j.at_us, j.day * {DAY_US}) HAVING SUM(j.n) > 0) AS used "
    "GROUP BY document, deal"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A document as it stands; `until_us` is when its verification ends."""

    id: str
    title: str
    state: Document
    trust: Trust
    until_us: int | None

    @property
    def last_us(self) -> int:
        """Return when its last version was written, 0 when there is none."""
        return self.state.last.us if self.state.last else 0


def listed(cut: Cut, scope: Scope) -> list[Listed]:
    """Return the documents that an asker may read, archived ones too, the last written first."""
    states: dict[str, Document] = {}
    for subject, body in cut.connection.execute(_ALL):
        state = decode_root(subject, body).state if body else None
        if isinstance(state, Document) and state.versions and may_read(state, scope):
            states[subject] = state
    titles = _titles(cut.connection)
    found = [_listed(subject, state, titles, cut.now_us) for subject, state in states.items()]
    return sorted(found, key=lambda one: (-one.last_us, one.id))


def _titles(connection: Connection) -> dict[str, str]:
    rows = connection.execute(
        "SELECT subject, name FROM profiles WHERE subject >= 'document/' AND subject < 'document0'"
    )
    return dict(rows.fetchall())


def _listed(subject: str, state: Document, titles: Mapping[str, str], now_us: int) -> Listed:
    name = subject.partition("/")[2]
    title = titles.get(subject) or name
    return Listed(id=name, title=title, state=state, trust=trust_of(state, now_us), until_us=until_us(state))


def document(cut: Cut, name: str, scope: Scope) -> Listed:
    """Return a document by its id; raise `DocumentUnknown` when there is none, or none that the asker may read."""
    subject = f"document/{name}"
    row = cut.connection.execute("SELECT state FROM roots WHERE subject = ?", (subject,)).fetchone()
    state = decode_root(subject, row[0]).state if row and row[0] else None
    if not isinstance(state, Document) or not state.versions or not may_read(state, scope):
        raise DocumentUnknown(name)
    return _listed(subject, state, titles_of(cut.connection, [subject]), cut.now_us)


def readable(cut: Cut, names: Iterable[str], scope: Scope) -> dict[str, Listed]:
    """Return those of some documents that an asker may read, by id."""
    found: dict[str, Listed] = {}
    for name in names:
        with suppress(DocumentUnknown):
            found[name] = document(cut, name, scope)
    return found


def versions(cut: Cut, name: str) -> tuple[Version, ...]:
    """Return the versions of a document, oldest first, whoever asks: look at the document first."""
    subject = f"document/{name}"
    rows = cut.connection.execute(
        f"SELECT {_COLUMNS} FROM events WHERE root_no = (SELECT no FROM roots WHERE subject = ?) AND position <= ?",
        (subject, cut.position),
    )
    return versions_of(from_row(EventRow(*row), subject) for row in rows)


def last_done_us(cut: Cut, name: str) -> int:
    """Return the time of the youngest event of a document, 0 when there is none, whoever asks."""
    (found,) = cut.connection.execute(
        "SELECT MAX(time_us) FROM events WHERE root_no = (SELECT no FROM roots WHERE subject = ?)",
        (f"document/{name}",),
    ).fetchone()
    return int(found or 0)


def records(cut: Cut, names: Iterable[str]) -> dict[str, Record]:
    """Return what became of the deals that each of some documents was used in; deleted deals are left out."""
    wanted = [f"document/{name}" for name in names]
    rows = cut.connection.execute(_USES, (cut.rules.no, cut.position, wanted)).fetchall()
    deals = _deals(cut.connection, {deal for _, deal, _ in rows})
    found: dict[str, dict[str, Use]] = defaultdict(dict)
    for subject, deal, used_us in rows:
        home = _home(deal, deals)
        state = deals.get(home)
        if state is None or state.hidden:
            continue
        known = found[subject].get(home)
        first = used_us if known is None else min(used_us, known.used_us)
        found[subject][home] = use_of(home, state, first)
    return {name: record_of(found.get(f"document/{name}", {}).values()) for name in names}


def _deals(connection: Connection, names: Iterable[str]) -> dict[str, Deal]:
    """Return the states of some deals, and of those that they were merged into."""
    found: dict[str, Deal] = {}
    waiting = set(names)
    while waiting:
        subjects = [f"deal/{name}" for name in sorted(waiting)]
        rows = connection.execute("SELECT subject, state FROM roots WHERE subject IN LIST ?", (subjects,))
        for subject, body in rows:
            state = decode_root(subject, body).state if body else None
            if isinstance(state, Deal):
                found[subject.partition("/")[2]] = state
        waiting = {deal.merged_into for deal in found.values() if deal.merged_into} - found.keys() - waiting
    return found


def _home(name: str, deals: Mapping[str, Deal]) -> str:
    """Return the deal under which a deal counts; merges never close a circle."""
    while name in deals and deals[name].merged_into:
        name = deals[name].merged_into
    return name


def of_deal(cut: Cut, deal: str, scope: Scope) -> list[Listed]:
    """Return the documents about a deal that an asker may read: its reviews and what else is tied to it."""
    rows = cut.connection.execute(
        "SELECT r.subject FROM journal j JOIN roots r ON r.no = j.root_no WHERE j.rules = ? "
        "AND j.measure = 'document_written' AND j.subject = ? AND j.position <= ? "
        "GROUP BY r.subject HAVING SUM(j.n) > 0 ORDER BY r.subject",
        (cut.rules.no, deal, cut.position),
    ).fetchall()
    found: list[Listed] = []
    for (subject,) in rows:
        try:
            one = document(cut, subject.partition("/")[2], scope)
        except DocumentUnknown:
            continue
        if not one.state.archived:
            found.append(one)
    return found


def plays_of(documents: Iterable[Listed], playbook: str) -> list[Listed]:
    """Return the plays of a playbook out of some documents, by title."""
    plays = [one for one in documents if one.state.playbook == playbook and not one.state.archived]
    return sorted(plays, key=lambda one: (one.title, one.id))
