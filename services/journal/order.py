"""The one order in which the events of a root are folded, whatever order they arrived in."""

from services.events.catalogue import RANKS
from services.events.envelope import Event

OrderKey = tuple[int, int, int, str, str]


def order_key(event: Event) -> OrderKey:
    """Return the sort key (time, rank of type, sequence, source, id) of journal.md, rule 2."""
    return (event.time_us, RANKS[event.type], event.sequence, event.source, event.id)
