"""Journal rule 19: the same snapshot changes nothing, a newer one is its changes, a kill loses nothing."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.imports.importing import KEPT_CHUNKS, prepare, run
from services.importing.errors import NothingToImport
from tests.api.imports.exports import Door, options, table, take, write

HEADER = "id|name|owner|stage|amount|created|close date|modified"
LATER = datetime(2024, 7, 1, 9, 0, tzinfo=UTC)
LAST = datetime(2024, 8, 1, 9, 0, tzinfo=UTC)


def deals(folder: Path, *rows: str, header: str = HEADER) -> Path:
    """Write the one file of an export, in place of what stood there."""
    write(folder / "crm" / "deals.csv", table(header, *rows))
    return folder / "crm"


def kinds(door: Door, since: int) -> list[str]:
    """Return the types of the events that a door was given after some others."""
    return [str(event["type"]) for event in door.events[since:]]


class Killed(Exception):
    """The process ends here."""


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    """The second import of a snapshot sends no event at all."""
    folder = deals(tmp_path, "1|Roof|Kim|Won|5|2024-01-01|2024-02-01|", "2|Door|Ana|Talk|6|||")
    door = Door()
    take(folder, door)
    sent = len(door.events)
    preview, report = take(folder, door, now=LATER)
    assert preview.again
    assert (report.submitted, len(door.events)) == (0, sent)
    assert report.roots["unchanged"] == preview.export.count()


def test_a_lost_memory_makes_the_same_ids(tmp_path: Path) -> None:
    """Without its memory the same snapshot, read at the same moment, is all duplicates."""
    folder = deals(tmp_path, "1|Roof|Kim|Won|5|2024-01-01|2024-02-01|", "2|Door|Ana|Talk|6|||")
    door = Door()
    take(folder, door)
    (tmp_path / "home" / "imports" / "crm.sqlite").unlink()
    _, report = take(folder, door)
    assert report.events == {"duplicate": len(door.events)}


def test_rows_that_did_not_change_say_nothing(tmp_path: Path) -> None:
    """Only the changed deal of a newer snapshot is heard of."""
    first = ("1|Roof|Kim|Talk|5|2024-01-01||", "2|Door|Ana|Talk|6|2024-01-01||")
    door = Door()
    take(deals(tmp_path, *first), door)
    sent = len(door.events)
    _, report = take(deals(tmp_path, first[0], "2|Door|Ana|Talk|7|2024-01-01||"), door, now=LATER)
    assert kinds(door, sent) == ["deal.updated"]
    assert door.told("deal.updated") == [{"amount": "7", "currency": "USD"}]
    assert door.of("deal.updated")[0]["time"] == "2024-07-01T09:00:00Z"
    assert report.roots["changed"] == 1


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("1|Roof|Ana|Talk|5|2024-01-01||", ["deal.owner_changed"]),
        ("1|Roof|Kim|Proposal|5|2024-01-01||", ["deal.stage_changed"]),
        ("1|Roof 2|Kim|Talk|5|2024-01-01||", ["deal.updated"]),
        ("1|Roof|Kim|Won|5|2024-01-01|2024-06-20|", ["deal.won"]),
        ("1|Roof|Kim|Lost|5|2024-01-01|2024-06-20|", ["deal.lost"]),
        ("1|Roof|Kim|Won|9|2024-01-01|2024-06-20|", ["deal.updated", "deal.won"]),
    ],
)
def test_each_difference_is_the_event_that_made_it(tmp_path: Path, row: str, expected: list[str]) -> None:
    """A field, an owner, a stage or an end that differs is one event of its kind."""
    door = Door()
    take(deals(tmp_path, "1|Roof|Kim|Talk|5|2024-01-01||", "2|Door|Ana|Proposal|5|2024-01-01||"), door)
    sent = len(door.events)
    take(deals(tmp_path, row, "2|Door|Ana|Proposal|5|2024-01-01||"), door, now=LATER)
    found = [kind for kind in kinds(door, sent) if kind != "pipeline.defined"]
    assert found == expected


def test_an_end_has_its_own_date_and_a_change_that_of_its_row(tmp_path: Path) -> None:
    """The win is told on its close date; other changes when the row was modified."""
    door = Door()
    take(
        deals(tmp_path, "1|Roof|Kim|Talk|5|2024-01-01||2024-05-01", "2|Door|Ana|Talk|6|2024-01-01||2024-05-01"),
        door,
    )
    take(
        deals(
            tmp_path,
            "1|Roof|Kim|Won|5|2024-01-01|2024-06-20|2024-06-22",
            "2|Door|Ana|Talk|7|2024-01-01||2024-06-21",
        ),
        door,
        now=LATER,
    )
    assert door.of("deal.won")[0]["time"] == "2024-06-20T00:00:00Z"
    assert door.of("deal.updated")[-1]["time"] == "2024-06-21T00:00:00Z"


def test_a_deal_that_is_open_again_was_reopened(tmp_path: Path) -> None:
    """From won to open is deal.reopened with its stage; won again is a new win after it."""
    door = Door()
    take(deals(tmp_path, "1|Roof|Kim|Won|5|2024-01-01|2024-02-01|"), door)
    take(deals(tmp_path, "1|Roof|Kim|Negotiation|5|2024-01-01||"), door, now=LATER)
    take(deals(tmp_path, "1|Roof|Kim|Won|5|2024-01-01|2024-06-10|"), door, now=LAST)
    assert door.told("deal.reopened") == [{"stage": "negotiation"}]
    reopened, again = door.of("deal.reopened")[0], door.of("deal.won")[1]
    # The close date lies before the reopening was seen; told then, it would be undone by it.
    assert (reopened["time"], again["time"]) == ("2024-07-01T09:00:00Z", "2024-08-01T09:00:00Z")
    assert again["data"] == {"closed_on": "2024-06-10"}


def test_a_corrected_end_is_told_after_the_first(tmp_path: Path) -> None:
    """Another close date or closing value of a won deal corrects the win."""
    header = "id|stage|close_value|created|close date"
    door = Door()
    take(deals(tmp_path, "1|Won|50|2024-01-01|2024-02-20", header=header), door)
    take(deals(tmp_path, "1|Won|60|2024-01-01|2024-02-10", header=header), door, now=LATER)
    assert door.told("deal.won")[1] == {"closed_on": "2024-02-10", "amount": "60", "currency": "USD"}
    assert door.of("deal.won")[1]["time"] == "2024-07-01T09:00:00Z"


def test_an_emptied_field_is_cleared_and_a_missing_column_changes_nothing(tmp_path: Path) -> None:
    """Null clears; a column that the newer export lacks says nothing."""
    door = Door()
    take(deals(tmp_path, "1|web|Talk|5", header="id|source|stage|amount"), door)
    take(deals(tmp_path, "1|web|Talk|", header="id|source|stage|amount"), door, now=LATER)
    assert door.told("deal.updated") == [{"amount": None}]
    sent = len(door.events)
    take(deals(tmp_path, "1|Talk|", header="id|stage|amount"), door, now=LAST)
    assert kinds(door, sent) == []


def test_missing_deals_are_counted_and_not_deleted(tmp_path: Path) -> None:
    """Journal rule 12: a row that a newer snapshot lacks is no delete."""
    door = Door()
    take(deals(tmp_path, "1|Roof|Kim|Talk|5|||", "2|Door|Ana|Talk|6|||"), door)
    preview, report = take(deals(tmp_path, "1|Roof|Kim|Talk|5|||"), door, now=LATER)
    assert list(preview.missing) == ["2"]
    assert (report.missing, report.deleted, door.of("deal.deleted")) == (("2",), False, [])


def test_missing_deals_are_deleted_on_request_and_come_back(tmp_path: Path) -> None:
    """--missing=delete deletes them once; a deal that is there again is restored."""
    both = ("1|Roof|Kim|Talk|5|||", "2|Door|Ana|Talk|6|||")
    door = Door()
    take(deals(tmp_path, *both), door)
    take(deals(tmp_path, both[0]), door, now=LATER, missing_delete=True)
    take(deals(tmp_path, both[0]), door, now=LATER, missing_delete=True)
    assert len(door.of("deal.deleted")) == 1
    take(deals(tmp_path, *both), door, now=LAST)
    assert [event["subject"] for event in door.of("deal.restored")] == [door.of("deal.deleted")[0]["subject"]]


def test_a_refused_row_is_not_missing(tmp_path: Path) -> None:
    """A deal whose row is ragged or wrong is still there, and an export without rows is refused."""
    door = Door()
    take(deals(tmp_path, "1|Roof|Kim|Talk|5|||", "2|Door|Ana|Talk|6|||", "3|Wall|Ana|Talk|6|||"), door)
    preview, _ = take(
        deals(tmp_path, "1|Roof|Kim|Talk|5|||", "2|Door|Ana|Talk|-6|||", "3|Wall"),
        door,
        now=LATER,
        missing_delete=True,
    )
    assert (preview.missing, door.of("deal.deleted")) == ({}, [])
    write(tmp_path / "crm" / "deals.csv", "id,stage\n")
    with pytest.raises(NothingToImport, match="no rows below it"):
        prepare(options(tmp_path / "crm", missing_delete=True, columns={"id": "key"}), tmp_path / "home")


def test_a_snapshot_that_comes_back_is_new_again(tmp_path: Path) -> None:
    """Five, six, five, six: every change is told, none is taken for a repetition of an earlier one."""
    door = Door()
    for month, amount in enumerate(("5", "6", "5", "6", "5"), 1):
        folder = deals(tmp_path, f"1|Roof|Kim|Talk|{amount}|2024-01-01||")
        take(folder, door, now=datetime(2024, 7, month, tzinfo=UTC))
    assert [update["amount"] for update in door.told("deal.updated")] == ["6", "5", "6", "5"]


@pytest.mark.parametrize("dies_in", [1, 2, 5, 9])
@pytest.mark.parametrize("answered", [True, False])
def test_a_kill_at_any_chunk_loses_nothing(tmp_path: Path, dies_in: int, answered: bool) -> None:
    """The next run goes on under the same ids, and the facts are those of one whole run."""
    rows = [f"{n}|Deal {n}|Kim|Won|{n}|2024-01-01|2024-02-{1 + n % 28:02d}|" for n in range(1, 1_300)]
    rows.append("u|Undated|Kim|Talk|5|||")
    folder = deals(tmp_path, *rows)
    door, whole = Door(now=LATER), Door()
    take(folder, whole)
    calls = 0

    def dying(chunk: Sequence[Mapping[str, object]]) -> list[str]:
        nonlocal calls
        calls += 1
        outcomes = door.submit(chunk) if calls < dies_in or answered else []
        if calls == dies_in:
            raise Killed
        return outcomes

    home = tmp_path / "other"
    with pytest.raises(Killed):
        run(prepare(options(folder), home), dying, lambda done, total: None, chunk=200)
    preview = prepare(options(folder, now=LATER), home)
    assert preview.resumes
    report = run(preview, door.submit, lambda done, total: None, chunk=200)
    assert report.turned == []
    assert (report.roots["unchanged"] > 0) == (dies_in > KEPT_CHUNKS)
    assert sorted(door.by_id) == sorted(whole.by_id)
    assert door.by_id == whole.by_id
    assert max(door.chunks) <= 200


def test_a_rejected_deal_is_sent_again(tmp_path: Path) -> None:
    """What the door turned away is in the report, and the next run tries that deal once more."""
    folder = deals(tmp_path, "1|Roof|Kim|Talk|5|||", "2|Door|Ana|Talk|6|||")
    home = tmp_path / "home"
    door = Door()

    def picky(chunk: Sequence[Mapping[str, object]]) -> list[str]:
        turned = "rejected:amount_sign:/data/amount:must not: be negative"
        return [turned if event["type"] == "deal.created" else "applied" for event in chunk]

    report = run(prepare(options(folder), home), picky, lambda done, total: None)
    assert [(turned.key, turned.code, turned.pointer, turned.detail) for turned in report.turned] == [
        ("1", "amount_sign", "/data/amount", "must not: be negative"),
        ("2", "amount_sign", "/data/amount", "must not: be negative"),
    ]
    run(prepare(options(folder), home), door.submit, lambda done, total: None)
    assert kinds(door, 0) == ["deal.created", "deal.created"]


def test_progress_reaches_its_end(tmp_path: Path) -> None:
    """Progress counts roots up to the number that was announced."""
    seen: list[tuple[int, int]] = []
    folder = deals(tmp_path, "1|Roof|Kim|Talk|5|||", "2|Door|Ana|Talk|6|||")
    run(
        prepare(options(folder), tmp_path / "home"),
        Door().submit,
        lambda done, total: seen.append((done, total)),
    )
    assert seen[-1][0] == seen[-1][1] == 5


def test_a_preview_writes_nothing(tmp_path: Path) -> None:
    """Looking at an import leaves the home as it was."""
    prepare(options(deals(tmp_path, "1|Roof|Kim|Talk|5|||")), tmp_path / "home")
    assert not (tmp_path / "home").exists()


def test_stages_that_no_deal_is_in_any_more_stay(tmp_path: Path) -> None:
    """A pipeline does not lose a stage because a newer snapshot has no deal there."""
    door = Door()
    take(deals(tmp_path, "1|Roof|Kim|Prospecting|5|||", "2|Door|Kim|Proposal|5|||"), door)
    sent = len(door.events)
    take(deals(tmp_path, "1|Roof|Kim|Proposal|5|||", "2|Door|Kim|Proposal|5|||"), door, now=LATER)
    assert kinds(door, sent) == ["deal.stage_changed"]


def test_people_change_teams_between_snapshots(tmp_path: Path) -> None:
    """Another team is a change from the import on; another name is told too."""
    crm = tmp_path / "crm"
    deals(tmp_path, "1|Roof|7|Talk|5|||")
    write(crm / "users.csv", table("id|name|team|role", "7|Kim Lee|East|rep"))
    door = Door()
    take(crm, door)
    write(crm / "users.csv", table("id|name|team|role", "7|Kim Lee-Held|West|lead"))
    sent = len(door.events)
    take(crm, door, now=LATER)
    assert kinds(door, sent) == ["team.defined", "rep.joined", "rep.team_changed", "rep.role_changed"]
    assert door.told("rep.joined")[-1] == {"name": "Kim Lee-Held"}


def test_a_deal_that_was_never_there_is_not_deleted(tmp_path: Path) -> None:
    """A row that is marked as deleted from the start says nothing, today and the next time."""
    door = Door()
    folder = deals(tmp_path, "1|Talk|5|true", "2|Talk|6|false", header="id|stage|amount|is_deleted")
    take(folder, door)
    take(folder, door, now=LATER)
    assert door.of("deal.deleted") == []
    take(deals(tmp_path, "1|Talk|5|true", "2|Talk|6|true", header="id|stage|amount|is_deleted"), door, now=LAST)
    assert len(door.of("deal.deleted")) == 1
