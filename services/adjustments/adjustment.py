"""The fold of an adjustment: an amount that a person adds to a metric of a rep, on a day, with a reason."""

from decimal import Decimal

import msgspec

from services.days import DAY_US, from_date
from services.events.envelope import Event
from services.events.org import AdjustmentPosted
from services.journal.entry import Entry, Moment, Step
from services.money import ScaleError, to_minor


class Adjustment(msgspec.Struct, frozen=True, array_like=True):
    """An adjustment: minor units of `currency`, or basis points of one countable thing when that is empty."""

    metric: str
    rep: str
    day: int
    amount: int
    currency: str = ""
    anomalies: tuple[str, ...] = ()


def evolve(adjustment: Adjustment | None, data: AdjustmentPosted, event: Event) -> Step[Adjustment]:
    """Return the adjustment as posted last and what this changes."""
    currency = data.currency or ""
    anomalies: tuple[str, ...] = ()
    try:
        amount = to_minor(data.amount, currency) if currency else int(Decimal(data.amount) * 10_000)
    except ScaleError:
        amount, anomalies = 0, ("amount_scale",)
    new = Adjustment(data.metric, data.rep, from_date(data.day), amount, currency, anomalies)
    return Step(new, entries(new), entries(adjustment) if adjustment else ())


def entries(adjustment: Adjustment) -> tuple[Entry, ...]:
    """Return the one entry of an adjustment, none when its amount is impossible."""
    if adjustment.anomalies:
        return ()
    at = Moment(adjustment.day * DAY_US, dated=True)
    money = bool(adjustment.currency)
    return (
        Entry(
            "adjustment",
            adjustment.rep,
            at,
            dims=adjustment.metric,
            count_bp=0 if money else adjustment.amount,
            amount=adjustment.amount if money else 0,
            currency=adjustment.currency,
        ),
    )
