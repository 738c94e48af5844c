"""The sample company is believable, the same every time, and nothing in it is refused."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from api.sample.company import Sample, sample
from api.sample.facts import Fact, SampleOptions
from api.sample.live import Live
from api.sample.names import is_chinese
from services.days import from_time
from services.events.decode import read
from services.events.envelope import Event

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
OPTIONS = SampleOptions(now=NOW, reps=8, days=200, future_days=60)


def made(options: SampleOptions = OPTIONS) -> Sample:
    """Return the sample company of the tests."""
    return sample(options)


def when(fact: Fact) -> datetime:
    """Return when a fact happened."""
    return datetime.fromisoformat(str(fact["time"]))


def test_same_seed_gives_the_same_company() -> None:
    """The same options give the same facts, another seed gives others."""
    assert made() == made()
    assert made().history != made(SampleOptions(now=NOW, reps=8, days=200, future_days=60, seed=8)).history


def test_every_fact_is_accepted_by_the_decoder() -> None:
    """No fact of the history or of the future is refused or waits."""
    found = made()
    late = from_time(NOW + timedelta(days=400))
    assert all(isinstance(read(fact, now_us=late), Event) for fact in [*found.history, *found.future])


def test_history_ends_now_and_the_future_begins_after_it() -> None:
    """Nothing in the history lies after now."""
    found = made()
    assert max(when(fact) for fact in found.history) <= NOW < min(when(fact) for fact in found.future)


def test_deals_begin_with_their_creation() -> None:
    """The first fact of every deal, by its time, is its creation."""
    first: dict[str, Fact] = {}
    for fact in sorted(made().history, key=when):
        if str(fact["subject"]).startswith("deal/"):
            first.setdefault(str(fact["subject"]), fact)
    assert {fact["type"] for fact in first.values()} == {"deal.created"}


def test_what_goes_wrong_in_companies_goes_wrong_here() -> None:
    """There are duplicates, late facts, reopenings, splits, refunds, merges and deletions."""
    history = made(SampleOptions(now=NOW)).history
    kinds = Counter(str(fact["type"]) for fact in history)
    for kind in ("deal.reopened", "deal.split_changed", "receipt.refunded", "deal.merged", "deal.deleted"):
        assert kinds[kind] >= 5
    ids = Counter(str(fact["id"]) for fact in history)
    assert sum(count > 1 for count in ids.values()) > 100
    times = [when(fact) for fact in history]
    assert sum(later < earlier for earlier, later in pairwise(times)) > 100


def test_names_are_in_both_languages() -> None:
    """People, accounts and deals have names in English and in Chinese."""
    for kind, field in (("rep.joined", "name"), ("account.created", "name"), ("deal.created", "title")):
        names = [
            str(data[field])
            for fact in made().history
            if fact["type"] == kind and isinstance(data := fact["data"], dict)
        ]
        assert 0 < sum(is_chinese(name) for name in names) < len(names)


def test_live_facts_happen_now_under_new_ids() -> None:
    """What flows live has the time at which it is told, and goes on where it stopped."""
    future = made().future
    live = Live(future)
    first = [fact for _ in range(5) for fact in live.next(NOW)]
    assert {when(fact) for fact in first} == {NOW}
    again = Live(future, told=live.told)
    assert again.next(NOW)[0]["subject"] == future[live.told]["subject"]
