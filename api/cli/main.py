"""The command `paceline`."""

import sys
from typing import Annotated

import typer
from rich.console import Console

from api.cli import board, deadletters, deal, demo, imports, maintain, serve, why
from api.settings import VERSION
from services.errors import PacelineError

app = typer.Typer(
    name="paceline",
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


app.command(help=serve.HELP)(serve.serve)
app.command(help=demo.HELP)(demo.demo)
app.command("import", help=imports.HELP)(imports.import_files)
app.command(help=board.HELP)(board.board)
app.command(help=why.HELP)(why.why)
app.command(help=deal.HELP)(deal.deal)
app.command(help=maintain.VERIFY)(maintain.verify)
app.command(help=maintain.REPLAY)(maintain.replay)
app.command(help=maintain.DOCTOR)(maintain.doctor)
app.command(help=maintain.BACKUP)(maintain.backup)
app.command(help=maintain.RESTORE)(maintain.restore)
app.add_typer(deadletters.app, name="dead-letters")


def main() -> None:
    """Run the command line; failures that a person can mend are one clear line, not a trace."""
    try:
        app()
    except PacelineError as error:
        Console(stderr=True, highlight=False).print(f"[bold red]Error:[/bold red] {error}", soft_wrap=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(0)


if __name__ == "__main__":
    main()
