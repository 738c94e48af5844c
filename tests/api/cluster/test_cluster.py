"""`paceline cluster` with a real Kafka and a real Postgres, and stand-ins for workers and nodes."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import msgspec
import psycopg
import pytest

from api.cluster.ping import brokers_known
from api.cluster.ports import free_port
from api.cluster.processes import Process
from api.cluster.record import FILE, Part, Record, read_record
from tests.api.cli.commands import Command, Result
from tests.api.cluster.standins import PATIENCE_SECONDS, STANDIN, calls, until
from tests.api.servers import COMMAND, environment


class Typed:
    """Types commands into a data folder."""

    def __init__(self, command: Command) -> None:
        self.home = command.home
        self.port = free_port()
        self._command = command

    def __call__(self, *words: str) -> Result:
        """Type a command of the cluster and return what it did."""
        return self._command("cluster", *words)

    def up(self, *words: str) -> list[str]:
        """Return the words that start a cluster with stand-ins."""
        programs = [f"--program={word}" for word in STANDIN]
        return ["up", "--workers", "2", "--nodes", "2", "--port", str(self.port), *programs, *words]

    def record(self) -> Record:
        """Return what is written down."""
        found = read_record(self.home)
        assert found is not None
        return found

    def part(self, name: str) -> Part:
        """Return what is written down of a part."""
        return next(part for part in self.record().parts if part.name == name)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Typed]:
    """Give a person at a terminal, and end whatever is left of the cluster."""
    with TemporaryDirectory(prefix="paceline-cluster-") as folder:
        person = Typed(Command(Path(folder), monkeypatch, capsys))
        yield person
        person("down")


def test_the_life_of_a_cluster(typed: Typed) -> None:
    """Up, used, hurt, without its supervisor, taken over, and down: one cluster from the first start to the end."""
    found = typed(*typed.up("--detach"))
    assert found.code == 0, found.err
    _is_shown(typed, found.err)
    _serves(typed)
    second = typed(*typed.up("--detach"))
    assert (second.code, "A cluster is running" in second.err) == (2, True)
    _comes_back(typed, "worker-1")
    _comes_back(typed, "postgres")
    _is_taken_over(typed)
    before = [part.process for part in typed.record().parts]
    down = typed("down")
    assert (down.code, "The cluster is down." in down.err) == (0, True)
    assert not any(process.alive for process in before)
    assert not (typed.home / FILE).exists()
    said = (typed.home / "cluster" / "logs" / "cluster.log").read_text()
    stopped = re.findall(r"stopped +(\S+)", said)
    assert stopped == ["node-2", "node-1", "worker-2", "worker-1", "kafka", "postgres"]
    _is_down(typed)


def _is_shown(typed: Typed, said: str) -> None:
    """The start tells of every part and where to look; the status names all for people and for programs."""
    assert f"http://127.0.0.1:{typed.port}" in said
    names = ["postgres", "kafka", "worker-1", "worker-2", "node-1", "node-2"]
    assert [name for name in names if re.search(rf"running +{name}", said)] == names
    table = typed("status")
    assert (table.code, all(name in table.out for name in names)) == (0, True)
    shown = msgspec.json.decode(typed("status", "--json").out, type=dict[str, object])
    assert shown["state"] == "running"
    assert shown["nodes"] == [f"http://127.0.0.1:{typed.port + number}" for number in range(2)]
    password = (typed.home / "cluster" / "postgres" / "password").read_text()
    assert password not in str(shown) + table.out + said


def _serves(typed: Typed) -> None:
    """The record leads to a Kafka and a Postgres that answer, and every command was told the same."""
    record = typed.record()
    assert record.store is not None
    with psycopg.connect(record.store) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("paceline",)
    assert brokers_known(int(record.kafka.rpartition(":")[2])) == 1
    assert all(httpx.get(f"{node}/livez").status_code == 200 for node in record.nodes)
    assert {(call.STORE, call.KAFKA, call.HOME) for call in calls(typed.home)} == {
        (record.store, record.kafka, str(typed.home))
    }
    assert calls(typed.home)[0].words == ["topics", "create"]


def _comes_back(typed: Typed, name: str) -> None:
    """A part that is killed runs again, where it was."""
    old = typed.part(name)
    os.kill(old.pid, signal.SIGKILL)
    until(lambda: typed.part(name).pid != old.pid and typed.part(name).process.alive)
    assert (typed.part(name).address, typed.part(name).restarts) == (old.address, 1)
    if name == "postgres":
        psycopg.connect(str(typed.record().store)).close()


def _is_taken_over(typed: Typed) -> None:
    """When the supervisor is killed the parts go on; the next start takes the servers over and renews the rest."""
    old = typed.record()
    os.kill(old.pid, signal.SIGKILL)
    assert old.supervisor.gone(PATIENCE_SECONDS)
    assert all(part.process.alive for part in old.parts)
    told = typed("status")
    assert "Nobody watches over" in told.err
    found = typed(*typed.up("--detach"))
    assert found.code == 0, found.err
    new = typed.record()
    assert [part.pid for part in new.parts[:2]] == [part.pid for part in old.parts[:2]]
    assert not any(Process(part.pid, part.birth).alive for part in old.parts[2:])


def _is_down(typed: Typed) -> None:
    """Down is said, with exit code 1 for scripts, and down once more is no failure."""
    told = typed("status", "--json")
    assert (told.code, msgspec.json.decode(told.out)) == (1, {"state": "down", "parts": []})
    assert typed("status").code == 1
    assert typed("down").code == 0


@pytest.mark.nightly
def test_ctrl_c_stops_all(typed: Typed) -> None:
    """In the foreground, Ctrl-C ends all parts in order; the next start finds what was stored."""
    for times in (1, 2):
        process = subprocess.Popen([COMMAND, "cluster", *typed.up()], env=environment(typed.home))
        try:
            until(lambda: (typed.home / FILE).exists() and typed.record().state == "running")
            with psycopg.connect(str(typed.record().store)) as connection:
                connection.execute("CREATE TABLE IF NOT EXISTS kept (number INTEGER)")
                connection.execute("INSERT INTO kept VALUES (1)")
                assert connection.execute("SELECT COUNT(*) FROM kept").fetchone() == (times,)
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE_SECONDS) == 0
        finally:
            process.kill()
            process.wait()
        assert not (typed.home / FILE).exists()
