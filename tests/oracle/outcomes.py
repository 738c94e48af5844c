"""Numbers of deals: made, won, lost, opened again, and what was open at the end of a day."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from tests.oracle.deals import Close, Deal
from tests.oracle.money import minor, parts
from tests.oracle.sums import Number, Numbers, Span, counted, listed, summed

Trail = list[tuple[date, Deal]]


def deal_numbers(deals: Collection[Deal], span: Span) -> dict[str, Numbers]:
    """Return every metric of deals by person over a span of business days."""
    won = list(closed(deals, "won", span))
    lost = list(closed(deals, "lost", span))
    won_bp = counted(share for _, close in won for share in close.credits)
    lost_deals = counted((close.owner, 1) for _, close in lost)
    return {
        "deals_created": counted((d.created[1], 1) for d in deals if d.created and d.created[0] in span),
        "deals_won": won_bp,
        "deals_won_distinct": counted((rep, 1) for _, close in won for rep in dict(close.credits)),
        "deals_lost": lost_deals,
        "deals_reopened": counted((rep, 1) for d in deals for day, rep in d.reopened if day in span),
        "won_amount": summed(row for deal, close in won for row in credited(deal, close)),
        "lost_amount": summed(row for deal, close in lost for row in credited(deal, close)),
        "sales_cycle_days": listed((close.owner, days) for deal, close in won for days in cycle(deal, close)),
        "win_rate": rates(won_bp, lost_deals),
    }


def closed(deals: Collection[Deal], kind: str, span: Span) -> Iterator[tuple[Deal, Close]]:
    """Yield the deals whose last word is `kind` ("won" or "lost"), on a day of the span."""
    for deal in deals:
        if deal.close and deal.close.kind == kind and deal.close.day in span:
            yield deal, deal.close


def price(amount: str | None, currency: str | None) -> tuple[str, int] | None:
    """Return currency and minor units; None where there is no amount that the currency can hold."""
    code = (currency or "").upper()
    units = minor(amount, code)
    return None if units is None else (code, units)


def credited(deal: Deal, close: Close) -> Iterator[tuple[str, str, int]]:
    """Yield (person, currency, minor units) of everybody who has a part in a closed deal.

    A won deal is worth what it says now, a lost one what it said when it was lost.
    """
    found = price(deal.amount, deal.currency) if close.kind == "won" else price(close.amount, close.currency)
    if found:
        cut = parts(found[1], [share for _, share in close.credits])
        for (rep, _), units in zip(close.credits, cut, strict=True):
            yield rep, found[0], units


def cycle(deal: Deal, close: Close) -> list[int]:
    """Return the days from creation to close, at least 0; nothing where the creation was never told."""
    return [max((close.day - deal.created[0]).days, 0)] if deal.created else []


def rates(won_bp: Numbers, lost_deals: Numbers) -> Numbers:
    """Return (basis points won, basis points won or lost) of each person."""
    found: Numbers = {}
    for rep in won_bp.keys() | lost_deals.keys():
        won, lost = only(won_bp.get(rep)), only(lost_deals.get(rep)) * 10_000
        found[rep] = (won, won + lost)
    return found


def only(number: Number | None) -> int:
    """Return the one whole number of a count; 0 where there is none."""
    first = number[0] if number else 0
    return first if isinstance(first, int) else 0


def open_numbers(trails: Mapping[str, Trail], day: date) -> dict[str, Numbers]:
    """Return count and amount by owner of the deals that were open at the end of a business day."""
    states = [[deal for happened, deal in trail if happened <= day] for trail in trails.values()]
    still = [found[-1] for found in states if found and not found[-1].close]
    priced = [(deal.owner, *found) for deal in still if (found := price(deal.amount, deal.currency))]
    return {
        "open_deals": counted((deal.owner, 1) for deal in still),
        "open_pipeline": summed(priced),
    }
