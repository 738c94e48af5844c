"""Commands on a store in Postgres: the same questions, the same care, and the way there and back."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from api.cluster.ports import free_port
from api.secret import SECRET
from benchmarks.mix import Mix
from streams.embedded.home import STORE
from streams.embedded.lock import HomeLock
from streams.kafka import admin
from streams.kafka.lag import Lag, lag_from
from streams.kafka.log import KafkaLog
from streams.store.migrations.database import move_database
from streams.store.migrations.moving import move_file
from streams.store.offsets import write_offsets
from streams.store.postgres import PostgresConnection, make_store
from streams.store.schema import SCHEMA_VERSION
from tests.api.cli.commands import Command, command
from tests.builders import event, joined, order
from tests.databases import temporary_database

__all__ = ["command"]
FACTS = [joined("ann"), *order("one", "2017-03-01", account="acme"), *order("two", "2017-03-02", amount="7.00")]
UNKNOWN = event("deal.dreamt_of", "deal/one", "2017-03-01")
QUESTIONS = [
    ("board", "won_amount", "--period", "2017-03", "--json"),
    ("board", "deals_won", "--period", "2017-03", "--happened-by", "2017-03-01T12:00:00Z", "--json"),
    ("why", "won_amount", "--period", "2017-03", "--rep", "ann", "--json"),
    ("deal", "one", "--json"),
    ("dead-letters", "list", "--json"),
]


@pytest.fixture
def empty() -> Iterator[str]:
    """Give a store in Postgres that nothing was sent to."""
    with temporary_database("store_made", make_store) as address:
        yield address


@pytest.fixture
def scaled(command: Command, database: str, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give a person whose data folder was moved into a database, and who uses that."""
    command.store(*FACTS, UNKNOWN)
    found = command("migrate", "--to", database)
    assert "5 events moved" in found.out, found
    monkeypatch.setenv("PACELINE_STORE", database)
    return command


def changed(store: str, sql: str) -> None:
    """Change a database behind the back of Paceline."""
    with psycopg.connect(store) as connection:
        connection.execute(sql.encode())


def test_a_moved_store_answers_the_same(command: Command, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After `migrate` every question has the same answer, byte by byte, and the source is untouched."""
    command.store(*FACTS, UNKNOWN)
    before = [command(*words).out for words in QUESTIONS]
    content = (command.home / STORE).read_bytes()
    moved = command("migrate", "--to", database)
    assert moved.code == 0 and "every table compared" in moved.out
    assert "PACELINE_STORE" in moved.out and SECRET in moved.out
    assert (command.home / STORE).read_bytes() == content
    monkeypatch.setenv("PACELINE_STORE", database)
    assert [command(*words).out for words in QUESTIONS] == before
    assert command("verify").out.count("equal") == 5


def test_a_store_moves_back(scaled: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the database into a new folder: the same answers there, with the key under which ids were made."""
    before = [scaled(*words).out for words in QUESTIONS]
    moved = scaled("migrate", "--to", str(tmp_path / "back"))
    assert moved.code == 0 and f"PACELINE_HOME={tmp_path / 'back'}" in moved.out
    assert (tmp_path / "back" / SECRET).read_bytes() == (scaled.home / SECRET).read_bytes()
    monkeypatch.delenv("PACELINE_STORE")
    monkeypatch.setenv("PACELINE_HOME", str(tmp_path / "back"))
    assert [scaled(*words).out for words in QUESTIONS] == before
    assert scaled("verify").code == 0


def test_what_is_in_the_way_of_a_move(scaled: Command, database: str, tmp_path: Path) -> None:
    """A place that holds something, a folder of another installation, one in use, and nothing to move are refused."""
    folder = str(scaled.home)
    for words in (
        ("--to", database),
        ("--to", folder),
        ("--from", folder, "--to", database),
        ("--from", folder, "--to", folder),
    ):
        line = scaled.told("migrate", *words)
        assert "holds something already" in line and ":paceline" not in line
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / SECRET).write_bytes(b"another")
    assert "another installation" in scaled.told("migrate", "--to", str(tmp_path / "other"))
    assert not (tmp_path / "other" / STORE).exists()
    assert "There is nothing in" in scaled.told("migrate", "--from", str(tmp_path / "none"), "--to", database)
    lock = HomeLock(scaled.home)
    lock.take()
    assert "is in use" in scaled.told("migrate", "--from", folder, "--to", str(tmp_path / "new"))
    lock.release()
    assert scaled("migrate", "--to", "kafka://there").code == 2


