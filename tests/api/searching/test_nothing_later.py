"""Whatever is written later, a deal is found at a stage only by what was known before it left that stage."""

from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from api.searching.making import documents_of
from services.view import LATEST
from streams.answers.cut import latest
from streams.answers.searchable import DealRead, read
from tests.builders import Store, Wire, deal, event, lost, stage
from tests.stores import us

LEAVING = {"main/call": 12, "main/offer": 14}
"""The hour at which each stage was left, of one day."""


def at(hour: int, minute: int = 0) -> str:
    """Return a moment of the day."""
    return f"2017-03-01T{hour:02}:{minute:02}:00Z"


def history() -> list[tuple[int, Wire]]:
    """Return the moves of the deal by the hour, and those of one that turns out to be the same in the end."""
    return [
        (9, deal("2", at(9), stage="demo", pipeline="main", owner="ann")),
        (10, deal("1", at(10), stage="call", pipeline="main", owner="ann", account="a")),
        (12, stage("1", at(12), "offer")),
        (14, lost("1", at(14), reason="word1400", competitor="word1401")),
        (17, event("deal.merged", "deal/2", at(17), into="1")),
    ]


@st.composite
def said(draw: st.DrawFn) -> tuple[int, Wire]:
    """Return something that was said of the deal, its account or its owner, with a word that names its minute."""
    hour, minute = draw(st.integers(10, 16)), draw(st.integers(1, 59))
    word = f"word{hour:02}{minute:02}"
    made: dict[str, Wire] = {
        "note": event("deal.noted", "deal/1", at(hour, minute), text=f"A {word}."),
        "other": event("deal.noted", "deal/2", at(hour, minute), text=f"A {word}."),
        "title": event("deal.updated", "deal/1", at(hour, minute), title=word, amount=f"{hour:02}{minute:02}.00"),
        "products": event("deal.updated", "deal/1", at(hour, minute), products=[word]),
        "industry": event("account.updated", "account/a", at(hour, minute), industry=word, region=word, size=word),
        "team": event("rep.team_changed", "rep/ann", at(hour, minute), team=word),
    }
    return hour * 60 + minute, made[draw(st.sampled_from(sorted(made)))]


@settings(max_examples=40, derandomize=True, deadline=None)
@given(
    words=st.lists(said(), max_size=12, unique_by=lambda one: str(one[1]["id"])),
    imported=st.booleans(),
    late=st.lists(st.booleans(), min_size=12, max_size=12),
)
def test_no_document_holds_a_word_of_later(words: list[tuple[int, Wire]], imported: bool, late: list[bool]) -> None:
    """A document of a stage has no word of after it was left, nor a live one that arrived after the end.

    What came in time and was not changed again is there, so that the test cannot pass by finding nothing.
    """
    mark: Wire = {"imported": True} if imported else {}
    pairs = list(zip(words, late, strict=False))
    moves = [(hour * 60, wire) for hour, wire in history()]
    prompt = [one for one, slow in pairs if not slow]
    ordered = sorted([*moves, *prompt], key=lambda one: one[0])
    tardy = [one for one, slow in pairs if slow]
    with TemporaryDirectory() as folder:
        store = Store(Path(folder))
        store.send([wire | mark for _, wire in [*ordered, *tardy]])
        found = read(latest(store.home.connection, LATEST, us("2018-01-01T00:00:00Z")), "deal/1")
        store.home.close()
    assert isinstance(found, DealRead)
    documents = {one.fields["stage"][0]: one for one in documents_of(found, "USD")}
    assert set(documents) == set(LEAVING)
    for key, hour in LEAVING.items():
        # Who may find it is decided by who is in which team today.
        told = str(asdict(replace(documents[key], readers=())))
        for minute, wire in words:
            word = f"word{minute // 60:02}{minute % 60:02}"
            prompt_word = any(one is wire for _, one in prompt)
            if minute > hour * 60 or not (imported or prompt_word):
                allowed = any(other == minute and two is not wire for other, two in words)
                assert allowed or word not in told, (key, word)
            elif wire["type"] == "deal.noted":
                assert word in told, (key, word)
        assert "word1400" not in told and "word1401" not in told
