"""How much was moved in all: the bound that keeps every sum of amounts inside 64 bits.

A sum beyond 64 bits is a float to SQLite, and wrong. Amounts without their signs, added up by measure, person and
currency, are never less than any sum of them, whatever days, zones or moments it is taken over. So it is enough to
bound these. Small amounts need no count: there is no store for the billions of lines that would add up to too much.
"""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from services.errors import PacelineError
from services.journal.enter import Lines
from streams.store.connection import Connection

# Half of what 64 bits hold; the other half is left to the small amounts.
GROSS_MAX = 2**62
SMALL_MAX = 10**9

GrossKey: TypeAlias = tuple[str, str, str]

_HELD = "SELECT amount FROM gross WHERE rules = ? AND measure = ? AND rep = ? AND currency = ?"


class AmountsTooLarge(PacelineError):
    """An event whose amounts, with those before them, would be more than a sum can hold."""

    def __init__(self, measure: str, currency: str) -> None:
        super().__init__(
            f"The amounts of “{measure}” in {currency or 'units'} would be too large to add up with those before. "
            "Correct the amount and send it again, or discard the event."
        )


def gross_of(lines: Iterable[Lines]) -> dict[GrossKey, int]:
    """Return the large amounts of lines without their signs, added up; nearly always there are none."""
    found: dict[GrossKey, int] = {}
    for group in lines:
        for line in group.postings:
            if not -SMALL_MAX < line.amount < SMALL_MAX:
                key = (line.measure, line.rep, line.currency)
                found[key] = found.get(key, 0) + abs(line.amount)
    return found


def held(connection: Connection, rules: int, key: GrossKey) -> int:
    """Return what a store has moved under a key."""
    row = connection.execute(_HELD, (rules, *key)).fetchone()
    return int(row[0]) if row else 0


def check(added: Mapping[GrossKey, int], before: Mapping[GrossKey, int]) -> None:
    """Raise `AmountsTooLarge` when what is added would be too much for one of the keys."""
    for key, amount in added.items():
        if before[key] + amount > GROSS_MAX:
            raise AmountsTooLarge(key[0], key[2])
