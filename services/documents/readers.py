"""Who may read and who may change a document. Whoever is not named may not; an empty list names nobody."""

from services.documents.document import Document
from services.scope import Scope


def may_read(document: Document, scope: Scope) -> bool:
    """Return whether an asker may read a document: its author, its verifier, admins, and those it names."""
    if scope.role == "admin":
        return True
    if scope.person and scope.person in (document.author, document.verifier):
        return True
    return any(_is_meant(reader, scope) for reader in document.readers)


def may_change(document: Document, scope: Scope) -> bool:
    """Return whether an asker may write, verify, archive or describe a document: readers use and judge it only."""
    if scope.role in ("admin", "lead"):
        return may_read(document, scope)
    return bool(scope.person) and scope.person in (document.author, document.first_author, document.verifier)


def _is_meant(reader: str, scope: Scope) -> bool:
    kind, _, name = reader.partition(":")
    match kind:
        case "everyone":
            return not name
        case "team":
            return name in scope.teams
        case "role":
            return name == scope.role
        case "rep":
            return bool(name) and name == scope.person
        case _:
            return False
