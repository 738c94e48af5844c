"""The fold of a ticket: first replies, resolution through reopenings, and the customer's rating."""

from typing import assert_never

import msgspec
from msgspec.structs import replace

from services.events.envelope import Event
from services.events.tickets import (
    TicketData,
    TicketMerged,
    TicketOpened,
    TicketRated,
    TicketReopened,
    TicketReplied,
    TicketResolved,
)
from services.journal.buckets import bucket_of
from services.journal.entry import Entry, Moment, Step, moment_of


class Rating(msgspec.Struct, frozen=True, array_like=True):
    """A rating from 1 to 5 of one version of the question; it belongs to whoever had resolved the ticket."""

    at: Moment
    score: int
    version: str
    rep: str


class Ticket(msgspec.Struct, frozen=True, array_like=True):
    """A ticket. `waiting_since` runs while the customer waits for a first answer.

    :ivar replies_needed: public human replies still missing until one counts as the first answer.
    """

    opened: Moment | None = None
    account: str = ""
    deal: str = ""
    waiting_since: Moment | None = None
    replies_needed: int = 1
    resolved: Moment | None = None
    resolver: str = ""
    reopened: int = 0
    rating: Rating | None = None
    merged_into: str = ""

    @property
    def hidden(self) -> bool:
        """Whether the ticket counts for nothing because it was merged into another."""
        return bool(self.merged_into)


def evolve(ticket: Ticket | None, data: TicketData, event: Event) -> Step[Ticket]:
    """Return the ticket after one more event and what this changes."""
    old = ticket or Ticket()
    at = moment_of(event)
    new = _apply(old, data, at)
    replied = [] if event.imported else _first_reply(old, new, data, at)
    return Step(new, (*replied, *entries(new)), entries(old))


def _apply(ticket: Ticket, data: TicketData, at: Moment) -> Ticket:
    match data:
        case TicketOpened():
            needed = 2 if data.requester == "agent" else 1
            return replace(
                ticket,
                opened=at,
                account=data.account or "",
                deal=data.deal or "",
                waiting_since=at,
                replies_needed=needed,
            )
        case TicketReplied():
            return _replied(ticket, data)
        case TicketResolved():
            return replace(ticket, resolved=at, resolver=data.by or ticket.resolver)
        case TicketReopened():
            return replace(ticket, resolved=None, waiting_since=at, replies_needed=1, reopened=ticket.reopened + 1)
        case TicketRated():
            rating = Rating(at, data.score, str(data.version or ""), ticket.resolver)
            return replace(ticket, rating=rating)
        case TicketMerged():
            return replace(ticket, merged_into=data.into)
        case _:
            assert_never(data)


def _replied(ticket: Ticket, data: TicketReplied) -> Ticket:
    if not data.public or data.actor_type != "person" or ticket.waiting_since is None:
        return ticket
    needed = ticket.replies_needed - 1
    return replace(ticket, replies_needed=needed, waiting_since=ticket.waiting_since if needed else None)


def _first_reply(old: Ticket, new: Ticket, data: TicketData, at: Moment) -> list[Entry]:
    if not isinstance(data, TicketReplied) or old.waiting_since is None or new.waiting_since is not None:
        return []
    waited = bucket_of(at.us - old.waiting_since.us)
    return [Entry("first_reply", data.by or "", at, value=waited)]


def entries(ticket: Ticket) -> tuple[Entry, ...]:
    """Return what the latest resolution and the rating of a ticket count for."""
    found: list[Entry] = []
    if ticket.resolved:
        found.append(Entry("resolved", ticket.resolver, ticket.resolved))
        if ticket.opened:
            took = bucket_of(ticket.resolved.us - ticket.opened.us)
            found.append(Entry("resolution", ticket.resolver, ticket.resolved, value=took))
    if ticket.rating:
        rating = ticket.rating
        version = rating.version.replace("/", "|")
        found.append(Entry("rated", rating.rep, rating.at, dims=version, value=rating.score))
    return tuple(found)
