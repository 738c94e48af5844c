"""The yard: a process that has everything loaded and forks workers, each a process of its own.

It reads one order per line (JSON): start a worker and write its id, or wait for one to end and write how it did.
"""

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from functools import partial

import aiokafka.admin  # noqa: F401 - loaded once for all workers, as what follows
import faust  # noqa: F401
import msgspec
import uvloop  # noqa: F401

from api.cli import main, work
from streams.embedded.writer import system_clock
from streams.ledger.jobs import Job
from streams.ledger.ledger import Ledger
from streams.projection.submission import Outcome
from streams.store.offsets import write_offsets
from streams.store.postgres import open_postgres
from streams.workers.app import Plan
from streams.workers.ledger import LogLedger
from streams.workers.offsets import Span
from streams.workers.worker import Worker
from tests.faults.seeded import PoisonedShelf


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Start a worker with these options, or wait for the end of one that was started."""

    options: Sequence[str] = ()
    log: str = ""
    bug: str = ""
    wait: int = 0


class MortalLedger(LogLedger):
    """Dies, as by SIGKILL, right after its third transaction was committed."""

    taken = 0

    def take(self, spans: Sequence[Span], now_us: int, poison: dict[int, Exception] | None = None) -> list[Outcome]:
        """Apply spans, or die having done so."""
        found = super().take(spans, now_us, poison)
        self.live()
        return found

    def live(self) -> None:
        """Live on, or die."""
        self.taken += 1
        if self.taken == 3:
            os.kill(os.getpid(), signal.SIGKILL)


class EarlyLedger(MortalLedger):
    """Writes how far it has read in a transaction of its own, before it applies what it has read."""

    def take(self, spans: Sequence[Span], now_us: int, poison: dict[int, Exception] | None = None) -> list[Outcome]:
        """Write the offsets, live or die, and apply the spans."""
        _write_offsets(self, spans)
        self.live()
        return _apply(self, spans, now_us)


class LateLedger(MortalLedger):
    """Applies what it has read, and writes how far that was in a transaction of its own."""

    def take(self, spans: Sequence[Span], now_us: int, poison: dict[int, Exception] | None = None) -> list[Outcome]:
        """Apply the spans, live or die, and write the offsets."""
        found = _apply(self, spans, now_us)
        self.live()
        _write_offsets(self, spans)
        return found


def _apply(ledger: Ledger, spans: Sequence[Span], now_us: int) -> list[Outcome]:
    items = [item for span in spans for record in span.records for item in record.items]
    (found,) = Ledger(ledger.connection, now_us=now_us).apply([Job(items=items)], now_us)
    return found


def _write_offsets(ledger: Ledger, spans: Sequence[Span]) -> None:
    with ledger.connection.turn():
        write_offsets(ledger.connection, {span.place: span.end for span in spans})


class FragileLedger(LogLedger):
    """Breaks the rule that folds the account `poison`, and cannot write events whose ids begin with `fragile`."""

    def _fold(self, jobs: Sequence[Job], now_us: int) -> list[list[Outcome]]:
        if not isinstance(self.projector.shelf, PoisonedShelf):
            self.projector.shelf = PoisonedShelf.of(self.projector.shelf)
        return super()._fold(jobs, now_us)

    def _write(self, jobs: Sequence[Job], now_us: int) -> None:
        if any(row.id.startswith("fragile") for row in self.projector.batch.events):
            raise OverflowError("a number that no column holds")
        super()._write(jobs, now_us)


BUGS: dict[str, type[LogLedger]] = {
    "mortal": MortalLedger,
    "early": EarlyLedger,
    "late": LateLedger,
    "fragile": FragileLedger,
}


def live(order: Order) -> None:
    """Be a worker to its end: that of the command line, or one with a ledger that is not as it should be."""
    log = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 2)
    os.dup2(log, 1)
    if order.bug:
        work.make_worker = partial(bugged, BUGS[order.bug])
    sys.argv = ["paceline", "work", *order.options]
    main.main()


def bugged(kind: type[LogLedger], plan: Plan, store: str, **_: object) -> Worker:
    """Return a worker with another kind of ledger, which tells nobody what it does."""
    return Worker(plan, lambda: kind(open_postgres(store), now_us=system_clock()), clock=system_clock)


def start(order: Order) -> int:
    """Fork a worker and return its id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        live(order)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def ended(child: int) -> int:
    """Return the exit code of a worker, once it has ended."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def run() -> None:
    """Follow the orders on the standard input."""
    for line in sys.stdin.buffer:
        order = msgspec.json.decode(line, type=Order)
        found = ended(order.wait) if order.wait else start(order)
        os.write(1, f"{found}\n".encode())


if __name__ == "__main__":
    run()
