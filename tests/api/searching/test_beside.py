"""The indexer beside a server: it works on while nothing else wants the interpreter, and rests where requests wait."""

from api.searching.beside import LATE_SECONDS, RESTS, _Step


def test_it_rests_in_proportion_where_the_event_loop_is_late() -> None:
    """A loop that hears of a step at once costs no rest; a late one has the interpreter for longer."""
    step = _Step(roots=64, began=10.0, ended=10.2)
    assert step.rest(10.2 + LATE_SECONDS / 2) == 0.0
    assert abs(step.rest(10.2 + LATE_SECONDS * 2) - RESTS * 0.2) < 1e-9
