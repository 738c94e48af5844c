"""The state of a question, whatever order its events arrive in."""

import itertools

from services.journal.component import fold
from services.questions.question import Question
from services.questions.readers import may_close, may_see
from services.scope import ADMIN, Scope
from tests.builders import Wire, accepted, event


def question(kind: str, when: str, /, **fields: object) -> Wire:
    """Return an event of the question q."""
    return event(f"question.{kind}", "question/q", when, **fields)


def folded(*wires: Wire) -> Question:
    """Return the state of the question q."""
    found = fold([accepted(wire) for wire in wires])["question/q"]
    assert isinstance(found.root.state, Question)
    assert not found.entries
    return found.root.state


ASKED = question("asked", "2017-03-01", text="Why?", by="ann", expert="vic", because="owns_play", nearest=["d"])
ANSWERED = question("answered", "2017-03-03", document="d", by="vic")


def test_every_order_of_arrival_gives_one_state() -> None:
    """All orders of five events of a question give one state."""
    told = [
        ASKED,
        question("assigned", "2017-03-02", expert="una", by="vic"),
        ANSWERED,
        question("asked", "2017-03-04", text="Why?", by="ann", expert="vic", because="leads_team"),
        question("declined", "2017-03-05", by="vic", text="No."),
    ]
    assert len({repr(folded(*order)) for order in itertools.permutations(told)}) == 1
    assert folded(*told).status == "declined"


def test_asked_again_while_it_is_open_is_the_same_question() -> None:
    """Neither the moment nor the expert changes when an open question is asked a second time."""
    again = question("asked", "2017-03-02", text="Why?", by="ann", expert="una", because="leads_team")
    assert folded(ASKED, again) == folded(ASKED)


def test_asked_again_after_it_was_closed_opens_it() -> None:
    """A question that was answered or declined is open once more, and goes to whom it is sent then."""
    again = question("asked", "2017-03-04", text="Why?", by="ann", expert="una", because="leads_team")
    found = folded(ASKED, ANSWERED, again)
    assert (found.status, found.expert, found.because, found.closed) == ("open", "una", "leads_team", None)


def test_given_to_nobody_it_is_nobodys() -> None:
    """Without an expert there is no reason either, and it waits for whoever takes it."""
    found = folded(ASKED, question("assigned", "2017-03-02", by="vic"))
    assert (found.status, found.expert, found.because, found.nearest) == ("open", "", "", ())


def test_put_aside_and_taken_up_again() -> None:
    """It then waits for whom it waited before, whatever arrives first; what was answered stays so."""
    aside, again = question("dismissed", "2017-03-03", by="vic"), question("restored", "2017-03-04", by="lea")
    found = folded(ASKED, aside)
    assert (found.status, found.closed_by, found.expert) == ("dismissed", "vic", "vic")
    assert len({repr(folded(*order)) for order in itertools.permutations([ASKED, aside, again])}) == 1
    found = folded(ASKED, aside, again)
    assert (found.status, found.closed, found.expert, found.because) == ("open", None, "vic", "owns_play")
    assert folded(ASKED, question("declined", "2017-03-02", text="No."), again).status == "open"
    assert folded(ASKED, ANSWERED, again).status == "answered"


def test_an_answer_that_arrives_before_its_question_waits_for_it() -> None:
    """An answer alone is no question; once the question is known it is answered."""
    assert folded(ANSWERED).asked is None
    assert folded(ANSWERED, ASKED).status == "answered"


def test_who_sees_and_closes_a_question() -> None:
    """Asker, expert, admins and leads of the asker's team see it; the asker alone may not close it."""
    found = folded(ASKED)
    scopes = {
        "asker": Scope(person="ann", role="rep", teams=frozenset({"north"})),
        "expert": Scope(person="vic", role="product"),
        "mate": Scope(person="bob", role="rep", teams=frozenset({"north"})),
        "lead": Scope(person="lea", role="lead", teams=frozenset({"north"})),
        "other lead": Scope(person="lou", role="lead", teams=frozenset({"south"})),
        "admin": ADMIN,
    }
    assert {name for name, scope in scopes.items() if may_see(found, scope, "north")} == {
        "asker",
        "expert",
        "lead",
        "admin",
    }
    assert not may_see(found, scopes["lead"], None)
    assert not may_close(found, scopes["asker"])
    assert may_close(found, scopes["expert"]) and may_close(found, ADMIN)
