"""The state of a deal: what is known of it after the events folded so far."""

from typing import Literal

import msgspec

from services.journal.entry import Moment

Status = Literal["open", "won", "lost"]
Credits = tuple[tuple[str, int], ...]


class Creation(msgspec.Struct, frozen=True, array_like=True):
    """When a deal was created, for whom and in which pipeline."""

    at: Moment
    owner: str
    pipeline: str


class Visit(msgspec.Struct, frozen=True, array_like=True):
    """A stay in one stage; the clock stops while the deal is closed.

    :ivar since_us: when the clock last started.
    :ivar spent_us: what had run before that.
    """

    pipeline: str
    stage: str
    owner: str
    entered: Moment
    since_us: int
    spent_us: int = 0


class Outcome(msgspec.Struct, frozen=True, array_like=True):
    """How a deal was closed and who is credited: the owner or the revenue split in force at that moment.

    :ivar typed_day: the close date that a person typed, as a day number.
    :ivar credits: revenue shares in basis points, 10,000 together.
    :ivar overlay: overlay shares in basis points, never part of company totals.
    :ivar amount: minor units of `currency`; None when no usable amount is known.
    """

    kind: Literal["won", "lost"]
    at: Moment
    typed_day: int | None
    owner: str
    credits: Credits
    overlay: Credits
    pipeline: str
    amount: int | None
    currency: str
    reason: str = ""
    competitor: str = ""


class Deal(msgspec.Struct, frozen=True, array_like=True):
    """A deal. Ids are bare; `amount` is the decimal string as sent, in major units of `currency`.

    :ivar expected_close: day number of the expected close date.
    :ivar merged_into: the deal that this one became part of; `absorbed`: the deals that became part of this one.
    :ivar anomalies: codes of what does not add up, shown on the deal.
    :ivar begun: whether it had an event of its own, and is not only the deal that others were merged into.
    """

    status: Status = "open"
    account: str = ""
    owner: str = ""
    pipeline: str = ""
    stage: str = ""
    amount: str | None = None
    currency: str = ""
    products: tuple[str, ...] = ()
    source: str = ""
    expected_close: int | None = None
    revenue: Credits = ()
    overlay: Credits = ()
    creation: Creation | None = None
    visit: Visit | None = None
    outcome: Outcome | None = None
    reopened: int = 0
    deleted: bool = False
    merged_into: str = ""
    absorbed: tuple[str, ...] = ()
    anomalies: tuple[str, ...] = ()
    begun: bool = False

    @property
    def hidden(self) -> bool:
        """Whether nothing of this deal counts: it is deleted or merged into another."""
        return self.deleted or bool(self.merged_into)
