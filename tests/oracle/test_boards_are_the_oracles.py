"""Boards of a whole company's story are the numbers of the oracle, which folds the same events on its own."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from services.boards.board import Board, Shown
from tests.homes import HOMES, HomeKind, some_stores
from tests.oracle.fold import tell
from tests.oracle.sums import Number
from tests.stores import Wire
from tests.streams.mixture import COMPANY, MOVED, Mixture

EVENTS = 1_500
# The oracle adds nothing by hand, and does not know that the invoices of this story name any account.
UNTOLD = ("adjustment.posted", "receipt.refunded")
PERIODS = {
    "2016": (date(2016, 1, 1), date(2016, 12, 31)),
    "2017-03": (date(2017, 3, 1), date(2017, 3, 31)),
    "2016-11-05..2017-08-21": (date(2016, 11, 5), date(2017, 8, 21)),
}


def count(number: Number) -> object:
    """Return a count as a board shows it."""
    (n,) = number
    assert isinstance(n, int)
    return Decimal(n)


def credit(number: Number) -> object:
    """Return credits as a board shows them: shares of one deal."""
    (bp,) = number
    assert isinstance(bp, int)
    return Decimal(bp) / 10_000


def ratio(number: Number) -> object:
    """Return a rate as a board shows it, rounded."""
    part, whole = number
    assert isinstance(part, int) and isinstance(whole, int)
    return round(Decimal(part) / Decimal(whole), 6) if whole else None


def moneys(number: Number) -> object:
    """Return amounts in hundredths by currency."""
    return {currency: minor for currency, minor in number if minor}


COUNTS = (
    "deals_created deals_lost deals_reopened new_customers won_back calls meetings visits emails demos "
    "effective_calls effective_talk_seconds accounts_touched"
).split()
SAID: dict[str, Callable[[Number], object]] = {
    **dict.fromkeys(COUNTS, count),
    "deals_won": credit,
    "win_rate": ratio,
    "won_amount": moneys,
    "lost_amount": moneys,
}


def shown(value: Shown, said: Callable[[Number], object]) -> object:
    """Return what a board shows in the form of the oracle's numbers."""
    if said is moneys:
        told = value.moneys or ((value.money,) if value.money and not value.rate_days else ())
        return {money.currency: int(money.amount * 100) for money in told if money.amount}
    if said is ratio:
        return None if value.number is None else round(value.number, 6)
    return value.number


def rows(board: Board, said: Callable[[Number], object]) -> dict[str, object]:
    """Return what a board shows of everybody who has anything."""
    found = {place.id: shown(place.value, said) for place in board.places}
    return {name: value for name, value in found.items() if value}


@pytest.mark.parametrize("home", HOMES)
def test_boards_are_the_oracles_numbers(home: HomeKind) -> None:
    """Counts, credits, rates, amounts, customers and efforts of every person in three periods, in another zone."""
    made = Mixture(11, EVENTS).take(EVENTS)
    story: list[Wire] = [*COMPANY, MOVED, *(wire for wire in made if wire["type"] not in UNTOLD)]
    told = tell(story)
    with some_stores(home) as stores:
        store = stores()
        store.send(story)
        for period, (first, last) in PERIODS.items():
            numbers = told.numbers(first, last)
            for metric, said in SAID.items():
                wanted = {name: said(number) for name, number in numbers[metric].items()}
                found = rows(store.asked(metric, period), said)
                assert found == {name: value for name, value in wanted.items() if value}, (metric, period)
