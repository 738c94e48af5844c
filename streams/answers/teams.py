"""The teams as a list to choose from: each under the one above it."""

from dataclasses import dataclass

from streams.answers.cut import Cut
from streams.answers.names import Names


@dataclass(frozen=True, kw_only=True, slots=True)
class Team:
    """A team; `depth` is how many teams stand above it."""

    id: str
    name: str
    depth: int


def teams_of(cut: Cut, names: Names) -> list[Team]:
    """Return every team after the one above it, otherwise by name."""
    organisation = cut.organisation
    paths = {team: tuple(reversed(organisation.teams_above(team))) for team in organisation.teams}
    order = sorted(paths, key=lambda team: [(names.of("team", above), above) for above in paths[team]])
    return [Team(id=team, name=names.of("team", team), depth=len(paths[team]) - 1) for team in order]
