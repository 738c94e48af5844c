"""`paceline board`: the values of a metric side by side."""

from typing import Annotated

import typer

from api.cli.home import questions
from api.cli.output import AsCsv, AsJson, JsonOrCsv, print_csv, print_json, print_table, say
from api.exports import board_rows
from api.formats import value_text
from api.render import board_json
from api.settings import settings
from api.viewing import checked_zone, view_of, zone_of
from services.boards.board import Board, By
from services.days import to_date
from services.events.encode import rfc3339
from services.metrics.registry import registry
from services.scope import ADMIN
from services.view import AsOf, HappenedBy, Latest
from streams.answers.questions import Ask

app = typer.Typer()
HELP = """Show a metric for every rep or team.

Examples:

  paceline board won_amount --period 2017-Q1

  paceline board win_rate --period 2017-03 --by team

  paceline board won_amount --as-of 2017-04-01T09:00        (what Paceline knew then)

  paceline board won_amount --happened-by 2017-04-01        (what had happened by then)

  paceline board deals_won --period 2017-01-01..2017-03-31 --csv

Without a metric it lists all of them.
"""

Metric = Annotated[str | None, typer.Argument(help="Id of a metric, such as won_amount.", show_default=False)]
PeriodOption = Annotated[
    str, typer.Option("--period", "-p", help="2017-Q1 (fiscal), 2017-03, FROM..TO, this-week, last-month …")
]
AsOfOption = Annotated[str | None, typer.Option("--as-of", help="What Paceline knew at a moment.")]
HappenedOption = Annotated[str | None, typer.Option("--happened-by", help="What had happened by a moment.")]


@app.command(help=HELP)
def board(
    metric: Metric = None,
    period: PeriodOption = "this-quarter",
    by: Annotated[str, typer.Option("--by", help="rep or team.")] = "rep",
    team: Annotated[str | None, typer.Option("--team", help="Only this team and those below.")] = None,
    zone: Annotated[str | None, typer.Option("--zone", help="Another zone than the company's.")] = None,
    as_of: AsOfOption = None,
    happened_by: HappenedOption = None,
    json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Show a metric for every rep or team."""
    if json and csv:
        raise JsonOrCsv
    if metric is None:
        _list_metrics()
        return
    grouped = _by(by)
    with questions(settings()) as asked:
        view = view_of(as_of, happened_by, zone_of(asked))
        ask = Ask(metric=metric, period=period, by=grouped, view=view, team=team, zone=checked_zone(zone))
        found = asked.board(ask, ADMIN)
    if json:
        print_json(board_json(found))
    elif csv:
        print_csv(board_rows(found))
    else:
        _show(found)


def _by(text: str) -> By:
    if text == "rep":
        return "rep"
    if text == "team":
        return "team"
    raise typer.BadParameter("must be rep or team", param_hint="--by")


def _list_metrics() -> None:
    rows = [[metric.id, metric.title.en, metric.title.zh, metric.unit] for metric in registry().values()]
    print_table("Metrics", ["id", "English", "中文", "unit"], rows)


def _show(board: Board) -> None:
    """Print a board as a table with what its numbers mean."""
    rows = [
        [
            "" if place.rank is None else str(place.rank),
            place.name or "nobody",
            place.team_name,
            value_text(place.value, board.metric, "en"),
            str(place.value.sample),
        ]
        for place in board.places
    ]
    rows.append(["", "all", "", value_text(board.total, board.metric, "en"), str(board.total.sample)])
    print_table(title_of(board), ["rank", board.by, "team", board.metric.title.en, "sample"], rows, right=(0, 3, 4))
    say(f"[dim]{_how(board)}[/dim]")


def title_of(board: Board) -> str:
    """Return what a board shows, in one line."""
    period = board.period
    return f"{board.metric.title.en}, {to_date(period.first_day)} to {to_date(period.last_day)}{_view(board)}"


def _view(board: Board) -> str:
    match board.view:
        case Latest():
            return ""
        case AsOf():
            return f", as known at {rfc3339(board.view.at_us)}"
        case HappenedBy():
            return f", as it had happened by {rfc3339(board.view.at_us)}"


def _how(board: Board) -> str:
    metric = board.metric
    known = f"applied {rfc3339(board.applied_us)}" if board.position else "nothing applied yet"
    return (
        f"Counted on: {metric.time_field.en}. Value: {metric.value_field.en}. Credit: {metric.owner_rule.en}. "
        f"Definition {metric.version}, rules {board.rules}, days in {board.zone}; last event {board.position}, {known}."
    )
