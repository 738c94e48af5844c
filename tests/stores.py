"""A store of either kind: a real home with a clock that stands still, and what can be compared between homes."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeAlias

from services.boards.board import Board, By, Shown
from services.days import from_time
from services.events.decode import Waiting, read
from services.events.envelope import Event
from services.journal.kinds import State
from services.scope import ADMIN, Scope
from services.view import LATEST, View
from streams.answers.questions import Ask, Questions
from streams.embedded.home import STORE, Home
from streams.history.verify import replay_all, verify
from streams.ledger.jobs import Job
from streams.ledger.ledger import Ledger
from streams.projection.shelf import decode_root
from streams.projection.submission import Outcome, Submission
from streams.store.connection import Connection
from streams.store.postgres import open_postgres
from streams.store.sqlite import open_reader, open_scratch, open_writer

Wire = dict[str, object]
Wires: TypeAlias = "Wire | Iterable[Wires]"
Row = tuple[object, ...]
NOW = "2018-01-01T00:00:00Z"


def us(moment: str) -> int:
    """Return an RFC 3339 moment as microseconds since 1970 UTC."""
    return from_time(datetime.fromisoformat(moment))


def text_of(value: Shown) -> str | None:
    """Return a value as a person writes it: `10.00 USD`, `0.3`, None when there is none."""
    if value.money is not None:
        return f"{value.money.amount} {value.money.currency}"
    return None if value.number is None else f"{value.number:f}"


class Dump(NamedTuple):
    """What can be compared between homes; `journal` is summed by posting key."""

    states: list[Row]
    told: list[Row]
    cells: list[Row]
    journal: list[Row]


def dump_of(connection: Connection) -> Dump:
    """Return what two stores with the same events have in common, whatever order these arrived in."""
    key = "rules, measure, day, rep, currency, rate_day, dims, value, at_us, j.subject, r.subject"
    # What has no value comes first in one database and last in the other.
    sums = "SUM(n), SUM(count_bp), SUM(amount)"
    alive = "SUM(n) <> 0 OR SUM(count_bp) <> 0 OR SUM(amount) <> 0"
    return Dump(
        _rows(
            connection,
            "SELECT subject, state FROM roots WHERE state IS NOT NULL ORDER BY subject",
        ),
        _rows(connection, "SELECT account, teller, body FROM contributions ORDER BY account, teller"),
        _rows(
            connection,
            f"SELECT * FROM cells WHERE {_ALIVE} ORDER BY {','.join(map(str, range(1, 10)))}",
        ),
        _rows(
            connection,
            f"SELECT {key}, {sums} FROM journal j JOIN roots r ON r.no = j.root_no "
            f"GROUP BY {key} HAVING {alive} ORDER BY {key.replace('at_us', 'COALESCE(at_us, 0)')}",
        ),
    )


_ALIVE = "n <> 0 OR count_bp <> 0 OR amount <> 0"


def _rows(connection: Connection, sql: str) -> list[Row]:
    return [tuple(row) for row in connection.execute(sql)]


def journal_of(connection: Connection) -> list[Row]:
    """Return every line of the journal with its position and the moment at which it was applied."""
    return _rows(
        connection,
        "SELECT j.*, e.applied_us FROM journal j JOIN events e USING (position) ORDER BY j.rules, j.position, j.seq",
    )


def opened(place: Path | str, now_us: int) -> Ledger:
    """Return what writes the store in a folder, or the one at the address of a database."""
    if isinstance(place, Path):
        return Home(place, now_us=now_us)
    return Ledger(open_postgres(place), now_us=now_us)


def reading(place: Path | str) -> Connection:
    """Return a connection that reads the store in a folder or a database."""
    return open_reader(place / STORE) if isinstance(place, Path) else open_postgres(place)


def writing(place: Path | str) -> Connection:
    """Return a connection that writes the store in a folder or a database."""
    return open_writer(place / STORE) if isinstance(place, Path) else open_postgres(place)


class Store:
    """A home in a folder or a database, with a clock that stands still until it is told another moment."""

    def __init__(self, place: Path | str, *, now: str = NOW) -> None:
        self.place = place
        self.now_us = us(now)
        self.home = opened(place, self.now_us)

    def send(self, *wires: Wires, at: str | None = None, batch: int = 1_000) -> list[Outcome]:
        """Apply wire events, `batch` in a transaction; return what became of them; `at` sets the clock."""
        if at is not None:
            self.now_us = us(at)
        return self.apply([self._read(wire) for wire in _flat(wires)], batch)

    def apply(self, items: Sequence[Submission], batch: int) -> list[Outcome]:
        """Apply what was read, `batch` in a transaction; return what became of it."""
        outcomes: list[Outcome] = []
        for start in range(0, len(items), batch):
            (found,) = self.home.apply([Job(items=items[start : start + batch])], self.now_us)
            outcomes.extend(found)
        return outcomes

    def _read(self, wire: Wire) -> Submission:
        found = read(wire, now_us=max(self.now_us, us(NOW)))
        assert isinstance(found, Event | Waiting)
        return found

    def questions(self, now_us: int | None = None) -> Questions:
        """Return what answers questions, now or at another moment."""
        return Questions(partial(reading, self.place), clock=lambda: now_us or self.now_us)

    def asked(self, metric: str, period: str, ask: Ask | None = None, *, scope: Scope = ADMIN) -> Board:
        """Return a whole board; `ask` carries what differs from the latest view of everybody by rep."""
        wanted = replace(ask or Ask(metric=metric), metric=metric, period=period)
        with closing(self.questions()) as questions:
            return questions.board(wanted, scope)

    def board(
        self, metric: str, period: str, view: View = LATEST, *, by: By = "rep", zone: str | None = None
    ) -> dict[str, str | None]:
        """Return the value of every row by its id."""
        found = self.asked(metric, period, Ask(metric=metric, view=view, by=by, zone=zone))
        return {place.id: text_of(place.value) for place in found.places}

    def total(self, metric: str, period: str, view: View = LATEST, *, zone: str | None = None) -> str | None:
        """Return the value of everybody together."""
        return text_of(self.asked(metric, period, Ask(metric=metric, view=view, zone=zone)).total)

    def parts(self, metric: str, period: str) -> dict[str, str | None]:
        """Return the values of the parts of everybody together."""
        found = self.asked(metric, period).total.parts or {}
        return {name: text_of(part) for name, part in found.items()}

    def state(self, subject: str) -> State:
        """Return the state of a root."""
        (body,) = self.home.connection.execute("SELECT state FROM roots WHERE subject = ?", (subject,)).fetchone()
        return decode_root(subject, body).state

    def dump(self, *, restart: bool = False) -> Dump:
        """Return what can be compared with other homes."""
        if restart:
            self.restart()
        return dump_of(self.home.connection)

    def journal(self) -> list[Row]:
        """Return the full journal."""
        return journal_of(self.home.connection)

    def restart(self) -> None:
        """Close the home and open it again from what it has stored."""
        self.home.close()
        self.home = opened(self.place, self.now_us)

    def replayed(self) -> tuple[Dump, list[Row]]:
        """Return the dump and the full journal of a replay of the archive into a new store."""
        with TemporaryDirectory() as folder, closing(open_scratch(Path(folder, "replayed.db"))) as scratch:
            with self.home.connection.snapshot():
                replay_all(self.home.connection, scratch)
            return dump_of(scratch), journal_of(scratch)

    def differing(self) -> list[str]:
        """Return the tables in which the store differs from a replay of its archive."""
        with self.home.connection.snapshot():
            return verify(self.home.connection).differing

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        (found,) = self.home.connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
        return int(found)

    def close(self) -> None:
        """Let go of the store."""
        self.home.close()


def _flat(wires: Wires) -> Iterator[Wire]:
    if isinstance(wires, dict):
        yield wires
        return
    for several in wires:
        yield from _flat(several)
