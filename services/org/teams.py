"""A team: the team above it and its lead."""

import msgspec

from services.events.envelope import Event
from services.events.org import TeamDefined
from services.journal.entry import Step


class Team(msgspec.Struct, frozen=True, array_like=True):
    """A team as laid down last."""

    parent: str = ""
    lead: str = ""


def evolve(team: Team | None, data: TeamDefined, event: Event) -> Step[Team]:
    """Return the team as laid down."""
    return Step(Team(data.parent or "", data.lead or ""))
