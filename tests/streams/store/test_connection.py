"""What a connection to a store of either kind promises."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from streams.store.connection import Connection, StoreFailed
from streams.store.postgres import is_about_values
from streams.store.statements import statements
from tests.homes import Stores, some_stores
from tests.stores import Store, reading, writing

HARD_TEXTS = ["", " ", "%", "%s", "100 %%", "?", "IN LIST ?", "it's", '"', "\\", "{a,b}", "{}", "NULL", "null", "\n\t"]
TEXTS = [*HARD_TEXTS, "王芳", "é", "e\u0301", "🚀👩‍👩‍👧", "\U0010ffff", "a" * 100_000]
NUMBERS = [0, -1, 2**15, 2**31, -(2**31), 2**53 + 1, 2**63 - 1, -(2**63)]
BLOBS = [b"", b"\x00", b"\x00\x01\xff\\", bytes(range(256)) * 400]


@pytest.fixture
def store(stores: Stores) -> Store:
    """Give an empty store."""
    return stores()


@pytest.fixture
def connection(store: Store) -> Connection:
    """Give the connection that writes it."""
    return store.home.connection


@pytest.fixture
def other(store: Store) -> Iterator[Connection]:
    """Give another connection to the same store, which only reads."""
    found = reading(store.place)
    yield found
    found.close()


def facts(connection: Connection) -> dict[str, str]:
    """Return all facts."""
    return dict(connection.execute("SELECT name, value FROM facts").fetchall())


def letters(connection: Connection) -> list[tuple[object, ...]]:
    """Return the numbers, reasons and bytes of all dead letters."""
    return connection.execute("SELECT id, reason, raw FROM dead_letters ORDER BY id").fetchall()


def letter(number: int, reason: str = "", raw: bytes = b"") -> tuple[object, ...]:
    """Return a row of a dead letter."""
    return (number, 0, "refused", reason, "", "crm", "", "", raw, 1, "open")


def test_what_is_written_is_read(connection: Connection) -> None:
    """Texts of any letters, numbers of 64 bits, bytes with NUL and nothing at all come back as they went in."""
    texts = {f"text {place}": text for place, text in enumerate(TEXTS)}
    with connection.turn():
        connection.put("facts", list(texts.items()))
        connection.put("dead_letters", [letter(number, raw=blob) for number, blob in enumerate(BLOBS, start=1)])
        connection.put("offsets", [("t", place, number) for place, number in enumerate(NUMBERS)])
        connection.put("roots", [(1, "deal/1", None, None, 0), (2, "deal/2", b"\x00", "open", 5)])
    assert facts(connection) == texts
    assert [raw for _, _, raw in letters(connection)] == BLOBS
    assert [next_ for (next_,) in connection.execute("SELECT next FROM offsets ORDER BY part")] == NUMBERS
    rows = connection.execute("SELECT * FROM roots ORDER BY no").fetchall()
    assert rows == [(1, "deal/1", None, None, 0), (2, "deal/2", b"\x00", "open", 5)]


def test_values_never_become_words(connection: Connection) -> None:
    """A value that looks like SQL, a mark or a list is a value, also beside marks that stand in the statement."""
    with connection.turn():
        connection.put("facts", [(text, "x") for text in HARD_TEXTS])
    for text in HARD_TEXTS:
        assert connection.execute("SELECT name FROM facts WHERE name = ?", (text,)).fetchall() == [(text,)]
    found = connection.execute(
        "SELECT name FROM facts WHERE name IN LIST ? AND value = ?", (HARD_TEXTS, "x")
    ).fetchall()
    assert {name for (name,) in found} == set(HARD_TEXTS)
    assert connection.execute("SELECT name FROM facts WHERE name LIKE '%100 \\%\\%' ESCAPE '\\'").fetchall() == [
        ("100 %%",)
    ]


def test_each_row_keeps_its_own(connection: Connection) -> None:
    """Hard texts one by one, among plain ones and all together stay in their rows."""
    for texts in (*([text] for text in HARD_TEXTS), ["a", *HARD_TEXTS, "z"], ["a", "b,c", "d"]):
        with connection.turn():
            connection.execute("DELETE FROM facts")
            connection.put("facts", [(f"{place} {text}", text) for place, text in enumerate(texts)])
        rows = {(f"{place} {text}", text) for place, text in enumerate(texts)}
        assert set(connection.execute("SELECT name, value FROM facts").fetchall()) == rows


def test_one_of_many(connection: Connection) -> None:
    """A list of texts, numbers or bytes finds what is in it; an empty one finds nothing, and nothing is in it."""
    with connection.turn():
        connection.put("dead_letters", [letter(number, TEXTS[number], b"%d" % number) for number in range(1, 10)])
    cases = [("id", [2, 4, 2**40]), ("reason", [TEXTS[2], TEXTS[4], "no"]), ("raw", [b"2", b"4", b""])]
    for column, wanted in cases:
        sql = f"SELECT id FROM dead_letters WHERE {column} IN LIST ? ORDER BY id"
        assert connection.execute(sql, (wanted,)).fetchall() == [(2,), (4,)]
        assert connection.execute(sql, ([],)).fetchall() == []
        sql = f"SELECT COUNT(*) FROM dead_letters WHERE NOT {column} IN LIST ? AND id > ?"
        assert connection.execute(sql, (wanted, 0)).fetchone() == (7,)
        assert connection.execute(sql, ([], 0)).fetchone() == (9,)
    both = "SELECT id FROM dead_letters WHERE id IN LIST ? AND raw IN LIST ? AND reason IN LIST ?"
    assert connection.execute(both, ([1, 2], [b"2", b"3"], TEXTS)).fetchall() == [(2,)]


def test_a_long_list_is_a_list(connection: Connection) -> None:
    """More ids than a statement may have marks."""
    wanted = [b"%d" % number for number in range(20_000)]
    with connection.turn():
        connection.put("event_ids", [(b"17", 1), (b"x", 2)])
    assert connection.execute("SELECT digest FROM event_ids WHERE digest IN LIST ?", (wanted,)).fetchall() == [(b"17",)]


def test_given_rows_are_a_table(connection: Connection) -> None:
    """Rows that are given as one text can be joined like those of a table."""
    rows = [("王", 1, 2**40), ("%", -2, 3)]
    sql = (
        "WITH given AS MATERIALIZED (SELECT a, b, c FROM GIVEN ?) SELECT a, b, c FROM given WHERE b > ? ORDER BY b DESC"
    )
    assert connection.execute(sql, (json.dumps(rows), -5)).fetchall() == rows
    assert connection.execute(sql, ("[]", 0)).fetchall() == []


def test_sums_are_whole(connection: Connection) -> None:
    """Sums, counts and maxima of whole numbers are whole numbers, and nothing where there are no rows."""
    with connection.turn():
        connection.put("offsets", [("t", 1, 2**61), ("t", 2, 2**61), ("u", 1, 1)])
    sql = "SELECT topic, SUM(next), MAX(next), COUNT(*) FROM offsets GROUP BY topic HAVING SUM(next) > ? ORDER BY topic"
    found = connection.execute(sql, (0,)).fetchall()
    assert found == [("t", 2**62, 2**61, 2), ("u", 1, 1, 1)]
    assert all(type(number) is int for _, *numbers in found for number in numbers)
    assert connection.execute("SELECT SUM(next), MAX(next) FROM offsets WHERE part > 5").fetchone() == (None, None)


def test_text_is_sorted_by_its_code_points(connection: Connection) -> None:
    """Both databases sort alike, whatever the language of the machine."""
    names = ["a", "B", "b", "Z", "é", "z", "王", "🚀", "_", "0", "a b", "ab"]
    with connection.turn():
        connection.put("facts", [(name, "") for name in names])
    found = connection.execute("SELECT name FROM facts ORDER BY name").fetchall()
    assert [name for (name,) in found] == sorted(names)
    assert connection.execute("SELECT MAX(name) FROM facts WHERE name >= 'a' AND name < 'b'").fetchone() == ("ab",)


CELL = (1, "day", "won", 1, "ann", "USD", 0, "", 0)
PUTS: list[tuple[str, list[tuple[object, ...]], list[tuple[object, ...]], list[tuple[object, ...]]]] = [
    ("roots", [(1, "a", b"x", None, 3)], [(1, "other", b"y", "t", 4)], [(1, "a", b"y", "t", 4)]),
    ("cells", [(*CELL, 1, 2, 3)], [(*CELL, 1, -2, 4)], [(*CELL, 2, 0, 7)]),
    ("gross", [(1, "won", "a", "USD", 5)], [(1, "won", "a", "USD", 6)], [(1, "won", "a", "USD", 11)]),
    ("counters", [("received", "crm", 2)], [("received", "crm", -1)], [("received", "crm", 1)]),
    ("contributions", [("a", "t", b"1")], [("a", "t", b"2")], [("a", "t", b"2")]),
    ("profiles", [("rep/a", "new", 5)], [("rep/a", "old", 4)], [("rep/a", "new", 5)]),
    ("profiles", [("rep/a", "one", 5)], [("rep/a", "two", 5)], [("rep/a", "two", 5)]),
    ("answers", [(b"k", b"r", 200, b"b", 1)], [(b"k", b"s", 201, b"c", 2)], [(b"k", b"r", 200, b"b", 1)]),
    ("facts", [("a", "1")], [("a", "2")], [("a", "2")]),
    ("offsets", [("t", 0, 5)], [("t", 0, 9)], [("t", 0, 9)]),
]


@pytest.mark.parametrize(("name", "first", "again", "left"), PUTS)
def test_what_is_put_meets_what_is_there(
    connection: Connection,
    name: str,
    first: list[tuple[object, ...]],
    again: list[tuple[object, ...]],
    left: list[tuple[object, ...]],
) -> None:
    """Each statement adds, replaces or lets be, the same in both databases; no rows are no statement."""
    with connection.turn():
        connection.put(name, first)
        connection.put(name, [])
        connection.put(name, again)
    assert connection.execute(f"SELECT * FROM {statements()[name].table.name}").fetchall() == left


def test_a_named_root_keeps_its_state(connection: Connection) -> None:
    """Naming a root again only says when it was touched; and told contributions go away one by one."""
    with connection.turn():
        connection.put("roots", [(1, "a", b"x", "t", 3)])
        connection.put("roots_named", [(1, "a", 7), (2, "b", 7)])
        connection.put("contributions", [("a", "t", b"1"), ("a", "u", b"2"), ("b", "t", b"3")])
        connection.put("contributions_gone", [("a", "t"), ("b", "u")])
    assert connection.execute("SELECT * FROM roots ORDER BY no").fetchall() == [
        (1, "a", b"x", "t", 7),
        (2, "b", None, None, 7),
    ]
    told = connection.execute("SELECT account, teller FROM contributions ORDER BY account, teller").fetchall()
    assert told == [("a", "u"), ("b", "t")]


def test_a_turn_is_whole_or_nothing(connection: Connection, other: Connection) -> None:
    """What a turn wrote before it failed is gone; nobody else sees it before its end."""

    def broken() -> None:
        with connection.turn():
            connection.put("facts", [("a", "1")])
            assert facts(other) == {}
            raise LookupError

    with pytest.raises(LookupError):
        broken()
    assert facts(connection) == facts(other) == {}
    with connection.turn():
        connection.put("facts", [("b", "2")])
    assert facts(other) == {"b": "2"}


def test_a_statement_that_fails_leaves_a_connection_that_works(connection: Connection) -> None:
    """After a row that is there already the turn is over, and the next one begins."""
    with connection.turn():
        connection.put("event_ids", [(b"a", 1)])
    with pytest.raises(Exception, match=r"(?i)unique"), connection.turn():
        connection.put("facts", [("a", "1")])
        connection.put("event_ids", [(b"b", 2), (b"a", 2)])
    with connection.turn():
        connection.put("event_ids", [(b"c", 3)])
    assert connection.execute("SELECT position FROM event_ids ORDER BY position").fetchall() == [(1,), (3,)]
    assert facts(connection) == {}


@pytest.mark.parametrize(("name", "row"), [("offsets", ("t", 0, 2**63)), ("facts", ("half of 🚀", "\ud83d"))])
def test_what_no_store_keeps_is_refused(connection: Connection, name: str, row: tuple[object, ...]) -> None:
    """A number beyond 64 bits and half a letter are errors that take the whole turn with them, and only that."""
    with pytest.raises((StoreFailed, OverflowError, UnicodeError)), connection.turn():
        connection.put("facts", [("a", "1")])
        connection.put(name, [row])
    assert facts(connection) == {}
    with connection.turn():
        connection.put("facts", [("a", "1")])
    assert facts(connection) == {"a": "1"}


def test_nul_is_no_letter_to_postgres() -> None:
    """Text with NUL is refused as what it is, a fault of the values, and never cut or taken for two."""
    with some_stores("postgres") as stores:
        connection = stores().home.connection
        with pytest.raises(StoreFailed) as refused, connection.turn():
            connection.put("facts", [("a", "b\x00c")])
        assert is_about_values(refused.value)
        with pytest.raises(StoreFailed) as refused:
            connection.execute("SELECT name FROM facts WHERE name IN LIST ?", (["a\x00b", "c"],))
        assert is_about_values(refused.value)
        assert facts(connection) == {}


def test_a_snapshot_does_not_change(connection: Connection, other: Connection) -> None:
    """What others write while a snapshot is read is not seen in it, and seen after it."""
    with connection.turn():
        connection.put("facts", [("a", "1")])
    with other.snapshot():
        assert facts(other) == {"a": "1"}
        with connection.turn():
            connection.put("facts", [("a", "2"), ("b", "3")])
        assert facts(other) == {"a": "1"}
    assert facts(other) == {"a": "2", "b": "3"}


def test_turns_follow_each_other(store: Store) -> None:
    """Of many who read a number and write one more, each in a turn, none is lost."""

    def count(_: int) -> None:
        connection = writing(store.place)
        for _ in range(10):
            with connection.turn():
                row = connection.execute("SELECT value FROM facts WHERE name = 'n'").fetchone()
                connection.put("facts", [("n", str(int(row[0]) + 1 if row else 1))])
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))
    assert facts(store.home.connection) == {"n": "40"}


def test_rows_stream_within_each_other(connection: Connection) -> None:
    """Two streams can be open at the same time, and one may be left before its end."""
    with connection.turn():
        connection.load("offsets", (("t", part, 0) for part in range(5_000)))
    sql = "SELECT part FROM offsets WHERE part >= ? ORDER BY part"
    with connection.snapshot():
        outer = connection.stream(sql, (0,))
        assert next(iter(outer)) == (0,)
        assert [part for (part,) in connection.stream(sql, (2_000,))] == list(range(2_000, 5_000))
        assert [part for (part,) in outer] == list(range(1, 5_000))
    with connection.snapshot():
        assert next(iter(connection.stream(sql, (7,)))) == (7,)
    assert len(connection.execute(sql, (0,)).fetchall()) == 5_000
