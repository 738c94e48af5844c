"""The rows that one transaction writes, collected event by event."""

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field

import msgspec

from services.accounts.account import Account
from services.days import month_of
from services.deals.deal import Deal
from services.events.envelope import Event
from services.journal.enter import Change
from services.journal.kinds import ORG_KINDS
from services.journal.measures import STOCKS, WITHOUT_CELLS
from services.journal.posting import Posting
from services.journal.roots import Root
from streams.projection.gross import GrossKey
from streams.projection.shelf import Shelf, encode_root
from streams.projection.shift import Shift
from streams.projection.ties import Thing
from streams.store.archive import EventRow
from streams.store.connection import Connection

LINES_MAX = 65_536

# Measure, day, rep, currency, day of the rate, dimensions, value: what a posting begins with.
DayKey = tuple[str, int, str, str, int, str, int]
CellRow = tuple[int, str, str, int, str, str, int, str, int, int, int, int]
Row = tuple[object, ...]
JournalRow = tuple[int, str, int, int, int, int, str, str, int, str, int, int | None, str, int, int, int]
LetterRow = tuple[int, int, str, str, str, str, str, str, bytes, int, str]
Kept = tuple[bytes, str | None]
_NAMED = ("name", "title")
_ENCODE = msgspec.msgpack.Encoder().encode


class TooManyLines(Exception):
    """An event that would change more lines of the journal than one position can number."""


