"""A TCP proxy that makes trouble: it delays, cuts, resets, swallows or half-closes what goes through it."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal

Trouble = Literal["none", "late", "refuse", "reset", "black_hole", "half_close"]
LATE_SECONDS = 0.5
CHUNK_BYTES = 65_536


class Proxy:
    """Passes connections on to an address, as long as there is no trouble."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._trouble: Trouble = "none"
        self._calm = asyncio.Event()
        self._calm.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0
        self.passed = 0

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """End all connections and listen no more."""
        self.begin("reset")
        assert self._server
        self._server.close()
        await self._server.wait_closed()

    def begin(self, trouble: Trouble) -> None:
        """Make trouble from now on, for connections that there are and for those to come."""
        self._trouble = trouble
        match trouble:
            case "refuse":
                self._close_all(abruptly=False)
            case "reset":
                self._close_all(abruptly=True)
            case "black_hole":
                self._calm.clear()
            case "half_close":
                for writer in list(self._writers):
                    with suppress(OSError):
                        writer.write_eof()
            case "none" | "late":
                pass

    def end(self) -> None:
        """Pass everything again; connections out of which something was lost are reset."""
        lost = self._trouble in ("black_hole", "half_close")
        self._trouble = "none"
        if lost:
            self._close_all(abruptly=True)
        self._calm.set()

    def _close_all(self, *, abruptly: bool) -> None:
        for writer in list(self._writers):
            _close(writer, abruptly=abruptly)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        if self._trouble in ("refuse", "reset", "half_close"):
            _close(writer, abruptly=self._trouble == "reset")
        try:
            there_reader, there = await asyncio.open_connection(*self._target)
        except OSError:
            _close(writer, abruptly=True)
            self._writers.discard(writer)
            return
        self._writers.add(there)
        await asyncio.gather(self._pump(reader, there), self._pump(there_reader, writer))
        for ended in (writer, there):
            ended.close()
            self._writers.discard(ended)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        # What was half-closed meanwhile cannot be written to any more.
        with suppress(OSError, RuntimeError):
            while chunk := await source.read(CHUNK_BYTES):
                if self._trouble == "late":
                    await asyncio.sleep(LATE_SECONDS)
                await self._calm.wait()
                self.passed += len(chunk)
                sink.write(chunk)
                await sink.drain()
            if self._trouble != "half_close":
                sink.close()


def _close(writer: asyncio.StreamWriter, *, abruptly: bool) -> None:
    if abruptly:
        raw = writer.get_extra_info("socket")
        with suppress(OSError):
            # Lingering for no time at all makes a reset of a close.
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    else:
        writer.close()


@asynccontextmanager
async def proxied(host: str, port: int) -> AsyncIterator[Proxy]:
    """Give a proxy in front of an address."""
    proxy = Proxy(host, port)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
