"""A whole document as programs get it: over HTTP, from commands and as a tool of assistants."""

from api.knowledge.render import document_json
from api.render import Json
from services.scope import Scope
from services.view import View
from streams.answers import documents
from streams.answers.questions import Questions
from streams.answers.visible import visible_deals


def whole_json(questions: Questions, document: str, scope: Scope, view: View) -> Json:
    """Return a document with its text, its history, and what became of the deals that used it.

    Raise `DocumentUnknown` when there is none, or when the asker may not read it.
    """
    with questions.cut(view) as cut:
        one = documents.document(cut, document, scope)
        record = documents.records(cut, [document])[document]
        seen = visible_deals(cut, [use.deal for use in record.uses], scope)
        return document_json(one, documents.versions(cut, document), record, seen)
