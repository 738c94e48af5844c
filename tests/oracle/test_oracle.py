"""The oracle's numbers of deals, checked against sums made by hand."""

import random

import pytest

from tests.oracle.said import Event, between, deal, on, said, year


def split(name: str, when: str, **shares_bp: int) -> Event:
    """Return a revenue split of a deal."""
    revenue = [{"rep": rep, "share_bp": share} for rep, share in shares_bp.items()]
    return on(name, "split_changed", when, revenue=revenue)


def test_win_rate_by_count() -> None:
    """Win rate by count: 3 won, 7 lost, 90 open give 30 %."""
    deals = [deal(str(n)) for n in range(100)]
    wins = [on(str(n), "won", "2017-03-01") for n in range(3)]
    losses = [on(str(n), "lost", "2017-03-01") for n in range(3, 10)]
    numbers = year(*deals, *wins, *losses)
    assert numbers["win_rate"] == {"ann": (30_000, 100_000)}
    assert numbers["open_deals"] == {"ann": (90,)}
    assert numbers["deals_lost"] == {"ann": (7,)}
    assert numbers["lost_amount"] == {"ann": (("USD", 70_000),)}
    assert numbers["deals_created"] == {"ann": (100,)}


def test_split_credit() -> None:
    """Split credit: all of 5 and half of 10 make 10, not 15; counts are fractional, with distinct beside."""
    numbers = year(
        deal("A", amount="5"),
        deal("B", amount="10"),
        split("B", "2017-01-02", ann=5_000, bob=5_000),
        on("A", "won", "2017-02-01"),
        on("B", "won", "2017-02-01"),
    )
    assert numbers["won_amount"] == {"ann": (("USD", 1_000),), "bob": (("USD", 500),)}
    assert numbers["deals_won"] == {"ann": (15_000,), "bob": (5_000,)}
    assert numbers["deals_won_distinct"] == {"ann": (2,), "bob": (1,)}


def test_largest_remainder() -> None:
    """A cent that cannot be cut goes to the largest remainder, of equal ones to the earlier share."""
    cut = split("A", "2017-01-02", ann=3_333, bob=3_333, cid=3_334)
    numbers = year(deal("A", amount="1.00"), cut, on("A", "won", "2017-02-01"))
    assert numbers["won_amount"] == {"ann": (("USD", 33),), "bob": (("USD", 33),), "cid": (("USD", 34),)}
    halves = split("B", "2017-01-02", ann=5_000, bob=5_000)
    numbers = year(deal("B", amount="0.05"), halves, on("B", "won", "2017-02-01"))
    assert numbers["won_amount"] == {"ann": (("USD", 3),), "bob": (("USD", 2),)}


def test_split_is_that_of_the_win() -> None:
    """A split, an owner or a repeated win after the win moves no credit."""
    numbers = year(
        deal("A"),
        on("A", "won", "2017-02-01"),
        split("A", "2017-02-02", bob=10_000),
        on("A", "owner_changed", "2017-02-03", owner="cid"),
        on("A", "won", "2017-02-04"),
    )
    assert numbers["won_amount"] == {"ann": (("USD", 10_000),)}


def test_nobody_wins() -> None:
    """A deal without an owner is won by nobody."""
    numbers = year(deal("A", owner=None), on("A", "won", "2017-02-01"))
    assert numbers["deals_won"] == {"": (10_000,)}
    assert numbers["deals_created"] == {"": (1,)}


def test_reopened() -> None:
    """Deal reopened: the win is gone until the deal is won again; opening an open deal is nothing."""
    told = [
        deal("A"),
        on("A", "reopened", "2017-01-15"),
        on("A", "won", "2017-02-01"),
        on("A", "owner_changed", "2017-02-20", owner="bob"),
        on("A", "reopened", "2017-03-01"),
    ]
    numbers = year(*told)
    assert "ann" not in numbers["deals_won"] and not numbers["won_amount"]
    assert numbers["deals_reopened"] == {"bob": (1,)}
    assert numbers["open_deals"] == {"bob": (1,)}
    numbers = year(*told, on("A", "won", "2017-04-11"))
    assert numbers["deals_won"] == {"bob": (10_000,)}
    assert numbers["sales_cycle_days"] == {"bob": (100,)}


