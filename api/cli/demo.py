"""`paceline demo`: a sample company whose events flow live."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli.democluster import asked_now, demo_in_cluster
from api.cli.demostate import STATE, State, keep, kept
from api.cli.home import writing
from api.cli.output import progress_bar, say
from api.cli.serve import Port, listen, run
from api.sample.company import Sample, sample
from api.sample.facts import Fact, SampleOptions
from api.sample.live import Live
from api.settings import Settings, settings
from api.wiring import House
from services.days import to_time
from services.errors import Rejected
from services.events.decode import read
from streams.embedded.home import STORE
from streams.embedded.lock import address
from streams.embedded.writer import system_clock
from streams.ledger.jobs import Job
from streams.ledger.ledger import Ledger
from streams.projection.submission import Submission

app = typer.Typer()
HELP = """Start with a sample company whose events flow live.

Its data lies in a folder of its own (demo, inside the data folder) and never mixes with yours. While a cluster runs in
the data folder, the company goes into that, if it is empty.

Examples:

  paceline demo

  paceline demo --reps 100 --speed 5 --port 9000
"""
CHUNK = 1_000
TICK_SECONDS = 2.0
DemoSeed = Annotated[int, typer.Option("--seed", help="Another company.")]
DemoSpeed = Annotated[
    float, typer.Option("--speed", min=0.1, max=100, help="How fast events flow; 1 is about one a second.")
]
DemoReps = Annotated[int, typer.Option("--reps", min=4, max=1000, help="How many reps.")]


@app.command(help=HELP)
def demo(seed: DemoSeed = 7, speed: DemoSpeed = 1.0, reps: DemoReps = 24, port: Port = None) -> None:
    """Start with a sample company whose events flow live."""
    base = settings()
    if base.scaled:
        demo_in_cluster(base, asked_now(seed, reps), speed)
        return
    chosen = replace(base, home=base.home / "demo", port=base.port if port is None else port)
    running = address(chosen.home)
    if running:
        say(f"The demo is running already: open [bold]{running}[/bold]")
        return
    listen(chosen).close()
    state = _state(chosen.home, seed, reps)
    made = sample(SampleOptions(now=to_time(state.now_us), seed=state.seed, reps=state.reps))
    if not state.loaded:
        _load(chosen, made)
        state = replace(state, loaded=True)
        keep(chosen.home, state)
    run(chosen, lambda house: _flow(house, made, state, speed))


def _state(home: Path, seed: int, reps: int) -> State:
    """Return how far a demo is; another seed or number of reps begins anew."""
    if (home / STATE).exists():
        state = kept(home)
        if state and (state.seed, state.reps) == (seed, reps):
            return state
        for name in (STORE, f"{STORE}-wal", f"{STORE}-shm", STATE):
            (home / name).unlink(missing_ok=True)
    home.mkdir(parents=True, exist_ok=True)
    state = State(seed=seed, reps=reps, now_us=system_clock())
    keep(home, state)
    return state


def _load(chosen: Settings, made: Sample) -> None:
    """Put the history into the store; what a stopped run left is not put in twice."""
    say("Making the sample company: a year of deals, calls, invoices and tickets.")
    with writing(chosen) as home, progress_bar("Loading") as progress:
        for start in range(0, len(made.history), CHUNK):
            _apply(home, made.history[start : start + CHUNK])
            progress(min(start + CHUNK, len(made.history)), len(made.history))


def _apply(ledger: Ledger, facts: list[Fact]) -> None:
    now_us = system_clock()
    ledger.apply([Job(items=_read(facts, now_us))], now_us)
    ledger.tidy()


def _read(facts: list[Fact], now_us: int) -> list[Submission]:
    return [read(fact, now_us=now_us) for fact in facts]


async def _flow(house: House, made: Sample, state: State, speed: float) -> None:
    """Tell the future, a few facts every tick, until it is used up."""
    live = Live(made.future, told=state.told)
    while live.told < len(made.future):
        await asyncio.sleep(TICK_SECONDS / speed)
        facts = live.next(datetime.now(UTC))
        try:
            await house.engine.submit(Job(items=_read(facts, house.clock())))
        except Rejected as refusal:
            say(f"[yellow]The sample made an event that was refused: {refusal}[/yellow]")
        state = replace(state, told=live.told)
        await asyncio.to_thread(keep, house.settings.home, state)
