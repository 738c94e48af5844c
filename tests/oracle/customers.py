"""The won orders of each customer, and what they say: new, bought again, won back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from tests.oracle.deals import Deal
from tests.oracle.merges import Merges
from tests.oracle.money import minor
from tests.oracle.receipts import Receipt
from tests.oracle.wire import Order as Place

WON_BACK_DAYS = 365


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """A won deal of a customer: the day it closed and the owner at the win."""

    day: date
    place: Place
    owner: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Customer:
    """A customer with at least one order, the first one first."""

    orders: tuple[Order, ...]

    @property
    def first(self) -> Order:
        """The order that made it a customer."""
        return self.orders[0]

    def again_within(self, days: int) -> bool:
        """Return whether an order followed the first one on a later day, at most `days` later."""
        return any(0 < (order.day - self.first.day).days <= days for order in self.orders)

    def won_back(self) -> list[Order]:
        """Return the orders that came at least 365 days after the one before them."""
        pairs = zip(self.orders, self.orders[1:], strict=False)
        return [order for before, order in pairs if (order.day - before.day).days >= WON_BACK_DAYS]


def customers_of(deals: Mapping[str, Deal], accounts: Merges, refunded: frozenset[str]) -> list[Customer]:
    """Return all customers; merged accounts are one, and orders paid back in full do not count."""
    orders: dict[str, list[Order]] = defaultdict(list)
    for root, deal in deals.items():
        if deal.account and deal.close and deal.close.kind == "won" and root not in refunded:
            order = Order(day=deal.close.day, place=deal.close.order, owner=deal.close.owner)
            orders[accounts.home(deal.account)].append(order)
    return [Customer(orders=tuple(sorted(found, key=by_day))) for found in orders.values()]


def by_day(order: Order) -> tuple[date, Place]:
    """Return the sort key of orders: the day of the close, then the place of the win in the fold."""
    return order.day, order.place


def paid_back(deals: Mapping[str, Deal], receipts: Iterable[Receipt], merges: Merges) -> frozenset[str]:
    """Return the deals whose refunds, in the currency of the deal, come to their whole amount."""
    refunds: dict[tuple[str, str], int] = defaultdict(int)
    for receipt in receipts:
        if receipt.minor < 0:
            refunds[merges.home(receipt.deal), receipt.currency] -= receipt.minor
    codes = {root: (deal.currency or "").upper() for root, deal in deals.items()}
    back = {root: refunds.get((root, code), 0) for root, code in codes.items()}
    return frozenset(r for r, deal in deals.items() if 0 < back[r] >= (minor(deal.amount, codes[r]) or 0))
