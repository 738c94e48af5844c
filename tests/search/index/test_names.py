"""Names: right after every write, whoever reads meanwhile."""

from collections.abc import Mapping, Sequence

from search.index.names import Names
from search.index.port import Payload, Point


def written(rev: int) -> Point:
    """Return a point of a revision."""
    return Point(id="p", payload={"doc_id": "d", "rev": rev})


def test_a_name_is_read_once() -> None:
    """What is known is not read again, and what is not there has no name."""
    asked: list[list[str]] = []

    def read(ids: Sequence[str]) -> Mapping[str, Payload]:
        asked.append(list(ids))
        return {"p": written(1).payload}

    names = Names(read)
    assert names.of(["p", "q"]) == [("d", 1), None]
    assert names.of(["p"]) == [("d", 1)] and asked == [["p", "q"]]


def test_what_is_written_while_it_is_read_counts() -> None:
    """A reader who comes back late with the old name does not put it over the new one."""
    names: Names

    def read(ids: Sequence[str]) -> Mapping[str, Payload]:
        old = {one: written(1).payload for one in ids}
        names.written([written(2)])
        return old

    names = Names(read)
    assert names.of(["p"]) == [("d", 2)] and names.of(["p"]) == [("d", 2)]
