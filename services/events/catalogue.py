"""Every type of event: its class, the kind of root it belongs to and its rank in the order of a root."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from services.events import accounts, activities, deals, invoices, knowledge, org, questions, tickets

Data: TypeAlias = (
    org.OrgData
    | accounts.AccountData
    | accounts.ProductData
    | accounts.LeadData
    | deals.DealData
    | invoices.InvoiceData
    | activities.ActivityData
    | tickets.TicketData
    | knowledge.DocumentData
    | questions.QuestionData
)

CREATED, CHANGED, STAGE, CLOSED, REOPENED, MERGED, DELETED, RESTORED = range(8)

_TYPES: dict[str, tuple[type[Data], str, int]] = {
    "company.configured": (org.CompanyConfigured, "company", CHANGED),
    "calendar.defined": (org.CalendarDefined, "company", CHANGED),
    "rules.activated": (org.RulesActivated, "company", CHANGED),
    "pipeline.defined": (org.PipelineDefined, "pipeline", CHANGED),
    "team.defined": (org.TeamDefined, "team", CHANGED),
    "rep.joined": (org.RepJoined, "rep", CREATED),
    "rep.left": (org.RepLeft, "rep", CLOSED),
    "rep.team_changed": (org.RepTeamChanged, "rep", CHANGED),
    "rep.role_changed": (org.RepRoleChanged, "rep", CHANGED),
    "quota.set": (org.QuotaSet, "quota", CHANGED),
    "rate.set": (org.RateSet, "rate", CHANGED),
    "adjustment.posted": (org.AdjustmentPosted, "adjustment", CHANGED),
    "account.created": (accounts.AccountCreated, "account", CREATED),
    "account.updated": (accounts.AccountUpdated, "account", CHANGED),
    "account.merged": (accounts.AccountMerged, "account", MERGED),
    "product.created": (accounts.ProductCreated, "product", CREATED),
    "product.updated": (accounts.ProductUpdated, "product", CHANGED),
    "lead.created": (accounts.LeadCreated, "lead", CREATED),
    "lead.assigned": (accounts.LeadAssigned, "lead", CHANGED),
    "lead.responded": (accounts.LeadResponded, "lead", CHANGED),
    "lead.converted": (accounts.LeadConverted, "lead", CLOSED),
    "lead.rejected": (accounts.LeadRejected, "lead", CLOSED),
    "deal.created": (deals.DealCreated, "deal", CREATED),
    "deal.updated": (deals.DealUpdated, "deal", CHANGED),
    "deal.owner_changed": (deals.DealOwnerChanged, "deal", CHANGED),
    "deal.split_changed": (deals.DealSplitChanged, "deal", CHANGED),
    "deal.noted": (deals.DealNoted, "deal", CHANGED),
    "deal.stage_changed": (deals.DealStageChanged, "deal", STAGE),
    "deal.won": (deals.DealWon, "deal", CLOSED),
    "deal.lost": (deals.DealLost, "deal", CLOSED),
    "deal.reopened": (deals.DealReopened, "deal", REOPENED),
    "deal.merged": (deals.DealMerged, "deal", MERGED),
    "deal.deleted": (deals.DealDeleted, "deal", DELETED),
    "deal.restored": (deals.DealRestored, "deal", RESTORED),
    "invoice.planned": (invoices.InvoicePlanned, "invoice", CREATED),
    "receipt.received": (invoices.ReceiptReceived, "invoice", CHANGED),
    "receipt.refunded": (invoices.ReceiptRefunded, "invoice", CHANGED),
    "receipt.reallocated": (invoices.ReceiptReallocated, "invoice", CHANGED),
    "activity.logged": (activities.ActivityLogged, "activity", CREATED),
    "followup.planned": (activities.FollowupPlanned, "activity", CREATED),
    "followup.done": (activities.FollowupDone, "activity", CLOSED),
    "ticket.opened": (tickets.TicketOpened, "ticket", CREATED),
    "ticket.replied": (tickets.TicketReplied, "ticket", CHANGED),
    "ticket.resolved": (tickets.TicketResolved, "ticket", CLOSED),
    "ticket.rated": (tickets.TicketRated, "ticket", CHANGED),
    "ticket.reopened": (tickets.TicketReopened, "ticket", REOPENED),
    "ticket.merged": (tickets.TicketMerged, "ticket", MERGED),
    "document.written": (knowledge.DocumentWritten, "document", CREATED),
    "document.updated": (knowledge.DocumentUpdated, "document", CHANGED),
    "document.used": (knowledge.DocumentUsed, "document", CHANGED),
    "document.use_withdrawn": (knowledge.DocumentUseWithdrawn, "document", REOPENED),
    "document.found_helpful": (knowledge.DocumentFoundHelpful, "document", CHANGED),
    "document.contradicted": (knowledge.DocumentContradicted, "document", CHANGED),
    "document.verified": (knowledge.DocumentVerified, "document", CLOSED),
    "document.archived": (knowledge.DocumentArchived, "document", DELETED),
    "document.restored": (knowledge.DocumentRestored, "document", RESTORED),
    "question.asked": (questions.QuestionAsked, "question", CREATED),
    "question.assigned": (questions.QuestionAssigned, "question", CHANGED),
    "question.answered": (questions.QuestionAnswered, "question", CLOSED),
    "question.declined": (questions.QuestionDeclined, "question", CLOSED),
    "question.dismissed": (questions.QuestionDismissed, "question", CLOSED),
    "question.restored": (questions.QuestionRestored, "question", RESTORED),
}

TYPES: Mapping[str, type[Data]] = MappingProxyType({name: row[0] for name, row in _TYPES.items()})
KINDS: Mapping[str, str] = MappingProxyType({name: row[1] for name, row in _TYPES.items()})
RANKS: Mapping[str, int] = MappingProxyType({name: row[2] for name, row in _TYPES.items()})
NAMES: Mapping[type[Data], str] = MappingProxyType({row[0]: name for name, row in _TYPES.items()})
