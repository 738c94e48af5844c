"""The engine of an API node: deliveries go to Kafka and are acknowledged once its brokers have them."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from anyio import to_thread

from api.engines.engine import Given, Measure
from api.settings import Settings
from services.errors import PacelineError
from streams.kafka.log import SYSTEM, KafkaLog
from streams.kafka.topics import topic_of
from streams.ledger.jobs import Job, Refusal
from streams.ledger.ledger import Ledger
from streams.projection.submission import Outcome, Refused, Submission
from streams.scaled.around import Around
from streams.scaled.bell import Bell
from streams.scaled.clerk import Clerk, Counts
from streams.scaled.watch import Watch
from streams.store.connection import StoreFailed
from streams.tracing import UNTRACED, About, Tracer, messaging

# Every thread that answers questions has a connection to the store.
READERS_MAX = 12


class KafkaMissing(PacelineError):
    """A store in Postgres without brokers that bring it events."""

    def __init__(self) -> None:
        super().__init__("PACELINE_STORE is set, PACELINE_KAFKA is not. Name the brokers: PACELINE_KAFKA=host:9092")


@dataclass(slots=True)
class Node:
    """Everything that an API node runs (`api.engines.engine.Engine`)."""

    log: KafkaLog
    clerk: Clerk
    bell: Bell
    watch: Watch
    tracer: Tracer = UNTRACED
    begun: bool = field(default=False)

    async def start(self) -> None:
        """Begin to take deliveries and to hear of changes; Kafka and the store may still be away."""
        self.begun = True
        to_thread.current_default_thread_limiter().total_tokens = READERS_MAX
        self.bell.start()
        await self.log.start()
        self.watch.start()

    async def stop(self) -> None:
        """Stop taking deliveries; what was acknowledged is with the brokers."""
        if not self.begun:
            return
        self.begun = False
        await self.watch.stop()
        await self.log.stop()
        await self.clerk.close()
        await asyncio.to_thread(self.bell.stop)

    async def submit(self, job: Job) -> list[Outcome]:
        """Hand what is new to Kafka, and return what is known of each item; positions come later.

        An id that came before with other content goes there too: the workers keep it as a dead letter.
        """
        if not job.items:
            return await self._submit(job)
        with self.tracer.span("send", kind="producer", about=partial(self._about, job)) as job.trace:
            return await self._submit(job)

    def _about(self, job: Job) -> About:
        topics = {topic_of("" if isinstance(item, Refused) else item.subject, self.log.prefix) for item in job.items}
        return About(attributes=messaging("send", SYSTEM, topics, len(job.items), len(job.items)))

    async def _submit(self, job: Job) -> list[Outcome]:
        known = await self.clerk.known(job.items) if job.items else {}
        outcomes = [known.get(place) or _ACCEPTED for place in range(len(job.items))]
        if job.atomic and any(outcome.kind == "conflict" for outcome in outcomes):
            raise Refusal(outcomes)
        answer = job.answer(outcomes) if job.answer else None
        if answer:
            # Whether the answer could be kept is found out before anything is taken.
            await self.clerk.reachable()
        pairs = zip(job.items, outcomes, strict=True)
        new: list[Submission] = [item for item, outcome in pairs if outcome.kind != "duplicate"]
        if new:
            await self.log.append(new, trace=job.trace or None)
        await self.clerk.note(_counted(job, outcomes), answer)
        return outcomes

    async def care(self, run: Callable[[Ledger, int], Given]) -> Given:
        """Let the clerk do something to the store."""
        return await self.clerk.care(run)

    async def trouble(self) -> str:
        """Return what is away: the brokers, or the store."""
        if not await self.log.reachable():
            return "Kafka does not answer."
        try:
            await self.clerk.reachable()
        except StoreFailed as error:
            return str(error)
        return ""

    def around(self) -> Around | None:
        """Return what the watch saw last."""
        return self.watch.around

    def measures(self) -> Iterator[Measure]:
        """Yield how much waits for Kafka, whether changes are heard of, and who is there."""
        yield "log_waiting_events", "Events waiting for the acknowledgement of Kafka.", self.log.waiting
        yield "live_listening", "Whether this node hears of changes; 0 while the store is away.", self.bell.listening
        around = self.watch.around
        if around is not None:
            yield "kafka_reachable", "Whether Kafka answered when it was last looked at.", not around.kafka_away
        if around is not None and around.workers is not None:
            yield "workers_connected", "Workers that are connected to the store.", around.workers


_ACCEPTED = Outcome(kind="applied")


def _counted(job: Job, outcomes: Sequence[Outcome]) -> Counts:
    """Return what the door counts of a job: everything that the workers will never see."""
    counts = job.counted()
    for item, outcome in zip(job.items, outcomes, strict=True):
        if outcome.kind == "duplicate":
            counts["received", item.source] += 1
            counts["duplicate", item.source] += 1
    return counts


@contextmanager
def open_node(
    settings: Settings, *, clock: Callable[[], int], changed: Callable[[str], None], tracer: Tracer = UNTRACED
) -> Iterator[Node]:
    """Give a node that has not begun; raise `KafkaMissing` when nobody said where the brokers are."""
    if settings.store is None or settings.kafka is None:
        raise KafkaMissing
    clerk = Clerk(settings.store, clock=clock)
    yield Node(
        KafkaLog(settings.kafka, prefix=settings.topics),
        clerk,
        Bell(settings.store, changed),
        Watch(settings.kafka, settings.topics, clerk, clock=clock),
        tracer,
    )
