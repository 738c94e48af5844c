"""A stand-in for the commands of Paceline: remembers that it was called, answers or waits, and ends on a signal."""

import http.server
import json
import os
import signal
import sys
from pathlib import Path


class Alive(http.server.BaseHTTPRequestHandler):
    """Says that it lives."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def main() -> None:
    """Do as the command would whose words were given."""
    told = {name: os.environ.get(f"PACELINE_{name}", "") for name in ("HOME", "STORE", "KAFKA")}
    with (Path(told["HOME"]) / "calls").open("a") as calls:
        calls.write(json.dumps({"words": sys.argv[1:], "pid": os.getpid(), **told}) + "\n")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    match sys.argv[1:]:
        case ["serve", "--port", port]:
            http.server.HTTPServer(("127.0.0.1", int(port)), Alive).serve_forever()
        case ["work"] if not (Path(told["HOME"]) / "broken").exists():
            while True:
                signal.pause()
        case ["work"]:
            sys.exit("This worker is broken")
        case ["--unknown"]:
            sys.exit("no such command")


if __name__ == "__main__":
    main()
