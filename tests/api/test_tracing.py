"""Traces: connected from the door to the board in both homes, without names, and nothing at all unless asked for."""

import asyncio
import logging
import re
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from api.frames import board_look, board_name
from api.live import Watched
from api.tracing import LINKS_MAX, Telemetry, tracing
from services.scope import ADMIN
from streams.answers.questions import Ask
from streams.tracing import UNTRACED, About
from tests.api.houses import Parts, Site, opened, send
from tests.api.nodes.nodes import parts, running, working
from tests.api.servers import COMMAND, environment
from tests.builders import deal

__all__ = ["parts"]
ASK = Ask(metric="deals_created", period="2017-03")
BOARD = Watched(board_name(ASK, "en"), ADMIN, board_look(ASK, ADMIN, "en"))
NEW = deal("kanari-7", "2017-03-01", owner="kanari-ann", title="Kanari")
STEPS = ["fold", "wait for the turn", "write"]
PATIENCE_SECONDS = 60


class Told:
    """A tracer, and what it was told."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.tracer = Telemetry(provider)

    @property
    def spans(self) -> list[ReadableSpan]:
        """Return all spans that have ended."""
        return list(self._exporter.get_finished_spans())

    def named(self, name: str) -> list[ReadableSpan]:
        """Return the spans whose names begin with something."""
        return [span for span in self.spans if span.name.startswith(name)]

    def following(self, name: str, earlier: ReadableSpan) -> list[ReadableSpan]:
        """Return the spans of a name that are linked to another."""
        wanted = earlier.context.span_id
        return [span for span in self.named(name) if wanted in {link.context.span_id for link in span.links}]

    def steps(self, batch: ReadableSpan) -> list[str]:
        """Return the names of what was done within a span, in order."""
        inner = [span for span in self.spans if span.parent and span.parent.span_id == batch.context.span_id]
        return [span.name for span in sorted(inner, key=lambda span: span.start_time or 0)]

    def said(self) -> str:
        """Return every name and every attribute in one text."""
        return " ".join(f"{span.name} {dict(span.attributes or {})} {span.status.description}" for span in self.spans)


async def seen(site: Site) -> None:
    """Send an event while somebody looks at a board, and return when it is on the board."""
    frames = await site.house.live.watch([BOARD], "")
    async with asyncio.timeout(PATIENCE_SECONDS), site.client() as client:
        assert (await send(client, NEW)).status_code == 202
        async for frame in frames:
            if b"kanari-ann" in frame:
                break
    await frames.aclose()


def the_one(spans: Iterable[ReadableSpan]) -> ReadableSpan:
    """Return the only span."""
    (found,) = spans
    return found


async def test_from_the_door_to_the_board_of_one_process(tmp_path: Path) -> None:
    """Embedded: the board follows on the batch of the writer, and that on the delivery; the steps are timed."""
    told = Told()
    with opened(tmp_path, tracer=told.tracer) as site:
        async with site.app.router.lifespan_context(site.app):
            await seen(site)
    sent = the_one(told.named("send"))
    batch = the_one(told.following("process", sent))
    the_one(told.following("board", batch))
    assert (sent.kind, batch.kind) == (SpanKind.PRODUCER, SpanKind.CONSUMER)
    assert told.steps(batch) == STEPS
    assert (sent.attributes or {})["messaging.system"] == (batch.attributes or {})["messaging.system"] == "paceline"
    assert "anari" not in told.said()


async def test_from_the_door_to_the_board_through_kafka(tmp_path: Path, parts: Parts) -> None:
    """Scaled out: the delivery at a node, the batch of a worker and the board of the node are linked, on real parts."""
    node, worker = Told(), Told()
    async with running(tmp_path, parts, node.tracer) as site, working(parts, worker.tracer):
        await seen(site)
    sent = the_one(node.named("send"))
    batch = the_one(worker.following("process", sent))
    the_one(node.following("board", batch))
    topic = f"{parts.topics}.deals"
    assert (sent.name, batch.name) == (f"send {topic}", f"process {topic}")
    assert (sent.kind, batch.kind) == (SpanKind.PRODUCER, SpanKind.CONSUMER)
    assert worker.steps(batch) == STEPS
    assert dict(batch.attributes or {}) == {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": topic,
        "messaging.batch.message_count": 1,
        "paceline.events": 1,
    }
    assert "anari" not in node.said() + worker.said()


def test_what_goes_wrong_is_told_without_its_words() -> None:
    """A delivery that fails is marked with the kind of error alone: its words may hold what an event is about."""
    told = Told()
    with pytest.raises(ValueError), told.tracer.span("send", kind="producer"):
        raise ValueError("kanari-7")
    span = the_one(told.spans)
    assert (span.attributes or {})["error.type"] == "ValueError"
    assert span.status.status_code is StatusCode.ERROR
    assert not span.events and "kanari" not in told.said()


def test_what_is_no_traceparent_is_left_out() -> None:
    """Others may write anything into the headers of the log; links are only to spans, each once, not without end."""
    told = Told()
    good = [f"00-{number:032x}-{number:016x}-01" for number in range(1, LINKS_MAX + 10)]
    wrong = ["", "kanari", "00-" + "0" * 32 + "-" + "0" * 16 + "-00", good[0].upper() + "\n", "x" * 100_000]
    with told.tracer.span("process", about=lambda: About([*wrong, good[0], *good])) as trace:
        assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]", trace)
        assert told.tracer.here() == trace
    assert [link.context.span_id for link in the_one(told.spans).links][:2] == [1, 2]
    assert len(the_one(told.spans).links) <= LINKS_MAX
    assert told.tracer.here() == ""


@contextmanager
def collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """Give the address of a collector, and what was posted to it."""
    posted: list[tuple[str, bytes]] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", posted
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_collector_gets_what_was_timed() -> None:
    """What is timed is posted to a real collector before the tracer ends, under the name of the service."""
    with (
        collector() as (address, posted),
        tracing(address, "paceline-node") as tracer,
        tracer.span("send", kind="producer"),
    ):
        assert posted == []
    ((path, body),) = posted
    assert path == "/v1/traces"
    assert b"paceline-node" in body and b"send" in body


def test_without_the_package_nobody_is_told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A collector is named, the packages are missing: the process works, and says how to install them."""
    for name in [name for name in sys.modules if name.startswith("opentelemetry.exporter")]:
        monkeypatch.setitem(sys.modules, name, None)
    with caplog.at_level(logging.WARNING), tracing("http://127.0.0.1:9", "paceline") as tracer:
        assert tracer is UNTRACED
    assert "paceline[tracing]" in caplog.text
    with tracing(None, "paceline") as tracer, tracer.span("send") as trace:
        assert (tracer, trace, tracer.here()) == (UNTRACED, "", "")


