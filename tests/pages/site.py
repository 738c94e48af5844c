"""A site: the real application on a free port, in a thread, over a store of its own, with a clock that stands still."""

import asyncio
import socket
import threading
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import httpx

from api.cli.serve import Server, listen
from api.settings import Settings
from api.wiring import House, open_house
from tests.builders import configured, deal, event, joined, order, pipeline, quota, team
from tests.stores import Wire, Wires, _flat, us

NOW = "2017-03-15T04:00:00Z"
BATCH = "application/cloudevents-batch+json"


def company() -> list[Wires]:
    """Return a company of two teams and seven people with names in both languages, two of them tied."""
    north = [joined(rep, name=name, team="north") for rep, name in (("ann", "Ann Lee"), ("bob", "Bob Stone"))]
    south = [joined(rep, name=name, team="south") for rep, name in (("mei", "梅琳"), ("tom", "Tom <b>Ash</b>"))]
    tied = [joined(rep, name=name, team="south") for rep, name in (("una", "Una Ray"), ("vic", "Vic Hall"))]
    won = [
        order("a1", "2017-01-20", owner="ann", amount="48000.00", title="Harbor – renewal"),
        order("a2", "2017-03-14", owner="ann", amount="12500.50", title="银河 – 新工厂"),
        order("b1", "2017-02-10", owner="bob", amount="30000.00"),
        order("m1", "2017-02-20", owner="mei", amount="55000.00"),
        order("t1", "2017-03-02", owner="tom", amount="8000.00"),
        order("u1", "2017-03-03", owner="una", amount="5000.00"),
        order("v1", "2017-03-04", owner="vic", amount="5000.00"),
        order("x1", "2016-11-02", owner="ann", amount="20000.00"),
    ]
    open_deals = [deal("o1", "2017-02-01", owner="ann", amount="9000.00", currency="USD", title="Kestrel – pilot")]
    lost = [
        deal("l1", "2017-02-02", owner="ann", amount="7.00", currency="USD"),
        event("deal.lost", "deal/l1", "2017-03-01"),
    ]
    calls = [event("activity.logged", f"activity/c{day}", f"2017-03-1{day}", kind="call", by="ann") for day in (3, 4)]
    return [
        configured(currency="USD", zone="Asia/Shanghai"),
        pipeline("main", "qualified", "proposal"),
        [team("north"), team("south"), *north, *south, *tied, joined("new", name="New Starter", team="north")],
        [quota("q1", "60000", "2017-Q1", rep="ann"), quota("q2", "90000", "2017-Q1", rep="mei")],
        won,
        open_deals,
        lost,
        calls,
    ]


PLAY = """# When they say it costs too much

## Script

1. “Compared with **what**?”
2. Be silent.

> Write down what they say.

| Signal | Meaning |
|---|---|
| a name | a rival |

    discount = 0

[More](https://example.com/price) <script>alert(1)</script>
"""


def knowledge() -> list[Wires]:
    """Return a play with two versions and a record, and a contradicted review in Chinese."""

    def told(kind: str, name: str, when: str, /, **fields: object) -> Wire:
        return event(f"document.{kind}", f"document/{name}", when, **fields)

    title = "When they say it costs too much"
    first = {"title": title, "text": PLAY, "author": "ann", "verifier": "mei", "tags": ["price"]}
    review = {"kind": "loss_review", "title": "银河项目为什么输了", "text": "客户选择了竞争对手。", "language": "zh"}
    return [
        told("written", "price", "2017-01-03", kind="play", readers=["everyone"], playbook="book", **first),
        told("written", "price", "2017-01-04", author="bob", text=PLAY.replace("silent.", "silent, and count to ten.")),
        told("verified", "price", "2017-01-05", by="mei"),
        [told("used", "price", "2017-01-06", deal=deal, by="bob") for deal in ("a1", "l1", "o1")],
        told("found_helpful", "price", "2017-01-07", helpful=True, by="tom"),
        told("written", "book", "2017-01-02", kind="playbook", title="Price", text="How we talk.", author="ann"),
        told("written", "yinhe", "2017-02-01", author="mei", readers=["team:south"], deal="l1", **review),
        told("contradicted", "yinhe", "2017-02-02", by="bob", text="No."),
    ]


class Site:
    """Starts and stops the application; `send` goes through its door, as events of anybody do."""

    def __init__(self, folder: Path, *, now: str = NOW, models: Path | None = None) -> None:
        self._settings = Settings(home=folder, port=0, models=models)
        self._now_us = us(now)
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "Site":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Serve; the second time on the same port as the first."""
        listener = listen(self._settings)
        port = listener.getsockname()[1]
        self._settings = replace(self._settings, port=port)
        self.url = f"http://127.0.0.1:{port}"
        self._opened = open_house(self._settings, clock=lambda: self._now_us)
        self.house: House = self._opened.__enter__()
        self._server = Server(self.house)
        self._thread = threading.Thread(target=self._serve, args=(listener,), daemon=True)
        self._thread.start()
        # Nothing here is encrypted; to read the certificates of the world takes longer than a request.
        self.client = httpx.Client(base_url=self.url, timeout=20, verify=False)
        self.client.get("/livez").raise_for_status()

    def _serve(self, listener: socket.socket) -> None:
        asyncio.run(self._server.serve(sockets=[listener]))

    def stop(self) -> None:
        """End every stream, the server, and the store."""
        if self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive(), "the server does not stop"
        self._thread = None
        self.client.close()
        self._opened.__exit__(None, None, None)

    def send(self, *wires: Wires) -> None:
        """Send events; all of them must be taken."""
        found: list[Wire] = list(_flat(wires))
        answer = self.client.post("/api/events/batch", json=found, headers={"Content-Type": BATCH})
        assert answer.status_code in (200, 202, 207), answer.text
        wrong = [item for item in answer.json()["items"] if item["status"] >= 400]
        assert not wrong, wrong

    def board(self, metric: str = "won_amount", period: str = "this-quarter") -> dict[str, str]:
        """Return the amount of every row of a board, as programs get it."""
        answer = self.client.get(f"/api/boards/{metric}", params={"period": period})
        return {row["id"]: row["value"]["amount"] for row in answer.json()["rows"]}
