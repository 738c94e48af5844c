"""A whole export: its sheets joined by their keys, ready to be compared with what it said last."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from services.identity import identify
from services.importing.context import Context
from services.importing.facts.activities import Activity, ActivityReader
from services.importing.facts.books import Books, open_books
from services.importing.facts.cells import Cells, RowProblem
from services.importing.facts.deals import DealReader, DealRow
from services.importing.facts.history import Change, ChangeReader
from services.importing.facts.roster import RosterReader
from services.importing.meaning.recognise import Sheet
from services.importing.meaning.vocabulary import Kind
from services.importing.tables.table import Refusal, Row
from services.importing.values.dates import When

# Lists come before what refers to them.
_READING_ORDER: tuple[Kind, ...] = (
    "stages", "teams", "people", "products", "accounts", "deals", "changes", "log", "activities",
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Reading:
    """What became of one sheet: rows taken, rows refused, rows that repeat others, and what was assumed."""

    sheet: Sheet
    cells: Cells | None = None
    taken: int = 0
    repeated: int = 0
    refused: list[Refusal] = field(default_factory=list)
    assumed: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True, kw_only=True)
class Export:
    """Everything that an export says, by root; deals by their key."""

    context: Context
    books: Books
    readings: list[Reading] = field(default_factory=list)
    deals: dict[str, list[DealRow]] = field(default_factory=dict)
    changes: defaultdict[str, list[Change]] = field(default_factory=lambda: defaultdict(list))
    activities: dict[str, Activity] = field(default_factory=dict)

    @property
    def refused(self) -> list[Refusal]:
        """Return every refused row, file by file."""
        return [refusal for reading in self.readings for refusal in reading.refused]

    def deal_keys(self) -> list[str]:
        """Return the keys of all deals, in the order first seen."""
        return list(dict.fromkeys(chain(self.deals, self.changes)))

    def count(self) -> int:
        """Return how many roots the export talks about."""
        books = self.books
        lists = (books.pipelines.used(), books.teams.all(), books.people.all(), books.products.all())
        return (
            sum(len(each) for each in lists) + len(books.accounts.all()) + len(self.deal_keys()) + len(self.activities)
        )

    def root(self, key: str) -> str:
        """Return the id of the deal with a key."""
        return identify(self.context.secret, "deal", self.context.export, key)

    def first(self) -> When | None:
        """Return the first moment that anything of the export happened, None when nothing is dated."""
        moments = chain(
            (when for rows in self.deals.values() for row in rows for when in (row.created, row.closed) if when),
            (change.when for changes in self.changes.values() for change in changes if change.when),
            (activity.when for activity in self.activities.values()),
        )
        return min(
            (when for when in moments if when.us <= self.context.now_us),
            key=lambda when: when.us,
            default=None,
        )


def read_export(sheets: Sequence[Sheet], context: Context, told: Mapping[str, str]) -> Export:
    """Return what some sheets say together; rows that cannot be read stand in the readings as refusals."""
    export = Export(context=context, books=open_books(context))
    readings = {id(sheet): Reading(sheet=sheet, refused=list(sheet.table.refused)) for sheet in sheets}
    for kind in _READING_ORDER:
        for sheet in sheets:
            if sheet.kind == kind:
                _read(export, readings[id(sheet)], told)
    export.readings = [readings[id(sheet)] for sheet in sheets]
    return export


def _read(export: Export, reading: Reading, told: Mapping[str, str]) -> None:
    """Read every row of one sheet."""
    cells = reading.cells = Cells(reading.sheet, export.context)
    assumed = export.books.assumed
    take = _taker(export, reading, cells, told)
    before = Counter(assumed)
    for row in reading.sheet.table.rows:
        try:
            take(row)
        except RowProblem as problem:
            reading.refused.append(cells.refusal(row, problem))
        else:
            reading.taken += 1
    reading.assumed = assumed - before


def _taker(export: Export, reading: Reading, cells: Cells, told: Mapping[str, str]) -> Callable[[Row], object]:
    """Return what takes in a row of a sheet, by the sheet's kind."""
    context, books = export.context, export.books
    match reading.sheet.kind:
        case "stages":
            return lambda row: books.pipelines.list_stage(cells, row)
        case "deals":
            return _DealTaker(export, reading, DealReader(cells, context, books)).take
        case "changes" | "log":
            return _ChangeTaker(export, reading, ChangeReader(cells, context, books, told)).take
        case "activities":
            return _ActivityTaker(export, reading, ActivityReader(cells, context, books)).take
        case _:
            return RosterReader(cells, context, books).read


@dataclass(slots=True)
class _DealTaker:
    export: Export
    reading: Reading
    reader: DealReader

    def take(self, row: Row) -> None:
        """Take in a deal; the same deal again is a later version when both are dated, else a refusal."""
        deal = self.reader.read(row)
        rows = self.export.deals.setdefault(deal.key, [])
        if rows and _same(rows[-1], deal):
            self.reading.repeated += 1
            return
        if rows and (deal.modified is None or any(other.modified in (None, deal.modified) for other in rows)):
            raise RowProblem(
                "row_twice", f"deal “{deal.key}” stands in line {rows[0].line} already, with other content"
            )
        rows.append(deal)
        rows.sort(key=lambda each: each.modified.us if each.modified else 0)
        title = deal.fields.get("title")
        self.export.books.know_deal(deal.key, title if isinstance(title, str) else "")


def _same(one: DealRow, other: DealRow) -> bool:
    return one.fields == other.fields and (one.created, one.closed, one.deleted) == (
        other.created,
        other.closed,
        other.deleted,
    )


@dataclass(slots=True)
class _ChangeTaker:
    export: Export
    reading: Reading
    reader: ChangeReader
    seen: set[tuple[object, ...]] = field(default_factory=set)

    def take(self, row: Row) -> None:
        """Take in the changes of a row; a row that says the same again is a repetition."""
        key, changes = self.reader.read(row)
        said = (key, *((each.when, each.field, each.value, each.pipeline) for each in changes))
        self.reading.repeated += bool(changes) and said in self.seen
        self.seen.add(said)
        if changes:
            self.export.changes[self.export.books.deal_key(key)].extend(changes)
        self.reading.left_out = self.reader.left_out


@dataclass(slots=True)
class _ActivityTaker:
    export: Export
    reading: Reading
    reader: ActivityReader

    def take(self, row: Row) -> None:
        """Take in an activity; the same one again is a repetition, or refused when it says something else."""
        activity = self.reader.read(row)
        if activity is None:
            return
        known = self.export.activities.setdefault(activity.root, activity)
        if known is not activity and known != activity:
            raise RowProblem("row_twice", f"activity “{activity.key}” stands there already, with other content")
        self.reading.repeated += known is not activity
