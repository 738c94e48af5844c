"""The open deals themselves, for metrics that are read from states."""

from collections import defaultdict
from zoneinfo import ZoneInfo

from services.deals.deal import Deal
from services.journal.posting import business_day
from services.metrics.metric import OpenDeal
from services.org.people import BEGINNING
from streams.answers.cut import Cut
from streams.answers.sums import last_days
from streams.projection.shelf import decode_root


def open_deals(cut: Cut) -> dict[str, list[OpenDeal]]:
    """Return the open deals of each rep at a cut that knows all of its store."""
    rows = cut.connection.execute("SELECT subject, state FROM roots WHERE tag = 'open' ORDER BY subject")
    deals: dict[str, Deal] = {}
    for subject, body in rows:
        state = decode_root(subject, body).state
        if isinstance(state, Deal):
            deals[subject.partition("/")[2]] = state
    touched = last_days(cut, "deal_touched", list(deals))
    planned = last_days(cut, "followup_due", list(deals), less="followup_kept")
    zone = ZoneInfo(cut.rules.zone)
    found: dict[str, list[OpenDeal]] = defaultdict(list)
    for name, deal in deals.items():
        born = business_day(deal.creation.at, zone) if deal.creation else BEGINNING
        last = max(touched.get(name, born), born)
        found[deal.owner].append(
            OpenDeal(id=name, state=deal, touched_day=last, planned_day=planned.get(name, BEGINNING))
        )
    return found
