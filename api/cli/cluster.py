"""`paceline cluster`: Kafka, Postgres, workers and nodes on this machine."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
import typer
from rich.markup import escape

from api.cli.output import AsJson, print_json, print_table, say
from api.cluster.parts import has_jars
from api.cluster.record import FOLDER, Part, Record, read_record
from api.settings import cache_folder, settings
from services.errors import PacelineError

UP = """Start Kafka, Postgres, workers and nodes on this machine, and watch over them.

Everything is kept in the folder cluster of the data folder; Ctrl-C, or `paceline cluster down`, stops all in order.
The first start fetches Kafka. It needs pip install 'paceline[cluster,scaled]'.

Examples:

  paceline cluster up

  paceline cluster up --detach --workers 3 --nodes 2
"""
STATUS = """Show the parts of the cluster: state, process, address, log. The exit code is 1 when none runs.

Examples:

  paceline cluster status

  paceline cluster status --json
"""
DOWN = """Stop the cluster: nodes, workers, Kafka, Postgres. What it has stored stays.

Examples:

  paceline cluster down
"""
_POLL_SECONDS = 0.1
_LOG = "cluster.log"

app = typer.Typer(
    name="cluster",
    no_args_is_help=True,
    help="Kafka, Postgres, workers and nodes on this machine: the scaled-out home, without a container.",
)
Detach = Annotated[bool, typer.Option("--detach", "-d", help="Give the terminal back once everything runs.")]
Workers = Annotated[int, typer.Option("--workers", min=1, max=32, help="How many workers.")]
Nodes = Annotated[int, typer.Option("--nodes", min=1, max=16, help="How many nodes, on ports one after the other.")]
Port = Annotated[int | None, typer.Option("--port", min=1, max=65_000, help="Port of the first node.")]
Program = Annotated[
    list[str] | None, typer.Option("--program", hidden=True, help="What runs the commands; a word each time.")
]


class UpFailed(PacelineError):
    """A detached cluster that did not come up."""

    def __init__(self, log: Path, said: str) -> None:
        super().__init__(f"{said.strip() or 'The cluster ended.'} Its log is {log}.")


@app.command(help=UP)
def up(
    detach: Detach = False, workers: Workers = 2, nodes: Nodes = 2, port: Port = None, program: Program = None
) -> None:
    """Start the cluster."""
    from api.cluster.plan import PACELINE, Plan

    chosen = settings()
    plan = Plan(
        home=chosen.home.resolve(),
        workers=workers,
        nodes=nodes,
        port=chosen.port if port is None else port,
        program=tuple(program or PACELINE),
    )
    if detach:
        words = ["--workers", str(workers), "--nodes", str(nodes), "--port", str(plan.port)]
        _detached(plan.home, [*PACELINE, "cluster", "up", *words, *(f"--program={word}" for word in program or ())])
        return
    from api.cluster.plan import real_cast
    from api.cluster.supervisor import Supervisor

    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    Supervisor(plan, real_cast(plan), shown(plan.home), lambda: stopped).run()


def _detached(home: Path, words: list[str]) -> None:
    """Start the supervisor as a process of its own and return once all parts run; raise `UpFailed`."""
    from api.cluster.supervisor import ClusterRunning

    before = read_record(home)
    if before and before.supervisor.alive:
        raise ClusterRunning(home)
    folder = home / FOLDER / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOG).open("ab") as log:
        begin = log.tell()
        child = subprocess.Popen(  # noqa: S603
            words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    show = shown(home)
    while child.poll() is None:
        record = read_record(home)
        if record and record.pid == child.pid:
            show(record)
            if record.state == "running":
                # It goes on without this process, which must not be asked to wait for it.
                child.returncode = 0
                return
        time.sleep(_POLL_SECONDS)
    said = (folder / _LOG).read_bytes()[begin:].decode(errors="replace").strip().splitlines()
    raise UpFailed(folder / _LOG, said[-1].removeprefix("Error: ") if said else "")


def shown(home: Path) -> Callable[[Record], None]:
    """Return what tells a person of every change of state, once."""
    known: dict[str, str] = {}
    told: list[str] = []

    def show(record: Record) -> None:
        for part in record.parts:
            line = f"{part.state} {part.restarts}"
            if known.get(part.name) != line and part.state != "waiting":
                _say_part(part)
            known[part.name] = line
        if record.state == "running" and not told:
            told.append(record.state)
            nodes = "  ".join(record.nodes)
            say(f"[bold green]The cluster is running.[/bold green] Open [bold]{nodes}[/bold]")
            say(f"[dim]Data in {escape(str(home / FOLDER))}; Ctrl-C or `paceline cluster down` stops it.[/dim]")

    return show


def _say_part(part: Part) -> None:
    colours = {"running": "green", "starting": "cyan", "restarting": "yellow", "gone": "red"}
    colour = colours.get(part.state, "dim")
    times = f" (started again {part.restarts} times)" if part.restarts > 1 else ""
    fetches = part.kind == "kafka" and part.state == "starting" and not has_jars(cache_folder())
    note = "  [dim]fetching it, this once (45 MB)[/dim]" if fetches else ""
    say(f"  [{colour}]{part.state:<10}[/{colour}] {part.name:<10} {escape(part.address)}{times}{note}")


@app.command(help=STATUS)
def status(as_json: AsJson = False) -> None:
    """Show the parts."""
    home = settings().home
    written = read_record(home)
    record = written.now() if written else None
    alive = record is not None and record.alive()
    if as_json:
        print_json(_body(record if alive else None))
    elif record is None:
        say(f"No cluster runs in {escape(str(home))}. Start one with `paceline cluster up`.")
    else:
        _say_state(record, alive=alive)
        heads = ["Part", "State", "Process", "Restarts", "Address", "Log"]
        print_table(f"Logs in {home / FOLDER}", heads, [_row(part, home) for part in record.parts], right=(2, 3))
    raise typer.Exit(0 if alive else 1)


def _row(part: Part, home: Path) -> list[str]:
    log = part.log.removeprefix(f"{home.resolve() / FOLDER}/")
    return [part.name, part.state, str(part.pid or ""), str(part.restarts), part.address, log]


def _say_state(record: Record, *, alive: bool) -> None:
    if not alive:
        say("[yellow]Nothing of this cluster runs any more;[/yellow] `paceline cluster up` starts it again.")
    elif not record.supervisor.alive:
        say("[yellow]Nobody watches over this cluster;[/yellow] `paceline cluster up` takes it over, `down` ends it.")


def _body(record: Record | None) -> object:
    """Return the status for programs, without the password of the store."""
    if record is None:
        return {"state": "down", "parts": []}
    return {
        "state": record.state if record.supervisor.alive else "unwatched",
        "kafka": record.kafka,
        "store": record.store and _without_password(record.store),
        "nodes": record.nodes,
        "supervisor": record.pid,
        "parts": msgspec.to_builtins(record.parts),
    }


def _without_password(store: str) -> str:
    address = urlsplit(store)
    return f"{address.scheme}://{address.username}@{address.hostname}:{address.port}{address.path}"


@app.command(help=DOWN)
def down() -> None:
    """Stop the cluster."""
    from api.cluster.ending import end_cluster

    home = settings().home.resolve()
    record = read_record(home)
    if record is None:
        say(f"No cluster runs in {escape(str(home))}.")
        return
    say("Stopping nodes, workers, Kafka and Postgres; what they have stored stays.")
    end_cluster(home, record)
    say("[bold green]The cluster is down.[/bold green]")
