"""Sums read from cells and from the journal, as rows that metrics are computed from."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.days import day_of
from services.metrics.row import Row
from services.period import Period, whole_months
from streams.answers.cut import Cut

_SUMS = "SUM(n), SUM(count_bp), SUM(amount)"
_KEYS = "rep, currency, rate_day, dims, value"
_ABOUT = "CASE subject WHEN '' THEN CAST(root_no AS TEXT) ELSE subject END"
_ALIVE = "HAVING SUM(n) <> 0 OR SUM(count_bp) <> 0 OR SUM(amount) <> 0"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One board's way of reading: its cut, its period, and in which zone days are cut."""

    cut: Cut
    period: Period
    zone: str

    @property
    def cells(self) -> bool:
        """Return whether the cells have the answer: everything known, in the company's zone."""
        return self.cut.whole and self.zone == self.cut.rules.zone

    def sums(self, measure: str) -> list[Row]:
        """Return the sums of a measure over the period.

        Rows of money in other currencies, and of people who change teams within the period, tell days apart.
        """
        moving, home = self._moving(), self.cut.organisation.company.currency
        first, last = self.period.first_day, self.period.last_day
        if self.cells:
            rows = [*self._months(measure, moving, home), *self._days(measure, moving, home)]
        else:
            rows = list(self._journal(measure, first, last))
        # What came and went within the period leaves no row, however its days are read.
        plain = [row for row in rows if row.currency in ("", home) and row.rep not in moving]
        apart = [row for row in rows if row.currency not in ("", home) or row.rep in moving]
        return [*(row._replace(day=None) for row in _standing(plain, last)), *apart]

    def _moving(self) -> list[str]:
        first, last = self.period.first_day, self.period.last_day
        people = self.cut.organisation.people.items()
        return [name for name, person in people if person.team_changes(first, last)]

    def _months(self, measure: str, moving: list[str], home: str) -> Iterator[Row]:
        months, loose = whole_months(self.period.first_day, self.period.last_day)
        spans = [("month", months)] if len(months) else []
        for span, places in [*spans, *(("day", days) for days in loose)]:
            rows = self.cut.connection.execute(
                f"SELECT rep, currency, dims, value, {_SUMS} FROM cells WHERE rules = ? AND span = ? "
                "AND measure = ? AND start BETWEEN ? AND ? AND currency IN ('', ?) "
                "AND NOT rep IN LIST ? "
                f"GROUP BY rep, currency, dims, value {_ALIVE}",
                (self.cut.rules.no, span, measure, places[0], places[-1], home, moving),
            )
            last = self.period.last_day
            for rep, currency, dims, value, *sums in rows:
                yield Row(rep, None, currency, last if currency else 0, dims, value, "", *sums)

    def _days(self, measure: str, moving: list[str], home: str) -> Iterator[Row]:
        """Yield what the months cannot tell apart, by day."""
        rows = self.cut.connection.execute(
            f"SELECT start, {_KEYS}, {_SUMS} FROM cells WHERE rules = ? AND span = 'day' AND measure = ? "
            "AND start BETWEEN ? AND ? AND (currency NOT IN ('', ?) "
            "OR rep IN LIST ?) "
            f"GROUP BY start, {_KEYS} {_ALIVE}",
            (self.cut.rules.no, measure, self.period.first_day, self.period.last_day, home, moving),
        )
        for day, rep, currency, rate_day, dims, value, *sums in rows:
            yield Row(rep, day, currency, rate_day, dims, value, "", *sums)

    def _journal(self, measure: str, first: int, last: int) -> Iterator[Row]:
        """Yield sums by day from the journal, cut in the zone of the reading."""
        if self.zone == self.cut.rules.zone:
            rows = self.cut.connection.execute(
                f"SELECT day, {_KEYS}, {_SUMS} FROM journal WHERE rules = ? AND measure = ? "
                f"AND day BETWEEN ? AND ? AND position <= ? GROUP BY day, {_KEYS} {_ALIVE}",
                (self.cut.rules.no, measure, first, last, self.cut.position),
            )
            for day, rep, currency, rate_day, dims, value, *sums in rows:
                yield Row(rep, day, currency, rate_day, dims, value, "", *sums)
            return
        yield from self._other_zone(measure, first, last)

    def _other_zone(self, measure: str, first: int, last: int) -> list[Row]:
        """Return sums by subject and by the day that a line has in another zone; what cancels out leaves no row."""
        zone = ZoneInfo(self.zone)
        rows = self.cut.connection.execute(
            f"SELECT day, at_us, {_KEYS}, {_ABOUT}, n, count_bp, amount FROM journal "
            "WHERE rules = ? AND measure = ? AND day BETWEEN ? AND ? AND position <= ?",
            (self.cut.rules.no, measure, first - 2, last + 2, self.cut.position),
        )
        sums: dict[Row, list[int]] = {}
        for kept, at_us, rep, currency, rate_day, dims, value, subject, *numbers in rows:
            day = kept if at_us is None else day_of(at_us, zone)
            if first <= day <= last:
                held = sums.setdefault(Row(rep, day, currency, rate_day, dims, value, subject, 0, 0, 0), [0, 0, 0])
                for place, number in enumerate(numbers):
                    held[place] += number
        return [
            row._replace(n=n, count_bp=bp, amount=amount) for row, (n, bp, amount) in sums.items() if n or bp or amount
        ]

    def subjects(self, measure: str) -> list[Row]:
        """Return the sums of a measure by subject and day; a line without a subject is its root's."""
        first, last = self.period.first_day, self.period.last_day
        if self.zone != self.cut.rules.zone:
            return self._other_zone(measure, first, last)
        rows = self.cut.connection.execute(
            f"SELECT day, {_KEYS}, {_ABOUT} AS about, {_SUMS} "
            f"FROM journal WHERE rules = ? AND measure = ? AND day BETWEEN ? AND ? AND position <= ? "
            f"GROUP BY day, {_KEYS}, about {_ALIVE}",
            (self.cut.rules.no, measure, first, last, self.cut.position),
        )
        return [Row(rep, day, *rest) for day, rep, *rest in rows]

    def stock(self, measure: str) -> list[Row]:
        """Return the sums of a measure over all days up to the last of the period."""
        last = self.period.last_day
        if self.cells:
            return [*self._stock_cells(measure, last)]
        return [*_standing(self._journal(measure, 0, last), last)]

    def _stock_cells(self, measure: str, last: int) -> Iterator[Row]:
        """Yield the totals less what lies after a day."""
        rows = self.cut.connection.execute(
            "SELECT rep, currency, dims, value, SUM(n), SUM(count_bp), SUM(amount) FROM ("
            "SELECT rep, currency, dims, value, n, count_bp, amount FROM cells "
            "WHERE rules = ? AND span = 'total' AND measure = ? AND start = 0 UNION ALL "
            "SELECT rep, currency, dims, value, -n, -count_bp, -amount FROM cells "
            "WHERE rules = ? AND span = 'day' AND measure = ? AND start > ?) AS stock "
            f"GROUP BY rep, currency, dims, value {_ALIVE}",
            (self.cut.rules.no, measure, self.cut.rules.no, measure, last),
        )
        for rep, currency, dims, value, *sums in rows:
            yield Row(rep, last, currency, last if currency else 0, dims, value, "", *sums)


