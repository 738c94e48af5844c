"""The ledger of a store: applies jobs, each group in one transaction, and follows the rules when they change."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from zoneinfo import ZoneInfo

from services.events.envelope import Event
from services.events.org import RulesActivated
from services.org.company import Company
from streams.history import rules
from streams.history.replay import Progress, silent
from streams.history.rules import Rules
from streams.ledger.jobs import Job, Refusal
from streams.ledger.kept import forget, row_of
from streams.projection.projector import Projector
from streams.projection.settling import settle
from streams.projection.submission import Outcome
from streams.store.connection import Connection, StoreFailed
from streams.tracing import UNTRACED, Tracer

SOURCE = "paceline"
_GOOD = ("applied", "duplicate")


class Ledger:
    """Writes a store through one connection; everything it does happens in the caller's thread.

    What is folded before the turn is folded again within it where others have changed what it was folded onto.

    :ivar tracer: is told how long the parts of a batch took; nobody is unless it is set.
    """

    tracer: Tracer = UNTRACED

    def __init__(self, connection: Connection, *, now_us: int, progress: Progress = silent) -> None:
        from streams.store.statements import statements

        # Put into words before the first event waits for it.
        statements()
        self.connection = connection
        self.rules = self._current_rules()
        self.projector = Projector(connection, self.rules.no, ZoneInfo(self.rules.zone))
        self.behind = False
        self.follow_rules(now_us, progress)

    def _current_rules(self) -> Rules:
        """Return the version in force; a new store begins with the first."""
        known = rules.versions(self.connection)
        if not known:
            with self.connection.turn():
                if not rules.versions(self.connection):
                    rules.add(self.connection, rules.first_rules())
            known = rules.versions(self.connection)
        return known[-1]

    def apply(self, jobs: Sequence[Job], now_us: int) -> list[list[Outcome]]:
        """Apply jobs in one transaction and return the outcomes of each, in order.

        Raise `Refusal` when an atomic job (which must be alone) could not be applied as a whole, and `sqlite3.Error`
        or `StoreFailed` when the store failed; either way nothing was stored.
        """
        projector = self.projector
        try:
            with self.tracer.span("fold"):
                folded = self._fold(jobs, now_us)
            with self._turn():
                if self.overtaken(jobs, now_us):
                    folded = self._fold(jobs, now_us)
                self._write(jobs, now_us)
        except BaseException:
            projector.abandon()
            raise
        projector.commit()
        outcomes = iter(projector.outcomes)
        # What was folded again in part has other outcomes now.
        found = [list(islice(outcomes, len(each))) for each in folded]
        self.catch_up(now_us)
        return found

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Run the body in the turn; waiting for it and what is done in it are told apart."""
        told = self.tracer.here()
        with ExitStack() as taken:
            with self.tracer.span("wait for the turn"):
                taken.enter_context(self.connection.turn(told))
            with self.tracer.span("write"), taken.pop_all():
                yield

    def _fold(self, jobs: Sequence[Job], now_us: int) -> list[list[Outcome]]:
        self.projector.begin([item for job in jobs for item in job.items])
        outcomes = [self._apply_job(job, now_us) for job in jobs]
        self.projector.prepare()
        return outcomes

    def _write(self, jobs: Sequence[Job], now_us: int) -> None:
        """Write, in the turn, what was folded."""
        self.projector.write()
        self._forget(jobs, now_us)

    def overtaken(self, jobs: Sequence[Job], now_us: int) -> bool:
        """Return, in the turn, whether all must be folded again; where a part of it will do, that is done."""
        return not settle(self.projector, now_us, in_part=not any(job.atomic for job in jobs))

    def catch_up(self, now_us: int) -> None:
        """Follow the rules where the batch may have changed them.

        The batch is stored whatever comes of it: what the disk has no room for now is made up for after a later one.
        """
        if not (self.behind or self.projector.batch.organised_at):
            return
        try:
            self.follow_rules(now_us)
            self.behind = False
        except (sqlite3.Error, OSError, StoreFailed):
            self.behind = True

    def _apply_job(self, job: Job, now_us: int) -> list[Outcome]:
        outcomes = [self.projector.submit(item, now_us) for item in job.items]
        if job.atomic and any(outcome.kind not in _GOOD for outcome in outcomes):
            raise Refusal(outcomes)
        self.projector.batch.counters.update(job.counted())
        if job.answer:
            self.projector.batch.answers.append(row_of(job.answer(outcomes), now_us))
        return outcomes

    def _forget(self, jobs: Sequence[Job], now_us: int) -> None:
        """Forget answers that nobody asks for any more, where new ones come in."""
        if any(job.answer for job in jobs):
            forget(self.connection, now_us)

    def follow_rules(self, now_us: int, progress: Progress = silent) -> None:
        """Fold everything anew beside the old when the company's zone, the time zone data or the rules changed."""
        if self._wanted() is None:
            return
        try:
            with self.connection.turn():
                # Another may have done it in the meantime.
                wanted = self._wanted()
                active = self._activate(wanted, now_us, progress) if wanted else self.rules
            self.rules = active
        except BaseException:
            self.projector.rules, self.projector.zone = self.rules.no, ZoneInfo(self.rules.zone)
            self.projector.abandon()
            raise
        self.projector.commit()

    def _wanted(self) -> Rules | None:
        if not self.connection.alone:
            self.projector.resume()
            self.rules = rules.versions(self.connection)[-1]
        root = self.projector.shelf.root("company/main")
        company = root.state if root and isinstance(root.state, Company) else Company()
        return rules.wanted(self.rules, company)

    def _activate(self, wanted: Rules, now_us: int, progress: Progress) -> Rules:
        """Make a rules version the active one: its postings, then the event that says so."""
        projector = self.projector
        self.connection.unhurried()
        copy = rules.refold(self.connection, wanted, until=projector.position, progress=progress)
        event = Event(
            id=f"rules-{wanted.no}",
            source=SOURCE,
            type="rules.activated",
            subject="company/main",
            time_us=now_us,
            data=RulesActivated(zone=wanted.zone, tzdata=wanted.tzdata, definitions=wanted.definitions),
        )
        active = wanted._replace(active_from=max(now_us, projector.applied_us + 1))
        copy()
        rules.add(self.connection, active)
        projector.rules, projector.zone = wanted.no, ZoneInfo(wanted.zone)
        projector.begin([event])
        projector.submit(event, now_us)
        projector.write()
        return active

    def probe(self, now_us: int) -> None:
        """Write something tiny, to know whether the store can be written; raise when it cannot."""
        with self.connection.turn():
            self.connection.put("facts", [("probed_at", str(now_us))])

    def tidy(self) -> None:
        """Tidy up after much was written; a database does so by itself."""

    def close(self) -> None:
        """Close the store."""
        self.connection.close()
