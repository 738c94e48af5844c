"""A history of changes becomes the events that it tells of, in the order in which they happened."""

from datetime import UTC, datetime
from pathlib import Path

from services.identity import identify
from tests.api.imports.exports import Door, table, take, write

HEADER = "Opportunity ID|Field|Old Value|New Value|Changed At|Changed By"
LATER = datetime(2024, 7, 1, 9, 0, tzinfo=UTC)


def rep(name: str) -> str:
    """Return the id of a person of the export."""
    return identify(b"a secret of the tests", "rep", "crm", name)


def history(folder: Path, *rows: str, header: str = HEADER, name: str = "deal_history.csv") -> Path:
    """Write a history into the export folder of a test and return that folder."""
    write(folder / "crm" / name, table(header, *rows))
    return folder / "crm"


def story(door: Door) -> list[tuple[str, str]]:
    """Return the events of deals in their own order: type and day."""
    ranks = ["created", "updated", "owner_changed", "stage_changed", "won", "lost", "reopened"]
    deals = [event for event in door.events if str(event["type"]).startswith("deal.")]
    ordered = sorted(
        deals,
        key=lambda event: (
            str(event["time"]), ranks.index(str(event["type"])[5:]), int(str(event.get("sequence", 0))),
        ),
    )  # fmt: skip
    return [(str(event["type"])[5:], str(event["time"])[5:10]) for event in ordered]


def test_changes_out_of_order_with_repetitions_are_told_once_and_in_order(tmp_path: Path) -> None:
    """Stages, owners and amounts become events; repeated rows and changes to what already is say nothing."""
    door = Door()
    take(
        history(
            tmp_path,
            "7|Stage|Proposal|Closed Won|2024-03-01 10:00|x",
            "7|Stage||Prospecting|2024-01-05 10:00|x",
            "7|Owner||Kim|2024-01-05 10:00|x",
            "7|Amount||500|2024-01-05 10:00|x",
            "7|Stage|Prospecting|Proposal|2024-02-01 10:00|x",
            "7|Stage|Prospecting|Proposal|2024-02-01 10:00|x",
            "7|Stage|Proposal|Proposal|2024-02-03 10:00|x",
            "7|Owner|Kim|Ana|2024-02-10 10:00|x",
            "7|Amount|500|800|2024-02-11 10:00|x",
        ),
        door,
    )
    assert story(door) == [
        ("created", "01-05"),
        ("stage_changed", "02-01"),
        ("owner_changed", "02-10"),
        ("updated", "02-11"),
        ("won", "03-01"),
    ]
    created = door.told("deal.created")[0]
    assert (created["owner"], created["stage"], created["amount"]) == (rep("kim"), "prospecting", "500")
    assert door.told("deal.owner_changed") == [{"owner": rep("ana")}]
    assert door.told("deal.updated") == [{"amount": "800", "currency": "USD"}]


def test_reassigned_and_reopened_deals(tmp_path: Path) -> None:
    """A deal that leaves a closed stage was reopened; every owner in between is told."""
    door = Door()
    take(
        history(
            tmp_path,
            "7|阶段||初步接触|2024-01-05|x",
            "7|负责人||王芳|2024-01-05|x",
            "7|负责人|王芳|李娜|2024-01-06|x",
            "7|负责人|李娜|王芳|2024-01-09|x",
            "7|阶段|初步接触|赢单|2024-02-01|x",
            "7|阶段|赢单|商务谈判|2024-02-10|x",
            "7|阶段|商务谈判|输单|2024-03-10|x",
            header="商机编号|字段|旧值|新值|变更时间|操作人",
            name="变更历史.csv",
        ),
        door,
    )
    assert [kind for kind, _ in story(door)] == [
        "created",
        "owner_changed",
        "owner_changed",
        "won",
        "reopened",
        "lost",
    ]
    assert [door.told("deal.won"), door.told("deal.lost")] == [
        [{"closed_on": "2024-02-01"}],
        [{"closed_on": "2024-03-10"}],
    ]


