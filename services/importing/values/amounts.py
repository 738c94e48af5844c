"""Amounts as exports write them: separators, signs, symbols and counting words, column by column."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from services.money import ScaleError, is_currency, to_minor

_SAMPLE = 20_000
_DIGITS_MAX = 15
_TIMES = {
    "k": 3,
    "千": 3,
    "m": 6,
    "百万": 6,
    "mn": 6,
    "万": 4,
    "萬": 4,
    "万元": 4,
    "亿": 8,
    "亿元": 8,
    "bn": 9,
    "b": 9,
}
_SHAPE = re.compile(r"^(?P<open>\()?(?P<sign>[-+−])?(?P<number>\d[\d.,' ]*|[.,]\d+)(?P<after>-)?(?P<close>\))?$")
_AROUND = re.compile(r"[^\d.,'()+\-− ]+")
_SYMBOLS = {
    "€": "EUR",
    "£": "GBP",
    "元": "CNY",
    "人民币": "CNY",
    "rmb": "CNY",
    "us$": "USD",
    "hk$": "HKD",
    "₹": "INR",
}
_SHARED = {
    "$": ("USD", ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN")),
    "¥": ("CNY", ("CNY", "JPY")),
}
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'", "，": ",", "￥": "¥"})
_BRACKETED = re.compile(r"[(\[【]([^)\]】]*)[)\]】]")
_COUNTS = re.compile(r"(?:\b|(?<=\d))(百万|万元|亿元|万|萬|亿|千|mn|bn|k|m|b)(?:元|\b|$)", re.IGNORECASE)


class Amount(NamedTuple):
    """A decimal in major units, with the currency that the text itself names, else ""."""

    text: str
    currency: str = ""


class AmountProblem(ValueError):
    """A text that is no usable amount: `code` is row_amount, amount_sign, amount_scale or amount_range."""

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        super().__init__(reason)


@dataclass(frozen=True, kw_only=True, slots=True)
class AmountStyle:
    """How a column writes amounts: whether a comma is the decimal sign, and what its header says of the unit.

    :ivar power: the tens that every number is counted in, 4 for 万.
    :ivar currency: the one that the header names, else "".
    """

    comma: bool = False
    power: int = 0
    currency: str = ""


def amount_style(texts: Iterable[str], *, header: str = "") -> AmountStyle:
    """Return how a column writes its amounts; a point is the decimal sign where nothing speaks against it.

    A unit in brackets in the header, such as 金额(万元) or Amount (EUR), holds for every number without its
    own.
    """
    comma = point = 0
    for text in islice((text for text in texts if text), _SAMPLE):
        said = _decimal_sign(_number(text))
        comma += said == ","
        point += said == "."
    power, currency = _unit(header)
    return AmountStyle(comma=comma > point, power=power, currency=currency)


def _unit(header: str) -> tuple[int, str]:
    """Return the power of ten and the currency that the brackets of a header name."""
    found = _BRACKETED.search(unicodedata.normalize("NFKC", header))
    said = found[1].strip().casefold() if found else ""
    power = _TIMES.get(said, _TIMES.get(said.removesuffix("元"), 0))
    if said.endswith("元"):
        return power, "CNY"
    return power, _SYMBOLS.get(said) or (said.upper() if is_currency(said.upper()) else "")


def _number(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text.translate(_SPACES)).translate(_SPACES)
    return _AROUND.sub("", _COUNTS.sub("", plain)).replace(" ", "").replace("'", "").strip("()+-−")


def _decimal_sign(number: str) -> str:
    """Return the decimal sign that a number proves by itself, else ""."""
    commas, points = number.count(","), number.count(".")
    if commas and points:
        return "," if number.rfind(",") > number.rfind(".") else "."
    if commas > 1 or points > 1:
        return "." if commas > 1 else ","
    sign = "," if commas else "." if points else ""
    if not sign:
        return ""
    whole, _, rest = number.partition(sign)
    grouped = len(rest) == 3 and 1 <= len(whole) <= 3 and whole != "0"
    return "" if grouped else sign


def read_amount(text: str, style: AmountStyle) -> Amount:
    """Return the amount of a text; raise `AmountProblem` for what is none, for negatives and beyond 10^15."""
    plain = unicodedata.normalize("NFKC", text.translate(_SPACES)).translate(_SPACES).strip()
    if plain.isascii() and plain.replace(".", "", 1).isdigit() and _plain_point(plain, style):
        return Amount(_tidy(Decimal(plain).scaleb(style.power), text), style.currency)
    counted = _COUNTS.search(plain)
    power = _TIMES[counted.group(1).casefold()] if counted else style.power
    around = " ".join(_AROUND.findall(plain.replace(counted.group(1), " ", 1) if counted else plain))
    shape = _SHAPE.match(_AROUND.sub("", _COUNTS.sub("", plain)).strip())
    if shape is None:
        raise AmountProblem("row_amount", f"“{text}” is no amount")
    currency = _currency(around, text)
    number = shape["number"].replace(" ", "").replace("'", "")
    sign = _decimal_sign(number) or ("," if style.comma else ".")
    digits = number.replace("," if sign == "." else ".", "").replace(sign, ".")
    if digits.count(".") > 1:
        digits = digits.replace(".", "")
    value = Decimal(digits).scaleb(power)
    if value and (shape["sign"] in ("-", "−") or shape["after"] or (shape["open"] and shape["close"])):
        raise AmountProblem("amount_sign", f"“{text}” is negative; a deal's amount is not")
    return Amount(_tidy(value, text), currency or style.currency)


def _plain_point(plain: str, style: AmountStyle) -> bool:
    return "." not in plain or not style.comma or _decimal_sign(plain) == "."


def _currency(around: str, text: str) -> str:
    """Return the currency that stands around a number; "$" and "¥" stay as they are, many share them."""
    word = around.strip().casefold()
    if not word or word in _SHARED:
        return word
    code = _SYMBOLS.get(word) or (word.upper() if is_currency(word.upper()) else "")
    if not code:
        found = [part.upper() for part in re.split(r"[\s$¥€£]+", word) if is_currency(part.upper())]
        if not found:
            raise AmountProblem("row_amount", f"“{text}” is no amount")
        code = found[0]
    return code


def shared_currency(symbol: str, company: str) -> str:
    """Return the currency of a symbol that many share: the company's when it is one of them."""
    usual, sharing = _SHARED[symbol]
    return company if company in sharing else usual


def _tidy(value: Decimal, text: str) -> str:
    """Return a decimal as plain text, with zeros beyond two places cut off."""
    if value >= 10**_DIGITS_MAX:
        raise AmountProblem("amount_range", f"“{text}” is not below 10^15")
    plain = f"{value:f}"
    whole, point, rest = plain.partition(".")
    rest = rest[:2] + rest[2:].rstrip("0")
    return f"{whole.lstrip('0') or '0'}.{rest}" if point and rest else (whole.lstrip("0") or "0")


def check_scale(amount: str, currency: str) -> None:
    """Raise `AmountProblem` when a currency has fewer decimal places than an amount."""
    try:
        to_minor(amount, currency)
    except ScaleError:
        raise AmountProblem("amount_scale", f"{amount} has more decimal places than {currency}") from None
