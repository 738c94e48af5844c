"""Rules 8 and 9 of the journal: money at its locked rate, and day cells with month cells beside them."""

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.days import month_of, to_date
from services.deals.deal import Deal
from services.invoices.invoice import Invoice
from tests.builders import Store, as_of, deal, event, order, rate, won
from tests.homes import HomeKind, Stores, examples, some_stores
from tests.stores import Row


def test_rule_8_the_state_keeps_the_decimal_as_sent(stores: Stores) -> None:
    """Rule 8: 10.50 stays 10.50 and is 1050 minor units only in the journal."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann", amount="10.50", currency="usd"), won("1", "2017-01-02"))
    state = store.state("deal/1")
    assert isinstance(state, Deal)
    assert (state.amount, state.currency) == ("10.50", "USD")
    sql = "SELECT amount FROM journal WHERE measure = 'won'"
    assert store.home.connection.execute(sql).fetchall() == [(1050,)]


def test_rule_8_an_impossible_scale_is_an_anomaly_and_posts_no_money(stores: Stores) -> None:
    """Rule 8: an amount with three places that later turns out to be yen is shown on the deal and posts
    nothing.
    """
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann", amount="10.505"))
    store.send(event("deal.updated", "deal/1", "2017-01-02", currency="JPY"), won("1", "2017-01-03"))
    state = store.state("deal/1")
    assert isinstance(state, Deal)
    assert state.anomalies == ("amount_scale",)
    assert store.board("won_amount", "2017-01") == {"ann": "0.00 USD"}
    assert store.board("deals_won", "2017-01") == {"ann": "1"}


def test_rule_8_a_mended_amount_ends_the_anomaly(stores: Stores) -> None:
    """Rule 8: once the amount is possible, the money counts on the close date and the anomaly is gone."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann", amount="10.505"))
    store.send(event("deal.updated", "deal/1", "2017-01-02", currency="USD"), won("1", "2017-01-03"))
    store.send(event("deal.updated", "deal/1", "2017-02-01", amount="10.50"))
    state = store.state("deal/1")
    assert isinstance(state, Deal)
    assert state.anomalies == ()
    assert store.board("won_amount", "2017-01-03") == {"ann": "10.50 USD"}


def test_rule_8_an_invoice_of_an_impossible_scale_is_an_anomaly(stores: Stores) -> None:
    """Rule 8: a receipt with places that its currency does not have is shown on the invoice and counts
    nothing.
    """
    store = stores()
    lines = [{"due": "2017-01-31", "amount": "100"}]
    store.send(event("invoice.planned", "invoice/1", "2017-01-01", deal="1", currency="JPY", lines=lines))
    store.send(event("receipt.received", "invoice/1", "2017-01-05", receipt="r", amount="10.5"))
    state = store.state("invoice/1")
    assert isinstance(state, Invoice)
    assert state.anomalies == ("amount_scale",)
    assert store.total("received_amount", "2017") == "0.00 USD"


def euros(store: Store) -> None:
    """Send a win of 100 EUR on the first of March at 1.10, and a rate of 2.00 from April on."""
    store.send(
        rate("EUR", "2017-01-01", "1.10"),
        rate("EUR", "2017-04-01", "2.00"),
        deal("1", "2017-02-01", owner="ann", amount="100.00", currency="EUR"),
        won("1", "2017-03-01"),
    )


def test_rule_8_locked_means_the_day_of_the_rate_is_fixed(stores: Stores) -> None:
    """Rule 8: a year's board converts a win of March at the rate of March, not at that of the year's end."""
    store = stores()
    euros(store)
    assert store.board("won_amount", "2017") == {"ann": "110.00 USD"}
    (place,) = store.asked("won_amount", "2017").places
    assert [str(to_date(day)) for day in place.value.rate_days] == ["2017-03-01"]
    assert [(str(own.amount), own.currency) for own in place.value.moneys] == [("100.00", "EUR")]


def test_rule_8_an_amount_changed_in_another_month_keeps_the_rate_of_the_close(stores: Stores) -> None:
    """Rule 8: the correction of May is converted at the rate of the original close date."""
    store = stores()
    euros(store)
    store.send(event("deal.updated", "deal/1", "2017-05-01", amount="200.00"))
    assert store.board("won_amount", "2017-03-01") == {"ann": "220.00 USD"}
    assert store.total("won_amount", "2017-05") == "0.00 USD"


def test_rule_8_a_late_rate_moves_current_reads_and_not_as_of_ones(stores: Stores) -> None:
    """Rule 8: a rate corrected in June changes the board of today, not that as of May."""
    store = stores(now="2017-04-02T00:00:00Z")
    euros(store)
    store.send(rate("EUR", "2017-03-01", "1.50", when="2017-06-01"), at="2017-06-02T00:00:00Z")
    assert store.board("won_amount", "2017") == {"ann": "150.00 USD"}
    assert store.board("won_amount", "2017", as_of("2017-05-01T00:00:00Z")) == {"ann": "110.00 USD"}


