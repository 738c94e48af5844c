"""One-line builders of wire events, and a store in a folder that takes them and answers questions."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from services.boards.board import Board, Shown
from services.days import from_time
from services.events.decode import Waiting, read
from services.events.envelope import Event
from services.events.org import RulesActivated
from services.journal.kinds import State
from services.scope import ADMIN, Scope
from services.view import AsOf, HappenedBy, Latest, View
from streams import rules
from streams.archive import EventRow
from streams.home import Home
from streams.jobs import Job
from streams.projector import Projector
from streams.questions import Ask, Questions
from streams.replay import replay
from streams.rules import Rules
from streams.shelf import decode_root
from streams.store import open_scratch, transaction
from streams.submission import Outcome, Submission

Wire = dict[str, object]
Row = tuple[object, ...]
SOURCE = "crm"
NOW = "2018-01-01T00:00:00Z"


def us(moment: str) -> int:
    """Return an RFC 3339 moment as microseconds since 1970 UTC."""
    return from_time(datetime.fromisoformat(moment))


def event(
    kind: str, subject: str, when: str, /, envelope: Mapping[str, object] | None = None, **fields: object
) -> Wire:
    """Return an event in CloudEvents form; `when` is a date (a date-only fact) or a moment with an offset.

    The id follows from the content, so that the same line is the same event.
    """
    dated = len(when) == len("2017-03-01")
    mark = hashlib.sha256(msgspec.json.encode([kind, subject, when, fields], order="sorted")).hexdigest()[:12]
    found: Wire = {
        "specversion": "1.0",
        "id": f"{kind}:{mark}",
        "source": SOURCE,
        "type": kind,
        "subject": subject,
        "time": f"{when}T00:00:00Z" if dated else when,
        "data": fields,
    }
    if dated:
        found["dateonly"] = True
    return found | dict(envelope or {})


def deal(name: str, when: str, **fields: object) -> Wire:
    """Return the creation of a deal."""
    return event("deal.created", f"deal/{name}", when, **fields)


def won(name: str, when: str, **fields: object) -> Wire:
    """Return the win of a deal."""
    return event("deal.won", f"deal/{name}", when, **fields)


def lost(name: str, when: str, **fields: object) -> Wire:
    """Return the loss of a deal."""
    return event("deal.lost", f"deal/{name}", when, **fields)


def order(name: str, when: str, *, amount: str = "10.00", owner: str = "ann", **fields: object) -> list[Wire]:
    """Return a deal that was created and won at one moment, in US dollars."""
    return [deal(name, when, owner=owner, amount=amount, currency="USD", **fields), won(name, when)]


def configured(when: str = "2000-01-01", **fields: object) -> Wire:
    """Return settings of the company."""
    return event("company.configured", "company/main", when, **fields)


def joined(rep: str, when: str = "2000-01-01", **fields: object) -> Wire:
    """Return that a person joined."""
    return event("rep.joined", f"rep/{rep}", when, **fields)


def team(name: str, when: str = "2000-01-01", **fields: object) -> Wire:
    """Return the definition of a team."""
    return event("team.defined", f"team/{name}", when, name=name, **fields)


def quota(name: str, amount: str, period: str, when: str = "2000-01-01", **fields: object) -> Wire:
    """Return a quota of won amount, in US dollars; `rep` or `team` says whose."""
    defaults: Wire = {"metric": "won_amount", "currency": "USD"}
    return event(
        "quota.set", f"quota/{name}", when, **(defaults | {"amount": amount, "period": period} | fields)
    )


def rate(currency: str, day: str, value: str, to: str = "USD", when: str = "2000-01-01") -> Wire:
    """Return an exchange rate from a day on."""
    return event("rate.set", f"rate/{currency}", when, day=day, to=to, rate=value)


def pipeline(name: str, *stages: str, when: str = "2000-01-01") -> Wire:
    """Return a pipeline of open stages with growing probability, ending in won and lost."""
    known: list[Wire] = [
        {"id": stage, "name": stage, "order": place, "probability": f"0.{place + 1}", "kind": "open"}
        for place, stage in enumerate(stages)
    ]
    ends: list[Wire] = [
        {"id": "won", "name": "won", "order": 98, "probability": "1", "kind": "won"},
        {"id": "lost", "name": "lost", "order": 99, "probability": "0", "kind": "lost"},
    ]
    return event("pipeline.defined", f"pipeline/{name}", when, name=name, stages=[*known, *ends])


def stage(name: str, when: str, to: str, **fields: object) -> Wire:
    """Return that a deal moved to another stage."""
    return event("deal.stage_changed", f"deal/{name}", when, stage=to, **fields)


def accepted(wire: Wire, now: str = NOW) -> Event:
    """Return the event of a wire event that the decoder accepts and understands."""
    found = read(wire, now_us=us(now))
    assert isinstance(found, Event)
    return found


def text_of(value: Shown) -> str | None:
    """Return a value as a person writes it: `10.00 USD`, `0.3`, None when there is none."""
    if value.money is not None:
        return f"{value.money.amount} {value.money.currency}"
    return None if value.number is None else f"{value.number:f}"


class Dump(NamedTuple):
    """What can be compared between homes: states, what accounts were told, cells, and the journal summed by key."""

    states: list[Row]
    told: list[Row]
    cells: list[Row]
    journal: list[Row]


def dump_of(connection: sqlite3.Connection) -> Dump:
    """Return what two stores with the same events have in common, whatever order these arrived in."""
    said = "subject LIKE '%'"
    key = "j.rules, j.measure, j.day, j.rep, j.currency, j.rate_day, j.dims, j.value, j.at_us, j.subject, r.subject"
    sums = "SUM(j.n), SUM(j.count_bp), SUM(j.amount)"
    alive = "SUM(j.n) <> 0 OR SUM(j.count_bp) <> 0 OR SUM(j.amount) <> 0"
    return Dump(
        _rows(
            connection,
            f"SELECT subject, state FROM roots WHERE state IS NOT NULL AND {said} ORDER BY subject",
        ),
        _rows(connection, "SELECT account, teller, body FROM contributions ORDER BY account, teller"),
        _rows(connection, f"SELECT * FROM cells WHERE {_ALIVE} ORDER BY {','.join(map(str, range(1, 10)))}"),
        _rows(
            connection,
            f"SELECT {key}, {sums} FROM journal j JOIN roots r ON r.no = j.root_no "
            f"GROUP BY {key} HAVING {alive} ORDER BY {key}",
        ),
    )


_ALIVE = "n <> 0 OR count_bp <> 0 OR amount <> 0"


def _rows(connection: sqlite3.Connection, sql: str) -> list[Row]:
    return [tuple(row) for row in connection.execute(sql)]


def journal_of(connection: sqlite3.Connection) -> list[Row]:
    """Return every line of the journal with its position and the moment at which it was applied."""
    return _rows(
        connection,
        "SELECT j.*, e.applied_us FROM journal j JOIN events e USING (position) "
        "ORDER BY j.rules, j.position, j.seq",
    )


class Store:
    """A home in a folder with a clock that stands still until it is told another moment."""

    def __init__(self, folder: Path, *, now: str = NOW) -> None:
        self.folder = folder
        self.now_us = us(now)
        self.home = Home(folder, now_us=self.now_us)

    def send(self, *wires: Wire | Iterable[Wire], at: str | None = None, batch: int = 1_000) -> list[Outcome]:
        """Apply wire events, so many in a transaction, and return what became of each; `at` sets the clock."""
        if at is not None:
            self.now_us = us(at)
        items = [self._read(wire) for wire in _flat(wires)]
        outcomes: list[Outcome] = []
        for start in range(0, len(items), batch):
            (found,) = self.home.apply([Job(items=items[start : start + batch])], self.now_us)
            outcomes.extend(found)
        return outcomes

    def _read(self, wire: Wire) -> Submission:
        found = read(wire, now_us=max(self.now_us, us(NOW)))
        assert isinstance(found, Event | Waiting)
        return found

    def asked(
        self, metric: str, period: str, *, scope: Scope = ADMIN, view: View | None = None, **ask: str
    ) -> Board:
        """Return a whole board."""
        questions = Questions(self.home.path, clock=lambda: self.now_us)
        by = ask.pop("by", "rep")
        assert by == "rep" or by == "team"
        wanted = Ask(metric=metric, period=period, by=by, view=view or Latest(), **ask)
        try:
            return questions.board(wanted, scope)
        finally:
            questions.close()

    def board(
        self, metric: str, period: str, *, view: View | None = None, **ask: str
    ) -> dict[str, str | None]:
        """Return the value of every row by its id."""
        found = self.asked(metric, period, view=view, **ask)
        return {place.id: text_of(place.value) for place in found.places}

    def total(self, metric: str, period: str, *, view: View | None = None, **ask: str) -> str | None:
        """Return the value of everybody together."""
        return text_of(self.asked(metric, period, view=view, **ask).total)

    def state(self, subject: str) -> State:
        """Return the state of a root."""
        (body,) = self.home.connection.execute(
            "SELECT state FROM roots WHERE subject = ?", (subject,)
        ).fetchone()
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
        """Close the home and open it again from its file."""
        self.home.close()
        self.home = Home(self.folder, now_us=self.now_us)

    def replayed(self, path: Path) -> tuple[Dump, list[Row]]:
        """Return the dump and the full journal of a replay of the archive into a new store at `path`."""
        with closing(open_scratch(path)) as scratch:
            _replay(self.home.connection, scratch)
            return dump_of(scratch), journal_of(scratch)

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        (found,) = self.home.connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
        return int(found)


def _replay(source: sqlite3.Connection, scratch: sqlite3.Connection) -> None:
    """Replay an archive with every rules version taking over where it did the first time."""
    first = rules.first_rules()
    with transaction(scratch):
        rules.add(scratch, first)
    projector = Projector(scratch, first.no, ZoneInfo(first.zone))

    def follow(row: EventRow, activated: Event) -> None:
        data = activated.data
        assert isinstance(data, RulesActivated)
        wanted = Rules(projector.rules + 1, data.zone, data.tzdata, data.definitions, row.applied_us)
        copy = rules.refold(source, wanted, until=row.position - 1)
        with transaction(scratch):
            copy()
            rules.add(scratch, wanted)
        projector.rules, projector.zone = wanted.no, ZoneInfo(wanted.zone)

    replay(source, projector, before=follow)


def _flat(wires: Sequence[Wire | Iterable[Wire]]) -> Iterator[Wire]:
    for wire in wires:
        if isinstance(wire, dict):
            yield wire
        else:
            yield from wire


def as_of(moment: str) -> AsOf:
    """Return the view of what was known at a moment."""
    return AsOf(us(moment))


def happened_by(moment: str) -> HappenedBy:
    """Return the view of what had happened by a moment."""
    return HappenedBy(us(moment))
