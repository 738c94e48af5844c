"""The stays of a deal: one for each stage that it went through, with what was known before it left that stage."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.boards.story import Known
from services.days import DAY_US, day_of
from services.deals.deal import Deal
from services.deals.fold import evolve
from services.events.deals import (
    DealCreated,
    DealData,
    DealLost,
    DealNoted,
    DealUpdated,
    DealWon,
)
from services.journal.order import order_key

# What says that a root began, or that a deal moved, may be of the day on which the deal moved on; of anything else of
# that day nobody knows which came first.
MOVES = frozenset({"deal.created", "deal.stage_changed", "account.created", "rep.joined"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Stay:
    """A stage of a deal and what was known of the deal before it left it.

    :ivar left: the event by which the deal left the stage for good, None while it is there.
    :ivar state: the deal folded from what was known; `title` and `notes` are free text, oldest note first.
    :ivar reasons: why it was lost or won before it was opened again, and to whom.
    """

    pipeline: str
    stage: str
    entered_us: int
    left: Known | None
    state: Deal
    title: str
    notes: tuple[str, ...]
    reasons: tuple[str, ...]
    competitors: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return what names the stage among those of all pipelines, empty when the deal was in none."""
        return stage_key(self.pipeline, self.stage)


def stage_key(pipeline: str, stage: str) -> str:
    """Return the name of a stage among those of all pipelines; empty for none."""
    return f"{pipeline}/{stage}" if stage else ""


def stays(events: Iterable[Known], zone: ZoneInfo, *, closing: frozenset[str] = frozenset()) -> tuple[Stay, ...]:
    """Return the stays of a deal from its own events, in the order in which they began, one for each stage.

    A stage that a deal was in several times counts from its last visit. `closing` names the stages, by `stage_key`,
    that mean won or lost: nobody stays there. A deal that was in no stage has one stay without a name.
    """
    ordered = sorted(events, key=lambda known: order_key(known.event))
    found: dict[str, Stay] = {}
    visits = _visits(ordered)
    for key, visit in visits.items():
        if key in closing and len(visits) > 1:
            continue
        if key in closing:
            visit.pipeline = visit.stage = ""
        known = [one for one in ordered if visit.left is None or was_known(one, visit.left, zone)]
        found[stage_key(visit.pipeline, visit.stage)] = _stay(visit, known)
    return tuple(sorted(found.values(), key=lambda stay: (stay.entered_us, stay.key)))


def has_history(events: Iterable[Known]) -> bool:
    """Return whether more is known of a deal than one row of an export says: its beginning and its end."""
    told = [one.event for one in events]
    beginnings = [event for event in told if not isinstance(event.data, DealWon | DealLost)]
    return len(beginnings) > 1 or any(not event.imported for event in told)


def was_known(one: Known, left: Known, zone: ZoneInfo) -> bool:
    """Return whether an event of any root had happened and was known when a deal left a stage.

    Of a history that was imported it is enough that it had happened; what came live must also have been applied. What
    has only a date is known once that day is over, but for the moves of the deal itself.
    """
    if one.position == left.position:
        return False
    if not one.event.imported and not _was_applied(one, left):
        return False
    return _had_happened(one, left, zone)


def _was_applied(one: Known, left: Known) -> bool:
    return one.applied_us <= left.event.time_us if left.event.imported else one.position < left.position


def _had_happened(one: Known, left: Known, zone: ZoneInfo) -> bool:
    event, end = one.event, left.event
    if not event.date_only and not end.date_only:
        return (event.time_us, order_key(event)) < (end.time_us, order_key(end))
    day, last = _day(one, zone), _day(left, zone)
    if day == last and event.date_only and end.date_only and event.type in MOVES:
        return event.subject != end.subject or order_key(event) < order_key(end)
    return day < last


def _day(known: Known, zone: ZoneInfo) -> int:
    event = known.event
    return event.time_us // DAY_US if event.date_only else day_of(event.time_us, zone)


@dataclass(slots=True)
class _Visit:
    """The last visit of a stage while a deal is read."""

    pipeline: str
    stage: str
    entered_us: int
    left: Known | None = None


def _visits(ordered: Sequence[Known]) -> dict[str, _Visit]:
    """Return the last visit of each stage by its key."""
    found: dict[str, _Visit] = {}
    state: Deal | None = None
    for known in ordered:
        data = known.event.data
        if not isinstance(data, DealData):
            continue
        before = state or Deal()
        state = evolve(state, data, known.event).state
        key = _key(state)
        old = _key(before)
        if old != key and old in found and before.status == "open":
            found[old].left = known
        if state.status != "open" and before.status == "open":
            visit = found.setdefault(key, _Visit(state.pipeline, _stage(state), known.event.time_us))
            visit.left = known
        elif state.status == "open" and (key != old or key not in found or before.status != "open"):
            if key in found and key == old:
                found[key].left = None
            else:
                found[key] = _Visit(state.pipeline, _stage(state), known.event.time_us)
    if len(found) > 1:
        found.pop("", None)
    return found


def _key(deal: Deal) -> str:
    return stage_key(deal.visit.pipeline, deal.visit.stage) if deal.visit else ""


def _stage(deal: Deal) -> str:
    return deal.visit.stage if deal.visit else ""


def _stay(visit: _Visit, known: Sequence[Known]) -> Stay:
    state: Deal | None = None
    title, notes, reasons, competitors = "", list[str](), list[str](), list[str]()
    for one in known:
        data = one.event.data
        if not isinstance(data, DealData):
            continue
        state = evolve(state, data, one.event).state
        match data:
            case DealCreated() | DealUpdated():
                title = (data.title or "") if isinstance(data.title, str | None) else title
            case DealNoted():
                notes.append(data.text)
            case DealWon() | DealLost():
                reasons.extend(_words(data.reason))
                competitors.extend(_words(data.competitor) if isinstance(data, DealLost) else ())
            case _:
                pass
    return Stay(
        pipeline=visit.pipeline,
        stage=visit.stage,
        entered_us=visit.entered_us,
        left=visit.left,
        state=state or Deal(),
        title=title,
        notes=tuple(note for note in notes if note),
        reasons=tuple(dict.fromkeys(reasons)),
        competitors=tuple(dict.fromkeys(competitors)),
    )


def _words(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) and value else ()
