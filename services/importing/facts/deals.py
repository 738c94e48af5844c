"""Deals as they stand: one row of an export read as the facts of one deal."""

import re
from collections import Counter
from dataclasses import dataclass

from services.identity import identify, normalised
from services.importing.context import Context
from services.importing.facts.books import Books
from services.importing.facts.cells import AHEAD_US, TEXT_MAX, WORD_MAX, Cells, RowProblem
from services.importing.facts.names import Thing
from services.importing.facts.pipelines import Pipeline, percent_column, probability
from services.importing.meaning.stages import Stage, StageKind, core, is_state, kind_of
from services.importing.tables.table import Row
from services.importing.telling.standing import Fields
from services.importing.values.amounts import AmountProblem, check_scale, shared_currency
from services.importing.values.dates import When
from services.importing.values.texts import is_true
from services.money import is_currency

_SEVERAL = re.compile(r"\s*[;；、\n]\s*")
_PRODUCTS_MAX = 200
_TOTALS = frozenset("total totals grandtotal subtotal sum 合计 总计 小计 总额 汇总".split())


@dataclass(frozen=True, kw_only=True, slots=True)
class DealRow:
    """One deal as one row says it stands. `deleted` rows carry nothing but their key."""

    line: int
    key: str
    root: str
    fields: Fields
    created: When | None = None
    closed: When | None = None
    modified: When | None = None
    deleted: bool = False


