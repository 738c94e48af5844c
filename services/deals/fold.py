"""The fold of a deal: one event after another, in the order of the root, into its state and its entries."""

from dataclasses import dataclass, field
from typing import Literal, assert_never

import msgspec
from msgspec.structs import replace

from services.days import from_date
from services.deals import entries
from services.deals.deal import Creation, Credits, Deal, Outcome, Visit
from services.events.deals import (
    DealCreated,
    DealData,
    DealDeleted,
    DealLost,
    DealMerged,
    DealNoted,
    DealOwnerChanged,
    DealReopened,
    DealRestored,
    DealSplitChanged,
    DealStageChanged,
    DealUpdated,
    DealWon,
    Share,
)
from services.events.envelope import Event
from services.journal.entry import Entry, Moment, Step, moment_of

UNSET = msgspec.UNSET
BLANK = Deal()
SCALE, CURRENCY = "amount_scale", "currency_unknown"


def evolve(deal: Deal | None, data: DealData, event: Event) -> Step[Deal]:
    """Return the deal after one more event, with the entries that this event adds and takes back.

    Events come in the order of journal.md, rule 2. While a deal is hidden its state goes on but nothing counts;
    the caller takes all entries back when it gets hidden and folds anew when it returns.
    """
    old = deal or BLANK
    at = moment_of(event)
    ready = old if old.begun else replace(old, begun=True)
    new = _noted_anomalies(_moved(ready, _apply(ready, data, at), at))
    return Step(new, *_changes(ready, new, at, born=not old.begun))


def _apply(deal: Deal, data: DealData, at: Moment) -> Deal:
    """Return the deal with the fields of one event; visits follow in `_moved`."""
    match data:
        case DealCreated():
            return _created(_updated(deal, data), at)
        case DealUpdated():
            return _updated(deal, data)
        case DealStageChanged():
            pipeline = data.pipeline if isinstance(data.pipeline, str) else deal.pipeline
            return replace(deal, stage=data.stage, pipeline=pipeline)
        case DealOwnerChanged():
            return replace(deal, owner=data.owner or "")
        case DealSplitChanged():
            return replace(deal, revenue=_credits(data.revenue), overlay=_credits(data.overlay))
        case DealWon() | DealLost():
            return _closed(deal, data, at)
        case DealReopened():
            return _reopened(deal, data)
        case DealMerged():
            return replace(deal, merged_into=data.into)
        case DealDeleted():
            return replace(deal, deleted=True)
        case DealRestored():
            return replace(deal, deleted=False)
        case DealNoted():
            return deal
        case _:
            assert_never(data)


def _created(deal: Deal, at: Moment) -> Deal:
    if deal.creation:
        return deal
    return replace(deal, creation=Creation(at, deal.owner, deal.pipeline))


def _updated(deal: Deal, data: DealCreated | DealUpdated) -> Deal:
    """Return the deal with each field that the event carries; null clears, absent changes nothing."""
    changed: dict[str, object] = {}
    for name in ("account", "owner", "pipeline", "stage", "source", "currency"):
        value = getattr(data, name)
        if value is not UNSET:
            changed[name] = value or ""
    if data.amount is not UNSET:
        changed["amount"] = data.amount
    if data.products is not UNSET:
        changed["products"] = tuple(data.products or ())
    if data.expected_close is not UNSET:
        changed["expected_close"] = None if data.expected_close is None else from_date(data.expected_close)
    new = replace(deal, **changed)
    if new.status == "won" and ("amount" in changed or "currency" in changed):
        return _repriced(new)
    return new


def _repriced(deal: Deal) -> Deal:
    """Return a closed deal whose outcome carries the amount of the deal."""
    if deal.outcome is None:
        return deal
    return replace(deal, outcome=replace(deal.outcome, amount=entries.amount_minor(deal), currency=deal.currency))


def _closed(deal: Deal, data: DealWon | DealLost, at: Moment) -> Deal:
    """Return the deal won or lost; a second closing of the same kind corrects the date, the amount, the reason."""
    kind: Literal["won", "lost"] = "won" if isinstance(data, DealWon) else "lost"
    if isinstance(data.amount, str):
        currency = data.currency if isinstance(data.currency, str) else deal.currency
        deal = replace(deal, amount=data.amount, currency=currency)
    typed = from_date(data.closed_on) if data.closed_on not in (UNSET, None) else None
    reason = _dimension(data.reason if isinstance(data.reason, str) else "")
    competitor = _dimension(data.competitor if isinstance(data, DealLost) and isinstance(data.competitor, str) else "")
    last = deal.outcome
    if last and last.kind == kind:
        corrected = replace(last, reason=reason or last.reason, competitor=competitor or last.competitor)
        if typed is not None:
            corrected = replace(corrected, at=at, typed_day=typed)
        deal = replace(deal, outcome=corrected)
        # What is written on a lost deal later is not its last open amount.
        return _repriced(deal) if kind == "won" or isinstance(data.amount, str) else deal
    outcome = Outcome(
        kind=kind,
        at=at,
        typed_day=typed,
        owner=deal.owner,
        credits=deal.revenue or ((deal.owner, 10_000),),
        overlay=deal.overlay,
        pipeline=deal.pipeline,
        amount=entries.amount_minor(deal),
        currency=deal.currency,
        reason=reason,
        competitor=competitor,
    )
    return replace(deal, status=kind, outcome=outcome)


