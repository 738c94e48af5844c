"""The peer of `benchmarks.workers`: Quix Streams on the same topics, in a process and with an interpreter of its own.

`python benchmarks/quix.py KIND KAFKA TOPIC EVENTS STORE` prints CPU seconds. It needs `pip install
'quixstreams[postgresql]'` and nothing of Paceline. KIND is count-single or count-frames (consume, decode, commit), or
state-single or state-frames: the same small processor as in `benchmarks.small`, with a changelog and a Postgres sink.
"""

import resource
import sys
import tempfile
from typing import TYPE_CHECKING, TypedDict
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from quixstreams.sinks.community.postgresql import PostgreSQLSink


class Known(TypedDict):
    """A deal as the small processor knows it."""

    owner: str
    amount: float
    won: bool
    ids: list[str]


Wire = dict[str, object]


def step(old: Known, event: Wire) -> tuple[Known, Wire | None]:
    """Return a deal after one more event, and the row of what its rep won where there is one."""
    name, data = str(event["id"]), event["data"]
    if name in old["ids"] or not isinstance(data, dict):
        return old, None
    new: Known = {**old, "ids": [*old["ids"], name]}
    kind = event["type"]
    if kind == "deal.created":
        return {**new, "owner": str(data["owner"]), "amount": float(data["amount"])}, None
    row: Wire = {"event": name, "rep": old["owner"]}
    if kind == "deal.won" and not old["won"]:
        return {**new, "won": True}, {**row, "amount": old["amount"]}
    if kind == "deal.reopened" and old["won"]:
        return {**new, "won": False}, {**row, "amount": -old["amount"]}
    return new, None


def run(kind: str, kafka: str, topic_name: str, events: int, store: str) -> None:
    """Read so many events of a topic."""
    from quixstreams import Application, State

    with tempfile.TemporaryDirectory(prefix="paceline-quix-") as folder:
        app = Application(
            broker_address=kafka,
            consumer_group=f"quix-{kind}-{topic_name}",
            auto_offset_reset="earliest",
            state_dir=folder,
            loglevel="ERROR",
        )
        began: list[float] = []
        stream = app.dataframe(app.topic(topic_name, value_deserializer="json", key_deserializer="str"))
        # From the first record on; starting is not counted.
        stream = stream.update(lambda _: None if began else began.append(_cpu()))
        if kind.endswith("frames"):
            stream = stream.apply(lambda several: several, expand=True)
        if kind.startswith("state"):
            if kind.endswith("frames"):
                stream = stream.group_by(lambda event: event["subject"], name="subject")

            def keep(event: Wire, state: State) -> Wire | None:
                new, row = step(state.get("deal") or Known(owner="", amount=0.0, won=False, ids=[]), event)
                state.set("deal", dict(new))
                return row

            stream = stream.apply(keep, stateful=True).filter(lambda row: row is not None)
            stream.sink(_table(store))
        else:
            stream.update(lambda _: None)
        # What it counts is what comes out, which is events; what is grouped anew would be counted twice.
        app.run(count=0 if kind == "state-frames" else events, timeout=20)
        sys.stdout.write(f"{_cpu() - began[0]}\n")


def _table(store: str) -> "PostgreSQLSink":
    from quixstreams.sinks.community.postgresql import PostgreSQLSink

    address = urlsplit(store)
    return PostgreSQLSink(
        host=address.hostname,
        port=address.port,
        dbname=address.path[1:],
        user=address.username,
        password=address.password,
        table_name="won",
    )


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    kind_, kafka_, topic_, events_, store_ = sys.argv[1:]
    run(kind_, kafka_, topic_, int(events_), store_)
