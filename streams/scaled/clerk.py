"""The clerk: what an API node itself reads and writes of the store in Postgres, one thing at a time."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from services.events.archive import fingerprint
from services.events.envelope import Event
from streams.ledger.jobs import Answer
from streams.ledger.kept import forget, row_of
from streams.ledger.ledger import Ledger
from streams.projection.projector import known_among
from streams.projection.submission import Outcome, Submission
from streams.store.archive import digest_of
from streams.store.connection import StoreFailed
from streams.store.postgres import PostgresConnection, open_postgres

Given = TypeVar("Given")
Counts = Counter[tuple[str, str]]


class Clerk:
    """Works in a thread of its own, on a connection of its own, opened when it is first needed.

    What it has counted and could not write while the store was away is written with the next thing that it can.
    """

    def __init__(self, address: str, *, clock: Callable[[], int]) -> None:
        self._address = address
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="paceline-clerk")
        self._connection: PostgresConnection | None = None
        self._unwritten: Counts = Counter()

    async def care(self, run: Callable[[Ledger, int], Given]) -> Given:
        """Do something to the store through a ledger, given the time."""
        return await self._do(lambda: run(Ledger(self._opened(), now_us=self._clock()), self._clock()))

    async def read(self, ask: Callable[[PostgresConnection], Given]) -> Given:
        """Ask the store for something; raise `StoreFailed` while it is away."""
        return await self._do(lambda: ask(self._opened()))

    async def known(self, items: Sequence[Submission]) -> dict[int, Outcome]:
        """Return what is known already of deliveries, by their place among them.

        It is a courtesy to senders: what is on its way and not in the store yet is not known, and nothing is while
        the store is away.
        """
        try:
            return await self._do(lambda: _known(self._opened(), items))
        except StoreFailed:
            return {}

    async def note(self, counts: Counts, answer: Answer | None = None) -> None:
        """Write what was counted at the door, and the answer to a request that may come again.

        Raise `StoreFailed` when the answer could not be written; counts wait.
        """
        if not counts and answer is None:
            return
        try:
            await self._do(lambda: self._write(counts, answer))
        except StoreFailed:
            if answer is not None:
                raise

    async def reachable(self) -> None:
        """Return if the store answers and can be written; raise `StoreFailed` otherwise."""
        await self._do(lambda: self._write(Counter(), probe=True))

    async def close(self) -> None:
        """Write what is still unwritten, if the store is there, and let go of it."""
        await self._do(self._close)
        self._thread.shutdown()

    async def _do(self, what: Callable[[], Given]) -> Given:
        return await asyncio.get_running_loop().run_in_executor(self._thread, what)

    def _opened(self) -> PostgresConnection:
        if self._connection is None:
            self._connection = open_postgres(self._address, name="paceline-node")
        return self._connection

    def _write(self, counts: Counts, answer: Answer | None = None, *, probe: bool = False) -> None:
        """Write these counts with those that wait; only the thread of the clerk touches what waits."""
        self._unwritten.update(counts)
        connection = self._opened()
        now_us = self._clock()
        with connection.transaction():
            told = sorted((name, source, value) for (name, source), value in self._unwritten.items())
            connection.put("counters", told)
            if answer:
                connection.put("answers", [row_of(answer, now_us)])
                forget(connection, now_us)
            if probe:
                connection.put("facts", [("probed_at", str(now_us))])
        self._unwritten.clear()

    def _close(self) -> None:
        if self._unwritten:
            with suppress(StoreFailed):
                self._write(Counter())
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _known(connection: PostgresConnection, items: Sequence[Submission]) -> dict[int, Outcome]:
    events = [(place, item) for place, item in enumerate(items) if isinstance(item, Event)]
    digests = {place: digest_of(item.source, item.id) for place, item in events}
    known = known_among(connection, sorted(set(digests.values())))
    found: dict[int, Outcome] = {}
    for place, item in events:
        one = known.get(digests[place])
        if one is None:
            continue
        if one.fingerprint == fingerprint(item):
            found[place] = Outcome(kind="duplicate", position=one.position)
        else:
            found[place] = Outcome(kind="conflict", position=one.position, reason="id_conflict")
    return found
