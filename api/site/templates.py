"""Templates: rendered with autoescape, in one of two languages, whole or only their inner part."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from api.formats import (
    amount_text,
    brief_money,
    brief_text,
    change_text,
    day_text,
    duration_text,
    money_text,
    number_text,
    signed_money_text,
    signed_text,
    size_text,
    spark_path,
    time_text,
    value_text,
    weeks_text,
)
from api.site.assets import assets
from api.site.language import Language, Theme, language_of, theme_of, translations
from api.site.vocabulary import EVENTS, MEASURES, spoken
from services.metrics.words import Words

FOLDER = Path(__file__).parent / "templates"


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """Who looks, at what: language, theme and address."""

    language: Language
    theme: Theme
    path: str
    query: dict[str, str]

    def link(self, **changes: str | None) -> str:
        """Return this address with some parameters changed; None takes one away."""
        found = {**self.query, **{name: value for name, value in changes.items() if value is not None}}
        for name, value in changes.items():
            if value is None:
                found.pop(name, None)
        return self.path + (f"?{urlencode(found)}" if found else "")

    @property
    def here(self) -> str:
        """Return this address."""
        return self.link()


def visit_of(request: Request) -> Visit:
    """Return the visit of a request; the language in the address is kept for links to other languages only."""
    query = {name: value for name, value in request.query_params.items() if value and name != "lang"}
    return Visit(language=language_of(request), theme=theme_of(request), path=request.url.path, query=query)


@cache
def _environment(language: Language) -> Environment:
    """Return the templates of a language."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    words = translations(language)
    environment.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["asset"] = assets().url
    environment.filters["words"] = lambda words: _words(words, language)
    environment.filters["day"] = lambda day: day_text(day, language)
    environment.filters["money"] = lambda money: money_text(money, language)
    environment.filters["brief_money"] = lambda money: brief_money(money, language)
    environment.filters["spark"] = spark_path
    environment.filters["weeks"] = lambda weeks: weeks_text(weeks, language)
    environment.filters["when"] = lambda time_us, zone: time_text(time_us, zone, language)
    environment.filters["second"] = lambda time_us, zone: time_text(time_us, zone, language, seconds=True)
    environment.filters["plus"] = lambda number, places=0: signed_text(number, places, language)
    environment.filters["brief"] = lambda value, metric: brief_text(value, metric, language)
    environment.filters["percent"] = lambda share: number_text(Decimal(str(round(share, 3))), "ratio", language)
    environment.filters["amount"] = lambda amount, currency: amount_text(str(amount), currency, language)
    environment.filters["change"] = lambda figure: change_text(
        figure.change, language, ratio=figure.metric.unit == "ratio"
    )
    environment.filters["event"] = lambda name: spoken(EVENTS, name, language)
    environment.filters["lasting"] = lambda seconds: duration_text(int(seconds), language)
    environment.filters["counted"] = lambda number: number_text(Decimal(number), "", language)
    environment.filters["size"] = lambda number: size_text(number, language)
    environment.filters["commands"] = commands
    environment.filters["measure"] = lambda name: spoken(MEASURES, name, language)
    environment.filters["signed"] = lambda amount, currency: signed_money_text(amount, currency, language)
    environment.filters["shown"] = lambda value, metric: value_text(value, metric, language)
    return environment


def commands(text: str) -> Markup:
    """Return a text for people in which what stands between backticks is code."""
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(text.split("`"))
    )


def _words(words: Words, language: Language) -> str:
    return words.zh if language == "zh-Hans" else words.en


def page(request: Request, template: str, status: int = 200, **model: object) -> HTMLResponse:
    """Return a page, or only its inner part for a request with `X-Fragment: 1`."""
    visit = visit_of(request)
    inner = request.headers.get("x-fragment") == "1"
    rendered = _environment(visit.language).get_template(template).render(visit=visit, fragment=inner, **model)
    headers = {"Cache-Control": "no-store", "Vary": "X-Fragment, Accept-Language, Cookie"}
    return HTMLResponse(rendered, status_code=status, headers=headers)
