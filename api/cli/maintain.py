"""`paceline verify` and `replay`: the numbers compared with the events that they follow from, and made again."""

import typer

from api.cli.home import questions, writing
from api.cli.output import console, print_table, progress_bar, say
from api.settings import settings
from streams.history import verify as checks

app = typer.Typer()
VERIFY = """Replay everything beside the store and compare, byte by byte.

It changes nothing and may run while others write; exit code 1 says that something differs.

Example:

  paceline verify
"""
REPLAY = """Throw away everything that follows from the events and make it again.

The events themselves are kept. A server on the data folder must be stopped; whoever writes a database waits.

Example:

  paceline replay
"""


@app.command(help=VERIFY)
def verify() -> None:
    """Replay everything beside the store and compare."""
    with questions(settings()) as asked, progress_bar("Replaying") as progress:
        connection = asked.connection()
        with connection.snapshot():
            verdict = checks.verify(connection, progress)
    rows = [
        [
            table,
            digest[:16],
            verdict.replayed[table][:16],
            "equal" if digest == verdict.replayed[table] else "DIFFERS",
        ]
        for table, digest in verdict.here.items()
    ]
    print_table(f"{verdict.events} events replayed", ["table", "here", "replayed", ""], rows)
    if verdict.differing:
        say("[bold red]The store differs from its own events.[/bold red] `paceline replay` makes it right.")
        raise typer.Exit(1)


@app.command(help=REPLAY)
def replay() -> None:
    """Make everything that follows from the events again."""
    with writing(settings()) as ledger, progress_bar("Replaying") as progress:
        events = checks.rebuild(ledger.connection, progress)
    console().print(f"{events} events replayed.")
