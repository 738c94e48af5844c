"""Whatever is asked, both homes answer the same."""

from collections.abc import Callable, Iterator
from functools import partial

from services.errors import PacelineError
from services.metrics.registry import registry
from services.scope import ADMIN, Scope
from services.view import LATEST, View
from streams.answers.names import names_of
from streams.answers.quarters import quarters_of
from streams.answers.questions import Ask, Questions, period_of
from streams.answers.scorecard import held_deals, won_so_far
from streams.answers.story import story
from streams.answers.teams import teams_of
from streams.answers.trend import won_by_week
from streams.answers.why import why
from tests.builders import as_of, happened_by
from tests.homes import HOMES, HomeKind, some_stores
from tests.streams.mixture import COMPANY, MOVED, REPS, Mixture

EVENTS = 400
VIEWS: tuple[View, ...] = (LATEST, as_of("2018-01-01T12:00:00Z"), happened_by("2017-02-03T04:05:06Z"))
LEAD = Scope(person="r1", role="lead", teams=frozenset({"north"}))


def said(home: HomeKind) -> list[object]:
    """Return everything that a store of one kind answers about the same story, applied at the same moments."""
    with some_stores(home) as stores:
        store = stores()
        told = Mixture(3, EVENTS).take(EVENTS)
        store.send(COMPANY, told[: EVENTS // 2], batch=50)
        store.send(told[EVENTS // 2 :], MOVED, at="2018-01-02T00:00:00Z", batch=77)
        questions = store.questions()
        found = [*boards(questions), *lines(questions), *stories(questions), *cuts(questions)]
        questions.close()
    return found


def boards(questions: Questions) -> Iterator[object]:
    """Yield every board of every view, whole and as a lead sees it, and some of another zone."""
    for metric in registry().values():
        for view in VIEWS:
            yield questions.board(Ask(metric=metric.id, period="2017", view=view), ADMIN)
            yield questions.board(Ask(metric=metric.id, period="2017-02-03..2017-05-06", by="team", view=view), LEAD)
        if not metric.states:
            yield questions.board(Ask(metric=metric.id, period="2016-Q2", zone="America/New_York"), ADMIN)


def lines(questions: Questions) -> Iterator[object]:
    """Yield what is behind the numbers of some people, in pages."""
    for metric in registry():
        for view, rep in zip(VIEWS, (REPS[0], "王 r1 Ü", ""), strict=True):
            ask = Ask(metric=metric, period="2016-03..2017-09", view=view)
            yield answered(partial(why, questions, ask, rep, ADMIN, limit=10, offset=3))


def stories(questions: Questions) -> Iterator[object]:
    """Yield the story of every deal."""
    for number in range(EVENTS // 12):
        for view in VIEWS:
            yield answered(partial(story, questions, f"d{number}", ADMIN, view, b"a secret"))


def cuts(questions: Questions) -> Iterator[object]:
    """Yield what pages read beside boards."""
    for view in VIEWS:
        with questions.cut(view, states=True) as cut:
            names = names_of(cut.connection)
            yield names
            yield quarters_of(cut)
            yield won_by_week(cut)
            yield teams_of(cut, names)
            for rep in REPS:
                yield won_so_far(cut, rep, period_of(cut, "2017"))
                yield held_deals(cut, rep, ADMIN, names)


def answered(ask: Callable[[], object]) -> object:
    """Return an answer, or why there is none."""
    try:
        return ask()
    except PacelineError as error:
        return str(error)


def test_both_homes_answer_alike() -> None:
    """Boards of every metric, view and zone, the lines behind them, stories, weeks, quarters and scorecards."""
    one, other = (said(home) for home in HOMES)
    assert len(one) == len(other) > 500
    for ours, theirs in zip(one, other, strict=True):
        assert ours == theirs
