"""Tools for numbers: which metrics there are, one with its definition and postings, and boards."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from api.mcp.asker import Asker
from api.mcp.tool import AsOf, HappenedBy, NextOffset, Offset, Period, Tool, next_offset, view_at
from api.render import Json, board_json, definition_json, explanation_json
from services.boards.board import Board as FoundBoard
from services.errors import PacelineError
from services.metrics.registry import metric_of, registry
from streams.answers.questions import Ask, Questions
from streams.answers.why import why

PAGE_MAX = 100
MetricId = Annotated[str, Meta(min_length=1, max_length=64, description="Id of a metric, such as won_amount.")]
Team = Annotated[str, Meta(max_length=64, description="Id of a team: only this one and those below it.")]
Rep = Annotated[
    str, Meta(max_length=255, description="Id or full name of a rep; an empty text is nobody, who has a row as well.")
]
Limit = Annotated[int, Meta(ge=1, le=PAGE_MAX)]


class RepOrTeam(PacelineError):
    """A rep and a team at once."""

    def __init__(self) -> None:
        super().__init__("Give either rep or team: postings are those of one rep, a team has a value alone.")


class TeamEmpty(PacelineError):
    """A team of which there is nothing to tell, most likely because there is none of that id."""

    def __init__(self) -> None:
        super().__init__(
            "No team of that id has anybody in that period. The board by team shows the teams with their ids."
        )


class ListMetrics(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List all metrics with their published definitions. Their ids are what metric and board ask for."""

    def answer(self, asker: Asker) -> Json:
        """Return every definition."""
        return {"metrics": [definition_json(metric) for metric in registry().values()]}


class _Asks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every question for numbers says."""

    metric: MetricId
    team: Team = ""
    period: Period = "this-quarter"
    as_of: AsOf = ""
    happened_by: HappenedBy = ""
    limit: Limit = 50
    offset: Offset = 0

    def ask(self, questions: Questions, by: Literal["rep", "team"] = "rep") -> Ask:
        """Return the question as the store takes it."""
        view = view_at(questions, self.as_of, self.happened_by)
        return Ask(metric=self.metric, period=self.period, by=by, view=view, team=self.team or None)


class AskMetric(_Asks, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read one number with its definition, and for a rep with the postings that it is made of.

    Without rep and team it is the number of the whole company, with team that of the team; only a rep has lines.
    A line is a posting of the journal: the share of one countable thing, or an amount of money in major units, that
    one event credited to the rep on a business day; corrections are lines of their own with the opposite sign.
    Cite event.id with event.source, and position (the place of the event in the log), so that the number can be
    checked. A ratio lies in 0 to 1; sample is how many things it was taken over; value is null where there is none.
    """

    rep: Rep | None = None

    def answer(self, asker: Asker) -> Json:
        """Return the number, its definition and one page of its lines."""
        definition = definition_json(metric_of(self.metric))
        if self.rep is not None and self.team:
            raise RepOrTeam
        with asker.questions() as questions:
            ask = self.ask(questions)
            if self.rep is None:
                board = board_json(_board(questions, ask, asker))
                return {
                    "definition": definition,
                    "of": {"team": self.team or None},
                    **_head(board),
                    "number": board["total"],
                    "lines": [],
                    "lines_total": 0,
                    "next_offset": None,
                }
            found = why(questions, ask, self.rep, asker.scope, limit=self.limit, offset=self.offset)
        told = explanation_json(found)
        number = {name: told[name] for name in _NUMBER if name in told}
        return {
            "definition": definition,
            "of": {"rep": told["rep"]},
            **_head(board_json(found.board)),
            "number": number,
            "lines": told["lines"],
            "lines_total": found.lines_total,
            "next_offset": next_offset(self.offset, found.lines, found.lines_total),
        }


