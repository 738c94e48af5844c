"""All benchmarks, one after the other: `python -m benchmarks [--small]`."""

import argparse

from api.settings import settings
from benchmarks import (
    encoding,
    growth,
    importing,
    ingesting,
    latency,
    log,
    peers,
    replaying,
    searching,
    starting,
    workers,
)
from benchmarks.encoding import HUB
from benchmarks.figures import show


def main() -> None:
    """Measure everything and print it as it comes."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--small", action="store_true", help="sizes that take two minutes together, for a look")
    small = reading.parse_args().small
    for each in (1, 20):
        title = f"Append to committed view, {each} in a request"
        show(title, latency.measure(seconds=2.0 if small else 20.0, stored=0, each=each))
    show("Growth", growth.measure(60_000 if small else 5_000_000))
    show("Replay", replaying.measure(20_000 if small else 1_000_000))
    show("Beside other engines", peers.measure(40_000 if small else 400_000))
    show("Log on Kafka", log.measure(20_000 if small else 300_000))
    show("Workers", workers.measure(6_000 if small else 200_000, quix=None))
    sent = (3_000, 3.0) if small else (60_000, 30.0)
    show("Ingest through a node", ingesting.measure(*sent, each=20, workers=1))
    show("Import", importing.measure(5_000 if small else 100_000))
    sizes = (64, 200) if small else (400, 1_000)
    show("Encoding", encoding.measure(settings().models_folder, documents=sizes[0], questions=sizes[1], source=HUB))
    show("Questions", searching.measure(2_000 if small else 20_000))
    show("Start and page", starting.measure(24))


if __name__ == "__main__":
    main()
