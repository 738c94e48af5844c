"""The lexical tokeniser: words of a text as terms, with the place where each stands.

English is lower-cased and stemmed, Chinese (and kana, and Hangul) becomes single characters and pairs, and what looks
like an identifier is kept whole beside its parts. A question uses pairs alone wherever it can: they say more.
"""

import re
import unicodedata
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Protocol

from search.text.script import simplify
from search.text.stops import CHINESE, ENGLISH

TOKENISER_VERSION = 1
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_CJK = _HAN + "\u3040-\u30ff\uac00-\ud7af"
_PIECES = re.compile(rf"[{_CJK}]+|[^\W{_CJK}]+(?:[-.:/#@+'’][^\W{_CJK}]+)*")
_CHARACTER = re.compile(f"[{_CJK}]")
_PARTS = re.compile(r"[^\W_]+")
_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_POSSESSIVE = re.compile(r"['’]s$")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|s|%|am|pm|km|kg|cm|mm|gb|mb|kb|m|k|b|h|x|d)?")
_QUANTITY = re.compile(r"\d+(?:[-.:/]\d+)*")
_WORDS = re.compile(r"[^\W\d_]+")


class _Stemmer(Protocol):
    """What is used of Snowball."""

    def stemWord(self, word: str) -> str:  # noqa: N802
        """Return the stem of a word."""


@dataclass(frozen=True, slots=True)
class Token:
    """A term, and the place in the text that it stands for: `text[start:end]`."""

    term: str
    start: int
    end: int
    identifier: bool = False


def tokens(text: str, *, query: bool = False) -> list[Token]:
    """Return the tokens of a text in the order in which they stand; a whole identifier comes before its parts."""
    found: list[Token] = []
    for piece in _PIECES.finditer(text):
        word = piece.group()
        if not word.isascii() and _is_cjk(word[0]):
            found.extend(_characters(word, piece.start(), query=query))
        else:
            start, end = piece.span()
            for term, identifier in _terms(word):
                found.append(Token(term, start, end, identifier))
    return found


def tokens_among(text: str, terms: Container[str]) -> list[Token]:
    """Return the tokens of a text whose terms are among some; quicker than to take them from all of its tokens."""
    found: list[Token] = []
    for piece in _PIECES.finditer(text):
        word = piece.group()
        if not word.isascii() and _is_cjk(word[0]):
            found.extend(one for one in _characters(word, piece.start(), query=False) if one.term in terms)
            continue
        for term, identifier in _terms(word):
            if term in terms:
                found.append(Token(term, *piece.span(), identifier))
    return found


def words_of(text: str) -> Iterator[str]:
    """Yield the words and single CJK characters of a text as they stand; for counting, not for matching."""
    for piece in _PIECES.finditer(text):
        word = piece.group()
        if not word.isascii() and _is_cjk(word[0]):
            yield from word
        else:
            yield word


def is_identifier(word: str) -> bool:
    """Tell whether a word is a name that machines or lists gave: an error code, a key, a version, a setting.

    Plain numbers, dates, ordinals and quantities are not, nor are words joined by hyphens.
    """
    lowered = word.lower()
    if len(word) < 3 or _QUANTITY.fullmatch(lowered):
        return word.count(".") >= 2 and _QUANTITY.fullmatch(lowered) is not None
    if "_" in word or "::" in word:
        return True
    has_digit = any(letter.isdigit() for letter in word)
    if has_digit:
        return not _ORDINAL.fullmatch(lowered) and any(letter.isalpha() for letter in word) and _is_code(lowered)
    return word.count(".") >= 2 and all(len(part) > 1 for part in word.split("."))


def _is_code(word: str) -> bool:
    """Tell codes, such as err-4012 and 0x80070005, from numbers with a word, such as 24-hour and 19th-century."""
    parts = re.split(r"[-.:/#@+'’]", word)
    if len(parts) == 1:
        return True
    return not (_ORDINAL.fullmatch(parts[0]) and all(_WORDS.fullmatch(part) for part in parts[1:]))


def _is_cjk(letter: str) -> bool:
    return _CHARACTER.match(letter) is not None


def _characters(run: str, start: int, *, query: bool) -> Iterator[Token]:
    """Yield single characters and pairs of a run; of a question longer than two only the pairs."""
    plain = _simplified(run)
    if len(plain) <= 2 or not query:
        for index, letter in enumerate(plain):
            if letter not in CHINESE:
                yield Token(letter, start + index, start + index + 1)
    for index in range(len(plain) - 1):
        pair = plain[index : index + 2]
        if pair[0] not in CHINESE or pair[1] not in CHINESE:
            yield Token(pair, start + index, start + index + 2)


def _simplified(run: str) -> str:
    """Return a run in Simplified Chinese, character for character, so that places stay what they were."""
    normal = "".join(_one(letter) for letter in run)
    plain = simplify(normal)
    return plain if len(plain) == len(run) else "".join(simplify(letter)[:1] or letter for letter in normal)


def _one(letter: str) -> str:
    normal = unicodedata.normalize("NFKC", letter)
    return normal if len(normal) == 1 else letter


@lru_cache(maxsize=50_000)
def _terms(word: str) -> tuple[tuple[str, bool], ...]:
    """Return the terms of one piece, each with whether it is a whole identifier; a stop word has none."""
    if word.lower() in ENGLISH:
        return ()
    normal = _POSSESSIVE.sub("", unicodedata.normalize("NFKC", word))
    lowered = normal.lower()
    parts = _PARTS.findall(lowered)
    found: list[tuple[str, bool]] = []
    named = is_identifier(normal)
    if named or (len(parts) > 1 and parts[0].isdigit()):
        found.append((lowered, named))
    if len(parts) > 1 or not named:
        found.extend((stem(part), False) for part in parts if part not in ENGLISH)
    humps = _HUMPS.findall(normal) if _is_camel(normal) else []
    found.extend((stem(hump.lower()), False) for hump in humps if hump.lower() not in ENGLISH)
    return tuple(dict.fromkeys(found))


def _is_camel(word: str) -> bool:
    return not word.islower() and not word.isupper() and len(_HUMPS.findall(word)) > 1


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the Snowball stem of a lower-case English word; other words and numbers stay as they are."""
    if not word.isascii() or not word.isalpha():
        return word
    stemmed: str = _stemmer().stemWord(word)
    return stemmed


@cache
def _stemmer() -> _Stemmer:
    """Return the stemmer, made once; it is large, so it is loaded only when words are read."""
    from snowballstemmer.english_stemmer import EnglishStemmer

    stemmer: _Stemmer = EnglishStemmer()
    return stemmer