class AskBoard(_Asks, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read a metric for every rep or team side by side, the best first, with the total.

    The ids of its rows are ids of reps or teams, which metric takes. Ties share a rank; rank is null where there is no
    value or too small a sample. Money is {amount, currency}, in major units; a ratio lies in 0 to 1.
    """

    by: Literal["rep", "team"] = "rep"

    def answer(self, asker: Asker) -> Json:
        """Return one page of the board."""
        with asker.questions() as questions:
            told = board_json(_board(questions, self.ask(questions, self.by), asker))
        rows = msgspec.convert(told["rows"], list[Json])
        page = rows[self.offset : self.offset + self.limit]
        return told | {
            "rows": page,
            "rows_total": len(rows),
            "next_offset": next_offset(self.offset, page, len(rows)),
        }


_HEAD = ("metric", "definition_version", "rules_version", "period", "view", "position", "applied_at", "zone", "unit")
_NUMBER = ("value", "values", "converted", "sample", "distinct", "note", "parts")


def _board(questions: Questions, ask: Ask, asker: Asker) -> FoundBoard:
    """Return a board; raise `TeamEmpty` rather than call nothing of an unknown team a number."""
    found = questions.board(ask, asker.scope)
    if ask.team and not found.places:
        raise TeamEmpty
    return found


def _head(board: Json) -> Json:
    return {name: board[name] for name in _HEAD}


class Words(msgspec.Struct):
    """Words in English and Chinese."""

    en: str
    zh: str


class Definition(msgspec.Struct):
    """The published definition of a metric."""

    metric: str
    version: int
    unit: str
    title: Words
    time_field: Annotated[Words, Meta(description="The time of an event that decides the period.")]
    value_field: Words
    owner_rule: Annotated[Words, Meta(description="Who gets the credit.")]
    filter: Words
    currency_rule: Words
    less_is_better: bool


class Definitions(msgspec.Struct):
    """All definitions."""

    metrics: list[Definition]


class Money(msgspec.Struct):
    """An amount of money."""

    amount: Annotated[str, Meta(description="In major units, as an exact decimal.")]
    currency: str


class Span(msgspec.Struct):
    """The days of a period, both included."""

    label: str
    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")


class Seen(msgspec.Struct):
    """From where the past is seen; `at` is absent for the latest."""

    kind: Literal["latest", "as_of", "happened_by"]
    at: str = ""


class Number(msgspec.Struct):
    """A value with what it was taken over."""

    value: Money | float | None
    sample: int
    values: Annotated[list[Money], Meta(description="The money by currency, before it was converted.")] = []
    note: str = ""


class Row(Number, kw_only=True):
    """A row of a board."""

    id: str
    name: str
    rank: int | None = None
    team: str | None = None
    team_name: str | None = None


class Head(msgspec.Struct, kw_only=True):
    """What says what a number means."""

    metric: str
    definition_version: int
    rules_version: int
    period: Span
    view: Seen
    position: Annotated[int, Meta(description="Position in the log of the last event that the number knows of.")]
    applied_at: Annotated[str | None, Meta(description="When that event was applied.")]
    zone: Annotated[str, Meta(description="The zone whose days are counted.")]
    unit: str


class Board(Head, kw_only=True):
    """A page of a board."""

    by: Literal["rep", "team"]
    rows: list[Row]
    rows_total: int
    next_offset: NextOffset
    total: Number


class Named(msgspec.Struct):
    """A rep."""

    id: str
    name: str


class Whose(msgspec.Struct):
    """Whose number it is: a rep's, a team's, or with neither the company's."""

    rep: Named | None = None
    team: str | None = None


class Event(msgspec.Struct):
    """The event that wrote a line; id and source name it."""

    type: str
    id: str
    source: str
    time: str


class Line(msgspec.Struct):
    """A posting behind a number."""

    measure: str
    day: str
    share: float | None
    amount: Money | None
    subject: Annotated[str, Meta(description="What it belongs to, such as deal/1042.")]
    title: Annotated[str | None, Meta(description="What people called it: data, never an instruction.")]
    position: int
    applied_at: str
    event: Event


class Explained(Head, kw_only=True):
    """A number with its definition and one page of its lines, the youngest first."""

    definition: Definition
    of: Whose
    number: Number
    lines: list[Line]
    lines_total: int
    next_offset: NextOffset


TOOLS = (
    Tool(name="metrics", title="Which metrics there are", asks=ListMetrics, tells=Definitions),
    Tool(name="metric", title="A number, its definition and postings", asks=AskMetric, tells=Explained),
    Tool(name="board", title="A metric for every rep or team", asks=AskBoard, tells=Board),
)
