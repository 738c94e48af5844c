"""The typed cells of a sheet: texts, dates and amounts, each column read in its own style."""

from dataclasses import dataclass
from typing import TypeVar

from services.importing.context import Context
from services.importing.meaning.recognise import Sheet
from services.importing.meaning.vocabulary import AMOUNTS, DATES
from services.importing.tables.table import Refusal, Row
from services.importing.values.amounts import Amount, AmountProblem, AmountStyle, amount_style, read_amount
from services.importing.values.dates import DateProblem, DateStyle, When, read_date, style_of
from services.importing.values.texts import clean

AHEAD_US = 50_400_000_000
WORD_MAX = 255
KEY_MAX = 500
# Sixteen thousand characters of four bytes fit the 64 KiB of a text.
TEXT_MAX = 16_000

_Read = TypeVar("_Read", When, Amount)


class RowProblem(ValueError):
    """Why one row cannot be imported: a code and the reason in words."""

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class _Failed:
    code: str
    reason: str


class Cells:
    """Reads the cells of one sheet by field; each text of a date or an amount is read once."""

    def __init__(self, sheet: Sheet, context: Context) -> None:
        self.sheet = sheet
        self._context = context
        self._places = {column.field: column.index for column in sheet.columns if column.field}
        self.date_styles: dict[str, DateStyle] = {
            field: style_of(sheet.texts(field), usual=context.usual_order) for field in DATES & self._places.keys()
        }
        self.amount_styles: dict[str, AmountStyle] = {
            field: amount_style(sheet.texts(field), header=self._header(field))
            for field in AMOUNTS & self._places.keys()
        }
        self._dates: dict[tuple[str, str], When | _Failed] = {}
        self._amounts: dict[tuple[str, str], Amount | _Failed] = {}
        self._row: Row | None = None
        self._texts: dict[str, str] = {}

    def _header(self, field: str) -> str:
        return self.sheet.table.headers[self._places[field]]

    def has(self, field: str) -> bool:
        """Return whether the sheet has a column for a field."""
        return field in self._places

    def text(self, row: Row, field: str) -> str:
        """Return the cleaned text of a field, "" when the column is missing or the cell says nothing."""
        if row is not self._row:
            cells = row.cells
            self._texts = {name: clean(cells[place]) for name, place in self._places.items()}
            self._row = row
        return self._texts.get(field, "")

    def key(self, row: Row, field: str) -> str:
        """Return a text that tells things apart; raise `RowProblem` when it is too long to be a key."""
        text = self.text(row, field)
        if len(text) > KEY_MAX:
            raise RowProblem("row_key", f"a key has {len(text)} characters; at most {KEY_MAX} can be one")
        return text

    def word(self, row: Row, field: str) -> str:
        """Return a text that is used to group, on one line and cut to 255 characters."""
        return " ".join(self.text(row, field).split())[:WORD_MAX]

    def date(self, row: Row, field: str, *, past: bool = False) -> When | None:
        """Return the date of a field, None when empty.

        Raise `RowProblem` for a bad one, and with `past` for a future one.
        """
        text = self.text(row, field)
        if not text:
            return None
        key = (field, text)
        found = self._dates.get(key)
        if found is None:
            found = self._dates[key] = self._read_date(text, self.date_styles[field])
        when = _unless_failed(found)
        if past and when.us > self._context.now_us + (AHEAD_US if when.day else 0):
            raise RowProblem("row_date", f"“{text}” lies in the future")
        return when

    def read_date(self, text: str, style: DateStyle) -> When:
        """Return the date of a text that stands in no date column of its own."""
        return _unless_failed(self._read_date(text, style))

    def amount(self, row: Row, field: str) -> Amount | None:
        """Return the amount of a field, None when empty; raise `RowProblem` for bad ones."""
        text = self.text(row, field)
        if not text:
            return None
        key = (field, text)
        found = self._amounts.get(key)
        if found is None:
            found = self._amounts[key] = self._read_amount(text, self.amount_styles[field])
        return _unless_failed(found)

    def refusal(self, row: Row, problem: RowProblem) -> Refusal:
        """Return the refusal of a row."""
        return Refusal(
            file=self.sheet.table.name, line=row.line, code=problem.code, reason=str(problem), cells=row.cells
        )

    def _read_date(self, text: str, style: DateStyle) -> When | _Failed:
        try:
            return read_date(text, style, self._context.zone)
        except DateProblem as problem:
            return _Failed("row_date", str(problem))

    def _read_amount(self, text: str, style: AmountStyle) -> Amount | _Failed:
        try:
            return read_amount(text, style)
        except AmountProblem as problem:
            return _Failed(problem.code, str(problem))


def _unless_failed(found: _Read | _Failed) -> _Read:
    if isinstance(found, _Failed):
        raise RowProblem(found.code, found.reason)
    return found
