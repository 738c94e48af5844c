"""Documents in a store: their numbers, and what search is told to read again."""

from contextlib import closing
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from services.documents.document import Document
from services.events.decode import read
from services.events.envelope import Event
from services.view import LATEST
from streams.answers.documents import records
from streams.history.verify import rebuild, verify
from streams.ledger.jobs import Job
from streams.ledger.ledger import Ledger
from streams.store.connection import Connection
from streams.store.postgres import make_store, open_postgres
from tests.builders import Store, Wire, deal, event, lost, order, stage, won
from tests.homes import Stores
from tests.oracle.fold import tell
from tests.stores import NOW, us

DAY = st.integers(1, 28).map(lambda day: f"2017-03-{day:02}")
PEOPLE = st.sampled_from(["ann", "bob", "una"])


def document(kind: str, when: str, /, name: str = "d", **fields: object) -> Wire:
    """Return an event of a document."""
    return event(f"document.{kind}", f"document/{name}", when, **fields)


def queue(connection: Connection) -> list[tuple[str, int]]:
    """Return what search has to read again."""
    rows = connection.execute("SELECT subject, position FROM index_queue ORDER BY position, subject")
    return [(subject, position) for subject, position in rows]


@st.composite
def document_events(draw: st.DrawFn) -> Wire:
    """Return an event of one of two documents, or of two deals that become one."""
    if draw(st.integers(0, 4)) == 0:
        one, other = draw(st.permutations("123"))[:2]
        return event("deal.merged", f"deal/{one}", draw(DAY), into=other)
    fields: dict[str, Wire] = {
        "written": {"author": draw(PEOPLE)},
        "used": {"by": draw(PEOPLE), "deal": draw(st.sampled_from("123"))},
        "use_withdrawn": {"by": draw(PEOPLE), "deal": draw(st.sampled_from("123"))},
        "found_helpful": {"by": draw(PEOPLE), "helpful": draw(st.booleans())},
    }
    kind = draw(st.sampled_from(sorted(fields)))
    return document(kind, draw(DAY), name=draw(st.sampled_from("de")), **fields[kind])


@settings(max_examples=30, derandomize=True, deadline=None)
@given(told=st.lists(document_events(), max_size=16, unique_by=lambda wire: str(wire["id"])))
def test_numbers_of_knowledge_are_the_oracle_s(told: list[Wire]) -> None:
    """Assists, documents written and answers are what a count from scratch gives, whatever the order and the merges."""
    with TemporaryDirectory() as folder:
        store = Store(Path(folder))
        store.send(told)
        numbers = tell(told).numbers(date(2017, 3, 1), date(2017, 3, 31))
        assists = {rep: int(str(value)) for rep, value in store.board("assists", "2017-03").items()}
        assert assists == {rep: count[0] for rep, count in numbers["assists"].items()}
        written = {rep: int(str(value)) for rep, value in store.board("documents_written", "2017-03").items()}
        assert written == {rep: count[0] for rep, count in numbers["documents_written"].items()}
        shares = store.asked("helpful_share", "2017-03").places
        found = {
            place.id: (float(place.value.number or 0) * place.value.sample, place.value.sample) for place in shares
        }
        assert {rep: (round(good), size) for rep, (good, size) in found.items()} == numbers["helpful_share"]
        store.home.close()


def test_an_assist_is_a_deal_not_a_click(tmp_path: Path) -> None:
    """Two documents of an author used twice in one deal are one assist; adjustments add to it."""
    store = Store(tmp_path)
    for name in "de":
        store.send(document("written", "2017-03-01", name=name, author="ann"))
        store.send(document("used", f"2017-03-0{day}", name=name, deal="1", by="bob") for day in (2, 3))
    store.send(
        event(
            "adjustment.posted",
            "adjustment/1",
            "2017-03-05",
            metric="assists",
            rep="ann",
            amount="2",
            day="2017-03-05",
            reason="a talk",
        )
    )
    assert store.board("assists", "2017-03") == {"ann": "3"}


def test_a_use_taken_back_counts_for_nobody(stores: Stores) -> None:
    """Assist, uses and record go with it, whatever comes first; used again it counts again, and verify agrees."""
    told = [
        document("written", "2017-03-01", author="ann"),
        *order("1", "2017-03-05"),
        document("used", "2017-03-02", deal="1", by="bob"),
        document("used", "2017-03-02", deal="1", by="una"),
        document("use_withdrawn", "2017-03-03", deal="1", by="bob"),
    ]
    again = document("used", "2017-03-04", deal="1", by="bob")
    gone = document("use_withdrawn", "2017-03-06", deal="1", by="una")
    for wires in (told, told[::-1]):
        store = stores()
        store.send([[wire] for wire in wires], batch=1)
        assert store.board("assists", "2017-03") == {"ann": "1"}
        assert used(store) == (1, [("1", "won")])
        store.send(gone)
        assert store.board("assists", "2017-03").get("ann") in (None, "0")
        assert used(store) == (0, [])
        store.send(again)
        assert store.board("assists", "2017-03") == {"ann": "1"}
        assert used(store) == (1, [("1", "won")])
        assert store.differing() == []


