"""A cut through the store: everything that a question may know, from one moment and one rules version."""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.days import day_of, to_time
from services.errors import BeforeTheJournal
from services.journal.component import fold
from services.journal.kinds import State
from services.org.picture import Organisation, picture
from services.view import AsOf, View
from streams.history import rules
from streams.history.rules import Rules
from streams.projection.shelf import decode_root
from streams.store.archive import EventRow, from_row
from streams.store.connection import Connection

_COLUMNS = ", ".join(f"e.{name}" for name in EventRow._fields)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """What a question reads.

    :ivar position: the last event that it knows; `whole` says that this is the last there is.
    :ivar now_us: the moment of the view; `today` is its day in the company's zone.
    """

    view: View
    connection: Connection
    position: int
    applied_us: int
    whole: bool
    rules: Rules
    organisation: Organisation
    now_us: int
    today: int


def latest(connection: Connection, view: View, now_us: int) -> Cut:
    """Return the cut that knows everything applied so far."""
    position, applied_us = _last(connection)
    return _cut(connection, view, position, applied_us, now_us, whole=True)


def as_of(connection: Connection, view: AsOf) -> Cut:
    """Return the cut of what was known at a moment; raise `BeforeTheJournal` when nothing was."""
    last, _ = _last(connection)
    position = _position_at(connection, view.at_us, last)
    first = connection.execute("SELECT applied_us FROM events ORDER BY position LIMIT 1").fetchone()
    if first is None or position == 0:
        raise BeforeTheJournal(to_time(first[0]).isoformat(timespec="seconds") if first else "no time yet")
    (applied_us,) = connection.execute("SELECT applied_us FROM events WHERE position = ?", (position,)).fetchone()
    return _cut(connection, view, position, applied_us, view.at_us, whole=position == last)


def _last(connection: Connection) -> tuple[int, int]:
    row = connection.execute("SELECT position, applied_us FROM events ORDER BY position DESC LIMIT 1").fetchone()
    return (row[0], row[1]) if row else (0, 0)


def _position_at(connection: Connection, at_us: int, last: int) -> int:
    """Return the last position applied by a moment, 0 when there is none; positions have no gaps."""
    low, high = 0, last
    while low < high:
        middle = (low + high + 1) // 2
        row = connection.execute("SELECT applied_us FROM events WHERE position = ?", (middle,)).fetchone()
        low, high = (middle, high) if row[0] <= at_us else (low, middle - 1)
    return low


def _cut(connection: Connection, view: View, position: int, applied_us: int, now_us: int, *, whole: bool) -> Cut:
    # A store that nobody has written yet has no version of its own.
    known = rules.versions(connection) or [rules.first_rules()]
    active = [one for one in known if one.active_from <= (now_us if not whole else max(now_us, applied_us))]
    version = (active or known)[-1]
    states = _states(connection) if whole else _states_at(connection, position)
    organisation = picture(states)
    return Cut(
        view=view,
        connection=connection,
        position=position,
        applied_us=applied_us,
        whole=whole,
        rules=version,
        organisation=organisation,
        now_us=now_us,
        today=day_of(now_us, ZoneInfo(organisation.company.zone)),
    )


def _states(connection: Connection) -> Iterator[tuple[str, State]]:
    """Yield the roots of the organisation as they stand."""
    for subject, state in connection.execute("SELECT subject, state FROM roots WHERE tag = 'org'"):
        yield subject, decode_root(subject, state).state


def _states_at(connection: Connection, position: int) -> Iterator[tuple[str, State]]:
    """Yield the roots of the organisation as folded from what was known at a position."""
    rows = connection.execute(
        f"SELECT r.subject, {_COLUMNS} FROM roots r JOIN events e ON e.root_no = r.no "
        "WHERE r.tag = 'org' AND e.position <= ?",
        (position,),
    )
    events = [from_row(EventRow(*columns), subject) for subject, *columns in rows]
    for subject, folded in fold(events).items():
        yield subject, folded.root.state
