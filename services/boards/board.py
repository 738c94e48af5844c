"""A board: the values of one metric for reps or teams over a period, ranked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Literal

from services.metrics.metric import Metric, Value
from services.money import minor_digits
from services.org.picture import Organisation
from services.period import Period
from services.view import View

By = Literal["rep", "team"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Money:
    """An amount in major units with its currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A value as it is shown.

    :ivar number: for everything but money; None when there is none.
    :ivar money: the amount in its only currency, or converted to the company's.
    :ivar moneys: the amounts by currency, where there are several or another than the company's.
    :ivar rate_days: the days of the rates used for the conversion, as day numbers.
    """

    number: Decimal | None = None
    money: Money | None = None
    moneys: tuple[Money, ...] = ()
    rate_days: tuple[int, ...] = ()
    sample: int = 0
    distinct: int | None = None
    note: str = ""
    parts: Mapping[str, "Shown"] | None = None

    @property
    def order(self) -> Decimal | None:
        """Return what the value is ranked by, None when there is no value."""
        return self.money.amount if self.money else self.number


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One row of a board; `rank` is None when there is no value, or too small a sample, to rank."""

    rank: int | None
    id: str
    name: str
    team: str
    team_name: str
    value: Shown


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """A board with everything that says what its numbers mean.

    :ivar position: position of the last event that the numbers know of; `applied_us` is when it was applied.
    :ivar zone: the zone whose days are counted.
    """

    metric: Metric
    rules: int
    period: Period
    by: By
    view: View
    zone: str
    currency: str
    places: tuple[Place, ...]
    total: Shown
    position: int
    applied_us: int


NUMBER_PLACES = Decimal("0.000001")


def shown(value: Value, organisation: Organisation) -> Shown:
    """Return a value with its money converted and its number as a decimal of at most six places."""
    parts = {name: shown(part, organisation) for name, part in value.parts.items()} or None
    number = None if value.number is None else _decimal(value.number)
    if value.purse is None:
        return Shown(number=number, sample=value.sample, distinct=value.distinct, note=value.note, parts=parts)
    home = organisation.company.currency
    sums = value.purse.by_currency()
    means = {code: _mean(amount, code, value.shares.get(code)) for code, amount in sums.items()}
    own = [Money(amount=amount, currency=code) for code, amount in means.items()]
    whole, days, missing = value.purse.converted(home, organisation.rate)
    total = _mean(whole, home, value.shares.get(""))
    # What came and went in another currency at two rates leaves a difference, though its own sum is nothing.
    plain = len(own) == 1 and (missing or (own[0].currency == home and not days))
    alone = own[0] if plain else None
    return Shown(
        money=alone or Money(amount=total, currency=home),
        moneys=() if alone else tuple(own),
        rate_days=() if alone else tuple(days),
        sample=value.sample,
        distinct=value.distinct,
        note="fx_missing" if missing and not alone else value.note,
        parts=parts,
    )


def _mean(amount: Decimal, currency: str, share: Fraction | None) -> Decimal:
    """Return an amount divided by a number of deals, rounded half to even; as it is without one."""
    if not share:
        return amount
    exact = amount * share.denominator / share.numerator
    return exact.quantize(Decimal(1).scaleb(-minor_digits(currency)), rounding=ROUND_HALF_EVEN)


def _decimal(number: int | float | Fraction | Decimal) -> Decimal:
    """Return a number as a decimal, whole when it is whole."""
    if isinstance(number, Fraction):
        number = Decimal(number.numerator) / Decimal(number.denominator)
    exact = number if isinstance(number, Decimal) else Decimal(str(number))
    rounded = exact.quantize(NUMBER_PLACES).normalize()
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded


@dataclass(frozen=True, kw_only=True, slots=True)
class Unranked:
    """A row before it is ranked."""

    id: str
    name: str
    team: str
    team_name: str
    value: Shown


def ranked(rows: Sequence[Unranked], metric: Metric, home: str) -> tuple[Place, ...]:
    """Return rows in their places: 1, 2, 2, 4, ties by name, then id; rows without a rank come last.

    Money without a rate into the company's currency, `home`, is ranked only where all rows are in its currency.
    """
    sign = 1 if metric.ranked_down else -1
    currencies = {row.value.money.currency for row in rows if row.value.money and row.value.money.amount}
    one = currencies.pop() if len(currencies) == 1 else home
    ready = [row for row in rows if _rankable(row, metric, one)]
    rest = [row for row in rows if not _rankable(row, metric, one)]
    ordered = sorted(ready, key=lambda row: (sign * (row.value.order or Decimal(0)), row.name, row.id))
    found: list[Place] = []
    for index, row in enumerate(ordered):
        tied = index > 0 and ordered[index - 1].value.order == row.value.order
        rank = found[-1].rank if tied else index + 1
        found.append(_place(row, rank))
    return (*found, *(_place(row, None) for row in sorted(rest, key=lambda row: (row.name, row.id))))


def _rankable(row: Unranked, metric: Metric, currency: str) -> bool:
    enough = metric.unit != "ratio" or row.value.sample >= metric.sample_min
    money = row.value.money
    comparable = money is None or not money.amount or money.currency == currency
    return row.value.order is not None and enough and comparable


def _place(row: Unranked, rank: int | None) -> Place:
    return Place(rank=rank, id=row.id, name=row.name, team=row.team, team_name=row.team_name, value=row.value)


def share_of_best(places: Sequence[Place]) -> dict[str, float]:
    """Return by id how long the bar of each place is, 0 to 1, against the largest value.

    Money in a currency that is not ranked has no length: 100 of one currency are not more than 7 of another.
    """
    alike = [place for place in places if place.rank is not None or place.value.money is None]
    orders = {place.id: max(place.value.order or Decimal(0), Decimal(0)) for place in alike}
    most = max(orders.values(), default=Decimal(0))
    return {place.id: float(orders.get(place.id, Decimal(0)) / most) if most else 0.0 for place in places}
