"""People and deals that documents name in words, found by their ids, names and keys."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from api.knowledge.drafts import DocumentRefused
from services.events.fields import ID_PATTERN
from services.identity import identify
from streams.answers.names import Names
from streams.store.connection import Connection

_ID = re.compile(ID_PATTERN)


@dataclass(frozen=True, slots=True)
class People:
    """Who and what a store knows. `connection` is None where there is no store yet."""

    names: Names
    connection: Connection | None
    secret: bytes

    def one(self, place: str, role: str, said: str) -> str:
        """Return the id of the one person whom a name or an id means; raise `DocumentRefused` for any other."""
        found = self.names.reps_called(said)
        if len(found) == 1:
            return found[0]
        reason = f"“{said}” fits {len(found)} people; use the id" if found else f"nobody is called “{said}”"
        raise DocumentRefused(place, "doc_field", f"{role}: {reason}")

    def deal(self, said: str) -> str:
        """Return the id of a deal by its id or its key at a source; one that is not known may come later."""
        ids = [said, *(identify(self.secret, "deal", source, said) for source in self._sources())]
        for name in ids:
            if self._known(f"deal/{name}"):
                return name
        return said

    def playbook(self, said: str, id_of: Callable[[str], str]) -> str:
        """Return the id of a playbook by its file in the same folder, or by its id."""
        if self._known(f"document/{said}") or ("." not in said and _ID.match(said) and "/" not in said):
            return said
        return id_of(said.removeprefix("./"))

    def _sources(self) -> list[str]:
        if self.connection is None:
            return []
        rows = self.connection.execute("SELECT DISTINCT source FROM counters WHERE name = 'received' ORDER BY source")
        sources = [source for (source,) in rows]
        return [*sources, *(source.removeprefix("import/") for source in sources)]

    def _known(self, subject: str) -> bool:
        if self.connection is None:
            return False
        found = self.connection.execute("SELECT 1 FROM roots WHERE subject = ?", (subject,))
        return found.fetchone() is not None
