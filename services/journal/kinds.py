"""The kinds of roots: how each is folded, kept as bytes, and what it tells its account."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

import msgspec

from services.accounts import account as accounts
from services.accounts.orders import Contribution
from services.activities import activity as activities
from services.adjustments import adjustment as adjustments
from services.deals import deal as deals
from services.deals import fold as deal_fold
from services.deals.contribution import contribution as deal_contribution
from services.documents import document as documents
from services.events.accounts import AccountData, LeadData, ProductData
from services.events.activities import ActivityData
from services.events.deals import DealData
from services.events.envelope import Event
from services.events.invoices import InvoiceData
from services.events.knowledge import DocumentData
from services.events.org import (
    AdjustmentPosted,
    CompanyData,
    PipelineDefined,
    QuotaSet,
    RateSet,
    RepData,
    TeamDefined,
)
from services.events.questions import QuestionData
from services.events.tickets import TicketData
from services.invoices import invoice as invoices
from services.invoices.contribution import contribution as invoice_contribution
from services.journal.entry import Step
from services.leads import lead as leads
from services.org import company, people, pipelines, products, quotas, rates, teams
from services.questions import question as questions
from services.tickets import ticket as tickets

OrgState: TypeAlias = (
    company.Company | people.Person | teams.Team | quotas.Quota | rates.Rates | pipelines.Pipeline | products.Product
)
State: TypeAlias = (
    deals.Deal
    | activities.Activity
    | tickets.Ticket
    | leads.Lead
    | invoices.Invoice
    | accounts.Account
    | adjustments.Adjustment
    | documents.Document
    | questions.Question
    | OrgState
)

CLASSES: Mapping[str, type[State]] = MappingProxyType(
    {
        "deal": deals.Deal,
        "activity": activities.Activity,
        "ticket": tickets.Ticket,
        "lead": leads.Lead,
        "invoice": invoices.Invoice,
        "account": accounts.Account,
        "adjustment": adjustments.Adjustment,
        "document": documents.Document,
        "question": questions.Question,
        "company": company.Company,
        "rep": people.Person,
        "team": teams.Team,
        "quota": quotas.Quota,
        "rate": rates.Rates,
        "pipeline": pipelines.Pipeline,
        "product": products.Product,
    }
)
ORG_KINDS = ("company", "rep", "team", "quota", "rate", "pipeline", "product")
BLANKS: Mapping[str, State] = MappingProxyType({"deal": deals.Deal(), "account": accounts.Account()})

_ENCODE = msgspec.msgpack.Encoder().encode
_DECODERS = {kind: msgspec.msgpack.Decoder(state) for kind, state in CLASSES.items()}


def evolve(state: State | None, event: Event) -> Step[State]:
    """Return a root after one more event, the next in its order, and what this adds and takes back."""
    data = event.data
    if isinstance(data, DealData):
        return deal_fold.evolve(state if isinstance(state, deals.Deal) else None, data, event)
    if isinstance(data, ActivityData):
        return activities.evolve(state if isinstance(state, activities.Activity) else None, data, event)
    if isinstance(data, TicketData):
        return tickets.evolve(state if isinstance(state, tickets.Ticket) else None, data, event)
    if isinstance(data, InvoiceData):
        return invoices.evolve(state if isinstance(state, invoices.Invoice) else None, data, event)
    if isinstance(data, LeadData):
        return leads.evolve(state if isinstance(state, leads.Lead) else None, data, event)
    if isinstance(data, AccountData):
        return accounts.evolve(state if isinstance(state, accounts.Account) else None, data, event)
    if isinstance(data, DocumentData):
        return documents.evolve(state if isinstance(state, documents.Document) else None, data, event)
    if isinstance(data, QuestionData):
        return questions.evolve(state if isinstance(state, questions.Question) else None, data, event)
    return _evolve_org(state, data, event)


_OrgData: TypeAlias = (
    CompanyData | RepData | TeamDefined | QuotaSet | RateSet | PipelineDefined | AdjustmentPosted | ProductData
)


def _evolve_org(state: State | None, data: _OrgData, event: Event) -> Step[State]:
    """Return a root of the organisation after one more event."""
    if isinstance(data, RepData):
        return people.evolve(state if isinstance(state, people.Person) else None, data, event)
    if isinstance(data, CompanyData):
        return company.evolve(state if isinstance(state, company.Company) else None, data, event)
    if isinstance(data, TeamDefined):
        return teams.evolve(state if isinstance(state, teams.Team) else None, data, event)
    if isinstance(data, QuotaSet):
        return quotas.evolve(state if isinstance(state, quotas.Quota) else None, data, event)
    if isinstance(data, RateSet):
        return rates.evolve(state if isinstance(state, rates.Rates) else None, data, event)
    if isinstance(data, PipelineDefined):
        return pipelines.evolve(state if isinstance(state, pipelines.Pipeline) else None, data, event)
    if isinstance(data, AdjustmentPosted):
        return adjustments.evolve(state if isinstance(state, adjustments.Adjustment) else None, data, event)
    return products.evolve(state if isinstance(state, products.Product) else None, data, event)


def contribution(state: State, subject: str) -> Contribution | None:
    """Return what a root tells its account, None when it tells nothing."""
    if isinstance(state, deals.Deal):
        return deal_contribution(state, subject.partition("/")[2])
    if isinstance(state, invoices.Invoice):
        return invoice_contribution(state)
    return None


def encode_state(state: State) -> bytes:
    """Return the bytes of a state; equal states have equal bytes."""
    return _ENCODE(state)


def decode_state(kind: str, body: bytes | msgspec.Raw) -> State:
    """Return the state of a root of a kind from its bytes."""
    return _DECODERS[kind].decode(body)
