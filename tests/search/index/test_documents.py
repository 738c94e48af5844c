"""Documents: replaced and removed whole, whatever happens in between and however late a writer comes."""

from collections.abc import Callable

import pytest

from search.index.document import Document, passage_id, prepare
from search.index.documents import Documents
from search.index.port import Engine, Field, Payload, Point, Where
from tests.search.letters import Letters

MINE = Where(must=(Field(name="tenant", values=("company",)),))


def document(
    rev: int, sentences: int = 40, *, name: str = "case/1", readers: tuple[str, ...] = ("public",)
) -> Document:
    """Return a revision whose every sentence says which one it is."""
    text = " ".join(
        f"Sentence {number} of revision {rev} speaks of renewals and prices." for number in range(sentences)
    )
    return Document(id=name, rev=rev, kind="case", title=f"Revision {rev}", text=text, readers=readers)


def texts(documents: Documents, name: str = "case/1") -> str:
    """Return a document as it is read."""
    return " ".join(str(one.payload["text"]) for one in documents.passages("company", name))


def whole(documents: Documents, revs: tuple[int, ...], sentences: tuple[int, ...]) -> bool:
    """Tell whether a document reads as exactly one of some revisions."""
    return texts(documents) in [document(rev, count).text for rev, count in zip(revs, sentences, strict=True)]


class Stopping:
    """An engine that dies before one of its changes, as a killed process does; before that `watch` looks at it."""

    def __init__(self, engine: Engine, changes: int, watch: Callable[[], None] = lambda: None) -> None:
        self.engine, self.left, self.watch = engine, changes, watch
        self.search, self.read, self.count = engine.search, engine.read, engine.count
        self.size, self.facet, self.scroll = engine.size, engine.facet, engine.scroll
        self.flush, self.close = engine.flush, engine.close

    def _change(self) -> None:
        self.watch()
        if self.left == 0:
            raise InterruptedError
        self.left -= 1

    def put(self, points: list[Point], *, newer: bool = False) -> None:
        """Write, or die."""
        self._change()
        self.engine.put(points, newer=newer)

    def remove(self, where: Where) -> None:
        """Remove, or die."""
        self._change()
        self.engine.remove(where)

    def mark(self, where: Where, payload: Payload) -> None:
        """Mark, or die."""
        self._change()
        self.engine.mark(where, payload)


def test_a_revision_replaces_the_one_before(engine: Engine) -> None:
    """After a shorter revision nothing of the longer one is left, neither to read nor to count."""
    documents = Documents(engine)
    assert documents.replace(prepare([document(1)], Letters())) == 1
    before = engine.count(MINE)
    assert documents.replace(prepare([document(2, 3)], Letters())) == 1
    assert texts(documents) == document(2, 3).text
    assert engine.count(MINE) == 2 < before


def test_the_same_again_and_older_ones_change_nothing(engine: Engine) -> None:
    """A replay of what was written, or of an older revision, is a repetition."""
    documents = Documents(engine)
    documents.replace(prepare([document(5)], Letters()))
    before = engine.count(MINE)
    assert documents.replace(prepare([document(5), document(4, 90, name="case/1")], Letters())) == 0
    assert texts(documents) == document(5).text and engine.count(MINE) == before


@pytest.mark.parametrize("changes", range(4))
def test_a_writer_that_dies_leaves_one_revision(engine: Engine, changes: int) -> None:
    """Wherever a writer dies, the document reads as the old or the new one, and the next try finishes."""
    documents = Documents(engine)
    documents.replace(prepare([document(1)], Letters()))
    seen: list[bool] = []
    stopping = Stopping(engine, changes, lambda: seen.append(whole(documents, (1, 2), (40, 25))))
    try:
        Documents(stopping).replace(prepare([document(2, 25)], Letters()))
    except InterruptedError:
        assert changes < 3
    assert all(seen) and whole(documents, (1, 2), (40, 25))
    documents.replace(prepare([document(2, 25)], Letters()))
    assert texts(documents) == document(2, 25).text
    assert engine.count(MINE) == 1 + len(documents.passages("company", "case/1"))


@pytest.mark.parametrize("changes", range(3))
def test_a_removal_that_dies_is_all_or_nothing(engine: Engine, changes: int) -> None:
    """A document is there whole or not at all, and the next try finishes."""
    documents = Documents(engine)
    documents.replace(prepare([document(1)], Letters()))
    try:
        Documents(Stopping(engine, changes)).remove("company", "case/1", 2)
    except InterruptedError:
        assert changes < 2
    assert texts(documents) in ("", document(1).text)
    documents.remove("company", "case/1", 2)
    assert texts(documents) == "" and engine.count(Where(must=(Field(name="part", values=("passage",)),))) == 0


def test_what_was_removed_stays_removed(engine: Engine) -> None:
    """A revision that comes after its removal does not come back; a newer one does."""
    documents = Documents(engine)
    documents.replace(prepare([document(3)], Letters()))
    documents.remove("company", "case/1", 4)
    assert documents.replace(prepare([document(3)], Letters())) == 0 and not documents.heads("company", ["case/1"])
    assert documents.replace(prepare([document(5)], Letters())) == 1 and texts(documents) == document(5).text


def test_two_writers_leave_the_newer_one(engine: Engine) -> None:
    """A slow writer, overtaken between its passages and its head, takes its passages away again."""
    documents = Documents(engine)
    overtaken = [False]

    def overtake() -> None:
        if engine.read([passage_id("company", "case/1", 2, 0)]) and not overtaken[0]:
            overtaken[0] = True
            documents.replace(prepare([document(3, 7)], Letters()))

    Documents(Stopping(engine, 9, overtake)).replace(prepare([document(2)], Letters()))
    assert overtaken[0] and texts(documents) == document(3, 7).text
    assert engine.count(MINE) == 1 + len(documents.passages("company", "case/1"))


def test_readers_change_without_a_new_revision(engine: Engine) -> None:
    """Who may read is changed on every point of a document at once, and may become nobody."""
    documents = Documents(engine)
    documents.replace(prepare([document(1), document(1, name="case/2")], Letters()))
    documents.set_readers("company", "case/1", ["team:sales"])
    for name, wanted in (("case/1", ["company/team:sales"]), ("case/2", ["company/public"])):
        points = [documents.heads("company", [name])[name], *documents.passages("company", name)]
        assert all(point.payload["readers"] == wanted for point in points)
    documents.set_readers("company", "case/1", [])
    assert documents.heads("company", ["case/1"])["case/1"].payload["readers"] == []


def test_fields_that_no_filter_knows_are_refused() -> None:
    """A field must be one that engines index, and never one that the index sets itself."""
    for fields in ({"colour": ("red",)}, {"readers": ("public",)}):
        wrong = Document(id="1", rev=1, kind="case", title="", text="x", readers=(), fields=fields)
        with pytest.raises(ValueError, match="no such fields"):
            prepare([wrong], None)
