"""A history of changes: rows of "this field of that deal became this", read and put in order."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from services.importing.context import Context
from services.importing.facts.books import Books
from services.importing.facts.cells import TEXT_MAX, WORD_MAX, Cells, RowProblem
from services.importing.meaning.stages import StageKind, kind_of
from services.importing.meaning.vocabulary import FIELDS, PREFIXES
from services.importing.tables.table import Row
from services.importing.telling.standing import Value
from services.importing.values.amounts import (
    AmountProblem,
    AmountStyle,
    amount_style,
    read_amount,
    shared_currency,
)
from services.importing.values.dates import DateStyle, When, style_of
from services.importing.values.texts import bare, is_true
from services.money import is_currency

_LINES_MAX = 10_000_000
_FIELD_NAMES = {word: field for field, words in reversed(list(FIELDS["deals"].items())) for word in words}
_LEFT_OUT = frozenset({"key", "modified", "probability", "is_closed", "deleted", "won_on", "lost_on"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One change of one field. `when` is None where the history has no times.

    `old` is what the field was, if the history says so. For a stage `value` is its id, `pipeline` its
    pipeline and `kind` what it means; for an amount `currency` is set.
    """

    line: int
    when: When | None
    field: str
    value: Value
    old: Value = None
    pipeline: str = ""
    kind: StageKind = "open"
    currency: str = ""


