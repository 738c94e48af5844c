"""What a rep's scorecard reads beside boards: the money won day by day, and the open deals."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from services.metrics.metric import OpenDeal
from services.metrics.purse import Purse
from services.period import Period
from services.scope import Scope
from streams.cut import Cut
from streams.names import Names, titles_of
from streams.opendeals import open_deals
from streams.sums import Reading

DEALS_MAX = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldDeal:
    """An open deal with its title, and for how many days nobody touched it."""

    deal: OpenDeal
    title: str
    idle_days: int
    untouched: bool


def won_by_day(cut: Cut, rep: str, period: Period) -> dict[int, Decimal]:
    """Return what a rep won on each day of a period, in the company's currency; days without a win are left out."""
    rows = Reading(cut=cut, period=period, zone=cut.rules.zone).subjects("won")
    by_day: dict[int, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        if row.rep == rep and row.day is not None:
            by_day[row.day].append(index)
    organisation = cut.organisation
    found: dict[int, Decimal] = {}
    for day, places in by_day.items():
        purse = Purse.of(rows[place] for place in places)
        found[day], _, _ = purse.converted(organisation.company.currency, organisation.rate)
    return found


def held_deals(cut: Cut, rep: str, scope: Scope, names: Names) -> list[HeldDeal]:
    """Return a rep's open deals, the longest untouched first, at most `DEALS_MAX`."""
    team = cut.organisation.team_of(rep, cut.today)
    if not scope.sees_rep(rep, team or None):
        return []
    limit = cut.organisation.company.untouched_days
    deals = sorted(open_deals(cut).get(rep, []), key=lambda deal: (deal.touched_day, deal.id))[:DEALS_MAX]
    titles = titles_of(cut.connection, [f"deal/{deal.id}" for deal in deals])
    return [
        HeldDeal(
            deal=deal,
            title=titles.get(f"deal/{deal.id}", deal.id),
            idle_days=max(cut.today - deal.touched_day, 0),
            untouched=cut.today - deal.touched_day >= limit and deal.planned_day < cut.today,
        )
        for deal in deals
    ]