def test_rule_8_the_last_word_about_a_days_rate_is_that_of_the_later_event(stores: Stores) -> None:
    """Rule 8: two rates of one day are ordered by their events' times, not by their arrival."""
    store = stores()
    store.send(rate("EUR", "2017-01-01", "1.50", when="2017-01-03"))
    store.send(rate("EUR", "2017-01-01", "1.10", when="2017-01-02"))
    store.send(deal("1", "2017-01-01", owner="ann", amount="100.00", currency="EUR"), won("1", "2017-01-05"))
    assert store.board("won_amount", "2017") == {"ann": "150.00 USD"}


def test_rule_8_a_refund_counts_on_its_own_day_at_the_original_rate(stores: Stores) -> None:
    """Rule 8: 100 EUR received at 1.10 and given back when a euro is 2.00 leave nothing, each on its day."""
    store = stores()
    euros(store)
    store.send(
        event("invoice.planned", "invoice/1", "2017-03-01", deal="1", currency="EUR", lines=[]),
        event("receipt.received", "invoice/1", "2017-03-05", receipt="r", amount="100.00"),
        event("receipt.refunded", "invoice/1", "2017-05-05", receipt="r", amount="100.00"),
    )
    assert store.board("received_amount", "2017-03") == {"ann": "110.00 USD"}
    assert store.board("received_amount", "2017-05") == {"ann": "-110.00 USD"}
    assert store.total("received_amount", "2017") == "0.00 USD"


def test_rule_8_booked_counts_a_change_on_the_day_of_the_change(stores: Stores) -> None:
    """Rule 8: `won_amount` puts a change on the close date, `won_amount_booked` on the day of the change."""
    store = stores()
    store.send(order("1", "2017-03-01", amount="100.00"))
    store.send(event("deal.updated", "deal/1", "2017-05-01", amount="80.00"))
    assert store.board("won_amount", "2017-03") == {"ann": "80.00 USD"}
    assert store.board("won_amount_booked", "2017-03") == {"ann": "100.00 USD"}
    assert store.board("won_amount_booked", "2017-05") == {"ann": "-20.00 USD"}


def test_rule_9_zero_cells_are_left_out_of_dumps(stores: Stores) -> None:
    """Rule 9: after a win and its undoing no cell of the win is left to compare."""
    store = stores()
    store.send(order("1", "2017-03-01"), event("deal.reopened", "deal/1", "2017-03-02"))
    assert [row for row in store.dump().cells if row[2] == "won"] == []


DAYS = st.dates(date(2017, 1, 15), date(2017, 4, 15))
WINS = st.lists(st.tuples(DAYS, st.integers(1, 10**6), st.sampled_from(["ann", "bob"])), max_size=10)


def check_cells(cells: list[Row]) -> None:
    """Hold that the cells of months are the sums of those of their days."""
    months: Counter[Row] = Counter()
    for _, _, measure, start, rep, currency, _, dims, value, *sums in (row for row in cells if row[1] == "day"):
        assert isinstance(start, int)
        for place, number in enumerate(sums):
            assert isinstance(number, int)
            months[measure, month_of(start), rep, currency, dims, value, place] += number
    for _, _, measure, start, rep, currency, _, dims, value, *sums in (row for row in cells if row[1] == "month"):
        for place, number in enumerate(sums):
            assert months.pop((measure, start, rep, currency, dims, value, place)) == number
    assert not +months


def test_rule_9_month_cells_equal_their_day_cells(home: HomeKind) -> None:
    """Rule 9: month and total cells are what their day cells sum up to, and boards of months that of their
    days.
    """

    @examples(home, embedded=20, postgres=5)
    @given(wins=WINS)
    def check(wins: list[tuple[date, int, str]]) -> None:
        with some_stores(home) as stores:
            store = stores()
            store.send(order(str(no), str(day), amount=f"{n}.00", owner=rep) for no, (day, n, rep) in enumerate(wins))
            check_cells(store.dump().cells)

    check()


def test_rule_9_a_month_reads_like_its_days(stores: Stores) -> None:
    """Rule 9: a quarter of two whole months and loose days equals the sum of all its days."""
    store = stores()
    days = ("2017-01-14", "2017-01-15", "2017-01-31", "2017-02-01", "2017-03-31", "2017-04-15", "2017-04-16")
    store.send(order(day, day) for day in days)
    assert store.board("won_amount", "2017-01-15..2017-04-15") == {"ann": "50.00 USD"}
    assert store.board("deals_won", "2017-01-15..2017-04-15") == {"ann": "5"}
