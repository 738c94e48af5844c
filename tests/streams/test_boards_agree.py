"""One number, however it is asked for: from cells, from the journal, by its parts and by its lines."""

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.boards.board import Board, By
from services.metrics.registry import registry
from services.scope import ADMIN
from services.view import LATEST, AsOf
from streams.answers.questions import Ask
from streams.answers.why import why
from tests.builders import Store, Wire, as_of, configured, deal, event, order, rate, team, won
from tests.homes import HomeKind, Stores, examples, some_stores
from tests.streams.test_journal_rules_properties import HISTORIES, TEAMS, WHEN, unlike

PERIODS = ("2017", "2017-03", "2017-03-02..2017-04-05")
ADDED = ("won_amount", "won_amount_booked", "deals_won", "deals_created", "deals_lost", "received_amount", "calls")
MOVES = st.builds(
    lambda rep, when, name: event("rep.team_changed", f"rep/{rep}", when, team=name),
    st.sampled_from(["ann", "bob"]),
    WHEN,
    st.sampled_from(["north", "south"]),
)
COMPANY = [*TEAMS, team("south"), rate("EUR", "2017-03-05", "1.3"), configured(zone="Asia/Shanghai")]
BY: tuple[By, By] = ("rep", "team")
Answers = dict[tuple[str, str, By], Board]


def answers(store: Store, view: AsOf | None = None, zone: str | None = None, now_us: int | None = None) -> Answers:
    """Return every board of every period that can be asked in a zone."""
    questions = store.questions(now_us)
    found: Answers = {}
    for metric in registry().values():
        for period in () if zone and metric.states else PERIODS:
            for by in BY:
                ask = Ask(metric=metric.id, period=period, by=by, view=view or LATEST, zone=zone)
                found[metric.id, period, by] = questions.board(ask, ADMIN)
    questions.close()
    return found


def numbers(boards: Answers) -> dict[tuple[str, str, By], object]:
    """Return what boards say, without how they were asked."""
    return {key: (board.places, board.total) for key, board in boards.items()}


def check_lines(store: Store, boards: Answers) -> None:
    """Hold that the lines behind each number of a person add up to it, currency by currency."""
    questions = store.questions()
    for name, period in ((name, period) for name in ADDED for period in PERIODS):
        for place in boards[name, period, "rep"].places:
            lines = why(questions, Ask(metric=name, period=period), place.id, ADMIN, limit=500).lines
            if place.value.money is None:
                assert sum(line.number for line in lines) == place.value.number
                continue
            sums: Counter[str] = Counter()
            for line in lines:
                sums[line.currency] += int((line.amount or Decimal(0)) * 100)
            told = place.value.moneys or ((place.value.money,) if not place.value.rate_days else ())
            said = {money.currency: int(money.amount * 100) for money in told if money.amount}
            assert {currency: cents for currency, cents in sums.items() if cents} == said
    questions.close()


def test_every_way_of_asking_gives_one_number(home: HomeKind) -> None:
    """Cells, the journal cut in the same zone of another name, and the view of a moment that is over agree, for
    every metric, period and grouping; and the lines behind a number add up to it.
    """

    @examples(home, embedded=15, postgres=2)
    @given(history=HISTORIES, moves=st.lists(MOVES, max_size=3, unique_by=unlike), half=st.integers(0, 14))
    def check(history: list[Wire], moves: list[Wire], half: int) -> None:
        middle = "2018-01-02T12:00:00Z"
        with some_stores(home) as stores:
            store = stores()
            store.send(COMPANY, moves, at="2018-01-02T00:00:00Z")
            store.send(history[:half])
            before = numbers(answers(store, now_us=as_of(middle).at_us))
            store.send(history[half:], at="2018-01-03T00:00:00Z")
            now = answers(store)
            other = numbers(answers(store, zone="Asia/Chongqing"))
            assert other == {key: said for key, said in numbers(now).items() if key in other}
            assert numbers(answers(store, as_of(middle))) == before
            check_lines(store, now)

    check()


def test_what_cancels_out_leaves_no_row_in_any_zone(stores: Stores) -> None:
    """A win that was taken back within the period has no row, whether cells or the journal are read."""
    store = stores()
    store.send(order("1", "2017-03-05T10:00:00Z"), event("deal.reopened", "deal/1", "2017-03-06"))
    assert store.board("deals_won", "2017-03") == {}
    assert store.board("deals_won", "2017-03", zone="Asia/Shanghai") == {}


def test_a_total_keeps_the_difference_of_two_rates(stores: Stores) -> None:
    """Euros booked at one rate and taken back at another leave a difference in the row and in the total."""
    store = stores()
    store.send(rate("EUR", "2017-03-01", "1.1"), rate("EUR", "2017-03-10", "1.3"))
    store.send(order("2", "2017-03-05", owner="bob"))
    store.send(deal("1", "2017-03-05", owner="ann", amount="10.00", currency="EUR"), won("1", "2017-03-05"))
    store.send(event("deal.reopened", "deal/1", "2017-03-12"))
    assert store.board("won_amount_booked", "2017-03") == {"ann": "-2.00 USD", "bob": "10.00 USD"}
    assert store.total("won_amount_booked", "2017-03") == "8.00 USD"


def test_money_of_nobody_is_explained_by_nobodys_lines_alone(stores: Stores) -> None:
    """What came in on a deal that nobody owns shows its own lines, and not those of deals that are owned."""
    store = stores()
    store.send(order("1", "2017-03-01"))
    for name in ("1", "2"):
        plan = {"deal": name, "currency": "USD", "lines": []}
        store.send(event("invoice.planned", f"invoice/{name}", "2017-03-02", **plan))
        store.send(event("receipt.received", f"invoice/{name}", "2017-03-03", receipt="r", amount=f"{name}.00"))
    assert store.board("received_amount", "2017-03") == {"ann": "1.00 USD", "": "2.00 USD"}
    check_lines(store, answers(store))