@dataclass(slots=True)
class Batch:
    """What is to be written. `rules` numbers the version under which postings are made.

    :ivar encoded: roots with the bytes that they are stored as, also of before a part was folded again.
    """

    rules: int
    events: list[EventRow] = field(default_factory=list)
    ids: list[tuple[bytes, int]] = field(default_factory=list)
    journal: list[JournalRow] = field(default_factory=list)
    days: dict[DayKey, list[int]] = field(default_factory=dict)
    gross: Counter[GrossKey] = field(default_factory=Counter)
    roots: dict[str, Root] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    named: dict[str, int] = field(default_factory=dict)
    contributions: dict[tuple[str, str], bytes | None] = field(default_factory=dict)
    profiles: dict[str, tuple[str, int]] = field(default_factory=dict)
    counters: Counter[tuple[str, str]] = field(default_factory=Counter)
    dead_letters: list[LetterRow] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)
    queued: dict[str, int] = field(default_factory=dict)
    organised_at: int = 0
    prepared: "Prepared | None" = None
    encoded: "dict[str, tuple[Root, Kept]]" = field(default_factory=dict)

    def take(
        self, row: EventRow, digest: bytes, event: Event, change: Change, gross: Mapping[GrossKey, int], shelf: Shelf
    ) -> None:
        """Collect everything that one event changes; `gross` is what it adds to the moved amounts."""
        self.events.append(row)
        self.ids.append((digest, row.position))
        if gross:
            self.gross.update(gross)
        # Whoever read this root before must know that something happened to it, even if it stays as it was.
        self.named[event.subject] = row.root_no
        for subject, root in change.roots.items():
            self.roots[subject] = root
            self.numbers[subject] = shelf.number(subject)
        seq = row.position * LINES_MAX
        for lines in change.lines:
            number = self.named[lines.subject] = shelf.number(lines.subject)
            for posting in lines.postings:
                self._line(row.position, seq, number, posting)
                seq += 1
        for subject, told in change.told.items():
            if told:
                self.contributions[told.account, subject] = None
        for subject, now in change.contributions.items():
            if now:
                self.contributions[now.account, subject] = _ENCODE(now)
        self._name(event)
        if event.root_kind in ORG_KINDS:
            self.organised_at = row.position

    def _line(self, position: int, seq: int, number: int, posting: Posting) -> None:
        measure, day, rep, currency, rate_day, dims, value, at_us, subject, n, count_bp, amount = posting
        rules = self.rules
        # fmt: off
        self.journal.append((
            rules, measure, day, seq, position, number, rep, currency, rate_day, dims, value,
            at_us, subject, n, count_bp, amount,
        ))
        # fmt: on
        if measure in WITHOUT_CELLS:
            return
        add_up(self.days, (measure, day, rep, currency, rate_day, dims, value), n, count_bp, amount)

    def cells(self) -> list[CellRow]:
        """Return what the cells of days, months and totals change by, sorted; what nets to nothing is left out."""
        months: dict[DayKey, list[int]] = {}
        totals: dict[DayKey, list[int]] = {}
        for (measure, day, rep, currency, _, dims, value), sums in self.days.items():
            add_up(months, (measure, month_of(day), rep, currency, 0, dims, value), *sums)
            if measure in STOCKS:
                add_up(totals, (measure, 0, rep, currency, 0, dims, value), *sums)
        spans = (("day", self.days), ("month", months), ("total", totals))
        return [
            (self.rules, span, *key, n, count_bp, amount)
            for span, found in spans
            for key, (n, count_bp, amount) in sorted(found.items())
            if n or count_bp or amount
        ]

    def _name(self, event: Event) -> None:
        for field_name in _NAMED:
            name = getattr(event.data, field_name, None)
            if isinstance(name, str):
                held = self.profiles.get(event.subject)
                if held is None or held[1] <= event.time_us:
                    self.profiles[event.subject] = (name, event.time_us)

    def waiting(self, source: str, event_id: str, raw: bytes) -> tuple[int] | None:
        """Return the id of the dead letter of this batch that an event waits in already, as a row."""
        same = ("waiting", source, event_id, raw)
        letters = (row for row in self.dead_letters if (row[2], row[5], row[6], row[8]) == same)
        return next(((row[0],) for row in letters), None)

    def can_part(self) -> bool:
        """Return whether a part of it can be taken back: what is in it holds for that part alone."""
        return not (self.gross or self.dead_letters or self.answers or self.organised_at)

    def take_back(self, positions: Set[int], things: Set[Thing]) -> None:
        """Forget the events at some positions and the things that they, and no others, have changed."""
        for row in self.journal:
            if row[4] in positions and row[1] not in WITHOUT_CELLS:
                n, count_bp, amount = row[13:]
                add_up(self.days, (*row[1:3], *row[6:11]), -n, -count_bp, -amount)
        self.events = [row for row in self.events if row.position not in positions]
        self.ids = [row for row in self.ids if row[1] not in positions]
        self.journal = [row for row in self.journal if row[4] not in positions]
        for found in (self.roots, self.numbers, self.named, self.profiles, self.queued):
            for subject in found.keys() & things:
                del found[subject]
        for key in [key for key in self.contributions if key[:1] in things]:
            del self.contributions[key]
        self.prepared = None

    def numbers_from(self, no: int) -> list[int]:
        """Return the numbers of roots from one on, ascending."""
        return sorted({held for found in (self.numbers, self.named) for held in found.values() if held >= no})

    def move(self, shift: Shift) -> dict[int, int]:
        """Number everything anew because others have written since it was collected; return position by position."""
        places = {row.position: shift.begin + place for place, row in enumerate(self.events)}
        self.events = [
            row._replace(
                position=places[row.position],
                applied_us=row.applied_us + shift.time_us,
                root_no=shift.number(row.root_no),
            )
            for row in self.events
        ]
        self.ids = [(digest, places[position]) for digest, position in self.ids]
        self.journal = [
            (*row[:3], row[3] + (places[row[4]] - row[4]) * LINES_MAX, places[row[4]], shift.number(row[5]), *row[6:])
            for row in self.journal
        ]
        self.numbers = {subject: shift.number(no) for subject, no in self.numbers.items()}
        self.named = {subject: shift.number(no) for subject, no in self.named.items()}
        self.queued = {subject: places[position] for subject, position in self.queued.items()}
        self.organised_at = places.get(self.organised_at, 0)
        return places

    def prepare(self) -> "Prepared":
        """Work out all that needs no numbers, so that nobody waits for it; what is sorted stays so when it moves."""
        self.ids.sort()
        # A line begins with its place in the journal: rules, measure, day, number.
        self.journal.sort()
        for name, root in self.roots.items():
            known = self.encoded.get(name)
            # What was encoded before a part of the batch was folded again serves for what stayed.
            if known is None or known[0] is not root:
                self.encoded[name] = (root, (encode_root(root), _tag(root)))
        kept = {name: self.encoded[name][1] for name in self.roots}
        self.prepared = Prepared(cells=self.cells(), kept=kept)
        return self.prepared

    def write(self, connection: Connection) -> None:
        """Write everything, in the order of journal.md, rule 14: ids, roots, contributions, journal, cells."""
        put = connection.put
        prepared = self.prepared or self.prepare()
        touched = self.events[-1].position if self.events else 0
        put("event_ids", self.ids)
        put("roots", sorted((self.numbers[name], name, *kept, touched) for name, kept in prepared.kept.items()))
        # An account that only others told of has lines and a number, and no state of its own.
        put("roots_named", sorted((no, name, touched) for name, no in self.named.items() if name not in self.roots))
        put("events", self.events)
        told = sorted(self.contributions.items())
        put("contributions_gone", [key for key, body in told if body is None])
        put("contributions", [(*key, body) for key, body in told if body is not None])
        put("journal", self.journal)
        put("cells", prepared.cells)
        put("gross", sorted((self.rules, *key, amount) for key, amount in self.gross.items()))
        put("profiles", [(subject, *named) for subject, named in sorted(self.profiles.items())])
        put("dead_letters", self.dead_letters)
        put("answers", self.answers)
        put("index_queue", sorted(self.queued.items()))
        put("counters", sorted((name, source, value) for (name, source), value in self.counters.items()))
        if self.organised_at:
            put("facts", [("organised_at", str(self.organised_at))])


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """What a batch changes cells by, and its roots as they are stored."""

    cells: list[CellRow]
    kept: dict[str, Kept]


def add_up(sums: dict[DayKey, list[int]], key: DayKey, n: int, count_bp: int, amount: int) -> None:
    """Add three amounts to the sums under a key."""
    held = sums.get(key)
    if held is None:
        sums[key] = [n, count_bp, amount]
        return
    held[0] += n
    held[1] += count_bp
    held[2] += amount


def _tag(root: Root) -> str | None:
    """Return under which word a root is found with its like; most roots have none."""
    if isinstance(root.state, Deal):
        return "open" if root.state.begun and root.state.status == "open" and not root.hidden else None
    if isinstance(root.state, Account):
        return "merged" if root.state.merged_into or root.state.anomalies else None
    return "org" if type(root.state).__module__.startswith("services.org.") else None
