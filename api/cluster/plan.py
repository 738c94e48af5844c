"""What a cluster on one machine consists of, in the order in which it starts."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from api.cluster.brokers import Brokers
from api.cluster.database import Database
from api.cluster.members import KafkaMember, Member, PostgresMember, ProgramMember
from api.cluster.ports import HOST
from api.cluster.record import FOLDER

# Run once before workers and nodes start; safe to run again.
PREPARATIONS = (("topics", "create"), ("schema", "upgrade"))
# By the folder that holds the code, which a checkout and an installed Paceline both have.
_TOP = str(Path(__file__).resolve().parents[2])
_RUN = f"import sys; sys.path.insert(0, {_TOP!r}); from api.cli.main import main; main()"
PACELINE = (sys.executable, "-P", "-c", _RUN)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How many workers and nodes; `program` is what runs the commands of Paceline, nodes take ports from `port` on."""

    home: Path
    workers: int = 2
    nodes: int = 2
    port: int
    program: tuple[str, ...] = PACELINE

    @property
    def folder(self) -> Path:
        """Return where everything is kept."""
        return self.home / FOLDER

    @property
    def logs(self) -> Path:
        """Return where workers and nodes write their logs."""
        return self.folder / "logs"

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return where the nodes answer."""
        return tuple(f"http://{HOST}:{self.port + number}" for number in range(self.nodes))


class Cast(Protocol):
    """The members of a plan."""

    @property
    def kafka(self) -> str:
        """Return where the log is."""
        ...

    @property
    def store(self) -> str | None:
        """Return the URI of the store, None before it was ever started."""
        ...

    def environment(self) -> Mapping[str, str]:
        """Return what the commands of the cluster are told of it."""
        ...

    def servers(self) -> list[Member]:
        """Return what must run before anything else does, in order."""
        ...

    def programs(self) -> list[Member]:
        """Return the workers and the nodes."""
        ...


@dataclass(frozen=True, slots=True)
class RealCast:
    """A real Kafka and a real Postgres, and commands that know where they are."""

    plan: Plan
    database: Database
    brokers: Brokers

    @property
    def kafka(self) -> str:
        """Return where the log is."""
        return self.brokers.address

    @property
    def store(self) -> str | None:
        """Return the URI of the store, None before it was ever started."""
        return self.database.address() if self.database.port else None

    def environment(self) -> Mapping[str, str]:
        """Return what the commands of the cluster are told of it."""
        told = {
            "PACELINE_HOME": str(self.plan.home),
            "PACELINE_STORE": self.database.address(),
            "PACELINE_KAFKA": self.kafka,
        }
        return dict(os.environ) | told

    def servers(self) -> list[Member]:
        """Return the store and the log."""
        return [PostgresMember(self.database), KafkaMember(self.brokers)]

    def programs(self) -> list[Member]:
        """Return the workers and the nodes."""
        workers: list[Member] = [self._program(f"worker-{number + 1}", "work") for number in range(self.plan.workers)]
        return workers + [
            self._program(f"node-{number + 1}", "serve", "--port", str(self.plan.port + number), address=address)
            for number, address in enumerate(self.plan.addresses)
        ]

    def _program(self, name: str, *words: str, address: str = "") -> ProgramMember:
        return ProgramMember(
            name=name,
            kind="node" if address else "worker",
            words=(*self.plan.program, *words),
            environment=self.environment,
            log=self.plan.logs / f"{name}.log",
            address=address,
        )


def real_cast(plan: Plan) -> RealCast:
    """Return the members of a plan."""
    return RealCast(plan, Database(plan.folder / "postgres"), Brokers(plan.folder / "kafka"))
