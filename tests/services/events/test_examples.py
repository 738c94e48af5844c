"""The worked examples of the documentation: one for every type of event, each read by the real decoder."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from services.errors import Rejected
from services.events.archive import fingerprint, pack, unpack
from services.events.catalogue import KINDS, NAMES, RANKS, TYPES
from services.events.decode import INTERNAL, decode
from services.events.encode import to_cloudevent
from services.events.envelope import Event
from tests.stores import us

FOLDER = Path(__file__).parents[3] / "docs" / "events"
NOW_US = us("2018-01-01T00:00:00Z")
OPEN_TYPES = sorted(set(TYPES) - INTERNAL)


def example(kind: str) -> Event:
    """Return the worked example of a type, as the decoder reads it."""
    found = decode((FOLDER / f"{kind}.json").read_bytes(), now_us=NOW_US)
    assert isinstance(found, Event)
    return found


def test_every_type_has_exactly_one_example() -> None:
    """The folder holds one file for each type, named after it, and nothing else."""
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(f"{kind}.json" for kind in TYPES)


def test_the_catalogue_knows_class_kind_and_rank_of_every_type() -> None:
    """Types, kinds, ranks and names tell of the same types; a class belongs to one type."""
    assert set(TYPES) == set(KINDS) == set(RANKS) == set(NAMES.values())
    assert len(NAMES) == len(TYPES)


@pytest.mark.parametrize("kind", OPEN_TYPES)
def test_an_example_is_an_event_of_its_type(kind: str) -> None:
    """An example decodes to its type's class, and every field of it is one that the class has."""
    found = example(kind)
    assert found.type == kind
    assert type(found.data) is TYPES[kind]
    assert found.extra is None


@pytest.mark.parametrize("kind", OPEN_TYPES)
def test_encoding_an_example_and_decoding_it_gives_the_same_event(kind: str) -> None:
    """An event goes out as CloudEvents JSON that the decoder reads back to an equal event."""
    found = example(kind)
    again = decode(to_cloudevent(found), now_us=NOW_US)
    assert isinstance(again, Event)
    assert again == found
    assert fingerprint(again) == fingerprint(found)


@pytest.mark.parametrize("kind", OPEN_TYPES)
def test_an_example_comes_out_of_the_archive_as_it_went_in(kind: str) -> None:
    """Packed and unpacked, an event has the same data; the packed data holds none of its free text."""
    found = example(kind)
    data, text = pack(found)
    assert unpack(kind, data, text) == (found.data, found.extra)
    for name in getattr(found.data, "texts", ()):
        said = getattr(found.data, name)
        if isinstance(said, str):
            assert said.encode() not in data
            assert text is not None
            assert said.encode() in text


def test_the_internal_example_is_what_paceline_writes_itself() -> None:
    """The activation of rules is documented like the others, and refused at the door."""
    (kind,) = INTERNAL
    written = json.loads((FOLDER / f"{kind}.json").read_bytes())
    assert isinstance(msgspec.convert(written["data"], TYPES[kind]), TYPES[kind])
    assert set(written["data"]) == set(TYPES[kind].__struct_fields__)
    with pytest.raises(Rejected, match="type_internal"):
        decode((FOLDER / f"{kind}.json").read_bytes(), now_us=NOW_US)


def undescribed(schema: object, place: str) -> Iterator[str]:
    """Yield the places of properties that say nothing of themselves in a JSON schema."""
    if isinstance(schema, dict):
        for name, part in schema.get("properties", {}).items():
            if not described(part):
                yield f"{place}.{name}"
        for name, part in schema.items():
            yield from undescribed(part, f"{place}.{name}" if name != "$defs" else place)
    elif isinstance(schema, list):
        for part in schema:
            yield from undescribed(part, place)


def described(part: dict[str, object]) -> bool:
    """Return whether a property, or one of the kinds of value that it may have, has a description."""
    several = part.get("anyOf", [])
    assert isinstance(several, list)
    return "description" in part or "$ref" in part or any(described(one) for one in several)


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_every_field_of_a_type_says_what_it_means(kind: str) -> None:
    """Each class and each of its fields, nested ones too, has a description in its JSON schema."""
    schema = msgspec.json.schema(TYPES[kind])
    assert TYPES[kind].__doc__
    assert list(undescribed(schema, kind)) == []
    assert all("description" in part for part in schema["$defs"].values())
