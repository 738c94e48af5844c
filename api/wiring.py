"""The wiring: the only chooser of adapters. Everything that handlers use is handed to them in one `House`."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from api.door import Door
from api.engines.embedded import Embedded
from api.engines.engine import Engine
from api.knowledge.moments import Moments
from api.live import Live
from api.searching.beside import Indexer
from api.searching.reading import Models
from api.searching.service import Search
from api.secret import installation_secret
from api.settings import Settings
from api.tracing import tracing
from streams.answers.questions import Questions
from streams.embedded.home import STORE, Home
from streams.embedded.lock import HomeLock
from streams.embedded.writer import Writer, system_clock
from streams.history.replay import Progress, silent
from streams.ledger.kept import answer_to
from streams.store.connection import StoreFailed
from streams.store.sqlite import open_reader
from streams.tracing import UNTRACED, Tracer
from streams.workers.app import Plan

if TYPE_CHECKING:
    from streams.workers.worker import Worker

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """What runs: the engine that takes deliveries, questions to the store, the door and the live hub.

    :ivar indexer: keeps what `search` asks up to date.
    :ivar moments: the times of what people do here, each of which is given once.
    :ivar announce: writes down where this process answers HTTP, for commands on the same machine.
    """

    settings: Settings
    secret: bytes
    clock: Callable[[], int]
    moments: Moments
    engine: Engine
    questions: Questions
    door: Door
    live: Live
    search: Search
    indexer: Indexer
    announce: Callable[[str], None]
    started: float


@contextmanager
def open_house(
    settings: Settings,
    *,
    clock: Callable[[], int] = system_clock,
    progress: Progress = silent,
    tracer: Tracer | None = None,
) -> Iterator[House]:
    """Give everything that runs and stop it in the end: the embedded home, or a node of the scaled-out one.

    Without a `tracer` the collector of the settings is told, if there is one.
    """
    service = "paceline-node" if settings.scaled else "paceline"
    with (
        nullcontext(tracer) if tracer else tracing(settings.collector, service) as told,
        _node(settings, clock, told) if settings.scaled else _embedded(settings, clock, progress, told) as house,
    ):
        yield house


@contextmanager
def _embedded(settings: Settings, clock: Callable[[], int], progress: Progress, tracer: Tracer) -> Iterator[House]:
    """Give the embedded home with its writer started; raise `HomeBusy` when another process has it."""
    lock = HomeLock(settings.home)
    try:
        lock.take()
        home = Home(settings.home, now_us=clock(), progress=progress)
        home.tracer = tracer
        questions = Questions(partial(open_reader, home.path), clock=clock)
        live = Live(questions, tracer=tracer)
        writer = Writer(home, clock=clock, committed=live.changed)
        writer.start()
        try:
            house = _house(settings, clock, Embedded(home, writer), questions, live, lock.announce)
            with closing(house.search):
                yield house
        finally:
            writer.stop()
            questions.close()
            home.close()
    finally:
        lock.release()


@contextmanager
def _node(settings: Settings, clock: Callable[[], int], tracer: Tracer) -> Iterator[House]:
    """Give an API node: what it takes goes to Kafka, what it answers comes from Postgres."""
    from api.engines.node import open_node

    questions = reading(settings, clock=clock)
    live = Live(questions, tracer=tracer)
    with open_node(settings, clock=clock, changed=live.changed, tracer=tracer) as node:
        try:
            house = _house(settings, clock, node, questions, live, lambda _: None)
            with closing(house.search):
                yield house
        finally:
            questions.close()


def _house(
    settings: Settings,
    clock: Callable[[], int],
    engine: Engine,
    questions: Questions,
    live: Live,
    announce: Callable[[str], None],
) -> House:
    models = Models(settings, questions.connection)
    search = Search(settings, questions, models)
    return House(
        settings=settings,
        secret=installation_secret(settings.home),
        clock=clock,
        moments=Moments(clock),
        engine=engine,
        questions=questions,
        door=Door(engine, lambda key: answer_to(questions.connection(), key)),
        live=live,
        search=search,
        indexer=Indexer(search, models),
        announce=announce,
        started=time.monotonic(),
    )


def make_worker(
    plan: Plan, store: str, *, clock: Callable[[], int] = system_clock, tracer: Tracer = UNTRACED
) -> "Worker":
    """Return a worker of the scaled-out home; raise `StoreOther` when the schema of the store is another."""
    from streams.scaled.around import WORKER
    from streams.store.postgres import open_postgres
    from streams.workers.ledger import LogLedger
    from streams.workers.worker import Worker

    def opened() -> LogLedger:
        # A worker that was stopped loses the turn when it loses its partitions, and the others go on.
        connection = open_postgres(store, name=WORKER, hold_max_seconds=round(plan.session_seconds))
        ledger = LogLedger(connection, now_us=clock())
        ledger.tracer = tracer
        return ledger

    try:
        open_postgres(store).close()
    except StoreFailed as error:
        # It may come back, and the worker waits for that.
        log.warning("%s", error)
    return Worker(plan, opened, clock=clock)


def reading(settings: Settings, *, clock: Callable[[], int] = system_clock) -> Questions:
    """Return the questions of a home that others may be writing."""
    if settings.store is None:
        return Questions(partial(open_reader, settings.home / STORE), clock=clock)
    from streams.store.postgres import open_postgres

    return Questions(partial(open_postgres, settings.store), clock=clock)
