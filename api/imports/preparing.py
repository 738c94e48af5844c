"""An import before it runs: files read, recognised, joined and compared with what was said last."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from api.imports.files import LeftOut, Loaded, load
from api.imports.memory import Memory, memory_path
from api.imports.options import ImportOptions, with_mapping
from api.imports.preview import Preview, preview_file
from services.days import from_time
from services.identity import normalised
from services.importing.context import Context
from services.importing.errors import ColumnUnknown, CurrencyUnknown, NothingToImport, ZoneUnknown
from services.importing.facts.export import Export, read_export
from services.importing.meaning.recognise import Sheet, recognise
from services.importing.meaning.vocabulary import FIELDS, Kind
from services.importing.telling.lists import known_stages
from services.money import is_currency

_HEADERS_SHOWN = 8


def prepare(options: ImportOptions, home: Path) -> Preview:
    """Read and recognise files and say what their import would do; nothing is written.

    Raise `FileRefused`, `FieldUnknown`, `ColumnUnknown`, `MappingUnreadable`, `ZoneUnknown`,
    `CurrencyUnknown` or `NothingToImport`.
    """
    options = with_mapping(options)
    loaded, left_out = load(options.paths)
    if loaded:
        _check_columns(options, loaded)
    sheets = [recognise(each.table, options.columns, _kind(options, each)) for each in loaded]
    context = _context(options)
    if all(sheet.kind is None for sheet in sheets):
        nothing = (*left_out, *_not_understood(sheets))
        raise NothingToImport(f"{each.name}: {each.reason}" for each in nothing)
    export = read_export(sheets, context, options.columns)
    sha = _sha(loaded, sheets, options, context)
    known = _Known.look(memory_path(home, context.export), export, sha)
    return Preview(
        options=options,
        home=home,
        export=export,
        sha=sha,
        files=tuple(preview_file(reading, context) for reading in export.readings),
        left_out=(*left_out, *_not_understood(sheets)),
        stages=tuple(export.books.pipelines.lines()),
        near_equal=(*export.books.products.near_equal(), *export.books.people.near_equal()),
        missing=known.missing,
        notes=tuple(_notes(export, options)),
        zone=context.zone.key,
        currency=context.currency,
        newer=known.newer,
        again=known.again,
        resumes=known.resumes,
    )


def _column_names(sheet: Sheet) -> Iterator[str]:
    """Yield the names by which a mapping can mean the columns of a table, and the fields that a history names."""
    for header in sheet.table.headers:
        yield from (header, f"{sheet.table.name}:{header}")
    if sheet.kind == "changes":
        yield from sheet.texts("field")


def _not_understood(sheets: Sequence[Sheet]) -> Iterator[LeftOut]:
    """Yield the tables that are of no kind that is imported."""
    for sheet in sheets:
        if sheet.kind is None:
            headers = sheet.table.headers
            shown = ", ".join(headers[:_HEADERS_SHOWN]) + (" …" if len(headers) > _HEADERS_SHOWN else "")
            reason = f"it is no list of deals, people … that is known (file_unknown); its columns are {shown}"
            yield LeftOut(sheet.table.name, reason, len(sheet.table.rows) + len(sheet.table.refused))


def _notes(export: Export, options: ImportOptions) -> Iterator[str]:
    """Yield what a person should know about the export as a whole."""
    lines = export.books.pipelines.lines()
    won = any(row.fields.get("status") == "won" for rows in export.deals.values() for row in rows)
    if export.deal_keys() and not won and all(line.kind != "won" for line in lines):
        yield "no_win: no deal is won and no stage means won; name such stages with --won"
    here = {name for each in export.readings for name in _column_names(each.sheet)}
    if options.mapping_file and (gone := sorted(options.columns.keys() - here)):
        yield f"column_missing: the mapping names columns that no file has: {', '.join(gone)}"
    unused = {normalised(word): word for word in options.won | options.lost}
    unused = {said: word for said, word in unused.items() if said not in export.books.pipelines.words()}
    states = {normalised(text) for each in export.readings for text in each.sheet.texts("status")}
    for said in sorted(unused.keys() - states):
        yield f"word_unused: no deal has the stage or status “{unused[said]}” that --won or --lost names"


def _check_columns(options: ImportOptions, loaded: Sequence[Loaded]) -> None:
    """Refuse a mapping on the command line for a column that no file has and no history names."""
    if not options.columns:
        return
    headers = {header for each in loaded for header in each.table.headers}
    named = {f"{each.table.name}:{header}" for each in loaded for header in each.table.headers}
    cells = {cell for each in loaded if len(each.table.headers) <= 8 for row in each.table.rows for cell in row.cells}
    for column in options.columns:
        if column not in headers | named and column not in cells and options.mapping_file is None:
            raise ColumnUnknown(column, headers)


def _kind(options: ImportOptions, loaded: Loaded) -> Kind | None:
    said = options.kinds.get(loaded.table.name)
    return next((kind for kind in FIELDS if kind == said), None)


def _context(options: ImportOptions) -> Context:
    name = options.zone or options.company_zone
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ZoneUnknown(name) from None
    if not is_currency(options.company_currency):
        raise CurrencyUnknown(options.company_currency)
    return Context(
        secret=options.secret,
        export=options.export_name,
        zone=zone,
        currency=options.company_currency,
        now_us=from_time(options.now),
        won=frozenset(normalised(word) for word in options.won),
        lost=frozenset(normalised(word) for word in options.lost),
    )


def _sha(loaded: Sequence[Loaded], sheets: Sequence[Sheet], options: ImportOptions, context: Context) -> str:
    """Return the digest of a snapshot: the bytes of its files and how they are read."""
    told = hashlib.sha256()
    for each, sheet in sorted(zip(loaded, sheets, strict=True), key=lambda pair: pair[0].table.name):
        read_as = [sheet.kind, [column.field for column in sheet.columns]]
        told.update(hashlib.sha256(each.body).digest() + json.dumps(read_as).encode())
    terms = (
        sorted(context.won),
        sorted(context.lost),
        context.zone.key,
        context.currency,
        options.missing_delete,
        sorted(options.columns.items()),
    )
    told.update(json.dumps(terms).encode())
    return told.hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    """What the memory of an export says about a new snapshot."""

    missing: dict[str, str] = field(default_factory=dict)
    newer: bool = False
    again: bool = False
    resumes: bool = False

    @classmethod
    def look(cls, path: Path, export: Export, sha: str) -> "_Known":
        """Look into a memory, if there is one; stages that were known before stay in their pipelines."""
        if not path.exists():
            return cls()
        with Memory(path) as memory:
            for subject, standing in memory.of_kind("pipeline"):
                stages = list(known_stages(standing))
                export.books.pipelines.remember(subject.partition("/")[2], standing.key, stages)
            last = memory.last(sha)
            missing = _missing(memory, export)
        return cls(
            missing=missing,
            newer=last is None,
            again=bool(last and last.done),
            resumes=bool(last and not last.done),
        )


def _missing(memory: Memory, export: Export) -> dict[str, str]:
    """Return the deals that were there last and are not now, keys with subjects.

    A deal whose row was refused is not missing. When no deal at all was read, the file is broken and none is
    missing.
    """
    here = {f"deal/{export.root(key)}" for key in export.deal_keys()}
    if not here:
        return {}
    refused = {cell.strip() for refusal in export.refused for cell in refusal.cells}
    return {
        standing.key: subject
        for subject, standing in memory.of_kind("deal")
        if not standing.gone and subject not in here and standing.key not in refused
    }
