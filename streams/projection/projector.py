"""The projector: the only writer of state, journal and cells; one batch is one transaction."""

import sqlite3
import traceback
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import msgspec

from services.events.archive import fingerprint
from services.events.decode import Waiting
from services.events.encode import to_cloudevent
from services.events.envelope import Event
from services.journal.enter import enter
from streams.projection.batch import LINES_MAX, Batch, TooManyLines
from streams.projection.gross import AmountsTooLarge, GrossKey, check, gross_of, held
from streams.projection.head import Head, read_head
from streams.projection.searched import to_index
from streams.projection.shelf import Shelf
from streams.projection.submission import Outcome, Refused, Submission
from streams.projection.ties import Thing, Ties, things_of
from streams.store.archive import digest_of, to_row
from streams.store.connection import Connection, StoreFailed

REASON_MAX = 500


class Known(msgspec.Struct, frozen=True):
    """An event that the archive has: its position and fingerprint."""

    position: int
    fingerprint: bytes


@dataclass(slots=True)
class Projector:
    """Applies events to the store behind `connection`, alone or one of several that take turns in writing.

    A batch is folded onto what was read at the beginning (`begin`, `submit`). Within the turn `still` says whether
    that holds: when others have written in between, the batch is moved behind theirs, and what depends on what they
    changed is folded again.

    :ivar rules: number of the rules version under which postings are made, cut by `zone`.
    :ivar position: position of the last event applied; `applied_us` is when that was.
    :ivar stale: a batch failed, and what is in hand must be read anew before the next.
    :ivar outcomes: what became of the submissions of the batch, in their order.
    :ivar moved: by how much its positions grew in the turn; `again` is how many submissions were folded again there.
    """

    connection: Connection
    rules: int
    zone: ZoneInfo
    position: int = 0
    applied_us: int = 0
    dead_letter: int = 0
    stale: bool = False
    head: Head = field(init=False)
    shelf: Shelf = field(init=False)
    known: dict[bytes, Known] = field(default_factory=dict)
    batch: Batch = field(init=False)
    items: list[Submission] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    ties: Ties = field(default_factory=Ties)
    changed: set[Thing] = field(default_factory=set)
    moved: int = 0
    again: int = 0

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.connection)
        self.batch = Batch(self.rules)
        self.resume()

    def resume(self) -> None:
        """Take up where the store stands."""
        self.head = read_head(self.connection)
        self.position, self.applied_us, self.dead_letter, next_no, rules, _ = self.head
        self.shelf.forget(next_no)
        self.stale = False
        if not self.connection.alone and rules not in (0, self.rules):
            (zone,) = self.connection.execute("SELECT zone FROM rules WHERE no = ?", (rules,)).fetchone()
            self.rules, self.zone = rules, ZoneInfo(zone)

    def begin(self, submissions: Iterable[Submission]) -> None:
        """Prepare a batch: look up the ids and the roots that it names."""
        if self.stale or not self.connection.alone:
            self.resume()
        self.batch = Batch(self.rules)
        self.items, self.outcomes, self.ties = [], [], Ties()
        self.moved = self.again = 0
        events = [item for item in submissions if isinstance(item, Event)]
        self.known = known_among(self.connection, [digest_of(event.source, event.id) for event in events])
        self.shelf.begin(events)

    def submit(self, item: Submission, now_us: int, error: Exception | None = None) -> Outcome:
        """Apply one submission within the batch and return what became of it.

        With an `error`, which is known to come of applying it, it becomes a dead letter instead.
        """
        self.shelf.read, self.changed = set(), set()
        outcome = self.submit_again(item, now_us, error)
        self.outcomes.append(outcome)
        if not self.connection.alone:
            self.items.append(item)
            self.ties.add(self.shelf.read, self.changed)
        return outcome

    def submit_again(self, item: Submission, now_us: int, error: Exception | None = None) -> Outcome:
        """Apply a submission of this batch whose outcome was taken back, and return what becomes of it now."""
        self.batch.counters["received", item.source] += 1
        if isinstance(item, Refused):
            return self._bury("refused", item.reason, item.detail, item.source, item.id, "", item.raw, now_us)
        if isinstance(item, Waiting):
            return self._wait(item, now_us)
        return self.bury_failed(item, error, now_us) if error else self._event(item, now_us)

    def _event(self, event: Event, now_us: int) -> Outcome:
        digest, mark = digest_of(event.source, event.id), fingerprint(event)
        self.shelf.read.add(digest)
        known = self.known.get(digest)
        if known is None:
            return self._enter(event, digest, mark, now_us)
        if known.fingerprint == mark:
            self.batch.counters["duplicate", event.source] += 1
            return Outcome(kind="duplicate", position=known.position)
        detail = f"position {known.position} has this id with other content"
        raw = to_cloudevent(event)
        buried = self._bury("id_conflict", "id_conflict", detail, event.source, event.id, event.type, raw, now_us)
        return Outcome(kind="conflict", position=known.position, dead_letter=buried.dead_letter, reason="id_conflict")

    def _enter(self, event: Event, digest: bytes, mark: bytes, now_us: int) -> Outcome:
        """Let an event that is new change what it changes; one that cannot be applied is a dead letter."""
        try:
            self.apply(event, digest, mark, self.position + 1, max(now_us, self.applied_us + 1), limited=True)
        except AmountsTooLarge as error:
            return self._fail(event, "amount_range", str(error), now_us)
        except (StoreFailed, sqlite3.Error):
            # That the store cannot be read is nothing that the event has done.
            raise
        except Exception as error:  # noqa: BLE001 - whatever a rule raises, the events after it must go on
            return self.bury_failed(event, error, now_us)
        return Outcome(kind="applied", position=self.position)

    def apply(
        self, event: Event, digest: bytes, mark: bytes, position: int, applied_us: int, *, limited: bool = False
    ) -> None:
        """Enter an event at a position and collect its rows; nothing has changed when this raises.

        `limited` refuses amounts that no sum can hold; what the archive has was let in once and is not asked again.
        """
        change = enter(event, self.shelf, self.zone)
        lines = sum(len(group.postings) for group in change.lines)
        if lines > LINES_MAX:
            raise TooManyLines(f"{lines} lines")
        gross = gross_of(change.lines)
        if limited and gross:
            check(gross, self._gross(gross))
        queued = list(to_index(event, change, self.shelf))
        self.shelf.take(event, change)
        row = to_row(event, position, applied_us, self.shelf.number(event.subject), mark)
        self.batch.take(row, digest, event, change, gross, self.shelf)
        self.batch.queued.update(dict.fromkeys(queued, position))
        if not self.connection.alone:
            self.changed.update(things_of(event, digest, change), queued)
        self.known[digest] = Known(position, mark)
        self.position, self.applied_us = position, applied_us

    def _gross(self, keys: Iterable[GrossKey]) -> dict[GrossKey, int]:
        """Return what was moved under some keys before the event in hand."""
        return {key: held(self.connection, self.rules, key) + self.batch.gross[key] for key in keys}

    def bury_failed(self, event: Event, error: Exception, now_us: int) -> Outcome:
        """Put an event that a rule could not apply among the dead letters, with the reason."""
        frame = traceback.extract_tb(error.__traceback__)[-1]
        detail = f"{type(error).__name__}: {error} ({frame.name}, line {frame.lineno})"
        return self._fail(event, "rule_failed", detail, now_us)

    def _fail(self, event: Event, reason: str, detail: str, now_us: int) -> Outcome:
        raw = to_cloudevent(event)
        return self._bury("failed", reason, detail, event.source, event.id, event.type, raw, now_us)

    def _wait(self, item: Waiting, now_us: int) -> Outcome:
        """Keep an event that is not understood yet until an upgrade; the same one again is a duplicate."""
        waiting = "SELECT id FROM dead_letters WHERE source = ? AND event_id = ? AND class = 'waiting' AND raw = ?"
        found = self.connection.execute(waiting, (item.source, item.id, item.raw)).fetchone()
        found = found or self.batch.waiting(item.source, item.id, item.raw)
        if found:
            self.batch.counters["duplicate", item.source] += 1
            return Outcome(kind="duplicate", dead_letter=found[0])
        return self._bury("waiting", item.code, "", item.source, item.id, item.type, item.raw, now_us)

    def _bury(
        self, kind: str, reason: str, detail: str, source: str, event_id: str, type_: str, raw: bytes, now_us: int
    ) -> Outcome:
        self.dead_letter += 1
        detail = storable(detail)[:REASON_MAX]
        row = (self.dead_letter, now_us, kind, reason, detail, source, event_id, type_, raw, 1, "open")
        self.batch.dead_letters.append(row)
        return Outcome(kind="dead_letter", dead_letter=self.dead_letter, reason=reason)

    def prepare(self) -> None:
        """Do what can be done before the turn, once all submissions of the batch are in."""
        self.batch.prepare()

    def write(self) -> None:
        """Write what the batch collected into the open transaction."""
        self.batch.write(self.connection)

    def commit(self) -> None:
        """Keep what the batch changed in hand, after the transaction was committed."""
        self.shelf.commit()
        self.known = {}

    def abandon(self) -> None:
        """Forget a batch whose transaction failed; the store, which may not even be readable, is not asked now."""
        self.known = {}
        self.stale = True


def storable(text: str) -> str:
    """Return a text that every store keeps: what is no letter of it shows as a mark."""
    return text.encode(errors="replace").decode().replace("\x00", "?")


def known_among(connection: Connection, digests: Collection[bytes]) -> dict[bytes, Known]:
    """Return the events of the archive among these ids."""
    if not digests:
        return {}
    rows = connection.execute(
        "SELECT i.digest, e.position, e.fingerprint FROM event_ids i JOIN events e USING (position) "
        "WHERE i.digest IN LIST ?",
        (sorted(digests),),
    )
    return {digest: Known(position, mark) for digest, position, mark in rows}
