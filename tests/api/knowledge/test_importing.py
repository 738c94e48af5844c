"""What an import would do with documents that the store has already."""

from dataclasses import replace
from datetime import UTC, date, datetime

from api.knowledge.drafts import DocumentRefused, Draft
from api.knowledge.importing import Options, Plan, plan
from api.knowledge.people import People
from services.documents.versions import Version, versions_of
from streams.answers.names import Names
from tests.builders import Wire, accepted, event

OPTIONS = Options(folder="handbook", secret=b"s", now=datetime(2017, 6, 1, 12, tzinfo=UTC), readers=("everyone",))
DRAFT = Draft(name="a.md", title="A", text="Text")


def planned(draft: Draft, *known: Wire, options: Options = OPTIONS) -> Plan:
    """Return the plan for one document whose events are known."""
    versions = versions_of(accepted(wire) for wire in known)
    return plan([draft], options, People(Names({}), None, b"s"), lambda _: versions)


def wire_of(made: Plan) -> Wire:
    """Return the one event of a plan."""
    (one,) = made.documents
    assert one.wire is not None
    return one.wire


def here(text: str, when: str = "2017-07-01T00:00:00Z") -> Wire:
    """Return that somebody edited the document here, later."""
    return event("document.written", f"document/{OPTIONS.id_of('a.md')}", when, text=text)


def codes(made: Plan) -> list[str]:
    """Return why documents are refused."""
    return [refusal.code for refusal in made.refused]


def test_ids_follow_from_folder_and_file() -> None:
    """The same file of the same folder is the same document wherever it lies; another file or folder is another."""
    name = planned(DRAFT).documents[0].id
    assert planned(replace(DRAFT, title="B")).documents[0].id == name
    assert planned(replace(DRAFT, name="b.md")).documents[0].id != name
    assert planned(DRAFT, options=replace(OPTIONS, folder="other")).documents[0].id != name


def test_the_same_is_nothing_and_other_content_a_version() -> None:
    """What the store has from the file stays; back and forth again are versions of their own, each with its id."""
    first = wire_of(planned(DRAFT))
    assert planned(DRAFT, first).documents[0].became == "same"
    other = replace(DRAFT, text="Other")
    second = wire_of(planned(other, first)) | {"time": "2017-06-02T00:00:00Z"}
    third = wire_of(planned(DRAFT, first, second)) | {"time": "2017-06-03T00:00:00Z"}
    assert len({str(wire["id"]) for wire in (first, second, third)}) == 3
    assert planned(DRAFT, first, second, third).documents[0].became == "same"


def test_what_was_edited_here_is_not_written_over() -> None:
    """A file that stayed as it was changes nothing; one that changed as well is refused until it is to be taken."""
    first = wire_of(planned(DRAFT))
    assert planned(DRAFT, first, here("Edited.")).documents[0].became == "same"
    changed = replace(DRAFT, text="Changed in the file.")
    assert codes(planned(changed, first, here("Edited."))) == ["doc_conflict"]
    taken = planned(changed, first, here("Edited."), options=replace(OPTIONS, overwrite=True))
    assert taken.documents[0].became == "changed"


def test_only_a_first_version_is_from_the_day_it_says() -> None:
    """History has its own day; what changes later changed when it was imported, or it would be older than it is."""
    old = replace(DRAFT, day=date(2016, 1, 2))
    first = wire_of(planned(old))
    assert (first["time"], first["dateonly"]) == ("2016-01-02T00:00:00Z", True)
    second = wire_of(planned(replace(old, text="Other"), first))
    assert second["time"] == "2017-06-01T12:00:00Z" and "dateonly" not in second
    assert wire_of(planned(replace(DRAFT, day=date(2030, 1, 1))))["time"] == "2017-06-01T12:00:00Z"


def test_what_the_door_would_refuse_is_refused_before() -> None:
    """Fields that no event may have are named before anything is written."""
    for fields, said in (
        ({"readers": ["nobody"]}, "readers"),
        ({"kind": "poem"}, "kind"),
        ({"tags": ["x" * 300]}, "tags"),
        ({"author": "Nobody"}, "author"),
    ):
        made = planned(replace(DRAFT, fields=fields))
        assert codes(made) == ["doc_field"] and said in made.refused[0].reason, made.refused


def test_versions_keep_what_they_do_not_say() -> None:
    """A version without a title has the one before; tokens name versions whatever comes between them later."""
    first, last = here("One", "2017-07-01T00:00:00Z"), here("Three", "2017-07-03T00:00:00Z")
    named = first | {"data": {"text": "One", "title": "T", "author": "ann"}}
    found = versions_of(accepted(wire) for wire in (last, named))
    assert [(one.number, one.title, one.author, one.text) for one in found] == [
        (1, "T", "ann", "One"),
        (2, "T", "ann", "Three"),
    ]
    late = versions_of(accepted(wire) for wire in (last, named, here("Two", "2017-07-02T00:00:00Z")))
    assert [one.token for one in late if one.text != "Two"] == [one.token for one in found]


def test_all_that_is_read_is_counted() -> None:
    """Documents read are those new, changed, the same and refused."""
    made = plan(
        [DRAFT, replace(DRAFT, name="b.md"), DocumentRefused("c.md", "doc_empty", "x")],
        OPTIONS,
        People(Names({}), None, b"s"),
        lambda name: list[Version](),
    )
    assert (made.counts["new"], len(made.refused)) == (2, 1)
