"""`paceline search`, `similar` and `index`: what they print for people and for programs."""

import msgspec
import pytest

from tests.api.cli.commands import Command, command
from tests.api.routes.test_search import COMPANY, past
from tests.builders import event, won
from tests.stores import Wire

__all__ = ["command"]
Json = dict[str, object]


def note(name: str, title: str, text: str) -> Wire:
    """Return a note that everybody reads."""
    return event("document.written", f"document/{name}", "2017-03-01", title=title, text=text, readers=["everyone"])


def of(found: object) -> Json:
    """Return an object of JSON."""
    return msgspec.convert(found, Json)


def test_hits_for_people(command: Command) -> None:
    """Each hit has its title, its kind and id, its best sentence, and the words that found it."""
    command.store(COMPANY)
    found = command("search", "migration", "--kind", "play")
    assert found.code == 0
    first, sentence, why = found.out.splitlines()
    assert first == "1. Migration  play document/p"
    assert sentence.strip() == "Show the migration plan."
    assert why.strip().endswith("words: migration")
    assert found.err.count("paceline models fetch") == 1


def test_hits_for_programs(command: Command) -> None:
    """With --json there is one object and nothing else on the output, the same as the API answers."""
    command.store(COMPANY)
    told = of(command("search", "migration", "--limit", "2", "--json").json)
    assert told["by_meaning"] is False and told["good"] is True
    hits = msgspec.convert(told["hits"], list[Json])
    assert hits[0]["id"] == "document/p" and len(hits) == 2
    assert of(hits[0]["why"])["matched"] == ["migration"] and of(hits[0]["snippet"])["highlights"] == [[9, 18]]


def test_nothing_found(command: Command) -> None:
    """Where nothing fits, a person is told what to try, and a program gets an empty list; both end well."""
    command.store(COMPANY)
    found = command("search", "zzzz")
    assert (found.code, found.out) == (0, "") and "Nothing was found" in found.err
    assert of(command("search", "zzzz", "--json").json)["hits"] == []
    assert "nosuch" in command.told("search", "x", "--kind", "nosuch")
    assert "fr" in command.told("search", "x", "--language", "fr")


def test_poor_finds_say_so(command: Command) -> None:
    """What has one word of many in common is called the closest there is."""
    command.store(note("a", "Pause", "Name the figure, then whistle."))
    found = command("search", "whistle zebra quark lantern orchard glacier violin")
    assert "Pause" in found.out and "closest" in found.err


def test_a_hit_in_the_other_language_says_so(command: Command) -> None:
    """An English note that a Chinese question finds is marked."""
    command.store(note("a", "CRM", "The CRM was slow."))
    assert "in another language" in command("search", "客户的 CRM 系统").out


def test_deals_like_one_for_people(command: Command) -> None:
    """Won and lost ones stand apart, each with why it is like, what it says and what was done; the sample first."""
    command.store(COMPANY)
    found = command("similar", "open", "--weight", "0.5")
    assert found.code == 0
    lines = found.out.splitlines()
    assert lines[0] == "Deals like open at the stage main/call"
    assert lines[1].startswith("Of the 2 most alike 1 were won, 1 lost; median 14 days")
    assert lines[2] == "Traits count 50%, text the rest."
    assert lines.index("Won") < lines.index("Lost")
    mine = next(line for line in lines if "Deal w" in line)
    assert "19 days" in mine and "no history" not in mine
    assert any("same or near: industry banking" in line for line in lines)
    assert any("“They fear the migration of old invoices.”" in line for line in lines)
    assert any("then: offer (day 0), demo (day 1), won (day 15)" in line for line in lines)


def test_deals_like_one_for_programs(command: Command) -> None:
    """With --json there is one object, with the sample and both sides."""
    command.store(COMPANY)
    told = of(command("similar", "open", "--stage", "offer", "--json").json)
    assert (told["stage"], of(told["sample"])["size"]) == ("main/offer", 2)
    assert [len(msgspec.convert(told[side], list[Json])) for side in ("won", "lost")] == [1, 1]


def test_no_deal_is_like_one(command: Command) -> None:
    """Before any deal is decided there is none to compare with, and the command says so and ends well."""
    command.store([one for one in COMPANY if str(one["subject"]) not in ("deal/w", "deal/l")])
    found = command("similar", "open")
    assert found.code == 0 and "There is none yet" in found.err
    assert "Won" not in found.out
    told = of(command("similar", "open", "--json").json)
    assert told["won"] == told["lost"] == []


@pytest.mark.parametrize(
    ("words", "clue"),
    [(("open", "--stage", "nosuch"), "It was in: main/call"), (("none",), "deal/none")],
    ids=["stage", "deal"],
)
def test_what_is_not_there_is_one_line_that_helps(command: Command, words: tuple[str, ...], clue: str) -> None:
    """A stage that a deal was never in is told with those that it was in; a deal that is unknown is told."""
    command.store(COMPANY)
    assert clue in command.told("similar", *words)


@pytest.mark.parametrize("words", [("search", "a\udcff"), ("similar", "a\udcff"), ("deal", "a\udcff")])
def test_what_is_no_text_is_one_line(command: Command, words: tuple[str, ...]) -> None:
    """Bytes that are no UTF-8, which a shell hands on as they are, end no command with a trace."""
    command.store(COMPANY)
    assert "no text in UTF-8" in command.told(*words)


def test_what_somebody_wrote_steers_no_terminal(command: Command) -> None:
    """Escapes in titles and texts are shown as marks, by search, by lists and by documents; line breaks stay."""
    command.store([*COMPANY, note("red", "\x1b[31mred\x9b2J", "The auditor\x1b]0;mine\x07 calls.\n\nTwice.")])
    for words in (("search", "auditor"), ("knowledge", "list"), ("knowledge", "show", "red")):
        found = command(*words)
        assert found.code == 0 and "\ufffd" in found.out
        assert not set(found.out) & {"\x1b", "\x9b", "\x07"}, found.out


def test_the_index_is_read_and_made_again(command: Command) -> None:
    """`build` reads what is new, `status` says so, `rebuild` begins anew; the same is found."""
    command.store(COMPANY)
    assert of(command("index", "build", "--json").json) | {"model": None, "waiting": 0} == (
        told := of(command("index", "status", "--json").json)
    )
    assert told["complete"] is True and told["trouble"] is None and told["roots_total"] == 0
    command.store(past("new", won("new", "2017-05-20"), "Their auditor calls."))
    assert of(command("index", "status", "--json").json)["waiting"] == 1
    assert "auditor" in command("search", "auditor").out
    before = of(command("index", "status", "--json").json)
    found = command("index", "rebuild")
    assert found.code == 0 and "0 waiting" in found.out and "by meaning: no" in found.out
    assert of(command("index", "status", "--json").json) == before
    assert "auditor" in command("search", "auditor").out
