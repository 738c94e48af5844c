"""Money: decimal amounts in major units at the doors, whole minor units inside."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache

MINOR_MAX = 10**17

# Minor digits by ISO 4217; every other code below has two.
_DIGITS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
_TWO = frozenset(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY "
    "COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS "
    "INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR "
    "MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD "
    "SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG".split()
)


class ScaleError(ValueError):
    """An amount that its currency cannot express."""


def is_currency(code: str) -> bool:
    """Return whether a code is an ISO 4217 currency, in capitals."""
    return code in _TWO or code in _DIGITS


def minor_digits(currency: str) -> int:
    """Return how many decimal places a currency has, 0 to 4."""
    return _DIGITS.get(currency, 2)


@lru_cache(maxsize=65_536)
def to_minor(amount: str, currency: str) -> int:
    """Return a decimal string in whole minor units; raise `ScaleError` when the currency has no such amount."""
    try:
        scaled = Decimal(amount).scaleb(minor_digits(currency))
    except InvalidOperation:
        raise ScaleError(amount) from None
    whole = int(scaled)
    if whole != scaled or abs(whole) > MINOR_MAX:
        raise ScaleError(amount)
    return whole


def from_minor(minor: int, currency: str) -> Decimal:
    """Return minor units as a decimal amount in major units with all its places."""
    return Decimal(minor).scaleb(-minor_digits(currency))


def split_largest_remainder(total: int, shares_bp: Sequence[int]) -> list[int]:
    """Return a total cut into shares (basis points that sum to 10,000), to the last unit.

    Units left over by rounding towards zero go to the largest remainders, ties to the earlier share.
    """
    sign = -1 if total < 0 else 1
    products = [abs(total) * share for share in shares_bp]
    parts = [product // 10_000 for product in products]
    left = abs(total) * sum(shares_bp) // 10_000 - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda index: (-(products[index] % 10_000), index))
    for index in by_remainder[:left]:
        parts[index] += 1
    return [sign * part for part in parts]
