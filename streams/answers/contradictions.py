"""What people said against documents that are contradicted, in their words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from services.events.knowledge import DocumentContradicted
from services.journal.order import order_key
from streams.answers.cut import Cut
from streams.answers.documents import Listed
from streams.store.archive import EventRow, from_row

_COLUMNS = ", ".join(f"e.{name}" for name in EventRow._fields)
_SAID = (
    f"SELECT r.subject, {_COLUMNS} FROM events e JOIN roots r ON r.no = e.root_no WHERE r.subject IN LIST ? "
    "AND e.type = 'document.contradicted' AND e.position <= ?"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Contradiction:
    """What somebody holds to be wrong; the text is empty where they said nothing or it was erased."""

    by: str
    deal: str
    text: str
    time_us: int


def contradictions(cut: Cut, found: Iterable[Listed]) -> dict[str, list[Contradiction]]:
    """Return what was said against each of some documents since it was last verified, by id, the first said first."""
    since = {f"document/{one.id}": one.state.contradicted for one in found if one.state.contradicted}
    rows = cut.connection.execute(_SAID, (sorted(since), cut.position))
    events = [(subject, from_row(EventRow(*row), subject)) for subject, *row in rows]
    said: dict[str, list[Contradiction]] = defaultdict(list)
    for subject, event in sorted(events, key=lambda pair: order_key(pair[1])):
        first, data = since[subject], event.data
        if first and isinstance(data, DocumentContradicted) and event.time_us >= first.us:
            said[subject.partition("/")[2]].append(
                Contradiction(by=data.by or "", deal=data.deal or "", text=data.text or "", time_us=event.time_us)
            )
    return dict(said)
