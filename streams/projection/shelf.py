"""The roots that the projector has in hand: a bounded cache over the store, and the batch being applied."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

import msgspec

from services.accounts.orders import Contribution
from services.deals.deal import Deal
from services.events.deals import DealWon
from services.events.envelope import Event
from services.journal.enter import Change
from services.journal.kinds import decode_state, encode_state
from services.journal.order import OrderKey
from services.journal.roots import Root
from streams.projection.shift import Shift
from streams.projection.ties import Thing
from streams.store.archive import EventRow, from_row
from streams.store.connection import Connection

ROOTS_MAX = 200_000
ACCOUNTS_MAX = 50_000

_EVENT_COLUMNS = ", ".join(EventRow._fields)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A root with its number in the store; `root` is None until its first event is applied.

    Number 0 stands for a subject that the store has never heard of, so that it is not looked up again.
    """

    no: int
    root: Root | None


ABSENT = Numbered(0, None)


@dataclass(slots=True)
class Shelf:
    """Reads roots, histories and contributions as of just before the next event (services/journal/shelf.py).

    What a batch changes is seen at once by the events after it, and forgotten when the batch fails. The cache is
    right only while this process is the single writer of its store.

    :ivar read: everything that was asked for since it was last emptied.
    """

    connection: Connection
    kept: OrderedDict[str, Numbered] = field(default_factory=OrderedDict)
    batch: dict[str, Numbered] = field(default_factory=dict)
    arrived: dict[str, list[Event]] = field(default_factory=dict)
    accounts: OrderedDict[str, dict[str, Contribution]] = field(default_factory=OrderedDict)
    told: dict[str, list[tuple[str, bytes]]] = field(default_factory=dict)
    next_no: int = 0
    first_no: int = 0
    read: set[Thing] = field(default_factory=set)

    def begin(self, events: Sequence[Event]) -> None:
        """Begin a batch of events."""
        self.batch, self.arrived, self.told = {}, {}, {}
        self.first_no = self.next_no
        self.expect(events)

    def expect(self, events: Sequence[Event]) -> None:
        """Load what events will read: their roots and the accounts that their wins tell, with one query each."""
        self._load_missing({event.subject for event in events})
        accounts = self._told(events)
        self._load_missing({f"account/{account}" for account in accounts})
        self._load_contributions(sorted(account for account in accounts if account not in self.accounts))

    def _told(self, events: Sequence[Event]) -> set[str]:
        """Return the accounts of deals that are won, or become won, in a batch."""
        won = {event.subject for event in events if isinstance(event.data, DealWon)}
        found: set[str] = set()
        for event in events:
            root = self.kept[event.subject].root
            state = root.state if root else None
            if event.subject in won or (isinstance(state, Deal) and state.status == "won"):
                found.add(state.account if isinstance(state, Deal) else "")
                named = getattr(event.data, "account", "")
                found.add(named if isinstance(named, str) else "")
        return found - {""}

    def _load_missing(self, subjects: Set[str]) -> None:
        missing = sorted(subject for subject in subjects if subject not in self.kept)
        if missing:
            self._load(missing)

    def _load_contributions(self, accounts: Sequence[str]) -> None:
        if not accounts:
            return
        self.told.update({account: [] for account in accounts})
        rows = self.connection.execute(
            "SELECT account, teller, body FROM contributions WHERE account IN LIST ?",
            (list(accounts),),
        )
        for account, teller, body in rows:
            self.told[account].append((teller, body))

    def _load(self, subjects: Sequence[str]) -> None:
        rows = self.connection.execute(
            "SELECT subject, no, state FROM roots WHERE subject IN LIST ?",
            (list(subjects),),
        )
        self.kept.update(dict.fromkeys(subjects, ABSENT))
        for subject, no, state in rows:
            self.kept[subject] = Numbered(no, _decode(subject, state))

    def changed(self, position: int) -> set[Thing]:
        """Return what of everything that was read for this batch was changed by others after a position."""
        touched = "SELECT subject FROM roots WHERE subject IN LIST ? AND touched > ?"
        found: set[Thing] = {row[0] for row in self.connection.execute(touched, (list(self.kept), position))}
        known = {account: sorted(told) for account, told in self.told.items()}
        self._load_contributions(sorted(known))
        return found | {(account,) for account, told in known.items() if sorted(self.told[account]) != told}

    def take_back(self, things: Set[Thing]) -> None:
        """Forget what the batch has made of some things, and what was read of them."""
        for thing in things:
            if isinstance(thing, str):
                for held in (self.batch, self.arrived, self.kept):
                    held.pop(thing, None)
            elif isinstance(thing, tuple):
                self.accounts.pop(thing[0], None)
                self.told.pop(thing[0], None)

    def move(self, shift: Shift) -> None:
        """Number the roots of the batch anew."""
        self.batch = {name: Numbered(shift.number(held.no), held.root) for name, held in self.batch.items()}
        self.first_no, self.next_no = shift.first_no, shift.next_no

    def numbered(self, subject: str) -> Numbered | None:
        """Return a root with its number, None when the store has never heard of it."""
        self.read.add(subject)
        found = self.batch.get(subject) or self.kept.get(subject)
        if found is None:
            self._load([subject])
            found = self.kept[subject]
        return found if found.no else None

    def root(self, subject: str) -> Root | None:
        """Return a root by its subject."""
        found = self.numbered(subject)
        return found.root if found else None

    def history(self, subject: str) -> Sequence[Event]:
        """Return the accepted events addressed to a root, those of this batch included."""
        found = self.numbered(subject)
        if found is None:
            return ()
        # A number given in this batch may stand for another root in the store, if another has written meanwhile.
        stored = self._stored(found.no, subject) if found.no < self.first_no else ()
        return [*stored, *self.arrived.get(subject, ())]

    def _stored(self, no: int, subject: str) -> list[Event]:
        rows = self.connection.execute(f"SELECT {_EVENT_COLUMNS} FROM events WHERE root_no = ?", (no,))
        return [from_row(EventRow(*row), subject) for row in rows]

    def contributions(self, account: str) -> Mapping[str, Contribution]:
        """Return what other roots told an account id, by their subjects."""
        self.read.add((account,))
        stored = self.accounts.get(account)
        if stored is None:
            if account not in self.told:
                self._load_contributions([account])
            stored = {teller: _CONTRIBUTION.decode(body) for teller, body in self.told[account]}
            self.accounts[account] = stored
        return stored

    def number(self, subject: str) -> int:
        """Return the number of a root, a new one when it has none yet."""
        found = self.numbered(subject)
        if found is None:
            found = self.batch[subject] = Numbered(self.next_no, None)
            self.next_no += 1
        return found.no

    def take(self, event: Event, change: Change) -> None:
        """Let the events after it see what an event changed."""
        self.number(event.subject)
        for subject, root in change.roots.items():
            self.batch[subject] = Numbered(self.number(subject), root)
        self.arrived.setdefault(event.subject, []).append(event)
        for subject, told in change.told.items():
            if told and told.account in self.accounts:
                self.accounts[told.account].pop(subject, None)
        for subject, now in change.contributions.items():
            if now and now.account in self.accounts:
                self.accounts[now.account][subject] = now

    def commit(self) -> None:
        """Keep what the batch changed and forget the roots that were not used for longest."""
        for subject, numbered in self.batch.items():
            self.kept[subject] = numbered
            self.kept.move_to_end(subject)
        while len(self.kept) > ROOTS_MAX:
            self.kept.popitem(last=False)
        while len(self.accounts) > ACCOUNTS_MAX:
            self.accounts.popitem(last=False)
        self.batch, self.arrived, self.read = {}, {}, set()

    def forget(self, next_no: int) -> None:
        """Drop everything in hand after a batch that failed."""
        self.kept.clear()
        self.accounts.clear()
        self.batch, self.arrived = {}, {}
        self.next_no = next_no


_CONTRIBUTION = msgspec.msgpack.Decoder(Contribution)


def _decode(subject: str, state: bytes | None) -> Root | None:
    return None if state is None else decode_root(subject, state)


def decode_root(subject: str, state: bytes) -> Root:
    """Return a root from its stored bytes."""
    key, body = _STORED.decode(state)
    return Root(decode_state(subject.partition("/")[0], body), key)


def encode_root(root: Root) -> bytes:
    """Return the bytes under which a root is stored; equal roots have equal bytes."""
    return msgspec.msgpack.encode((root.last, msgspec.Raw(encode_state(root.state))))


_STORED = msgspec.msgpack.Decoder(tuple[OrderKey, msgspec.Raw])
