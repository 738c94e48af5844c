"""Events of the organisation: company, calendar, pipelines, teams, people, quotas, rates, adjustments, rules."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from services.events.fields import (
    Amount,
    Currency,
    Day,
    MetricId,
    OptionalText,
    PeriodText,
    Rate,
    Ratio,
    RepId,
    Seconds,
    StageId,
    TeamId,
    Text,
    Weekday,
    Word,
    Zone,
)


class Fiscal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fiscal calendar: calendar months from any first month, or 13-week quarters of 4, 4 and 5 weeks."""

    kind: Annotated[Literal["months", "4-4-5"], Meta(description="How the year is cut.")] = "months"
    first_month: Annotated[int, Meta(ge=1, le=12, description="Month in which the year begins.")] = 1
    anchor: Annotated[Day, Meta(description="First day of any 4-4-5 year.")] | None = None


class CompanyConfigured(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The company's settings were changed; absent fields stay as they were."""

    texts: ClassVar[tuple[str, ...]] = ("name",)

    name: OptionalText = UNSET
    zone: Zone | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    week_start: Weekday | UnsetType = UNSET
    fiscal: Annotated[Fiscal, Meta(description="The fiscal calendar.")] | UnsetType = UNSET
    talk_floor_seconds: Seconds | UnsetType = UNSET
    untouched_days: Annotated[int, Meta(ge=1, le=3660, description="Days.")] | UnsetType = UNSET


class CalendarDefined(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The company's working days were laid down, replacing what stood before."""

    holidays: Annotated[tuple[Day, ...], Meta(max_length=5000, description="Days off.")]
    workdays: Annotated[tuple[Day, ...], Meta(max_length=5000, description="Make-up working days.")] = ()
    weekend: Annotated[tuple[Weekday, ...], Meta(description="Weekdays off.")] = (6, 7)


class Stage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One stage of a pipeline."""

    id: StageId
    name: Word
    order: Annotated[int, Meta(ge=0, le=1000, description="Place in the pipeline, from the first.")]
    probability: Ratio
    kind: Annotated[Literal["open", "won", "lost"], Meta(description="What being in this stage means.")]


class PipelineDefined(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A pipeline and its stages were laid down, replacing what stood before."""

    name: Word
    stages: Annotated[tuple[Stage, ...], Meta(max_length=100, description="The stages.")]


class TeamDefined(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A team was laid down: its name, the team above it and its lead."""

    texts: ClassVar[tuple[str, ...]] = ("name",)

    name: Text
    parent: TeamId | None = None
    lead: RepId | None = None


class RepJoined(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person joined; without `from_day` the team and role hold from the beginning."""

    texts: ClassVar[tuple[str, ...]] = ("name", "email")

    name: Text | None = None
    email: Text | None = None
    team: TeamId | None = None
    role: Word | None = None
    from_day: Day | None = None


class RepLeft(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person left; their numbers stay in the team's past."""

    day: Annotated[Day, Meta(description="The last day in role; the event's day when absent.")] | None = None


class RepTeamChanged(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person moved to another team; null is no team."""

    team: TeamId | None
    from_day: Day | None = None


class RepRoleChanged(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person took another role."""

    role: Word
    from_day: Day | None = None


class QuotaSet(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A quota of one rep or one team for one metric and period was set."""

    metric: MetricId
    period: PeriodText
    amount: Amount
    rep: RepId | None = None
    team: TeamId | None = None
    currency: Currency | None = None


class RateSet(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An exchange rate holds from a day on: one unit of the root's currency is `rate` units of `to`."""

    day: Day
    to: Currency
    rate: Rate


class AdjustmentPosted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An amount was added to a metric of a rep by hand: money with a currency, else a plain number."""

    texts: ClassVar[tuple[str, ...]] = ("reason",)

    metric: MetricId
    rep: RepId
    amount: Amount
    day: Day
    reason: Text
    currency: Currency | None = None
    by: RepId | None = None


class RulesActivated(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rules version became active; written by Paceline itself after everything was folded under it."""

    zone: Zone
    tzdata: Annotated[str, Meta(max_length=32, description="Version of the time zone database.")]
    definitions: Annotated[int, Meta(ge=1, description="Version of the rules that make postings.")]


CompanyData: TypeAlias = CompanyConfigured | CalendarDefined | RulesActivated
RepData: TypeAlias = RepJoined | RepLeft | RepTeamChanged | RepRoleChanged
OrgData: TypeAlias = CompanyData | RepData | PipelineDefined | TeamDefined | QuotaSet | RateSet | AdjustmentPosted
