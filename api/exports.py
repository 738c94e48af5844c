"""CSV of exactly what is shown, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from services.boards.board import Board, Shown

Cell = str | int | Decimal | None
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """Return rows as CSV with a byte order mark; text that a spreadsheet would run gets an apostrophe."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL)
    for row in rows:
        writer.writerow([_cell(cell) for cell in row])
    return text.getvalue()


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.lstrip().startswith(FORMULA) else cell
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def board_rows(board: Board) -> list[list[Cell]]:
    """Return a board as rows under a heading."""
    rows: list[list[Cell]] = [["rank", "id", "name", "team", "value", "currency", "sample", "note"]]
    for place in board.places:
        rows.append([place.rank, place.id, place.name, place.team_name, *_value(place.value)])
    return rows


def _value(value: Shown) -> list[Cell]:
    if value.money:
        return [value.money.amount, value.money.currency, value.sample, value.note]
    return [value.number, None, value.sample, value.note]
