"""verify, replay, doctor, backup, restore and dead-letters: they find what is wrong, and mend it."""

import math
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from api.upkeep import backup_age_seconds
from streams.embedded.home import STORE
from streams.store.schema import SCHEMA_VERSION
from tests.api.cli.commands import Command, command
from tests.builders import deal, event, joined, order
from tests.search.models.shared import fetched
from tests.stores import Wire

__all__ = ["command"]
FACTS = [joined("ann"), *order("one", "2017-03-01", account="acme"), *order("two", "2017-03-02", amount="7.00")]
UNKNOWN = event("deal.dreamt_of", "deal/one", "2017-03-01")
DAMAGES = {
    "cells": "UPDATE cells SET amount = amount + 1 WHERE measure = 'won'",
    "journal": "DELETE FROM journal WHERE measure = 'won'",
    "roots": "UPDATE roots SET state = x'00' WHERE subject = 'deal/one'",
    "contributions": "DELETE FROM contributions",
}


def changed(home: Path, sql: str) -> None:
    """Change a store behind the back of Paceline."""
    with closing(sqlite3.connect(home / STORE)) as connection:
        connection.execute(sql)
        connection.commit()


def won(command: Command) -> str:
    """Return what the board says was won in March."""
    found = command("board", "won_amount", "--period", "2017-03", "--json").json
    assert isinstance(found, dict)
    return str(found["total"]["value"]["amount"])


def test_a_sound_store_is_verified(command: Command) -> None:
    """Replayed and compared, everything is equal, and the exit code is 0."""
    command.store(*FACTS)
    found = command("verify")
    assert found.code == 0
    assert found.out.count("equal") == 5 and "DIFFERS" not in found.out


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damage_is_found_and_replay_mends_it(command: Command, damage: str) -> None:
    """A store changed by hand is exit code 1 and says what mends it; after `replay` it is right again."""
    command.store(*FACTS)
    changed(command.home, damage)
    found = command("verify")
    assert found.code == 1
    assert "DIFFERS" in found.out
    assert "paceline replay" in found.err
    assert "5 events replayed" in command("replay").out
    assert command("verify").code == 0
    assert won(command) == "17.00"


def test_the_doctor_of_a_healthy_home(command: Command) -> None:
    """All is well: exit code 0; before the first event too."""
    assert command("doctor").code == 0
    command.store(*FACTS)
    found = command("doctor")
    assert found.code == 0
    assert "received 5 = applied 5 + duplicate 0 + rejected 0 + dead letters 0" in found.out


def test_the_doctor_finds_dead_letters(command: Command) -> None:
    """An open dead letter is something wrong: exit code 1, and how to see it."""
    command.store(*FACTS, UNKNOWN)
    found = command("doctor")
    assert found.code == 1
    assert "WRONG" in found.out and "paceline dead-letters list" in found.out


def test_the_doctor_of_a_broken_file(command: Command) -> None:
    """A file that is no store any more is named as what is wrong; the doctor itself does not break."""
    command.store(*FACTS)
    (command.home / STORE).write_bytes(b"no database" * 2_000)
    found = command("doctor")
    assert found.code == 1
    assert "file is not a database" in found.out


def test_a_backup_comes_back(command: Command, tmp_path: Path) -> None:
    """What was backed up is there after a restore, also over a broken store; the old one is kept beside."""
    copy = tmp_path / "copy.db"
    command.store(*FACTS)
    assert "5 events written" in command("backup", str(copy)).out
    assert copy.stat().st_mode & 0o777 == 0o600
    command.store(*order("three", "2017-03-03", amount="100.00"))
    assert won(command) == "117.00"
    assert "5 events restored" in command("restore", str(copy)).out
    assert won(command) == "17.00"
    (command.home / STORE).write_bytes(b"no database" * 2_000)
    assert command("restore", str(copy)).code == 0
    assert won(command) == "17.00"
    assert (command.home / f"{STORE}.before-restore").read_bytes().startswith(b"no database")
    assert command("verify").code == 0


def test_the_age_of_the_newest_backup_is_known(command: Command, tmp_path: Path) -> None:
    """A backup is young when it was made; there is none before, nor after one that failed."""
    command.store(*order("one", "2017-03-01"))
    assert backup_age_seconds(command.home, 0) == math.inf
    command("backup", str(tmp_path / "nowhere" / "copy.db"))
    assert backup_age_seconds(command.home, 0) == math.inf
    assert command("backup", str(tmp_path / "copy.db")).code == 0
    made_us = int((command.home / "last-backup").read_text())
    assert backup_age_seconds(command.home, made_us + 90_000_000) == 90


def test_a_backup_overwrites_nothing(command: Command, tmp_path: Path) -> None:
    """A file that exists stays, and the message names another way."""
    copy = tmp_path / "copy.db"
    copy.write_text("mine")
    command.store(*FACTS)
    assert "exists already" in command.told("backup", str(copy))
    assert copy.read_text() == "mine"
    assert "No such file or directory" in command.told("backup", str(tmp_path / "nowhere" / "copy.db"))


