"""Facts of the sample company in CloudEvents form, with ids that depend on nothing but the seed."""

import hashlib
import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Fact = dict[str, object]
ZONE = ZoneInfo("Europe/Berlin")
CURRENCY = "EUR"
CRM, PHONE, BILLING, HELPDESK = "sample/crm", "sample/phone", "sample/billing", "sample/helpdesk"


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleOptions:
    """What the sample is made from; the same options give the same bytes.

    :ivar now: the end of the history, aware; facts after it are the future that live events are taken from.
    """

    now: datetime
    seed: int = 7
    reps: int = 24
    days: int = 365
    future_days: int = 365
    deals_a_week: float = 1.4

    @property
    def first_day(self) -> date:
        """Return the first day of the history."""
        return self.now.astimezone(ZONE).date() - timedelta(days=self.days)


@dataclass(slots=True)
class Maker:
    """Makes facts and numbers them; all chance comes from `dice`."""

    seed: int
    dice: random.Random = field(init=False)
    made: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def fact(self, kind: str, subject: str, at: datetime, source: str = CRM, /, **data: object) -> Fact:
        """Return a new fact; values of None are left out."""
        self.made += 1
        name = hashlib.blake2b(f"{self.seed}/{self.made}".encode(), digest_size=10).hexdigest()
        return {
            "specversion": "1.0",
            "id": name,
            "source": source,
            "type": kind,
            "subject": subject,
            "time": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "data": {key: value for key, value in data.items() if value is not None},
        }

    def working_time(self, day: date) -> datetime:
        """Return a moment in business hours of a day, moved past a weekend."""
        day += timedelta(days=max(0, 7 - day.isoweekday()) + 1 if day.isoweekday() > 5 else 0)
        hour = min(max(self.dice.gauss(12.5, 2.6), 7.0), 19.5)
        return datetime.combine(day, time(), ZONE) + timedelta(seconds=round(hour * 3600))

    def later(self, moment: datetime, days: float) -> datetime:
        """Return a moment in business hours some days after another, spread around `days`."""
        spread = self.dice.lognormvariate(0, 0.6) * days
        return max(self.working_time((moment + timedelta(days=spread)).date()), moment + timedelta(minutes=7))

    def chance(self, share: float) -> bool:
        """Return True with a probability of `share`."""
        return self.dice.random() < share


def season(day: date) -> float:
    """Return how busy a day of the year is; quarter ends push, August and the Chinese new year are quiet."""
    quarter_end = 1.5 if day.month % 3 == 0 and day.day > 14 else 1.0
    quiet = 0.55 if day.month == 8 or (day.month == 2 and day.day < 15) or (day.month == 12 and day.day > 22) else 1.0
    return quarter_end * quiet
