"""Real PostgreSQL for tests: one server for the whole run with a database for each test, and servers to kill."""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from api.cluster.database import Database
from tests.shared import one_at_a_time, shared_folder

Build = Callable[[str], object]
_SHARED = "postgres"
_numbers = itertools.count()


@cache
def _server() -> Database:
    """Return the server of the run, started by whoever needs it first."""
    with one_at_a_time(_SHARED) as folder:
        server = Database(folder, durable=False)
        server.start()
        return server


def stop_shared_database() -> None:
    """End the server of the run, if anybody needed it."""
    if (shared_folder() / _SHARED).exists():
        Database(shared_folder() / _SHARED).stop()


def _execute(statement: str) -> None:
    with psycopg.connect(_server().address("postgres"), autocommit=True) as connection:
        connection.execute(statement.encode())


def _exists(name: str) -> bool:
    with psycopg.connect(_server().address("postgres")) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None


def _made_template(name: str, build: Build) -> str:
    """Return a database that `build` filled once in this run."""
    # The server takes the same lock while it is started.
    _server()
    with one_at_a_time(_SHARED):
        if not _exists(name):
            unfinished = f"{name}_{os.getpid()}"
            _execute(f"CREATE DATABASE {unfinished} TEMPLATE template0 STRATEGY file_copy")
            build(_server().address(unfinished))
            _execute(f"ALTER DATABASE {unfinished} RENAME TO {name}")
    return name


def new_database(template: str = "template0", build: Build | None = None) -> str:
    """Return the URI of a new database, a copy of what `build` made once in this run; it goes with the server.

    `build` gets the URI of an empty database and must close its connections; without it the database is empty.
    """
    source = _made_template(template, build) if build else template
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY file_copy")
    return _server().address(name)


@contextmanager
def temporary_database(template: str = "template0", build: Build | None = None) -> Iterator[str]:
    """Give the URI of a new database that is dropped afterwards (see `new_database`)."""
    address = new_database(template, build)
    try:
        yield address
    finally:
        _execute(f"DROP DATABASE {address.rpartition('/')[2]} WITH (FORCE)")


@pytest.fixture
def database() -> Iterator[str]:
    """Give the URI of an empty database."""
    with temporary_database() as address:
        yield address


@contextmanager
def running_database() -> Iterator[Database]:
    """Give a server that a test may stop and kill; it keeps what it has acknowledged."""
    with TemporaryDirectory(prefix="paceline-postgres-") as folder:
        # Making the files need not wait for the disk; what is written from then on does.
        first = Database(Path(folder), durable=False)
        first.make()
        server = Database(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()


@pytest.fixture
def own_database() -> Iterator[Database]:
    """Give a running server of the test's own."""
    with running_database() as server:
        yield server
