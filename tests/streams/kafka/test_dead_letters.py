"""What could not be read in the log is a dead letter that says where it lies."""

from pathlib import Path

from streams.kafka.frames import unpack
from streams.ledger.jobs import Job
from tests.stores import NOW, Store, us


def test_an_undecodable_record_is_found_by_its_place(tmp_path: Path) -> None:
    """The dead letter of a record has topic/partition/offset as its id, with the bytes and the reason."""
    store = Store(tmp_path)
    items = unpack(b"\xff", [], place="paceline.deals/3/41", now_us=us(NOW))
    store.home.apply([Job(items=items)], us(NOW))
    rows = store.home.connection.execute("SELECT event_id, class, reason, raw FROM dead_letters").fetchall()
    assert rows == [("paceline.deals/3/41", "refused", "encoding", b"\xff")]
