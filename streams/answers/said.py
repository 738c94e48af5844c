"""What people said about roots: the events that hold their words, from the archive."""

from collections import defaultdict
from collections.abc import Iterable

from services.events.envelope import Event
from services.journal.order import order_key
from streams.answers.cut import Cut
from streams.store.archive import EventRow, from_row

_COLUMNS = ", ".join(f"e.{name}" for name in EventRow._fields)
_SAID = (
    f"SELECT r.subject, {_COLUMNS} FROM events e JOIN roots r ON r.no = e.root_no WHERE r.subject IN LIST ? "
    "AND e.type IN LIST ? AND e.position <= ?"
)


def said(cut: Cut, subjects: Iterable[str], types: Iterable[str]) -> defaultdict[str, list[Event]]:
    """Return the events of some types of each of some roots, by subject, in the order in which they count."""
    found: defaultdict[str, list[Event]] = defaultdict(list)
    for subject, *row in cut.connection.execute(_SAID, (list(subjects), list(types), cut.position)):
        found[subject].append(from_row(EventRow(*row), subject))
    for events in found.values():
        events.sort(key=order_key)
    return found
