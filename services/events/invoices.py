"""Events of invoices: what is due and what was received, given back or allocated anew."""

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from services.events.fields import AccountId, Amount, Currency, Day, DealId, ReceiptId

LineIndex: TypeAlias = Annotated[int, Meta(ge=0, le=999, description="Place of a plan line, from 0.")]


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An amount that is due on a day."""

    due: Day
    amount: Amount


class InvoicePlanned(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An invoice plan of a deal was laid down, replacing what stood before."""

    deal: DealId
    currency: Currency
    lines: Annotated[tuple[Line, ...], Meta(max_length=1000, description="What is due when.")]
    account: AccountId | None = None
    contract_amount: Amount | None = None


class ReceiptReceived(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Money came in; without a line it fills the lines in the order of their due days."""

    receipt: ReceiptId
    amount: Amount
    line: LineIndex | None = None


class ReceiptRefunded(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Money of a receipt was given back; the amount is positive."""

    receipt: ReceiptId
    amount: Amount


class ReceiptReallocated(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A receipt was matched with another line."""

    receipt: ReceiptId
    line: LineIndex


InvoiceData: TypeAlias = InvoicePlanned | ReceiptReceived | ReceiptRefunded | ReceiptReallocated
