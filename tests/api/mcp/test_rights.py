"""The rights of an asker hold in every tool, and inside the questions themselves."""

from dataclasses import replace
from functools import partial

import msgspec
import pytest

from api.cli.home import questions
from api.cli.searching import asked
from api.mcp.asker import Asker
from api.mcp.server import TOOLS, answered
from api.secret import installation_secret
from api.settings import Settings
from services.scope import ADMIN, Scope
from tests.api.cli.commands import Command, command
from tests.api.houses import Json
from tests.builders import deal, event, joined, won
from tests.stores import Wire

__all__ = ["command"]
MONEY = {"amount": "10.00", "currency": "USD"}
FACTS: list[Wire] = [
    joined("ann"),
    joined("bob"),
    *(fact for rep in ("ann", "bob") for fact in (
        deal(rep, "2017-03-01", owner=rep, stage="call", title=f"Whale of {rep}", **MONEY),
        event("deal.noted", f"deal/{rep}", "2017-03-02", text=f"A whale for {rep}."),
        won(rep, "2017-03-03"),
        event("document.written", f"document/{rep}", "2017-03-01", kind="note", title=rep, text="A whale.", author=rep),
    )),
]  # fmt: skip


@pytest.fixture
def admin(command: Command) -> Asker:
    """Return who sees everything of a store without a server."""
    command.store(FACTS)
    chosen = Settings(home=command.home)
    return Asker(
        scope=ADMIN,
        questions=partial(questions, chosen),
        searched=partial(asked, chosen),
        secret=partial(installation_secret, chosen.home),
    )


def told(asker: Asker, tool: str, **arguments: object) -> Json:
    """Return what a tool answers."""
    found = answered(tool, arguments, asker)
    assert not found.is_error, found
    return msgspec.convert(found.structured_content, Json)


def test_each_asker_gets_what_they_may_see(admin: Asker) -> None:
    """A rep gets her own row, deal and document, and of her colleague not even that they exist; the admin gets both."""
    ann = replace(admin, scope=Scope(person="ann", role="rep"))
    assert {row["id"] for row in rows(admin)} == {"ann", "bob"} and {row["id"] for row in rows(ann)} == {"ann"}
    found = {asker.scope.role: ids(asker) for asker in (admin, ann)}
    assert {one.partition("@")[0] for one in found["admin"]} >= {"deal/ann", "deal/bob", "document/bob"}
    assert {one.partition("@")[0] for one in found["rep"]} == {"deal/ann", "document/ann"}
    alike = told(ann, "similar_deals", deal="ann")
    assert alike["won"] == [] and len(msgspec.convert(told(admin, "similar_deals", deal="ann")["won"], list[Json])) == 1
    for tool, arguments in (
        ("deal_timeline", {"deal": "bob"}),
        ("similar_deals", {"deal": "bob"}),
        ("document", {"document": "bob"}),
        ("metric", {"metric": "won_amount", "rep": "bob", "period": "2017-Q1"}),
    ):
        told(admin, tool, **arguments)
        own = {name: "ann" if value == "bob" else value for name, value in arguments.items()}
        told(ann, tool, **own)
        refused, unknown = (answered(tool, one, ann) for one in (arguments, renamed(arguments)))
        assert refused.is_error and refused == unknown


def test_there_is_no_other_tool() -> None:
    """Nothing but what this suite tries can be asked: a new tool has to be tried here as well."""
    assert set(TOOLS) == {"search", "document", "deal_timeline", "similar_deals", "metrics", "metric", "board"}


def rows(asker: Asker) -> list[dict[str, object]]:
    """Return the rows of a board."""
    return msgspec.convert(told(asker, "board", metric="won_amount", period="2017-Q1")["rows"], list[Json])


def ids(asker: Asker) -> set[str]:
    """Return the ids of everything that a search finds."""
    return {str(hit["id"]) for hit in msgspec.convert(told(asker, "search", query="whale")["hits"], list[Json])}


def renamed(arguments: dict[str, str]) -> dict[str, str]:
    """Return arguments that name somebody who does not exist."""
    return {name: "nobody-at-all" if value == "bob" else value for name, value in arguments.items()}
