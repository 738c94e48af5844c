"""What an asker may see: a person, a role and the teams that they lead or belong to."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["admin", "lead", "rep", "product", "support", "marketing"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Who asks. Every read takes one; nothing is seen without it."""

    person: str | None
    role: Role
    teams: frozenset[str] = frozenset()

    def sees_rep(self, rep: str, team: str | None) -> bool:
        """Return whether the asker may see the numbers of a rep who is in a team."""
        if self.role == "admin":
            return True
        return rep == self.person or (team is not None and team in self.teams)


ADMIN = Scope(person=None, role="admin")
