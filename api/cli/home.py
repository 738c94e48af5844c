"""The store as commands see it: read beside a running server, written through it, alone, or in turns."""

import sqlite3
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
from rich.markup import escape

from api.cli.handing import handed
from api.cli.output import NothingHere, progress_bar, say
from api.door import PROBLEM_TYPE, BatchAnswer, ItemAnswer
from api.settings import BATCH_MAX_BYTES, Settings
from api.wiring import reading
from services.errors import PacelineError
from streams.answers.questions import Questions
from streams.embedded.home import STORE, Home
from streams.embedded.lock import HomeLock, address
from streams.embedded.upgrade import upgrade
from streams.embedded.writer import system_clock
from streams.ledger.ledger import Ledger
from streams.store.connection import StoreFailed
from streams.store.schema import SCHEMA_VERSION
from streams.store.sqlite import open_reader

Submit = Callable[[Sequence[Mapping[str, object]]], Sequence[str]]
TIMEOUT_SECONDS = 60
FOLDING = "Folding anew under changed rules"
# As many as the batch door takes at once.
BATCH_EVENTS_MAX = 1_000


class ServerSilent(PacelineError):
    """A running server that does not answer."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"The Paceline that has the data folder, at {url}, does not answer ({reason}).")


class ServerRefused(PacelineError):
    """What a running server answered instead of doing what it was asked."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)


class _Said(msgspec.Struct):
    """What is read of a problem."""

    detail: str


def has_store(settings: Settings) -> bool:
    """Return whether there is a store; one that was killed while it was made has no tables yet.

    A database that was never written counts as none; raise `StoreOther` for one without tables.
    """
    if settings.store is not None:
        from streams.store.postgres import open_postgres

        with closing(open_postgres(settings.store)) as connection:
            return connection.execute("SELECT 1 FROM rules LIMIT 1").fetchone() is not None
    path = settings.home / STORE
    if not path.exists():
        return False
    with closing(open_reader(path)) as connection:
        return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'roots'").fetchone() is not None


@contextmanager
def questions(settings: Settings) -> Iterator[Questions]:
    """Give the questions of the store; raise `NothingHere` when the data folder is empty."""
    if not has_store(settings):
        raise NothingHere(str(settings.home))
    found = reading(settings)
    try:
        yield found
    finally:
        found.close()


@contextmanager
def writing(settings: Settings) -> Iterator[Ledger]:
    """Give the store to write: a database beside others, a file alone; raise `HomeBusy` when a server has that."""
    if settings.store is not None:
        with _taking_turns(settings.store) as ledger:
            yield ledger
        return
    with locked(settings.home):
        bring_up_to_date(settings.home / STORE)
        with progress_bar(FOLDING) as progress:
            home = Home(settings.home, now_us=system_clock(), progress=progress)
        with closing(home):
            yield home


@contextmanager
def _taking_turns(store: str) -> Iterator[Ledger]:
    from streams.store.postgres import open_postgres

    with closing(open_postgres(store, name="paceline-command")) as connection:
        # What a person waits for may take long.
        connection.execute("SET statement_timeout = 0")
        with progress_bar(FOLDING) as progress:
            ledger = Ledger(connection, now_us=system_clock(), progress=progress)
        yield ledger


@contextmanager
def locked(folder: Path) -> Iterator[HomeLock]:
    """Hold the lock of a data folder; raise `HomeBusy` when another process has it."""
    lock = HomeLock(folder)
    try:
        lock.take()
        yield lock
    finally:
        lock.release()


def bring_up_to_date(path: Path) -> None:
    """Upgrade the store in a file, whose folder is locked, and say so; one of this Paceline stays as it is."""
    with progress_bar("Copying the store before its upgrade") as progress:
        kept = upgrade(path, progress)
    if kept:
        say(f"The store was upgraded to schema {SCHEMA_VERSION}. What it was before is kept in {escape(str(kept))}.")


@contextmanager
def submitting(settings: Settings) -> Iterator[Submit]:
    """Give what hands events in: to the log or to the running server when there is one, else straight to the store."""
    if settings.store and settings.kafka:
        from api.cli.throughlog import through_log

        with through_log(settings) as submit:
            yield submit
        return
    url = address(settings.home)
    if url:
        yield lambda events: over_http(url, events)
        return
    with writing(settings) as home:
        yield lambda events: _alone(home, events)


def _alone(ledger: Ledger, events: Sequence[Mapping[str, object]]) -> list[str]:
    """Apply events in one transaction and say what became of each."""
    now_us = system_clock()
    found = handed(events, now_us)
    try:
        (outcomes,) = ledger.apply([found.job], now_us)
    except sqlite3.Error as error:
        raise StoreFailed(str(error)) from None
    ledger.tidy()
    return found.said(outcomes)


def over_http(url: str, events: Sequence[Mapping[str, object]]) -> list[str]:
    """Send events to a running server as one batch, or as several where they are too many or too long for it."""
    body = msgspec.json.encode(events)
    if len(events) > BATCH_EVENTS_MAX or (len(body) > BATCH_MAX_BYTES and len(events) > 1):
        half = len(events) // 2
        return over_http(url, events[:half]) + over_http(url, events[half:])
    answer = request(f"{url}/api/events/batch", "POST", body)
    return [_answered(item) for item in msgspec.json.decode(answer, type=BatchAnswer).items]


def _answered(item: ItemAnswer) -> str:
    if item.duplicate:
        return "duplicate"
    if item.dead_letter is not None:
        return f"dead_letter:{(item.problem or {}).get('code', 'failed')}"
    if item.problem:
        return f"rejected:{item.problem['code']}:{item.problem['pointer']}:{item.problem.get('detail', '')}"
    return "applied"


def request(url: str, method: str = "GET", body: bytes | None = None) -> bytes:
    """Return the answer of a running server; raise `ServerSilent` when there is none."""
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    asked = urllib.request.Request(url, data=body, method=method, headers=headers)  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(asked, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - loopback
            found: bytes = answer.read()
            return found
    except urllib.error.HTTPError as error:
        said = error.read()
        if error.headers.get_content_type() == PROBLEM_TYPE:
            raise ServerRefused(msgspec.json.decode(said, type=_Said).detail) from None
        if error.code == 422:
            return said
        raise ServerSilent(url, f"status {error.code}") from None
    except OSError as error:
        raise ServerSilent(url, str(error)) from None
