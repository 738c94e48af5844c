"""The watch: looks at what is around a node, beside its work and never for long."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from services.errors import PacelineError
from streams.kafka import admin
from streams.kafka.failures import LogAway
from streams.kafka.lag import Lag, lag_from
from streams.kafka.topics import families
from streams.scaled.around import LISTENER, WORKER, Around
from streams.scaled.clerk import Clerk
from streams.store.connection import Connection
from streams.store.offsets import Place, read_offsets

EVERY_SECONDS = 5.0
# It rests so many times as long as a look took, and twice as long after each look that found something away.
REST_RATIO = 4.0
REST_MAX_SECONDS = 60.0
LOOK_MAX_SECONDS = 30.0
_CONNECTED = (
    "SELECT application_name, COUNT(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND application_name IN LIST ? GROUP BY application_name"
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the store says: how far the log was read into it, and how many connections of each name it has."""

    offsets: dict[Place, int]
    connected: dict[str, int]


class Watch:
    """Looks from time to time between `start` and `stop`; `around` is what it saw last, None before the first look."""

    def __init__(self, kafka: str, prefix: str, clerk: Clerk, *, clock: Callable[[], int]) -> None:
        self.around: Around | None = None
        self._kafka = kafka
        self._prefix = prefix
        self._clerk = clerk
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Look no more; a look that has begun is broken off. Twice is once."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            began = loop.time()
            failures = failures + 1 if await self._is_something_away() else 0
            rest = max(EVERY_SECONDS * 2 ** min(failures, 4), (loop.time() - began) * REST_RATIO)
            await asyncio.sleep(min(rest, REST_MAX_SECONDS))

    async def _is_something_away(self) -> bool:
        try:
            seen = await self.look()
        except Exception:
            # Whatever it is, the next look may find it mended.
            log.exception("What is around this node cannot be told.")
            self.around = None
            return True
        return bool(seen.kafka_away) or seen.workers is None

    async def look(self) -> Around:
        """Look now and return what is there; whatever is away, nothing is raised."""
        stored = await self._stored()
        away, lag, topics = "", list[Lag](), set[str]()
        try:
            async with asyncio.timeout(LOOK_MAX_SECONDS):
                if stored:
                    lag = await lag_from(self._kafka, stored.offsets, now_us=self._clock(), prefix=self._prefix)
                    topics = {one.topic for one in lag}
                else:
                    topics = {one.name for one in await admin.topics(self._kafka, prefix=self._prefix)}
        except (LogAway, TimeoutError) as error:
            away = str(error) or f"It took longer than {LOOK_MAX_SECONDS:g} s."
        self.around = Around(
            looked_us=self._clock(),
            kafka_away=away,
            lag=tuple(lag),
            missing=() if away else tuple(name for name in families(self._prefix) if name not in topics),
            workers=stored.connected.get(WORKER, 0) if stored else None,
            nodes=stored.connected.get(LISTENER, 0) if stored else None,
        )
        return self.around

    async def _stored(self) -> _Stored | None:
        """Return what the store says, None while it is away."""
        try:
            return await self._clerk.read(_stored)
        except PacelineError:
            return None


def _stored(connection: Connection) -> _Stored:
    rows = connection.execute(_CONNECTED, ([WORKER, LISTENER],))
    return _Stored(read_offsets(connection), dict(rows.fetchall()))
