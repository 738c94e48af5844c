"""The door: deliveries come in here, are read strictly, and are acknowledged once they cannot be lost."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from api.engines.engine import Engine
from services.errors import PacelineError, Rejected
from services.events.decode import Item, Waiting
from services.events.envelope import Event
from streams.ledger.jobs import Answer, Job, Refusal
from streams.projection.submission import Outcome, Submission

if TYPE_CHECKING:
    from prometheus_client import Histogram

PROBLEMS = "https://paceline.example/problems/"
PROBLEM_TYPE = "application/problem+json"
UNKNOWN_SOURCE = "unknown"


class ItemAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one item of a batch."""

    index: int
    id: str | None = None
    status: int
    duplicate: bool = False
    position: int | None = None
    dead_letter: int | None = None
    problem: dict[str, str] | None = None


class BatchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch, item by item in its order."""

    accepted: int
    duplicate: int
    rejected: int
    items: list[ItemAnswer]


class KeyReused(PacelineError):
    """An Idempotency-Key that came with another request before."""

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another request. Use a new key.")


class KeyRunning(PacelineError):
    """An Idempotency-Key whose first request is still being answered."""

    def __init__(self) -> None:
        super().__init__("The first request with this Idempotency-Key is still running. Try again in a moment.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """A response as it is kept for the same request: its status and its JSON body."""

    status: int
    body: bytes


def _acknowledgements() -> "Histogram":
    """Return the histogram of how long an acknowledgement takes, from a parsed body to the disk and back."""
    from prometheus_client import Histogram

    name, buckets = "paceline_ingest_ack_seconds", (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5)
    return Histogram(name, "Time until events were on the disk.", registry=None, buckets=buckets)


@dataclass(slots=True)
class Door:
    """Hands deliveries to the engine and makes the answers; `kept` looks up the answer to an earlier request."""

    engine: Engine
    kept: Callable[[bytes], Answer | None]
    running: set[bytes] = field(default_factory=set)
    acknowledgements: "Histogram" = field(default_factory=_acknowledgements)

    async def batch(self, items: Sequence[Item], sources: Sequence[str], *, atomic: bool, key: "Key | None") -> Reply:
        """Apply the good items of a batch and answer for each; the answer is on the disk with the events."""
        if key is None:
            return await self._apply(items, sources, atomic=atomic, key=None)
        if key.digest in self.running:
            raise KeyRunning
        self.running.add(key.digest)
        # The key runs until its answer is made, even if the sender goes away before that.
        answering = asyncio.create_task(self._once(items, sources, atomic=atomic, key=key))
        answering.add_done_callback(lambda _: self.running.discard(key.digest))
        return await asyncio.shield(answering)

    async def _once(self, items: Sequence[Item], sources: Sequence[str], *, atomic: bool, key: "Key") -> Reply:
        """Return the answer to an earlier request of the same key, or apply this one."""
        earlier = await self._earlier(key, sources)
        return earlier or await self._apply(items, sources, atomic=atomic, key=key)

    async def refused(self, source: str) -> None:
        """Count a delivery that could not be read at all."""
        await self.engine.submit(Job(items=(), rejected={source: 1}))

    async def _earlier(self, key: "Key", sources: Sequence[str]) -> Reply | None:
        kept = await asyncio.to_thread(self.kept, key.digest)
        if kept is None:
            return None
        if kept.request != key.request:
            raise KeyReused
        await self.engine.submit(Job(items=(), repeated=dict(Counter(sources))))
        return Reply(status=kept.status, body=kept.body)

    async def _apply(self, items: Sequence[Item], sources: Sequence[str], *, atomic: bool, key: "Key | None") -> Reply:
        good: list[Submission] = [item for item in items if not isinstance(item, Rejected)]
        pairs = zip(items, sources, strict=True)
        refused = Counter(source for item, source in pairs if isinstance(item, Rejected))
        held_back = atomic and bool(refused)
        if held_back:
            good, refused = [], Counter(sources)

        def answered(outcomes: list[Outcome]) -> Reply:
            return reply_of(items, None if held_back else outcomes)

        def kept(outcomes: list[Outcome]) -> Answer:
            reply, name = answered(outcomes), key or Key(digest=b"", request=b"")
            return Answer(key=name.digest, request=name.request, status=reply.status, body=reply.body)

        job = Job(items=good, rejected=dict(refused), atomic=atomic, answer=kept if key else None)
        try:
            with self.acknowledgements.time():
                return answered(await self.engine.submit(job))
        except Refusal as refusal:
            # Nothing of it was stored, its own counts included.
            await self.engine.submit(Job(items=(), rejected=dict(Counter(sources))))
            return _none_of(items, refusal.outcomes)


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """An Idempotency-Key bound to its route, and the hash of the request that it came with."""

    digest: bytes
    request: bytes


def key_of(key: str, route: str, body: bytes) -> Key:
    """Return the key of a request."""
    digest = hashlib.sha256(f"{route}\x00{key}".encode()).digest()
    return Key(digest=digest, request=hashlib.sha256(body).digest())


def reply_of(items: Sequence[Item], outcomes: Sequence[Outcome] | None) -> Reply:
    """Return the answer to a batch; None outcomes say that an atomic batch was not applied."""
    answers: list[ItemAnswer] = []
    left = iter(outcomes or ())
    for index, item in enumerate(items):
        if isinstance(item, Rejected):
            answers.append(_refused(index, item))
        elif outcomes is None:
            problem = {"type": PROBLEMS + "not_applied", "code": "not_applied", "pointer": ""}
            answers.append(ItemAnswer(index=index, id=item.id, status=424, problem=problem))
        else:
            answers.append(_taken(index, item, next(left)))
    duplicates = sum(answer.duplicate for answer in answers)
    accepted = sum(answer.status == 202 for answer in answers)
    rejected = len(answers) - accepted - duplicates
    body = BatchAnswer(accepted=accepted, duplicate=duplicates, rejected=rejected, items=answers)
    return Reply(status=_status(accepted + duplicates, rejected), body=msgspec.json.encode(body))


def _none_of(items: Sequence[Item], outcomes: Sequence[Outcome]) -> Reply:
    """Return the answer to an atomic batch that was not applied because of some of its items."""
    answers: list[ItemAnswer] = []
    for index, (item, outcome) in enumerate(zip(items, outcomes, strict=True)):
        code = "not_applied" if outcome.kind in ("applied", "duplicate") else outcome.reason
        problem = {"type": PROBLEMS + code, "code": code, "pointer": ""}
        status = 424 if code == "not_applied" else 409 if outcome.kind == "conflict" else 422
        name = None if isinstance(item, Rejected) else item.id
        answers.append(ItemAnswer(index=index, id=name, status=status, problem=problem))
    body = BatchAnswer(accepted=0, duplicate=0, rejected=len(answers), items=answers)
    return Reply(status=422, body=msgspec.json.encode(body))


def _status(good: int, bad: int) -> int:
    if not bad:
        return 202
    return 207 if good else 422


def _refused(index: int, refusal: Rejected) -> ItemAnswer:
    problem = {
        "type": PROBLEMS + refusal.code,
        "code": refusal.code,
        "pointer": refusal.pointer,
        "detail": refusal.detail,
    }
    return ItemAnswer(index=index, status=refusal.status, problem=problem)


def _taken(index: int, item: Event | Waiting, outcome: Outcome) -> ItemAnswer:
    match outcome.kind:
        case "applied":
            return ItemAnswer(index=index, id=item.id, status=202, position=outcome.position)
        case "duplicate":
            return ItemAnswer(index=index, id=item.id, status=200, duplicate=True, position=outcome.position)
        case "conflict":
            problem = {"type": PROBLEMS + "id_conflict", "code": "id_conflict", "pointer": "/id"}
            return ItemAnswer(index=index, id=item.id, status=409, dead_letter=outcome.dead_letter, problem=problem)
        case "dead_letter":
            return ItemAnswer(index=index, id=item.id, status=202, dead_letter=outcome.dead_letter)


def source_of(value: object) -> str:
    """Return the source that a delivery names, for the accounting; `unknown` when it names none."""
    source = value.get("source") if isinstance(value, Mapping) else None
    return source if isinstance(source, str) and 0 < len(source) <= 255 and source.isprintable() else UNKNOWN_SOURCE
