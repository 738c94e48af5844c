"""`paceline dead-letters`: what could not be applied, to be seen, replayed or discarded."""

from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer

from api.cli.home import questions, request, writing
from api.cli.output import AsCsv, AsJson, JsonOrCsv, console, print_csv, print_json, print_table, say
from api.render import letter_json
from api.settings import settings
from services.events.encode import rfc3339
from streams.embedded.lock import address
from streams.embedded.writer import system_clock
from streams.ledger import deadletters
from streams.ledger.deadletters import STATUSES, DeadLetter
from streams.projection.submission import Outcome
from streams.store.connection import Connection

app = typer.Typer(
    name="dead-letters",
    no_args_is_help=True,
    help="""See what could not be applied, and replay or discard it.

Examples:

  paceline dead-letters list

  paceline dead-letters show 3

  paceline dead-letters replay 3 4 5

  paceline dead-letters replay --all

  paceline dead-letters discard 3
""",
)

LIST = """List dead letters with their reasons.

Examples:

  paceline dead-letters list

  paceline dead-letters list --status discarded --csv
"""
SHOW = """Show one dead letter with what was delivered.

Example:

  paceline dead-letters show 3
"""
REPLAY = """Try dead letters again, in a running server or alone.

Examples:

  paceline dead-letters replay 3 4 5

  paceline dead-letters replay --all
"""
DISCARD = """Give dead letters up; they stay in the table as discarded.

Example:

  paceline dead-letters discard 3
"""
Numbers = Annotated[list[int] | None, typer.Argument(metavar="NUMBER…", help="Numbers of dead letters.")]


@app.command("list", help=LIST)
def listed(
    status: Annotated[str, typer.Option("--status", help="open, replayed or discarded.")] = "open",
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """List dead letters with their reasons."""
    if json and csv:
        raise JsonOrCsv
    if status not in STATUSES:
        raise typer.BadParameter(f"must be one of {', '.join(STATUSES)}", param_hint="--status")
    with questions(settings()) as asked:
        found = list(_all(asked.connection(), status))
    if json:
        print_json([letter_json(letter) for letter in found])
        return
    heads = ["number", "received", "class", "reason", "detail", "source", "type", "attempts"]
    rows = [
        [
            str(letter.id),
            rfc3339(letter.received_us)[:19] + "Z",
            letter.kind,
            letter.reason,
            letter.detail,
            letter.source,
            letter.type,
            str(letter.attempts),
        ]
        for letter in found
    ]
    if csv:
        print_csv([heads, *rows])
        return
    if not rows:
        console().print(f"There are no {status} dead letters.")
        return
    # The class says less than the reason, and the narrower the table, the more is read of it.
    heads, rows = ([*heads[:2], *heads[3:]], [[*row[:2], *row[3:]] for row in rows])
    print_table(f"{status} dead letters: {len(found)}", heads, rows, right=(0, 6), whole=(2,))


def _all(connection: Connection, status: str) -> Iterator[DeadLetter]:
    after = 0
    while True:
        page = deadletters.listed(connection, status=status, after=after)
        if not page:
            return
        yield from page
        after = page[-1].id


@app.command(help=SHOW)
def show(number: Annotated[int, typer.Argument(help="Number of a dead letter.")]) -> None:
    """Show one dead letter with what was delivered."""
    with questions(settings()) as asked:
        print_json(letter_json(deadletters.one(asked.connection(), number), raw=True))


@app.command(help=REPLAY)
def replay(
    numbers: Numbers = None,
    every: Annotated[bool, typer.Option("--all", help="All that are open.")] = False,
) -> None:
    """Try dead letters again."""
    for number in _chosen(numbers, every=every):
        say(f"{number}: {_replayed(number)}")


@app.command(help=DISCARD)
def discard(numbers: Numbers = None) -> None:
    """Give dead letters up."""
    for number in _chosen(numbers, every=False):
        chosen = settings()
        url = address(chosen.home)
        if url:
            request(f"{url}/api/dead-letters/{number}/discard", "POST", b"")
        else:
            with writing(chosen) as home:
                deadletters.discard(home, number)
        say(f"{number}: discarded")


def _chosen(numbers: list[int] | None, *, every: bool) -> list[int]:
    if every:
        with questions(settings()) as asked:
            return [letter.id for letter in _all(asked.connection(), "open")]
    if not numbers:
        raise typer.BadParameter("name at least one number, or --all", param_hint="NUMBER")
    return numbers


def _replayed(number: int) -> str:
    """Return what became of a dead letter that was tried again, by the running server or alone."""
    chosen = settings()
    url = address(chosen.home)
    if url:
        answer = msgspec.json.decode(request(f"{url}/api/dead-letters/{number}/replay", "POST", b""))
        return f"{answer['outcome']} {answer['reason']}".strip()
    with writing(chosen) as home:
        outcome: Outcome = deadletters.replay_letter(home, number, system_clock())
    return f"{outcome.kind} {outcome.reason}".strip()
