"""The fold of an invoice: planned lines, receipts allocated to them, refunds and reallocations."""

from typing import assert_never

import msgspec
from msgspec.structs import replace

from services.days import DAY_US, from_date
from services.events.envelope import Event
from services.events.invoices import (
    InvoiceData,
    InvoicePlanned,
    ReceiptReallocated,
    ReceiptReceived,
    ReceiptRefunded,
)
from services.journal.entry import Entry, Moment, Step, moment_of
from services.money import ScaleError, to_minor


class PlanLine(msgspec.Struct, frozen=True, array_like=True):
    """What is due on a day: a day number and a decimal string in major units."""

    due_day: int
    amount: str


class Receipt(msgspec.Struct, frozen=True, array_like=True):
    """Money that came in, and for which line; `line` None lets it fill the lines in order of their due days."""

    id: str
    at: Moment
    amount: str
    line: int | None = None


class Refund(msgspec.Struct, frozen=True, array_like=True):
    """Money given back of a receipt."""

    receipt: str
    at: Moment
    amount: str


class Invoice(msgspec.Struct, frozen=True, array_like=True):
    """An invoice plan of a deal with everything received on it."""

    deal: str = ""
    account: str = ""
    currency: str = ""
    planned: Moment | None = None
    contract_amount: str | None = None
    lines: tuple[PlanLine, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    refunds: tuple[Refund, ...] = ()
    anomalies: tuple[str, ...] = ()

    def minor(self, amount: str | None) -> int:
        """Return an amount in minor units, 0 when it is impossible for the currency."""
        if amount is None or not self.currency:
            return 0
        try:
            return to_minor(amount, self.currency)
        except ScaleError:
            return 0


def evolve(invoice: Invoice | None, data: InvoiceData, event: Event) -> Step[Invoice]:
    """Return the invoice after one more event and what this changes."""
    old = invoice or Invoice()
    new = _checked(_apply(old, data, moment_of(event)))
    return Step(new, entries(new), entries(old))


def _apply(invoice: Invoice, data: InvoiceData, at: Moment) -> Invoice:
    match data:
        case InvoicePlanned():
            return replace(
                invoice,
                deal=data.deal,
                account=data.account or "",
                currency=data.currency,
                planned=invoice.planned or at,
                contract_amount=data.contract_amount or None,
                lines=tuple(PlanLine(from_date(line.due), line.amount) for line in data.lines),
            )
        case ReceiptReceived():
            line = data.line if isinstance(data.line, int) else None
            kept = tuple(receipt for receipt in invoice.receipts if receipt.id != data.receipt)
            return replace(invoice, receipts=(*kept, Receipt(data.receipt, at, data.amount, line)))
        case ReceiptRefunded():
            return replace(invoice, refunds=(*invoice.refunds, Refund(data.receipt, at, data.amount)))
        case ReceiptReallocated():
            moved = tuple(
                replace(receipt, line=data.line) if receipt.id == data.receipt else receipt
                for receipt in invoice.receipts
            )
            return replace(invoice, receipts=moved)
        case _:
            assert_never(data)


def _checked(invoice: Invoice) -> Invoice:
    """Return the invoice with a code for each thing that does not add up."""
    codes: list[str] = []
    known = {receipt.id for receipt in invoice.receipts}
    if any(refund.receipt not in known for refund in invoice.refunds):
        codes.append("receipt_unknown")
    amounts = [line.amount for line in invoice.lines] + [receipt.amount for receipt in invoice.receipts]
    if invoice.currency and any(_impossible(amount, invoice.currency) for amount in amounts):
        codes.append("amount_scale")
    if any(receipt.line is not None and receipt.line >= len(invoice.lines) for receipt in invoice.receipts):
        codes.append("line_unknown")
    return replace(invoice, anomalies=tuple(codes))


def _impossible(amount: str, currency: str) -> bool:
    try:
        to_minor(amount, currency)
    except ScaleError:
        return True
    return False


def allocate(invoice: Invoice) -> list[tuple[int | None, Receipt, int]]:
    """Return (line index or None when nothing is left to pay, receipt, minor units) for every receipt."""
    owed = [invoice.minor(line.amount) for line in invoice.lines]
    order = sorted(range(len(owed)), key=lambda index: (invoice.lines[index].due_day, index))
    parts: list[tuple[int | None, Receipt, int]] = []
    for receipt in sorted(invoice.receipts, key=lambda item: (item.line is None, item.at, item.id)):
        left = invoice.minor(receipt.amount)
        wanted = [receipt.line] if receipt.line is not None else order
        for index in wanted:
            part = min(left, owed[index]) if index < len(owed) else 0
            if part > 0:
                owed[index] -= part
                left -= part
                parts.append((index, receipt, part))
        if left > 0:
            parts.append((None, receipt, left))
    return parts


def entries(invoice: Invoice) -> tuple[Entry, ...]:
    """Return what an invoice counts for; whose it is follows from the deal (`subject`) when it is read."""
    if not invoice.currency:
        return ()
    return (*_plan(invoice), *_money_in(invoice))


def _plan(invoice: Invoice) -> list[Entry]:
    """Return what is due, what came in for it and what the contract is worth."""
    deal, currency = invoice.deal, invoice.currency
    found: list[Entry] = []
    for line in invoice.lines:
        due = Moment(line.due_day * DAY_US, dated=True)
        found.append(Entry("due", "", due, amount=invoice.minor(line.amount), currency=currency, subject=deal))
    for index, receipt, part in allocate(invoice):
        if index is None:
            unallocated = Entry("unallocated", "", receipt.at, amount=part, currency=currency, subject=deal)
            found.append(unallocated)
            continue
        due = Moment(invoice.lines[index].due_day * DAY_US, dated=True)
        collected = Entry("collected", "", due, amount=part, currency=currency, subject=deal, since=receipt.at)
        found.append(collected)
    if invoice.planned and invoice.contract_amount:
        worth = invoice.minor(invoice.contract_amount)
        paid = sum(invoice.minor(item.amount) for item in invoice.receipts)
        back = sum(invoice.minor(item.amount) for item in invoice.refunds)
        found.append(Entry("contract", "", invoice.planned, amount=worth, currency=currency, subject=deal))
        found.append(Entry("contract_paid", "", invoice.planned, amount=paid - back, currency=currency, subject=deal))
    return found


def _money_in(invoice: Invoice) -> list[Entry]:
    """Return receipts on their days, and refunds on their own days at the rate of the original."""
    by_id = {receipt.id: receipt for receipt in invoice.receipts}
    found = [
        Entry(
            "received", "", item.at, amount=invoice.minor(item.amount), currency=invoice.currency, subject=invoice.deal
        )
        for item in invoice.receipts
    ]
    for refund in invoice.refunds:
        original = by_id.get(refund.receipt)
        found.append(
            Entry(
                "received",
                "",
                refund.at,
                n=0,
                count_bp=0,
                amount=-invoice.minor(refund.amount),
                currency=invoice.currency,
                subject=invoice.deal,
                rate_at=original.at if original else None,
            )
        )
    return found
