"""What live frames say: every value as the page shows it, in one language."""

from urllib.parse import urlencode

from api.formats import brief_text, change_text, spark_path, time_text, value_text, weeks_text
from api.leaderboard import Row, look_at_figures, look_at_rows
from api.live import Fields, Look
from services.boards.board import Board
from services.events.encode import rfc3339
from services.metrics.registry import metric_of
from services.scope import Scope
from streams.answers.questions import Ask, Questions


def board_name(ask: Ask, language: str) -> str:
    """Return what the rows of a board are called on the wire and on pages."""
    return _name(metric=ask.metric, period=ask.period, by=ask.by, team=ask.team or "", lang=language)


def glance_name(ask: Ask, language: str) -> str:
    """Return what the numbers above the rows are called on the wire and on pages."""
    return _name(metric="glance", period=ask.period, by=ask.by, team=ask.team or "", lang=language)


def _name(**parts: str) -> str:
    return urlencode({part: value for part, value in parts.items() if value})


def board_look(ask: Ask, scope: Scope, language: str) -> Look:
    """Return what reads the rows and the head of a board in a language, `en` or `zh-Hans`."""

    def look(questions: Questions) -> tuple[dict[str, Fields], Fields]:
        board, rows = look_at_rows(questions, ask, scope)
        head: Fields = {
            "total": value_text(board.total, board.metric, language),
            "sample": board.total.sample,
            "position": board.position,
            "applied_at": rfc3339(board.applied_us) if board.position else None,
            "applied": time_text(board.applied_us, board.zone, language, seconds=True) if board.position else "",
        }
        return {row.place.id or "-": _row(row, board, language) for row in rows}, head

    return look


def _row(row: Row, board: Board, language: str) -> Fields:
    """Return a row; `bar` is in per cent of the bar's length, `reached` the share of a quota."""
    return {
        "rank": row.place.rank,
        "tied": row.tied,
        "value": value_text(row.place.value, board.metric, language),
        "bar": round(row.bar, 2),
        "reached": value_text(row.reached, metric_of("quota_attainment"), language) if row.reached else None,
        "sample": row.place.value.sample,
        "spark": spark_path(row.weeks),
        "weeks": weeks_text(row.weeks, language),
    }


def glance_look(ask: Ask, scope: Scope, language: str) -> Look:
    """Return what reads the numbers above a board, one a row."""

    def look(questions: Questions) -> tuple[dict[str, Fields], Fields]:
        figures = look_at_figures(questions, ask, scope)
        rows: dict[str, Fields] = {
            figure.metric.id: {
                "value": brief_text(figure.value, figure.metric, language),
                "change": change_text(figure.change, language, ratio=figure.metric.unit == "ratio"),
                "way": figure.way,
            }
            for figure in figures
        }
        return rows, {}

    return look
