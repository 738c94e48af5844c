"""What is behind a number: the lines of the journal and the events that wrote them."""

from dataclasses import dataclass
from decimal import Decimal

from services.boards.board import Board


@dataclass(frozen=True, kw_only=True, slots=True)
class BehindLine:
    """One line of the journal with the event that wrote it.

    :ivar day: the day number that it counts for.
    :ivar number: credited share of one countable thing; `amount` is money in major units of `currency`.
    :ivar subject: the root that it belongs to, `deal/123`; `title` is its name, empty when unknown.
    """

    measure: str
    day: int
    dims: str
    value: int
    number: Decimal
    amount: Decimal | None
    currency: str
    subject: str
    title: str
    position: int
    applied_us: int
    event_type: str
    event_id: str
    source: str
    time_us: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """A number with the lines behind it, the youngest first.

    :ivar board: the board of just this rep or team.
    :ivar lines_total: how many lines there are; `lines` has at most as many as were asked for.
    """

    board: Board
    rep: str
    name: str
    lines: tuple[BehindLine, ...]
    lines_total: int
