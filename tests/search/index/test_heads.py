"""Heads: read once, and never older than the last write."""

from collections.abc import Sequence

from search.index.heads import Heads
from search.index.port import Field, Stored, Where


def stored(one: str, rev: int = 1, part: str = "head") -> Stored:
    """Return a point of a revision."""
    return Stored(id=one, payload={"part": part, "rev": rev})


class Shelf:
    """Points as they are stored, with a list of what was read of them."""

    def __init__(self, *points: Stored) -> None:
        self.points = {one.id: one for one in points}
        self.asked: list[list[str]] = []

    def read(self, ids: Sequence[str]) -> list[Stored]:
        """Return what is there."""
        self.asked.append(list(ids))
        return [self.points[one] for one in ids if one in self.points]


def test_heads_are_read_once_and_passages_each_time() -> None:
    """Only heads are kept, and what is not there is looked for again."""
    shelf = Shelf(stored("a"), stored("b", part="passage"))
    heads = Heads(shelf.read)
    for _ in range(2):
        assert {one.id for one in heads.read(["a", "b", "c"])} == {"a", "b"}
    assert shelf.asked == [["a", "b", "c"], ["b", "c"]]


def test_a_write_is_seen_by_the_next_reader() -> None:
    """What was written, changed or removed is read anew; passages that go away change no head."""
    shelf = Shelf(stored("a"))
    heads = Heads(shelf.read)
    heads.read(["a"])
    shelf.points["a"] = stored("a", 2)
    heads.written(["a"])
    assert [one.payload["rev"] for one in heads.read(["a"])] == [2]
    heads.changed(Where(must=(Field(name="part", values=("passage",)),)))
    heads.read(["a"])
    assert len(shelf.asked) == 2
    del shelf.points["a"]
    heads.changed(Where(must=(Field(name="doc_id", values=("a",)),)))
    assert heads.read(["a"]) == []


def test_what_is_written_while_it_is_read_is_not_kept_as_it_was() -> None:
    """A reader who comes back late with the old head does not leave it behind."""
    shelf = Shelf(stored("a"))
    late = True

    def read(ids: Sequence[str]) -> list[Stored]:
        nonlocal late
        found = shelf.read(ids)
        if late:
            late = False
            shelf.points["a"] = stored("a", 2)
            heads.written(["a"])
        return found

    heads = Heads(read)
    assert [one.payload["rev"] for one in heads.read(["a"])] == [1]
    assert [one.payload["rev"] for one in heads.read(["a"])] == [2]


def test_there_are_never_more_than_a_stated_number() -> None:
    """Those that were read first go first."""
    shelf = Shelf(*(stored(name) for name in "abc"))
    heads = Heads(shelf.read, heads_max=2)
    heads.read(["a", "b"])
    heads.read(["c"])
    heads.read(["b", "c"])
    assert shelf.asked == [["a", "b"], ["c"]]
    heads.read(["a"])
    assert shelf.asked[-1] == ["a"]
