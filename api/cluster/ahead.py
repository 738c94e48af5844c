"""Kafka's classes, loaded and linked once and kept beside its jars: a broker then starts in half the time."""

import shutil
import time
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

from api.cluster.broker import START_SECONDS, Broker, BrokerFailed, new_cluster_id
from api.cluster.nodes import free_nodes
from api.cluster.parts import ahead, alone, jars

KEEP_SECONDS = 60.0
"""The longest that Java may take to write the file as it ends."""
# Code that was compiled is left out: it fits only a Java that is started with the same options.
_CLASSES_ALONE = (
    "-XX:+IgnoreUnrecognizedVMOptions",
    "-XX:+UnlockDiagnosticVMOptions",
    "-XX:-AOTAdapterCaching",
    "-XX:-AOTStubCaching",
)


def load_ahead(cache: Path) -> None:
    """Keep the classes that a broker loads, if nobody has: by a broker that lives for this alone.

    A cluster needs no such file, so a broker that does not come up here is no failure: the one that is wanted says why.
    A Java of another version has a file of its own; one that does not fit is read by none.
    """
    kept = ahead(cache)
    if kept.exists():
        return
    jars(cache)
    with alone(cache):
        if not kept.exists():
            beside = Path(mkdtemp(dir=cache, prefix="loading-"))
            with suppress(BrokerFailed, FileNotFoundError):
                _live_once(beside, cache)
                (beside / kept.name).rename(kept)
            shutil.rmtree(beside, ignore_errors=True)


def _live_once(folder: Path, cache: Path) -> None:
    """Start a broker in a folder and end it, so that Java writes what it has loaded."""
    (node,) = free_nodes(1)
    broker = Broker(folder / "kafka", node, [node], cache=cache)
    try:
        broker.launch(new_cluster_id(), *_CLASSES_ALONE, f"-XX:AOTCacheOutput={folder / ahead(cache).name}")
        broker.wait(time.monotonic() + START_SECONDS)
        broker.stop(timeout_seconds=KEEP_SECONDS)
    finally:
        broker.kill()
