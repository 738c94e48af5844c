"""Postings: entries cut into business days, and what of a change goes into the journal."""

from datetime import date
from zoneinfo import ZoneInfo

from services.days import from_date
from services.journal.entry import Entry, Moment
from services.journal.posting import post, postings
from tests.stores import us

SHANGHAI, UTC = ZoneInfo("Asia/Shanghai"), ZoneInfo("UTC")
EVENING = Moment(us("2017-03-31T20:00:00Z"))
MARCH, APRIL = from_date(date(2017, 3, 31)), from_date(date(2017, 4, 1))


def test_an_entry_is_cut_in_the_zone_and_keeps_its_moment() -> None:
    """Rule 1: the day follows the zone, the exact moment stays for boards of other zones."""
    entry = Entry("won", "ann", EVENING)
    assert (post(entry, UTC).day, post(entry, SHANGHAI).day) == (MARCH, APRIL)
    assert post(entry, UTC).at_us == EVENING.us


def test_a_date_only_entry_has_a_day_and_no_moment() -> None:
    """Rule 1: a date keeps its day in every zone, so that its line carries no moment."""
    dated = Entry("won", "ann", Moment(us("2017-04-01T00:00:00Z"), dated=True))
    for zone in (UTC, SHANGHAI, ZoneInfo("America/New_York")):
        assert (post(dated, zone).day, post(dated, zone).at_us) == (APRIL, None)


def test_a_typed_day_counts_when_it_is_not_in_the_future() -> None:
    """Rule 5: a typed day up to the business day of the event is the day, and has no moment; a later
    one is ignored.
    """
    assert post(Entry("won", "ann", EVENING, typed_day=MARCH - 3), UTC).day == MARCH - 3
    assert post(Entry("won", "ann", EVENING, typed_day=MARCH - 3), UTC).at_us is None
    assert post(Entry("won", "ann", EVENING, typed_day=APRIL), UTC).day == MARCH
    assert post(Entry("won", "ann", EVENING, typed_day=APRIL), SHANGHAI).day == APRIL


def test_a_typed_day_that_is_the_events_own_keeps_its_day_in_every_zone() -> None:
    """Rule 5: what a person typed is a date and no moment, also where it is the day of the event."""
    assert post(Entry("won", "ann", EVENING, typed_day=MARCH), UTC).at_us is None


def test_money_carries_the_day_of_its_rate() -> None:
    """Rule 8: the rate is that of the day, of the original for a refund, and none without a currency."""
    refund = Entry("received", "", EVENING, currency="EUR", rate_at=Moment(us("2017-01-02T00:00:00Z")))
    assert post(Entry("won", "ann", EVENING, currency="EUR"), UTC).rate_day == MARCH
    assert post(refund, UTC).rate_day == from_date(date(2017, 1, 2))
    assert post(Entry("won", "ann", EVENING), UTC).rate_day == 0


def test_whole_days_since_a_moment_are_counted_in_the_zone() -> None:
    """Rule 7: a cycle from the morning to the evening of one UTC day is a day long in Shanghai."""
    cycle = Entry("cycle", "ann", EVENING, since=Moment(us("2017-03-31T02:00:00Z")))
    assert (post(cycle, UTC).value, post(cycle, SHANGHAI).value) == (0, 1)


def test_a_reversal_is_the_same_line_with_other_signs() -> None:
    """Rule 7: what is taken back has the key of what was added, so that the sum is nothing."""
    entry = Entry("won", "ann", EVENING, amount=500, currency="EUR", value=7)
    there, back = post(entry, UTC), post(entry.reversed(), UTC)
    assert there._replace(n=0, count_bp=0, amount=0) == back._replace(n=0, count_bp=0, amount=0)
    assert (there.n + back.n, there.count_bp + back.count_bp, there.amount + back.amount) == (0, 0, 0)
    assert (there.n, there.amount) == (1, 500)


def test_what_is_on_both_sides_of_a_change_is_not_posted() -> None:
    """Rule 3: a change posts its difference, reversals first, and equal entries as often as they stand."""
    kept, gone, new = (Entry("won", rep, EVENING) for rep in ("kept", "gone", "new"))
    lines = postings([kept, new, kept], [kept, gone], UTC)
    assert [(line.rep, line.n) for line in lines] == [("gone", -1), ("new", 1), ("kept", 1)]