@pytest.mark.parametrize("asked", [False, True])
def test_a_server_loads_nothing_for_nobody(tmp_path: Path, asked: bool) -> None:
    """`paceline serve` loads OpenTelemetry's kit and exporter only when a collector is named, whoever else asks.

    FastAPI itself loads the interface package, which does nothing alone, and would load the kit when it is told to.
    """
    more = {"PYTHONPROFILEIMPORTTIME": "1", "FASTAPI_OTEL_AUTO_CONFIGURE": "true"}
    more |= {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"} if asked else {}
    given = {name: value for name, value in environment(tmp_path).items() if not name.startswith("OTEL_")} | more
    words = [COMMAND, "serve", "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=given) as server:
        assert server.stderr is not None
        said = ""
        for line in server.stderr:
            said += line
            if found := re.search(r"http://127\.0\.0\.1:\d+(?=   )", line):
                assert httpx.get(f"{found[0]}/livez", timeout=PATIENCE_SECONDS).text == "ok"
                server.terminate()
    assert server.returncode == 0, said[-2_000:]
    loaded = {line.rpartition("|")[2].strip() for line in said.splitlines() if line.startswith("import time:")}
    assert {"api.tracing", "streams.tracing"} <= loaded
    kit = {name for name in loaded if name.startswith(("opentelemetry.sdk", "opentelemetry.exporter"))}
    assert bool(kit) is asked