def test_damage_in_a_database_is_found_and_mended(scaled: Command, database: str) -> None:
    """verify finds what was changed by hand, replay makes it right, as in a file."""
    changed(database, "UPDATE cells SET amount = amount + 1 WHERE measure = 'won'")
    found = scaled("verify")
    assert found.code == 1 and "DIFFERS" in found.out
    assert "5 events replayed" in scaled("replay").out
    assert scaled("verify").code == 0


def test_dead_letters_of_a_database(scaled: Command, database: str) -> None:
    """They are listed, tried again until they are understood, and given up."""
    assert "type_unknown" in scaled("dead-letters", "list").out
    assert "1: dead_letter type_unknown" in scaled("dead-letters", "replay", "--all").err
    understood = "convert_to(replace(convert_from(raw, 'UTF8'), 'deal.dreamt_of', 'deal.reopened'), 'UTF8')"
    changed(database, f"UPDATE dead_letters SET raw = {understood}")
    assert "1: applied" in scaled("dead-letters", "replay", "1").err
    assert "no open dead letter 1" in scaled.told("dead-letters", "discard", "1")
    assert scaled("verify").code == 0


def test_the_doctor_of_a_database(scaled: Command, database: str) -> None:
    """He names version, safety, connections, schema, accounting and dead letters, and what of it is wrong."""
    found = scaled("doctor")
    # The server of the tests does not wait for the disk.
    wrong = [line.split()[1] for line in found.out.splitlines() if "WRONG" in line]
    assert found.code == 1 and wrong == ["fsync", "full_page_writes", "dead"]
    for name in ("PostgreSQL", "synchronous_commit", "connections", "schema", "accounting", "rules"):
        assert any(name in line and " ok " in line for line in found.out.splitlines()), name
    assert "received 6 = applied 5 + duplicate 0 + rejected 0 + dead letters 1" in found.out
    move_database(database, SCHEMA_VERSION - 1)
    assert "paceline schema upgrade" in scaled("doctor").out


