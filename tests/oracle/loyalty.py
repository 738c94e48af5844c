"""Numbers of customers, by the owner of the order that counts."""

from collections.abc import Collection
from datetime import date

from tests.oracle.customers import Customer
from tests.oracle.sums import Numbers, Span, counted

WINDOWS_DAYS = (90, 180, 365)


def customer_numbers(customers: Collection[Customer], span: Span, today: date) -> dict[str, Numbers]:
    """Return every metric of customers by person over a span of business days.

    `repurchase_N` is (customers that ordered again within N days, customers), by the day of the first order,
    of the customers whose N days are over by `today`.
    """
    new = [customer for customer in customers if customer.first.day in span]
    back = [order for customer in customers for order in customer.won_back() if order.day in span]
    return {
        "new_customers": counted((customer.first.owner, 1) for customer in new),
        "won_back": counted((order.owner, 1) for order in back),
    } | {
        f"repurchase_{days}": repurchase([c for c in new if (today - c.first.day).days >= days], days)
        for days in WINDOWS_DAYS
    }


def repurchase(new: Collection[Customer], days: int) -> Numbers:
    """Return (customers that ordered again in time, customers) of each owner of a first order."""
    owners = {customer.first.owner for customer in new}
    own = {owner: [customer for customer in new if customer.first.owner == owner] for owner in owners}
    return {owner: (sum(c.again_within(days) for c in found), len(found)) for owner, found in own.items()}
