"""What became of deals that used a document, what changed between versions, and the health of all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.deals.deal import Deal, Outcome
from services.documents.difference import LINES_MAX, Line, difference
from services.documents.document import Document
from services.documents.health import health_of
from services.documents.record import Became, Record, Use, record_of, use_of
from services.journal.entry import Moment
from tests.stores import us

NOON = us("2017-03-05T12:00:00Z")
DAY = 86_400_000_000


def closed(kind: Became, at: Moment) -> Deal:
    """Return a deal that was won or lost."""
    won = "won" if kind == "won" else "lost"
    return Deal(status=won, outcome=Outcome(won, at, None, "ann", (), (), "", None, ""))


@pytest.mark.parametrize(
    ("deal", "became"),
    [
        (Deal(), "open"),
        (closed("won", Moment(NOON + 1)), "won"),
        (closed("lost", Moment(NOON + 1)), "lost"),
        (closed("won", Moment(NOON - 1)), "before"),
        (closed("won", Moment(NOON - NOON % DAY, dated=True)), "won"),
        (closed("won", Moment(NOON - NOON % DAY - DAY, dated=True)), "before"),
    ],
)
def test_only_what_comes_after_the_use_counts(deal: Deal, became: Became) -> None:
    """A deal that was closed before says nothing; one closed on the day of the use counts, for days have no hours."""
    assert use_of("1", deal, NOON).became == became


def record(*became: Became) -> Record:
    """Return a record of deals that were closed one after the other."""
    return record_of(Use(deal=str(place), used_us=0, became=one, closed_us=place) for place, one in enumerate(became))


@pytest.mark.parametrize(
    ("became", "against"),
    [
        (("won", "lost", "lost", "lost"), True),
        (("lost", "lost", "lost", "open"), True),
        (("lost", "lost", "won", "lost"), False),
        (("lost", "lost", "before"), False),
        ((), False),
    ],
)
def test_three_losses_in_a_row_speak_against_it(became: tuple[Became, ...], against: bool) -> None:
    """The last three closed deals decide; open ones and those closed before are none of them."""
    assert record(*became).contradicted is against


def test_the_sample_is_what_was_closed_after() -> None:
    """Won and lost are the sample; open ones are not yet, those closed before never."""
    found = record("won", "lost", "open", "before")
    assert (found.sample, found.count("won"), found.count("open"), found.count("before")) == (2, 1, 1, 1)


def test_a_difference_shows_a_few_lines_around() -> None:
    """Three lines stand around a change; what lies farther off is a gap."""
    old = [str(number) for number in range(20)]
    lines = difference("\n".join(old), "\n".join([*old[:10], "new", *old[11:]]))
    assert [line.way for line in lines] == ["gap", *["same"] * 3, "gone", "new", *["same"] * 3, "gap"]
    assert (lines[1].text, lines[-2].text) == ("7", "13")
    assert difference("same\n", "same") == ()


TEXTS = st.lists(st.sampled_from("abc"), max_size=12)


@given(old=TEXTS, new=TEXTS)
def test_a_difference_has_every_line_that_went_or_came(old: list[str], new: list[str]) -> None:
    """What is gone and what is new add up to the two texts."""
    lines = difference("\n".join(old), "\n".join(new))
    before = [line.text for line in lines if line.way == "gone"]
    after = [line.text for line in lines if line.way == "new"]
    assert len(before) - len(after) == len("\n".join(old).splitlines()) - len("\n".join(new).splitlines())
    assert bool(lines) is ("\n".join(old).splitlines() != "\n".join(new).splitlines())


def test_long_texts_are_not_compared_line_by_line() -> None:
    """Past a number of lines the middle is shown as replaced, instead of taking the square of the time."""
    old = "a\n" * LINES_MAX
    lines = difference(f"head\n{old}", "head\nb\n")
    assert lines[0] == Line("same", "head")
    assert [line.way for line in lines].count("gone") == LINES_MAX


def test_health_counts_what_is_in_use() -> None:
    """Archived documents are none of it; what is old and never used is, and what was left by its verifier."""
    old, new = Moment(NOON - 100 * DAY), Moment(NOON - 80 * DAY)
    found = health_of(
        [
            ("a", Document(versions=1, first=old, uses=1, verifier="vic"), "verified", Record()),
            ("b", Document(versions=1, first=old, verifier="vic"), "stale", Record()),
            ("c", Document(versions=1, first=new, verifier="una"), "unverified", record("lost", "lost", "lost")),
            ("d", Document(versions=1, first=old, archived=old), "unverified", Record()),
        ],
        NOON,
        gone={"una"},
    )
    assert (found.documents, found.verified) == (3, 1)
    assert {one.id: one.ailments for one in found.ailing} == {
        "b": ("stale", "unused"),
        "c": ("contradicted", "unverified", "orphaned"),
    }
