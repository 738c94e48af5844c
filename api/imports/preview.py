"""What an import will do, shown before it does it: files, columns, sample rows, refusals, assumptions."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from api.imports.files import LeftOut
from api.imports.options import ImportOptions
from services.days import to_time
from services.identity import normalised
from services.importing.context import Context
from services.importing.facts.cells import Cells, RowProblem
from services.importing.facts.deals import key_fields
from services.importing.facts.export import Export, Reading
from services.importing.facts.names import NearEqual
from services.importing.facts.pipelines import StageLine
from services.importing.meaning.recognise import Column
from services.importing.meaning.stages import kind_of
from services.importing.meaning.vocabulary import AMOUNTS, DATES, Kind
from services.importing.tables.table import Refusal, Row

SAMPLE_ROWS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class FilePreview:
    """One file: how it was read and what its columns are taken for.

    :ivar kind: None when the file was not understood; then nothing of it is imported.
    :ivar sample: the first ten rows as they will be read, field by field.
    :ivar rows: rows taken; `repeated` of them repeat others.
    """

    name: str
    encoding: str
    delimiter: str
    kind: Kind | None
    columns: tuple[Column, ...]
    sample: tuple[dict[str, str], ...]
    rows: int
    repeated: int
    refused: tuple[Refusal, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """An import that is ready to run.

    :ivar newer: an export of this name was imported before, so that only what differs is new.
    :ivar again: this snapshot was already imported to its end, so that nothing will change.
    :ivar resumes: this snapshot was begun and not finished; the import goes on where it stopped.
    :ivar missing: keys of the deals that the last snapshot had and this one lacks, by subject.
    """

    options: ImportOptions
    home: Path
    export: Export
    sha: str
    files: tuple[FilePreview, ...]
    left_out: tuple[LeftOut, ...]
    stages: tuple[StageLine, ...]
    near_equal: tuple[NearEqual, ...]
    missing: dict[str, str]
    notes: tuple[str, ...]
    zone: str
    currency: str
    newer: bool
    again: bool
    resumes: bool

    @property
    def name(self) -> str:
        """Return the name of the export."""
        return self.export.context.export

    @property
    def refused(self) -> tuple[Refusal, ...]:
        """Return every refused row, file by file."""
        return tuple(refusal for file in self.files for refusal in file.refused)

    @property
    def rows(self) -> int:
        """Return how many rows are taken."""
        return sum(file.rows for file in self.files)

    def mapping(self) -> dict[str, object]:
        """Return what was decided as a mapping that can be saved and used again."""
        understood = [file for file in self.files if file.kind]
        return {
            "columns": {
                f"{file.name}:{column.header}": column.field or "ignore"
                for file in understood
                for column in file.columns
            },
            "kinds": {file.name: file.kind for file in understood},
            "won": sorted(self.export.context.won),
            "lost": sorted(self.export.context.lost),
            "zone": self.zone,
        }


def preview_file(reading: Reading, context: Context) -> FilePreview:
    """Return how one file was read."""
    sheet = reading.sheet
    table = sheet.table
    return FilePreview(
        name=table.name,
        encoding=table.encoding,
        delimiter=table.delimiter,
        kind=sheet.kind,
        columns=sheet.columns,
        sample=tuple(_samples(reading, context)),
        rows=reading.taken,
        repeated=reading.repeated,
        refused=tuple(sorted(reading.refused, key=lambda refusal: refusal.line)) if sheet.kind else (),
        notes=(*table.notes, *_notes(reading, context)),
    )


def _samples(reading: Reading, context: Context) -> Iterator[dict[str, str]]:
    """Yield the first ten rows that are taken."""
    cells = reading.cells
    if cells is None:
        return iter(())
    fields = [column.field for column in cells.sheet.columns if column.field]
    refused = {refusal.line for refusal in reading.refused}
    taken = (row for row in cells.sheet.table.rows if row.line not in refused)
    rows = (sample for row in taken if (sample := _sample(cells, row, fields, context)))
    return islice(rows, SAMPLE_ROWS)


def _sample(cells: Cells, row: Row, fields: list[str], context: Context) -> dict[str, str] | None:
    try:
        return {field: _as_read(cells, row, field, context) for field in fields}
    except RowProblem:
        return None


def _as_read(cells: Cells, row: Row, field: str, context: Context) -> str:
    if field in DATES:
        when = cells.date(row, field)
        if when is None or when.day is not None:
            return "" if when is None else str(when.day)
        return to_time(when.us).astimezone(context.zone).isoformat()
    if field in AMOUNTS:
        amount = cells.amount(row, field)
        return "" if amount is None else amount.text
    text = cells.text(row, field)
    if field in ("stage", "status") and text:
        kind = kind_of(text, context.won, context.lost)
        return text if kind == "open" or normalised(text) == kind else f"{text} ({kind})"
    return text


def _notes(reading: Reading, context: Context) -> Iterator[str]:
    """Yield what was assumed for a file, and what of it is not imported."""
    if reading.cells and reading.sheet.kind == "deals" and not reading.cells.has("key"):
        used = " and ".join(key_fields(reading.cells))
        yield f"key_missing: no column is the deal's key; deals are told apart by {used}"
    zone = context.zone.key
    styles = reading.cells.date_styles if reading.cells else {}
    for field, style in sorted(styles.items()):
        if style.local:
            yield f"zone_assumed: {style.local} times in “{field}” have no offset and are taken in {zone}"
        if style.serial:
            yield f"day_numbers: “{field}” has a spreadsheet's day numbers, read as dates: 42796 is 2017-03-02"
        if style.midnights:
            yield f"midnights: every time in “{field}” is 00:00, so that they are read as whole days"
        if style.mixed:
            order = "day before month" if style.order == "dmy" else "month before day"
            why = style.why or "assumed from the zone, no date decides it; --zone says where the dates were written"
            yield f"date_order: “{field}” is read with the {order}, {why}"
    if count := reading.assumed["currency"]:
        yield f"currency_assumed: {count} amounts have no currency and are taken as {context.currency}"
    if count := reading.assumed["close date"]:
        yield f"close_date_missing: {count} closed deals have none; they closed when last modified, else now"
    if count := reading.assumed["close ahead"]:
        yield f"close_date_ahead: {count} closed deals have one; they closed when last modified, else now"
    if count := reading.assumed["team"]:
        yield f"team_differs: {count} deals name another team than their owner's; the first one counts"
    if count := reading.assumed["order"]:
        yield f"close_before_creation: {count} deals; they count as created when they were closed"
    for name, count in reading.left_out.most_common(20):
        yield f"field_left_out: {count} changes of “{name}” are of no field that is imported"
