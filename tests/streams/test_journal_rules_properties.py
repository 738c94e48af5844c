"""Properties of the folds over any history: replay equals live, order across deals is free, twice
equals once.
"""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.boards.board import By, Place, Shown
from services.metrics.registry import registry
from services.scope import ADMIN
from services.view import LATEST, View
from streams.answers.questions import Ask
from tests.builders import Store, Wire, as_of, event, happened_by, joined, quota, rate, team
from tests.homes import HomeKind, examples, some_stores
from tests.stores import us

DAYS = st.integers(1, 9).map(lambda day: f"2017-03-0{day}")
MOMENTS = st.integers(0, 23).map(lambda hour: f"2017-03-05T{hour:02}:00:00Z")
WHEN = st.one_of(DAYS, MOMENTS)
NAMES = st.sampled_from(["1", "2", "3"])
REPS = st.sampled_from(["ann", "bob"])
ACCOUNTS = st.sampled_from(["a", "b", "c"])
FIELDS: st.SearchStrategy[Wire] = st.fixed_dictionaries(
    {},
    optional={
        "owner": st.none() | REPS,
        "account": st.none() | ACCOUNTS,
        "amount": st.none() | st.sampled_from(["10.00", "0.01", "33.33"]),
        "currency": st.sampled_from(["USD", "EUR"]),
        "stage": st.sampled_from(["new", "offer"]),
        "expected_close": st.none() | DAYS,
    },
)
SPLITS: st.SearchStrategy[Wire] = st.sampled_from(
    [
        {"revenue": []},
        {"revenue": [{"rep": "ann", "share_bp": 3333}, {"rep": "bob", "share_bp": 6667}]},
        {"revenue": [], "overlay": [{"rep": "bob", "share_bp": 5000}]},
    ]
)
CLOSED: st.SearchStrategy[Wire] = st.fixed_dictionaries(
    {}, optional={"closed_on": DAYS, "amount": st.sampled_from(["5.00", "7.77"])}
)
DATA: dict[str, st.SearchStrategy[Wire]] = {
    "deal.created": FIELDS,
    "deal.updated": FIELDS,
    "deal.owner_changed": st.fixed_dictionaries({"owner": REPS}),
    "deal.stage_changed": st.fixed_dictionaries({"stage": st.sampled_from(["new", "offer", "won"])}),
    "deal.split_changed": SPLITS,
    "deal.won": CLOSED,
    "deal.lost": CLOSED,
    "deal.reopened": st.just({}),
    "deal.deleted": st.just({}),
    "deal.restored": st.just({}),
}


@st.composite
def deal_events(draw: st.DrawFn) -> Wire:
    """Return any event of one of a few deals."""
    kind = draw(st.sampled_from(sorted(DATA)))
    return event(kind, f"deal/{draw(NAMES)}", draw(WHEN), **draw(DATA[kind]))


@st.composite
def merges(draw: st.DrawFn) -> Wire:
    """Return a merge of two of a few deals or accounts."""
    kind, names = draw(st.sampled_from([("deal", "123"), ("account", "abc")]))
    root, into = draw(st.permutations(names))[:2]
    return event(f"{kind}.merged", f"{kind}/{root}", draw(WHEN), into=into)


@st.composite
def invoices(draw: st.DrawFn) -> Wire:
    """Return a plan, a receipt or a refund of one of two invoices."""
    subject, when = f"invoice/{draw(st.sampled_from('12'))}", draw(WHEN)
    kind = draw(st.sampled_from(["invoice.planned", "receipt.received", "receipt.refunded", "receipt.reallocated"]))
    if kind == "invoice.planned":
        lines = [{"due": draw(DAYS), "amount": "5.00"}, {"due": draw(DAYS), "amount": "5.00"}]
        return event(kind, subject, when, deal=draw(NAMES), account=draw(ACCOUNTS), currency="USD", lines=lines)
    receipt = draw(st.sampled_from("rs"))
    if kind == "receipt.reallocated":
        return event(kind, subject, when, receipt=receipt, line=draw(st.integers(0, 2)))
    return event(kind, subject, when, receipt=receipt, amount=draw(st.sampled_from(["5.00", "10.00"])))


