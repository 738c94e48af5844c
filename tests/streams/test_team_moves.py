"""Team moves at exact moments, cut into days of the company's zone."""

from tests.builders import configured, event, joined, order
from tests.homes import Stores


def test_two_moves_on_one_utc_day_are_two_days_of_the_company(stores: Stores) -> None:
    """Team moves at two moments that are one day in UTC and two in New York both hold, each from its own day."""
    store = stores()
    store.send(configured(zone="America/New_York"), joined("ann", team="z"))
    for moment, name in (("2017-03-05T02:00:00Z", "a"), ("2017-03-05T20:00:00Z", "b")):
        store.send(event("rep.team_changed", "rep/ann", moment, team=name))
    store.send(order("1", "2017-03-03"), order("2", "2017-03-04"), order("3", "2017-03-05"))
    board = store.board("won_amount", "2017-03", by="team")
    assert board == {"z": "10.00 USD", "a": "10.00 USD", "b": "10.00 USD"}


def test_a_dated_move_and_a_later_moment_of_the_same_utc_day_both_hold(stores: Stores) -> None:
    """A move from a day on is not forgotten for one that is the next morning in Shanghai."""
    store = stores()
    store.send(configured(zone="Asia/Shanghai"), joined("ann", team="z"))
    store.send(event("rep.team_changed", "rep/ann", "2017-03-01", team="a", from_day="2017-03-04"))
    store.send(event("rep.team_changed", "rep/ann", "2017-03-04T20:00:00Z", team="b"))
    store.send(order("1", "2017-03-03"), order("2", "2017-03-04"), order("3", "2017-03-05"))
    board = store.board("won_amount", "2017-03", by="team")
    assert board == {"z": "10.00 USD", "a": "10.00 USD", "b": "10.00 USD"}
