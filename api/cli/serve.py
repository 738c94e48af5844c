"""`paceline serve`: the server."""

import asyncio
import errno
import signal
import socket
import sys
from collections.abc import Callable, Coroutine
from contextlib import closing
from dataclasses import replace
from typing import Annotated

import typer
import uvicorn
from rich.markup import escape

from api.app import application
from api.cli.collecting import collect_rarely
from api.cli.home import FOLDING, bring_up_to_date, locked
from api.cli.output import progress_bar, say
from api.settings import LOOPBACK, Settings, settings
from api.wiring import House, open_house
from services.errors import PacelineError
from streams.embedded.home import STORE

app = typer.Typer()
HELP = """Start the server; it answers on this machine alone.

Examples:

  paceline serve

  paceline serve --port 9000

  PACELINE_HOME=/srv/paceline paceline serve
"""
# Threads that compute, such as that of the index, let a request have the interpreter sooner than after Python's 5 ms.
SWITCH_SECONDS = 0.001
SHUTDOWN_SECONDS = 3

Beside = Callable[[House], Coroutine[None, None, None]]
Port = Annotated[int | None, typer.Option("--port", min=0, max=65_535, help="Port on 127.0.0.1; 0 takes a free one.")]


class PortTaken(PacelineError):
    """A port that something else listens on."""

    def __init__(self, port: int) -> None:
        other = port + 1 if port < 65_535 else port - 1
        super().__init__(
            f"Port {port} is taken. Stop what uses it, or choose another: --port {other} or PACELINE_PORT={other}"
        )


class PortRefused(PacelineError):
    """A port that the system does not give."""

    def __init__(self, port: int) -> None:
        super().__init__(f"The system does not give port {port}. Choose one above 1023: --port 8642")


@app.command(help=HELP)
def serve(port: Port = None) -> None:
    """Start the server."""
    chosen = settings()
    run(replace(chosen, port=chosen.port if port is None else port))


def run(chosen: Settings, beside: Beside | None = None) -> None:
    """Serve until stopped, with something else running beside; raise `PortTaken` or `HomeBusy` when it cannot."""
    with closing(listen(chosen)) as listener:
        url = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        if not chosen.scaled:
            with locked(chosen.home):
                bring_up_to_date(chosen.home / STORE)
        with progress_bar(FOLDING) as progress:
            opened = open_house(replace(chosen, port=listener.getsockname()[1]), progress=progress)
            house = opened.__enter__()
        try:
            house.announce(url)
            collect_rarely()
            sys.setswitchinterval(SWITCH_SECONDS)
            folder = escape(str(chosen.home))
            say(f"[bold green]Paceline is running.[/bold green] Open [bold]{url}[/bold]   (data in {folder})")
            say("[dim]Ctrl-C stops it.[/dim]")
            _loop(chosen)(_serve(house, listener, beside))
        finally:
            opened.__exit__(None, None, None)


def listen(chosen: Settings) -> socket.socket:
    """Return a listening socket; raise `PortTaken` when another process has the port."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((chosen.host, chosen.port))
    except OSError as error:
        listener.close()
        raise (PortTaken if error.errno == errno.EADDRINUSE else PortRefused)(chosen.port) from None
    listener.listen(2048)
    return listener


class Server(uvicorn.Server):
    """A server that ends live streams first, since it waits for every connection."""

    def __init__(self, house: House) -> None:
        config = uvicorn.Config(
            application(house),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            h11_max_incomplete_event_size=65_536,
        )
        super().__init__(config)
        self._house = house

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        await self._house.live.stop()
        await super().shutdown(sockets)


def _loop(chosen: Settings) -> Callable[[Coroutine[None, None, None]], None]:
    """Return what runs the event loop: a node, which comes with more packages, has the faster one."""
    if not chosen.scaled:
        return asyncio.run
    import uvloop

    return uvloop.run


async def _serve(house: House, listener: socket.socket, beside: Beside | None) -> None:
    work = asyncio.create_task(beside(house)) if beside else None
    # The server raises the signal that stopped it once more when it is done; by then it means nothing.
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: None)
    await Server(house).serve(sockets=[listener])
    if work:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
