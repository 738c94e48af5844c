"""What a rep's scorecard reads beside boards: the money won day by day, and the open deals."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from services.metrics.formulas import adjusted
from services.metrics.metric import OpenDeal
from services.metrics.purse import Purse
from services.metrics.row import Row
from services.period import Period
from services.scope import Scope
from streams.answers.cut import Cut
from streams.answers.names import Names, titles_of
from streams.answers.opendeals import open_deals
from streams.answers.sums import Reading

DEALS_MAX = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldDeal:
    """An open deal with its title, and for how many days nobody touched it."""

    deal: OpenDeal
    title: str
    idle_days: int
    untouched: bool


def won_so_far(cut: Cut, rep: str, period: Period) -> list[Decimal]:
    """Return what a rep had won by the end of each day of a period, adjustments included, in the company's currency.

    Each is converted and rounded as a whole, so that the last one is what a board of the period shows.
    """
    reading = Reading(cut=cut, period=period, zone=cut.rules.zone)
    by_day: dict[int, list[Row]] = defaultdict(list)
    for row in [*reading.subjects("won"), *adjusted({"adjustment": reading.subjects("adjustment")}, "won_amount")]:
        if row.rep == rep and row.day is not None:
            by_day[row.day].append(row)
    organisation = cut.organisation
    found, rows, total = [], list[Row](), Decimal(0)
    for day in range(period.first_day, period.last_day + 1):
        if day in by_day:
            rows += by_day[day]
            total, _, _ = Purse.of(rows).converted(organisation.company.currency, organisation.rate)
        found.append(total)
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
