"""`paceline work` says what it lacks."""

import asyncio
from collections.abc import Iterator

import pytest

from streams.kafka import admin
from streams.store.postgres import make_store
from tests.api.cli.commands import Command, command
from tests.databases import temporary_database

__all__ = ["command"]


@pytest.fixture
def store() -> Iterator[str]:
    """Give the address of an empty store."""
    with temporary_database("store", make_store) as address:
        yield address


def test_a_worker_without_log_or_store_says_what_to_do(command: Command) -> None:
    """Nothing named, or something that is no address, is one clear line."""
    nowhere = command("work")
    assert nowhere.code == 2
    assert "PACELINE_KAFKA" in nowhere.err
    wrong = command("work", "--kafka", "127.0.0.1:9", "--store", "nonsense")
    assert wrong.code == 2
    assert "--store" in wrong.err
    assert "nonsense" not in wrong.err


def test_a_worker_without_topics_says_how_to_make_them(command: Command, kafka: str, prefix: str, store: str) -> None:
    """Topics that are missing are named, with the command that makes them."""
    found = command("work", "--kafka", kafka, "--store", store, "--prefix", prefix)
    assert found.code == 2
    assert f"{prefix}.deals" in found.err
    assert "paceline topics create" in found.err


def test_a_worker_without_tables_says_how_to_make_them(
    command: Command, kafka: str, prefix: str, database: str
) -> None:
    """A database without the tables of a store is told apart from one that is away."""
    asyncio.run(admin.create(kafka, prefix=prefix, partitions=1))
    found = command("work", "--kafka", kafka, "--store", database, "--prefix", prefix)
    assert found.code == 2
    assert "paceline schema upgrade" in found.err