class DealReader:
    """Reads the rows of one sheet of deals into facts, with ids for all that they name."""

    def __init__(self, cells: Cells, context: Context, books: Books) -> None:
        self._cells = cells
        self._context = context
        self._books = books
        self._percent = percent_column(cells)
        self._key_fields = key_fields(cells)
        self._seen: Counter[str] = Counter()

    def read(self, row: Row) -> DealRow:
        """Return the deal of a row; raise `RowProblem` when it cannot be one."""
        key = self._key(row)
        root = identify(self._context.secret, "deal", self._context.export, key)
        self._no_total(row, key)
        if is_true(self._cells.text(row, "deleted")):
            return DealRow(line=row.line, key=key, root=root, fields={}, deleted=True)
        cells = self._cells
        created = cells.date(row, "created", past=True)
        modified = cells.date(row, "modified", past=True)
        pipeline, stage, status = self._stage(row)
        closed = self._closed(row, status)
        fields: Fields = {"status": status, "pipeline": pipeline.id}
        if stage is not None and stage.kind == "open":
            fields["stage"] = stage.id
        fields |= self._amounts(row, status)
        fields |= self._references(row)
        fields |= self._texts(row, status)
        fields |= self._closing_days(row, status, closed)
        zone = self._context.zone
        self._books.assumed["order"] += bool(created and closed and created.local(zone) > closed.local(zone))
        return DealRow(
            line=row.line,
            key=key,
            root=root,
            fields=fields,
            created=created,
            closed=closed,
            modified=modified,
        )

    def _key(self, row: Row) -> str:
        key = " / ".join(self._cells.key(row, field) for field in self._key_fields)
        if self._cells.has("key"):
            if not key:
                raise RowProblem("row_key", "the key of the deal is empty")
            return key
        if not key.strip(" /"):
            raise RowProblem("row_key", "nothing tells this deal from others")
        self._seen[key] += 1
        return key if self._seen[key] == 1 else f"{key} ({self._seen[key]})"

    def _no_total(self, row: Row, key: str) -> None:
        """Refuse the line of totals that many exports end with."""
        if core(key) in _TOTALS and not any(self._cells.text(row, name) for name in ("stage", "owner", "owner_key")):
            raise RowProblem("row_total", "it is a line of totals, no deal")

    def _stage(self, row: Row) -> tuple[Pipeline, Stage | None, StageKind]:
        """Return pipeline, stage and outcome of the deal; flags go before states, states before stages."""
        cells, context = self._cells, self._context
        pipeline_text, stage_text = cells.word(row, "pipeline"), cells.word(row, "stage")
        state = cells.word(row, "status")
        if not stage_text and state and not cells.has("stage"):
            stage_text = state
        pipelines = self._books.pipelines
        if stage_text:
            pipeline, stage = pipelines.stage(pipeline_text, stage_text)
            if chance := probability(cells.text(row, "probability"), percent=self._percent):
                pipelines.chance(pipeline, stage, chance)
        else:
            pipeline, stage = pipelines.pipeline(pipeline_text), None
        status: StageKind = stage.kind if stage else "open"
        if state and (is_state(state) or normalised(state) in context.won | context.lost):
            status = kind_of(state, context.won, context.lost)
        if is_true(cells.text(row, "is_won")):
            status = "won"
        elif is_true(cells.text(row, "is_closed")) and status == "open":
            status = "lost"
        return pipeline, stage, status

    def _closed(self, row: Row, status: StageKind) -> When | None:
        """Return when the deal was closed; a typed date that lies ahead does not say when."""
        if status == "open":
            return None
        cells = self._cells
        when = cells.date(row, f"{status}_on") or cells.date(row, "closed")
        if when is None:
            self._books.assumed["close date"] += 1
        elif when.us > self._context.now_us + (AHEAD_US if when.day else 0):
            self._books.assumed["close ahead"] += 1
        return when

    def _closing_days(self, row: Row, status: StageKind, closed: When | None) -> Fields:
        cells = self._cells
        fields: Fields = {}
        expected = cells.date(row, "expected_close")
        if status == "open":
            expected = expected or cells.date(row, "closed")
            if cells.has("expected_close") or cells.has("closed"):
                fields["expected_close"] = self._day(expected)
            return fields
        if expected is not None:
            fields["expected_close"] = self._day(expected)
        fields["closed_on"] = self._day(closed)
        return fields

    def _day(self, when: When | None) -> str | None:
        return None if when is None else when.local(self._context.zone).isoformat()

    def _amounts(self, row: Row, status: StageKind) -> Fields:
        """Return amount and currency; what a deal was closed with belongs to its win."""
        cells = self._cells
        fields: Fields = {}
        amount, closing = cells.amount(row, "amount"), cells.amount(row, "closed_amount")
        if cells.has("amount"):
            fields["amount"] = amount.text if amount else None
        if status == "won" or amount is None:
            if status != "open" and closing is not None:
                fields["closed_amount"] = closing.text
            elif closing is not None:
                fields["amount"] = closing.text
        if amount is None and closing is None:
            return fields
        symbol = amount.currency if amount else ""
        currency = self._currency(row, symbol or (closing.currency if closing else ""))
        fields["currency"] = currency
        try:
            for name in ("amount", "closed_amount"):
                value = fields.get(name)
                if isinstance(value, str):
                    check_scale(value, currency)
        except AmountProblem as problem:
            raise RowProblem(problem.code, str(problem)) from None
        return fields

    def _currency(self, row: Row, said: str) -> str:
        """Return the currency of a row: its column, else what stands at the amount, else the company's."""
        code = self._cells.text(row, "currency").upper()
        if code:
            code = {"RMB": "CNY", "人民币": "CNY", "元": "CNY", "美元": "USD", "欧元": "EUR"}.get(code, code)
            if not is_currency(code):
                raise RowProblem("currency_unknown", f"“{code}” is no ISO 4217 currency")
            return code
        if len(said) == 3:
            return said
        self._books.assumed["currency"] += 1
        return shared_currency(said, self._context.currency) if said else self._context.currency

    def _references(self, row: Row) -> Fields:
        """Return the ids of owner, account and products, each only when the sheet has a column for it."""
        cells, books = self._cells, self._books
        fields: Fields = {}
        if cells.has("owner") or cells.has("owner_key"):
            owner = books.people.referred(cells.key(row, "owner_key"), cells.word(row, "owner"))
            fields["owner"] = owner.id if owner else None
            self._team(row, owner)
        if cells.has("account") or cells.has("account_key"):
            account = books.accounts.referred(cells.key(row, "account_key"), cells.word(row, "account"))
            fields["account"] = account.id if account else None
        if cells.has("products"):
            fields["products"] = self._products(cells.text(row, "products"))
        return fields

    def _team(self, row: Row, owner: Thing | None) -> None:
        """Put the owner into the team that the row names, unless a list or an earlier row said another."""
        team = self._books.teams.referred("", self._cells.word(row, "team"))
        if owner is not None and team is not None:
            known = owner.facts.setdefault("team", team.id)
            self._books.assumed["team"] += known != team.id

    def _products(self, text: str) -> tuple[str, ...]:
        products = self._books.products
        if not text:
            return ()
        whole = products.find(text)
        names = [text] if whole else [part for part in _SEVERAL.split(text) if part]
        found = [products.referred("", " ".join(name.split())[:WORD_MAX]) for name in names]
        return tuple(dict.fromkeys(thing.id for thing in found if thing))[:_PRODUCTS_MAX]

    def _texts(self, row: Row, status: StageKind) -> Fields:
        cells = self._cells
        fields: Fields = {}
        if cells.has("title"):
            fields["title"] = cells.text(row, "title")[:TEXT_MAX] or None
        if cells.has("source"):
            fields["source"] = cells.word(row, "source") or None
        if status != "open" and (reason := cells.word(row, "reason")):
            fields["reason"] = reason
        if status == "lost" and (competitor := cells.word(row, "competitor")):
            fields["competitor"] = competitor
        return fields


def key_fields(cells: Cells) -> tuple[str, ...]:
    """Return the fields that together tell deals apart: the key, else as few others as do."""
    if cells.has("key"):
        return ("key",)
    chosen: tuple[str, ...] = ()
    for field in ("title", "account", "created", "closed", "owner", "amount"):
        if not cells.has(field):
            continue
        chosen = (*chosen, field)
        texts = [tuple(parts) for parts in zip(*(cells.sheet.texts(each) for each in chosen), strict=True)]
        if len(set(texts)) == len(texts):
            break
    return chosen
