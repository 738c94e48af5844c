"""Money that came in or went back, on its own day, in minor units."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tests.oracle.company import Company
from tests.oracle.money import minor
from tests.oracle.wire import Fact, text

NO_DEAL = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """A payment (`minor` above 0) or a refund (below) of a deal, "" where the invoice names none."""

    deal: str
    day: date
    currency: str
    minor: int


def receipts_of(facts: Iterable[Fact], company: Company) -> list[Receipt]:
    """Return all payments and refunds, from facts of invoices in order; the last plan names the deal."""
    invoices: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        invoices[fact.root].append(fact)
    return [receipt for invoice in invoices.values() for receipt in receipts_of_one(invoice, company)]


def receipts_of_one(facts: list[Fact], company: Company) -> list[Receipt]:
    """Return the payments and refunds of one invoice; of a payment told twice the later telling counts."""
    plans = [fact for fact in facts if fact.type == "invoice.planned"]
    plan = plans[-1].said if plans else {}  # Without a plan there is no currency, and so no money yet.
    paid = {text(fact.said, "receipt"): fact for fact in facts if fact.type == "receipt.received"}
    refunds = [fact for fact in facts if fact.type == "receipt.refunded"]
    deal = text(plan, "deal") or NO_DEAL
    currency = (text(plan, "currency") or "").upper()
    signed = [(fact, 1) for fact in paid.values()] + [(fact, -1) for fact in refunds]
    return [
        Receipt(deal=deal, day=company.day(fact), currency=currency, minor=sign * units)
        for fact, sign in signed
        if (units := minor(text(fact.said, "amount"), currency)) is not None
    ]
