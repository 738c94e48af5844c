"""Numbers, money, times and days as people read them, in English and Simplified Chinese."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, format_percent

from services.boards.board import Money, Shown
from services.days import to_date, to_time
from services.metrics.metric import Metric

LANGUAGES = ("en", "zh-Hans")
NONE = "–"
SPARK_FLOOR = 0.6
BRIEF_FROM = Decimal(10_000)
MINUS = "\N{MINUS SIGN}"

_NOTES = {
    "en": {
        "met": "met",
        "no_quota": "no quota",
        "fx_missing": "rate missing",
        "not_begun": "not begun",
        "no_closed_deals": "no closed deals",
        "nothing_to_compare": "nothing to compare",
        "points": "points",
    },
    "zh-Hans": {
        "met": "已达成",
        "no_quota": "未设目标",
        "fx_missing": "缺少汇率",
        "not_begun": "尚未开始",
        "no_closed_deals": "无已关闭商机",
        "nothing_to_compare": "无可比数据",
        "points": "个百分点",
    },
}


@lru_cache
def locale_of(language: str) -> Locale:
    """Return the locale of a language, `en` or `zh-Hans`."""
    return Locale.parse("zh_Hans_CN" if language == "zh-Hans" else "en")


def value_text(value: Shown, metric: Metric, language: str) -> str:
    """Return a value with its unit; a note stands where there is no value, and beside money that is not all of it."""
    if value.money:
        text = money_text(value.money, language)
        return text + _beside(language, value.note) if value.note == "fx_missing" else text
    if value.number is None:
        return _NOTES[language].get(value.note, NONE)
    return number_text(value.number, metric.unit, language)


def _beside(language: str, note: str) -> str:
    """Return a note as it stands behind a value."""
    said = _NOTES[language][note]
    return f"（{said}）" if language == "zh-Hans" else f" ({said})"


def money_text(money: Money, language: str) -> str:
    """Return money in full, with its currency's own number of decimal places left out when they are zero."""
    whole = money.amount == money.amount.to_integral_value()
    return format_currency(
        money.amount,
        money.currency,
        locale=locale_of(language),
        format="¤#,##0" if whole else None,
        currency_digits=not whole,
    )


def amount_text(amount: str, currency: str, language: str) -> str:
    """Return an amount as an event had it; one without a currency stays a number."""
    number = Decimal(amount)
    if currency:
        return money_text(Money(amount=number, currency=currency), language)
    return number_text(number, "", language)


def brief_text(value: Shown, metric: Metric, language: str) -> str:
    """Return a value for a headline: large amounts of money without decimal places."""
    return brief_money(value.money, language) if value.money else value_text(value, metric, language)


def brief_money(money: Money, language: str) -> str:
    """Return money, without decimal places where it is much."""
    if abs(money.amount) < BRIEF_FROM:
        return money_text(money, language)
    return money_text(Money(amount=money.amount.quantize(Decimal(1)), currency=money.currency), language)


def spark_path(weeks: Sequence[Decimal]) -> str:
    """Return small columns as an SVG path, 14 units high, five wide each; the highest is the best of them."""
    most = max(weeks, default=Decimal(0))
    sizes = [max(float(week / most) * 13, SPARK_FLOOR) if most > 0 else SPARK_FLOOR for week in weeks]
    return "".join(f"M{place * 5} 14v{-size:.1f}h4V14z" for place, size in enumerate(sizes))


def weeks_text(weeks: Sequence[Decimal], language: str) -> str:
    """Return the money of some weeks in words for those who do not see the columns."""
    return "; ".join(format_decimal(round(week), locale=locale_of(language)) for week in weeks)


def signed_text(number: Decimal | int, places: int = 0, language: str = "en") -> str:
    """Return a number that was added or taken away, always with its sign, with at most some decimal places."""
    pattern = "#,##0" + ("." + "#" * places if places else "")
    size = Decimal(number).copy_abs()
    text = format_decimal(size, format=pattern, locale=locale_of(language))
    return ("+" if number >= 0 else MINUS) + text


def change_text(change: Decimal | None, language: str, *, ratio: bool) -> str:
    """Return how much a value changed: in per cent of what it was, or in points for ratios."""
    if change is None:
        return _NOTES[language]["nothing_to_compare"]
    text = signed_text((change * 100).quantize(Decimal("0.1")), 1, language)
    return f"{text} {_NOTES[language]['points']}" if ratio else f"{text}%"


def signed_money_text(amount: Decimal, currency: str, language: str) -> str:
    """Return money that was added or taken away, always with its sign."""
    sign = "+" if amount >= 0 else MINUS
    return sign + money_text(Money(amount=abs(amount), currency=currency), language)


def number_text(number: Decimal, unit: str, language: str) -> str:
    """Return a number in its unit: ratios in per cent, durations in words."""
    if unit == "ratio":
        return format_percent(number, format="#,##0.#%", locale=locale_of(language))
    if unit == "seconds":
        return duration_text(int(number), language)
    text = format_decimal(number, format="#,##0.##", locale=locale_of(language))
    if unit == "days":
        return f"{text} 天" if language == "zh-Hans" else f"{text} d"
    return text


def size_text(size_bytes: int, language: str) -> str:
    """Return a size of files in its largest unit, with a decimal place where it is small."""
    number, unit = Decimal(size_bytes), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if number < 1_024:
            break
        number, unit = number / 1_024, larger
    pattern = "#,##0.#" if number < 100 else "#,##0"
    return f"{format_decimal(number, format=pattern, locale=locale_of(language))} {unit}"


def duration_text(seconds: int, language: str) -> str:
    """Return a length of time in its two largest units."""
    units = [(86_400, "d", "天"), (3_600, "h", "小时"), (60, "min", "分"), (1, "s", "秒")]
    for index, (size, english, chinese) in enumerate(units):
        if seconds < size and size > 1:
            continue
        text = f"{seconds // size} {chinese if language == 'zh-Hans' else english}"
        rest = seconds % size
        if index + 1 < len(units) and index < 2 and rest >= units[index + 1][0]:
            following = units[index + 1]
            text += f" {rest // following[0]} {following[2] if language == 'zh-Hans' else following[1]}"
        return text
    return NONE


def day_text(day: int | date, language: str) -> str:
    """Return a day."""
    return format_date(to_date(day) if isinstance(day, int) else day, format="medium", locale=locale_of(language))


def time_text(time_us: int, zone: str, language: str, *, seconds: bool = False) -> str:
    """Return a moment in a zone, to the minute or to the second."""
    local: datetime = to_time(time_us).astimezone(ZoneInfo(zone))
    clock = format_time(local, format="medium" if seconds else "short", locale=locale_of(language))
    return (
        f"{format_date(local, format='medium', locale=locale_of(language))}{' ' if language != 'en' else ', '}{clock}"
    )
