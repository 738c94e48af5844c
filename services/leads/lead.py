"""The fold of a lead: created, assigned, answered by a person, converted or rejected."""

from typing import assert_never

import msgspec
from msgspec.structs import replace

from services.events.accounts import (
    LeadAssigned,
    LeadConverted,
    LeadCreated,
    LeadData,
    LeadRejected,
    LeadResponded,
)
from services.events.envelope import Event
from services.journal.buckets import bucket_of
from services.journal.entry import Entry, Moment, Step, moment_of


class Lead(msgspec.Struct, frozen=True, array_like=True):
    """A lead; `rep` is the assignee, `imported` history has no response times."""

    created: Moment | None = None
    account: str = ""
    source: str = ""
    rep: str = ""
    assigned: Moment | None = None
    responded: Moment | None = None
    converted: str | None = None
    rejected: str = ""
    imported: bool = False


def evolve(lead: Lead | None, data: LeadData, event: Event) -> Step[Lead]:
    """Return the lead after one more event and what this changes."""
    old = lead or Lead()
    new = _apply(old, data, moment_of(event), imported=event.imported)
    return Step(new, entries(new), entries(old))


def _apply(lead: Lead, data: LeadData, at: Moment, *, imported: bool) -> Lead:
    match data:
        case LeadCreated():
            return replace(
                lead,
                created=at,
                account=data.account or "",
                source=data.source or "",
                rep=data.rep or lead.rep,
                assigned=at if data.rep else lead.assigned,
                imported=imported,
            )
        case LeadAssigned():
            return replace(lead, rep=data.rep, assigned=lead.assigned or at)
        case LeadResponded():
            return replace(lead, responded=at) if data.human and lead.responded is None else lead
        case LeadConverted():
            return replace(lead, converted=data.deal or "")
        case LeadRejected():
            return replace(lead, rejected=data.reason)
        case _:
            assert_never(data)


def entries(lead: Lead) -> tuple[Entry, ...]:
    """Return what a lead counts for, all on the day it was created, for its assignee."""
    if lead.created is None:
        return ()
    source = lead.source.replace("/", "|")[:64]
    found = [Entry("lead_created", lead.rep, lead.created, dims=source)]
    if lead.converted is not None:
        found.append(Entry("lead_converted", lead.rep, lead.created, dims=source))
    if not lead.imported:
        found.extend(_times(lead, lead.created))
    return tuple(found)


def _times(lead: Lead, created: Moment) -> list[Entry]:
    """Return the response time and its parts: waiting to be assigned, then waiting for a person."""
    found: list[Entry] = []
    if lead.assigned:
        waited = bucket_of(lead.assigned.us - created.us)
        found.append(Entry("lead_assign", lead.rep, created, value=waited))
    if lead.responded:
        found.append(Entry("lead_response", lead.rep, created, value=bucket_of(lead.responded.us - created.us)))
        if lead.assigned:
            reacted = bucket_of(lead.responded.us - lead.assigned.us)
            found.append(Entry("lead_react", lead.rep, created, value=reacted))
    return found
