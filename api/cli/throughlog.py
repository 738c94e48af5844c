"""Commands that hand events in to the scaled-out home: through its log, as a node does."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager

from api.cli.handing import handed
from api.cli.output import progress_bar, say
from api.engines.node import Node, open_node
from api.settings import Settings
from streams.embedded.writer import system_clock
from streams.history.replay import Progress
from streams.kafka.lag import lag_from
from streams.store.offsets import read_offsets
from streams.store.postgres import open_postgres

PATIENCE_SECONDS = 30.0
LOOK_SECONDS = 0.5


@contextmanager
def through_log(settings: Settings) -> Iterator[Callable[[Sequence[Mapping[str, object]]], list[str]]]:
    """Give what hands events to the log and says what is known of each; in the end wait for the workers.

    Raise `LogAway` when the log does not take events; what was handed in before stays, and may be handed in again.
    """
    with asyncio.Runner() as runner, open_node(settings, clock=system_clock, changed=lambda _: None) as node:
        runner.run(node.log.start())
        try:
            yield lambda events: runner.run(_submitted(node, events))
            with progress_bar("Waiting for the workers") as progress:
                behind = runner.run(_settled(settings, progress))
        finally:
            runner.run(node.log.stop())
            runner.run(node.clerk.close())
    if behind:
        say(
            f"[yellow]The workers are {behind} records behind, and nothing moves.[/yellow] What was handed in is safe; "
            "`paceline doctor` shows how far they are, `paceline work` starts another."
        )


async def _submitted(node: Node, events: Sequence[Mapping[str, object]]) -> list[str]:
    """Return what became of each event: applied stands for what the log has taken."""
    found = handed(events, system_clock())
    return found.said(await node.submit(found.job))


async def _settled(settings: Settings, progress: Progress) -> int:
    """Wait until the workers have applied what the log holds, and return how many records behind they are.

    More than none only when nothing has moved for `PATIENCE_SECONDS`.
    """
    clock = asyncio.get_running_loop().time
    least, moved_at, most = await _behind(settings), clock(), 0
    while least and clock() - moved_at < PATIENCE_SECONDS:
        most = max(most, least)
        progress(most - least, most)
        await asyncio.sleep(LOOK_SECONDS)
        now = await _behind(settings)
        if now != least:
            least, moved_at = now, clock()
    progress(most, most)
    return least


async def _behind(settings: Settings) -> int:
    store, kafka = settings.store or "", settings.kafka or ""
    with closing(open_postgres(store, name="paceline-command")) as connection:
        offsets = read_offsets(connection)
    lags = await lag_from(kafka, offsets, now_us=system_clock(), prefix=settings.topics)
    return sum(lag.records for lag in lags)
