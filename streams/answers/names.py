"""Names of people, teams, accounts and deals: free text that can be erased, beside every number."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.identity import normalised
from streams.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Names:
    """Names by subject; a root without a name is shown by its id."""

    known: dict[str, str]

    def of(self, kind: str, name: str) -> str:
        """Return the name of a root, its id when it has none, nothing for nothing."""
        return self.known.get(f"{kind}/{name}", name)

    def reps_called(self, name: str) -> list[str]:
        """Return the ids of the people with an id or a name, compared without case and width."""
        if f"rep/{name}" in self.known:
            return [name]
        wanted = normalised(name)
        return sorted(
            subject.removeprefix("rep/")
            for subject, known in self.known.items()
            if subject.startswith("rep/") and normalised(known) == wanted
        )


def names_of(connection: Connection) -> Names:
    """Return the names of all people and teams."""
    rows = connection.execute(
        "SELECT subject, name FROM profiles WHERE (subject >= 'rep/' AND subject < 'rep0') "
        "OR (subject >= 'team/' AND subject < 'team0')"
    )
    return Names(dict(rows.fetchall()))


def titles_of(connection: Connection, subjects: Iterable[str]) -> dict[str, str]:
    """Return the names of some roots by subject; those without a name are left out."""
    found: dict[str, str] = {}
    for subject in set(subjects):
        row = connection.execute("SELECT name FROM profiles WHERE subject = ?", (subject,)).fetchone()
        if row:
            found[subject] = row[0]
    return found
