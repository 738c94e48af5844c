"""The kinds of roots: how each is folded, and what of it the journal needs to know."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias, assert_never

import msgspec

from services.accounts import account as accounts
from services.accounts.orders import Contribution
from services.activities import activity as activities
from services.adjustments import adjustment as adjustments
from services.deals import deal as deals
from services.deals import fold as deal_fold
from services.deals.contribution import contribution as deal_contribution
from services.events.envelope import Event
from services.invoices import invoice as invoices
from services.invoices.contribution import contribution as invoice_contribution
from services.journal.entry import Step
from services.leads import lead as leads
from services.org import company, people, pipelines, quotas, rates, teams
from services.tickets import ticket as tickets

State: TypeAlias = (
    deals.Deal
    | activities.Activity
    | tickets.Ticket
    | leads.Lead
    | invoices.Invoice
    | accounts.Account
    | adjustments.Adjustment
)
