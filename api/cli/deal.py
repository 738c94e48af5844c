"""`paceline deal`: the timeline of a deal and what each event moved."""

from typing import Annotated

import typer

from api.cli.board import AsOfOption, HappenedOption
from api.cli.home import questions
from api.cli.output import AsJson, print_json, print_table, say
from api.render import story_json
from api.secret import installation_secret
from api.settings import settings
from api.viewing import view_of, zone_of
from services.boards.story import Chapter, Moved
from services.days import to_date
from services.events.encode import rfc3339
from services.scope import ADMIN
from streams.answers.names import Names, names_of, titles_of
from streams.answers.story import story

app = typer.Typer()
HELP = """Show the timeline of a deal and what each event moved.

Examples:

  paceline deal OPP-1042                (its key in the CRM, or its id)

  paceline deal OPP-1042 --happened-by 2017-03-01
"""


@app.command(help=HELP)
def deal(
    deal_id: Annotated[str, typer.Argument(metavar="ID", help="The deal's id, or its key in the CRM.")],
    as_of: AsOfOption = None,
    happened_by: HappenedOption = None,
    json: AsJson = False,
) -> None:
    """Show the timeline of a deal and what each event moved."""
    chosen = settings()
    with questions(chosen) as asked:
        view = view_of(as_of, happened_by, zone_of(asked))
        told = story(asked, deal_id, ADMIN, view, installation_secret(chosen.home))
        names = names_of(asked.connection())
        titles = titles_of(asked.connection(), [f"deal/{told.id}"])
    if json:
        print_json(story_json(told))
        return
    state = told.deal
    money = f", {state.amount} {state.currency}" if state.amount else ""
    owner = names.of("rep", state.owner) or "nobody"
    named = "".join(f" “{name}”" for name in titles.values())
    title = f"deal/{told.id}{named}: {state.status}{money}, stage {state.stage or '–'}, owner {owner}"
    rows = [_row(chapter, names) for chapter in told.chapters]
    print_table(title, ["happened", "event", "what it moved", "applied", "position"], rows, right=(4,), whole=(1,))
    if state.anomalies:
        say(f"[yellow]Does not add up: {', '.join(state.anomalies)}[/yellow]")


def _row(chapter: Chapter, names: Names) -> list[str]:
    known = chapter.known
    happened = rfc3339(known.event.time_us)
    moved = "\n".join(_moved(one, names) for one in chapter.moved) or "nothing"
    when = happened[:10] if known.event.date_only else happened
    return [when, known.event.type, moved, rfc3339(known.applied_us)[:19] + "Z", str(known.position)]


def _moved(moved: Moved, names: Names) -> str:
    amount = f" {moved.amount:+f} {moved.currency}" if moved.amount else ""
    return f"{moved.n:+d} {moved.measure} on {to_date(moved.day)} for {names.of('rep', moved.rep) or 'nobody'}{amount}"
