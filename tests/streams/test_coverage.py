"""What is still to be won is what the quota board says, adjustments included."""

from services.scope import ADMIN
from streams.answers.questions import Ask
from streams.answers.why import why
from tests.builders import deal, event, joined, order, quota
from tests.homes import Stores


def test_coverage_counts_what_was_added_by_hand(stores: Stores) -> None:
    """50 of a quota of 100 posted by hand and 50 open: attainment is a half, and what remains is covered once."""
    store = stores()
    store.send(quota("q", "100.00", "2017-Q1", rep="ann"), joined("ann"))
    store.send(deal("1", "2017-01-01", owner="ann", amount="50.00", currency="USD", expected_close="2017-03-01"))
    posted = {"amount": "50.00", "currency": "USD", "day": "2017-02-01", "reason": "x", "by": "boss"}
    store.send(event("adjustment.posted", "adjustment/1", "2017-02-01", metric="won_amount", rep="ann", **posted))
    assert store.board("quota_attainment", "2017-Q1") == {"ann": "0.5"}
    assert store.board("pipeline_coverage", "2017-Q1") == {"ann": "1"}
    questions = store.questions()
    for metric in ("quota_attainment", "pace", "pipeline_coverage"):
        lines = why(questions, Ask(metric=metric, period="2017-Q1"), "ann", ADMIN).lines
        assert "adjustment" in {line.measure for line in lines}
    questions.close()


def test_coverage_is_explained_by_its_own_period_and_the_stock_before(stores: Stores) -> None:
    """A win of another period is not behind the number, a deal that came into the pipeline before is."""
    store = stores()
    store.send(quota("q", "100.00", "2017-Q1", rep="ann"), joined("ann"), order("old", "2016-11-01"))
    store.send(deal("1", "2016-12-01", owner="ann", amount="50.00", currency="USD", expected_close="2017-03-01"))
    store.send(order("new", "2017-02-01"))
    questions = store.questions()
    lines = why(questions, Ask(metric="pipeline_coverage", period="2017-Q1"), "ann", ADMIN).lines
    assert {line.subject for line in lines if line.measure == "won"} == {"deal/new"}
    assert "deal/1" in {line.subject for line in lines if line.measure == "open"}
    questions.close()
