"""What is told of a deal where others were merged into it: by its own events, and by theirs."""

from collections.abc import Iterable

from services.boards.story import Known
from services.events.deals import DealMerged, DealNoted
from services.journal.order import order_key


def told_of(subject: str, events: Iterable[Known]) -> list[Known]:
    """Return the events that tell of a deal, of its own and of all that are merged with it, in their order.

    As in the fold (`services.journal.component`), what comes after a merge goes to the deal that took the other one
    in, and a merge that would close a circle changes nothing. Of what came before, notes were about the same customer
    and count at their own time; stages and amounts were those of the other deal.
    """
    into: dict[str, str] = {}
    placed: list[tuple[str, Known]] = []
    for known in sorted(events, key=lambda one: order_key(one.event)):
        own, data = known.event.subject, known.event.data
        if not isinstance(data, DealMerged):
            placed.append((_last(into, own), known))
        elif own not in into and _last(into, f"deal/{data.into}") != _last(into, own):
            into[own] = f"deal/{data.into}"
    return [
        known
        for then, known in placed
        if then == subject or (isinstance(known.event.data, DealNoted) and _last(into, then) == subject)
    ]


def _last(into: dict[str, str], subject: str) -> str:
    while subject in into:
        subject = into[subject]
    return subject
