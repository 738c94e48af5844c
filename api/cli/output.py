"""Tables for people, JSON and CSV for programs, and progress bars for what takes long."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import msgspec
import typer
from rich.console import Console, HighlighterType, JustifyMethod, OverflowMethod
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.style import Style
from rich.table import Table
from rich.text import Text

from api.exports import Cell, csv_text
from services.errors import PacelineError
from streams.history.replay import Progress as Report

# Everything of which a terminal shows nothing but what it does, except line breaks and tabs.
_STEERING = dict.fromkeys([*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0)], "\ufffd")
AsJson = Annotated[bool, typer.Option("--json", help="JSON for programs.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="CSV for spreadsheets.")]


class JsonOrCsv(PacelineError):
    """Both forms at once."""

    def __init__(self) -> None:
        super().__init__("Choose either --json or --csv.")


class NothingHere(PacelineError):
    """A data folder without a store."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"There is nothing in {folder} yet. Import an export with `paceline import PATH`, or look at the "
            "sample company with `paceline demo`. PACELINE_HOME names another folder."
        )


class _Calm(Console):
    """A console on which no text that somebody wrote can steer the terminal."""

    def render_str(
        self,
        text: str,
        *,
        style: str | Style = "",
        justify: JustifyMethod | None = None,
        overflow: OverflowMethod | None = None,
        emoji: bool | None = None,
        markup: bool | None = None,
        highlight: bool | None = None,
        highlighter: HighlighterType | None = None,
    ) -> Text:
        """Return a text with a mark in the place of each letter that would do something."""
        return super().render_str(
            text.translate(_STEERING),
            style=style,
            justify=justify,
            overflow=overflow,
            emoji=emoji,
            markup=markup,
            highlight=highlight,
            highlighter=highlighter,
        )


def console() -> Console:
    """Return the console of the terminal."""
    return _Calm(highlight=False)


def say(text: str) -> None:
    """Say something to the person beside the output, so that programs do not read it."""
    _Calm(stderr=True, highlight=False).print(text, soft_wrap=True)


def print_json(body: object) -> None:
    """Print JSON."""
    text = msgspec.json.format(msgspec.json.encode(body), indent=2)
    sys.stdout.write(text.decode() + "\n")


def print_csv(rows: Sequence[Sequence[Cell]]) -> None:
    """Print CSV, without a byte order mark."""
    sys.stdout.write(csv_text(rows).removeprefix("\ufeff"))


def print_table(
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    whole: Sequence[int] = (),
) -> None:
    """Print a table; columns in `right` are numbers, those in `whole` are never broken into lines."""
    table = Table(title=escape(title) or None, title_justify="left", title_style="bold", header_style="bold")
    for index, head in enumerate(heads):
        side: JustifyMethod = "right" if index in right else "left"
        table.add_column(escape(head), justify=side, overflow="fold", no_wrap=index in whole)
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    console().print(table)


@contextmanager
def progress_bar(what: str) -> Iterator[Report]:
    """Give a function that shows how far long work is: done and total."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    screen = Console(stderr=True)
    # Into a file or a pipe a bar would write nothing but empty lines.
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as shown:
        task = shown.add_task(escape(what), total=None)

        def report(done: int, total: int) -> None:
            shown.update(task, completed=done, total=total)

        yield report
