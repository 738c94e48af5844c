"""The state of a document, whatever order its events arrive in, and what it counts for."""

import itertools

import pytest

from services.documents.document import Document
from services.errors import Rejected
from services.journal.component import fold
from tests.builders import Wire, accepted, event


def document(kind: str, when: str, /, **fields: object) -> Wire:
    """Return an event of the document d."""
    return event(f"document.{kind}", "document/d", when, **fields)


def folded(*wires: Wire) -> Document:
    """Return the state of the document d."""
    state = fold([accepted(wire) for wire in wires])["document/d"].root.state
    assert isinstance(state, Document)
    return state


def posted(*wires: Wire) -> list[tuple[str, str, str, int]]:
    """Return what the document counts for: measure, person, subject and value."""
    entries = fold([accepted(wire) for wire in wires])["document/d"].entries
    return sorted((one.measure, one.rep, one.subject, one.value) for one in entries.elements())


WRITTEN = document("written", "2017-03-01", kind="play", title="Price", text="Ask.", author="ann", verifier="vic")


def test_every_order_of_arrival_gives_one_state() -> None:
    """All orders of six events of a document give one state and the same entries."""
    told = [
        WRITTEN,
        document("updated", "2017-03-02", tags=["price"], verifier="una"),
        document("verified", "2017-03-03", by="una"),
        document("used", "2017-03-04", deal="1", by="bob"),
        document("written", "2017-03-06", text="Ask twice.", author="mei"),
        document("found_helpful", "2017-03-07", helpful=False, by="bob"),
    ]
    states = {repr(folded(*order)) for order in itertools.permutations(told)}
    entries = {repr(posted(*order)) for order in itertools.permutations(told)}
    assert len(states) == len(entries) == 1


def test_absent_fields_stay_and_null_clears() -> None:
    """A later version keeps what it does not name; null empties; the last writer of a field wins."""
    state = folded(
        document("written", "2017-03-01", kind="play", readers=["everyone"], tags=["a"], industry="steel"),
        document("written", "2017-03-02", text="More.", tags=None),
        document("updated", "2017-03-03", industry="food"),
    )
    assert (state.kind, state.readers, state.tags, state.industry) == ("play", ("everyone",), (), "food")
    assert state.versions == 2


def test_a_new_version_or_verifier_is_not_verified() -> None:
    """What was confirmed is one version, by one verifier: another of either is to be confirmed again."""
    verified = [WRITTEN, document("verified", "2017-03-02", by="vic")]
    assert folded(*verified).verified is not None
    assert folded(*verified, document("written", "2017-03-03", text="Other.")).verified is None
    assert folded(*verified, document("updated", "2017-03-03", verifier="una")).verified is None
    assert folded(*verified, document("updated", "2017-03-03", tags=["x"], verifier="vic")).verified is not None


def test_a_contradiction_stands_until_it_is_verified() -> None:
    """Who contradicts makes it doubtful; a new version alone does not settle that, the verifier does."""
    told = [WRITTEN, document("contradicted", "2017-03-02", by="bob", text="No.")]
    assert folded(*told, document("written", "2017-03-03", text="Other.")).contradicted is not None
    assert folded(*told, document("verified", "2017-03-04", by="vic")).contradicted is None


def test_archived_and_restored() -> None:
    """An archived document keeps what it counted for and can come back."""
    told = [WRITTEN, document("used", "2017-03-02", deal="1", by="bob"), document("archived", "2017-03-03", by="vic")]
    assert folded(*told).archived is not None
    assert posted(*told) == posted(*told[:2])
    assert folded(*told, document("restored", "2017-03-04")).archived is None


def test_the_author_then_earns_the_assist() -> None:
    """The author of the version that was used is credited; nobody is for a use of one's own or by nobody known."""
    uses = [
        document("used", "2017-03-02", deal="1", by="bob"),
        document("used", "2017-03-03", deal="2", by="ann"),
        document("used", "2017-03-04", deal="3"),
    ]
    found = posted(WRITTEN, *uses, document("written", "2017-03-05", author="mei"))
    assert [one for one in found if one[0] == "assist"] == [("assist", "ann", "1", 0)]
    assert [one[1:3] for one in found if one[0] == "document_used"] == [("", "3"), ("ann", "2"), ("bob", "1")]
    late = posted(
        WRITTEN, document("used", "2017-03-06", deal="1", by="bob"), document("written", "2017-03-05", author="mei")
    )
    assert [one[1] for one in late if one[0] == "assist"] == ["mei"]


def test_the_last_answer_of_a_person_counts() -> None:
    """Helpful or not: one answer of each person, the last one."""
    answers = [
        document("found_helpful", "2017-03-02", helpful=True, by="bob"),
        document("found_helpful", "2017-03-03", helpful=False, by="bob"),
        document("found_helpful", "2017-03-03", helpful=True, by="una"),
    ]
    state = folded(WRITTEN, *answers)
    assert (state.helpful, len(state.votes)) == (1, 2)
    found = [one for one in posted(WRITTEN, *answers) if one[0] == "document_helpful"]
    assert found == [("document_helpful", "ann", "bob", 0), ("document_helpful", "ann", "una", 1)]


def test_a_document_may_be_used_before_it_is_known() -> None:
    """Nothing waits for a document that is not there yet: a use counts, and so does an answer."""
    state = folded(document("used", "2017-03-02", deal="1", by="bob"))
    assert (state.versions, state.uses) == (0, 1)
    assert posted(document("used", "2017-03-02", deal="1", by="bob")) == [("document_used", "bob", "1", 0)]


@pytest.mark.parametrize(
    "readers",
    [["all"], ["team:"], ["role:boss"], ["everyone "], ["team:a b"], ["rep:ann\n"], "everyone", [None], ["user:7"]],
)
def test_readers_are_only_those_that_are_understood(readers: object) -> None:
    """A reader of no known kind is refused at the door instead of being read by nobody or by all."""
    with pytest.raises(Rejected):
        accepted(document("written", "2017-03-01", readers=readers))
