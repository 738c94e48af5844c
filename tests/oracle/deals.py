"""One deal after each of its events, folded anew from the first one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from tests.oracle.company import Company
from tests.oracle.merges import Merges
from tests.oracle.money import WHOLE
from tests.oracle.wire import Fact, Order, Wire, text, whole

NOBODY = ""
Credits = tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Close:
    """How a deal ended: `credits` are (person, basis points), `owner` is "" where there was nobody.

    `amount` and `currency` are those of the ending, `order` is the place of the event that gave the day.
    """

    kind: Literal["won", "lost"]
    day: date
    owner: str
    credits: Credits
    amount: str | None
    currency: str | None
    order: Order


@dataclass(frozen=True, kw_only=True, slots=True)
class Deal:
    """A deal after some of its events; `created` and `reopened` are (day, owner)."""

    owner: str = NOBODY
    account: str | None = None
    amount: str | None = None
    currency: str | None = None
    split: Credits = ()
    created: tuple[date, str] | None = None
    reopened: tuple[tuple[date, str], ...] = ()
    close: Close | None = None
    deleted: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Deals:
    """Each deal's trail of (business day of the event, deal after it), and who was merged into whom."""

    trails: dict[str, list[tuple[date, Deal]]] = field(default_factory=dict)
    merges: Merges = field(default_factory=Merges)

    def standing(self) -> dict[str, Deal]:
        """Return every deal that counts as it stands at the end: neither deleted nor merged away."""
        last = {root: trail[-1][1] for root, trail in self.trails.items()}
        return {root: deal for root, deal in last.items() if not deal.deleted and root not in self.merges.into}


def deals_of(facts: Iterable[Fact], company: Company) -> Deals:
    """Fold all facts of all deals, given in order; after a merge they go to the other deal."""
    deals = Deals()
    for fact in facts:
        into = text(fact.said, "into")
        if fact.type == "deal.merged" and into is not None:
            deals.merges.merge(fact.root, into)
            continue
        trail = deals.trails.setdefault(deals.merges.home(fact.root), [])
        before = trail[-1][1] if trail else Deal()
        day = company.day(fact)
        trail.append((day, after(before, fact, day)))
    return deals


def after(deal: Deal, fact: Fact, day: date) -> Deal:
    """Return the deal after one more fact, which happened on business day `day`."""
    match fact.type:
        case "deal.created":
            changed = with_fields(deal, fact.said)
            return changed if changed.created else replace(changed, created=(day, changed.owner))
        case "deal.updated":
            return with_fields(deal, fact.said)
        case "deal.owner_changed":
            return replace(deal, owner=text(fact.said, "owner") or NOBODY)
        case "deal.split_changed":
            return replace(deal, split=shares(fact.said))
        case "deal.won":
            return ended(with_price(deal, fact.said), "won", fact, day)
        case "deal.lost":
            return ended(with_price(deal, fact.said), "lost", fact, day)
        case "deal.reopened" if deal.close:
            return replace(deal, close=None, reopened=(*deal.reopened, (day, deal.owner)))
        case "deal.deleted" | "deal.restored":
            return replace(deal, deleted=fact.type == "deal.deleted")
        case _:
            return deal


def with_fields(deal: Deal, said: Wire) -> Deal:
    """Return the deal with the fields that an update names; null clears a field."""
    return replace(
        deal,
        owner=(text(said, "owner") or NOBODY) if "owner" in said else deal.owner,
        account=text(said, "account") if "account" in said else deal.account,
        amount=text(said, "amount") if "amount" in said else deal.amount,
        currency=text(said, "currency") if "currency" in said else deal.currency,
    )


def with_price(deal: Deal, said: Wire) -> Deal:
    """Return the deal with the amount and currency that an ending names, if it names any."""
    amount, currency = text(said, "amount") or deal.amount, text(said, "currency") or deal.currency
    return replace(deal, amount=amount, currency=currency)


def shares(said: Wire) -> Credits:
    """Return the revenue split of a change of split; empty where there is none."""
    revenue = said.get("revenue")
    rows = revenue if isinstance(revenue, list) else []
    return tuple((str(row["rep"]), whole(row, "share_bp")) for row in rows if isinstance(row, Mapping))


def ended(deal: Deal, kind: Literal["won", "lost"], fact: Fact, day: date) -> Deal:
    """Return the deal closed; the credits of a win are its split's if it has one, else all its owner's.

    A deal that had ended the same way keeps its credits: only the price and a newly typed day are corrected.
    """
    split = deal.split if kind == "won" else ()
    close = Close(
        kind=kind,
        day=close_day(fact, day),
        owner=deal.owner,
        credits=split or ((deal.owner, WHOLE),),
        amount=deal.amount,
        currency=deal.currency,
        order=fact.order,
    )
    before = deal.close
    return replace(deal, close=corrected(before, close, fact) if before and before.kind == kind else close)


def corrected(before: Close, close: Close, fact: Fact) -> Close:
    """Return an ending as a second event of its kind leaves it."""
    if text(fact.said, "closed_on") is not None:
        before = replace(before, day=close.day, order=close.order)
    if text(fact.said, "amount") is not None:
        before = replace(before, amount=close.amount, currency=close.currency)
    return before


def close_day(fact: Fact, day: date) -> date:
    """Return the typed day of closing if it is not after the fact's own business day, else that day."""
    typed = text(fact.said, "closed_on")
    return day if typed is None else min(date.fromisoformat(typed), day)
