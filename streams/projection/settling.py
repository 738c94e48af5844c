"""Settling: what becomes of a folded batch, in its turn, when others have written since it was begun."""

from collections.abc import Set
from dataclasses import replace

from services.events.envelope import Event
from streams.projection.head import Head, read_head
from streams.projection.projector import Known, Projector, known_among
from streams.projection.shift import Shift
from streams.projection.ties import Spoilt
from streams.store.archive import digest_of


def settle(projector: Projector, now_us: int, *, in_part: bool = True) -> bool:
    """Return whether the batch of a projector holds now, moved behind what others have written.

    Submissions that depend on what others changed are folded again, unless they cannot be apart from the rest or not
    `in_part`: then nothing is done, and the whole batch must be folded again.
    """
    if projector.connection.alone:
        return True
    now = read_head(projector.connection)
    if now == projector.head:
        return True
    spoilt = _spoilt(projector, now)
    if spoilt is None or (spoilt.places and not (in_part and projector.batch.can_part())):
        return False
    if spoilt.places:
        _take_back(projector, spoilt)
    move(projector, now)
    if spoilt.places:
        # A batch that can part has no dead letter yet.
        projector.dead_letter = now.dead_letter
        _fold_again(projector, spoilt.places, now_us)
    return True


def _spoilt(projector: Projector, now: Head) -> Spoilt | None:
    """Return what does not hold any more, None when nothing may."""
    head, batch = projector.head, projector.batch
    if (now.rules, now.made) != (head.rules, head.made):
        return None
    # Whether a large amount still fits, and whether what waits now waits already, is asked of the whole store.
    if batch.gross or (batch.dead_letters and now.dead_letter != head.dead_letter):
        return None
    came = "SELECT digest FROM event_ids WHERE digest IN LIST ? AND position > ?"
    ids = [digest for digest, _ in batch.ids]
    changed = {bytes(digest) for (digest,) in projector.connection.execute(came, (ids, head.position))}
    return projector.ties.spoilt(changed | projector.shelf.changed(head.position))


def _take_back(projector: Projector, spoilt: Spoilt) -> None:
    """Forget what some submissions came to, and what is in hand of the things that are not as they were."""
    outcomes = [projector.outcomes[place] for place in spoilt.places]
    applied = {outcome.position for outcome in outcomes if outcome.kind == "applied" and outcome.position is not None}
    projector.batch.take_back(applied, spoilt.things)
    projector.shelf.take_back(spoilt.things)
    for thing in spoilt.things:
        if isinstance(thing, bytes):
            projector.known.pop(thing, None)
    counters = projector.batch.counters
    for place in spoilt.places:
        source = projector.items[place].source
        counters["received", source] -= 1
        if projector.outcomes[place].kind == "duplicate":
            counters["duplicate", source] -= 1
    # What nobody counts any more is no row of the store.
    projector.batch.counters = +counters
    projector.again = len(spoilt.places)


def move(projector: Projector, now: Head) -> None:
    """Number a batch anew, behind what others have written; everything in it stays otherwise as it is."""
    head, batch = projector.head, projector.batch
    first_us = batch.events[0].applied_us if batch.events else now.applied_us
    fresh = batch.numbers_from(head.next_no)
    shift = Shift(
        begin=now.position + 1,
        time_us=max(now.applied_us + 1 - first_us, 0),
        numbers={no: now.next_no + place for place, no in enumerate(fresh)},
        first_no=now.next_no,
        next_no=now.next_no + len(fresh),
    )
    places = batch.move(shift)
    projector.shelf.move(shift)
    projector.moved = now.position - head.position
    projector.position = now.position + len(batch.events)
    projector.applied_us = batch.events[-1].applied_us if batch.events else now.applied_us
    projector.known = {
        digest: Known(places.get(known.position, known.position), known.fingerprint)
        for digest, known in projector.known.items()
    }
    projector.outcomes = [
        replace(outcome, position=places[outcome.position]) if outcome.position in places else outcome
        for outcome in projector.outcomes
    ]


def _fold_again(projector: Projector, places: Set[int], now_us: int) -> None:
    """Submit what was taken back once more, onto what others have written."""
    items = {place: projector.items[place] for place in sorted(places)}
    events = [item for item in items.values() if isinstance(item, Event)]
    projector.known |= known_among(projector.connection, [digest_of(event.source, event.id) for event in events])
    projector.shelf.expect(events)
    for place, item in items.items():
        projector.outcomes[place] = projector.submit_again(item, now_us)
