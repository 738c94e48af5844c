"""What a live frame says of a board: every value as the page shows it, in one language."""

from api.formats import value_text
from api.live import Fields, Render
from services.boards.board import Board, share_of_best
from services.events.encode import rfc3339


def renderer(language: str) -> Render:
    """Return what makes the rows and the head of a frame in a language, `en` or `zh-Hans`."""

    def render(board: Board) -> tuple[dict[str, Fields], Fields]:
        shares = share_of_best(board.places)
        rows: dict[str, Fields] = {
            place.id or "-": {
                "rank": place.rank,
                "value": value_text(place.value, board.metric, language),
                "share": round(shares[place.id], 4),
                "sample": place.value.sample,
            }
            for place in board.places
        }
        head: Fields = {
            "total": value_text(board.total, board.metric, language),
            "position": board.position,
            "applied_at": rfc3339(board.applied_us) if board.position else None,
        }
        return rows, head

    return render
