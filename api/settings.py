"""Settings: the only reader of the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from services.errors import PacelineError

VERSION = "0.1.0"
PORT = 8642
LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 - only where it is asked for
BODY_MAX_BYTES = 1 * 2**20
BATCH_MAX_BYTES = 5 * 2**20


class SettingWrong(PacelineError):
    """A setting with a value that makes no sense."""

    def __init__(self, name: str, value: str, wanted: str) -> None:
        super().__init__(f"{name} is “{value}”; it must be {wanted}.")


class ClusterFileWrong(PacelineError):
    """A file about a cluster that cannot be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} cannot be read. Stop the cluster with `paceline cluster down`, or remove the file.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """How Paceline runs. It binds loopback, since there is no sign-in yet.

    :ivar host: address to listen on; another than loopback is for a container whose port is published on loopback.
    :ivar store: address of a Postgres database, None for the file in the data folder.
    :ivar kafka: addresses of brokers, `host:port` with commas between; with a `store` it makes the scaled-out home.
    :ivar topics: what the names of topics begin with, for several installations on the same brokers.
    :ivar qdrant: address of a Qdrant server, None for the engine in process.
    :ivar models: folder of embedding models, None for the one inside the data folder.
    :ivar nodes: addresses of the API nodes of the cluster that runs in the data folder.
    :ivar collector: address of a collector of OpenTelemetry traces (OTLP over HTTP), None when nobody is told.
    """

    home: Path
    port: int = PORT
    host: str = LOOPBACK
    store: str | None = None
    kafka: str | None = None
    qdrant: str | None = None
    topics: str = "paceline"
    models: Path | None = None
    nodes: tuple[str, ...] = ()
    collector: str | None = None

    @property
    def models_folder(self) -> Path:
        """Return where embedding models lie; several homes may share one folder."""
        return self.models or self.home / "models"

    @property
    def scaled(self) -> bool:
        """Return whether the store is a database that several processes write."""
        return self.store is not None


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of an environment, and of the cluster that runs in the data folder.

    They are PACELINE_HOME, PACELINE_PORT, PACELINE_HOST, PACELINE_STORE, PACELINE_KAFKA, PACELINE_TOPICS,
    PACELINE_QDRANT, PACELINE_MODELS, and OTEL_EXPORTER_OTLP_ENDPOINT as everywhere. Raise `SettingWrong` for a value
    that makes no sense.
    """
    port = environment.get("PACELINE_PORT", str(PORT))
    if re.fullmatch("[0-9]{1,5}", port) is None or int(port) > 65_535:
        raise SettingWrong("PACELINE_PORT", port, "a number from 0 to 65535")
    host = environment.get("PACELINE_HOST") or LOOPBACK
    if host not in (LOOPBACK, EVERYWHERE):
        raise SettingWrong("PACELINE_HOST", host, f"{LOOPBACK}, or {EVERYWHERE} inside a container")
    home = _home(environment)
    cluster = _cluster(home)
    store = _one(environment, "PACELINE_STORE", _STORE, "an address such as postgresql://user@host/paceline")
    kafka = _one(environment, "PACELINE_KAFKA", _BROKERS, "brokers such as kafka-1:9092,kafka-2:9092")
    qdrant = _one(environment, "PACELINE_QDRANT", _WEB, "an address such as http://qdrant:6333")
    models = environment.get("PACELINE_MODELS")
    if kafka and not (store or cluster.store):
        raise SettingWrong("PACELINE_KAFKA", kafka, "set together with PACELINE_STORE")
    return Settings(
        home=home,
        port=int(port),
        host=host,
        store=store or cluster.store,
        kafka=kafka or cluster.kafka,
        topics=_one(environment, "PACELINE_TOPICS", _NAME, "letters, digits, dots and dashes") or "paceline",
        qdrant=qdrant or cluster.qdrant,
        models=Path(models).expanduser() if models else None,
        nodes=cluster.nodes,
        collector=_one(environment, "OTEL_EXPORTER_OTLP_ENDPOINT", _WEB, "an address such as http://localhost:4318"),
    )


_STORE = r"postgres(ql)?://\S+"
_BROKERS = r"[^\s:,/]+:\d{1,5}(,[^\s:,/]+:\d{1,5})*"
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
_WEB = r"https?://\S+"


def _one(environment: Mapping[str, str], name: str, shape: str, wanted: str) -> str | None:
    """Return a setting, None when it is not set; a wrong one is not repeated where it may hold a password."""
    value = environment.get(name) or None
    if value is not None and re.fullmatch(shape, value) is None:
        raise SettingWrong(name, "…", wanted)
    return value


def kafka_of(text: str) -> str:
    """Return the addresses of brokers that a command was given; raise `SettingWrong`."""
    if re.fullmatch(_BROKERS, text) is None:
        raise SettingWrong("--kafka", text, "brokers such as kafka-1:9092,kafka-2:9092")
    return text


def store_of(text: str) -> str:
    """Return the address of a database that a command was given; raise `SettingWrong`."""
    if re.fullmatch(_STORE, text) is None:
        raise SettingWrong("--store", "…", "an address such as postgresql://user@host/paceline")
    return text


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """What the file of a running cluster says; it may say more."""

    store: str | None = None
    kafka: str | None = None
    qdrant: str | None = None
    nodes: tuple[str, ...] = ()


CLUSTER = "cluster.json"


def _cluster(home: Path) -> Cluster:
    path = home / CLUSTER
    try:
        text = path.read_bytes()
    except OSError:
        # There is none; or the folder is not for us, and whoever opens it says so.
        return Cluster()
    try:
        return msgspec.json.decode(text, type=Cluster)
    except msgspec.MsgspecError:
        raise ClusterFileWrong(path) from None


def _home(environment: Mapping[str, str]) -> Path:
    """Return the data folder: PACELINE_HOME, else that of the user."""
    named = environment.get("PACELINE_HOME")
    if named:
        return Path(named).expanduser()
    data = environment.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "paceline"


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the user for what can be fetched again: models, and the programs of a cluster."""
    named = environment.get("XDG_CACHE_HOME")
    return (Path(named) if named else Path.home() / ".cache") / "paceline"