def test_several_changes_of_one_day_stand_in_pipeline_order(tmp_path: Path) -> None:
    """Journal rule 2: without times the sequence is pipeline order, then row number."""
    door = Door()
    take(
        history(
            tmp_path,
            "7|Stage||Won|2024-01-05|x",
            "7|Stage||Negotiation|2024-01-05|x",
            "7|Stage||Proposal|2024-01-05|x",
            "7|Stage||Prospecting|2024-01-05|x",
        ),
        door,
    )
    assert door.told("deal.created")[0]["stage"] == "prospecting"
    assert [stage["stage"] for stage in door.told("deal.stage_changed")] == ["proposal", "negotiation"]
    sequences = [int(str(event["sequence"])) for event in (*door.of("deal.stage_changed"), *door.of("deal.won"))]
    assert sequences == sorted(sequences)
    assert len(set(sequences)) == 3


def test_a_stage_history_without_times_keeps_its_order(tmp_path: Path) -> None:
    """A log that has no times at all happened at the start of the import, in pipeline order."""
    door = Door()
    rows = ("7|Won", "7|Proposal", "7|Prospecting", "8|Prospecting", "8|Proposal")
    take(history(tmp_path, *rows, header="deal_id|stage", name="stage_history.csv"), door)
    assert [kind for kind, _ in story(door)].count("won") == 1
    assert {event["time"] for event in door.of("deal.stage_changed")} == {"2024-06-03T09:00:00Z"}
    assert [deal["stage"] for deal in door.told("deal.created")] == ["prospecting", "prospecting"]


def test_an_event_log_moves_cases_and_their_owners(tmp_path: Path) -> None:
    """Case, activity, time and resource: each activity is a stage, each resource the owner from then on."""
    door = Door()
    rows = (
        "c1|Check form|2024-01-01T08:05:00Z|Clerk 2",
        "c1|Take order|2024-01-01T08:00:00Z|Clerk 1",
        "c1|Ship|2024-01-03T08:00:00Z|Clerk 2",
        "c2|Take order|2024-01-02T08:00:00Z|Clerk 1",
        "c2|Check form|2024-01-02T09:00:00Z|Clerk 1",
    )
    preview, _ = take(
        history(tmp_path, *rows, header="case_id|activity|timestamp|resource", name="log.csv"),
        door,
        won=frozenset({"Ship"}),
    )
    assert preview.files[0].kind == "log"
    assert len(door.of("deal.created")) == 2
    assert [stage["stage"] for stage in door.told("deal.stage_changed")] == ["check_form", "check_form"]
    assert (len(door.of("deal.owner_changed")), len(door.of("deal.won"))) == (1, 1)


def test_a_history_joins_the_deals_as_they_stand(tmp_path: Path) -> None:
    """The table gives what the history is silent about; nothing is told twice."""
    door = Door()
    history(
        tmp_path,
        "7|Stage|Prospecting|Proposal|2024-02-01 10:00|x",
        "7|Stage|Proposal|Closed Won|2024-03-01 10:00|x",
        "7|Amount|500|800|2024-02-11 10:00|x",
    )
    write(
        tmp_path / "crm" / "deals.csv",
        table(
            "id|name|account|owner|stage|amount|created|close date",
            "7|Roof|Hansen|Kim|Closed Won|800|2024-01-05|2024-03-01",
        ),
    )
    take(tmp_path / "crm", door)
    assert story(door) == [
        ("created", "01-05"),
        ("stage_changed", "02-01"),
        ("updated", "02-11"),
        ("won", "03-01"),
    ]
    created = door.told("deal.created")[0]
    assert (created["stage"], created["amount"], created["owner"], created["title"]) == (
        "prospecting",
        "500",
        rep("kim"),
        "Roof",
    )


