"""The health of what people know, with the documents themselves."""

from dataclasses import dataclass

from services.documents.health import AILMENTS, Health, health_of
from services.documents.record import LOSSES_MIN, Record
from services.scope import Scope
from services.view import LATEST
from streams.answers import documents
from streams.answers.cut import Cut
from streams.answers.documents import Listed
from streams.answers.names import Names, names_of
from streams.answers.questions import Questions


@dataclass(frozen=True, kw_only=True, slots=True)
class Examination:
    """What was found, with all documents by id, and the records of those that are shown."""

    health: Health
    documents: dict[str, Listed]
    records: dict[str, Record]
    names: Names


def examined(
    questions: Questions, scope: Scope, *, verifier: str | None = None, shown_max: int | None = None
) -> Examination:
    """Return the health of the documents that an asker may read, or of those that one of them is to verify.

    Of each ailment `shown_max` documents are shown, all where that is None; no other record is read than theirs and
    those that may speak against a document.
    """
    with questions.cut(LATEST) as cut:
        found = {one.id: one for one in documents.listed(cut, scope) if not one.state.archived}
        theirs = [one for one in found.values() if verifier in (None, one.state.verifier)]
        # Uses that are repeated count here and deals once there: with fewer no record can be of so many losses.
        telling = documents.records(cut, [one.id for one in theirs if one.state.uses >= LOSSES_MIN])
        seen = ((one.id, one.state, one.trust, telling.get(one.id, Record())) for one in theirs)
        health = health_of(seen, cut.now_us, gone=_gone(cut))
        shown = {name for ailment in AILMENTS for name in health.of(ailment)[:shown_max]}
        records = documents.records(cut, sorted(shown - telling.keys())) | telling
        return Examination(health=health, documents=found, records=records, names=names_of(cut.connection))


def _gone(cut: Cut) -> set[str]:
    """Return the people who have left."""
    people = cut.organisation.people.items()
    return {name for name, person in people if person.left_day is not None and person.left_day <= cut.today}
