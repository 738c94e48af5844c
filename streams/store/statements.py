"""The statements of the projector, written once in SQLAlchemy Core and rendered once per dialect."""

from dataclasses import dataclass

from sqlalchemy import Executable, Table, bindparam, delete
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.dialects.sqlite import insert

from streams.store import tables

DIALECT = sqlite_dialect(paramstyle="qmark")

CELL_KEYS = ("rules", "span", "measure", "start", "rep", "currency", "rate_day", "dims", "value")
CELL_SUMS = ("n", "count_bp", "amount")


def render(statement: Executable) -> str:
    """Return a statement as SQL with positional parameters in the order of its table's columns."""
    return str(statement.compile(dialect=DIALECT))  # type: ignore[attr-defined]


def _plain(table: Table) -> str:
    return render(insert(table))


def _cells() -> str:
    adding = insert(tables.cells)
    sums = {name: tables.cells.c[name] + adding.excluded[name] for name in CELL_SUMS}
    return render(adding.on_conflict_do_update(index_elements=list(CELL_KEYS), set_=sums))


def _gross() -> str:
    adding = insert(tables.gross)
    total = {"amount": tables.gross.c.amount + adding.excluded["amount"]}
    keys = ["rules", "measure", "rep", "currency"]
    return render(adding.on_conflict_do_update(index_elements=keys, set_=total))


def _roots() -> str:
    adding = insert(tables.roots)
    changed = {name: adding.excluded[name] for name in ("state", "tag")}
    return render(adding.on_conflict_do_update(index_elements=["no"], set_=changed))


def _roots_named() -> str:
    adding = insert(tables.roots).values({name: bindparam(name) for name in ("no", "subject")})
    return render(adding.on_conflict_do_nothing())


def _contributions() -> str:
    adding = insert(tables.contributions)
    changed = {"body": adding.excluded["body"]}
    return render(adding.on_conflict_do_update(index_elements=["account", "teller"], set_=changed))


def _contributions_gone() -> str:
    table = tables.contributions
    return render(delete(table).where(table.c.account == bindparam("a"), table.c.teller == bindparam("t")))


def _facts() -> str:
    adding = insert(tables.facts)
    return render(adding.on_conflict_do_update(index_elements=["name"], set_={"value": adding.excluded["value"]}))


def _answers() -> str:
    return render(insert(tables.answers).on_conflict_do_nothing())


def _profiles() -> str:
    adding = insert(tables.profiles)
    changed = {name: adding.excluded[name] for name in ("name", "time_us")}
    return render(
        adding.on_conflict_do_update(
            index_elements=["subject"], set_=changed, where=adding.excluded.time_us >= tables.profiles.c.time_us
        )
    )


def _counters() -> str:
    adding = insert(tables.counters)
    total = {"value": tables.counters.c.value + adding.excluded["value"]}
    return render(adding.on_conflict_do_update(index_elements=["name", "source"], set_=total))


@dataclass(frozen=True, kw_only=True, slots=True)
class Statements:
    """The SQL that the projector runs for every batch."""

    events: str
    event_ids: str
    roots: str
    roots_named: str
    journal: str
    cells: str
    gross: str
    contributions: str
    contributions_gone: str
    profiles: str
    counters: str
    dead_letters: str
    answers: str
    facts: str


def statements() -> Statements:
    """Return the projector's statements for SQLite."""
    return Statements(
        events=_plain(tables.events),
        event_ids=_plain(tables.event_ids),
        roots=_roots(),
        roots_named=_roots_named(),
        journal=_plain(tables.journal),
        cells=_cells(),
        gross=_gross(),
        contributions=_contributions(),
        contributions_gone=_contributions_gone(),
        profiles=_profiles(),
        counters=_counters(),
        dead_letters=_plain(tables.dead_letters),
        answers=_answers(),
        facts=_facts(),
    )
