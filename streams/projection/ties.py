"""Ties: which submissions of a batch depend on one another, by what each of them read and changed."""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from services.events.envelope import Event
from services.journal.enter import Change

Thing: TypeAlias = str | bytes | tuple[str]
"""A root by its subject, an event by the digest of its id, or what an account was told: a tuple of its id."""


class Spoilt(NamedTuple):
    """Submissions of a batch, by their places in it, that do not hold, and the things that are not as they were."""

    places: set[int]
    things: set[Thing]


@dataclass(slots=True)
class Ties:
    """What the submissions of a batch touched, in their order; the second of each pair is what it changed."""

    touched: list[tuple[frozenset[Thing], frozenset[Thing]]] = field(default_factory=list)

    def add(self, read: Set[Thing], changed: Set[Thing]) -> None:
        """Take what the next submission read and changed; both stay as they are now."""
        kept = frozenset(changed)
        self.touched.append((kept | read, kept))

    def spoilt(self, changed: Set[Thing]) -> Spoilt:
        """Return what does not hold once these things are others than they were.

        Who touched one of them does not, nor who touched what such a one has changed: so that of everything that is
        taken back, nothing is left that another submission has changed as well.
        """
        places, things = set[int](), set(changed)
        size = -1
        while size < len(places):
            size = len(places)
            for place, (touched, own) in enumerate(self.touched):
                if place not in places and not things.isdisjoint(touched):
                    places.add(place)
                    things |= own
        return Spoilt(places, things)


def things_of(event: Event, digest: bytes, change: Change) -> Iterator[Thing]:
    """Yield what an event changes, itself included."""
    yield event.subject
    yield digest
    yield from change.roots
    for lines in change.lines:
        yield lines.subject
    for told in (*change.told.values(), *change.contributions.values()):
        if told:
            yield (told.account,)
