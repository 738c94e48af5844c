"""The language and the theme of a visitor: asked for, remembered, or told by the browser."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Literal

from fastapi import Request

Language = Literal["en", "zh-Hans"]
Theme = Literal["auto", "light", "dark"]
CATALOGUE = Path(__file__).parent / "locale" / "zh_Hans" / "LC_MESSAGES" / "messages.mo"


def language_of(request: Request) -> Language:
    """Return the language for a request: its `lang`, the remembered one, or the browser's first that we speak."""
    for asked in (request.query_params.get("lang"), request.cookies.get("lang")):
        found = known_language(asked or "")
        if found:
            return found
    for part in request.headers.get("accept-language", "").split(","):
        found = known_language(part.partition(";")[0].strip())
        if found:
            return found
    return "en"


def known_language(tag: str) -> Language | None:
    """Return the language of a tag such as zh-CN, None when it is not spoken here."""
    if tag.lower().startswith("zh"):
        return "zh-Hans"
    return "en" if tag.lower().startswith("en") else None


def theme_of(request: Request) -> Theme:
    """Return the remembered theme."""
    theme = request.cookies.get("theme")
    if theme == "light":
        return "light"
    return "dark" if theme == "dark" else "auto"


@cache
def translations(language: Language) -> NullTranslations:
    """Return the words of a language."""
    if language == "en":
        return NullTranslations()
    with CATALOGUE.open("rb") as opened:
        return GNUTranslations(opened)
