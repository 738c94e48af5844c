"""The ledger of a worker: applies pieces of the log, and keeps in the same transaction how far the log was read."""

from collections.abc import Collection, Sequence
from functools import partial

from services.events.decode import Waiting
from services.events.envelope import Event
from streams.kafka.log import SYSTEM
from streams.ledger.jobs import Job
from streams.ledger.ledger import Ledger
from streams.projection.submission import Outcome, Refused, Submission
from streams.store.connection import StoreFailed
from streams.store.offsets import Place, read_offsets, write_offsets
from streams.tracing import About, messaging
from streams.workers.offsets import Span, advance


class _Known(Exception):
    """Everything that was to be applied is in the store already."""


class _Tried(Exception):
    """What was tried could have been stored."""


class LogLedger(Ledger):
    """Applies what the log holds, each record once, whoever else has read it and however often it comes.

    Records below the stored offset are skipped and not counted. That is decided before the turn and again within it:
    a worker that was thought dead and wakes up with a batch in hand finds that another has applied it.
    """

    _spans: Sequence[Span] = ()
    _stored: dict[Place, int]
    _moved: dict[Place, int]
    # Items by their identity: those that cannot be applied, with the reason, and those that a trial is about.
    _poison: dict[int, Exception]
    _tried: Collection[int] | None = None

    def take(self, spans: Sequence[Span], now_us: int, poison: dict[int, Exception] | None = None) -> list[Outcome]:
        """Apply spans in one transaction and return what became of every item that was new.

        `poison` names items, by their identity, that go to the dead letters instead of being applied. Raise `Hole`
        when records before these were not read, and whatever `Ledger.apply` raises; then nothing was stored.
        """
        self._spans, self._poison = spans, poison or {}
        with self.tracer.span("process", kind="consumer", about=partial(_about, spans)):
            try:
                return [outcome for found in self.apply((), now_us) for outcome in found]
            except _Known:
                return []

    def offsets(self) -> dict[Place, int]:
        """Return from which offset each partition is to be read on; one that was never read is not named."""
        return read_offsets(self.connection)

    def trial(
        self, spans: Sequence[Span], items: Sequence[Submission], now_us: int, poison: dict[int, Exception]
    ) -> Exception | None:
        """Return what goes wrong when only these items of spans are applied; nothing is stored either way.

        Raise `StoreFailed` when the store could not take anything at all.
        """
        self._tried = {id(item) for item in items}
        try:
            self.take(spans, now_us, poison)
        except _Tried:
            return None
        except StoreFailed as error:
            if error.passing:
                raise
            return error
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
            return error
        finally:
            self._tried = None
        return None

    def _fold(self, jobs: Sequence[Job], now_us: int) -> list[list[Outcome]]:
        self._stored = read_offsets(self.connection)
        self._moved, fresh = advance(self._spans, self._stored)
        if not self._moved:
            raise _Known
        return super()._fold([Job(items=self._wanted_of(record.items)) for record in fresh], now_us)

    def _wanted_of(self, items: Sequence[Submission]) -> Sequence[Submission]:
        if self._tried is None:
            return items
        return [item for item in items if id(item) in self._tried]

    def overtaken(self, jobs: Sequence[Job], now_us: int) -> bool:
        """Return, in the turn, whether others have read of these partitions or changed what was folded onto."""
        now = read_offsets(self.connection)
        passed = any(now.get(place) != self._stored.get(place) for place in self._moved)
        return passed or super().overtaken(jobs, now_us)

    def _apply_job(self, job: Job, now_us: int) -> list[Outcome]:
        if not self._poison:
            return super()._apply_job(job, now_us)
        return [self._one(item, now_us) for item in job.items]

    def _one(self, item: Submission, now_us: int) -> Outcome:
        error = self._poison.get(id(item))
        if error is not None and not isinstance(item, Event):
            return self.projector.submit(_told_of(item, error), now_us)
        return self.projector.submit(item, now_us, error)

    def _write(self, jobs: Sequence[Job], now_us: int) -> None:
        super()._write(jobs, now_us)
        write_offsets(self.connection, self._moved)
        if self._tried is not None:
            raise _Tried


def _about(spans: Sequence[Span]) -> About:
    """Return what is told of a batch: whose deliveries it takes, and from where."""
    records = [record for span in spans for record in span.records]
    topics = {span.place[0] for span in spans}
    events = sum(len(record.items) for record in records)
    links = [trace for record in records for trace in record.traces]
    return About(links, messaging("process", SYSTEM, topics, len(records), events))


def _told_of(item: Waiting | Refused, error: Exception) -> Refused:
    """Return the refusal of an item that could not even be kept as it was."""
    return Refused(source="unknown", raw=item.raw, reason="not_storable", detail=type(error).__name__)
