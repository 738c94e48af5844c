"""What people did with customers: calls, meetings, visits, emails and demos that count."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tests.oracle.company import Company
from tests.oracle.wire import Fact, text, whole

COUNTED = frozenset({"call", "meeting", "visit", "email", "demo"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Activity:
    """One thing that a person did, on a business day; `account` as it was sent."""

    kind: str
    day: date
    by: str
    account: str | None
    visited: bool
    talked_seconds: int | None


def activities_of(facts: Iterable[Fact], company: Company) -> list[Activity]:
    """Return the activities that count, from facts in order; a later log of the same one replaces it."""
    logged = {fact.root: fact for fact in facts if fact.type == "activity.logged"}
    return [activity(fact, company) for fact in logged.values() if counts(fact)]


def counts(fact: Fact) -> bool:
    """Return whether a person did it and it took place."""
    person = text(fact.said, "actor_type") in {None, "person"}
    no_show = text(fact.said, "kind") in {"meeting", "visit"} and fact.said.get("held") is False
    return person and not no_show and text(fact.said, "kind") in COUNTED


def activity(fact: Fact, company: Company) -> Activity:
    """Return a logged activity; `talked_seconds` is None unless the call was long enough."""
    said = fact.said
    kind = str(said["kind"])
    seconds = whole(said, "duration_seconds")
    long_call = kind == "call" and said.get("connected") is True and seconds >= company.talk_floor_seconds
    return Activity(
        kind=kind,
        day=company.day(fact),
        by=str(said["by"]),
        account=text(said, "account"),
        visited=kind == "visit" or (kind == "meeting" and said.get("customer_present") is True),
        talked_seconds=seconds if long_call else None,
    )
