"""One countable fact of a root, still with its moments, before it is cut into business days."""

from typing import Generic, NamedTuple, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from services.events.envelope import Event


class Moment(NamedTuple):
    """When something happened: microseconds since 1970 UTC, and whether only the date is known."""

    us: int
    dated: bool = False


class Entry(Struct, frozen=True, gc=False):
    """One countable fact: what, whose, when and how much, before the company's zone is applied.

    `typed_day` is a date that a person typed (day number, None when nobody did); it counts when it is not after
    the business day of `at`. `since` turns `value` into whole days from that moment to the entry's day.
    `rate_at` fixes the day of the exchange rate when that is not the entry's own day (a refund).
    Amounts: `n` contributing roots, `count_bp` basis points of one countable thing, `amount` minor units or seconds.
    """

    measure: str
    rep: str
    at: Moment
    dims: str = ""
    n: int = 1
    count_bp: int = 10_000
    amount: int = 0
    currency: str = ""
    value: int = 0
    subject: str = ""
    typed_day: int | None = None
    since: Moment | None = None
    rate_at: Moment | None = None

    def reversed(self) -> "Entry":
        """Return the entry that takes this one back."""
        return replace(self, n=-self.n, count_bp=-self.count_bp, amount=-self.amount)


S = TypeVar("S", covariant=True)


class Step(NamedTuple, Generic[S]):
    """What one event does to one root: the new state, the entries it adds and those it takes back."""

    state: S
    added: tuple[Entry, ...] = ()
    removed: tuple[Entry, ...] = ()


def moment_of(event: Event) -> Moment:
    """Return the moment at which an event happened."""
    return Moment(event.time_us, event.date_only)
