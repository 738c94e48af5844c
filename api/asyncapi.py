"""The AsyncAPI 3 document of all events, made from their classes: `python -m api.asyncapi`."""

import json
import sys

import msgspec

from services.events.catalogue import KINDS, NAMES, TYPES

Schema = dict[str, object]
SCHEMAS = "#/components/schemas/{name}"
_ENVELOPE: Schema = {
    "specversion": {"type": "string", "const": "1.0"},
    "id": {"type": "string", "minLength": 1, "maxLength": 255, "description": "Unique together with source."},
    "source": {"type": "string", "minLength": 1, "maxLength": 255, "description": "Where the event comes from."},
    "time": {"type": "string", "format": "date-time", "description": "When it happened, with an offset."},
    "datacontenttype": {"type": "string", "const": "application/json"},
    "dataschema": {"type": "string"},
    "sequence": {"type": "integer", "minimum": 0, "description": "Order among events of one moment."},
    "dateonly": {"type": "boolean", "description": "Only the date is known; time is that day at 00:00:00Z."},
    "imported": {"type": "boolean", "description": "Part of an imported history."},
    "recordedtime": {"type": "string", "format": "date-time", "description": "The door's clock, information only."},
    "dataversion": {"type": "integer", "const": 1},
    "traceparent": {"type": "string"},
    "tracestate": {"type": "string"},
}
_REQUIRED = ["specversion", "id", "source", "type", "subject", "time", "data"]


def document() -> Schema:
    """Return the AsyncAPI 3 document: one message for every type of event, one channel for all of them."""
    _, schemas = msgspec.json.schema_components(list(NAMES), ref_template=SCHEMAS)
    messages = {kind: _message(kind) for kind in TYPES}
    references = {kind: {"$ref": f"#/components/messages/{kind}"} for kind in TYPES}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Paceline events",
            "version": "1",
            "description": "Facts that Paceline takes in, as CloudEvents 1.0 in JSON.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {"events": {"address": "/api/events", "messages": references}},
        "operations": {
            "take": {"action": "receive", "channel": {"$ref": "#/channels/events"}, "summary": "Take an event in."}
        },
        "components": {"messages": messages, "schemas": schemas},
    }


def _message(kind: str) -> Schema:
    wanted = TYPES[kind]
    properties = {
        **_ENVELOPE,
        "type": {"type": "string", "const": kind},
        "subject": {"type": "string", "pattern": f"^{KINDS[kind]}/", "description": "The root that it is about."},
        "data": {"$ref": SCHEMAS.format(name=wanted.__name__)},
    }
    return {
        "name": kind,
        "title": wanted.__name__,
        "summary": (wanted.__doc__ or "").strip().splitlines()[0],
        "contentType": "application/cloudevents+json",
        "payload": {
            "type": "object",
            "additionalProperties": False,
            "required": _REQUIRED,
            "properties": properties,
        },
    }


def text() -> str:
    """Return the document as it is kept in the documentation."""
    return json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
