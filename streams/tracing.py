"""Tracing: how long each step of an event took, told to a tracer that was handed in, or to nobody.

A span is written as a W3C `traceparent`, in which it travels: through the log to the worker, and with the change of
the store to whoever shows boards. Spans are linked by it, since a batch takes many deliveries and a board many batches.
Nothing that is told names a person or anything else that an event is about.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

Attribute: TypeAlias = str | int
Kind = Literal["internal", "producer", "consumer"]


@dataclass(frozen=True, slots=True)
class About:
    """What is told of a span beside its name; made only when somebody traces.

    :ivar links: the spans that it follows on, as `traceparent`; what is none is left out.
    """

    links: Sequence[str] = ()
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


class Tracer(Protocol):
    """Tells what is timed; may be used from any thread and any task."""

    def span(
        self, name: str, /, *, kind: Kind = "internal", about: Callable[[], About] = About
    ) -> AbstractContextManager[str]:
        """Time the body as a part of the span that is open here; give its `traceparent`, empty when nobody traces."""
        ...

    def here(self) -> str:
        """Return the `traceparent` of the span that is open here, empty when there is none."""
        ...


class _Untraced:
    """Tells nobody anything."""

    def span(
        self, _name: str, /, *, kind: Kind = "internal", about: Callable[[], About] = About
    ) -> AbstractContextManager[str]:
        """Run the body."""
        return _NOTHING

    def here(self) -> str:
        """Return nothing."""
        return ""


_NOTHING: AbstractContextManager[str] = nullcontext("")
UNTRACED: Tracer = _Untraced()


def messaging(
    operation: Literal["send", "process"], system: str, destinations: Collection[str], messages: int, events: int
) -> dict[str, Attribute]:
    """Return what is told of sending or processing messages, by OpenTelemetry's conventions for messaging.

    `destinations` are topics; one is told only when it is the only one, as the conventions want it.
    """
    told: dict[str, Attribute] = {
        "messaging.system": system,
        "messaging.operation.name": operation,
        "messaging.operation.type": operation,
        "messaging.batch.message_count": messages,
        "paceline.events": events,
    }
    if len(destinations) == 1:
        (told["messaging.destination.name"],) = destinations
    return told
