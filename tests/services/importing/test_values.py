"""Dates and amounts are read as people write them, and refused where they say nothing certain."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from services.days import to_time
from services.importing.values.amounts import (
    Amount,
    AmountProblem,
    AmountStyle,
    amount_style,
    check_scale,
    read_amount,
    shared_currency,
)
from services.importing.values.dates import (
    DateProblem,
    DateStyle,
    Order,
    looks_like_dates,
    read_date,
    style_of,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day(text: str, *column: str, usual: Order = "mdy") -> date | None:
    """Return the day of a text in a column of texts."""
    return read_date(text, style_of([text, *column], usual=usual), SHANGHAI).day


@pytest.mark.parametrize(
    "text",
    [
        "2017-03-01",
        "2017/3/1",
        "2017.03.01",
        "20170301",
        "2017年3月1日",
        "3/1/2017",
        "1.3.2017",
        "1-Mar-17",
        "01 March 2017",
        "Mar 1, 2017",
        "March 1st, 2017",
    ],
)
def test_a_date_without_a_time_is_a_whole_day(text: str) -> None:
    """Every usual way of writing the first of March 2017 is that day, in every zone."""
    assert day(text) == date(2017, 3, 1)


def test_day_and_month_are_told_apart_by_the_whole_column() -> None:
    """One first number above twelve turns all dates of a column round."""
    assert day("3/1/2017", "25/1/2017") == date(2017, 1, 3)
    assert day("3/1/2017", "1/25/2017", usual="dmy") == date(2017, 3, 1)


def test_an_undecided_column_follows_usage_and_says_so() -> None:
    """Where no date decides, the usage of the zone does, and the style says that it was assumed."""
    style = style_of(["3/1/2017", "4/2/2017"], usual="dmy")
    assert (style.order, style.mixed, style.why) == ("dmy", True, "")
    assert style_of(["2017-03-01"], usual="dmy").mixed is False


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2017-03-01 09:30", datetime(2017, 3, 1, 1, 30, tzinfo=UTC)),
        ("2017-03-01T09:30:00Z", datetime(2017, 3, 1, 9, 30, tzinfo=UTC)),
        ("2017-03-01T09:30:00.250+02:00", datetime(2017, 3, 1, 7, 30, 0, 250_000, tzinfo=UTC)),
        ("2017-03-01 09:30:00 UTC", datetime(2017, 3, 1, 9, 30, tzinfo=UTC)),
        ("2017年3月1日 下午3:05", datetime(2017, 3, 1, 7, 5, tzinfo=UTC)),
        ("3/1/2017 5:00 PM", datetime(2017, 3, 1, 9, 0, tzinfo=UTC)),
        ("1488355200000", datetime(2017, 3, 1, 8, 0, tzinfo=UTC)),
    ],
)
def test_a_time_without_an_offset_is_local(text: str, moment: datetime) -> None:
    """A time takes its own offset, else the zone of the import."""
    when = read_date(text, style_of([text], usual="mdy"), SHANGHAI)
    assert (to_time(when.us), when.day) == (moment, None)


def test_a_column_of_midnights_holds_whole_days() -> None:
    """When every time is 00:00 the column means days; one other time makes them all moments."""
    assert day("2018-12-19 00:00:00", "2018-12-20 00:00:00") == date(2018, 12, 19)
    assert day("2018-12-19T00:00:00.000Z", "2018-12-20T00:00:00Z") == date(2018, 12, 19)
    assert day("2018-12-19 00:00:00", "2018-12-20 08:15:00") is None


@pytest.mark.parametrize(
    "text", ["soon", "2017-02-30", "1999-12-31", "2017-03-01 24:00", "2017-13-01", "42795", "0001-01-01"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    """Impossible days, other centuries, hour 24 and the day numbers of spreadsheets are no dates."""
    with pytest.raises(DateProblem):
        read_date(text, DateStyle(), SHANGHAI)


def test_texts_are_told_from_dates() -> None:
    """A column of names does not look like dates."""
    assert looks_like_dates(["2017-03-01", "2017-03-02"])
    assert not looks_like_dates(["Anna", "2017-03-02"])


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1054", "1054"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("1.234.567", "1234567"),
        ("12万", "120000"),
        ("3.5万元", "35000"),
        ("1.2亿", "120000000"),
        ("12k", "12000"),
        ("１２，０００", "12000"),
        ("0", "0"),
        ("007.500", "7.50"),
        ("99.999", "99.999"),
    ],
)
def test_amounts_become_decimals(text: str, amount: str) -> None:
    """Separators, counting words and full-width digits come out as one plain decimal."""
    assert read_amount(text, AmountStyle()).text == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("¥12,000", Amount("12000", "¥")),
        ("$ 300", Amount("300", "$")),
        ("€5", Amount("5", "EUR")),
        ("300 usd", Amount("300", "USD")),
        ("RMB 5", Amount("5", "CNY")),
        ("US$ 5", Amount("5", "USD")),
    ],
)
def test_an_amount_can_name_its_currency(text: str, amount: Amount) -> None:
    """Symbols and codes around a number are kept."""
    assert read_amount(text, AmountStyle()) == amount


def test_a_shared_symbol_is_the_companys_currency_when_that_uses_it() -> None:
    """The dollar sign of a Canadian company is the Canadian dollar, of a Chinese one the American."""
    assert shared_currency("$", "CAD") == "CAD"
    assert shared_currency("$", "CNY") == "USD"
    assert shared_currency("¥", "JPY") == "JPY"


def test_the_decimal_sign_is_that_of_the_whole_column() -> None:
    """“1.234” is a thousand where other amounts have decimal commas."""
    assert read_amount("1.234", amount_style(["1.234", "99,50"])).text == "1234"
    assert read_amount("1.234", amount_style(["1.234", "99.50"])).text == "1.234"


def test_a_unit_in_the_header_counts_for_every_amount() -> None:
    """Numbers under 金额(万元) are tens of thousands of yuan."""
    style = amount_style(["12", "3.5"], header="金额（万元）")
    assert read_amount("12", style) == Amount("120000", "CNY")
    assert read_amount("3.5", style) == Amount("35000", "CNY")
    assert read_amount("7", amount_style(["7"], header="Amount (EUR)")) == Amount("7", "EUR")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-5", "amount_sign"),
        ("(300)", "amount_sign"),
        ("many", "row_amount"),
        ("12 apples", "row_amount"),
        ("9" * 16, "amount_range"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, code: str) -> None:
    """Negatives, words and numbers beyond 10^15 have codes of their own."""
    with pytest.raises(AmountProblem) as caught:
        read_amount(text, AmountStyle())
    assert caught.value.code == code


def test_a_currency_limits_the_decimal_places() -> None:
    """Half a yen is no amount."""
    check_scale("100.50", "USD")
    with pytest.raises(AmountProblem, match="JPY"):
        check_scale("100.50", "JPY")


def test_day_numbers_of_a_spreadsheet_are_days() -> None:
    """A column of nothing but day numbers is read as Excel counts, a fraction as the local time of that day."""
    assert day("42796", "42800") == date(2017, 3, 2)
    assert day("36526", "73050") == date(2000, 1, 1)
    noon = read_date("42796.5", style_of(["42796.5", "42796"], usual="mdy"), SHANGHAI)
    assert to_time(noon.us) == datetime(2017, 3, 2, 4, 0, tzinfo=UTC)
    assert looks_like_dates(["42796", "42800"])


def test_a_day_number_among_dates_is_refused() -> None:
    """Where a spreadsheet turned only some dates of a column into numbers, nobody knows in which order it read them."""
    with pytest.raises(DateProblem, match="day number"):
        day("42796", "25/1/2017")
