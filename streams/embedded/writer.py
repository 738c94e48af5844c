"""The writer: one thread that applies what arrives, as many submissions at a time as are waiting."""

import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing, suppress
from queue import Empty, SimpleQueue
from typing import TypeVar

from streams.embedded.home import LOG_BYTES, Home
from streams.ledger.jobs import Call, Job, Overloaded, Refusal
from streams.projection.submission import Outcome
from streams.store.connection import StoreFailed
from streams.tracing import About, messaging

GROUP_MAX = 1_000
WAITING_MAX = 20_000
IDLE_SECONDS = 1.0
CHECKPOINT_SECONDS = 0.25
# What hands deliveries over here, for those who trace them.
SYSTEM = "paceline"
Answered = TypeVar("Answered")


class Writer:
    """Applies jobs in a thread of its own; `submit` hands one over and the future resolves after the commit.

    `committed` is then called with the `traceparent` of what was done, empty when nobody traces.
    """

    def __init__(self, home: Home, *, clock: Callable[[], int], committed: Callable[[str], None]) -> None:
        self._home = home
        self._clock = clock
        self._committed = committed
        self._queue: SimpleQueue[Job | Call | None] = SimpleQueue()
        self._waiting = 0
        self._counting = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="paceline-writer", daemon=True)
        self._carrier = threading.Thread(target=self._carry, name="paceline-checkpoint", daemon=True)
        self._stopping = threading.Event()
        self._carried = threading.Event()

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()
        self._carrier.start()

    def stop(self) -> None:
        """Write what is waiting, then end."""
        self._queue.put(None)
        self._thread.join()
        self._stopping.set()
        self._carrier.join()

    @property
    def alive(self) -> bool:
        """Return whether the thread is running."""
        return self._thread.is_alive()

    @property
    def waiting(self) -> int:
        """Return how many submissions wait; a job without any counts as one."""
        return self._waiting

    def submit(self, job: Job) -> Future[list[Outcome]]:
        """Hand over a job; raise `Overloaded` when too much waits."""
        self._admit(max(len(job.items), 1))
        _binding(job.future)
        self._queue.put(job)
        return job.future

    def call(self, run: Callable[[int], Answered]) -> Future[Answered]:
        """Let the writer do something else, given the time, between transactions."""
        future: Future[Answered] = Future()

        def do(now_us: int) -> None:
            try:
                future.set_result(run(now_us))
            except sqlite3.Error as error:
                future.set_exception(StoreFailed(str(error)))
            except Exception as error:  # noqa: BLE001 - whoever asked gets it
                future.set_exception(error)

        self._admit(1)
        _binding(future)
        self._queue.put(Call(do))
        return future

    def _admit(self, count: int) -> None:
        """Make room for submissions; one job alone is always let in."""
        with self._counting:
            if self._waiting and self._waiting + count > WAITING_MAX:
                raise Overloaded
            self._waiting += count

    def _taken(self, item: Job | Call | None) -> None:
        """Give back the room of what is written now."""
        if item is not None:
            with self._counting:
                self._waiting -= max(len(item.items), 1) if isinstance(item, Job) else 1

    def _run(self) -> None:
        while True:
            group = self._next()
            if group is None:
                return
            if group:
                self._write(group)

    def _next(self) -> list[Job] | None:
        """Wait for jobs and return all that fit one transaction; None at the end."""
        try:
            first = self._queue.get(timeout=IDLE_SECONDS)
        except Empty:
            self._home.checkpoint()
            return []
        group: list[Job] = []
        size = 0
        item: Job | Call | None = first
        self._taken(item)
        while isinstance(item, Job):
            if group and (item.atomic or size + len(item.items) > GROUP_MAX):
                self._write(group)
                group, size = [], 0
            group.append(item)
            size += max(len(item.items), 1)
            if item.atomic or size >= GROUP_MAX:
                return group
            try:
                item = self._queue.get_nowait()
            except Empty:
                return group
            self._taken(item)
        if group:
            self._write(group)
        if item is None:
            return None
        self._do(item)
        return []

    def _do(self, call: Call) -> None:
        call.do(self._clock())
        self._committed("")

    def _write(self, group: list[Job]) -> None:
        """Apply a group in one transaction and tell everybody what became of theirs."""
        try:
            outcomes, trace = self._applied(group)
        except Refusal as refusal:
            group[0].future.set_exception(refusal)
            return
        except Exception as error:  # noqa: BLE001 - whoever asked gets it, and the writer goes on
            self._failed(group, error)
            return
        for job, found in zip(group, outcomes, strict=True):
            job.future.set_result(found)
        self._committed(trace)
        if self._carried.is_set():
            self._carried.clear()
            self._home.checkpoint()

    def _applied(self, group: list[Job]) -> tuple[list[list[Outcome]], str]:
        """Apply a group and return what became of it, and its `traceparent`."""

        def about() -> About:
            events = sum(len(job.items) for job in group)
            return About([job.trace for job in group], messaging("process", SYSTEM, (), len(group), events))

        with self._home.tracer.span("process", kind="consumer", about=about) as trace:
            return self._home.apply(group, self._clock()), trace

    def _failed(self, group: list[Job], error: Exception) -> None:
        """Write the jobs of a group one by one when one of them must be what failed, else tell them all."""
        if len(group) > 1 and not isinstance(error, sqlite3.OperationalError):
            for job in group:
                self._write([job])
            return
        told = StoreFailed(str(error)) if isinstance(error, sqlite3.Error) else error
        for job in group:
            job.future.set_exception(told)

    def _carry(self) -> None:
        """Move the log of the file into the file beside the writer.

        The writer never waits for the bulk of it; it only finishes the small rest, after which SQLite begins the
        log anew instead of letting it grow.
        """
        with closing(sqlite3.connect(self._home.path)) as connection:
            while not self._stopping.wait(CHECKPOINT_SECONDS):
                if self._home.log_bytes() > LOG_BYTES:
                    with suppress(sqlite3.Error):
                        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
                    self._carried.set()


def _binding(future: Future[Answered]) -> None:
    """Let nobody take back what was handed over: it will be written, whether or not its sender still waits."""
    future.set_running_or_notify_cancel()


def system_clock() -> int:
    """Return the system's time in microseconds since 1970 UTC."""
    return time.time_ns() // 1_000
