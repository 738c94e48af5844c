"""Dead letters: deliveries that could not be applied, kept with their reason until they are replayed or discarded."""

import sqlite3
from dataclasses import dataclass

from services.errors import PacelineError, Rejected
from services.events.decode import decode
from streams.embedded.home import Home
from streams.projection.submission import Outcome
from streams.store.sqlite import transaction

PAGE_MAX = 200
STATUSES = ("open", "replayed", "discarded")
_COLUMNS = "id, received_us, class, reason, detail, source, event_id, type, raw, attempts, status"


class DeadLetterUnknown(PacelineError):
    """A dead letter that does not exist, or that is not open any more."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no open dead letter {number}. `paceline dead-letters list` shows them.")


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadLetter:
    """One delivery that was not applied.

    :ivar kind: refused (could not be read), waiting (not understood yet), failed (a rule raised), id_conflict.
    :ivar status: open, replayed or discarded.
    """

    id: int
    received_us: int
    kind: str
    reason: str
    detail: str
    source: str
    event_id: str
    type: str
    raw: bytes
    attempts: int
    status: str


def listed(
    connection: sqlite3.Connection, *, status: str = "open", after: int = 0, limit: int = PAGE_MAX
) -> list[DeadLetter]:
    """Return dead letters of a status by their number, from the first one after `after`."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM dead_letters WHERE status = ? AND id > ? ORDER BY id LIMIT ?",
        (status, after, min(limit, PAGE_MAX)),
    )
    return [_letter(row) for row in rows]


def one(connection: sqlite3.Connection, number: int) -> DeadLetter:
    """Return a dead letter; raise `DeadLetterUnknown` when there is none of that number."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM dead_letters WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise DeadLetterUnknown(number)
    return _letter(row)


def _letter(row: tuple[int, int, str, str, str, str, str, str, bytes, int, str]) -> DeadLetter:
    number, received_us, kind, reason, detail, source, event_id, type_, raw, attempts, status = row
    return DeadLetter(
        id=number,
        received_us=received_us,
        kind=kind,
        reason=reason,
        detail=detail,
        source=source,
        event_id=event_id,
        type=type_,
        raw=raw,
        attempts=attempts,
        status=status,
    )


def replay_letter(home: Home, number: int, now_us: int) -> Outcome:
    """Try an open dead letter again and return what became of it.

    One that is applied, or already was, is replayed for good; one that fails again stays open with one attempt
    more and its new reason. Raise `DeadLetterUnknown` when it is not open.
    """
    letter = _open(home.connection, number)
    try:
        event = decode(letter.raw, now_us=now_us)
    except Rejected as refusal:
        _again(home, number, refusal.code, refusal.detail)
        return Outcome(kind="dead_letter", dead_letter=number, reason=refusal.code)
    projector = home.projector
    try:
        projector.begin([event])
        with transaction(home.connection):
            outcome = projector.submit(event, now_us)
            # The delivery was counted as received when it came.
            projector.batch.counters["received", event.source] -= 1
            if outcome.kind in ("applied", "duplicate") and outcome.dead_letter is None:
                home.connection.execute("UPDATE dead_letters SET status = 'replayed' WHERE id = ?", (number,))
            else:
                _keep_old(home, number)
                outcome = Outcome(kind="dead_letter", dead_letter=number, reason=outcome.reason or letter.reason)
            projector.write()
    except BaseException:
        projector.abandon()
        raise
    projector.commit()
    home.catch_up(now_us)
    return outcome


def _keep_old(home: Home, number: int) -> None:
    """Let the old dead letter stand for a delivery that failed again."""
    batch = home.projector.batch
    batch.counters.clear()
    if batch.dead_letters:
        home.projector.dead_letter -= len(batch.dead_letters)
        _, _, _, reason, detail, *_ = batch.dead_letters.pop()
        home.connection.execute(
            "UPDATE dead_letters SET attempts = attempts + 1, reason = ?, detail = ? WHERE id = ?",
            (reason, detail, number),
        )
    else:
        home.connection.execute("UPDATE dead_letters SET attempts = attempts + 1 WHERE id = ?", (number,))


def _again(home: Home, number: int, reason: str, detail: str) -> None:
    with transaction(home.connection):
        home.connection.execute(
            "UPDATE dead_letters SET attempts = attempts + 1, reason = ?, detail = ? WHERE id = ?",
            (reason, detail, number),
        )


def discard(home: Home, number: int) -> None:
    """Give up an open dead letter; it stays in the table. Raise `DeadLetterUnknown` when it is not open."""
    _open(home.connection, number)
    with transaction(home.connection):
        home.connection.execute("UPDATE dead_letters SET status = 'discarded' WHERE id = ?", (number,))


def _open(connection: sqlite3.Connection, number: int) -> DeadLetter:
    letter = one(connection, number)
    if letter.status != "open":
        raise DeadLetterUnknown(number)
    return letter
