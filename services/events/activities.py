"""Events of activities and follow-ups."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from msgspec import Meta, Struct

from services.events.fields import AccountId, Actor, Day, DealId, Flag, RepId, Seconds, Text

ActivityKind: TypeAlias = Annotated[
    Literal["call", "meeting", "visit", "email", "demo", "note"], Meta(description="What was done.")
]


class ActivityLogged(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An activity took place."""

    texts: ClassVar[tuple[str, ...]] = ("text",)

    kind: ActivityKind
    by: RepId
    actor_type: Actor = "person"
    deal: DealId | None = None
    account: AccountId | None = None
    duration_seconds: Seconds | None = None
    connected: Flag | None = None
    held: Flag | None = None
    customer_present: Flag | None = None
    text: Text | None = None


class FollowupPlanned(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rep promised to do something by a day."""

    due: Day
    by: RepId
    deal: DealId | None = None
    account: AccountId | None = None


class FollowupDone(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A promise was kept."""


ActivityData: TypeAlias = ActivityLogged | FollowupPlanned | FollowupDone
