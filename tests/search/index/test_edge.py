"""What only the engine in this process has: a folder, a lock, a limit, a copy."""

from pathlib import Path

import pytest

from search.index.edge import EdgeEngine
from search.index.errors import IndexBusy, IndexFull
from search.index.port import Ask
from tests.search.index.test_engines import EVERYTHING, direction, name_of, point
from tests.search.letters import WIDTH


def test_what_was_written_is_there_again(tmp_path: Path) -> None:
    """An index that is closed and opened holds what it held, with its filters."""
    engine = EdgeEngine(tmp_path / "index", WIDTH)
    engine.put([point(number, kind="case") for number in range(3)])
    engine.close()
    again = EdgeEngine(tmp_path / "index", WIDTH)
    assert again.count(EVERYTHING) == 3 and again.facet("kind", EVERYTHING) == [("case", 3)]
    hit = again.search([Ask(dense=direction(1), where=EVERYTHING, limit=1)])[0][0]
    assert (hit.id, hit.doc_id, hit.rev) == (name_of(1), "d1", 1)
    again.close()


def test_one_process_has_a_folder(tmp_path: Path) -> None:
    """A second one is told so, and may have it when the first is done."""
    engine = EdgeEngine(tmp_path / "index", WIDTH)
    with pytest.raises(IndexBusy, match="another process"):
        EdgeEngine(tmp_path / "index", WIDTH)
    engine.close()
    EdgeEngine(tmp_path / "index", WIDTH).close()


def test_it_does_not_grow_without_limit(tmp_path: Path) -> None:
    """More points than an exact scan can bear are refused, with the way out; what is there stays."""
    engine = EdgeEngine(tmp_path / "index", WIDTH, points_max=4)
    engine.put([point(number) for number in range(4)])
    with pytest.raises(IndexFull, match="PACELINE_QDRANT"):
        engine.put([point(4)])
    engine.put([point(3, rev=2)])
    assert engine.count(EVERYTHING) == 4
    engine.close()


def test_a_copy_is_an_index(tmp_path: Path) -> None:
    """A backup holds everything written before it, and can be opened."""
    engine = EdgeEngine(tmp_path / "index", WIDTH)
    engine.put([point(number) for number in range(3)])
    engine.backup(tmp_path / "copy")
    engine.put([point(9)])
    copy = EdgeEngine(tmp_path / "copy", WIDTH)
    assert copy.count(EVERYTHING) == 3 and copy.read([name_of(2)])
    copy.close()
    engine.close()


def test_a_half_made_folder_is_made_again(tmp_path: Path) -> None:
    """What a process left that died while it made an index does not stand in the way."""
    for name in ("index", "index.making"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "segments").mkdir()
    EdgeEngine(tmp_path / "index", WIDTH).close()
