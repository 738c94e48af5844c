"""`paceline index`: what search has read, and reading it again."""

from contextlib import closing

import typer

from api.cli.home import has_store, writing
from api.cli.output import AsJson, NothingHere, print_json, say
from api.cli.searching import searching, status_of
from api.render import Json
from api.searching.place import editions_of
from api.searching.reading import Models
from api.searching.render import status_json
from api.searching.service import Search, Status
from api.settings import settings
from api.wiring import reading
from streams.embedded.lock import address

BUILD = """Read what search has not read yet.

Killed at any moment it loses nothing: the next time it goes on.

Example:

  paceline index build
"""
STATUS = """Show how much is indexed, by which model, and what waits.

Example:

  paceline index status --json
"""
REBUILD = """Read everything again from the events.

While a server or nodes run they do so beside the old index, which answers until the new one is complete, and
`paceline index status` shows how far that is. Where nothing runs the index is forgotten and made at once, whatever
state it is in. A change of the model needs no rebuild.

Example:

  paceline index rebuild
"""

app = typer.Typer(
    name="index",
    no_args_is_help=True,
    help="What search has read. A running server keeps it up to date by itself; these commands do so without one.",
)


@app.command(help=BUILD)
def build(json: AsJson = False) -> None:
    """Read what search has not read yet."""
    with searching(settings()) as (search, _):
        found = status_json(search.status())
    _show(found, as_json=json)


@app.command(help=STATUS)
def status(json: AsJson = False) -> None:
    """Show how much is indexed, by which model, and what waits."""
    found = status_of(settings())
    _show(status_json(found) if isinstance(found, Status) else found, as_json=json)


@app.command(help=REBUILD)
def rebuild(json: AsJson = False) -> None:
    """Read everything again from the events."""
    chosen = settings()
    if not has_store(chosen):
        raise NothingHere(str(chosen.home))
    if chosen.scaled or address(chosen.home):
        with closing(reading(chosen)) as questions:
            editions_of(chosen, questions).ask()
        say("Whoever fills the index reads everything again, beside the old one: `paceline index status`.")
        return
    with writing(chosen), closing(reading(chosen)) as questions:
        models = Models(chosen, questions.connection)
        with closing(models), closing(Search(chosen, questions, models)) as search:
            search.remake()
    build(json=json)


def _show(found: Json, *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    typer.echo(f"{found['documents']} documents in {found['passages']} passages, {found['waiting']} waiting")
    typer.echo(f"by meaning: {found['model'] or 'no (`paceline models fetch` brings a model)'}")
    if found["remaking"] is not None:
        typer.echo(f"being made again for: {found['remaking'] or 'words alone'}; until then the one above answers")
    if found["roots_total"]:
        typer.echo(f"read so far: {found['roots_read']} of {found['roots_total']} documents and deals")
    if found["trouble"]:
        typer.echo(f"trouble: {found['trouble']}")
