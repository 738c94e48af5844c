"""The recount: created and won deals per person and month from raw facts, apart from Paceline's own fold."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from tests.stores import Wire

Place = tuple[str, int]


class Sums(NamedTuple):
    """Deals created, deals won and cents won, by person and month since 1970; nothing is zero."""

    created: dict[Place, int]
    won: dict[Place, int]
    cents: dict[Place, int]


@dataclass(slots=True)
class _Deal:
    owner: str = ""
    cents: int = 0
    won: Place | None = None
    won_cents: int = 0


@dataclass(slots=True)
class _Books:
    deals: dict[str, _Deal] = field(default_factory=dict)
    created: Counter[Place] = field(default_factory=Counter)

    def read(self, kind: str, subject: str, month: int, data: dict[str, str]) -> None:
        deal = self.deals.setdefault(subject, _Deal())
        deal.owner = data.get("owner", deal.owner)
        if "amount" in data:
            deal.cents = int(Decimal(data["amount"]) * 100)
            if deal.won:
                deal.won_cents = deal.cents
        if kind == "deal.created":
            self.created[deal.owner, month] += 1
        elif kind == "deal.won":
            deal.won, deal.won_cents = (deal.owner, month), deal.cents
        elif kind == "deal.reopened":
            deal.won = None


def recount(facts: Iterable[Wire]) -> Sums:
    """Return the sums of facts, which may come in any order and more than once."""
    books = _Books()
    once = {str(fact["id"]): fact for fact in facts}
    for fact in sorted(once.values(), key=lambda item: str(item["time"])):
        data = fact["data"]
        assert isinstance(data, dict)
        when = datetime.fromisoformat(str(fact["time"]))
        books.read(str(fact["type"]), str(fact["subject"]), (when.year - 1970) * 12 + when.month - 1, data)
    won: Counter[Place] = Counter()
    cents: Counter[Place] = Counter()
    for deal in books.deals.values():
        if deal.won:
            won[deal.won] += 1
            cents[deal.won] += deal.won_cents
    return Sums(_alive(books.created), _alive(won), _alive(cents))


def viewed(connection: sqlite3.Connection) -> Sums:
    """Return the same sums as the cells of a store have them, under the rules in force."""
    rows = connection.execute(
        "SELECT measure, rep, start, SUM(n), SUM(amount) FROM cells WHERE span = 'month' "
        "AND measure IN ('created', 'won') AND rules = (SELECT MAX(no) FROM rules) "
        "GROUP BY measure, rep, start"
    ).fetchall()
    counts: dict[str, Counter[Place]] = {"created": Counter(), "won": Counter()}
    cents: Counter[Place] = Counter()
    for measure, rep, month, n, amount in rows:
        counts[measure][rep, month] += n
        if measure == "won":
            cents[rep, month] += amount
    return Sums(_alive(counts["created"]), _alive(counts["won"]), _alive(cents))


def _alive(counts: Counter[Place]) -> dict[Place, int]:
    return {place: count for place, count in counts.items() if count}
