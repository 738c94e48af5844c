"""Replay: the archive applied again, event by event, with the positions and moments of the first time."""

from collections.abc import Callable, Iterator

from services.events.envelope import Event
from streams.projection.projector import Projector
from streams.store.archive import EventRow, digest_of, from_row
from streams.store.connection import Connection

BATCH = 2_000
_COLUMNS = ", ".join(f"e.{name}" for name in EventRow._fields)

Progress = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """Show no progress."""


def archived(connection: Connection, *, until: int | None = None) -> Iterator[tuple[EventRow, Event]]:
    """Yield every accepted event with its row, in the order of `position`, up to and with `until`."""
    rows = connection.stream(
        f"SELECT r.subject, {_COLUMNS} FROM events e JOIN roots r ON r.no = e.root_no "
        "WHERE e.position <= ? ORDER BY e.position",
        (2**62 if until is None else until,),
    )
    for subject, *columns in rows:
        row = EventRow(*columns)
        yield row, from_row(row, subject)


def replay(
    source: Connection,
    projector: Projector,
    *,
    until: int | None = None,
    progress: Progress = silent,
    before: Callable[[EventRow, Event], None] | None = None,
) -> int:
    """Apply the archive of `source` through a projector whose store is empty; return the number of events.

    `before` is called with each event once everything before it is written; it may change the projector's rules.
    """
    (total,) = source.execute("SELECT COALESCE(MAX(position), 0) FROM events").fetchone()
    done = 0
    held: list[tuple[EventRow, Event]] = []
    for row, event in archived(source, until=until):
        if len(held) == BATCH or (before and event.type == "rules.activated"):
            done += apply_archived(projector, held)
            held = []
            progress(done, total)
        if before and event.type == "rules.activated":
            before(row, event)
        held.append((row, event))
    done += apply_archived(projector, held)
    progress(done, total)
    return done


def apply_archived(projector: Projector, held: list[tuple[EventRow, Event]]) -> int:
    """Apply archived events in one transaction."""
    if not held:
        return 0
    projector.begin(event for _, event in held)
    with projector.connection.turn():
        for row, event in held:
            digest = digest_of(event.source, event.id)
            projector.apply(event, digest, row.fingerprint, row.position, row.applied_us)
        projector.write()
    projector.commit()
    return len(held)
