"""`paceline demo` while a cluster runs: the sample company goes through its log."""

import time
from dataclasses import replace
from datetime import UTC, datetime

from api.cli.demostate import State, keep, kept
from api.cli.home import submitting
from api.cli.output import progress_bar, say
from api.sample.company import Sample, sample
from api.sample.facts import SampleOptions
from api.sample.live import Live
from api.settings import Settings
from api.wiring import reading
from services.days import to_time
from services.errors import PacelineError
from streams.embedded.writer import system_clock

CHUNK = 1_000
TICK_SECONDS = 2.0


class ClusterTaken(PacelineError):
    """A cluster that holds something else than the sample company that is asked for."""

    def __init__(self) -> None:
        super().__init__(
            "This cluster holds data already, and a sample company would mix with it. Start another one for it: "
            "PACELINE_HOME=/some/folder paceline cluster up"
        )


def demo_in_cluster(chosen: Settings, asked: State, speed: float) -> None:
    """Load the sample company into a cluster that is empty, then let its events flow until stopped.

    Raise `ClusterTaken` when the cluster is not empty and holds another company.
    """
    state = kept(chosen.home)
    if state is None and _holds_something(chosen):
        raise ClusterTaken
    if state and (state.seed, state.reps) != (asked.seed, asked.reps):
        raise ClusterTaken
    state = state or asked
    keep(chosen.home, state)
    made = sample(SampleOptions(now=to_time(state.now_us), seed=state.seed, reps=state.reps))
    if not state.loaded:
        _load(chosen, made)
        state = replace(state, loaded=True)
        keep(chosen.home, state)
    say(f"The sample company is there. Open [bold]{'[/bold] or [bold]'.join(chosen.nodes)}[/bold]")
    say("[dim]Ctrl-C stops its events.[/dim]")
    _flow(chosen, made, state, speed)


def _holds_something(chosen: Settings) -> bool:
    asked = reading(chosen)
    try:
        return asked.connection().execute("SELECT 1 FROM events LIMIT 1").fetchone() is not None
    finally:
        asked.close()


def _load(chosen: Settings, made: Sample) -> None:
    say("Making the sample company: a year of deals, calls, invoices and tickets.")
    with submitting(chosen) as submit, progress_bar("Loading") as progress:
        for start in range(0, len(made.history), CHUNK):
            submit(made.history[start : start + CHUNK])
            progress(min(start + CHUNK, len(made.history)), len(made.history))


def _flow(chosen: Settings, made: Sample, state: State, speed: float) -> None:
    """Tell the future, a few facts every tick, until it is used up."""
    live = Live(made.future, told=state.told)
    with submitting(chosen) as submit:
        while live.told < len(made.future):
            time.sleep(TICK_SECONDS / speed)
            submit(live.next(datetime.now(UTC)))
            keep(chosen.home, replace(state, told=live.told))


def asked_now(seed: int, reps: int) -> State:
    """Return the state of a demo that begins now."""
    return State(seed=seed, reps=reps, now_us=system_clock())
