"""Uses of documents that were taken back: what was noted by mistake counts for nobody."""

from collections.abc import Sequence

from services.events.envelope import Event
from services.events.knowledge import DocumentUsed, DocumentUseWithdrawn


def standing(events: Sequence[Event]) -> Sequence[Event]:
    """Return events in their order without the uses that the same person took back later, for the same deal."""
    if not any(isinstance(event.data, DocumentUseWithdrawn) for event in events):
        return events
    gone: set[tuple[str, str, str | None]] = set()
    kept: list[Event] = []
    for event in reversed(events):
        data = event.data
        if isinstance(data, DocumentUseWithdrawn):
            gone.add((event.subject, data.deal, data.by))
        if not isinstance(data, DocumentUsed) or (event.subject, data.deal, data.by) not in gone:
            kept.append(event)
    return kept[::-1]
