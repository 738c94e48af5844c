"""The whole command line: every command and every group, with the words that lead to it."""

from collections.abc import Iterator

from typer.core import TyperCommand, TyperGroup

from api.cli.commands import COMMANDS, command
from api.cli.main import COMMAND


def everything() -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield the program itself, its commands and groups, and the commands of those."""
    yield (), COMMAND
    for name in COMMANDS:
        yield from _below(command(name), name)


def leaves() -> list[tuple[tuple[str, ...], TyperCommand]]:
    """Return the commands that do something."""
    return [(path, one) for path, one in everything() if isinstance(one, TyperCommand)]


def _below(found: object, *path: str) -> Iterator[tuple[tuple[str, ...], object]]:
    yield path, found
    if isinstance(found, TyperGroup):
        for name, one in found.commands.items():
            yield from _below(one, *path, name)
