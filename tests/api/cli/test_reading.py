"""board, why and deal on the command line: tables for people, JSON and CSV for programs, and what went wrong."""

import csv
import io

import pytest

from services.metrics.registry import registry
from tests.api.cli.commands import Command, command
from tests.api.houses import Json
from tests.builders import deal, joined, lost, order, team, won

__all__ = ["command"]
FACTS = [
    team("north"),
    joined("ann", name="Ann [Lee]", team="north"),
    joined("bob", name="Bob", team="north"),
    *order("one", "2017-03-01", title="[red]Lenses"),
    *order("two", "2017-03-05", owner="bob", amount="5.00"),
    deal("three", "2017-03-01", owner="ann"),
    lost("three", "2017-03-09"),
]
MARCH = ("--period", "2017-03")


def rows(found: object) -> list[Json]:
    """Return the rows of a board."""
    assert isinstance(found, dict)
    return list(found["rows"])


def test_a_table_for_people(command: Command) -> None:
    """The table has ranks, names as they are, values and the sum; how it was counted goes beside it."""
    command.store(*FACTS)
    found = command("board", "won_amount", *MARCH)
    assert found.code == 0
    assert "Ann [Lee]" in found.out
    assert "$10" in found.out and "$15" in found.out
    assert "Counted on: " in found.err


def test_a_sum_without_some_of_the_money_says_so(command: Command) -> None:
    """Money without a rate is not in the sum, and the sum says that a rate is missing."""
    command.store(
        *FACTS, deal("four", "2017-03-07", owner="bob", amount="9.00", currency="SEK"), won("four", "2017-03-07")
    )
    found = command("board", "won_amount", *MARCH)
    assert "$15 (rate missing)" in found.out


def test_the_past_of_an_imported_company_has_its_currency_and_zone(command: Command) -> None:
    """What had happened long before the import is shown in the currency and the days that the import was told."""
    file = command.home.parent / "deals.csv"
    file.write_text("Deal ID,Owner,Amount,Stage,Created Date,Close Date\n7,Ann,5.00,Won,2017-01-02,2017-03-04\n")
    command("import", str(file), "--zone", "Europe/Berlin", "--currency", "EUR", "--yes")
    found = command("board", "won_amount", *MARCH, "--happened-by", "2017-02-01", "--json").json
    assert isinstance(found, dict)
    assert found["total"]["value"] == {"amount": "0.00", "currency": "EUR"}
    assert found["zone"] == "Europe/Berlin"


