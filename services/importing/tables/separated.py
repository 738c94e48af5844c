"""Delimited text as a table: which delimiter it has, its records with their lines, what cannot be read."""

import csv
from collections import Counter
from collections.abc import Generator, Iterator
from typing import NamedTuple

from services.importing.errors import FileRefused
from services.importing.tables.encoding import BROKEN
from services.importing.tables.table import COLUMNS_MAX, Refusal, Row, Table

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 100
_SAMPLE_LINES = 400
_PREAMBLE_MAX = 20
_RESTARTS_MAX = 50


class Record(NamedTuple):
    """One record: its first line, its cells; `fault` says in words why it cannot be read."""

    line: int
    cells: list[str]
    fault: str = ""


def read_separated(name: str, encoding: str, text: str) -> Table:
    """Return delimited text as a table; raise `FileRefused` when it has no header or too many columns."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first, delimiter = _announced(lines)
    delimiter = delimiter or _delimiter(lines[first:])
    records = _records(lines, delimiter, first)
    header = _header(name, records)
    headers, notes = _headers([cell.strip() for cell in header.cells])
    rows, refused = _rows(name, records, headers, broken=BROKEN in text)
    return Table(
        name=name,
        encoding=encoding,
        delimiter=delimiter,
        headers=headers,
        rows=tuple(rows),
        refused=tuple(refused),
        notes=notes,
    )


def _announced(lines: list[str]) -> tuple[int, str]:
    """Return where the table begins and the delimiter that a first line such as `sep=;` announces."""
    if lines and lines[0].strip().lower().startswith("sep=") and len(lines[0].strip()) == 5:
        return 1, lines[0].strip()[4]
    return 0, ""


def _delimiter(lines: list[str]) -> str:
    """Return the delimiter that cuts the most rows into the same number of cells, the most cells on a tie."""
    return max(DELIMITERS, key=lambda candidate: _regularity(lines[:_SAMPLE_LINES], candidate))


def _regularity(lines: list[str], delimiter: str) -> tuple[float, int]:
    widths: Counter[int] = Counter()
    for record in _records(lines, delimiter, 0):
        if any(record.cells):
            widths[len(record.cells)] += 1
        if widths.total() >= _SAMPLE_ROWS:
            break
    if not widths:
        return 0.0, 0
    width, rows = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
    return (round(rows / widths.total(), 1) if width > 1 else 0.0), width


def _records(lines: list[str], delimiter: str, first: int) -> Iterator[Record]:
    """Yield the records; after a quote that never closes, reading goes on in the line below it."""
    restarts = 0
    while first < len(lines):
        again = yield from _run(lines, delimiter, first)
        if again is None:
            return
        restarts += 1
        if restarts > _RESTARTS_MAX:
            yield Record(again + 1, [], "too many quotes are never closed; the rest of the file was not read")
            return
        first = again


def _run(lines: list[str], delimiter: str, first: int) -> Generator[Record, None, int | None]:
    """Yield records from a line on; return where to go on after an unclosed quote, else None."""
    feed = _Feed(lines, first)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        start = feed.at
        try:
            cells = next(reader)
        except StopIteration:
            return None
        except csv.Error as error:
            if feed.at >= len(lines) or feed.at - start > 1:
                yield Record(start + 1, [lines[start]], "a quote is opened and never closed")
                return start + 1
            yield Record(start + 1, [lines[start]], f"the quotes are wrong ({error})")
            continue
        yield Record(start + 1, cells)


class _Feed:
    """Lines for the reader, one by one, that knows how far it has read."""

    def __init__(self, lines: list[str], at: int) -> None:
        self.at = at
        self._lines = lines

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        if self.at >= len(self._lines):
            raise StopIteration
        line = self._lines[self.at]
        self.at += 1
        return line + "\n"


def _header(name: str, records: Iterator[Record]) -> Record:
    """Return the first record that can be a header, past empty lines and titles of one cell."""
    alone: Record | None = None
    for _, record in zip(range(_PREAMBLE_MAX), records, strict=False):
        filled = sum(1 for cell in record.cells if cell.strip())
        if len(record.cells) > COLUMNS_MAX:
            raise FileRefused(name, "file_columns", f"it has more than {COLUMNS_MAX} columns")
        if filled > 1 or (filled == 1 and len(record.cells) == 1 and alone is not None):
            return record
        alone = alone or (record if filled else None)
    raise FileRefused(name, "file_empty", "it has no header and rows")


def _headers(cells: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return headers that are all different, with a note on those that were not."""
    seen: Counter[str] = Counter()
    headers, notes = [], []
    for place, cell in enumerate(cells, 1):
        text = cell or f"column {place}"
        seen[text] += 1
        if seen[text] > 1:
            text = f"{text} ({seen[text]})"
            notes.append(f"header_twice: the header “{cell}” stands twice; the second is read as “{text}”")
        headers.append(text)
    return tuple(headers), tuple(notes)


def _rows(
    name: str, records: Iterator[Record], headers: tuple[str, ...], *, broken: bool
) -> tuple[list[Row], list[Refusal]]:
    width = len(headers)
    rows, refused = [], []
    for line, cells, fault in records:
        if fault:
            refused.append(Refusal(file=name, line=line, code="row_quote", reason=fault, cells=tuple(cells)))
        elif broken and any(BROKEN in cell for cell in cells):
            reason = "some bytes are in no encoding that is known"
            refused.append(Refusal(file=name, line=line, code="row_encoding", reason=reason, cells=tuple(cells)))
        elif len(cells) == width:
            if any(cells):
                rows.append(Row(line=line, cells=tuple(cells)))
        elif any(cell.strip() for cell in cells):
            fitted = _fitted(cells, width)
            if fitted is None:
                reason = f"{len(cells)} cells where the header has {width}"
                refused.append(Refusal(file=name, line=line, code="row_ragged", reason=reason, cells=tuple(cells)))
            else:
                rows.append(Row(line=line, cells=fitted))
    return rows, refused


def _fitted(cells: list[str], width: int) -> tuple[str, ...] | None:
    """Return a row whose surplus cells are all empty without them; None for any other width."""
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        return tuple(cells[:width])
    return None
