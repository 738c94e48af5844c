"""`paceline why`: the postings and events behind one number."""

from typing import Annotated

import typer

from api.asking import view_of
from api.cli.board import AsOfOption, HappenedOption, PeriodOption, title_of, zone_of
from api.cli.home import questions
from api.cli.output import AsCsv, AsJson, JsonOrCsv, print_csv, print_json, print_table, say
from api.exports import Cell
from api.formats import value_text
from api.render import explanation_json
from api.settings import settings
from services.boards.explanation import BehindLine
from services.days import to_date
from services.events.encode import rfc3339
from services.scope import ADMIN
from streams import why as behind
from streams.questions import Ask

HELP = """Show the postings and events behind one number.

Examples:

  paceline why won_amount --rep "Mei Lin" --period 2017-Q1

  paceline why deals_won --rep rep-03 --as-of 2017-04-01 --json
"""


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
    rows = [_row(line) for line in found.lines]
    if csv:
        print_csv([heads, *rows])
        return
    place = next(one for one in found.board.places if one.id == found.rep)
    text = value_text(place.value, found.board.metric, "en")
    shown = [["" if cell is None else str(cell) for cell in row] for row in rows]
    print_table(f"{found.name}: {text}. {title_of(found.board)}", heads, shown, right=(2, 3, 8))
    if found.lines_total > len(found.lines):
        say(f"[dim]{len(found.lines)} of {found.lines_total} lines; --limit shows more.[/dim]")


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
