"""A person: in which team and role from which day on, and when they left."""

from datetime import date
from typing import assert_never
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from services.days import DAY_US, day_of, from_date
from services.events.envelope import Event
from services.events.org import RepData, RepJoined, RepLeft, RepRoleChanged, RepTeamChanged
from services.journal.entry import Step

# Undated membership holds from before every event.
BEGINNING = -100_000


class Since(msgspec.Struct, frozen=True, array_like=True):
    """A team or a role that holds from a day on, until the next one; empty is none.

    :ivar at_us: the exact moment of a change without a date of its own: its day is that of the company's zone.
    """

    day: int
    value: str
    at_us: int | None = None


class Person(msgspec.Struct, frozen=True, array_like=True):
    """A person with the history of their teams and roles, each sorted by day."""

    joined_day: int = BEGINNING
    left_day: int | None = None
    left_us: int | None = None
    teams: tuple[Since, ...] = ()
    roles: tuple[Since, ...] = ()

    def in_zone(self, zone: ZoneInfo) -> "Person":
        """Return the person with every exact moment cut into a day of a zone."""
        left = self.left_day if self.left_us is None else day_of(self.left_us, zone)
        teams, roles = (_cut(history, zone) for history in (self.teams, self.roles))
        return replace(self, left_day=left, teams=teams, roles=roles)

    def team_on(self, day: int) -> str:
        """Return the team on a day, empty when there is none."""
        return _on(self.teams, day)

    def role_on(self, day: int) -> str:
        """Return the role on a day, empty when there is none."""
        return _on(self.roles, day)

    def in_role(self, first_day: int, last_day: int) -> bool:
        """Return whether the person was there on any day of a period."""
        return self.joined_day <= last_day and (self.left_day is None or self.left_day >= first_day)

    def team_changes(self, first_day: int, last_day: int) -> bool:
        """Return whether the team changes inside a period, after its first day."""
        return any(first_day < since.day <= last_day for since in self.teams)


def _cut(history: tuple[Since, ...], zone: ZoneInfo) -> tuple[Since, ...]:
    """Return a history with its exact moments cut into days of a zone, each day with its last change."""
    days: dict[int, Since] = {}
    for since in history:
        day = since.day if since.at_us is None else day_of(since.at_us, zone)
        days[day] = replace(since, day=day)
    return tuple(days[day] for day in sorted(days))


def _on(history: tuple[Since, ...], day: int) -> str:
    for since in reversed(history):
        if since.day <= day:
            return since.value
    return ""


def evolve(person: Person | None, data: RepData, event: Event) -> Step[Person]:
    """Return the person after one more event; a change without a date is the event's, in the company's zone."""
    old = person or Person()
    today = event.time_us // DAY_US
    exact = None if event.date_only else event.time_us
    match data:
        case RepJoined():
            return Step(_joined(old, data))
        case RepLeft():
            return Step(replace(old, left_day=_day(data.day, today), left_us=None if data.day else exact))
        case RepTeamChanged():
            moment = None if data.from_day else exact
            teams = _since(old.teams, _day(data.from_day, today), data.team or "", moment)
            return Step(replace(old, teams=teams))
        case RepRoleChanged():
            moment = None if data.from_day else exact
            return Step(replace(old, roles=_since(old.roles, _day(data.from_day, today), data.role, moment)))
        case _:
            assert_never(data)


def _joined(person: Person, data: RepJoined) -> Person:
    day = _day(data.from_day, BEGINNING)
    teams = _since(person.teams, day, data.team) if data.team else person.teams
    roles = _since(person.roles, day, data.role) if data.role else person.roles
    return replace(person, joined_day=day, left_day=None, left_us=None, teams=teams, roles=roles)


def _day(day: date | None, otherwise: int) -> int:
    return otherwise if day is None else from_date(day)


def _since(history: tuple[Since, ...], day: int, value: str, at_us: int | None = None) -> tuple[Since, ...]:
    """Return the history with one more change; the last word about a day or a moment holds.

    What changed at other moments of the same day stays: in the company's zone these may be days of their own.
    """
    kept = [since for since in history if (since.day, since.at_us) != (day, at_us)]
    return tuple(sorted([*kept, Since(day, value, at_us)], key=lambda since: since.day))
