"""Answers of requests that carried an Idempotency-Key, kept for as long as the same request may come again."""

from streams.ledger.jobs import Answer
from streams.store.connection import Connection

KEPT_US = 8 * 86_400_000_000
FORGOTTEN_MAX = 1_000
_FORGET = "DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE created_us < ? ORDER BY created_us LIMIT ?)"

AnswerRow = tuple[bytes, bytes, int, bytes, int]


def row_of(answer: Answer, now_us: int) -> AnswerRow:
    """Return the row that keeps an answer."""
    return (answer.key, answer.request, answer.status, answer.body, now_us)


def forget(connection: Connection, now_us: int) -> None:
    """Forget answers that nobody asks for any more, some at a time; within a transaction."""
    connection.execute(_FORGET, (now_us - KEPT_US, FORGOTTEN_MAX))


def answer_to(connection: Connection, key: bytes) -> Answer | None:
    """Return the answer that a key was given, None when it was given none."""
    row = connection.execute("SELECT request, status, body FROM answers WHERE key = ?", (key,)).fetchone()
    return Answer(key=key, request=row[0], status=row[1], body=row[2]) if row else None
