"""The fold of an activity: what was done by a person, with whom, and whether a promise was kept."""

from typing import assert_never

import msgspec
from msgspec.structs import replace

from services.days import DAY_US, from_date
from services.events.activities import ActivityData, ActivityLogged, FollowupDone, FollowupPlanned
from services.events.envelope import Event
from services.journal.entry import Entry, Moment, Step, moment_of

TOUCHES = frozenset({"call", "meeting", "visit", "email", "demo"})


class Activity(msgspec.Struct, frozen=True, array_like=True):
    """An activity or a follow-up. `due_day` is a day number; `duration_seconds` is 0 when unknown."""

    kind: str = ""
    by: str = ""
    at: Moment | None = None
    person: bool = True
    deal: str = ""
    account: str = ""
    duration_seconds: int = 0
    connected: bool = False
    held: bool = True
    customer_present: bool = False
    due_day: int | None = None
    done: Moment | None = None


def evolve(activity: Activity | None, data: ActivityData, event: Event) -> Step[Activity]:
    """Return the activity after one more event and what this changes."""
    old = activity or Activity()
    new = _apply(old, data, moment_of(event))
    return Step(new, entries(new), entries(old))


def _apply(activity: Activity, data: ActivityData, at: Moment) -> Activity:
    match data:
        case ActivityLogged():
            return Activity(
                kind=data.kind,
                by=data.by,
                at=at,
                person=data.actor_type == "person",
                deal=data.deal or "",
                account=data.account or "",
                duration_seconds=data.duration_seconds or 0,
                connected=bool(data.connected),
                held=data.held is not False,
                customer_present=bool(data.customer_present),
                due_day=activity.due_day,
                done=activity.done,
            )
        case FollowupPlanned():
            due = from_date(data.due)
            return replace(activity, by=data.by, due_day=due, deal=data.deal or "", account=data.account or "")
        case FollowupDone():
            return replace(activity, done=at)
        case _:
            assert_never(data)


def entries(activity: Activity) -> tuple[Entry, ...]:
    """Return everything that an activity counts for; what bots do counts for nobody."""
    return (*_logged(activity), *_followup(activity))


def _logged(activity: Activity) -> list[Entry]:
    if activity.at is None or not activity.person:
        return []
    by, at = activity.by, activity.at
    found = [Entry("activity", by, at, dims=kind) for kind in _kinds(activity)]
    if activity.kind == "call" and activity.connected:
        seconds = activity.duration_seconds
        found.append(Entry("talk", by, at, amount=seconds, value=seconds))
    if activity.kind in TOUCHES:
        if activity.account:
            found.append(Entry("touched", by, at, count_bp=0, subject=activity.account))
        if activity.deal:
            found.append(Entry("deal_touched", by, at, count_bp=0, subject=activity.deal))
    return found


def _kinds(activity: Activity) -> list[str]:
    """Return the kinds under which an activity counts: a held meeting with a customer is a visit as well."""
    if activity.kind in ("meeting", "visit") and not activity.held:
        return []
    if activity.kind == "meeting" and activity.customer_present:
        return ["meeting", "visit"]
    return [activity.kind]


def _followup(activity: Activity) -> list[Entry]:
    if activity.due_day is None:
        return [] if activity.done is None else [Entry("followup_done", activity.by, activity.done)]
    due = Moment(activity.due_day * DAY_US, dated=True)
    planned = [Entry("followup_due", activity.by, due, subject=activity.deal)]
    if activity.done is None:
        return planned
    return [
        *planned,
        Entry("followup_done", activity.by, activity.done),
        Entry("followup_kept", activity.by, due, subject=activity.deal, since=activity.done),
    ]
