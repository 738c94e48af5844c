"""Dead letters: deliveries that could not be applied, kept with their reason until they are replayed or discarded."""

from dataclasses import dataclass

from services.errors import PacelineError, Rejected
from services.events.decode import decode
from streams.ledger.ledger import Ledger
from streams.projection.submission import Outcome
from streams.store.connection import Connection

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


def listed(connection: Connection, *, status: str = "open", after: int = 0, limit: int = PAGE_MAX) -> list[DeadLetter]:
    """Return dead letters of a status by their number, from the first one after `after`."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM dead_letters WHERE status = ? AND id > ? ORDER BY id LIMIT ?",
        (status, after, min(limit, PAGE_MAX)),
    )
    return [_letter(row) for row in rows]


def one(connection: Connection, number: int) -> DeadLetter:
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


def replay_letter(ledger: Ledger, number: int, now_us: int) -> Outcome:
    """Try an open dead letter again and return what became of it.

    One that is applied, or already was, is replayed for good; one that fails again stays open with one attempt
    more and its new reason. Raise `DeadLetterUnknown` when it is not open.
    """
    letter = _open(ledger.connection, number)
    try:
        event = decode(letter.raw, now_us=now_us)
    except Rejected as refusal:
        with ledger.connection.turn():
            _again(ledger.connection, number, refusal.code, refusal.detail)
        return Outcome(kind="dead_letter", dead_letter=number, reason=refusal.code)
    projector = ledger.projector
    try:
        with ledger.connection.turn():
            # Another may have replayed it in the meantime.
            _open(ledger.connection, number)
            projector.begin([event])
            outcome = projector.submit(event, now_us)
            # The delivery was counted as received when it came.
            projector.batch.counters["received", event.source] -= 1
            if outcome.kind in ("applied", "duplicate") and outcome.dead_letter is None:
                ledger.connection.execute("UPDATE dead_letters SET status = 'replayed' WHERE id = ?", (number,))
            else:
                _keep_old(ledger, number)
                outcome = Outcome(kind="dead_letter", dead_letter=number, reason=outcome.reason or letter.reason)
            projector.write()
    except BaseException:
        projector.abandon()
        raise
    projector.commit()
    ledger.catch_up(now_us)
    return outcome


def _keep_old(ledger: Ledger, number: int) -> None:
    """Let the old dead letter stand for a delivery that failed again."""
    batch = ledger.projector.batch
    batch.counters.clear()
    if batch.dead_letters:
        ledger.projector.dead_letter -= len(batch.dead_letters)
        _, _, _, reason, detail, *_ = batch.dead_letters.pop()
        _again(ledger.connection, number, reason, detail)
    else:
        ledger.connection.execute("UPDATE dead_letters SET attempts = attempts + 1 WHERE id = ?", (number,))


def _again(connection: Connection, number: int, reason: str, detail: str) -> None:
    connection.execute(
        "UPDATE dead_letters SET attempts = attempts + 1, reason = ?, detail = ? WHERE id = ?", (reason, detail, number)
    )


def discard(ledger: Ledger, number: int) -> None:
    """Give up an open dead letter; it stays in the table. Raise `DeadLetterUnknown` when it is not open."""
    with ledger.connection.turn():
        _open(ledger.connection, number)
        ledger.connection.execute("UPDATE dead_letters SET status = 'discarded' WHERE id = ?", (number,))


def _open(connection: Connection, number: int) -> DeadLetter:
    letter = one(connection, number)
    if letter.status != "open":
        raise DeadLetterUnknown(number)
    return letter
