"""A tool: what an assistant may ask with it, what it answers, and both as JSON schemas."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta

from api.mcp.asker import Asker
from api.render import Json
from api.viewing import view_of, zone_of
from services.errors import PacelineError
from services.view import View
from streams.answers.questions import Questions

OFFSET_MAX = 2**31 - 1
ANYTHING = {"description": "Any value."}
Offset = Annotated[int, Meta(ge=0, le=OFFSET_MAX, description="How many to leave out: next_offset of the page before.")]
Period = Annotated[
    str,
    Meta(
        max_length=40,
        description="2017, 2017-Q1 (a fiscal quarter of the company), 2017-03, 2017-01-01..2017-03-31 (both days "
        "included), today, this-week, last-month, this-quarter, last-quarter …",
    ),
]
_PAST = "A moment (2017-03-01T09:30, its end for a date alone; the company's zone without an offset). "
AsOf = Annotated[
    str,
    Meta(
        max_length=40,
        description=_PAST + "Answer with what Paceline knew then: events that arrived later do not count. "
        "Leave empty for now. Not together with happened_by.",
    ),
]
HappenedBy = Annotated[
    str,
    Meta(
        max_length=40,
        description=_PAST + "Answer with what had happened by then, whenever it became known. Leave empty for now. "
        "Not together with as_of.",
    ),
]
NextOffset = Annotated[int | None, Meta(description="Ask again with it as offset for the next page; null at the end.")]
DealId = Annotated[
    str, Meta(min_length=1, max_length=255, description="Id of a deal, or its key in the CRM, without “deal/”.")
]


class ArgumentsUnclear(PacelineError):
    """Arguments that a tool cannot take."""

    def __init__(self, tool: str, reason: str) -> None:
        super().__init__(f"{tool} cannot take these arguments: {reason}. Its input schema says what it takes.")


class Ask(Protocol):
    """What is asked with a tool, read from its arguments."""

    def answer(self, asker: Asker) -> Json:
        """Return the answer; raise a `PacelineError` that says what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tool:
    """A tool. The docstring of `asks` is what a language model reads of it.

    :ivar asks: a struct of the arguments; `tells` is the shape of the answer.
    """

    name: str
    title: str
    asks: type[Ask]
    tells: type[msgspec.Struct]

    @property
    def description(self) -> str:
        """Return what the tool does, its units, ids and limits."""
        return inspect.getdoc(self.asks) or ""

    def answer(self, arguments: Mapping[str, object], asker: Asker) -> Json:
        """Return the answer; raise `ArgumentsUnclear` or another `PacelineError`."""
        try:
            ask = msgspec.convert(arguments, self.asks)
        except msgspec.ValidationError as error:
            raise ArgumentsUnclear(self.name, str(error)) from None
        return ask.answer(asker)


def schema_of(shape: type) -> Json:
    """Return the JSON schema of a struct, with an object at its root."""
    (_,), parts = msgspec.json.schema_components([shape], schema_hook=lambda _: ANYTHING, ref_template="#/$defs/{name}")
    root: Json = {name: value for name, value in parts.pop(shape.__name__).items() if name != "description"}
    return root | ({"$defs": parts} if parts else {})


def view_at(questions: Questions, as_of: str, happened_by: str) -> View:
    """Return the view that two arguments name, empty ones for now; raise `TwoViews` or `MomentUnclear`."""
    return view_of(as_of or None, happened_by or None, zone_of(questions))


def next_offset(offset: int, page: Sequence[object], total: int) -> int | None:
    """Return where the next page begins; None after the last."""
    end = offset + len(page)
    return end if page and end < total else None
