"""One-line builders of wire events, with the store that they are sent to."""

import hashlib
from collections.abc import Mapping

import msgspec

from services.events.decode import read
from services.events.envelope import Event
from services.view import AsOf, HappenedBy
from tests.stores import NOW, us
from tests.stores import Store as Store
from tests.stores import Wire as Wire

SOURCE = "crm"


def event(
    kind: str, subject: str, when: str, envelope: Mapping[str, object] | None = None, /, **fields: object
) -> Wire:
    """Return an event in CloudEvents form; `when` is a date (a date-only fact) or a moment with an offset.

    The id follows from the content, so that the same line is the same event.
    """
    dated = len(when) == len("2017-03-01")
    mark = hashlib.sha256(msgspec.json.encode([kind, subject, when, fields], order="sorted")).hexdigest()[:12]
    found: Wire = {
        "specversion": "1.0",
        "id": f"{kind}:{mark}",
        "source": SOURCE,
        "type": kind,
        "subject": subject,
        "time": f"{when}T00:00:00Z" if dated else when,
        "data": fields,
    }
    if dated:
        found["dateonly"] = True
    return found | dict(envelope or {})


def deal(name: str, when: str, **fields: object) -> Wire:
    """Return the creation of a deal."""
    return event("deal.created", f"deal/{name}", when, **fields)


def won(name: str, when: str, **fields: object) -> Wire:
    """Return the win of a deal."""
    return event("deal.won", f"deal/{name}", when, **fields)


def lost(name: str, when: str, **fields: object) -> Wire:
    """Return the loss of a deal."""
    return event("deal.lost", f"deal/{name}", when, **fields)


def order(name: str, when: str, *, amount: str = "10.00", owner: str = "ann", **fields: object) -> list[Wire]:
    """Return a deal that was created and won at one moment, in US dollars."""
    return [deal(name, when, owner=owner, amount=amount, currency="USD", **fields), won(name, when)]


def configured(when: str = "2000-01-01", **fields: object) -> Wire:
    """Return settings of the company."""
    return event("company.configured", "company/main", when, **fields)


def joined(rep: str, when: str = "2000-01-01", **fields: object) -> Wire:
    """Return that a person joined."""
    return event("rep.joined", f"rep/{rep}", when, **fields)


def team(name: str, when: str = "2000-01-01", **fields: object) -> Wire:
    """Return the definition of a team."""
    return event("team.defined", f"team/{name}", when, name=name, **fields)


def quota(name: str, amount: str, period: str, when: str = "2000-01-01", **fields: object) -> Wire:
    """Return a quota of won amount, in US dollars; `rep` or `team` says whose."""
    defaults: Wire = {"metric": "won_amount", "currency": "USD"}
    return event("quota.set", f"quota/{name}", when, **(defaults | {"amount": amount, "period": period} | fields))


def rate(currency: str, day: str, value: str, to: str = "USD", when: str = "2000-01-01") -> Wire:
    """Return an exchange rate from a day on."""
    return event("rate.set", f"rate/{currency}", when, day=day, to=to, rate=value)


def pipeline(name: str, *stages: str, when: str = "2000-01-01") -> Wire:
    """Return a pipeline of open stages with growing probability, ending in won and lost."""
    known: list[Wire] = [
        {"id": stage, "name": stage, "order": place, "probability": f"0.{place + 1}", "kind": "open"}
        for place, stage in enumerate(stages)
    ]
    ends: list[Wire] = [
        {"id": "won", "name": "won", "order": 98, "probability": "1", "kind": "won"},
        {"id": "lost", "name": "lost", "order": 99, "probability": "0", "kind": "lost"},
    ]
    return event("pipeline.defined", f"pipeline/{name}", when, name=name, stages=[*known, *ends])


def stage(name: str, when: str, to: str, **fields: object) -> Wire:
    """Return that a deal moved to another stage."""
    return event("deal.stage_changed", f"deal/{name}", when, stage=to, **fields)


def accepted(wire: Wire, now: str = NOW) -> Event:
    """Return the event of a wire event that the decoder accepts and understands."""
    found = read(wire, now_us=us(now))
    assert isinstance(found, Event)
    return found


def as_of(moment: str) -> AsOf:
    """Return the view of what was known at a moment."""
    return AsOf(us(moment))


def happened_by(moment: str) -> HappenedBy:
    """Return the view of what had happened by a moment."""
    return HappenedBy(us(moment))
