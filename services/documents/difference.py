"""What changed between two versions, line by line."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

AROUND = 3
# Comparing takes time with the square of the lines; longer texts are shown as replaced where they begin to differ.
LINES_MAX = 3_000

Way = Literal["same", "gone", "new", "gap"]


class Line(NamedTuple):
    """A line of a comparison; a `gap` stands for lines that are the same in both and are not shown."""

    way: Way
    text: str


def difference(old: str, new: str) -> tuple[Line, ...]:
    """Return the lines that went and came with a few around them; none when nothing changed."""
    before, after = old.splitlines(), new.splitlines()
    if before == after:
        return ()
    head = _same(before, after)
    tail = _same(before[head:][::-1], after[head:][::-1])
    middle = _changes(before[head : len(before) - tail], after[head : len(after) - tail])
    lines = [*_around(before[:head], last=True), *middle, *_around(before[len(before) - tail :], last=False)]
    return tuple(lines)


def _same(before: Sequence[str], after: Sequence[str]) -> int:
    """Return how many lines are the same at the beginning."""
    return next(
        (place for place, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )


def _changes(before: list[str], after: list[str]) -> Iterator[Line]:
    if len(before) + len(after) > LINES_MAX:
        yield from (Line("gone", text) for text in before)
        yield from (Line("new", text) for text in after)
        return
    for way, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if way == "equal":
            same = before[a:b]
            shown = same if len(same) <= 2 * AROUND else [*same[:AROUND], None, *same[-AROUND:]]
            yield from (Line("gap", "") if text is None else Line("same", text) for text in shown)
            continue
        yield from (Line("gone", text) for text in before[a:b])
        yield from (Line("new", text) for text in after[c:d])


def _around(same: Sequence[str], *, last: bool) -> list[Line]:
    """Return the lines next to a change out of those that are the same before or after it."""
    kept = same[-AROUND:] if last else same[:AROUND]
    shown = [Line("same", text) for text in kept]
    if len(same) <= AROUND:
        return shown
    return [Line("gap", ""), *shown] if last else [*shown, Line("gap", "")]
