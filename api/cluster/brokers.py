"""The brokers of a cluster on one machine, started and ended together."""

import time
from collections.abc import Sequence
from pathlib import Path

from api.cluster.ahead import load_ahead
from api.cluster.broker import START_SECONDS, Broker, new_cluster_id
from api.cluster.nodes import Node, free_nodes

_CLUSTER_ID = "cluster.id"


class Brokers:
    """A cluster of one or more brokers in the subfolders of a folder; the same ones again when opened again."""

    def __init__(self, folder: Path, *, count: int = 1, nodes: Sequence[Node] = (), cache: Path | None = None) -> None:
        self.folder = folder.resolve()
        members = _remembered(self.folder) or tuple(nodes) or free_nodes(count)
        self.members = tuple(
            Broker(self.folder / f"kafka-{node.number}", node, members, cache=cache) for node in members
        )

    @property
    def address(self) -> str:
        """Return host:port of all brokers, with commas."""
        return ",".join(broker.address for broker in self.members)

    def start(self, *, timeout_seconds: float = START_SECONDS) -> None:
        """Start what does not run, and return once all know each other; raise `BrokerFailed`."""
        load_ahead(self.members[0].cache)
        until = time.monotonic() + timeout_seconds
        cluster_id = self._cluster_id()
        for broker in self.members:
            broker.launch(cluster_id)
        for broker in self.members:
            broker.wait(until)

    def stop(self) -> None:
        """End all of them in good order."""
        # Together: the last one alone would wait in vain for a majority that it could hand its work to.
        for broker in self.members:
            broker.ask_to_stop()
        for broker in self.members:
            broker.stop()

    def kill(self) -> None:
        """End all of them as a power cut would."""
        for broker in self.members:
            broker.kill()

    def _cluster_id(self) -> str:
        path = self.folder / _CLUSTER_ID
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            lines = [new_cluster_id()]
            lines += [f"{one.node.number} {one.node.port} {one.node.controller_port}" for one in self.members]
            path.write_text("\n".join(lines))
        return path.read_text().splitlines()[0]


def _remembered(folder: Path) -> tuple[Node, ...]:
    """Return the nodes of a folder that was used before; none of a new one."""
    path = folder / _CLUSTER_ID
    if not path.exists():
        return ()
    rows = [[int(part) for part in line.split()] for line in path.read_text().splitlines()[1:]]
    return tuple(Node(number=number, port=port, controller_port=other) for number, port, other in rows)
