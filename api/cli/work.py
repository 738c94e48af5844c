"""`paceline work`: a worker of the scaled-out home."""

import asyncio
import importlib
import logging
import signal
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.markup import escape

from api.cli.collecting import collect_rarely
from api.cli.output import say
from api.settings import kafka_of, settings, store_of
from api.tracing import tracing
from api.wiring import make_worker
from services.errors import PacelineError
from streams.kafka import admin
from streams.kafka.failures import LogAway
from streams.kafka.topics import families
from streams.tracing import Tracer
from streams.workers.app import GROUP, SESSION_SECONDS, Plan

app = typer.Typer()
HELP = """Apply what the log on Kafka holds to the store on Postgres, until stopped.

Any number of workers share the work. One that is killed loses nothing: another goes on where the store stands. While
the store or Kafka is away it waits and says so. Ctrl-C or SIGTERM finishes what is in hand.

Examples:

  paceline work

  paceline work --kafka kafka-1:9092,kafka-2:9092 --store postgresql://paceline@db/paceline
"""
PACKAGES = ("faust", "aiokafka", "psycopg", "uvloop")

log = logging.getLogger(__name__)


class ExtraMissing(PacelineError):
    """A command of the scaled-out home without the packages that it needs."""

    def __init__(self, package: str) -> None:
        super().__init__(f"The package {package} is not installed. `pip install 'paceline[scaled]'` brings it.")


class NowhereToWork(PacelineError):
    """A worker without a log or without a store."""

    def __init__(self) -> None:
        super().__init__(
            "A worker reads from Kafka and writes to Postgres. Set PACELINE_KAFKA and PACELINE_STORE, give --kafka and "
            "--store, or start a cluster with `paceline cluster up`."
        )


class NothingToRead(PacelineError):
    """A log without the topics that events lie in."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(f"Kafka has no topic {', '.join(missing)}. `paceline topics create` makes what is missing.")


class PlainLines(logging.Formatter):
    """One line for each thing that happened, without the trace of how."""

    def formatException(self, ei: object) -> str:  # noqa: N802 - as `logging` calls it
        """Return nothing."""
        return ""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        return super().format(record).partition("\n")[0]


@app.command(help=HELP)
def work(
    kafka: Annotated[str | None, typer.Option("--kafka", metavar="HOST:PORT,…", help="The brokers.")] = None,
    store: Annotated[str | None, typer.Option("--store", metavar="URI", help="The Postgres database.")] = None,
    group: Annotated[str, typer.Option("--group", help="The consumer group that shares the work.")] = GROUP,
    prefix: Annotated[str | None, typer.Option("--prefix", help="What the names of the topics begin with.")] = None,
    session_seconds: Annotated[
        float, typer.Option("--session-seconds", min=6, max=300, help="Silence after which others take over.")
    ] = SESSION_SECONDS,
) -> None:
    """Work until stopped."""
    for package in PACKAGES:
        try:
            importlib.import_module(package)
        except ImportError:
            raise ExtraMissing(package) from None
    import uvloop

    chosen = settings()
    brokers, database = kafka_of(kafka) if kafka else chosen.kafka, store_of(store) if store else chosen.store
    if brokers is None or database is None:
        raise NowhereToWork
    tell_plainly()
    plan = Plan(kafka=brokers, group=group, prefix=prefix or chosen.topics, session_seconds=session_seconds)
    with tracing(chosen.collector, "paceline-worker") as tracer:
        uvloop.run(_work(plan, database, tracer))


def tell_plainly() -> None:
    """Let what happens be told in plain lines on the error output; of libraries, only what goes wrong."""
    handler = logging.StreamHandler()
    handler.setFormatter(PlainLines("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.ERROR, handlers=[handler])
    for own in ("streams", "api"):
        logging.getLogger(own).setLevel(logging.INFO)
    # It tells of every attempt to reach a broker that is away; the worker says the same from time to time.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


async def _work(plan: Plan, store: str, tracer: Tracer) -> None:
    await check_topics(plan)
    worker = make_worker(plan, store, tracer=tracer)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, worker.stop)
    say(
        f"[bold green]Working[/bold green] for the group {escape(plan.group)} on {escape(plan.kafka)}. Ctrl-C stops it."
    )
    collect_rarely()
    await worker.run()
    say("Stopped; everything that was taken in hand is stored.")


async def check_topics(plan: Plan) -> None:
    """Raise `TopicsMissing` when there is nothing to read from; a log that is away may come back."""
    try:
        there = {topic.name for topic in await admin.topics(plan.kafka, prefix=plan.prefix)}
    except LogAway as error:
        log.warning("%s", error)
        return
    missing = [name for name in families(plan.prefix) if name not in there]
    if missing:
        raise NothingToRead(missing)
