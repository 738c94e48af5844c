"""What entering an event needs to read: roots, their histories, and what others told an account."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from services.accounts.orders import Contribution
from services.events.envelope import Event
from services.journal.roots import Root


class Shelf(Protocol):
    """Reads as of just before the event that is being entered."""

    def root(self, subject: str) -> Root | None:
        """Return a root by its subject, `kind/id`; None when nothing is known of it."""

    def history(self, subject: str) -> Sequence[Event]:
        """Return every accepted event addressed to a root, in any order."""

    def contributions(self, account: str) -> Mapping[str, Contribution]:
        """Return what other roots told an account id, by their subjects."""