class ChangeReader:
    """Reads the rows of one sheet of changes, or of one log of stages."""

    def __init__(self, cells: Cells, context: Context, books: Books, told: Mapping[str, str]) -> None:
        self._cells = cells
        self._context = context
        self._books = books
        self._told = told
        self.left_out: Counter[str] = Counter()
        self._values: defaultdict[str, list[str]] = defaultdict(list)
        self._dates: dict[str, DateStyle] = {}
        self._amounts: dict[str, AmountStyle] = {}
        if cells.has("field"):
            for text, value in zip(cells.sheet.texts("field"), cells.sheet.texts("value"), strict=True):
                self._values[text].append(value)

    def read(self, row: Row) -> tuple[str, list[Change]]:
        """Return the key of the deal and the changes of a row, none when its field is not imported."""
        key = self._cells.key(row, "key")
        if not key:
            raise RowProblem("row_key", "the key of the deal is empty")
        when = self._cells.date(row, "time", past=True)
        if when is None and self._cells.has("time"):
            raise RowProblem("row_date", "the time of the change is empty")
        if self._cells.has("field"):
            change = self._change(row, when)
            return key, [change] if change else []
        return key, self._logged(row, when)

    def _logged(self, row: Row, when: When | None) -> list[Change]:
        """Return the stage of a log's row, and who the deal was with then."""
        cells, found = self._cells, []
        stage = cells.word(row, "stage")
        if not stage:
            raise RowProblem("row_stage", "the stage is empty")
        found.append(self._stage_change(row.line, when, cells.word(row, "pipeline"), stage, ""))
        if cells.has("owner") or cells.has("owner_key"):
            owner = self._books.people.referred(cells.key(row, "owner_key"), cells.word(row, "owner"))
            if owner:
                found.append(Change(line=row.line, when=when, field="owner", value=owner.id))
        return found

    def _stage_change(self, line: int, when: When | None, pipeline: str, stage: str, old: str) -> Change:
        where, what = self._books.pipelines.stage(pipeline, stage)
        before = self._books.pipelines.stage(pipeline, old)[1] if old else None
        return Change(
            line=line,
            when=when,
            field="stage",
            value=what.id,
            old=before.id if before and before.kind == "open" else None,
            pipeline=where.id,
            kind=what.kind,
        )

    def _change(self, row: Row, when: When | None) -> Change | None:
        cells = self._cells
        said = cells.text(row, "field")
        field = self._field(said)
        if not field:
            self.left_out[said] += 1
            return None
        value, old = cells.text(row, "value"), cells.text(row, "old")
        if field == "stage":
            return self._stage_change(row.line, when, "", value[:WORD_MAX], old[:WORD_MAX]) if value else None
        if field in ("amount", "closed_amount"):
            return self._amount(row, when, field, said)
        if field in ("status", "is_won"):
            kind: StageKind = kind_of(value, self._context.won, self._context.lost)
            if field == "is_won":
                kind = "won" if is_true(value) else "open"
            return Change(line=row.line, when=when, field="status", value=kind, kind=kind)
        return Change(
            line=row.line,
            when=when,
            field=field,
            value=self._value(field, said, value),
            old=self._old(field, said, old),
        )

    def _field(self, said: str) -> str:
        """Return the field of a deal that a name in the history means, "" for what is not imported."""
        if said in self._told:
            return self._told[said]
        name = bare(said)
        cut = next((name[len(prefix) :].lstrip("_") for prefix in PREFIXES if name.startswith(prefix)), name)
        field = _FIELD_NAMES.get(name) or _FIELD_NAMES.get(cut, "")
        field = {"owner_key": "owner", "account_key": "account"}.get(field, field)
        return "" if field in _LEFT_OUT else field

    def _old(self, field: str, said: str, text: str) -> Value:
        try:
            return self._value(field, said, text) if field != "created" else None
        except RowProblem:
            return None

    def _value(self, field: str, said: str, text: str) -> Value:
        books = self._books
        if field == "created" or not text:
            return None
        if field in ("closed", "expected_close"):
            if said not in self._dates:
                self._dates[said] = style_of(self._values[said], usual=self._context.usual_order)
            return self._cells.read_date(text, self._dates[said]).local(self._context.zone).isoformat()
        if field in ("owner", "account"):
            thing = (books.people if field == "owner" else books.accounts).referred("", text[:WORD_MAX])
            return thing.id if thing else None
        if field == "products":
            product = books.products.referred("", text[:WORD_MAX])
            return (product.id,) if product else ()
        if field == "pipeline":
            return books.pipelines.pipeline(text[:WORD_MAX]).id
        if field == "currency":
            if not is_currency(text.upper()):
                raise RowProblem("currency_unknown", f"“{text}” is no ISO 4217 currency")
            return text.upper()
        return text[:TEXT_MAX] if field == "title" else " ".join(text.split())[:WORD_MAX]

    def _amount(self, row: Row, when: When | None, field: str, said: str) -> Change:
        if said not in self._amounts:
            self._amounts[said] = amount_style(self._values[said])
        style, company = self._amounts[said], self._context.currency
        texts = self._cells.text(row, "value"), self._cells.text(row, "old")
        try:
            new, old = (read_amount(text, style) if text else None for text in texts)
        except AmountProblem as problem:
            raise RowProblem(problem.code, str(problem)) from None
        code = new.currency if new else ""
        currency = code if len(code) == 3 else shared_currency(code, company) if code else ""
        return Change(
            line=row.line,
            when=when,
            field=field,
            value=new.text if new else None,
            old=old.text if old else None,
            currency=currency,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A change at its moment; `sequence` orders the changes of one moment, 0 when it is alone there."""

    when: When
    change: Change
    sequence: int


def placed(changes: list[Change], start: When, books: Books) -> list[Placed]:
    """Return changes in order: by time, fields before stages, stages in pipeline order, then by row.

    Repeated rows are dropped. Changes without a time are placed at the start of the import.
    """
    unique = {(c.when, c.field, c.value, c.pipeline): c for c in reversed(changes)}
    ordered = sorted(
        ((change.when or start, change) for change in unique.values()),
        key=lambda pair: (pair[0].us, *_within(pair[1], books)),
    )
    found: list[Placed] = []
    for _, group in groupby(ordered, key=lambda pair: pair[0].us):
        same = list(group)
        for when, change in same:
            stage, order, line = _within(change, books)
            loose = when.day is not None or change.when is None or len(same) > 1
            sequence = (order * _LINES_MAX if stage else 0) + line if loose else 0
            found.append(Placed(when=when, change=change, sequence=sequence))
    return found


def _within(change: Change, books: Books) -> tuple[bool, int, int]:
    """Return the place of a change among those of its moment."""
    if change.field == "stage" and isinstance(change.value, str):
        return True, books.pipelines.order(change.pipeline, change.value), change.line
    return change.field == "status", 0, change.line
