"""What was seen, in a Faust table as its documentation has it; `test_p06_faust_tables` shows that it loses some.

`python -m tests.faults.tables KAFKA TOPIC` writes down the key of every record until it is killed.
"""

import asyncio
import sys
from typing import TYPE_CHECKING

import faust

if TYPE_CHECKING:
    from faust.types import StreamT


def make(kafka: str, topic: str) -> faust.App:
    """Return an application that keeps the keys of the records of a topic."""
    app = faust.App(
        f"{topic}-table",
        broker=f"kafka://{kafka}",
        store="memory://",
        key_serializer="raw",
        value_serializer="raw",
        broker_commit_interval=0.2,
        broker_session_timeout=6,
        broker_heartbeat_interval=1,
        topic_disable_leader=True,
        topic_partitions=1,
        web_enabled=False,
        autodiscover=False,
        producer_linger=0.0,
    )
    seen = app.Table("seen", default=str, partitions=1, key_type=bytes, value_type=str)

    async def see(stream: "StreamT[bytes]") -> None:
        async for event in stream.events():
            # So large that few of them are on their way to the changelog at a time.
            seen[event.key] = "x" * 4_000

    app.agent(app.topic(topic, key_serializer="raw", value_serializer="raw"))(see)
    return app


async def run(kafka: str, topic: str) -> None:
    """See until killed."""
    app = make(kafka, topic)
    await app.start()
    await app.wait()


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:]))
