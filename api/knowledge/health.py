"""The health of what people know, with the documents themselves."""

from dataclasses import dataclass

from services.documents.health import Health, health_of
from services.documents.record import Record
from services.scope import Scope
from services.view import LATEST
from streams.answers import documents
from streams.answers.documents import Listed
from streams.answers.names import Names, names_of
from streams.answers.questions import Questions


@dataclass(frozen=True, kw_only=True, slots=True)
class Examination:
    """What was found, with the documents and their records by id."""

    health: Health
    documents: dict[str, Listed]
    records: dict[str, Record]
    names: Names


def examined(questions: Questions, scope: Scope) -> Examination:
    """Return the health of the documents that an asker may read."""
    with questions.cut(LATEST) as cut:
        found = {one.id: one for one in documents.listed(cut, scope) if not one.state.archived}
        records = documents.records(cut, found)
        names = names_of(cut.connection)
        seen = ((one.id, one.state, one.trust, records[one.id]) for one in found.values())
        people = cut.organisation.people.items()
        gone = {name for name, person in people if person.left_day is not None and person.left_day <= cut.today}
        health = health_of(seen, cut.now_us, gone=gone)
        return Examination(health=health, documents=found, records=records, names=names)
