"""`paceline topics`: the topics of the log on Kafka."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Annotated

import msgspec
import typer

from api.cli.output import AsJson, print_json, print_table
from api.settings import kafka_of, settings
from services.errors import PacelineError
from streams.kafka import admin
from streams.kafka.admin import RETENTION_DAYS, Topic
from streams.kafka.topics import PARTITIONS

app = typer.Typer(
    name="topics",
    no_args_is_help=True,
    help="""Make and list the topics of the log on Kafka.

Examples:

  paceline topics create --kafka 127.0.0.1:9092

  paceline topics list
""",
)

CREATE = """Make the topics that are missing.

What is there stays as it is; topics with fewer partitions get more. Three replicas where there are three brokers.
PACELINE_KAFKA (with PACELINE_STORE) names the brokers, or a cluster that runs in the data folder does.

Examples:

  paceline topics create

  paceline topics create --kafka kafka-1:9092,kafka-2:9092 --partitions 24 --retention-days 90
"""
LIST = """List the topics that Kafka has.

Example:

  paceline topics list --json
"""

Kafka = Annotated[str | None, typer.Option("--kafka", metavar="HOST:PORT,…", help="The brokers.")]


class NoKafka(PacelineError):
    """A command for Kafka without one."""

    def __init__(self) -> None:
        super().__init__(
            "No Kafka is named. Set PACELINE_KAFKA, give --kafka host:port, or start a cluster with "
            "`paceline cluster up`."
        )


@app.command("create", help=CREATE)
def create(
    kafka: Kafka = None,
    partitions: Annotated[int, typer.Option(min=1, max=10_000, help="Partitions of each topic.")] = PARTITIONS,
    retention_days: Annotated[
        int, typer.Option("--retention-days", min=1, max=36_500, help="How long Kafka keeps events.")
    ] = RETENTION_DAYS,
    as_json: AsJson = False,
) -> None:
    """Make the topics that are missing."""
    making = admin.create(
        _address(kafka), prefix=settings().topics, partitions=partitions, retention_days=retention_days
    )
    _show(_run(making), as_json=as_json)


@app.command("list", help=LIST)
def list_topics(kafka: Kafka = None, as_json: AsJson = False) -> None:
    """List the topics that Kafka has."""
    _show(_run(admin.topics(_address(kafka), prefix=settings().topics)), as_json=as_json)


def _run(work: Coroutine[object, object, list[Topic]]) -> list[Topic]:
    """Return what Kafka answered; that it does not is said once, not by each attempt of the client."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    return asyncio.run(work)


def _address(kafka: str | None) -> str:
    found = kafka_of(kafka) if kafka else settings().kafka
    if found is None:
        raise NoKafka
    return found


def _show(topics: list[Topic], *, as_json: bool) -> None:
    if as_json:
        print_json([msgspec.to_builtins(topic) for topic in topics])
        return
    rows = [[topic.name, str(topic.partitions), str(topic.replicas), topic.made] for topic in topics]
    print_table("Topics", ["topic", "partitions", "replicas", ""], rows, right=(1, 2))
