"""What was known of a deal before it left each of its stages."""

from zoneinfo import ZoneInfo

from services.boards.story import Known
from services.deals.stays import Stay, has_history, stays
from tests.builders import accepted, deal, event, lost, stage, won
from tests.stores import Wire

ZONE = ZoneInfo("Asia/Shanghai")
IMPORTED: Wire = {"imported": True}
PIPELINE = {"pipeline": "main"}


def told(*wires: Wire, imported: bool = False) -> list[Known]:
    """Return events in the order of their arrival, applied one second after another."""
    return [
        Known(event=accepted(wire | (IMPORTED if imported else {})), position=place, applied_us=place * 1_000_000)
        for place, wire in enumerate(wires, 1)
    ]


def found(events: list[Known], **options: frozenset[str]) -> dict[str, Stay]:
    """Return stays by their keys."""
    return {stay.key: stay for stay in stays(events, ZONE, **options)}


def note(when: str, text: str) -> Wire:
    """Return a note on the deal."""
    return event("deal.noted", "deal/1", when, text=text)


def test_each_stage_knows_what_was_written_before_it_was_left() -> None:
    """A note belongs to the stage that it was written in and to those after it."""
    events = told(
        deal("1", "2017-03-01", stage="call", title="Mill", **PIPELINE),
        note("2017-03-02", "They like it."),
        stage("1", "2017-03-05", "offer"),
        note("2017-03-06", "Too expensive."),
        lost("1", "2017-03-09", reason="price", competitor="Acme"),
        note("2017-03-10", "They chose Acme."),
    )
    first, last = found(events)["main/call"], found(events)["main/offer"]
    assert (first.title, first.notes) == ("Mill", ("They like it.",))
    assert (last.notes, last.reasons, last.competitors) == (("They like it.", "Too expensive."), (), ())
    assert last.state.status == "open" and last.left is not None and last.left.event.type == "deal.lost"


def test_a_note_of_the_day_of_leaving_is_not_known() -> None:
    """Nobody knows whether a note with a date alone came before the move of that day; the move itself counts."""
    events = told(
        deal("1", "2017-03-01", stage="call", **PIPELINE),
        stage("1", "2017-03-05", "offer"),
        note("2017-03-05", "After the call."),
        note("2017-03-05T22:00:00+08:00", "In the evening."),
        won("1", "2017-03-05"),
        imported=True,
    )
    assert found(events)["main/call"].notes == ()
    assert found(events)["main/offer"].notes == ()
    assert found(events)["main/offer"].state.stage == "offer"


def test_what_arrived_later_is_not_known_unless_it_was_imported() -> None:
    """A live note about an earlier day that was applied after the win says nothing; a history is told afterwards."""
    wires = [
        deal("1", "2017-03-01", stage="call", **PIPELINE),
        won("1", "2017-03-05"),
        note("2017-03-02", "We always knew."),
    ]
    assert found(told(*wires))["main/call"].notes == ()
    assert found(told(*wires, imported=True))["main/call"].notes == ("We always knew.",)


def test_reasons_of_an_earlier_end_are_known() -> None:
    """A deal that was opened again knows why it had been lost; a stage counts from its last visit."""
    events = told(
        deal("1", "2017-03-01", stage="call", **PIPELINE),
        lost("1", "2017-03-05", reason="price", competitor="Acme"),
        event("deal.reopened", "deal/1", "2017-03-10"),
        note("2017-03-11", "A new budget."),
        stage("1", "2017-03-15", "offer"),
        stage("1", "2017-03-16", "call"),
        stage("1", "2017-03-18", "offer"),
        won("1", "2017-03-20"),
    )
    assert set(found(events)) == {"main/call", "main/offer"}
    call = found(events)["main/call"]
    assert (call.reasons, call.competitors, call.notes) == (("price",), ("Acme",), ("A new budget.",))
    assert call.left is not None and call.left.event.time_us == accepted(stage("1", "2017-03-18", "x")).time_us


def test_nobody_stays_in_a_stage_that_means_the_end() -> None:
    """The stage before it was left for it, and not by the win that follows."""
    events = told(
        deal("1", "2017-03-01", stage="call", **PIPELINE),
        stage("1", "2017-03-05", "done"),
        note("2017-03-06", "Signed."),
        won("1", "2017-03-09"),
    )
    only = found(events, closing=frozenset({"main/done"}))
    assert set(only) == {"main/call"} and only["main/call"].notes == ()


def test_a_deal_without_stages_has_one_stay() -> None:
    """It is what was known before it was decided."""
    events = told(deal("1", "2017-03-01", title="Mill"), note("2017-03-02", "Soon."), won("1", "2017-03-09"))
    assert {key: stay.notes for key, stay in found(events).items()} == {"": ("Soon.",)}


def test_an_open_deal_is_known_as_it_is() -> None:
    """The stage in which it is has not been left."""
    events = told(deal("1", "2017-03-01", stage="call", **PIPELINE), note("2017-03-02", "Soon."))
    assert found(events)["main/call"].left is None and found(events)["main/call"].notes == ("Soon.",)


def test_one_row_is_no_history() -> None:
    """A row of an export tells a beginning and an end; a move, a note or a live event tell more."""
    row = [deal("1", "2017-03-01", stage="call"), won("1", "2017-03-09")]
    assert not has_history(told(*row, imported=True))
    assert has_history(told(*row))
    assert has_history(told(*row, stage("1", "2017-03-05", "offer"), imported=True))
