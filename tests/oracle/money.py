"""Decimal amounts as whole minor units of their currency, and their parts."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

WHOLE = 10_000
"""Basis points of a whole."""

MINOR_DIGITS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
"""Decimal places by ISO 4217; every other currency has two."""


def minor(amount: str | None, currency: str | None) -> int | None:
    """Return an amount in minor units; None without amount or currency, or without so small a coin."""
    if amount is None or not currency:
        return None
    exact = Fraction(Decimal(amount)) * 10 ** MINOR_DIGITS.get(currency, 2)
    return exact.numerator if exact.denominator == 1 else None


def parts(total: int, shares_bp: Sequence[int]) -> list[int]:
    """Return `total` cut by shares of a whole: floors first, then one unit each by largest remainder."""
    floors = [total * share // WHOLE for share in shares_bp]
    remainders = [total * share % WHOLE for share in shares_bp]
    largest_first = sorted(range(len(shares_bp)), key=lambda place: (-remainders[place], place))
    for place in largest_first[: total - sum(floors)]:
        floors[place] += 1
    return floors
