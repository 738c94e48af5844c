"""Events of tickets."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from msgspec import Meta, Struct

from services.events.fields import AccountId, Actor, DealId, RepId, Text, TicketId, Word


class TicketOpened(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A ticket was opened, by the customer or by an agent for them."""

    texts: ClassVar[tuple[str, ...]] = ("title",)

    account: AccountId | None = None
    deal: DealId | None = None
    requester: Annotated[Literal["customer", "agent"], Meta(description="Who opened it.")] = "customer"
    priority: Word | None = None
    title: Text | None = None


class TicketReplied(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An agent or a bot answered, in public or in a note to colleagues."""

    texts: ClassVar[tuple[str, ...]] = ("text",)

    public: Annotated[bool, Meta(description="Whether the customer can see it.")]
    actor_type: Actor = "person"
    by: RepId | None = None
    text: Text | None = None


class TicketResolved(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A ticket was resolved."""

    by: RepId | None = None


class TicketReopened(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A resolved ticket was opened again; the clock of the first reply starts anew."""


class TicketRated(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The customer rated how a ticket was resolved."""

    score: Annotated[int, Meta(ge=1, le=5, description="1 is worst, 5 is best.")]
    version: Word | None = None


class TicketMerged(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A ticket became part of another one and counts for nothing by itself."""

    into: TicketId


TicketData: TypeAlias = TicketOpened | TicketReplied | TicketResolved | TicketReopened | TicketRated | TicketMerged
