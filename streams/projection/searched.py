"""Which roots search has to read again after an event: documents, and deals that are or were closed."""

from collections.abc import Iterator

from services.deals.deal import Deal
from services.events.envelope import Event
from services.journal.enter import Change
from services.journal.roots import Root
from services.journal.shelf import Shelf


def to_index(event: Event, change: Change, shelf: Shelf) -> Iterator[str]:
    """Yield the subjects that search reads anew because of an event; `shelf` is as of just before it.

    The event's own root, and the deals that it was merged into, are looked at even where their states stay as they
    were: what was said of them may be new.
    """
    kind = event.root_kind
    if kind == "document":
        yield event.subject
    if kind != "deal":
        return
    for subject in {**_merged(event.subject, change, shelf), **change.roots}:
        if _is_closed(shelf.root(subject)) or _is_closed(change.roots.get(subject)):
            yield subject


def _merged(subject: str, change: Change, shelf: Shelf) -> dict[str, None]:
    """Return a deal and those that it is part of, as keys in that order."""
    found = {subject: None}
    while True:
        root = change.roots.get(subject) or shelf.root(subject)
        into = root.state.merged_into if root is not None and isinstance(root.state, Deal) else ""
        subject = f"deal/{into}"
        if not into or subject in found:
            return found
        found[subject] = None


def _is_closed(root: Root | None) -> bool:
    return root is not None and isinstance(root.state, Deal) and root.state.status != "open"
