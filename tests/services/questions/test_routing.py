"""Whom a question goes to, and why."""

import pytest

from services.questions.routing import Known, Route, route

ABLE = {"vic", "una", "mei", "lea"}
A = Known(id="a", author="mei", verifier="una")
B = Known(id="b", author="mei", verifier="vic")
C = Known(id="c", author="una", verifier="vic")
LEFT = Known(id="x", author="mei", verifier="gone")


@pytest.mark.parametrize(
    ("nearest", "plays", "leads", "expected"),
    [
        ([A, B, C], [], ["lea"], Route(expert="vic", because="verifies_nearest", documents=("b", "c"))),
        ([A, B], [], ["lea"], Route(expert="una", because="verifies_nearest", documents=("a",))),
        ([A, A, A, B, B, B, B], [], [], Route(expert="una", because="verifies_nearest", documents=("a", "a", "a"))),
        ([LEFT], [], [], Route(expert="mei", because="wrote_nearest", documents=("x",))),
        ([Known(id="a", author="gone")], [C], ["lea"], Route(expert="vic", because="owns_play", documents=("c",))),
        ([], [LEFT], [], Route(expert="mei", because="owns_play", documents=("x",))),
        ([], [], ["lea", "mei"], Route(expert="lea", because="leads_team")),
        ([], [], [], Route()),
        ([Known(id="a", author="asker", verifier="asker")], [], ["asker"], Route()),
    ],
)  # fmt: skip
def test_the_first_rule_that_names_somebody_decides(
    nearest: list[Known], plays: list[Known], leads: list[str], expected: Route
) -> None:
    """Verifiers of the nearest come before their authors, then plays, then leads; never the asker or who left."""
    assert route(nearest, plays, leads, ABLE) == expected


def test_a_lead_who_cannot_is_followed_by_the_next() -> None:
    """Where the lead of the team asks themselves, the lead of the team above is asked."""
    assert route([], [], ["asker", "mei"], ABLE).expert == "mei"
