"""`paceline why`: the postings and events behind one number."""

from typing import Annotated

import typer

from api.cli.board import AsOfOption, HappenedOption, PeriodOption, title_of
from api.cli.home import questions
from api.cli.output import AsCsv, AsJson, JsonOrCsv, print_csv, print_json, print_table, say
from api.exports import Cell
from api.formats import value_text
from api.render import explanation_json
from api.settings import settings
from api.viewing import view_of, zone_of
from services.boards.explanation import BehindLine
from services.days import to_date
from services.events.encode import rfc3339
from services.scope import ADMIN
from streams.answers import why as behind
from streams.answers.questions import Ask

app = typer.Typer()
HELP = """Show the postings and events behind one number.

Examples:

  paceline why won_amount --rep "Mei Lin" --period 2017-Q1

  paceline why deals_won --rep rep-03 --as-of 2017-04-01 --json
"""
SHOWN = ("day", "measure", "share", "amount", "deal or root", "event")


@app.command(help=HELP)
def why(
    metric: Annotated[str, typer.Argument(help="Id of a metric, such as won_amount.")],
    rep: Annotated[str, typer.Option("--rep", help="Id or name of a rep.")],
    period: PeriodOption = "this-quarter",
    as_of: AsOfOption = None,
    happened_by: HappenedOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=behind.LINES_MAX, help="Most lines to show.")] = 100,
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Show the postings and events behind one number."""
    if json and csv:
        raise JsonOrCsv
    with questions(settings()) as asked:
        ask = Ask(metric=metric, period=period, view=view_of(as_of, happened_by, zone_of(asked)))
        found = behind.why(asked, ask, rep, ADMIN, limit=limit)
    if json:
        print_json(explanation_json(found))
        return
    heads = ["day", "measure", "share", "amount", "currency", "deal or root", "event", "happened", "position"]
    if csv:
        print_csv([heads, *(_row(line) for line in found.lines)])
        return
    place = next(one for one in found.board.places if one.id == found.rep)
    text = value_text(place.value, found.board.metric, "en")
    shown = [_shown(line) for line in found.lines]
    print_table(f"{found.name}: {text}. {title_of(found.board)}", SHOWN, shown, right=(2, 3), whole=(0, 1, 2, 3))
    if found.lines_total > len(found.lines):
        say(f"[dim]{len(found.lines)} of {found.lines_total} lines; --limit shows more.[/dim]")


def _shown(line: BehindLine) -> list[str]:
    """Return a line as people read it, narrow enough for a small terminal."""
    amount = "" if line.amount is None else f"{line.amount:+f} {line.currency}"
    happened = rfc3339(line.time_us)[:10]
    about = line.title or line.subject
    return [str(to_date(line.day)), line.measure, f"{line.number:+f}", amount, about, f"{line.event_type} {happened}"]


def _row(line: BehindLine) -> list[Cell]:
    about = f"{line.subject} {line.title}".strip()
    return [
        str(to_date(line.day)),
        line.measure,
        line.number,
        line.amount,
        line.currency,
        about,
        line.event_type,
        rfc3339(line.time_us),
        line.position,
    ]
