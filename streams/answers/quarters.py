"""The quarters in which anything counts, for somebody who looks at a history."""

from collections.abc import Iterator

from services.days import month_start
from streams.answers.cut import Cut

MEASURES = ("created", "won", "lost")
MONTHS_MAX = 36


def quarters_of(cut: Cut, limit: int = 8) -> list[str]:
    """Return the fiscal quarters in which deals were created, won or lost, such as `2017-Q3`, the newest first."""
    fiscal = cut.organisation.company.fiscal
    months = sorted({month for measure in MEASURES for month in _months(cut, measure)}, reverse=True)
    quarters = [fiscal.quarter_of(month_start(month)) for month in months]
    return [f"{year}-Q{number}" for year, number in dict.fromkeys(quarters)][:limit]


def _months(cut: Cut, measure: str) -> Iterator[int]:
    """Yield the last months of a measure, one seek for each."""
    month = 2**31
    for _ in range(MONTHS_MAX):
        (found,) = cut.connection.execute(
            "SELECT MAX(start) FROM cells WHERE rules = ? AND span = 'month' AND measure = ? AND start < ? "
            "AND (n <> 0 OR count_bp <> 0 OR amount <> 0)",
            (cut.rules.no, measure, month),
        ).fetchone()
        if found is None:
            return
        yield found
        month = found