def _standing(rows: Iterable[Row], last: int) -> Iterator[Row]:
    """Yield what is left of rows of many days on the last one."""
    sums: dict[tuple[str, str, str, int], list[int]] = {}
    for row in rows:
        held = sums.setdefault((row.rep, row.currency, row.dims, row.value), [0, 0, 0])
        for place, number in enumerate((row.n, row.count_bp, row.amount)):
            held[place] += number
    for (rep, currency, dims, value), (n, count_bp, amount) in sums.items():
        if n or count_bp or amount:
            yield Row(rep, last, currency, last if currency else 0, dims, value, "", n, count_bp, amount)


def last_days(cut: Cut, measure: str, subjects: Sequence[str], *, less: str = "") -> dict[str, int]:
    """Return the last day of a measure by subject, up to the cut; what `less` counts is taken off."""
    rows = cut.connection.execute(
        "SELECT subject, MAX(day) FROM (SELECT subject, day FROM journal WHERE rules = ? AND measure IN (?, ?) "
        "AND position <= ? AND subject IN LIST ? "
        "GROUP BY subject, day HAVING SUM(CASE measure WHEN ? THEN n ELSE -n END) > 0) AS days GROUP BY subject",
        (cut.rules.no, measure, less, cut.position, list(subjects), measure),
    )
    return dict(rows.fetchall())
