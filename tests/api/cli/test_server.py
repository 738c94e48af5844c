"""serve and demo as processes: what a person sees, what the other commands do beside them, and the end."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.api.cli.commands import Command, command
from tests.api.houses import send
from tests.api.servers import COMMAND, Program, environment, program
from tests.builders import event, joined, order

__all__ = ["command"]
UNKNOWN = event("deal.dreamt_of", "deal/one", "2017-03-01")
FACTS = [joined("ann"), *order("one", "2017-03-01")]


@pytest.fixture
def server(command: Command) -> Iterator[Program]:
    """Give a running server over a small store."""
    command.store(*FACTS, UNKNOWN)
    with program(command.home, "serve", "--port", "0") as running:
        yield running


def test_serve_says_where_it_is_and_ends_on_a_signal(server: Program, command: Command) -> None:
    """It answers at the address that it says, names the data folder, and ends well."""
    assert httpx.get(server.address + "/livez").text == "ok"
    assert str(command.home) in server.said
    code, said = server.end(signal.SIGTERM)
    assert (code, "Traceback" in said) == (0, False)
    assert command("verify").code == 0


async def test_commands_beside_a_server(server: Program, command: Command, tmp_path: Path) -> None:
    """Reading commands read, writing ones go through the server, and those that need the store alone say so."""
    assert "$10" in command("board", "won_amount", "--period", "2017-03").out
    async with httpx.AsyncClient(base_url=server.address) as client:
        await send(client, order("two", "2017-03-01")[0])
        await send(client, order("two", "2017-03-01")[1])
    assert "$20" in command("board", "won_amount", "--period", "2017-03").out
    assert command("verify").code == 0
    assert server.address in command("doctor").out
    assert "events written" in command("backup", str(tmp_path / "copy.db")).out
    assert "1: dead_letter type_unknown" in command("dead-letters", "replay", "1").err
    assert "no open dead letter 9" in command.told("dead-letters", "replay", "9")
    assert "1: discarded" in command("dead-letters", "discard", "1").err
    for words in (("replay",), ("restore", str(tmp_path / "copy.db")), ("serve", "--port", "0")):
        assert f"is in use by another Paceline ({server.address})" in command.told(*words)


def test_an_import_goes_through_the_server(server: Program, command: Command, tmp_path: Path) -> None:
    """An export that is imported beside a server is on its board at once, and twice changes nothing."""
    file = tmp_path / "deals.csv"
    file.write_text("Deal ID,Owner,Amount,Currency,Stage,Created,Closed\nA-1,Ann,7.00,USD,Won,2017-03-02,2017-03-03\n")
    for _ in range(2):
        found = command("import", str(file), "--yes")
        assert found.code == 0, found
    board = httpx.get(server.address + "/api/boards/won_amount?period=2017-03").json()
    assert board["total"]["value"]["amount"] == "17.00"


def test_a_taken_port(command: Command) -> None:
    """A port that something else has is said with another to take."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = command.told("serve", "--port", str(port))
        assert f"Port {port} is taken" in line and "--port" in line
        assert f"Port {port} is taken" in command.told("demo", "--port", str(port))
    assert not (command.home / "demo" / "demo.json").exists()


@pytest.mark.parametrize("port", ["http", "", "-1", "65536", "²", "9" * 5_000, " 80"])
def test_a_port_in_the_environment_that_is_none(command: Command, monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    """PACELINE_PORT must be a port."""
    monkeypatch.setenv("PACELINE_PORT", port)
    assert "PACELINE_PORT is" in command.told("serve")


def test_a_demo_is_the_same_every_time_and_flows(command: Command) -> None:
    """The demo keeps to its own folder, tells its seed's company, goes on where it stopped, and ends well."""
    words = ("demo", "--reps", "4", "--speed", "100", "--port", "0", "--seed", "3")
    with program(command.home, *words) as running:
        with httpx.stream("GET", running.address + "/live/boards/calls", timeout=60) as answer:
            kinds = (line for line in answer.iter_lines() if line.startswith("event: "))
            assert [next(kinds), next(kinds)] == ["event: board", "event: change"]
        people = [row["name"] for row in httpx.get(running.address + "/api/boards/calls").json()["rows"]]
        before = httpx.get(running.address + "/api/accounting").json()
        code, said = running.end(signal.SIGINT)
    assert (code, "Making the sample" in said) == (0, True)
    assert "Traceback" not in said, said
    assert [path.name for path in command.home.iterdir()] == ["demo"]
    assert len(people) >= 4 and before["gap"] == 0 and before["dead_letters"] == 0
    with program(command.home, *words) as again:
        assert "Making the sample" not in again.said
        after = httpx.get(again.address + "/api/accounting").json()
        assert after["applied"] >= before["applied"]
        assert [row["name"] for row in httpx.get(again.address + "/api/boards/calls").json()["rows"]] == people


def run(home: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of a shell that uses `paceline`."""
    path = {"PATH": f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        env=environment(home, path), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("form", ["--csv", ""])
def test_a_pipe_that_is_closed_early(command: Command, form: str) -> None:
    """Output that nobody reads to its end is no failure, however long it is."""
    command.store(*[joined(f"rep-{number}", name="n" * 2_000) for number in range(60)])
    found = run(command.home, f"paceline board won_amount {form} | head -1")
    assert found.returncode in (0, 1) and found.stdout.count("\n") == 1
    assert "Traceback" not in found.stderr and "Exception" not in found.stderr
    assert "Error" not in found.stderr


@pytest.mark.parametrize("words", ["doctor", "serve --port 0", "restore x.db", "import x.csv --yes", "replay"])
def test_a_data_folder_that_cannot_be(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """A data folder inside a file is one clear line that names PACELINE_HOME."""
    (tmp_path / "x.csv").write_text("Deal ID,Stage\nA-1,Won\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PACELINE_HOME", str(tmp_path / "x.csv" / "home"))
    assert "PACELINE_HOME names another" in command.told(*words.split())


# Root may read everything; without these rights it is like anybody else.
PLAIN = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search"]


@pytest.mark.skipif(os.geteuid() == 0 and shutil.which("setpriv") is None, reason="root can read everything")
@pytest.mark.parametrize("words", [["board", "calls"], ["serve", "--port", "0"]], ids=" ".join)
@pytest.mark.parametrize("mode", [0o000, 0o555], ids=["unreadable", "read-only"])
def test_a_folder_without_permission(command: Command, words: list[str], mode: int) -> None:
    """A folder that may not be read, or not be written, is said in one line; what only reads may go on."""
    command.store(*FACTS)
    (command.home / "paceline.lock").unlink(missing_ok=True)
    command.home.chmod(mode)
    before = PLAIN if os.geteuid() == 0 else []
    try:
        found = subprocess.run(
            [*before, COMMAND, *words], env=environment(command.home), capture_output=True, text=True, check=False
        )
    finally:
        command.home.chmod(0o755)
    said = found.stdout + found.stderr
    assert "Traceback" not in said
    if mode == 0o000 or words[0] == "serve":
        assert found.returncode == 2
        assert "Permission denied" in said or "unable to open database file" in said
