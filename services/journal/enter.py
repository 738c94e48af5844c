"""Entering one event: from the event and what is stored, everything that changes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.accounts import orders
from services.accounts.orders import Contribution
from services.events.accounts import AccountMerged
from services.events.deals import DealMerged
from services.events.envelope import Event
from services.events.knowledge import DocumentUseWithdrawn
from services.journal.component import Folded, fold
from services.journal.entry import Entry
from services.journal.kinds import contribution, evolve
from services.journal.order import order_key
from services.journal.posting import Posting, postings
from services.journal.roots import Root
from services.journal.shelf import Shelf

# What takes back, or adds, more than the stored state can say.
_FROM_HISTORY = (DealMerged, AccountMerged, DocumentUseWithdrawn)


class Lines(NamedTuple):
    """Postings of one root, in their order."""

    subject: str
    postings: list[Posting]


@dataclass(slots=True)
class Change:
    """What one event changes: roots, lines of the journal in their order, and what accounts are told.

    `contributions` maps the telling root to what it tells, None when it no longer tells anything.
    """

    roots: dict[str, Root] = field(default_factory=dict)
    lines: list[Lines] = field(default_factory=list)
    contributions: dict[str, Contribution | None] = field(default_factory=dict)
    told: dict[str, Contribution | None] = field(default_factory=dict)


def enter(event: Event, shelf: Shelf, zone: ZoneInfo) -> Change:
    """Return what an event changes that was not known before; `zone` is the business zone of the rules version.

    The youngest event of a root is folded onto the stored state; an older one, a merge, a delete, a restore and a use
    taken back make the root fold again from its history. Either way the journal gets the difference.
    """
    change = Change()
    stored = shelf.root(event.subject)
    key = order_key(event)
    if isinstance(event.data, _FROM_HISTORY) or (stored and (key < stored.last or stored.linked)):
        _refold(change, event, shelf, zone)
    else:
        step = evolve(stored.state if stored else None, event)
        root = Root(step.state, key)
        if root.hidden != (stored is not None and stored.hidden):
            _refold(change, event, shelf, zone)
        else:
            lines = [] if root.hidden else postings(step.added, step.removed, zone)
            _put(change, event.subject, stored, root, lines)
    if change.contributions or event.root_kind == "account":
        _tell_accounts(change, shelf, zone)
    return change


def _put(change: Change, subject: str, before: Root | None, after: Root, lines: list[Posting]) -> None:
    change.roots[subject] = after
    if lines:
        change.lines.append(Lines(subject, lines))
    was = contribution(before.state, subject) if before else None
    now = contribution(after.state, subject)
    if was != now:
        change.told[subject] = was
        change.contributions[subject] = now


def _refold(change: Change, event: Event, shelf: Shelf, zone: ZoneInfo) -> None:
    """Fold the root, and those merged with it, from history without and with the event."""
    members = _component(event, shelf)
    history = [known for subject in sorted(members) for known in shelf.history(subject)]
    before, after = fold(history), fold([*history, event])
    for subject in sorted(after):
        was, now = before.get(subject), after[subject]
        if was is not None and was == now:
            continue
        lines = _difference(was, now, zone)
        _put(change, subject, was.root if was else None, now.root, lines)


def _difference(was: Folded | None, now: Folded, zone: ZoneInfo) -> list[Posting]:
    old = was.entries if was else Counter[Entry]()
    gone, new = old - now.entries, now.entries - old
    return postings(sorted_entries(new), sorted_entries(gone), zone)


def sorted_entries(entries: Counter[Entry]) -> list[Entry]:
    """Return entries in an order that depends on nothing but themselves."""
    return sorted(entries.elements(), key=repr)


def _component(event: Event, shelf: Shelf) -> set[str]:
    """Return the subjects that the event's root is merged with, or would be but for another merge; itself too."""
    found: set[str] = set()
    waiting = [event.subject]
    if isinstance(event.data, DealMerged | AccountMerged):
        waiting.append(f"{event.root_kind}/{event.data.into}")
    while waiting:
        subject = waiting.pop()
        if subject in found:
            continue
        found.add(subject)
        root = shelf.root(subject)
        if root:
            waiting.extend(f"{event.root_kind}/{other}" for other in root.linked)
        # A merge that was refused holds once an older one takes the place of that which refused it.
        waiting.extend(
            f"{known.root_kind}/{known.data.into}"
            for known in shelf.history(subject)
            if isinstance(known.data, DealMerged | AccountMerged)
        )
    return found


def _tell_accounts(change: Change, shelf: Shelf, zone: ZoneInfo) -> None:
    """Fold anew each account that was told something else or whose aliases changed."""
    touched = {item.account for item in (*change.contributions.values(), *change.told.values()) if item}
    merged = {subject.partition("/")[2] for subject in change.roots if subject.startswith("account/")}
    if len(touched) == 1 and not merged:
        # Nearly always one account is told one thing, and was never merged with another.
        (account,) = touched
        root = shelf.root(f"account/{account}")
        if root is None or not root.linked:
            _tell_account(change, account, shelf.contributions(account), zone)
            return
    before = _Aliases(shelf, {})
    after = _Aliases(shelf, change.roots)
    old = {before.canonical(account) for account in touched | merged}
    new = {after.canonical(account) for account in touched | merged}
    for account in sorted(old | new):
        was = orders.entries(before.contributions(account, {}), zone)
        now = orders.entries(after.contributions(account, change.contributions), zone)
        subject = f"account/{account}"
        lines = postings(now, was, zone)
        if lines:
            change.lines.append(Lines(subject, lines))


def _tell_account(change: Change, account: str, known: Mapping[str, Contribution], zone: ZoneInfo) -> None:
    """Fold anew an account that stands for itself alone."""
    told = {**known, **change.contributions}
    now = [item for _, item in sorted(told.items()) if item and item.account == account]
    lines = postings(orders.entries(now, zone), orders.entries(known.values(), zone), zone)
    if lines:
        change.lines.append(Lines(f"account/{account}", lines))


@dataclass(slots=True)
class _Aliases:
    """The accounts that count as one, before or after a change."""

    shelf: Shelf
    changed: Mapping[str, Root]

    def root(self, account: str) -> Root | None:
        subject = f"account/{account}"
        return self.changed.get(subject) or self.shelf.root(subject)

    def canonical(self, account: str) -> str:
        """Return the account under which this one counts."""
        seen: set[str] = set()
        while account not in seen:
            seen.add(account)
            root = self.root(account)
            account = (getattr(root.state, "merged_into", "") if root else "") or account
        return account

    def contributions(self, account: str, told: Mapping[str, Contribution | None]) -> list[Contribution]:
        """Return everything told to an account and to those merged into it; none for one merged away."""
        if self.canonical(account) != account:
            return []
        names = self._members(account)
        items: dict[str, Contribution | None] = {}
        for name in names:
            items.update(self.shelf.contributions(name))
        items.update(told)
        return [item for _, item in sorted(items.items()) if item and item.account in names]

    def _members(self, account: str) -> list[str]:
        found: list[str] = []
        waiting = [account]
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.append(name)
            root = self.root(name)
            waiting.extend(getattr(root.state, "absorbed", ()) if root else ())
        return found
