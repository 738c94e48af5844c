"""The fold of roots that were merged with each other: all their events, in one order."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from msgspec.structs import replace

from services.accounts.account import Account
from services.deals.deal import Deal
from services.documents.withdrawn import standing
from services.events.accounts import AccountMerged
from services.events.deals import DealMerged
from services.events.envelope import Event
from services.journal.entry import Entry
from services.journal.kinds import BLANKS, State, evolve
from services.journal.order import order_key
from services.journal.roots import Root


class Folded(NamedTuple):
    """A root folded from its history, with everything that it counts for."""

    root: Root
    entries: Counter[Entry]


def fold(events: Iterable[Event]) -> dict[str, Folded]:
    """Return every root that the events address, folded in the order of journal.md, rule 2.

    An event that comes after its root was merged goes to the root that took it in. A merge that would close a
    circle is an anomaly on the root and changes nothing else.
    """
    folded: dict[str, Folded] = {}
    alias: dict[str, str] = {}
    for event in standing(sorted(events, key=order_key)):
        if isinstance(event.data, DealMerged | AccountMerged):
            _merge(folded, alias, event, f"{event.root_kind}/{event.data.into}")
        else:
            _step(folded, _canonical(alias, event.subject), event)
    return {subject: Folded(one.root, _kept(one)) for subject, one in folded.items()}


def _kept(one: Folded) -> Counter[Entry]:
    """Return what a root counts for: nothing while it is hidden, else each entry as often as it stands."""
    if any(count < 0 for count in one.entries.values()):
        raise ArithmeticError("an entry was taken back that the root never had")
    return Counter() if one.root.hidden else +one.entries


def _canonical(alias: dict[str, str], subject: str) -> str:
    while subject in alias:
        subject = alias[subject]
    return subject


def _step(folded: dict[str, Folded], subject: str, event: Event) -> None:
    before = folded.get(subject)
    step = evolve(before.root.state if before else None, event)
    entries = before.entries if before else Counter[Entry]()
    entries.update(step.added)
    entries.subtract(step.removed)
    folded[subject] = Folded(Root(step.state, order_key(event)), entries)


def _merge(folded: dict[str, Folded], alias: dict[str, str], event: Event, into: str) -> None:
    """Let one root become part of another, unless that would close a circle."""
    subject = event.subject
    key = order_key(event)
    target = _canonical(alias, into)
    source = _canonical(alias, subject)
    if source == target or subject in alias:
        _note_cycle(folded, source, event)
        # Whichever merge of a root holds, the same roots are known: one may be refused that once held.
        folded.setdefault(into, Folded(Root(BLANKS[event.root_kind], key), Counter()))
        return
    alias[subject] = into
    _replace(folded, subject, event, merged_into=into.partition("/")[2])
    taken = folded.get(target)
    absorbed = getattr(taken.root.state, "absorbed", ()) if taken else ()
    last = max(taken.root.last, key) if taken else key
    state = taken.root.state if taken else BLANKS[event.root_kind]
    if isinstance(state, Deal | Account):
        state = replace(state, absorbed=(*absorbed, subject.partition("/")[2]))
    folded[target] = Folded(Root(state, last), taken.entries if taken else Counter())


def _replace(folded: dict[str, Folded], subject: str, event: Event, *, merged_into: str) -> None:
    known = folded.get(subject)
    state = known.root.state if known else BLANKS[event.root_kind]
    if isinstance(state, Deal | Account):
        state = replace(state, merged_into=merged_into)
    folded[subject] = Folded(Root(state, order_key(event)), known.entries if known else Counter())


def _note_cycle(folded: dict[str, Folded], subject: str, event: Event) -> None:
    known = folded.get(subject)
    state: State = known.root.state if known else BLANKS[event.root_kind]
    if isinstance(state, Deal | Account) and "merge_cycle" not in state.anomalies:
        state = replace(state, anomalies=(*state.anomalies, "merge_cycle"))
    folded[subject] = Folded(Root(state, order_key(event)), known.entries if known else Counter())
