"""The quarters in which anything counts."""

from services.view import LATEST
from streams.answers.quarters import quarters_of
from tests.builders import Store, configured, deal, event, order
from tests.homes import Stores


def quarters(store: Store) -> list[str]:
    """Return the quarters of a store, the newest first."""
    questions = store.questions()
    try:
        with questions.cut(LATEST) as cut:
            return quarters_of(cut)
    finally:
        questions.close()


def test_quarters_are_fiscal_and_newest_first(stores: Stores) -> None:
    """Each quarter in which a deal was created, won or lost is named once; a fiscal year may begin in April."""
    store = stores()
    assert quarters(store) == []
    store.send(order("1", "2016-11-05"), order("2", "2017-02-01"), order("3", "2017-03-31"))
    assert quarters(store) == ["2017-Q1", "2016-Q4"]
    store.send(configured(fiscal={"kind": "months", "first_month": 4}))
    assert quarters(store) == ["2017-Q4", "2017-Q3"]


def test_what_was_taken_back_makes_no_quarter(stores: Stores) -> None:
    """A quarter whose only deal was deleted is none."""
    store = stores()
    store.send(order("1", "2016-11-05"), deal("2", "2017-02-01"), event("deal.deleted", "deal/2", "2017-02-02"))
    assert quarters(store) == ["2016-Q4"]
