"""The commands of `paceline`: the line that the list of them shows, and the module each is read from when it is used.

A command is a file of this folder with an `app` and a row here. What runs imports no more than its own command needs.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from typer._click import Command, Context

COMMANDS: Mapping[str, tuple[str, str]] = {
    "serve": ("serve", "Start the server; it answers on this machine alone."),
    "demo": ("demo", "Start with a sample company whose events flow live."),
    "import": ("imports", "Import exports of a CRM: a file, several, or a folder whose files belong together."),
    "board": ("board", "Show a metric for every rep or team."),
    "why": ("why", "Show the postings and events behind one number."),
    "deal": ("deal", "Show the timeline of a deal and what each event moved."),
    "verify": ("maintain", "Replay everything beside the store and compare, byte by byte."),
    "replay": ("maintain", "Throw away everything that follows from the events and make it again."),
    "doctor": ("doctor", "Look for what is wrong: store, disk, accounting, dead letters, rules, the models of search."),
    "backup": ("copies", "Write a checked copy of the store while it is in use."),
    "restore": ("copies", "Put a backup in the place of the store."),
    "migrate": ("migrate", "Move everything from a data folder into a PostgreSQL database, or back."),
    "evaluate": ("evaluate", "Measure search on a folder of judgements: corpus.jsonl, queries.jsonl and qrels.tsv."),
    "search": ("search", "Search knowledge and past deals, in English and Chinese."),
    "similar": (
        "search",
        "Show past deals that looked like a deal at the same stage, won and lost, and how they went on.",
    ),
    "mcp": (
        "mcp",
        "Give an assistant tools that read: search, documents, deals, similar deals, metrics, boards "
        "(MCP, over stdio).",
    ),
    "work": ("work", "Apply what the log on Kafka holds to the store on Postgres, until stopped."),
    "schema": ("schema", "See and change the version of the tables of the store."),
    "index": (
        "index",
        "What search has read. A running server keeps it up to date by itself; these commands do so without one.",
    ),
    "knowledge": (
        "knowledge",
        "Keep case reviews, playbooks and notes: bring them in, see what can be trusted, verify and archive.",
    ),
    "dead-letters": ("deadletters", "See what could not be applied, and replay or discard it."),
    "topics": ("topics", "Make and list the topics of the log on Kafka."),
    "cluster": (
        "cluster",
        "Kafka, Postgres, workers and nodes on this machine: the scaled-out home, without a container.",
    ),
    "models": ("models", "See, fetch and make the models that search reads texts with."),
}


class Commands(TyperGroup):
    """A program that lists its commands by their lines and reads one from its module when it is used."""

    def resolve_command(self, ctx: "Context", args: list[str]) -> "tuple[str | None, Command | None, list[str]]":
        """Return the command that the words begin with, and the words after it."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, found and command(str(found.name)), rest


def list_in(program: typer.Typer) -> None:
    """Give a program the lines of all commands."""
    for name, (_, line) in COMMANDS.items():
        program.command(name, help=line)(_unread)


def command(name: str) -> "Command":
    """Return a command with its options, or a group with its commands, from its module."""
    module, _ = COMMANDS[name]
    # A program of nothing but this module; the callback keeps it a group when there is but one command.
    program = typer.Typer(add_completion=False, callback=_unread)
    program.add_typer(import_module(f"api.cli.{module}").app)
    return typer.main.get_group(program).commands[name]


def _unread() -> None:
    """Stand for a command that was not read from its module."""
