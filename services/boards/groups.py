"""From rows of sums to the groups of a board: one for each rep, or one for each team of that day."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from services.metrics.row import Group, Row
from services.org.picture import Organisation
from services.period import Period
from services.scope import Scope

Rows = Mapping[str, Iterable[Row]]
NamesOf = Callable[[Row], list[str]]


class _Missing(defaultdict[str, list[Row]]):
    """Rows by measure; a measure without rows is empty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grouping:
    """How rows find their group. A rep's team is that of the row's day, or of the period's last day."""

    organisation: Organisation
    period: Period
    scope: Scope
    within: frozenset[str] | None = None
    teams: dict[tuple[str, int], str] = field(default_factory=dict)

    def team_of(self, row: Row) -> str:
        """Return the team that a row counts for."""
        day = self.period.last_day if row.day is None else row.day
        key = (row.rep, day)
        if key not in self.teams:
            self.teams[key] = self.organisation.team_of(row.rep, day)
        return self.teams[key]

    def allowed(self, row: Row) -> bool:
        """Return whether the asker sees a row, and whether it lies within the teams asked for."""
        return self._seen(row.rep, self.team_of(row))

    def sees(self, rep: str) -> bool:
        """Return whether the asker sees a rep, and whether the rep's last team lies within those asked for."""
        return self._seen(rep, self.organisation.team_of(rep, self.period.last_day))

    def _seen(self, rep: str, team: str) -> bool:
        return (self.within is None or team in self.within) and self.scope.sees_rep(rep, team or None)

    def by_rep(self, rows: Rows) -> dict[str, Group]:
        """Return the rows of each rep by measure."""
        return self._grouped(rows, lambda row: [row.rep])

    def by_team(self, rows: Rows) -> dict[str, Group]:
        """Return the rows of each team by measure; a row counts for the teams above as well."""
        return self._grouped(rows, lambda row: self.organisation.teams_above(self.team_of(row)) or [""])

    def together(self, rows: Rows) -> Group:
        """Return all rows that the asker sees, by measure."""
        return self._grouped(rows, lambda row: ["all"]).get("all", _Missing(list))

    def _grouped(self, rows: Rows, names_of: NamesOf) -> dict[str, Group]:
        found: dict[str, _Missing] = {}
        for measure, several in rows.items():
            for row in several:
                if not self.allowed(row):
                    continue
                for name in names_of(row):
                    if name not in found:
                        found[name] = _Missing(list)
                    found[name][measure].append(row)
        return dict(found)


def empty_group() -> Group:
    """Return the group of somebody without any rows."""
    return _Missing(list)
