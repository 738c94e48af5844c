"""What a deal counts for: its creation, its outcome and its place in the open pipeline, as entries."""

from collections.abc import Iterator

from services.days import month_of
from services.deals.deal import Creation, Deal, Outcome, Visit
from services.journal.buckets import bucket_of
from services.journal.entry import Entry, Moment
from services.money import ScaleError, split_largest_remainder, to_minor


def amount_minor(deal: Deal) -> int | None:
    """Return the amount in minor units, or None when it is unknown or impossible for its currency."""
    if deal.amount is None or not deal.currency:
        return None
    try:
        return to_minor(deal.amount, deal.currency)
    except ScaleError:
        return None


def holding(deal: Deal) -> Entry | None:
    """Return the entry that puts an open deal into the pipeline (its moment still to be set), or None."""
    if deal.status != "open" or deal.hidden:
        return None
    amount = amount_minor(deal)
    return Entry(
        "open",
        deal.owner,
        Moment(0),
        dims=f"{deal.pipeline}/{deal.stage}",
        amount=amount or 0,
        currency=deal.currency if amount is not None else "",
        value=0 if deal.expected_close is None else month_of(deal.expected_close),
    )


def moved(held: Entry, at: Moment, sign: int) -> Entry:
    """Return the entry that takes a deal into the pipeline (1) or out of it (-1) at a moment."""
    bp, amount = sign * held.count_bp, sign * held.amount
    return Entry("open", held.rep, at, held.dims, sign * held.n, bp, amount, held.currency, held.value)


def live(deal: Deal) -> tuple[Entry, ...]:
    """Return the entries that still may change: the creation and the latest outcome."""
    entries: list[Entry] = []
    if deal.creation:
        entries.extend(_creation(deal.creation, deal.outcome))
    if deal.outcome:
        entries.extend(_outcome(deal.outcome, deal.creation))
        if deal.visit:
            entries.append(left(deal.visit, deal.visit.spent_us, deal.outcome.kind))
    return tuple(entries)


def left(visit: Visit, spent_us: int, target: str) -> Entry:
    """Return the end of a stay in a stage; it counts for the day of entry. `target` is a stage, won or lost."""
    dims = f"{visit.pipeline}/{visit.stage}/{target}"
    return Entry("left", visit.owner, visit.entered, dims=dims, value=bucket_of(spent_us))


def booked(outcome: Outcome, amount: int, at: Moment, *, n: int = 0) -> tuple[Entry, ...]:
    """Return what a change of a won amount books, on the day of the change, by the credits of the win."""
    shares = _shares(outcome, amount)
    return tuple(
        Entry("booked", rep, at, n=n, count_bp=0, amount=part, currency=outcome.currency)
        for rep, _, part in shares
        if part or n
    )


def _creation(creation: Creation, outcome: Outcome | None) -> Iterator[Entry]:
    yield Entry("created", creation.owner, creation.at, dims=creation.pipeline)
    if outcome and outcome.kind == "won":
        yield Entry("cohort_won", creation.owner, creation.at, dims=creation.pipeline)


def _outcome(outcome: Outcome, creation: Creation | None) -> Iterator[Entry]:
    currency = outcome.currency if outcome.amount is not None else ""
    amount = outcome.amount or 0
    if outcome.kind == "lost":
        dims = f"{outcome.pipeline}/{outcome.reason}/{outcome.competitor}"
        yield Entry(
            "lost", outcome.owner, outcome.at, dims, amount=amount, currency=currency, typed_day=outcome.typed_day
        )
        return
    for rep, share_bp, part in _shares(outcome, amount):
        yield Entry("won", rep, outcome.at, outcome.pipeline, 1, share_bp, part, currency, typed_day=outcome.typed_day)
    for rep, share_bp in outcome.overlay:
        part = amount * share_bp // 10_000
        yield Entry(
            "overlay", rep, outcome.at, outcome.pipeline, 1, share_bp, part, currency, typed_day=outcome.typed_day
        )
    if creation:
        yield Entry(
            "cycle", outcome.owner, outcome.at, outcome.pipeline, typed_day=outcome.typed_day, since=creation.at
        )


def _shares(outcome: Outcome, amount: int) -> list[tuple[str, int, int]]:
    """Return (rep, basis points, minor units) of a credited amount, to the last unit."""
    if len(outcome.credits) == 1:
        rep, share_bp = outcome.credits[0]
        return [(rep, share_bp, amount)]
    parts = split_largest_remainder(amount, [bp for _, bp in outcome.credits])
    return [(rep, bp, part) for (rep, bp), part in zip(outcome.credits, parts, strict=True)]
