"""`paceline search` and `paceline similar`."""

from typing import Annotated
from urllib.parse import quote

import msgspec
import typer
from rich.markup import escape

from api.cli.output import AsJson, console, print_json, say
from api.cli.searching import NO_MODEL, asked
from api.render import Json
from api.searching.asking import KINDS, LIMIT, LIMIT_MAX, ask_of, search_for
from api.searching.likes import EACH, AskAlike, alike
from api.searching.render import alike_json, told_json
from api.searching.service import Search
from api.secret import installation_secret
from api.settings import settings
from search.ranking.similar import TRAIT_SHARE
from services.scope import ADMIN
from streams.answers.questions import Questions

app = typer.Typer()
SEARCH = """Search knowledge and past deals, in English and Chinese.

Examples:

  paceline search "they say it costs too much"

  paceline search 价格异议 --kind play,loss_review

  paceline search ERR-4012 --language en --json
"""
SIMILAR = """Show past deals that looked like a deal at the same stage, won and lost, and how they went on.

Examples:

  paceline similar OPP-1042                (its key in the CRM, or its id; the stage that it is in)

  paceline similar OPP-1042 --stage proposal --weight 0.8
"""
_TRAITS = {"size_band": "size", "amount_minor": "amount"}


class _Snippet(msgspec.Struct):
    text: str


class _Why(msgspec.Struct):
    matched: list[str]
    other_language: bool


class _Hit(msgspec.Struct):
    id: str
    title: str
    kind: str
    score: float
    snippet: _Snippet
    why: _Why


class _Told(msgspec.Struct):
    hits: list[_Hit]
    good: bool
    by_meaning: bool


class _Trait(msgspec.Struct):
    trait: str
    alike: float
    value: str | None = None


class _Step(msgspec.Struct):
    kind: str
    days: int
    stage: str | None = None


class _LikeWhy(msgspec.Struct):
    text: float
    likeness: float
    traits: list[_Trait]


class _Like(msgspec.Struct):
    deal: str
    title: str
    score: float
    history: bool
    why: _LikeWhy
    next_steps: list[_Step]
    days_to_close: int | None = None
    reason: str | None = None
    sentence: _Snippet | None = None


class _Days(msgspec.Struct):
    sample: int
    median: int | None = None


class _Sample(msgspec.Struct):
    size: int
    won: int
    lost: int
    days_to_close: _Days


class _Alike(msgspec.Struct):
    deal: str
    history: bool
    weight_used: float
    by_meaning: bool
    sample: _Sample
    won: list[_Like]
    lost: list[_Like]
    stage: str | None = None


@app.command(help=SEARCH)
def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to look for.")],
    kind: Annotated[str, typer.Option("--kind", help=f"Of {', '.join(KINDS)}; several with commas.")] = "",
    language: Annotated[str, typer.Option("--language", help="en or zh.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=LIMIT_MAX, help="Most hits to show.")] = LIMIT,
    json: AsJson = False,
) -> None:
    """Search knowledge and past deals."""
    ask = ask_of(text, limit, kind=kind, language=language)
    query = {"q": text, "kind": kind, "language": language, "limit": str(limit)}
    found = asked(
        settings(), "/api/search", query, lambda own, questions: told_json(search_for(own, questions, ask, ADMIN))
    )
    if json:
        print_json(found)
    else:
        _show_hits(msgspec.convert(found, _Told))


def _show_hits(told: _Told) -> None:
    if not told.hits:
        say("Nothing was found. Try fewer or other words, or leave a filter out.")
        return
    if not told.good:
        say("[yellow]Nothing good was found; this is the closest there is.[/yellow]")
    if not told.by_meaning:
        say(NO_MODEL)
    for place, hit in enumerate(told.hits, 1):
        other = " · in another language" if hit.why.other_language else ""
        why = f"words: {', '.join(hit.why.matched)}" if hit.why.matched else "by meaning"
        console().print(f"{place}. [bold]{escape(hit.title)}[/bold]  {hit.kind} {escape(hit.id)}", soft_wrap=True)
        console().print(f"   {escape(hit.snippet.text)}", soft_wrap=True)
        console().print(f"   [dim]{hit.score:.2f} · {escape(why)}{other}[/dim]", soft_wrap=True)


@app.command(help=SIMILAR)
def similar(
    deal: Annotated[str, typer.Argument(metavar="DEAL", help="The deal's id, or its key in the CRM.")],
    stage: Annotated[str, typer.Option("--stage", help="The stage to compare at; the one that it is in.")] = "",
    weight: Annotated[
        float, typer.Option("--weight", min=0.0, max=1.0, help="How much likeness of traits counts; text is the rest.")
    ] = TRAIT_SHARE,
    each: Annotated[int, typer.Option("--each", min=1, max=20, help="Won deals to show, and lost ones.")] = EACH,
    json: AsJson = False,
) -> None:
    """Show past deals that looked like a deal at the same stage."""
    chosen = settings()
    ask = AskAlike(deal=deal, stage=stage, share=weight, each=each)

    def alone(own: Search, questions: Questions) -> Json:
        return alike_json(alike(own, questions, ask, ADMIN, installation_secret(chosen.home)))

    query = {"stage": stage, "weight": str(weight), "each": str(each)}
    found = asked(chosen, f"/api/deals/{quote(deal, safe='')}/similar", query, alone)
    if json:
        print_json(found)
    else:
        _show_alike(msgspec.convert(found, _Alike))


def _show_alike(found: _Alike) -> None:
    sample = found.sample
    where = f"at the stage {found.stage}" if found.stage else "before they were decided"
    console().print(f"[bold]Deals like {escape(found.deal)} {escape(where)}[/bold]", soft_wrap=True)
    if not sample.size:
        say("There is none yet: no decided deal was at this stage.")
    else:
        days = sample.days_to_close
        took = f"; median {days.median} days from here to the end (of {days.sample})" if days.median is not None else ""
        console().print(f"Of the {sample.size} most alike {sample.won} were won, {sample.lost} lost{took}.")
    if not found.by_meaning:
        say(NO_MODEL)
    console().print(f"[dim]Traits count {found.weight_used:.0%}, text the rest.[/dim]")
    for title, likes in (("Won", found.won), ("Lost", found.lost)):
        if likes:
            console().print(f"\n[bold]{title}[/bold]")
        for like in likes:
            _show_like(like)


def _show_like(like: _Like) -> None:
    days = "" if like.days_to_close is None else f" · {like.days_to_close} days"
    reason = f" · {like.reason}" if like.reason else ""
    mark = "" if like.history else " · no history: as one row of an export told it"
    line = (
        f"  {like.score:.2f} [bold]{escape(like.title or like.deal)}[/bold] {escape(like.deal + days + reason + mark)}"
    )
    console().print(line, soft_wrap=True)
    traits = ", ".join(f"{_TRAITS.get(one.trait, one.trait)} {one.value or ''}".strip() for one in like.why.traits)
    if traits:
        console().print(f"       same or near: {escape(traits)}", soft_wrap=True)
    if like.sentence is not None:
        console().print(f"       “{escape(like.sentence.text)}”", soft_wrap=True)
    steps = ", ".join(f"{one.stage or one.kind} (day {one.days})" for one in like.next_steps)
    if steps:
        console().print(f"       then: {escape(steps)}", soft_wrap=True)