def test_lost_after_won() -> None:
    """A loss without a reopening takes the place of the win."""
    numbers = year(deal("A"), on("A", "won", "2017-02-01"), on("A", "lost", "2017-03-01"))
    assert numbers["deals_won"] == {} and numbers["deals_lost"] == {"ann": (1,)}
    assert numbers["win_rate"] == {"ann": (0, 10_000)}


def test_amount_after_close() -> None:
    """Amount changed after close: it counts on the original day of the close."""
    numbers = between(
        "2017-02-01",
        "2017-02-28",
        deal("A"),
        on("A", "won", "2017-02-01"),
        on("A", "updated", "2017-05-01", amount="70.5"),
    )
    assert numbers["won_amount"] == {"ann": (("USD", 7_050),)}


def test_second_win_corrects() -> None:
    """A second win corrects the amount, and the day only where it names one."""
    told = [deal("A"), on("A", "won", "2017-02-01"), on("A", "won", "2017-05-01", amount="8")]
    february = ("2017-02-01", "2017-02-28")
    assert between(*february, *told)["won_amount"] == {"ann": (("USD", 800),)}
    told.append(on("A", "won", "2017-05-02", closed_on="2017-04-30"))
    assert between(*february, *told)["won_amount"] == {}
    assert between("2017-04-30", "2017-04-30", *told)["deals_won"] == {"ann": (10_000,)}


@pytest.mark.parametrize(("typed", "counted"), [("2017-03-01", "2017-03-01"), ("2017-03-09", "2017-03-05")])
def test_typed_close_date(typed: str, counted: str) -> None:
    """Won date: the typed date counts unless it is after the event's own business day."""
    told = [deal("A"), on("A", "won", "2017-03-05", closed_on=typed)]
    assert between(counted, counted, *told)["deals_won"] == {"ann": (10_000,)}


def test_lost_amount() -> None:
    """Win rate by value: a lost deal is worth its last open amount, whatever is written on it later."""
    told = [
        deal("A", amount="30"),
        on("A", "updated", "2017-01-10", amount="31"),
        on("A", "lost", "2017-02-01"),
        on("A", "updated", "2017-02-02", amount="0"),
    ]
    assert year(*told)["lost_amount"] == {"ann": (("USD", 3_100),)}
    corrected = on("A", "lost", "2017-02-03", amount="32")
    assert year(*told, corrected)["lost_amount"] == {"ann": (("USD", 3_200),)}


def test_currencies() -> None:
    """Sums stay apart by currency, each in its own minor units; an impossible scale posts no amount."""
    numbers = year(
        *(deal("A", currency="JPY", amount="1054"), on("A", "won", "2017-02-01")),
        *(deal("B", currency="kwd", amount="1.234"), on("B", "won", "2017-02-01")),
        *(deal("C", currency="JPY", amount="0.5"), on("C", "won", "2017-02-01")),
        *(deal("D", currency="EUR", amount="1.005"), on("D", "won", "2017-02-01")),
        *(deal("E", currency=None, amount="9"), on("E", "won", "2017-02-01")),
    )
    assert numbers["won_amount"] == {"ann": (("JPY", 1_054), ("KWD", 1_234))}
    assert numbers["deals_won"] == {"ann": (50_000,)}


def test_deleted_and_restored() -> None:
    """Deletion in CRM: a deleted deal counts for nothing, however late its facts, until restored."""
    told = [deal("A"), on("A", "won", "2017-02-01"), on("A", "deleted", "2017-03-01")]
    late = on("A", "updated", "2017-04-01", amount="7")
    assert not any(year(*told, late).values())
    restored = [*told, late, on("A", "restored", "2017-05-01")]
    assert year(*restored)["won_amount"] == {"ann": (("USD", 700),)}
    too_early = on("A", "restored", "2017-02-28")
    assert not any(year(*told, too_early).values())


