"""Settings: what the environment and a running cluster say."""

from pathlib import Path

import pytest

from api.settings import CLUSTER, ClusterFileWrong, SettingWrong, settings

STORE, KAFKA = "postgresql://paceline@db/paceline", "kafka-1:9092,kafka-2:9092"


def _said(home: Path, **named: str) -> dict[str, str]:
    return {"PACELINE_HOME": str(home)} | {f"PACELINE_{name.upper()}": value for name, value in named.items()}


def test_nothing_said_is_the_embedded_home(tmp_path: Path) -> None:
    """Without a store there is a file in the data folder and no Kafka."""
    found = settings(_said(tmp_path))
    assert (found.store, found.kafka, found.qdrant, found.scaled) == (None, None, None, False)


def test_a_store_and_brokers_are_the_scaled_out_home(tmp_path: Path) -> None:
    """The variables say where the parts are."""
    found = settings(_said(tmp_path, store=STORE, kafka=KAFKA, qdrant="http://qdrant:6333"))
    assert (found.store, found.kafka, found.qdrant, found.scaled) == (STORE, KAFKA, "http://qdrant:6333", True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "70000"),
        ("port", "eighty"),
        ("host", "192.168.0.7"),
        ("host", "example.com"),
        ("store", "mysql://db/paceline"),
        ("store", "paceline.db"),
        ("kafka", "kafka"),
        ("kafka", "kafka:9092;other:9092"),
        ("kafka", KAFKA),
        ("topics", "pace line"),
        ("qdrant", "qdrant:6333"),
    ],
)
def test_a_value_without_sense_is_named(tmp_path: Path, name: str, value: str) -> None:
    """The setting that is wrong is named, with what it must be; brokers alone make no sense."""
    with pytest.raises(SettingWrong, match=f"PACELINE_{name.upper()}.*must be"):
        settings(_said(tmp_path, **{name: value}))


def test_where_it_listens(tmp_path: Path) -> None:
    """On loopback, and inside a container on every address of it."""
    assert [settings(_said(tmp_path, host=host)).host for host in ("", "0.0.0.0")] == ["127.0.0.1", "0.0.0.0"]


def test_a_password_is_not_repeated(tmp_path: Path) -> None:
    """An address that cannot be read may hold a password."""
    with pytest.raises(SettingWrong) as wrong:
        settings(_said(tmp_path, store="postgres:/paceline:hunter2@db"))
    assert "hunter2" not in str(wrong.value)


def test_a_running_cluster_is_found_in_its_data_folder(tmp_path: Path) -> None:
    """What the file of a cluster says holds until the environment says otherwise."""
    text = f'{{"store": "{STORE}", "kafka": "{KAFKA}", "nodes": ["http://127.0.0.1:8642"], "pids": {{"kafka": 7}}}}'
    (tmp_path / CLUSTER).write_text(text)
    found = settings(_said(tmp_path))
    assert (found.store, found.kafka, found.nodes) == (STORE, KAFKA, ("http://127.0.0.1:8642",))
    assert settings(_said(tmp_path, kafka="other:9092")).kafka == "other:9092"


def test_a_broken_file_of_a_cluster_says_what_to_do(tmp_path: Path) -> None:
    """A file that was cut off names itself and the way out."""
    (tmp_path / CLUSTER).write_text('{"store": ')
    with pytest.raises(ClusterFileWrong, match="paceline cluster down"):
        settings(_said(tmp_path))
