"""People, teams, accounts and products of an export: rows of their lists read into facts."""

from services.importing.context import Context
from services.importing.facts.books import Books
from services.importing.facts.cells import Cells, RowProblem
from services.importing.facts.names import Thing
from services.importing.tables.table import Row
from services.importing.values.texts import is_true

REGION = "region:"


class RosterReader:
    """Reads the rows of one sheet of people, teams, accounts or products."""

    def __init__(self, cells: Cells, context: Context, books: Books) -> None:
        self._cells = cells
        self._context = context
        self._books = books
        self._lines: dict[str, tuple[int, tuple[str, ...]]] = {}

    def read(self, row: Row) -> Thing | None:
        """Take in a row; None for something that is deleted. Raise `RowProblem` for bad rows."""
        if self._cells.sheet.kind != "people" and is_true(self._cells.text(row, "deleted")):
            return None
        match self._cells.sheet.kind:
            case "people":
                return self._person(row)
            case "teams":
                return self._team(row)
            case "accounts":
                return self._account(row)
            case _:
                return self._product(row)

    def _once(self, row: Row, key: str, name: str) -> None:
        """Refuse a second row for the same thing that says something else."""
        if not key and not name:
            raise RowProblem("row_key", "neither a key nor a name")
        known = self._lines.setdefault(key or f"name:{name.casefold()}", (row.line, row.cells))
        if known[1] != row.cells:
            raise RowProblem("row_twice", f"“{key or name}” stands in line {known[0]} already, with other content")

    def _person(self, row: Row) -> Thing:
        cells = self._cells
        key, email = cells.key(row, "key"), cells.key(row, "email")
        name = cells.word(row, "name") or _full_name(cells.word(row, "first_name"), cells.word(row, "last_name"))
        self._once(row, key, name or email)
        name = name or email
        joined, left = cells.date(row, "joined"), cells.date(row, "left", past=True)
        person = self._books.people.listed(key, name, alias=email)
        facts = person.facts
        if cells.has("email"):
            facts["email"] = email or None
        if cells.has("role"):
            facts["role"] = cells.word(row, "role") or None
        team = self._team_of(row)
        if team is not None:
            facts["team"] = team.id
        if joined is not None:
            facts["from_day"] = joined.local(self._context.zone).isoformat()
        if left is not None:
            facts["left"] = left.local(self._context.zone).isoformat()
        return person

    def _team_of(self, row: Row) -> Thing | None:
        """Return a person's team: the one named, else the manager's, else the region; outer ones above it."""
        cells, teams = self._cells, self._books.teams
        region, manager = cells.word(row, "region"), cells.word(row, "manager")
        team = teams.referred(cells.key(row, "team_key"), cells.word(row, "team"))
        if team is None and manager:
            team = teams.referred("", manager)
            if team is not None:
                team.facts["lead"] = manager
        above = teams.referred("", region) if region else None
        if team is None:
            return above
        if above is not None and above.id != team.id:
            team.facts.setdefault("parent", above.id)
        return team

    def _team(self, row: Row) -> Thing:
        cells = self._cells
        key, name = cells.key(row, "key"), cells.word(row, "name")
        self._once(row, key, name)
        team = self._books.teams.listed(key, name)
        parent = self._books.teams.referred("", cells.word(row, "parent"))
        if parent is not None and parent.id != team.id:
            team.facts["parent"] = parent.id
        if lead := cells.word(row, "lead"):
            team.facts["lead"] = lead
        return team

    def _account(self, row: Row) -> Thing:
        cells, accounts = self._cells, self._books.accounts
        key, name = cells.key(row, "key"), cells.word(row, "name")
        self._once(row, key, name)
        account = accounts.listed(key, name)
        for field in ("industry", "region", "size"):
            if cells.has(field):
                account.facts[field] = cells.word(row, field) or None
        if cells.has("parent") or cells.has("parent_key"):
            parent = accounts.referred(cells.key(row, "parent_key"), cells.word(row, "parent"))
            account.facts["parent"] = parent.id if parent and parent.id != account.id else None
        created = cells.date(row, "created", past=True)
        if created is not None:
            account.facts["created"] = f"{created.us}/{created.day or ''}"
        return account

    def _product(self, row: Row) -> Thing:
        cells = self._cells
        key, name = cells.key(row, "key"), cells.word(row, "name")
        self._once(row, key, name)
        product = self._books.products.listed(key, name)
        if cells.has("family"):
            product.facts["family"] = cells.word(row, "family") or None
        return product


def _full_name(first: str, last: str) -> str:
    """Return a full name; Chinese names have the family name first and no space."""
    if first and last and not first.isascii() and not last.isascii():
        return f"{last}{first}"
    return f"{first} {last}".strip()
