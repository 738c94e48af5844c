"""The health of documents, and which of their records are read for it."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from api.knowledge.health import examined
from api.knowledge.waiting import waiting_for
from services.scope import ADMIN
from services.view import LATEST
from streams.answers.documents import records
from tests.builders import Wire, deal, event, lost, won
from tests.homes import HOMES, HomeKind, Stores, some_stores


@pytest.fixture(params=HOMES)
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """Give what makes stores of either kind."""
    kind: HomeKind = request.param
    with some_stores(kind) as found:
        yield found


def written(number: int, verifier: str | None, used_in: tuple[str, ...]) -> list[Wire]:
    """Return a document that was used in some deals."""
    subject = f"document/k{number}"
    about = {"kind": "note", "title": f"About {number}", "author": "ann", "verifier": verifier}
    return [
        event("document.written", subject, "2017-03-02", **about),
        *(
            event("document.used", subject, f"2017-03-0{day}", deal=name, by="bob")
            for day, name in enumerate(used_in, 3)
        ),
    ]


COMPANY: list[Wire | list[Wire]] = [
    *(deal(name, "2017-03-01", owner="bob") for name in "123"),
    *(lost(name, "2017-04-01") for name in "12"),
    won("3", "2017-04-02"),
    deal("4", "2017-03-01", owner="bob"),
    lost("4", "2017-04-03"),
    written(0, "vic", ("1", "2", "4")),
    written(1, "vic", ("1", "2", "3")),
    written(2, "vic", ("1",)),
    written(3, None, ("1", "1", "1")),
    written(4, "una", ()),
    *(written(number, "una", ("3",)) for number in range(5, 20)),
]


def test_what_is_shown_has_the_record_that_it_has_alone(stores: Stores) -> None:
    """Three losses are found whatever is shown, and of all other documents no record is read but those shown."""
    store = stores()
    store.send(COMPANY)
    with closing(store.questions()) as questions:
        whole, page = examined(questions, ADMIN), examined(questions, ADMIN, shown_max=2)
        assert page.health == whole.health and len(page.documents) == 20
        assert page.health.of("contradicted") == ["k0"]
        with questions.cut(LATEST) as cut:
            assert whole.records == records(cut, whole.records) and len(whole.records) == 20
            assert page.records == records(cut, page.records)
        first = {
            name
            for ailment in ("contradicted", "unverified", "orphaned", "unused")
            for name in page.health.of(ailment)[:2]
        }
        assert set(page.records) == first | {"k0", "k1", "k3"}


def test_what_waits_reads_the_records_of_the_person_alone(stores: Stores) -> None:
    """A verifier sees theirs with their records, and whoever verifies nothing sees none."""
    store = stores()
    store.send(COMPANY)
    with closing(store.questions()) as questions:
        theirs = waiting_for(questions, ADMIN, "vic")
        assert theirs.documents["contradicted"] == ["k0"] and theirs.documents["unverified"] == ["k1", "k2"]
        assert set(theirs.examination.records) == {"k0", "k1", "k2"}
        assert theirs.examination.records["k2"].count("lost") == 1
        for nobody in ("", "ann"):
            found = waiting_for(questions, ADMIN, nobody)
            assert found.count == 0 and not found.examination.records
