"""What a won deal tells its account."""

from services.accounts.orders import Contribution
from services.deals.deal import Deal


def contribution(deal: Deal, deal_id: str) -> Contribution | None:
    """Return the order that a deal is to its account, None unless it is won and counts."""
    outcome = deal.outcome
    if deal.hidden or not deal.account or outcome is None or outcome.kind != "won":
        return None
    return Contribution(
        deal.account,
        deal_id,
        outcome.owner,
        outcome.at,
        outcome.typed_day,
        outcome.amount,
        outcome.currency,
    )