@pytest.mark.parametrize("content", [b"", b"no database" * 2_000, None], ids=["empty", "noise", "missing"])
def test_what_is_no_backup_is_not_restored(command: Command, tmp_path: Path, content: bytes | None) -> None:
    """A file that is no whole backup changes nothing."""
    file = tmp_path / "copy.db"
    if content is not None:
        file.write_bytes(content)
    command.store(*FACTS)
    assert "is no usable backup" in command.told("restore", str(file))
    assert won(command) == "17.00"


def test_a_part_of_a_backup_is_not_restored(command: Command, tmp_path: Path) -> None:
    """A backup that was cut off is refused."""
    copy = tmp_path / "copy.db"
    command.store(*FACTS)
    command("backup", str(copy))
    copy.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    assert "is no usable backup" in command.told("restore", str(copy))


@pytest.mark.parametrize(
    "words",
    [("board", "won_amount"), ("verify",), ("replay",), ("deal", "one"), ("dead-letters", "list")],
    ids=" ".join,
)
def test_a_broken_store_is_one_line(command: Command, words: tuple[str, ...]) -> None:
    """A file that is no database is said in one line that names doctor and restore."""
    command.store(*FACTS)
    (command.home / STORE).write_bytes(b"no database" * 2_000)
    line = command.told(*words)
    assert "file is not a database" in line and "paceline doctor" in line and "paceline restore" in line


@pytest.mark.parametrize(
    "words", [("board", "won_amount"), ("verify",), ("replay",), ("doctor",), ("backup", "x.db")], ids=" ".join
)
def test_a_store_from_the_future(command: Command, words: tuple[str, ...]) -> None:
    """A store of a newer Paceline is left alone, and the message says to upgrade."""
    command.store(*FACTS)
    changed(command.home, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    found = command(*words)
    assert found.code == (1 if words == ("doctor",) else 2)
    assert "Upgrade Paceline" in found.out + found.err


def test_an_empty_file_is_nothing_yet(command: Command) -> None:
    """A store that was begun and never written counts as none."""
    command.home.mkdir()
    (command.home / STORE).touch()
    assert "There is nothing in" in command.told("board", "won_amount")


def test_dead_letters_are_listed_shown_and_given_up(command: Command) -> None:
    """list, show, replay and discard, alone beside the store."""
    command.store(*FACTS, UNKNOWN, UNKNOWN | {"id": "again"})
    listed = command("dead-letters", "list", "--json").json
    assert isinstance(listed, list)
    assert [(one["id"], one["reason"]) for one in listed] == [(1, "type_unknown"), (2, "type_unknown")]
    assert "type_unknown" in command("dead-letters", "list").out
    assert command("dead-letters", "list", "--csv").out.count("\n") == 3
    shown = command("dead-letters", "show", "1").json
    assert isinstance(shown, dict)
    assert '"deal.dreamt_of"' in shown["raw"]
    assert "1: dead_letter type_unknown" in command("dead-letters", "replay", "--all").err
    assert "2: discarded" in command("dead-letters", "discard", "2").err
    assert "no open dead letter 2" in command.told("dead-letters", "replay", "2")
    assert "no open dead letter 99" in command.told("dead-letters", "show", "99")
    discarded = command("dead-letters", "list", "--status", "discarded", "--json").json
    assert isinstance(discarded, list)
    assert [one["id"] for one in discarded] == [2]


def test_a_letter_that_is_understood_later_is_applied(command: Command) -> None:
    """After what was wrong with a dead letter has gone, a replay applies it and it is no longer open."""
    command.store(*FACTS, UNKNOWN)
    body = deal("late", "2017-03-01")
    with closing(sqlite3.connect(command.home / STORE)) as connection:
        raw = connection.execute("SELECT raw FROM dead_letters").fetchone()[0]
        understood = raw.replace(b"deal.dreamt_of", str(body["type"]).encode())
        connection.execute("UPDATE dead_letters SET raw = ?", (understood,))
        connection.commit()
    assert "1: applied" in command("dead-letters", "replay", "1").err
    assert command("dead-letters", "list", "--json").json == []
    assert command("doctor").code == 0


def test_the_doctor_says_how_much_the_models_know(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without models search goes by words; with them texts of which much is unknown are named, with what helps."""

    def note(name: str, text: str) -> Wire:
        return event("document.written", f"document/{name}", "2017-03-01", title=name, text=text, readers=["everyone"])

    command.store(note("price", "They say it costs too much."), note("jiage", "客户说价格太高了。"))
    monkeypatch.setenv("PACELINE_MODELS", str(command.home / "nowhere"))
    assert "search goes by words alone" in command("doctor").out
    monkeypatch.setenv("PACELINE_MODELS", str(fetched()))
    found = command("doctor")
    assert found.code == 0 and "0.0% of the tokens of 2 documents and deals" in found.out
    command.store(note("emoji", "🦄 " * 40))
    found = command("doctor")
    assert found.code == 1 and "paceline models export" in found.out


def test_the_doctor_asks_qdrant(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of the index that does not answer is named, and the rest is looked at all the same."""
    command.store(*FACTS)
    monkeypatch.setenv("PACELINE_QDRANT", "http://127.0.0.1:9")
    found = command("doctor")
    assert found.code == 1 and "The Qdrant server" in found.out and "accounting" in found.out
