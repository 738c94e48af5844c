"""Events on their way to a running server."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import msgspec

from api.cli.home import over_http
from api.door import BatchAnswer, ItemAnswer
from api.settings import BATCH_MAX_BYTES


class Counting(HTTPServer):
    """A server that refuses what the real one refuses for its size, and notes how many events came in a batch."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.batches: list[int] = []


class Answering(BaseHTTPRequestHandler):
    """Answers a batch: everything in it was applied."""

    def do_POST(self) -> None:
        """Read and answer one batch."""
        length = int(self.headers["Content-Length"])
        items = json.loads(self.rfile.read(length))
        fits = length <= BATCH_MAX_BYTES
        if fits and isinstance(self.server, Counting):
            self.server.batches.append(len(items))
        answers = [ItemAnswer(index=place, id=item["id"], status=202) for place, item in enumerate(items)]
        body = msgspec.json.encode(BatchAnswer(accepted=len(items), duplicate=0, rejected=0, items=answers))
        self.send_response(200 if fits else 413)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def counting() -> Iterator[Counting]:
    """Give a server that runs in a thread of its own."""
    server = Counting()
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_chunk_of_long_texts_is_sent_in_parts() -> None:
    """A thousand events with long Chinese texts are more than one request may carry, and all arrive in order."""
    events = [{"id": str(number), "data": {"title": "长" * 4_000}} for number in range(1_000)]
    with counting() as server:
        answers = over_http(f"http://127.0.0.1:{server.server_port}", events)
    assert len(answers) == sum(server.batches) == 1_000
    assert len(server.batches) > 1


def test_more_events_than_a_batch_may_have_are_sent_in_parts() -> None:
    """No request carries more than a thousand events, and the answers stay in their order."""
    events = [{"id": str(number)} for number in range(2_500)]
    with counting() as server:
        answers = over_http(f"http://127.0.0.1:{server.server_port}", events)
    assert answers == ["applied"] * 2_500
    assert max(server.batches) <= 1_000
