"""A table as it stands in a file: headers and rows with their lines, and the rows that cannot be rows."""

from dataclasses import dataclass, field

COLUMNS_MAX = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A row that is not imported: where it stands, a code and the reason in words.

    `cells` are the texts of the row, so that a refused row is never taken for a missing one.
    """

    file: str
    line: int
    code: str
    reason: str
    cells: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.code}: {self.reason}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row: the line that it begins on, from 1, and its cells in the order of the headers."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A file read as a table. `delimiter` is "" for JSON lines; `notes` say what was put right silently."""

    name: str
    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    refused: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = field(default=())
