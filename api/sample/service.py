"""Leads that come in and tickets that customers open."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from api.sample.accounts import Account
from api.sample.facts import HELPDESK, Fact, Maker
from api.sample.names import SOURCES, TICKETS
from api.sample.organisation import Rep


def lead(maker: Maker, number: int, rep: Rep, at: datetime) -> Iterator[Fact]:
    """Yield the life of a lead."""
    subject = f"lead/lead-{number:05d}"
    dice = maker.dice
    yield maker.fact("lead.created", subject, at, source=dice.choice(SOURCES))
    assigned = at + timedelta(minutes=dice.randrange(2, 90))
    yield maker.fact("lead.assigned", subject, assigned, rep=rep.id)
    if maker.chance(0.9):
        answered = assigned + timedelta(minutes=int(dice.lognormvariate(3.4, 1.1)) + 1)
        yield maker.fact("lead.responded", subject, answered, human=True, by=rep.id)
        if maker.chance(0.35):
            yield maker.fact("lead.converted", subject, maker.later(answered, 4))
        elif maker.chance(0.5):
            yield maker.fact("lead.rejected", subject, maker.later(answered, 3), reason="not a fit")


def ticket(maker: Maker, number: int, agents: Sequence[Rep], account: Account, at: datetime) -> Iterator[Fact]:
    """Yield the life of a ticket."""
    subject = f"ticket/tick-{number:05d}"
    dice = maker.dice
    agent = dice.choice(agents).id
    yield maker.fact("ticket.opened", subject, at, HELPDESK, account=account.id, title=dice.choice(TICKETS))
    if maker.chance(0.4):
        soon = at + timedelta(seconds=20)
        yield maker.fact("ticket.replied", subject, soon, HELPDESK, public=True, actor_type="bot")
    replied = at + timedelta(minutes=int(dice.lognormvariate(3.8, 0.9)) + 1)
    yield maker.fact("ticket.replied", subject, replied, HELPDESK, public=True, by=agent)
    solved = maker.later(replied, 1.2)
    yield maker.fact("ticket.resolved", subject, solved, HELPDESK, by=agent)
    if maker.chance(0.08):
        again = maker.later(solved, 2)
        yield maker.fact("ticket.reopened", subject, again, HELPDESK)
        solved = again + timedelta(hours=3)
        yield maker.fact("ticket.replied", subject, again + timedelta(minutes=12), HELPDESK, public=True, by=agent)
        yield maker.fact("ticket.resolved", subject, solved, HELPDESK, by=agent)
    if maker.chance(0.45):
        score = dice.choices((5, 4, 3, 2, 1), (9, 6, 2, 1, 1))[0]
        rated = solved + timedelta(hours=dice.randrange(1, 40))
        yield maker.fact("ticket.rated", subject, rated, HELPDESK, score=score, version="2")
