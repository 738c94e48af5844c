"""What the orders of an account make of it: a new customer, one won back, one who buys again."""

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from services.journal.entry import Entry, Moment
from services.journal.posting import business_day

WON_BACK_DAYS = 365
WINDOWS_DAYS = (90, 180, 365)


class Contribution(msgspec.Struct, frozen=True, array_like=True):
    """What a deal or an invoice tells its account, named as it was sent.

    :ivar account: id of the account as sent.
    :ivar deal: id of the deal that this is about.
    :ivar at: when the order was won; None for money given back.
    :ivar amount: minor units of `currency`: won for an order, given back otherwise; None when unknown.
    """

    account: str
    deal: str
    owner: str = ""
    at: Moment | None = None
    typed_day: int | None = None
    amount: int | None = None
    currency: str = ""


class _Order(NamedTuple):
    day: int
    at: Moment
    deal: str
    owner: str
    typed_day: int | None


def entries(contributions: Iterable[Contribution], zone: ZoneInfo) -> tuple[Entry, ...]:
    """Return what the orders of one account, all its aliases together, count for.

    The first order makes a new customer; one `WON_BACK_DAYS` or more after the order before makes a customer won
    back; another one after the first day and within a window makes a repurchase, counted on the day of the first.
    An order that was given back in full does not count; several orders on one day are one.
    """
    orders = _orders(list(contributions), zone)
    if not orders:
        return ()
    first = orders[0]
    found = [Entry("new_customer", first.owner, first.at, typed_day=first.typed_day)]
    for before, order in pairwise(orders):
        if order.day - before.day >= WON_BACK_DAYS:
            found.append(Entry("won_back", order.owner, order.at, typed_day=order.typed_day))
    later = [order.day - first.day for order in orders if order.day > first.day]
    for window in WINDOWS_DAYS:
        if later and later[0] <= window:
            found.append(Entry("repurchase", first.owner, first.at, dims=str(window), typed_day=first.typed_day))
    return tuple(found)


def _orders(contributions: list[Contribution], zone: ZoneInfo) -> list[_Order]:
    """Return the orders that still stand, oldest first."""
    given_back: dict[tuple[str, str], int] = {}
    for item in contributions:
        if item.at is None:
            key = (item.deal, item.currency)
            given_back[key] = given_back.get(key, 0) + (item.amount or 0)
    standing: list[_Order] = []
    for item in contributions:
        back = given_back.get((item.deal, item.currency), 0)
        if item.at is None or (back > 0 and back >= (item.amount or 0)):
            continue
        day = business_day(item.at, zone)
        if item.typed_day is not None and item.typed_day <= day:
            day = item.typed_day
        standing.append(_Order(day, item.at, item.deal, item.owner, item.typed_day))
    return sorted(standing)
