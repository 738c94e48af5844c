"""The company's settings that cut days and read money."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from tests.oracle.wire import Fact

TALK_FLOOR_SECONDS = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class Company:
    """Zone (IANA), currency (ISO 4217) and the shortest call that counts, in seconds, as last configured."""

    zone: str = "UTC"
    currency: str = "USD"
    talk_floor_seconds: int = TALK_FLOOR_SECONDS

    def day(self, fact: Fact) -> date:
        """Return the business day of a fact; a fact that has only a date keeps it."""
        moment = fact.order[0]
        return moment.date() if fact.date_only else moment.astimezone(ZoneInfo(self.zone)).date()


def company_of(facts: Iterable[Fact], talk_floor_seconds: int = TALK_FLOOR_SECONDS) -> Company:
    """Return the company after all its settings, given in order; what was never set has its default."""
    settings: dict[str, object] = {}
    for fact in facts:
        if fact.type == "company.configured":
            settings.update(fact.said)
    zone, currency = settings.get("zone"), settings.get("currency")
    floor = settings.get("talk_floor_seconds")
    return Company(
        zone=zone if isinstance(zone, str) else "UTC",
        currency=currency.upper() if isinstance(currency, str) else "USD",
        talk_floor_seconds=floor if isinstance(floor, int) else talk_floor_seconds,
    )
