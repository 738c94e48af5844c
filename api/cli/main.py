"""The command `paceline`."""

import os
import sqlite3
import sys
from typing import Annotated, NoReturn

import typer

from api.cli.commands import Commands, list_in
from api.settings import VERSION, settings
from services.errors import PacelineError
from streams.store.connection import StoreFailed

# What the extra of that name brings.
SCALED = ("psycopg", "aiokafka", "faust", "qdrant_client")

app = typer.Typer(
    name="paceline",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    help="Live sales numbers that explain themselves. Start with [bold]paceline demo[/bold], or with "
    "[bold]paceline import deals.csv[/bold] and [bold]paceline board won_amount[/bold].",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"paceline {VERSION}")
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """Live sales numbers that explain themselves."""


list_in(app)
# Put together once; `app` would do it for each call.
COMMAND = typer.main.get_command(app)


def _is_text(word: str) -> bool:
    """Return whether a word of the command line could be read as text."""
    return not any("\ud800" <= letter <= "\udfff" for letter in word)


def main() -> None:
    """Run the command line; failures that a person can mend are one clear line, not a trace."""
    try:
        try:
            COMMAND()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has enough; what is left of it must not fail again at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except UnicodeEncodeError:
        if all(map(_is_text, sys.argv)):
            raise
        _fail("What was typed is no text in UTF-8.")
    except StoreFailed as error:
        _fail(_failed(error))
    except PacelineError as error:
        _fail(str(error))
    except ModuleNotFoundError as error:
        if error.name not in SCALED:
            raise
        _fail(f"{error.name} is not installed, which PACELINE_STORE needs: pip install 'paceline[scaled]'")
    except sqlite3.Error as error:
        _fail(_unusable(error))
    except OSError as error:
        _fail(
            f"{error.filename or 'The system'}: {error.strerror or error}. The data folder is {settings().home}; "
            "PACELINE_HOME names another one."
        )


def _failed(error: StoreFailed) -> str:
    """Return what a person can do about a store that cannot be read or written."""
    if settings().store is None:
        return str(error)
    hint = "Is it running, and does PACELINE_STORE name it?" if error.passing else "`paceline doctor` looks at it."
    return f"The database did not do what it was asked: {error.reason}. Nothing was changed. {hint}"


def _unusable(error: sqlite3.Error) -> str:
    """Return what a person can do about a file that SQLite cannot work with."""
    from streams.embedded.home import STORE

    return (
        f"The store {settings().home / STORE} cannot be used: {error}. `paceline doctor` looks for what is wrong; "
        "`paceline restore FILE` puts a backup in its place."
    )


def _fail(message: str) -> NoReturn:
    from rich.console import Console
    from rich.markup import escape

    Console(stderr=True, highlight=False).print(f"[bold red]Error:[/bold red] {escape(message)}", soft_wrap=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
