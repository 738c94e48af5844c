"""Everything that people read is there in both languages."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from api.formats import _NOTES, LANGUAGES
from api.site.assets import assets
from api.site.language import CATALOGUE, translations
from api.site.vocabulary import EVENTS, MEASURES
from services.events.catalogue import TYPES
from services.metrics.registry import registry

ROOT = Path(__file__).parents[2]
SITE = ROOT / "api" / "site"
TEMPLATES = sorted((SITE / "templates").glob("*.html"))
SCRIPTS = sorted((SITE / "static").glob("*.js"))
HAN = re.compile(r"[\u4e00-\u9fff]")
PLACES = re.compile(r"%\(\w+\)s")
# What is the same in every language: the product, units of keys, commands, and each language's name for the other.
SAME = ("Paceline", "CSV", "Esc", "Enter", "g", "l", "d", "j", "k", "p", "English", "中文", "=")
STRINGS = re.compile(r"([\"'`])((?:(?!\1)[^\\\n])*)\1")
LITERAL = re.compile(
    r">([^<>{}]*[A-Za-z]{2}[^<>{}]*)<|(?:title|aria-label|alt|placeholder)=\"([^\"{]*[A-Za-z]{2}[^\"{]*)\""
)


def messages() -> dict[str, str]:
    """Return the Chinese of every message; the plural forms of a message are all the same in Chinese."""
    with CATALOGUE.with_suffix(".po").open("rb") as opened:
        found = read_po(opened, locale="zh_Hans")
    assert not [message.id for message in found if message.fuzzy and message.id]
    return {
        message.id if isinstance(message.id, str) else message.id[0]: message.string
        if isinstance(message.string, str)
        else message.string[0]
        for message in found
        if message.id
    }


def test_every_message_has_chinese() -> None:
    """No message is empty or fuzzy, and each names the values that the English one names."""
    for english, chinese in messages().items():
        assert chinese, english
        assert sorted(PLACES.findall(english)) == sorted(PLACES.findall(chinese)), english


def test_the_catalogue_is_what_templates_ask_for(tmp_path: Path) -> None:
    """Templates ask for exactly the messages of the catalogue; forgetting to extract or to clear away shows."""
    pot = tmp_path / "messages.pot"
    command = [str(Path(sys.executable).with_name("pybabel")), "-q", "extract", "-F", "babel.cfg", "-o", str(pot)]
    subprocess.run([*command, "api/site/templates"], cwd=ROOT, check=True, capture_output=True)
    with pot.open("rb") as opened:
        asked = {one.id if isinstance(one.id, str) else one.id[0] for one in read_po(opened) if one.id}
    assert asked == set(messages())


def test_the_compiled_catalogue_is_fresh() -> None:
    """What runs is what can be read."""
    with CATALOGUE.open("rb") as opened:
        compiled = read_mo(opened)
    assert {str(one.id): one.string for one in compiled if one.id and isinstance(one.id, str)} == {
        english: chinese for english, chinese in messages().items() if not english.startswith("%(num)s ")
    }
    assert translations("zh-Hans").ngettext("%(num)s day ago", "%(num)s days ago", 3) == "%(num)s 天前"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_have_no_text_of_their_own(path: Path) -> None:
    """Text between tags, and text in attributes that is read aloud, goes through the catalogue."""
    text = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}", "", text, flags=re.DOTALL)
    found = [(one or other).strip() for one, other in LITERAL.findall(text)]
    known = (
        "paceline import deals.csv",
        "paceline demo",
        "paceline knowledge import handbook/",
        "Switch to English",
        "· Paceline",
    )
    assert [one for one in found if one not in (*SAME, *known)] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_have_no_text_of_their_own(path: Path) -> None:
    """What scripts show comes from the page: no string in them is a sentence, in whatever language."""
    strings = [text for _, text in STRINGS.findall(_uncommented(path.read_text(encoding="utf-8")))]
    assert [
        one for one in strings if HAN.search(one) or re.search(r"^[A-Z][a-z]+( |$)|[a-z]{2} [a-z]{2,} [a-z]{2}", one)
    ] == []


def test_browsers_get_scripts_without_comments() -> None:
    """Comments go, code stays: no string of a script has the marks of a comment in it that would take code along."""
    for path in SCRIPTS:
        code, lean = path.read_text(encoding="utf-8"), assets().files[path.name].decode()
        assert all("/*" not in text and "*/" not in text for _, text in STRINGS.findall(_uncommented(code))), path.name
        assert "/**" not in lean and not re.search(r"^//", lean, re.MULTILINE), path.name
        bare = [re.sub(r"\s+", "", _uncommented(text)) for text in (code, lean)]
        assert bare[0] == bare[1], path.name


def _uncommented(code: str) -> str:
    return re.sub(r"/\*.*?\*/|^\s*//.*?$", "", code, flags=re.DOTALL | re.MULTILINE)


def test_metrics_speak_both_languages() -> None:
    """Titles and definitions of metrics are there in Chinese, and are not the English ones."""
    for metric in registry().values():
        for words in (metric.title, metric.time_field, metric.value_field, metric.owner_rule, metric.filter):
            assert words.en and HAN.search(words.zh), metric.id


def test_notes_and_names_speak_both_languages() -> None:
    """Notes in the place of numbers have the same keys in both languages; measures and events have Chinese names."""
    assert set(_NOTES) == set(LANGUAGES)
    assert set(_NOTES["en"]) == set(_NOTES["zh-Hans"])
    assert all(HAN.search(words.zh) for words in (*EVENTS.values(), *MEASURES.values()))


def test_every_event_has_a_name() -> None:
    """Every type of event is called something, and nothing else is."""
    assert set(EVENTS) == set(TYPES)


def test_measures_that_are_posted_have_names() -> None:
    """Every measure that the rules post is called something on pages."""
    posted = {
        node.args[0].value
        for path in (ROOT / "services").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Entry" and node.args
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }
    assert len(posted) > 10 and posted <= set(MEASURES)
