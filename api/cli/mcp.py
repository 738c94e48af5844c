"""`paceline mcp`: tools for assistants, over the pipes of the program that starts it."""

import sys
from functools import partial

import typer

from api.cli.home import questions
from api.cli.output import say
from api.cli.searching import asked
from api.mcp.asker import Asker
from api.secret import installation_secret
from api.settings import settings
from services.errors import PacelineError
from services.scope import ADMIN

app = typer.Typer()
HELP = """Give an assistant tools that read: search, documents, deals, similar deals, metrics, boards (MCP, over stdio).

An assistant starts it by itself; docs/mcp.md says how to tell it to. Who starts it sees everything, as with every
command here, and nothing can be changed. It works beside a running server and on a scaled-out home.

Examples:

  paceline mcp
"""


class McpMissing(PacelineError):
    """The package that speaks the protocol is not installed."""

    def __init__(self) -> None:
        super().__init__("The package mcp is not installed, which this command needs: pip install 'paceline[mcp]'")


@app.command(help=HELP)
def mcp() -> None:
    """Give an assistant tools that read."""
    try:
        from api.mcp.server import run
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("mcp"):
            raise
        raise McpMissing from None
    chosen = settings()
    if sys.stdin.isatty():
        say("An assistant is meant to start this and to speak MCP with it; Ctrl-D ends it.")
    run(
        Asker(
            scope=ADMIN,
            questions=partial(questions, chosen),
            searched=partial(asked, chosen),
            secret=partial(installation_secret, chosen.home),
        )
    )
