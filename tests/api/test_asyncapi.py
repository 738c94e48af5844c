"""The AsyncAPI document says what the classes say."""

import json
from pathlib import Path

from api.asyncapi import document, text
from services.events.catalogue import TYPES

KEPT = Path(__file__).parents[2] / "docs" / "asyncapi.json"


def test_the_kept_document_is_that_of_the_classes() -> None:
    """docs/asyncapi.json is renewed whenever a class changes: python -m api.asyncapi > docs/asyncapi.json"""
    assert KEPT.read_text(encoding="utf-8") == text()


def test_every_type_is_a_message_and_every_reference_leads_somewhere() -> None:
    """Each type has a message, and no reference is broken."""
    found = document()
    channels = found["channels"]
    assert isinstance(channels, dict)
    assert set(channels["events"]["messages"]) == set(TYPES)
    for reference in _references(found):
        place: object = found
        for part in reference.removeprefix("#/").split("/"):
            assert isinstance(place, dict)
            place = place[part]


def _references(value: object) -> list[str]:
    """Return every `$ref` in a document."""
    if isinstance(value, dict):
        own = [str(value["$ref"])] if "$ref" in value else []
        return own + [found for inner in value.values() for found in _references(inner)]
    if isinstance(value, list):
        return [found for inner in value for found in _references(inner)]
    return []


def test_the_document_is_json() -> None:
    """The kept document can be read by any program."""
    assert json.loads(text())["asyncapi"] == "3.0.0"
