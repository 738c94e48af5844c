"""What a metric is: its published definition, what it needs of the journal, and its formula."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias

from services.deals.deal import Deal
from services.metrics.purse import Purse
from services.metrics.row import Group
from services.metrics.words import Words
from services.org.picture import Organisation
from services.period import Period

Unit = Literal[
    "deals",
    "money",
    "money_per_day",
    "ratio",
    "days",
    "seconds",
    "accounts",
    "activities",
    "calls",
    "tickets",
    "documents",
    "times",
]
Number: TypeAlias = int | float | Fraction | Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """The value of a metric for one rep or team: a number, or money; None and no money is "no value".

    :ivar sample: denominator of a ratio, n of a median, contributing roots of a sum.
    :ivar distinct: number of different roots where the number is fractional.
    :ivar note: a code that says why there is no number, or what is special: met, no_quota, no_calendar.
    :ivar shares: what to divide the money by, by currency, and for all of it under the empty code.
    :ivar parts: values of the same kind for parts of the whole, such as stages.
    """

    number: Number | None = None
    purse: Purse | None = None
    sample: int = 0
    distinct: int | None = None
    note: str = ""
    shares: Mapping[str, Fraction] = field(default_factory=lambda: MappingProxyType({}))
    parts: Mapping[str, "Value"] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenDeal:
    """An open deal with the last day it was touched and the last day something is planned for (day numbers)."""

    id: str
    state: Deal
    touched_day: int
    planned_day: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What a metric is asked about.

    :ivar open_deals: the open deals of the row, only for metrics that read states.
    :ivar today: the day of the view, a day number in the company's zone.
    :ivar now_us: the moment of the view.
    :ivar reps: the people in the row, one for a rep's row.
    :ivar team: the team of the row, None for a rep's.
    """

    period: Period
    open_deals: tuple[OpenDeal, ...] = ()
    organisation: Organisation
    today: int
    now_us: int
    reps: frozenset[str] = frozenset()
    team: str | None = None


Formula: TypeAlias = Callable[[Group, Question], Value]


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """A metric with its published definition.

    :ivar sums: measures summed over the period, as sums of whole periods.
    :ivar subjects: measures read with their subjects, for distinct counts and for money that belongs to a deal.
    :ivar stocks: measures summed over all days up to the last of the period.
    :ivar states: whether the open deals themselves are read.
    :ivar dims: which rows of its measure count, all of them when it is empty.
    :ivar floored: whether calls below the company's floor do not count.
    :ivar adjusted_as: whose adjustments count here, the metric itself when it is empty.
    :ivar ranked_down: whether less is better.
    """

    id: str
    version: int = 1
    unit: Unit
    title: Words
    time_field: Words
    value_field: Words
    owner_rule: Words
    filter: Words
    currency_rule: Words
    formula: Formula
    sums: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    stocks: tuple[str, ...] = ()
    adjusted_as: str = ""
    states: bool = False
    dims: str = ""
    floored: bool = False
    ranked_down: bool = False
    sample_min: int = 1
