"""What a file is and what its columns mean: by names and content, overruled by who imports."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from services.importing.errors import FieldUnknown
from services.importing.meaning.stages import is_known, is_state
from services.importing.meaning.vocabulary import (
    AMOUNTS,
    DATES,
    ELSEWHERE,
    FIELDS,
    FILE_WORDS,
    FLAGS,
    NEEDED,
    NEVER,
    PREFIXES,
    Kind,
)
from services.importing.tables.table import Table
from services.importing.values.dates import looks_like_dates
from services.importing.values.texts import bare, clean, is_flag
from services.money import is_currency

_SAMPLE = 300
_GENERIC = frozenset(
    "id key name title label type kind code number no status state value date time created created_at "
    "created_date modified updated_at is_deleted deleted fivetran_deleted "
    "编号 名称 类型 状态 时间 日期".split()
)
_FILE_BONUS = 3
_ENOUGH = 4
_REPEATED_SHARE = 0.8
_IGNORE = frozenset({"", "-", "ignore"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column and the field that it is read as, "" when it is left out; `why` says how that was decided."""

    index: int
    header: str
    field: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A table with what it was taken for; `kind` is None when it was not understood and is left out."""

    table: Table
    kind: Kind | None
    columns: tuple[Column, ...]

    def index(self, field: str) -> int | None:
        """Return the place of the column that is read as a field."""
        return next((column.index for column in self.columns if column.field == field), None)

    def texts(self, field: str) -> Iterator[str]:
        """Yield the cleaned texts of a field, row by row."""
        index = self.index(field)
        return iter(()) if index is None else (clean(row.cells[index]) for row in self.table.rows)


def recognise(table: Table, told: Mapping[str, str], kind: Kind | None = None) -> Sheet:
    """Return a table with its kind and the meaning of its columns.

    `told` maps headers (or `file:header`) to fields and overrules what names and content say; "ignore" leaves
    a column out. Raise `FieldUnknown` for a field that no kind has.
    """
    orders = _orders(table, told)
    kinds: Iterable[Kind] = (kind,) if kind else tuple(FIELDS) if any(orders.values()) else _possible(table.name)
    sheets = [sheet for each in kinds if (sheet := _read_as(table, each, orders, forced=kind is not None))]
    if not sheets:
        columns = (Column(index=i, header=h, field="", why="") for i, h in enumerate(table.headers))
        return Sheet(table=table, kind=None, columns=tuple(columns))
    return max(sheets, key=lambda sheet: _score(sheet, orders))


def _orders(table: Table, told: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that the person gave to columns of this table."""
    known = {field for words in FIELDS.values() for field in words}
    for column, field in told.items():
        if field not in known and field not in _IGNORE:
            raise FieldUnknown(column, field, known)
    return {
        header: told.get(f"{table.name}:{header}", told.get(header, ""))
        for header in table.headers
        if f"{table.name}:{header}" in told or header in told
    }


def _read_as(table: Table, kind: Kind, orders: Mapping[str, str], *, forced: bool) -> Sheet | None:
    """Return the table read as one kind; None when it lacks what that kind needs."""
    taken: dict[int, Column] = {}
    for index, header in enumerate(table.headers):
        if header in orders:
            field = orders[header] if orders[header] in FIELDS[kind] else ""
            taken[index] = Column(index=index, header=header, field=field, why="as told")
    misfits = _by_name(table, kind, taken)
    _by_content(table, kind, taken)
    columns = tuple(
        taken.get(index) or Column(index=index, header=header, field="", why=misfits.get(index, ""))
        for index, header in enumerate(table.headers)
    )
    sheet = Sheet(table=table, kind=kind, columns=columns)
    has = {column.field for column in columns}
    enough = forced or (_score(sheet, orders) >= _ENOUGH and _tells(sheet, orders))
    complete = all(any(field in has for field in group) for group in NEEDED[kind])
    return sheet if complete and enough and _shape_fits(sheet) else None


def _by_name(table: Table, kind: Kind, taken: dict[int, Column]) -> dict[int, str]:
    """Give each field the column that bears its first word, whole names before names without a prefix.

    Return why columns with a fitting name were left out: their content is something else.
    """
    misfits: dict[int, str] = {}
    names = [bare(header) for header in table.headers]
    for cut, why in ((False, "by name"), (True, "by name, without its prefix")):
        places: dict[str, int] = {}
        for index, name in enumerate(names):
            if index not in taken:
                places.setdefault(_cut(name) if cut else name, index)
        done = {column.field for column in taken.values()}
        for field, words in FIELDS[kind].items():
            index_found = next((places[word] for word in words if word in places and places[word] not in taken), None)
            if field in done or index_found is None:
                continue
            if not _fits(table, index_found, field):
                misfits[index_found] = f"named like “{field}”, but its cells are {_misfit(field)}"
                continue
            header = table.headers[index_found]
            taken[index_found] = Column(index=index_found, header=header, field=field, why=why)
    return misfits


