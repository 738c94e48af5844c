"""What is around a node: Kafka and its topics, how far behind the workers are, and who is connected to the store."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streams.kafka.lag import Lag

# What the connections of the parts to the store are called, each of which has one.
WORKER, LISTENER = "paceline-worker", "paceline-bell"


@dataclass(frozen=True, kw_only=True, slots=True)
class Delay:
    """How far behind the workers are in one topic: records not applied, and the age of the oldest of them."""

    topic: str
    records: int
    oldest_seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """What a node saw when it last looked.

    :ivar looked_us: when that was, in microseconds since 1970 UTC.
    :ivar kafka_away: why Kafka does not answer, empty when it does.
    :ivar lag: how far behind the workers are in each partition; empty while Kafka or the store is away.
    :ivar missing: topics that Kafka should have and has not.
    :ivar workers: how many workers are connected to the store, None while it is away; `nodes` likewise.
    """

    looked_us: int
    kafka_away: str = ""
    lag: tuple[Lag, ...] = ()
    missing: tuple[str, ...] = ()
    workers: int | None = None
    nodes: int | None = None

    @property
    def waiting(self) -> int:
        """Return how many records no worker has applied yet."""
        return sum(one.records for one in self.lag)

    @property
    def oldest_seconds(self) -> float:
        """Return the age of the oldest record that waits, 0.0 when none does."""
        return max((one.oldest_seconds for one in self.lag), default=0.0)


def by_topic(lag: Sequence[Lag]) -> Iterator[Delay]:
    """Yield how far behind the workers are in each topic, in the order of their names."""
    for topic in sorted({one.topic for one in lag}):
        own = [one for one in lag if one.topic == topic]
        yield Delay(
            topic=topic,
            records=sum(one.records for one in own),
            oldest_seconds=max(one.oldest_seconds for one in own),
        )
