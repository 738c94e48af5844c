"""Another model: everything is read again beside, search answers as before meanwhile, then the new index answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from api.searching import filling
from api.searching.mark import NEXT, FileEditions, FileMarks
from api.searching.place import Alone, Place
from search.index.places import FolderEngines, ServerEngines
from search.index.port import Engines
from tests.api.searching.indexed import Indexed, indexed
from tests.builders import event
from tests.search.letters import Letters, Others
from tests.stores import Wire

LETTERS, OTHERS = Letters(), Others()


def written(name: str, text: str = "Discounts are asked for.", when: str = "2017-03-01") -> Wire:
    """Return a document as it is written."""
    return event("document.written", f"document/{name}", when, title=name, text=text, readers=["everyone"])


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read two roots at a time, so that a change of model has a middle."""
    monkeypatch.setattr(filling, "ROOTS_MAX", 2)


@pytest.fixture(params=["edge", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Return a place of each kind; the memory of the client is emptied when it is closed."""
    folder = tmp_path / "index"
    engines: Engines = FolderEngines(folder)
    if request.param == "memory":
        engines = ServerEngines(lambda: QdrantClient(":memory:"), "test-")
    return Place(engines, FileMarks(folder), Alone(), FileEditions(folder))


@pytest.fixture
def choice() -> list[Letters]:
    """Return what is chosen, in its only place."""
    return [LETTERS]


@pytest.fixture
def site(tmp_path: Path, place: Place, choice: list[Letters]) -> Iterator[Indexed]:
    """Give five documents that were read by the first model."""
    with indexed(tmp_path, lambda: choice[0], LETTERS, OTHERS, place=place) as found:
        found.store.send([written(f"d{number}") for number in range(5)])
        found.read()
        yield found


def models(site: Indexed) -> tuple[str, str | None]:
    """Return whose vectors answer, and whose are being made."""
    status = site.search.status()
    return status.model, status.remaking


def test_search_answers_as_before_until_everything_is_read(site: Indexed, place: Place, choice: list[Letters]) -> None:
    """On the way the old vectors answer, by meaning, also what is new; then the new ones, and the old ones are gone."""
    choice[0] = OTHERS
    assert site.search.step() == 2
    assert models(site) == ("letters", "others")
    status = site.search.status()
    assert (status.roots_read, status.roots_total) == (2, 5) and not status.waiting
    site.store.send(written("late", "A word that came late.", "2017-03-02"))
    site.search.step()
    assert models(site) == ("letters", "others")
    assert site.ask("discounts").with_model and len(site.found("discounts")) == 6
    assert "document/late" in site.found("late word") and site.models.kept == {"letters", "others"}
    site.read()
    assert models(site) == ("others", None) and site.models.kept == {"others"}
    assert site.ask("discounts").with_model
    assert len(site.found("discounts")) == 6 and "document/late" in site.found("late word")
    assert place.engines.names() == ["made-2"]


def test_going_back_on_the_way(site: Indexed, place: Place, choice: list[Letters]) -> None:
    """Who goes back before the end loses nothing: the old index never stopped, and the half one is removed."""
    choice[0] = OTHERS
    site.search.step()
    site.store.send(written("late", "A word that came late."))
    choice[0] = LETTERS
    site.read()
    assert models(site) == ("letters", None) and place.engines.names() == ["made-1"]
    assert len(site.found("discounts")) == 6 and "document/late" in site.found("late word")


def test_going_back_after_the_end(site: Indexed, place: Place, choice: list[Letters]) -> None:
    """There and back again is two changes, each complete."""
    for model, folder in ((OTHERS, "made-2"), (LETTERS, "made-3")):
        choice[0] = model
        site.read()
        assert models(site) == (model.name, None) and place.engines.names() == [folder]
        assert len(site.found("discounts")) == 5


def test_a_document_that_goes_meanwhile_is_in_neither(site: Indexed, choice: list[Letters]) -> None:
    """Whatever is archived while everything is read again is found no more, before the change and after."""
    choice[0] = OTHERS
    site.search.step()
    site.store.send(event("document.archived", "document/d0", "2017-03-05"))
    site.search.step()
    assert models(site)[1] == "others" and "document/d0" not in site.found("discounts")
    site.read()
    assert models(site) == ("others", None) and len(site.found("discounts")) == 4


def test_everything_is_read_again_on_demand(site: Indexed, place: Place) -> None:
    """Who asks for it gets another index of the same model, beside the old one, and once."""
    place.editions.ask()
    site.search.step()
    assert models(site) == ("letters", "letters") and len(site.found("discounts")) == 5
    site.read()
    assert models(site) == ("letters", None) and place.engines.names() == ["made-2"]
    assert site.read() == 0 and len(site.found("discounts")) == 5


def test_a_question_that_runs_keeps_its_index(site: Indexed, place: Place, choice: list[Letters]) -> None:
    """The old index is removed only after the last question that it was answering."""
    with site.search._answering() as ready:
        assert ready is not None
        choice[0] = OTHERS
        site.read()
        assert models(site) == ("others", None) and place.engines.names() == ["made-1", "made-2"]
        assert ready.holding.engine.size() > 0
    site.search.step()
    assert place.engines.names() == ["made-2"]


def test_a_choice_that_cannot_be_used_changes_nothing(site: Indexed, choice: list[Letters]) -> None:
    """While the chosen model is missing, the one of the index goes on reading what is new."""
    site.models._choose = lambda: None
    site.store.send(written("late", "A word that came late."))
    site.read()
    assert models(site) == ("letters", None) and "document/late" in site.found("late word")


def test_a_process_that_ends_on_the_way_goes_on_there(tmp_path: Path) -> None:
    """What was read of the new index is not read again, and the old one answers from the start."""
    with indexed(tmp_path, lambda: LETTERS) as site:
        site.store.send([written(f"d{number}") for number in range(5)])
        site.read()
    with indexed(tmp_path, lambda: OTHERS, LETTERS) as site:
        assert site.search.step() == 2
    with indexed(tmp_path, lambda: OTHERS, LETTERS) as site:
        assert site.ask("discounts").with_model and models(site)[0] == "letters"
        assert site.search.step() == 2
        status = site.search.status()
        assert (status.remaking, status.roots_read) == ("others", 4)
        site.read()
        assert models(site) == ("others", None)


def test_a_process_that_ends_within_the_change_has_changed(tmp_path: Path) -> None:
    """When both marks name the new index, it is the one that answers, and nothing is being made."""
    with indexed(tmp_path, lambda: LETTERS) as site:
        site.store.send([written(f"d{number}") for number in range(3)])
        site.read()
    with indexed(tmp_path, lambda: OTHERS, LETTERS) as site:
        site.read()
        held = site.search._shelf.current
        assert held is not None
        FileMarks(tmp_path / "index").write(NEXT, held.mark)
    with indexed(tmp_path, lambda: OTHERS, LETTERS) as site:
        site.read()
        assert models(site) == ("others", None)
    with indexed(tmp_path, lambda: LETTERS, OTHERS) as site:
        site.read()
        assert models(site) == ("letters", None) and len(site.found("discounts")) == 3
