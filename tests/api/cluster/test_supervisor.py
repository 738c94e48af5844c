"""The supervisor over stand-ins: the order of start and stop, what ends is started again, and nobody else is hurt."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from api.cluster.ending import end_programs
from api.cluster.plan import PACELINE
from api.cluster.processes import Process, birth_of, command_of, process_of
from api.cluster.record import FILE, Part, Record, RecordBroken, read_record, write_record
from api.cluster.supervisor import ClusterRunning, PreparationFailed
from api.settings import VERSION, settings
from tests.api.cluster.standins import Watched, calls, plan_of, until, watched


def test_start_and_stop_in_order(tmp_path: Path) -> None:
    """Servers, then what prepares them, then programs; the end goes the other way, and leaves no record."""
    plan = plan_of(tmp_path)
    with watched(plan) as found:
        order = ["postgres", "kafka", "worker-1", "node-1"]
        assert found.steps("starting") == order
        words = [call.words[0] for call in calls(tmp_path)]
        assert (words[:4], sorted(words[4:])) == (["serve", "serve", "topics", "schema"], ["serve", "work"])
        assert read_record(tmp_path) == found.last
        assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    assert found.steps("stopped") == order[::-1]
    assert not any(part.process.alive for record in found.records for part in record.parts)
    assert read_record(tmp_path) is None


def test_a_second_one_is_refused(tmp_path: Path) -> None:
    """One cluster a data folder; the first goes on."""
    plan = plan_of(tmp_path)
    with watched(plan) as first:
        second = Watched(plan)
        second.run()
        assert isinstance(second.failure, ClusterRunning)
        assert all(part.process.alive for part in first.last.parts)


@pytest.mark.parametrize("name", ["worker-1", "node-1", "kafka"])
def test_what_is_killed_is_started_again(tmp_path: Path, name: str) -> None:
    """A member that ends, twice, is started again each time, and the others notice nothing."""
    with watched(plan_of(tmp_path)) as found:
        before = {part.name: part.pid for part in found.last.parts}
        for times in (1, 2):
            part = next(part for part in found.last.parts if part.name == name)
            part.process.signal(signal.SIGKILL)
            until(lambda part=part, times=times: _again(found.last, part, times))
        after = {part.name: part.pid for part in found.last.parts}
        assert {key for key in before if before[key] != after[key]} == {name}


def _again(record: Record, old: Part, times: int) -> bool:
    part = next(part for part in record.parts if part.name == old.name)
    return (part.state, part.restarts) == ("running", times) and part.pid != old.pid and part.process.alive


def test_a_part_that_does_not_start(tmp_path: Path) -> None:
    """A worker that ends at once stops everything, with its last words."""
    (tmp_path / "broken").touch()
    with watched(plan_of(tmp_path)) as found:
        assert "worker-1 did not start: This worker is broken. Its log is" in str(found.failure)
    assert not any(part.process.alive for record in found.records for part in record.parts)
    assert read_record(tmp_path) is None


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    """A node whose port something else has, which would answer in its place, is not taken to run."""
    plan = plan_of(tmp_path)
    with socket.create_server(("127.0.0.1", plan.port)), watched(plan) as found:
        assert f"node-1 did not start: port {plan.port} is taken." in str(found.failure)
    assert read_record(tmp_path) is None


def test_a_preparation_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What must succeed before the programs start is named when it does not, and nothing stays running."""
    monkeypatch.setattr("api.cluster.supervisor.PREPARATIONS", [("--unknown",)])
    with watched(plan_of(tmp_path)) as found:
        assert isinstance(found.failure, PreparationFailed)
        assert "`paceline --unknown` failed: no such command" in str(found.failure)
        assert found.steps("starting") == ["postgres", "kafka"]
    assert read_record(tmp_path) is None


def test_leftovers_are_ended_and_nobody_else() -> None:
    """A process is ended when it is the one that was started, and never when it only has its id by now."""
    script = "import signal; print('up', flush=True); signal.pause()"
    children = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == "up\n"
        ours, other = children
        record = _record(
            Part(name="worker-1", kind="worker", state="running", pid=ours.pid, birth=birth_of(ours.pid)),
            Part(name="node-1", kind="node", state="running", pid=other.pid, birth="another-boot:1"),
        )
        assert [part.state for part in record.now().parts] == ["running", "gone"]
        end_programs(record)
        assert ours.wait() == -signal.SIGTERM
        assert other.poll() is None
    finally:
        for child in children:
            child.kill()
            child.communicate()


def _record(*parts: Part) -> Record:
    return Record(state="running", kafka="", store=None, nodes=(), pid=os.getpid(), birth="another-boot:1", parts=parts)


def test_after_a_restart_of_the_machine(tmp_path: Path) -> None:
    """A record whose processes are of an earlier start of the machine is not alive, whoever has the ids."""
    record = _record(Part(name="kafka", kind="kafka", state="running", pid=os.getpid(), birth="another-boot:2"))
    write_record(tmp_path, record)
    found = read_record(tmp_path)
    assert found == record
    assert not record.alive()
    with watched(plan_of(tmp_path)) as again:
        assert again.last.state == "running"


def test_a_record_that_cannot_be_read(tmp_path: Path) -> None:
    """It says what to do."""
    (tmp_path / FILE).write_text("{")
    with pytest.raises(RecordBroken, match="remove the file"):
        read_record(tmp_path)


def test_who_a_process_is() -> None:
    """This process is alive under its own birth, not under another, and a dead child is gone before it is collected."""
    me = process_of(os.getpid())
    assert me.alive and not Process(me.pid, "another-boot:1").alive
    assert "pytest" in command_of(me.pid) or "python" in command_of(me.pid)
    child = subprocess.Popen([sys.executable, "-c", ""])
    until(lambda: birth_of(child.pid) == "")
    assert not process_of(child.pid).alive
    assert command_of(child.pid) == ""
    child.wait()


def test_the_commands_of_a_cluster_are_those_of_paceline(tmp_path: Path) -> None:
    """Workers and nodes run the same Paceline as their supervisor, wherever they are started."""
    found = subprocess.run([*PACELINE, "--version"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert found.stdout == f"paceline {VERSION}\n"


def test_the_record_is_what_others_read(tmp_path: Path) -> None:
    """Its file names the log, the store and the nodes under the names that settings read."""
    record = msgspec.structs.replace(
        _record(), kafka="127.0.0.1:1", store="postgresql://p:q@127.0.0.1:2/p", nodes=("n",)
    )
    write_record(tmp_path, record)
    found = settings({"PACELINE_HOME": str(tmp_path)})
    assert (found.kafka, found.store, found.nodes) == (record.kafka, record.store, record.nodes)
    write_record(tmp_path, _record())
    assert not settings({"PACELINE_HOME": str(tmp_path)}).scaled
