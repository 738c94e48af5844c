"""Questions in a store of either kind: kept, replayed, and seen by whom they concern."""

from contextlib import closing

from services.scope import ADMIN, Scope
from services.view import LATEST
from streams.answers.asked import asked
from tests.builders import Wire, event, joined, team
from tests.homes import Stores


def question(kind: str, name: str, when: str, /, **fields: object) -> Wire:
    """Return an event of a question."""
    return event(f"question.{kind}", f"question/{name}", when, **fields)


TOLD: list[Wire] = [
    team("north", lead="lea"),
    *(joined(rep, team="north") for rep in ("ann", "bob", "lea")),
    question("asked", "q1", "2017-03-01", text="Why?", by="ann", expert="vic", because="owns_play"),
    question("asked", "q2", "2017-03-02", text="为什么？", by="bob", language="zh"),
    question("asked", "q3", "2017-03-03", text="Who?", by="bob", expert="vic", because="leads_team"),
    question("declined", "q3", "2017-03-04", by="vic", text="Nobody."),
    question("answered", "q1", "2017-03-05", document="d", by="vic"),
    question("asked", "q4", "2017-03-03", text="How?", by="bob", expert="vic", because="leads_team"),
    question("dismissed", "q4", "2017-03-04", by="vic"),
    question("restored", "q4", "2017-03-05", by="vic"),
    question("dismissed", "q4", "2017-03-06", by="vic"),
]


def test_who_sees_which_questions_in_which_order(stores: Stores) -> None:
    """Open ones come first, then the last closed; each with its texts, and only for whom it concerns."""
    store = stores()
    store.send(TOLD)
    mate = Scope(person="ann", role="rep", teams=frozenset({"north"}))
    lead = Scope(person="lea", role="lead", teams=frozenset({"north"}))
    with closing(store.questions()) as questions, questions.cut(LATEST) as cut:
        found = asked(cut, ADMIN)
        assert [(one.id, one.text, one.reason) for one in found] == [
            ("q2", "为什么？", ""), ("q4", "How?", ""), ("q1", "Why?", ""), ("q3", "Who?", "Nobody."),
        ]  # fmt: skip
        assert [one.id for one in asked(cut, mate)] == ["q1"]
        assert [one.id for one in asked(cut, lead)] == ["q2", "q4", "q1", "q3"]
        assert [one.id for one in asked(cut, Scope(person="vic", role="product"))] == ["q4", "q1", "q3"]


def test_replay_makes_the_same_questions(stores: Stores) -> None:
    """Thrown away and made again from the archive, in any order of arrival, questions are what they were."""
    first, second = stores(), stores()
    first.send(TOLD)
    second.send(TOLD[::-1])
    assert first.dump().states == second.dump().states
    assert first.differing() == []