def _misfit(field: str) -> str:
    """Return what the cells of a column are not that bears the name of a field."""
    if field in DATES:
        return "no dates"
    if field in FLAGS:
        return "not yes or no"
    return "no amounts" if field in AMOUNTS else "not open, won or lost"


def _cut(name: str) -> str:
    for prefix in PREFIXES:
        if name.startswith(prefix) and len(name) > len(prefix):
            return name[len(prefix) :].lstrip("_")
    return name


def _fits(table: Table, index: int, field: str) -> bool:
    """Return whether what stands in a column can be the field that its name speaks for."""
    texts = _sample(table, index)
    if not texts:
        return True
    if field in DATES:
        return looks_like_dates(texts) or _some_dates(texts)
    if field == "status":
        words = set(texts)
        return 2 * sum(1 for word in words if is_state(word)) >= len(words)
    if field in FLAGS:
        return all(is_flag(text) for text in texts)
    if field in AMOUNTS:
        return 2 * sum(1 for text in texts if any(letter.isdigit() for letter in text)) >= len(texts)
    return True


def _some_dates(texts: list[str]) -> bool:
    return sum(1 for text in texts if looks_like_dates([text])) * 2 >= len(texts)


def _sample(table: Table, index: int) -> list[str]:
    return [text for row in islice(table.rows, _SAMPLE) if (text := clean(row.cells[index]))]


def _by_content(table: Table, kind: Kind, taken: dict[int, Column]) -> None:
    """Give stage and currency to a column whose content speaks for them, where no name did."""
    done = {column.field for column in taken.values()}
    for field in ("stage", "currency"):
        if field in done or field not in FIELDS[kind] or (field == "stage" and "status" in done):
            continue
        for index, header in enumerate(table.headers):
            texts = _sample(table, index)
            if index not in taken and texts and _speaks_for(field, texts):
                taken[index] = Column(index=index, header=header, field=field, why="by content")
                break


def _speaks_for(field: str, texts: list[str]) -> bool:
    words = set(texts)
    if field == "currency":
        return all(is_currency(word.upper()) for word in words)
    known = [word for word in words if is_known(word)]
    return len(words) <= 40 and len(known) >= 2 and len(known) * 2 >= len(words)


def _tells(sheet: Sheet, orders: Mapping[str, str]) -> bool:
    """Return whether anything but names that stand in every table speaks for the kind."""
    mapped = [column for column in sheet.columns if column.field]
    return _file_speaks_for(sheet.table.name) == sheet.kind or any(
        column.header in orders or _cut(bare(column.header)) not in _GENERIC for column in mapped
    )


def _shape_fits(sheet: Sheet) -> bool:
    """Return whether the rows have the shape of the kind: one row a deal, or many."""
    if sheet.kind not in ("deals", "log"):
        return True
    return sheet.kind == "deals" or _repeats(sheet) or _file_speaks_for(sheet.table.name) == "log"


def _repeats(sheet: Sheet) -> bool:
    """Return whether the same key stands in many rows."""
    keys = [key for key in sheet.texts("key") if key]
    return bool(keys) and len(set(keys)) < _REPEATED_SHARE * len(keys)


def _score(sheet: Sheet, orders: Mapping[str, str]) -> int:
    """Return how much speaks for the kind: telling names, the name of the file, what the person said."""
    total = 0
    for column in sheet.columns:
        if column.field:
            total += 4 if column.header in orders else 1 if _cut(bare(column.header)) in _GENERIC else 2
    total += _FILE_BONUS if _file_speaks_for(sheet.table.name) == sheet.kind else 0
    if sheet.kind == "deals" and _repeats(sheet) and sheet.index("amount") is None:
        total -= 2 * _FILE_BONUS
    return total


def _possible(name: str) -> Iterable[Kind]:
    """Return the kinds that a file can be of: one that is named after other things can only tell of deals.

    One that is named after payments or disputes tells of none: those are won and lost as well.
    """
    if _longest(name, NEVER) and not _longest(name, FILE_WORDS["deals"]):
        return ()
    if _longest(name, ELSEWHERE) >= max((1, *(_longest(name, words) for words in FILE_WORDS.values()))):
        return ("deals", "changes", "log")
    return tuple(FIELDS)


def _file_speaks_for(name: str) -> Kind | None:
    """Return the kind that the longest known word in a file's name stands for."""
    lengths: dict[Kind, int] = {kind: _longest(name, words) for kind, words in FILE_WORDS.items()}
    best = max(lengths, key=lambda kind: lengths[kind])
    return best if lengths[best] else None


def _longest(name: str, words: Iterable[str]) -> int:
    """Return the length of the longest of some words that stands in a file's name, 0 when none does."""
    stem = bare(name.rsplit("/", 1)[-1].rsplit(".", 1)[0])
    found = (word for word in words if (f"_{word}_" in f"_{stem}_" if word.isascii() else word in stem))
    return max((len(word.encode()) for word in found), default=0)
