"""The oracle: Paceline's numbers from raw wire events, by a plain fold of each root from scratch."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tests.oracle.activities import Activity, activities_of
from tests.oracle.company import TALK_FLOOR_SECONDS, Company, company_of
from tests.oracle.customers import Customer, customers_of, paid_back
from tests.oracle.deals import Deal, Deals, deals_of
from tests.oracle.documents import Knowledge, knowledge_of
from tests.oracle.efforts import effort_numbers
from tests.oracle.loyalty import customer_numbers
from tests.oracle.merges import Merges, merges_of
from tests.oracle.outcomes import deal_numbers, open_numbers
from tests.oracle.receipts import Receipt, receipts_of
from tests.oracle.sums import Numbers, Span, summed
from tests.oracle.wire import Wire, facts_by_kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """All facts folded once; every number is looked up in the final results.

    `standing` are the deals that count at the end, `accounts` the merges of accounts.
    """

    company: Company
    deals: Deals
    standing: dict[str, Deal]
    activities: list[Activity]
    receipts: list[Receipt]
    accounts: Merges
    customers: list[Customer]
    knowledge: Knowledge

    def numbers(self, first: date, last: date, today: date | None = None) -> dict[str, Numbers]:
        """Return metric -> holder -> number for business days `first` to `last`, both included.

        The holder is a person's id, "" for nobody; of `received_amount` it is a deal's id. Counts are
        (n,), credits (basis points,), rates (part, whole), days rising lists, money ((currency, minor), ...).
        The open pipeline is that at the end of `last`. Whoever has nothing is left out. Customers whose
        window of repurchase is not over by `today` are out of its rate; without `today` none is.
        """
        span = Span(first=first, last=last)
        return {
            **deal_numbers(self.standing.values(), span),
            **effort_numbers(self.activities, self.accounts, span),
            **customer_numbers(self.customers, span, today or date.max),
            "received_amount": self.received(span),
            **self.knowledge.numbers(span),
            **self.open_on(last),
        }

    def open_on(self, day: date) -> dict[str, Numbers]:
        """Return `open_deals` and `open_pipeline` by owner at the end of a business day, as known now."""
        trails = {root: self.deals.trails[root] for root in self.standing}
        return open_numbers(trails, day)

    def received(self, span: Span, *, with_hidden: bool = False) -> Numbers:
        """Return what came in less what went back by deal; hidden deals have none unless they are wanted."""
        home = self.deals.merges.home
        rows = [(home(r.deal), r.currency, r.minor) for r in self.receipts if r.day in span]
        hidden = set() if with_hidden else self.deals.trails.keys() - self.standing.keys()
        return summed(row for row in rows if row[0] not in hidden)


def tell(events: Iterable[Wire], *, talk_floor_seconds: int = TALK_FLOOR_SECONDS) -> Told:
    """Fold accepted wire events, in any order and with repeats, into everything that can be asked.

    `talk_floor_seconds` is the shortest call that counts as talk where the company has not set one.
    """
    facts = facts_by_kind(events)
    company = company_of(facts["company"], talk_floor_seconds)
    deals = deals_of(facts["deal"], company)
    standing = deals.standing()
    receipts = receipts_of(facts["invoice"], company)
    accounts = merges_of(facts["account"])
    return Told(
        company=company,
        deals=deals,
        standing=standing,
        activities=activities_of(facts["activity"], company),
        receipts=receipts,
        accounts=accounts,
        customers=customers_of(standing, accounts, paid_back(standing, receipts, deals.merges)),
        knowledge=knowledge_of(facts["document"], company, deals.merges),
    )
