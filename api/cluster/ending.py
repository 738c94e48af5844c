"""How a cluster is ended by somebody else than the one who started it."""

import signal
from pathlib import Path

from api.cluster.brokers import Brokers
from api.cluster.database import Database
from api.cluster.members import end
from api.cluster.record import FOLDER, Record, remove_record

# Longer than all parts may take together.
SUPERVISOR_SECONDS = 300.0


def end_cluster(home: Path, record: Record) -> None:
    """Ask the supervisor to stop all; end what is left where it is gone."""
    record.supervisor.signal(signal.SIGTERM)
    record.supervisor.gone(SUPERVISOR_SECONDS)
    end_leftovers(home, record)


def end_leftovers(home: Path, record: Record) -> None:
    """End what a cluster without supervisor left running."""
    end_programs(record)
    folder = home / FOLDER
    # They know themselves whether the process that has their id is theirs.
    if (folder / "kafka").exists():
        Brokers(folder / "kafka").stop()
    if (folder / "postgres").exists():
        Database(folder / "postgres").stop()
    remove_record(home)


def end_programs(record: Record) -> None:
    """End workers and nodes: only those that the cluster started, whatever has their ids by now."""
    for part in reversed(record.parts):
        if part.kind in ("worker", "node"):
            end(part.process)
