"""What is behind a number: the journal's lines of one person and metric, with the events that wrote them."""

import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from services.boards.board import Board
from services.boards.explanation import BehindLine, Explanation
from services.errors import RepUnknown
from services.metrics.metric import Metric
from services.metrics.registry import metric_of
from services.money import from_minor
from services.scope import Scope
from streams.answers.cut import Cut
from streams.answers.names import Names, names_of, titles_of
from streams.answers.owners import OF_DEALS, held
from streams.answers.questions import Ask, Questions, board_of

LINES_MAX = 500
_LINE = (
    "j.measure, j.day, j.dims, j.value, j.n, j.count_bp, j.amount, j.currency, r.subject, j.position, "
    "e.applied_us, e.type, e.id, e.source, e.time_us"
)
_FROM = "FROM journal j JOIN events e ON e.position = j.position JOIN roots r ON r.no = j.root_no"

_HELD = "WITH held AS MATERIALIZED (SELECT a AS deal, b AS first, c AS last FROM GIVEN ?)"


def why(questions: Questions, ask: Ask, rep: str, scope: Scope, *, limit: int = 100, offset: int = 0) -> Explanation:
    """Return what is behind a rep's number, the youngest line first, at most `limit` (1 to 500) lines.

    `rep` is an id or a name. Raise `RepUnknown` when it fits nobody, or several people.
    """
    metric = metric_of(ask.metric)
    names = names_of(questions.connection())
    name = _one(rep, names)
    with questions.cut(ask.view, states=metric.states) as cut:
        board = board_of(cut, metric, ask, scope, names)
        if not any(place.id == name for place in board.places):
            raise RepUnknown(rep, [])
        lines, total = _lines(cut, metric, board, name, min(limit, LINES_MAX), offset)
    titles = titles_of(questions.connection(), [line.subject for line in lines])
    titled = tuple(_titled(line, titles) for line in lines)
    return Explanation(board=board, rep=name, name=names.of("rep", name), lines=titled, lines_total=total)


def _one(rep: str, names: Names) -> str:
    """Return the id of the one person meant by an id or a name."""
    found = names.reps_called(rep)
    if len(found) > 1:
        raise RepUnknown(rep, found)
    return found[0] if found else rep


def _lines(cut: Cut, metric: Metric, board: Board, rep: str, limit: int, offset: int) -> tuple[list[BehindLine], int]:
    """Return the lines of one page and how many there are in all."""
    measures = [*metric.sums, *metric.subjects, *metric.stocks]
    first, last = board.period.first_day, board.period.last_day
    stretches = _held(cut, measures, rep)
    where = (
        "WHERE j.rules = ? AND j.measure IN LIST ? AND j.day <= ? "
        # A stock is made of everything before.
        "AND (j.day >= ? OR j.measure IN LIST ?) "
        "AND j.position <= ? AND CASE WHEN j.measure IN LIST ? THEN EXISTS "
        "(SELECT 1 FROM held WHERE held.deal = j.subject AND j.day BETWEEN held.first AND held.last) "
        "ELSE j.rep = ? END "
        "AND (j.measure = 'adjustment' OR ? IN ('', j.dims)) AND (j.measure <> 'adjustment' OR j.dims = ?) "
        "AND (j.measure <> 'talk' OR j.value >= ?)"
    )
    floor = cut.organisation.company.talk_floor_seconds if metric.floored else 0
    days = (last, first, list(metric.stocks))
    asked = (json.dumps(stretches), cut.rules.no, measures, *days, cut.position, sorted(OF_DEALS), rep)
    values = (*asked, metric.dims, metric.adjusted_as or metric.id, floor)
    (total,) = cut.connection.execute(f"{_HELD} SELECT COUNT(*) FROM journal j {where}", values).fetchone()
    rows = cut.connection.execute(
        f"{_HELD} SELECT {_LINE} {_FROM} {where} ORDER BY j.seq DESC LIMIT ? OFFSET ?", (*values, limit, offset)
    )
    return [line_of(row) for row in rows], total


def _held(cut: Cut, measures: Sequence[str], rep: str) -> list[tuple[str, int, int]]:
    """Return when a rep owned which deals, for measures whose rows name a deal instead of a rep."""
    of_deals = sorted(OF_DEALS & set(measures))
    rows = cut.connection.execute(
        "SELECT DISTINCT subject FROM journal WHERE rules = ? AND measure IN LIST ? AND rep = '' AND position <= ?",
        (cut.rules.no, of_deals, cut.position),
    )
    return held(cut, [subject for (subject,) in rows], rep) if of_deals else []


def line_of(row: Sequence[object]) -> BehindLine:
    """Return a line from its columns, without the title of its root."""
    measure, day, dims, value, n, count_bp, amount, currency, subject, position, applied_us, *event = row
    money = from_minor(int(str(amount)), str(currency)) if currency else None
    return BehindLine(
        measure=str(measure),
        day=int(str(day)),
        dims=str(dims),
        value=int(str(value)),
        number=_number(int(str(n)), int(str(count_bp)), int(str(amount)), money=bool(currency)),
        amount=money,
        currency=str(currency),
        subject=str(subject),
        title="",
        position=int(str(position)),
        applied_us=int(str(applied_us)),
        event_type=str(event[0]),
        event_id=str(event[1]),
        source=str(event[2]),
        time_us=int(str(event[3])),
    )


def _number(n: int, count_bp: int, amount: int, *, money: bool) -> Decimal:
    """Return the share of one countable thing, or how many roots where shares are not counted."""
    if count_bp:
        return (Decimal(count_bp) / 10_000).normalize()
    return Decimal(n if money or n else amount)


def _titled(line: BehindLine, titles: dict[str, str]) -> BehindLine:
    return replace(line, title=titles.get(line.subject, ""))
