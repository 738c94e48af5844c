"""What a person may see, as the organisation knows them; for reads on behalf of somebody who is not there."""

from typing import get_args

from services.org.picture import Organisation
from services.scope import Role, Scope

_ROLES: dict[str, Role] = {role: role for role in get_args(Role)}


def scope_of(organisation: Organisation, person: str, day: int) -> Scope:
    """Return the scope of a person on a day: their team and those that they lead; without a known role a rep's.

    Whoever is not known or has left reads what everybody reads.
    """
    known = organisation.people.get(person)
    if known is None or (known.left_day is not None and known.left_day < day):
        return Scope(person=None, role="rep")
    led = {
        below
        for name, team in organisation.teams.items()
        if team.lead == person
        for below in organisation.teams_below(name)
    }
    role = _ROLES.get(known.role_on(day).casefold(), "lead" if led else "rep")
    own = known.team_on(day)
    return Scope(person=person, role=role, teams=frozenset(led | ({own} if own else set())))
