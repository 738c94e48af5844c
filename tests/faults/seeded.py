"""Seeded bugs: real parts of Paceline, each made wrong in one way that a harness must notice."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from services.accounts.orders import Contribution
from services.events.archive import fingerprint
from services.events.envelope import Event
from streams.embedded.home import Home
from streams.embedded.writer import Writer
from streams.ledger.jobs import Job
from streams.projection.batch import Batch, add_up
from streams.projection.projector import Known, Projector
from streams.projection.shelf import Shelf
from streams.projection.submission import Outcome, Submission
from streams.store.archive import digest_of
from tests.builders import event
from tests.stores import Wire


class EagerWriter(Writer):
    """Acknowledges what it was handed before anything is written."""

    def submit(self, job: Job) -> Future[list[Outcome]]:
        """Hand over a job and pretend that it was applied."""
        super().submit(job)
        told: Future[list[Outcome]] = Future()
        told.set_result([Outcome(kind="applied", position=0) for _ in job.items])
        return told


class TornProjector(Projector):
    """Commits the log first and the view in a transaction of its own."""

    def write(self) -> None:
        """Write the batch in two transactions."""
        batch = self.batch
        view = Batch(self.rules, journal=batch.journal, days=batch.days)
        batch.journal, batch.days, batch.prepared = [], {}, None
        batch.write(self.connection)
        self.connection.execute("COMMIT")
        self.connection.execute("BEGIN IMMEDIATE")
        view.write(self.connection)


class UnguardedProjector(Projector):
    """Adds to the view whatever is delivered, known or not."""

    def submit(self, item: Submission, now_us: int) -> Outcome:
        """Apply a submission and add a duplicate to the cells once more."""
        outcome = Projector.submit(self, item, now_us)
        if outcome.kind == "duplicate" and outcome.position:
            self._again(outcome.position)
        return outcome

    def _again(self, position: int) -> None:
        rows = self.connection.execute(
            "SELECT measure, day, rep, currency, rate_day, dims, value, n, count_bp, amount "
            "FROM journal WHERE position = ?",
            (position,),
        ).fetchall()
        for *key, n, count_bp, amount in rows:
            measure, day, rep, currency, rate_day, dims, value = key
            add_up(self.batch.days, (measure, day, rep, currency, rate_day, dims, value), n, count_bp, amount)


class SwallowingProjector(Projector):
    """Lets an event that a rule could not apply vanish, as if it had been applied."""

    def bury_failed(self, event: Event, error: Exception, now_us: int) -> Outcome:
        """Swallow the failure."""
        return Outcome(kind="applied", position=self.position)


class TrustfulProjector(Projector):
    """Takes the server's clock for what it says, wherever it jumps."""

    def submit(self, item: Submission, now_us: int) -> Outcome:
        """Apply a submission as if nothing had been applied before."""
        self.applied_us = 0
        return Projector.submit(self, item, now_us)


class HastyProjector(Projector):
    """Takes whatever has a known id for the event that is known, whatever it says."""

    def submit(self, item: Submission, now_us: int) -> Outcome:
        """Apply a submission with the fingerprint of what is known."""
        if isinstance(item, Event):
            digest = digest_of(item.source, item.id)
            if digest in self.known:
                self.known[digest] = Known(self.known[digest].position, fingerprint(item))
        return Projector.submit(self, item, now_us)


POISON = "poison"


class PoisonedShelf(Shelf):
    """Breaks the rule that folds the account `poison`, after the deal that tells of it was folded."""

    @classmethod
    def of(cls, shelf: Shelf) -> "PoisonedShelf":
        """Return a poisoned shelf in the place of one that has nothing in hand."""
        return cls(shelf.connection, next_no=shelf.next_no)

    def contributions(self, account: str) -> Mapping[str, Contribution]:
        """Return what an account was told, unless it is the one."""
        if account == POISON:
            raise ZeroDivisionError("a rule that nobody tried")
        return Shelf.contributions(self, account)


def harmless(count: int) -> list[Wire]:
    """Return the creations of the deals whose wins are poison."""
    fields: Wire = {"owner": "r0", "amount": "10.00", "currency": "USD", "account": POISON}
    return [
        event("deal.created", f"deal/{POISON}-{no}", f"2017-01-01T00:00:00.{no:06}Z", **fields) for no in range(count)
    ]


def poisoned(count: int) -> list[Wire]:
    """Return wins that a `PoisonedShelf` makes a rule fail on."""
    return [event("deal.won", f"deal/{POISON}-{no}", f"2017-02-01T00:00:00.{no:06}Z") for no in range(count)]


HomeKind = TypeVar("HomeKind", bound=Home)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bug:
    """Which parts to use instead of the right ones."""

    projector: type[Projector] = Projector
    writer: type[Writer] = Writer


BUGS = {
    "": Bug(),
    "ack_before_commit": Bug(writer=EagerWriter),
    "two_transactions": Bug(projector=TornProjector),
    "unguarded_view": Bug(projector=UnguardedProjector),
    "swallowed": Bug(projector=SwallowingProjector),
    "trusted_clock": Bug(projector=TrustfulProjector),
    "ids_alone": Bug(projector=HastyProjector),
}


def bugged_home(folder: Path, now_us: int, bug: Bug, *, kind: type[HomeKind]) -> HomeKind:
    """Return a home with the projector of a bug."""
    home = kind(folder, now_us=now_us)
    seed(home, bug)
    return home


def seed(home: Home, bug: Bug) -> None:
    """Give a home that has not applied anything yet the projector of a bug."""
    home.projector = bug.projector(home.connection, home.rules.no, ZoneInfo(home.rules.zone))


def bugged_writer(home: Home, clock: Callable[[], int], bug: Bug) -> Writer:
    """Return a writer of a home, wrong where the bug says so."""
    return bug.writer(home, clock=clock, committed=lambda _: None)
