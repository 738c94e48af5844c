"""An event as the product knows it: a fact with its envelope, already checked."""

from datetime import datetime

from msgspec import Struct

from services.days import to_time
from services.events.catalogue import Data


class Event(Struct, frozen=True, kw_only=True):
    """An immutable fact in a CloudEvents 1.0 envelope; `source` and `id` together are unique.

    :ivar subject: the root that it is about, `kind/ID`.
    :ivar time_us: when it happened, microseconds since 1970 UTC.
    :ivar date_only: only the date is known; the time is that day at 00:00 UTC and the day holds in every zone.
    :ivar imported: part of a history that was imported.
    :ivar recorded_us: the door's clock, information only.
    :ivar extra: fields of the data that nobody knows, as a JSON object; can be erased.
    """

    id: str
    source: str
    type: str
    subject: str
    time_us: int
    data: Data
    sequence: int = 0
    date_only: bool = False
    imported: bool = False
    recorded_us: int | None = None
    extra: bytes | None = None

    @property
    def time(self) -> datetime:
        """Return when it happened, aware, in UTC."""
        return to_time(self.time_us)

    @property
    def root_kind(self) -> str:
        """Return the kind of the root, such as `deal`."""
        return self.subject.partition("/")[0]

    @property
    def root_id(self) -> str:
        """Return the id of the root, without its kind."""
        return self.subject.partition("/")[2]
