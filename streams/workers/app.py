"""The Faust application: which topics it reads, and the settings under which it loses nothing.

What is used of Faust is its consumer group, rebalancing and back-pressure. It keeps no tables, serves no pages and
makes no topics; several of its ways to do these lose or repeat something.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.kafka.topics import PREFIX, families

if TYPE_CHECKING:
    from faust import App
    from faust.types import StreamT

GROUP = "paceline"
SESSION_SECONDS = 15.0
# Records, of up to 500 events each, that wait in memory.
BUFFER_RECORDS = 1_024
COMMIT_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What a worker reads, and as a member of which consumer group.

    :ivar kafka: host:port of the brokers, with commas between them.
    :ivar session_seconds: after so long without a sign of life, others get the partitions of a member.
    """

    kafka: str
    group: str = GROUP
    prefix: str = PREFIX
    session_seconds: float = SESSION_SECONDS


def make_app(plan: Plan, consume: Callable[["StreamT[bytes]"], Awaitable[None]]) -> "App":
    """Return an application whose one agent is `consume`."""
    import faust

    app = faust.App(
        plan.group,
        broker=[f"kafka://{address}" for address in plan.kafka.split(",")],
        broker_client_id="paceline-worker",
        processing_guarantee="at_least_once",
        key_serializer="raw",
        value_serializer="raw",
        broker_commit_interval=COMMIT_SECONDS,
        stream_wait_empty=False,
        stream_buffer_maxsize=BUFFER_RECORDS,
        consumer_auto_offset_reset="earliest",
        broker_session_timeout=plan.session_seconds,
        broker_heartbeat_interval=plan.session_seconds / 5,
        broker_request_timeout=max(30.0, plan.session_seconds),
        producer_request_timeout=60.0,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        worker_redirect_stdouts=False,
        autodiscover=False,
        store="memory://",
    )
    topics = app.topic(*families(plan.prefix), key_serializer="raw", value_serializer="raw")
    # Two at a time would let offsets be committed past records that are still in hand.
    app.agent(topics, name="paceline", concurrency=1)(consume)
    return app