def test_a_deal_opened_again_takes_no_assist_away(stores: Stores) -> None:
    """An assist is for the help, not for the win: it stands when the deal is opened again, and the record follows."""
    store = stores()
    store.send(document("written", "2017-03-01", author="ann"), document("used", "2017-03-02", deal="1", by="bob"))
    store.send(order("1", "2017-03-05"))
    assert used(store) == (1, [("1", "won")])
    store.send(event("deal.reopened", "deal/1", "2017-03-06"))
    assert used(store) == (1, [("1", "open")])
    store.send(lost("1", "2017-03-07"))
    assert used(store) == (1, [("1", "lost")])
    assert store.board("assists", "2017-03") == {"ann": "1"}


def used(store: Store) -> tuple[int, list[tuple[str, str]]]:
    """Return how often the document d was used, and what became of the deals."""
    state = store.state("document/d")
    assert isinstance(state, Document)
    with closing(store.questions()) as questions, questions.cut(LATEST) as cut:
        record = records(cut, ["d"])["d"]
    return state.uses, [(use.deal, use.became) for use in record.uses]


def test_search_reads_documents_and_closed_deals_again(tmp_path: Path) -> None:
    """Each event of a document lets it wait, each event of a deal that is closed before or after it as well."""
    store = Store(tmp_path)
    store.send(deal("1", "2017-03-01"), stage("1", "2017-03-02", "offer"), document("written", "2017-03-02", text="A"))
    assert queue(store.home.connection) == [("document/d", 3)]
    store.send(won("1", "2017-03-03"), event("deal.reopened", "deal/1", "2017-03-04"), deal("2", "2017-03-05"))
    assert queue(store.home.connection) == [("document/d", 3), ("deal/1", 5)]
    store.send(stage("1", "2017-03-05", "new"), document("used", "2017-03-06", deal="1", by="bob"))
    assert queue(store.home.connection) == [("deal/1", 5), ("document/d", 8)]
    store.send(lost("2", "2017-03-06"))
    store.home.connection.execute("DELETE FROM index_queue")
    store.send(event("deal.noted", "deal/2", "2017-03-05", text="Too late."))
    assert queue(store.home.connection) == [("deal/2", 10)]


def test_a_refused_delivery_lets_nothing_wait(tmp_path: Path) -> None:
    """Duplicates and conflicts change no document and wake nobody."""
    store = Store(tmp_path)
    first = document("written", "2017-03-01", text="A")
    store.send(first)
    store.home.connection.execute("DELETE FROM index_queue")
    store.send(first, first | {"data": {"text": "B"}})
    assert queue(store.home.connection) == []


def test_a_rebuild_lets_everything_wait(tmp_path: Path) -> None:
    """After a replay all documents and closed deals wait, those that were pending among them; verify does not mind."""
    store = Store(tmp_path)
    store.send(document("written", "2017-03-01", text="A"), deal("1", "2017-03-01"), won("1", "2017-03-03"))
    store.home.connection.execute("DELETE FROM index_queue WHERE subject = 'document/d'")
    assert verify(store.home.connection).differing == []
    rebuild(store.home.connection)
    assert queue(store.home.connection) == [("document/d", 1), ("deal/1", 3)]


def test_both_databases_queue_alike(tmp_path: Path, database: str) -> None:
    """The queue and the numbers of documents are the same in Postgres, also when others wrote in between."""
    told = [
        document("written", "2017-03-01", author="ann", text="A", title="T"),
        [deal("1", "2017-03-01"), won("1", "2017-03-02")],
        [document("used", "2017-03-03", deal="1", by="bob"), document("verified", "2017-03-04", by="vic")],
    ]
    store = Store(tmp_path)
    store.send(told)
    make_store(database)
    with closing(open_postgres(database)) as here, closing(open_postgres(database)) as there:
        ledgers = [Ledger(one, now_us=us(NOW)) for one in (here, there)]
        for place, wires in enumerate(told):
            items = [read(wire, now_us=us(NOW)) for wire in (wires if isinstance(wires, list) else [wires])]
            assert all(isinstance(item, Event) for item in items)
            ledgers[place % 2].apply([Job(items=items)], us(NOW))
        assert queue(here) == queue(store.home.connection)
        lines = "SELECT measure, rep, subject, n FROM journal ORDER BY measure, rep, subject, n"
        assert [tuple(row) for row in here.execute(lines)] == [
            tuple(row) for row in store.home.connection.execute(lines)
        ]
