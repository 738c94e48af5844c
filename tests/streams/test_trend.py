"""The money won week by week, beside the boards of those weeks."""

from collections.abc import Iterator

import pytest

from services.days import to_date
from services.scope import ADMIN
from services.view import LATEST
from streams.answers.questions import Ask, Questions
from streams.answers.trend import NO_WEEKS, WEEKS, won_by_week
from tests.builders import as_of, configured, deal, event, order, rate, won
from tests.homes import Stores

NOW = "2017-03-15T04:00:00Z"


@pytest.fixture
def questions(stores: Stores) -> Iterator[Questions]:
    """Wins of three currencies, some reopened, from before the first week to today."""
    store = stores(now=NOW)
    days = ("2017-01-22", "2017-01-23", "2017-02-05", "2017-02-06", "2017-03-12", "2017-03-13", "2017-03-15")
    store.send(configured(currency="USD", zone="Asia/Shanghai"), rate("EUR", "2017-01-01", "1.07"))
    store.send([order(f"d{day}", day, owner="ann", amount="10.01") for day in days])
    store.send(deal("e", "2017-02-07", owner="ann", amount="3.33", currency="EUR"), won("e", "2017-02-07"))
    store.send(order("b", "2017-03-01", owner="bob"), event("deal.reopened", "deal/b", "2017-03-14"))
    found = store.questions()
    yield found
    found.close()


def test_weeks_are_the_boards_of_those_weeks(questions: Questions) -> None:
    """Each of the last eight weeks, Monday to Sunday, is what a board of that week shows."""
    with questions.cut(LATEST) as cut:
        found, today = won_by_week(cut), cut.today
    monday = today - to_date(today).weekday()
    for back in range(WEEKS):
        first = monday - 7 * back
        ask = Ask(metric="won_amount", period=f"{to_date(first)}..{to_date(first + 6)}")
        values = {place.id: place.value.order for place in questions.board(ask, ADMIN).places}
        for rep in ("ann", "bob"):
            assert found.get(rep, NO_WEEKS)[WEEKS - 1 - back] == (values.get(rep) or 0)


def test_the_past_has_no_weeks(stores: Stores) -> None:
    """A view that does not know everything has none: cells know no past."""
    store = stores(now=NOW)
    store.send(order("a", "2017-03-01"), at="2017-03-02T00:00:00Z")
    store.send(order("b", "2017-03-09"), at="2017-03-10T00:00:00Z")
    questions = store.questions()
    with questions.cut(as_of("2017-03-05T00:00:00Z")) as cut:
        assert won_by_week(cut) == {}
    with questions.cut(LATEST) as cut:
        assert sum(won_by_week(cut)["ann"]) == 20
    questions.close()