@st.composite
def others(draw: st.DrawFn) -> Wire:
    """Return an event of an activity, a lead, a ticket or a document."""
    kinds: list[tuple[str, Wire]] = [
        ("activity.logged", {"kind": "call", "by": "ann", "account": "a", "deal": "1"}),
        ("activity.logged", {"kind": "meeting", "by": "bob", "customer_present": True}),
        ("followup.planned", {"due": "2017-03-05", "by": "ann", "deal": "2"}),
        ("followup.done", {}),
        ("lead.created", {"rep": "ann"}),
        ("lead.assigned", {"rep": "bob"}),
        ("lead.responded", {"human": True}),
        ("lead.converted", {}),
        ("ticket.opened", {}),
        ("ticket.replied", {"public": True, "by": "ann"}),
        ("ticket.resolved", {"by": "bob"}),
        ("ticket.reopened", {}),
        ("ticket.rated", {"score": 4}),
        ("ticket.merged", {"into": "9"}),
        ("document.written", {"kind": "play", "title": "One", "text": "Two", "author": "ann", "deal": "1"}),
        ("document.updated", {"verifier": "bob", "tags": ["x"]}),
        ("document.verified", {"by": "bob"}),
        ("document.used", {"deal": "2", "by": "bob"}),
        ("document.found_helpful", {"helpful": True, "by": "bob"}),
        ("document.contradicted", {"by": "bob", "text": "No."}),
        ("document.archived", {}),
    ]
    kind, fields = draw(st.sampled_from(kinds))
    root = "activity" if kind.startswith("followup") else kind.partition(".")[0]
    return event(kind, f"{root}/1", draw(WHEN), **fields)


def unlike(wire: Wire) -> str:
    """Return what makes an event the same one."""
    return str(wire["id"])


ANYTHING = st.one_of(deal_events(), deal_events(), deal_events(), merges(), invoices(), others())
TEAMS = [
    joined("ann", team="north"),
    team("north"),
    quota("q", "50.00", "2017-Q1", rep="ann"),
    rate("EUR", "2017-01-01", "1.1"),
]
BY: tuple[By, By] = ("rep", "team")
HISTORIES = st.lists(ANYTHING, max_size=14, unique_by=unlike)


def test_order_of_arrival_is_free(home: HomeKind) -> None:
    """Rules 2, 10, 11 and 12: any history in any order of arrival gives the same states, cells and
    summed journal.
    """

    @examples(home, embedded=60, postgres=20)
    @given(history=HISTORIES, seed=st.integers(0, 99))
    def check(history: list[Wire], seed: int) -> None:
        with some_stores(home) as stores:
            one, other = stores(), stores()
            one.send(history)
            other.send(Random(seed).sample(history, len(history)))
            assert one.count("dead_letters") == other.count("dead_letters") == 0
            assert one.dump() == other.dump()

    check()


def test_replay_equals_live_and_twice_equals_once(home: HomeKind) -> None:
    """Rules 3, 19 and 20: batches, restarts, a second delivery and a replay change no byte of the full
    journal.
    """

    @examples(home, embedded=60, postgres=15)
    @given(history=HISTORIES, batch=st.integers(1, 5))
    def check(history: list[Wire], batch: int) -> None:
        with some_stores(home) as stores:
            whole, cut = stores(), stores()
            whole.send(history)
            cut.send(history[:7], batch=batch)
            cut.restart()
            cut.send(history[7:], history, batch=batch)
            assert (cut.dump(), cut.journal()) == (whole.dump(), whole.journal())
            assert whole.replayed() == (whole.dump(), whole.journal())

    check()


def boards(store: Store, view: View) -> list[tuple[str, tuple[Place, ...], Shown]]:
    """Return every metric by rep and by team, with the totals."""
    questions = store.questions()
    asks = [Ask(metric=metric, period="2017", view=view, by=by) for metric in registry() for by in BY]
    found = [(board.metric.id, board.places, board.total) for board in (questions.board(ask, ADMIN) for ask in asks)]
    questions.close()
    return found


def test_happened_by_equals_a_store_that_was_told_only_that_much(home: HomeKind) -> None:
    """Rule 4: the fold up to a moment is that of a store which never heard of anything later, for
    every metric.
    """

    @examples(home, embedded=12, postgres=3)
    @given(history=HISTORIES, hour=st.integers(0, 23))
    def check(history: list[Wire], hour: int) -> None:
        moment = f"2017-03-05T{hour:02}:30:00Z"
        known = [wire for wire in history if str(wire["time"]) <= moment]
        with some_stores(home) as stores:
            whole, less = stores(), stores()
            whole.send(TEAMS, history)
            less.send(TEAMS, known, at=moment)
            assert boards(whole, happened_by(moment)) == boards(less, LATEST)

    check()


def test_as_of_equals_a_store_that_knows_no_more(home: HomeKind) -> None:
    """Rule 4: what was known at a moment is what a store knows that was told nothing since, for every
    metric.
    """

    @examples(home, embedded=12, postgres=3)
    @given(history=HISTORIES, place=st.integers(0, 14))
    def check(history: list[Wire], place: int) -> None:
        first, then, last = "2017-03-20T00:00:00Z", "2017-03-21T00:00:00Z", "2017-03-22T00:00:00Z"
        with some_stores(home) as stores:
            whole, less = stores(), stores()
            for store in (whole, less):
                store.send(TEAMS, history[:place], at=first)
            whole.send(history[place:], at=last)
            less.now_us = us(then)
            assert boards(whole, as_of(then)) == boards(less, LATEST)

    check()
