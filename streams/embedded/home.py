"""The embedded home: one SQLite file with its projector, kept right across crashes and changes of rules."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from services.events.envelope import Event
from services.events.org import RulesActivated
from services.org.company import Company
from streams.embedded.jobs import Job, Refusal
from streams.history import rules
from streams.history.replay import Progress, silent
from streams.history.rules import Rules
from streams.projection.projector import Projector
from streams.projection.submission import Outcome
from streams.store.sqlite import open_writer, transaction

STORE = "paceline.db"
SOURCE = "paceline"
LOG_BYTES = 16 * 2**20
ANSWERS_KEPT_US = 8 * 86_400_000_000
FORGOTTEN_MAX = 1_000
_GOOD = ("applied", "duplicate")
_FORGET = "DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE created_us < ? ORDER BY created_us LIMIT ?)"


class Home:
    """The single writer of the store in a folder; everything it does happens in the caller's thread."""

    def __init__(self, folder: Path, *, now_us: int, progress: Progress = silent) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / STORE
        self.connection = open_writer(self.path)
        self.rules = self._current_rules()
        self.projector = Projector(self.connection, self.rules.no, ZoneInfo(self.rules.zone))
        self.behind = False
        self.follow_rules(now_us, progress)

    def _current_rules(self) -> Rules:
        """Return the version in force; a new store begins with the first."""
        known = rules.versions(self.connection)
        if known:
            return known[-1]
        first = rules.first_rules()
        with transaction(self.connection):
            rules.add(self.connection, first)
        return first

    def apply(self, jobs: Sequence[Job], now_us: int) -> list[list[Outcome]]:
        """Apply jobs in one transaction and return the outcomes of each, in order.

        Raise `Refusal` when an atomic job (which must be alone) could not be applied as a whole, and
        `sqlite3.Error` when the store failed; either way nothing was stored.
        """
        projector = self.projector
        try:
            projector.begin([item for job in jobs for item in job.items])
            with transaction(self.connection):
                outcomes = [self._apply_job(job, now_us) for job in jobs]
                projector.write()
        except BaseException:
            projector.abandon()
            raise
        projector.commit()
        self.catch_up(now_us)
        return outcomes

    def catch_up(self, now_us: int) -> None:
        """Follow the rules where the batch may have changed them.

        The batch is stored whatever comes of it: what the disk has no room for now is made up for after a later one.
        """
        if not (self.behind or self.projector.batch.organised_at):
            return
        try:
            self.follow_rules(now_us)
            self.behind = False
        except (sqlite3.Error, OSError):
            self.behind = True

    def _apply_job(self, job: Job, now_us: int) -> list[Outcome]:
        outcomes = [self.projector.submit(item, now_us) for item in job.items]
        if job.atomic and any(outcome.kind not in _GOOD for outcome in outcomes):
            raise Refusal(outcomes)
        counters = self.projector.batch.counters
        for source, count in job.rejected.items():
            counters["received", source] += count
            counters["rejected", source] += count
        for source, count in job.repeated.items():
            counters["repeated", source] += count
        if job.answer:
            answer = job.answer(outcomes)
            row = (answer.key, answer.request, answer.status, answer.body, now_us)
            self.projector.batch.answers.append(row)
            self.connection.execute(_FORGET, (now_us - ANSWERS_KEPT_US, FORGOTTEN_MAX))
        return outcomes

    def follow_rules(self, now_us: int, progress: Progress = silent) -> None:
        """Fold everything anew beside the old when the company's zone, the time zone data or the rules changed."""
        root = self.projector.shelf.root("company/main")
        company = root.state if root and isinstance(root.state, Company) else Company()
        wanted = rules.wanted(self.rules, company)
        if wanted:
            self._activate(wanted, now_us, progress)

    def _activate(self, wanted: Rules, now_us: int, progress: Progress) -> None:
        """Make a rules version the active one: its postings, then the event that says so."""
        projector = self.projector
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
        projector.rules, projector.zone = wanted.no, ZoneInfo(wanted.zone)
        try:
            projector.begin([event])
            with transaction(self.connection):
                copy()
                rules.add(self.connection, active)
                projector.submit(event, now_us)
                projector.write()
        except BaseException:
            projector.rules, projector.zone = self.rules.no, ZoneInfo(self.rules.zone)
            projector.abandon()
            raise
        projector.commit()
        self.rules = active

    def probe(self, now_us: int) -> None:
        """Write something tiny, to know whether the store can be written; raise `sqlite3.Error` when it cannot."""
        with transaction(self.connection):
            self.connection.execute(self.projector.sql.facts, ("probed_at", str(now_us)))

    def checkpoint(self) -> None:
        """Move what was written from the log of the file into the file, without waiting for readers.

        What cannot be moved now stays in the log until the next time; a store that fails says so when it is written.
        """
        with suppress(sqlite3.Error):
            self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def tidy(self) -> None:
        """Move the log into the file when it has grown; for those who write without a `Writer` beside."""
        if self.log_bytes() > LOG_BYTES:
            self.checkpoint()

    def log_bytes(self) -> int:
        """Return the size of the log of the file."""
        log = self.path.with_name(self.path.name + "-wal")
        return log.stat().st_size if log.exists() else 0

    def close(self) -> None:
        """Close the store with its log moved into the file."""
        with closing(self.connection):
            try:
                self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.OperationalError:
                # Another connection reads: the log stays beside the file and is read at the next start.
                return
