"""The victim: a process that lives one life after another for `crashes.py`, each ending where it was told to.

It reads one life per line (JSON) and forks; the child opens the home, applies requests through the writer and
writes `ack NUMBER` once a request is acknowledged. At its failpoint the child kills itself with SIGKILL.
"""

import os
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import msgspec

from services.events.decode import read
from streams.embedded.home import Home
from streams.ledger.jobs import Job
from streams.projection.submission import Outcome
from tests.faults.seeded import BUGS, bugged_home, bugged_writer
from tests.stores import us

FAILPOINTS = ("received", "after_log_insert", "before_commit", "after_commit_before_ack", "after_ack")
NOW_US = us("2040-01-01T00:00:00Z")
WINDOW = 3


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """One life: it ends at the `after`-th passing of a failpoint, or by itself when that is empty."""

    folder: str
    failpoint: str
    after: int
    bug: str
    requests: list[list[dict[str, object]]]


class Fate:
    """Counts the passings of one failpoint and kills the process at the last."""

    def __init__(self, failpoint: str, after: int) -> None:
        self._failpoint = failpoint
        self._left = after

    def passing(self, failpoint: str) -> None:
        """Pass a failpoint, or die there."""
        if failpoint == self._failpoint:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def traced(self, statement: str) -> None:
        """Pass the failpoints that show in the statements of a transaction, each before it runs."""
        if statement.startswith("INSERT INTO journal"):
            self.passing("after_log_insert")
        elif statement == "COMMIT":
            self.passing("before_commit")


class WatchedHome(Home):
    """A home that passes failpoints around its transactions."""

    fate: Fate

    def apply(self, jobs: Sequence[Job], now_us: int) -> list[list[Outcome]]:
        """Apply jobs between two failpoints."""
        self.fate.passing("received")
        outcomes = super().apply(jobs, now_us)
        self.fate.passing("after_commit_before_ack")
        return outcomes


def live(life: Life) -> None:
    """Live one life to its end."""
    fate, bug = Fate(life.failpoint, life.after), BUGS[life.bug]
    home = bugged_home(Path(life.folder), NOW_US, bug, kind=WatchedHome)
    home.fate = fate
    home.connection.set_trace_callback(fate.traced)
    writer = bugged_writer(home, lambda: NOW_US, bug)
    writer.start()
    running: list[Future[list[Outcome]]] = []
    for number, request in enumerate(life.requests):
        running.append(writer.submit(Job(items=[read(wire, now_us=NOW_US) for wire in request])))
        running[-1].add_done_callback(partial(acknowledge, number, fate))
        if len(running) == WINDOW:
            running = [future for future in running if not future.result()]
    writer.stop()
    home.close()


def acknowledge(number: int, fate: Fate, done: Future[list[Outcome]]) -> None:
    """Tell the client that a request is safe."""
    done.result()
    os.write(1, f"ack {number}\n".encode())
    fate.passing("after_ack")


def main() -> None:
    """Live the lives that the standard input tells of."""
    for line in sys.stdin.buffer:
        child = os.fork()
        if child == 0:
            live(msgspec.json.decode(line, type=Life))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        os.write(1, f"end {os.waitstatus_to_exitcode(status)}\n".encode())


if __name__ == "__main__":
    main()