def test_merged() -> None:
    """A merged deal counts for nothing, and what happens to it later happens to the other one."""
    numbers = year(
        deal("A", owner="ann", amount="1"),
        on("A", "won", "2017-01-15"),
        deal("B", owner="bob", amount="2"),
        on("A", "merged", "2017-02-01", into="B"),
        on("A", "won", "2017-03-01", amount="3"),
        on("B", "merged", "2017-04-01", into="A"),
    )
    assert numbers["deals_created"] == {"bob": (1,)}
    assert numbers["won_amount"] == {"bob": (("USD", 300),)}


def test_merged_once() -> None:
    """A deal that has gone into another one is not merged again, and takes nobody along."""
    numbers = year(
        *(deal("A", owner="ann"), deal("B", owner="bob"), deal("C", owner="cid")),
        on("A", "merged", "2017-02-01", into="B"),
        on("A", "merged", "2017-03-01", into="C"),
    )
    assert numbers["open_deals"] == {"bob": (1,), "cid": (1,)}


def test_order_of_one_day() -> None:
    """Created, moved, won, reopened of one day count in the order of their ranks, whatever their ids."""
    numbers = year(
        said("deal.reopened", "deal/A", "2017-01-01", {"id": "1"}),
        said("deal.won", "deal/A", "2017-01-01", {"id": "2"}),
        said("deal.updated", "deal/A", "2017-01-01", {"id": "3", "sequence": 2}, amount="2"),
        said("deal.updated", "deal/A", "2017-01-01", {"id": "4", "sequence": 1}, amount="1"),
        said("deal.created", "deal/A", "2017-01-01", {"id": "5"}, owner="ann", currency="USD"),
    )
    assert numbers["deals_reopened"] == {"ann": (1,)} and numbers["deals_won"] == {}
    assert numbers["open_pipeline"] == {"ann": (("USD", 200),)}


def test_first_content_wins() -> None:
    """Of two events with one source and id the first in the list counts."""
    first = said("deal.created", "deal/A", "2017-01-01", {"id": "1"}, owner="ann")
    second = said("deal.created", "deal/A", "2017-01-01", {"id": "1"}, owner="bob")
    assert year(first, second)["deals_created"] == {"ann": (1,)}


def test_open_pipeline_of_the_past() -> None:
    """The stock at the end of a day is what the deal's facts up to that day leave open."""
    told = [
        deal("A", "2017-01-10", amount="5"),
        on("A", "updated", "2017-01-20", amount="6"),
        on("A", "owner_changed", "2017-01-25", owner="bob"),
        on("A", "lost", "2017-02-01"),
    ]
    found = [between(day, day, *told)["open_pipeline"] for day in ("2017-01-09", "2017-01-10", "2017-01-24")]
    assert found == [{}, {"ann": (("USD", 500),)}, {"ann": (("USD", 600),)}]
    found = [between(day, day, *told)["open_pipeline"] for day in ("2017-01-31", "2017-02-01")]
    assert found == [{"bob": (("USD", 600),)}, {}]


def test_shuffled_and_doubled() -> None:
    """The same log, shuffled and doubled, with a late delete, gives the same numbers."""
    told = [event for n in range(9) for event in (deal(str(n)), on(str(n), "won", "2017-02-01"))]
    told += [on("3", "deleted", "2017-01-20"), split("4", "2017-01-20", bob=2_500, cid=7_500)]
    mixed = told * 2
    random.Random(7).shuffle(mixed)
    assert year(*mixed) == year(*told)
    assert year(*told)["deals_won"] == {"ann": (70_000,), "bob": (2_500,), "cid": (7_500,)}