def test_a_longer_history_is_told_from_where_it_ended(tmp_path: Path) -> None:
    """A newer export with more rows sends only those; the old rows keep their ids."""
    rows = [
        "7|Stage||Prospecting|2024-01-05 10:00|x",
        "7|Owner||Kim|2024-01-05 10:00|x",
        "7|Stage||Proposal|2024-02-01 10:00|x",
    ]
    door = Door()
    take(history(tmp_path, *rows), door)
    sent = len(door.events)
    _, report = take(history(tmp_path, "7|Stage||Closed Won|2024-05-01 10:00|x", *rows), door, now=LATER)
    assert [event["type"] for event in door.events[sent:]] == ["pipeline.defined", "deal.won"]
    assert report.events == {"applied": 2}


def test_a_newer_row_beside_a_newer_history_is_not_told_twice(tmp_path: Path) -> None:
    """When table and history both move on, the history's event is the one."""
    table_header = "id|name|stage|amount|created|close date"
    rows = ["7|Stage||Prospecting|2024-01-05 10:00|x"]
    history(tmp_path, *rows)
    write(tmp_path / "crm" / "deals.csv", table(table_header, "7|Roof|Prospecting|5|2024-01-05|"))
    door = Door()
    take(tmp_path / "crm", door)
    sent = len(door.events)
    history(tmp_path, *rows, "7|Stage||Proposal|2024-06-05 10:00|x")
    write(tmp_path / "crm" / "deals.csv", table(table_header, "7|Roof|Proposal|5|2024-01-05|"))
    take(tmp_path / "crm", door, now=LATER)
    assert [event["type"] for event in door.events[sent:]] == ["pipeline.defined", "deal.stage_changed"]


def test_fields_that_are_not_imported_are_counted(tmp_path: Path) -> None:
    """Changes of unknown fields are named in the preview, not refused."""
    door = Door()
    preview, report = take(history(tmp_path, "7|Stage||Talk|2024-01-05|x", "7|Shoe size||44|2024-01-06|x"), door)
    assert report.refused == ()
    assert any("“Shoe size”" in note for note in preview.files[0].notes)


def test_whole_rows_by_modification_are_a_history_too(tmp_path: Path) -> None:
    """Versions of a deal in one table are told one after the other."""
    door = Door()
    rows = (
        "7|Roof|Closed Won|9|2024-01-01|2024-04-01|2024-04-01",
        "7|Roof|Talk|5|2024-01-01||2024-01-02",
        "7|Roof|Offer|9|2024-01-01||2024-02-03",
    )
    write(tmp_path / "crm" / "deals.csv", table("id|name|stage|amount|created|close date|modified", *rows))
    take(tmp_path / "crm", door)
    assert [kind for kind, _ in story(door)] == ["created", "updated", "stage_changed", "won"]


def test_versions_and_histories_are_not_told_again(tmp_path: Path) -> None:
    """Old versions of a row and old changes beside a row stay told, whatever the row says now."""
    door = Door()
    rows = ("7|Roof|Kim|Talk|5|2024-01-01|2024-01-02", "7|Roof|Ana|Offer|9|2024-01-01|2024-02-03")
    write(tmp_path / "crm" / "deals.csv", table("id|name|owner|stage|amount|created|modified", *rows))
    history(tmp_path, "7|Stage||Demo|2024-01-05 10:00|x", "7|Amount||6|2024-01-05 10:00|x")
    take(tmp_path / "crm", door)
    sent = len(door.events)
    take(tmp_path / "crm", door, now=LATER, won=frozenset({"a word that nobody uses"}))
    assert door.events[sent:] == []


def test_repeated_rows_of_a_history_are_counted(tmp_path: Path) -> None:
    """A row that stands there twice is a repetition in the report, and changes nothing."""
    door = Door()
    rows = ("1|2023-01-02|Stage|Talk", "1|2023-01-03|Stage|Won", "1|2023-01-02|Stage|Talk")
    write(tmp_path / "crm" / "changes.csv", table("deal_id|time|field|value", *rows))
    _, report = take(tmp_path / "crm", door)
    assert (report.read, report.imported, report.repeated) == (3, 2, 1)