def test_a_preview_breaks_no_date(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a table is too narrow, words are broken into lines, dates and amounts are not."""
    monkeypatch.setenv("COLUMNS", "80")
    file = command.home.parent / "deals.csv"
    head = "Deal ID,Deal Name,Owner,Amount,Currency,Stage,Created Date,Close Date"
    file.write_text(f"{head}\n7,A long name of a deal,Ann Lee,12500.00,EUR,Negotiation,2017-01-02,2017-03-04\n")
    found = command("import", str(file), "--dry-run")
    assert all(whole in found.out for whole in ("12500.00", "2017-01-02", "2017-03-04"))


def test_no_dead_letters_are_no_table(command: Command) -> None:
    """Where nothing waits, that is said instead of showing a table of nothing."""
    command.store(*FACTS)
    assert command("dead-letters", "list").out == "There are no open dead letters.\n"


def test_json_and_csv_for_programs(command: Command) -> None:
    """JSON is the same board as over HTTP; CSV has a line for each row; both are all that is printed."""
    command.store(*FACTS)
    found = command("board", "won_amount", *MARCH, "--json")
    assert [(row["rank"], row["id"]) for row in rows(found.json)] == [(1, "ann"), (2, "bob")]
    assert rows(found.json)[0]["value"] == {"amount": "10.00", "currency": "USD"}
    lines = list(csv.DictReader(io.StringIO(command("board", "won_amount", *MARCH, "--csv").out)))
    assert [(line["id"], line["value"]) for line in lines] == [("ann", "10.00"), ("bob", "5.00")]
    assert found.err == ""


def test_teams_and_both_pasts(command: Command) -> None:
    """--by team, --team, --happened-by and --as-of ask the same questions as over HTTP."""
    command.store(*FACTS)
    teams = rows(command("board", "deals_won", *MARCH, "--by", "team", "--json").json)
    assert [(row["id"], row["value"]) for row in teams] == [("north", 2)]
    happened = rows(command("board", "deals_won", *MARCH, "--happened-by", "2017-03-02", "--json").json)
    assert {row["id"]: row["value"] for row in happened} == {"ann": 1, "bob": 0}
    known = rows(command("board", "deals_won", *MARCH, "--as-of", "2018-06-01", "--json").json)
    assert {row["id"]: row["value"] for row in known} == {"ann": 1, "bob": 1}
    assert "--happened-by" in command.told("board", "deals_won", "--as-of", "2017-03-02")


@pytest.mark.parametrize("metric", registry())
def test_every_metric_prints(command: Command, metric: str) -> None:
    """Every metric has a table."""
    command.store(*FACTS)
    found = command("board", metric, "--period", "2017")
    assert found.code == 0, found


def test_without_a_metric_all_are_listed(command: Command) -> None:
    """`paceline board` alone lists the metrics in both languages, also when there is nothing yet."""
    found = command("board")
    assert found.code == 0
    assert all(metric in found.out for metric in registry())
    assert "赢单数" in found.out


def test_why_shows_the_lines(command: Command) -> None:
    """The lines behind a number are found by name or id, as a table, JSON and CSV."""
    command.store(*FACTS)
    for rep in ("ann", "Ann [Lee]", "ann [lee]"):
        found = command("why", "won_amount", "--rep", rep, *MARCH, "--json").json
        assert isinstance(found, dict)
        assert (found["rep"]["id"], found["lines_total"]) == ("ann", 1)
    table = command("why", "won_amount", "--rep", "ann", *MARCH)
    assert "Ann [Lee]: $10" in table.out and "[red]Lenses" in table.out
    (line,) = csv.DictReader(io.StringIO(command("why", "won_amount", "--rep", "ann", *MARCH, "--csv").out))
    assert (line["amount"], line["event"]) == ("10.00", "deal.won")


def test_tables_fit_a_small_terminal(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """On 80 columns days, measures and amounts stand on one line each."""
    command.store(*FACTS)
    monkeypatch.setenv("COLUMNS", "80")
    for words in (("why", "won_amount", "--rep", "ann"), ("board", "won_amount")):
        found = command(*words, *MARCH)
        assert all(len(line) <= 80 for line in found.out.splitlines())
    lines = command("why", "won_amount", "--rep", "ann", *MARCH).out.splitlines()
    assert any("2017-03-01" in line and "won" in line and "+10.00 USD" in line for line in lines)


def test_a_deal_tells_its_story(command: Command) -> None:
    """The timeline has each event and what it moved, and says what does not add up."""
    command.store(*FACTS)
    table = command("deal", "one")
    assert "won, 10.00 USD" in table.out and "deal.created" in table.out
    assert "owner Ann [Lee]" in table.out and "for Ann [Lee] +10.00 USD" in table.out
    found = command("deal", "one", "--json").json
    assert isinstance(found, dict)
    assert [chapter["event"]["type"] for chapter in found["timeline"]] == ["deal.created", "deal.won"]
    early = command("deal", "three", "--happened-by", "2017-03-02", "--json").json
    assert isinstance(early, dict)
    assert early["status"] == "open"


@pytest.mark.parametrize(
    ("words", "clue"),
    [
        (("board", "no_such_metric"), "There are: "),
        (("board", "won_amount", "--period", "[bold]never"), "“[bold]never” is not a period. Write "),
        (("board", "won_amount", "--zone", "Mars"), "is no IANA time zone, such as"),
        (("board", "won_amount", "--as-of", "soon"), "is no moment. Write "),
        (("board", "won_amount", "--as-of", "2018-02-01", "--happened-by", "2018-02-01"), "not both"),
        (("board", "won_amount", "--json", "--csv"), "either --json or --csv"),
        (("board", "untouched_deals", "--zone", "Asia/Shanghai"), "has no other zone"),
        (("why", "won_amount", "--rep", "nobody"), "`paceline board deals_won` lists the people"),
        (("why", "no_such_metric", "--rep", "ann"), "There are: "),
        (("why", "won_amount", "--rep", "ann", "--json", "--csv"), "either --json or --csv"),
        (("deal", "nothing"), "Use its key in the CRM or its id"),
    ],
)
def test_what_went_wrong_is_one_line_that_helps(command: Command, words: tuple[str, ...], clue: str) -> None:
    """A question that cannot be answered says what could be asked instead."""
    command.store(*FACTS)
    assert clue in command.told(*words)


@pytest.mark.parametrize(
    "words",
    [
        ("bord",),
        ("board", "won_amount", "--by", "nobody"),
        ("board", "won_amount", "--nothing"),
        ("why", "won_amount"),
        ("deal",),
        ("dead-letters", "replay"),
        ("dead-letters", "show", "x"),
        ("dead-letters", "list", "--status", "lost"),
        ("serve", "--port", "65536"),
        ("import",),
        ("import", "/no/such/file.csv"),
        ("import", "/dev/null", "--missing", "burn"),
    ],
    ids=" ".join,
)
def test_a_wrong_command_says_how_it_is_used(command: Command, words: tuple[str, ...]) -> None:
    """Unknown commands, options and values are exit code 2 with the usage, on stderr."""
    found = command(*words)
    assert found.code == 2
    assert "Usage: " in found.err
    assert "Traceback" not in found.err


@pytest.mark.parametrize(
    "words",
    [
        ("board", "won_amount"),
        ("why", "won_amount", "--rep", "ann"),
        ("deal", "one"),
        ("verify",),
        ("backup", "copy.db"),
        ("dead-letters", "list"),
        ("dead-letters", "show", "1"),
        ("dead-letters", "replay", "--all"),
    ],
    ids=" ".join,
)
def test_nothing_there_yet(command: Command, words: tuple[str, ...]) -> None:
    """Before anything was imported a command says how to begin, and makes nothing."""
    line = command.told(*words)
    assert "There is nothing in" in line and "paceline import" in line and "paceline demo" in line
    assert not command.home.exists()


def test_won_without_creation(command: Command) -> None:
    """A win alone is a deal without an owner, and the board says nobody."""
    command.store(won("alone", "2017-03-01", amount="3.00", currency="USD"))
    assert "nobody" in command("board", "won_amount", *MARCH).out