def test_a_backup_of_a_database_comes_back_in_either_kind(
    scaled: Command, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file: restored into an empty database and into a data folder, the answers are the same."""
    copy = tmp_path / "copy.db"
    before = [scaled(*words).out for words in QUESTIONS]
    assert "5 events written" in scaled("backup", str(copy)).out
    assert copy.stat().st_mode & 0o777 == 0o600
    assert "exists already" in scaled.told("backup", str(copy))
    assert "holds something already" in scaled.told("restore", str(copy))
    monkeypatch.setenv("PACELINE_STORE", empty)
    assert "5 events restored" in scaled("restore", str(copy)).out
    assert [scaled(*words).out for words in QUESTIONS] == before
    assert scaled("verify").code == 0
    monkeypatch.delenv("PACELINE_STORE")
    monkeypatch.setenv("PACELINE_HOME", str(tmp_path / "new"))
    assert scaled("restore", str(copy)).code == 0
    assert [scaled(*words).out for words in QUESTIONS] == before


def test_an_old_backup_comes_back_into_a_database(scaled: Command, empty: str, tmp_path: Path) -> None:
    """A backup of an earlier release is brought to the schema of today on a copy of it."""
    copy = tmp_path / "copy.db"
    scaled("backup", str(copy))
    move_file(copy, 1)
    content = copy.read_bytes()
    before = scaled(*QUESTIONS[0]).out
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PACELINE_STORE", empty)
        assert scaled("restore", str(copy)).code == 0
        assert scaled(*QUESTIONS[0]).out == before
    assert copy.read_bytes() == content


def test_a_backup_of_a_database_needs_no_data_folder(
    scaled: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the command runs, the database can be backed up."""
    monkeypatch.setenv("PACELINE_HOME", str(tmp_path / "none" / "yet"))
    assert "5 events written" in scaled("backup", str(tmp_path / "copy.db")).out


def test_the_schema_of_a_database(command: Command, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty database says what to do; it is made, taken back and brought up again."""
    monkeypatch.setenv("PACELINE_STORE", database)
    assert "paceline schema upgrade" in command.told("board", "won_amount")
    assert command("schema", "current").code == 1
    assert f"none became {SCHEMA_VERSION}" in command("schema", "upgrade").out
    assert command("schema", "current").code == 0
    assert "There is nothing in" in command.told("board", "won_amount")
    assert f"{SCHEMA_VERSION} became {SCHEMA_VERSION - 1}" in command("schema", "downgrade").out
    assert "there is none before it" in command.told("schema", "downgrade")
    assert "paceline schema upgrade" in command.told("verify")
    assert f"{SCHEMA_VERSION - 1} became {SCHEMA_VERSION}" in command("schema", "upgrade").out
    assert "already" in command("schema", "upgrade").out


def test_the_schema_of_a_file(command: Command) -> None:
    """Who reads an older file is told what to do, who writes it upgrades it; the copy is named."""
    assert "There is nothing in" in command.told("schema", "upgrade")
    command.store(*FACTS)
    assert command("schema", "current").code == 0
    assert "paceline.db.before-downgrade" in command("schema", "downgrade").err
    assert command("schema", "current").code == 1
    for words in (("board", "won_amount"), ("verify",), ("backup", str(command.home / "copy.db"))):
        assert "paceline schema upgrade" in command.told(*words)
    found = command("replay")
    assert "5 events replayed" in found.out and "paceline.db.before-upgrade" in found.err
    command("schema", "downgrade")
    assert "paceline.db.before-upgrade" in command("schema", "upgrade").err
    assert command("verify").code == 0


@pytest.mark.parametrize("words", [*QUESTIONS, ("verify",), ("replay",), ("schema", "upgrade")], ids=" ".join)
def test_a_database_that_is_away(command: Command, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    """A server that does not answer is one clear line that names the setting and no password."""
    monkeypatch.setenv("PACELINE_STORE", f"postgresql://paceline:secret@127.0.0.1:{free_port()}/paceline")
    line = command.told(*words)
    assert "PACELINE_STORE" in line and "secret" not in line


def test_a_doctor_without_a_database(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor himself does not break when the server is away."""
    monkeypatch.setenv("PACELINE_STORE", f"postgresql://paceline:secret@127.0.0.1:{free_port()}/paceline")
    found = command("doctor")
    assert found.code == 1 and "refused" in found.out and "secret" not in found.out


def test_an_import_into_a_database(
    command: Command, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exports go straight in where no server is running."""
    monkeypatch.setenv("PACELINE_STORE", empty)
    file = tmp_path / "deals.csv"
    file.write_text("Deal ID,Owner,Stage,Amount,Close Date\n1,Ann,Won,10.00,2017-03-01\n")
    found = command("import", str(file), "--yes", "--currency", "USD")
    assert found.code == 0, found
    assert '"10.00"' in command("board", "won_amount", "--period", "2017-03", "--json").out
    with closing(PostgresConnection(empty)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM events").fetchone()[0] > 1


async def _appended(kafka: str, prefix: str) -> None:
    await admin.create(kafka, prefix=prefix, partitions=1)
    log = KafkaLog(kafka, prefix=prefix)
    await log.start()
    await log.append(list(Mix().deliveries(3)))
    await log.stop()


def test_the_doctor_looks_at_kafka(
    scaled: Command, kafka: str, prefix: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """He says whether Kafka answers and has the topics, how much waits for a worker, and since when."""
    monkeypatch.setenv("PACELINE_KAFKA", kafka)
    monkeypatch.setenv("PACELINE_TOPICS", prefix)
    assert re.search(r"topics[ │]+WRONG[ │]+`paceline topics create` makes what is missing", scaled("doctor").out)
    asyncio.run(_appended(kafka, prefix))
    said = scaled("doctor").out
    assert re.search(rf"Kafka[ │]+ok[ │]+{kafka} answers", said)
    assert re.search(r"topics[ │]+ok[ │]+7 of events", said)
    assert re.search(r"lag[ │]+(ok|WRONG)[ │]+[123] records wait for a worker, the oldest for \d+ s", said)
    read = {(one.topic, one.partition): one.next_offset + one.records for one in asyncio.run(_lag(kafka, prefix))}
    with closing(PostgresConnection(database)) as connection, connection.transaction():
        write_offsets(connection, read)
    assert re.search(r"lag[ │]+ok[ │]+nothing waits", scaled("doctor").out)
    monkeypatch.setenv("PACELINE_KAFKA", f"127.0.0.1:{free_port()}")
    assert re.search(r"Kafka[ │]+WRONG[ │]+The log does not answer", scaled("doctor").out)


async def _lag(kafka: str, prefix: str) -> list[Lag]:
    return await lag_from(kafka, {}, now_us=0, prefix=prefix)
