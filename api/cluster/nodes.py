"""The members of a cluster of brokers on one machine: their ports, and the settings of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from api.cluster.ports import HOST, free_port


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """One member of a cluster: its number and its two ports."""

    number: int
    port: int
    controller_port: int


def free_nodes(count: int) -> tuple[Node, ...]:
    """Return nodes 1 to `count` on ports that nobody listens on now."""
    ports: set[int] = set()
    while len(ports) < 2 * count:
        ports.add(free_port())
    chosen = sorted(ports)
    return tuple(
        Node(number=number + 1, port=chosen[2 * number], controller_port=chosen[2 * number + 1])
        for number in range(count)
    )


def properties_of(node: Node, members: Sequence[Node], logs: Path) -> str:
    """Return the settings of a node that is broker and controller; replicas are as many as members, up to three."""
    # A broker that was killed comes back only after its old session has run out; nine seconds by default.
    replicas = min(3, len(members))
    voters = ",".join(f"{member.number}@{HOST}:{member.controller_port}" for member in members)
    return f"""process.roles=broker,controller
node.id={node.number}
controller.quorum.voters={voters}
listeners=PLAINTEXT://{HOST}:{node.port},CONTROLLER://{HOST}:{node.controller_port}
advertised.listeners=PLAINTEXT://{HOST}:{node.port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
offsets.topic.replication.factor={replicas}
offsets.topic.num.partitions=8
transaction.state.log.replication.factor={replicas}
transaction.state.log.min.isr={min(2, replicas)}
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
log.dirs={logs}
"""
