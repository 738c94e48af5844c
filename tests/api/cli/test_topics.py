"""`paceline topics` on a real broker."""

import json

from tests.api.cli.commands import Command, command

__all__ = ["command"]


def test_topics_are_made_and_listed(command: Command, kafka: str) -> None:
    """Created once, there the second time, and listed."""
    first = command("topics", "create", "--kafka", kafka, "--partitions", "1", "--json")
    assert first.code == 0, first.err
    again = command("topics", "create", "--kafka", kafka, "--partitions", "1")
    assert again.code == 0, again.err
    listed = json.loads(command("topics", "list", "--kafka", kafka, "--json").out)
    assert [row["name"] for row in listed] == sorted(row["name"] for row in json.loads(first.out))
    assert {"paceline.deals", "paceline.changes", "paceline.dead-letters"} <= {row["name"] for row in listed}
    assert {row["made"] for row in listed} == {"there"}


def test_without_kafka_it_says_what_to_do(command: Command) -> None:
    """No broker named, and none there, are one clear line each."""
    nowhere = command("topics", "list")
    assert nowhere.code == 2
    assert "PACELINE_KAFKA" in nowhere.err
    away = command("topics", "list", "--kafka", "127.0.0.1:9")
    assert away.code == 2
    assert away.err.startswith("Error: The log does not answer")
    wrong = command("topics", "list", "--kafka", "nonsense")
    assert "must be brokers such as" in wrong.err
