"""`paceline deal`: the timeline of a deal and what each event moved."""

from typing import Annotated

import typer

from api.asking import view_of
from api.cli.board import AsOfOption, HappenedOption, zone_of
from api.cli.home import questions
from api.cli.output import AsJson, print_json, print_table, say
from api.render import story_json
from api.secret import installation_secret
from api.settings import settings
from services.boards.story import Chapter, Moved
from services.days import to_date
from services.events.encode import rfc3339
from services.scope import ADMIN
from streams.story import story

HELP = """Show the timeline of a deal and what each event moved.

Examples:

  paceline deal OPP-1042                (its key in the CRM, or its id)

  paceline deal OPP-1042 --happened-by 2017-03-01
"""


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
    if json:
        print_json(story_json(told))
        return
    state = told.deal
    money = f", {state.amount} {state.currency}" if state.amount else ""
    title = f"deal/{told.id}: {state.status}{money}, stage {state.stage or '–'}, owner {state.owner or 'nobody'}"
    rows = [_row(chapter) for chapter in told.chapters]
    print_table(title, ["happened", "applied", "position", "event", "what it moved"], rows, right=(2,))
    if state.anomalies:
        say(f"[yellow]Does not add up: {', '.join(state.anomalies)}[/yellow]")


def _row(chapter: Chapter) -> list[str]:
    known = chapter.known
    happened = rfc3339(known.event.time_us)
    moved = "\n".join(_moved(one) for one in chapter.moved) or "nothing"
    when = happened[:10] if known.event.date_only else happened
    return [when, rfc3339(known.applied_us)[:19] + "Z", str(known.position), known.event.type, moved]


def _moved(moved: Moved) -> str:
    amount = f" {moved.amount:+f} {moved.currency}" if moved.amount else ""
    return f"{moved.n:+d} {moved.measure} {moved.dims} on {to_date(moved.day)} for {moved.rep or 'nobody'}{amount}"