def _reopened(deal: Deal, data: DealReopened) -> Deal:
    if deal.status == "open":
        return deal
    stage = data.stage if isinstance(data.stage, str) else (deal.visit.stage if deal.visit else deal.stage)
    return replace(deal, status="open", outcome=None, stage=stage, reopened=deal.reopened + 1)


def _moved(old: Deal, new: Deal, at: Moment) -> Deal:
    """Return the deal with its stay in the stage begun, ended, stopped or resumed by this event."""
    visit = new.visit
    if old.status == "open" and new.status != "open" and visit:
        spent = visit.spent_us + max(at.us - visit.since_us, 0)
        return replace(new, visit=replace(visit, spent_us=spent, since_us=at.us))
    if new.status != "open":
        return new
    if old.status != "open" and visit:
        visit = replace(visit, since_us=at.us)
        new = replace(new, visit=visit)
    if new.stage and (visit is None or (visit.pipeline, visit.stage) != (new.pipeline, new.stage)):
        return replace(new, visit=Visit(new.pipeline, new.stage, new.owner, at, at.us))
    return new


@dataclass(slots=True)
class _Sides:
    """The two sides of a change while it is put together."""

    added: list[Entry] = field(default_factory=list)
    removed: list[Entry] = field(default_factory=list)


def _changes(old: Deal, new: Deal, at: Moment, *, born: bool) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Return the entries added and taken back by one step from `old` to `new`."""
    sides = _Sides()
    _stock(sides, old, new, at, born=born)
    _stages(sides, old, new, at)
    if old.status != "open" and new.status == "open":
        sides.added.append(Entry("reopened", new.owner, at, dims=new.pipeline))
    if old.outcome is not new.outcome:
        _bookings(sides, old.outcome, new.outcome, at)
    if old.outcome is not new.outcome or old.creation is not new.creation:
        sides.added.extend(entries.live(new))
        sides.removed.extend(entries.live(old))
    return tuple(sides.added), tuple(sides.removed)


def _stock(sides: _Sides, old: Deal, new: Deal, at: Moment, *, born: bool) -> None:
    """Move the deal inside the open pipeline, into it or out of it."""
    before, after = None if born else _held(old), _held(new)
    if before == after:
        return
    if before:
        sides.added.append(entries.moved(before, at, -1))
    if after:
        sides.added.append(entries.moved(after, at, 1))


def _held(deal: Deal) -> Entry | None:
    return entries.holding(replace(deal, deleted=False, merged_into="") if deal.hidden else deal)


def _stages(sides: _Sides, old: Deal, new: Deal, at: Moment) -> None:
    """Note the entry into a stage and the end of the stay before; an ending by an outcome is a live entry."""
    visit, before = new.visit, old.visit
    if visit is None or (before and before.entered == visit.entered and before.stage == visit.stage):
        return
    sides.added.append(Entry("entered", visit.owner, at, dims=f"{visit.pipeline}/{visit.stage}"))
    if before:
        running = at.us - before.since_us if old.status == "open" else 0
        sides.added.append(entries.left(before, before.spent_us + max(running, 0), visit.stage))


def _bookings(sides: _Sides, old: Outcome | None, new: Outcome | None, at: Moment) -> None:
    """Book what a win, its undoing or its new amount changes, on the day of the change."""
    was, now = old if old and old.kind == "won" else None, new if new and new.kind == "won" else None
    if was and now and was.currency == now.currency:
        sides.added.extend(entries.booked(now, (now.amount or 0) - (was.amount or 0), at))
        return
    if was:
        sides.added.extend(entries.booked(was, -(was.amount or 0), at, n=-1))
    if now:
        sides.added.extend(entries.booked(now, now.amount or 0, at, n=1))


def _noted_anomalies(deal: Deal) -> Deal:
    """Return the deal with a code for each thing that does not add up."""
    codes = [code for code in deal.anomalies if code not in (SCALE, CURRENCY)]
    if deal.amount is not None and entries.amount_minor(deal) is None:
        codes.append(SCALE if deal.currency else CURRENCY)
    found = tuple(codes)
    return deal if found == deal.anomalies else replace(deal, anomalies=found)


def _credits(shares: object) -> Credits:
    if not isinstance(shares, list | tuple):
        return ()
    return tuple((share.rep, share.share_bp) for share in shares if isinstance(share, Share))


def _dimension(text: str) -> str:
    """Return a text as one part of a posting's dimensions, which are joined by a slash."""
    return text.replace("/", "|")[:64]
