"""The company: its zone, currency, calendar and thresholds."""

from typing import assert_never

import msgspec
from msgspec.structs import replace

from services.calendar import FiscalCalendar, WorkCalendar
from services.days import from_date
from services.events.envelope import Event
from services.events.org import CalendarDefined, CompanyConfigured, CompanyData, RulesActivated
from services.journal.entry import Step


class Company(msgspec.Struct, frozen=True, array_like=True):
    """The company's settings. `zone` cuts its business days; a change of it makes a new rules version.

    :ivar talk_floor_seconds: calls shorter than this are not effective.
    :ivar untouched_days: open deals without a touch for so long are untouched.
    """

    zone: str = "UTC"
    currency: str = "USD"
    week_start: int = 1
    fiscal: FiscalCalendar = FiscalCalendar()
    calendar: WorkCalendar = WorkCalendar()
    talk_floor_seconds: int = 120
    untouched_days: int = 14


def evolve(company: Company | None, data: CompanyData, event: Event) -> Step[Company]:
    """Return the company after one more event; settings count for nothing by themselves."""
    old = company or Company()
    match data:
        case CompanyConfigured():
            return Step(_configured(old, data))
        case CalendarDefined():
            calendar = WorkCalendar(
                tuple(sorted(data.weekend)),
                tuple(sorted(from_date(day) for day in data.holidays)),
                tuple(sorted(from_date(day) for day in data.workdays)),
            )
            return Step(replace(old, calendar=calendar))
        case RulesActivated():
            return Step(old)
        case _:
            assert_never(data)


def _configured(company: Company, data: CompanyConfigured) -> Company:
    changed: dict[str, object] = {}
    for name in ("zone", "currency", "week_start", "talk_floor_seconds", "untouched_days"):
        value = getattr(data, name)
        if value is not msgspec.UNSET:
            changed[name] = value
    if not isinstance(data.fiscal, msgspec.UnsetType):
        anchor = None if data.fiscal.anchor is None else from_date(data.fiscal.anchor)
        changed["fiscal"] = FiscalCalendar(data.fiscal.kind, data.fiscal.first_month, anchor)
    return replace(company, **changed)
