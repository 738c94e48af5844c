"""Who and what an export talks about: found by key, else by name, never merged by likeness."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from services.identity import identify, normalised
from services.importing.context import Context
from services.importing.facts.cells import RowProblem

ThingKind = Literal["rep", "account", "product", "team"]

_NEAR_MIN = 5
_MARKS = re.compile(r"\d+|\b(?:[a-z]|i{1,3}|iv|vi{0,3}|ix)\b")
_NO_LETTER = re.compile(r"[\W_]+")
_CODES: dict[ThingKind, str] = {
    "rep": "row_person",
    "account": "row_account",
    "product": "row_product",
    "team": "row_team",
}
_CALLED: dict[ThingKind, str] = {
    "rep": "people",
    "account": "accounts",
    "product": "products",
    "team": "teams",
}


@dataclass(slots=True, kw_only=True)
class Thing:
    """A person, account, product or team. `key` is the source's, "" where only the name is known."""

    id: str
    key: str
    name: str
    facts: dict[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class NearEqual:
    """Two names that are nearly the same and were kept apart."""

    kind: ThingKind
    one: str
    other: str


class Names:
    """The things of one kind in one export."""

    def __init__(self, kind: ThingKind, context: Context) -> None:
        self._kind: ThingKind = kind
        self._context = context
        self._by_key: dict[str, Thing] = {}
        self._by_name: defaultdict[str, list[Thing]] = defaultdict(list)
        self._aliases: dict[str, Thing] = {}

    def listed(self, key: str, name: str, *, alias: str = "") -> Thing:
        """Return the thing of a row of a list, made when it is new; `alias` is another unique text for it."""
        thing = self._known(key, name) or self._made(key, name)
        if name and not thing.name:
            thing.name = name
            self._by_name[normalised(name)].append(thing)
        if alias:
            self._aliases.setdefault(alias.casefold(), thing)
        return thing

    def _known(self, key: str, name: str) -> Thing | None:
        if key:
            return self._by_key.get(key)
        same = [thing for thing in self._by_name.get(normalised(name), ()) if not thing.key]
        return same[0] if same else None

    def referred(self, key: str, name: str) -> Thing | None:
        """Return what a row means by a key and a name, made when nobody listed it; None when it says neither.

        Raise `RowProblem` when the name fits two things and there is no key.
        """
        if key:
            return self._by_key.get(key) or self._aliases.get(key.casefold()) or self._made(key, name or key)
        if not name:
            return None
        if name in self._by_key:
            return self._by_key[name]
        same = self._by_name.get(normalised(name), [])
        if len(same) > 1:
            both = ", ".join(f"{thing.name} ({thing.key or 'no key'})" for thing in same)
            raise RowProblem(
                _CODES[self._kind], f"“{name}” fits {len(same)} {_CALLED[self._kind]}: {both}. Give the key."
            )
        if same:
            return same[0]
        return self._aliases.get(name.casefold()) or self._made("", name)

    def find(self, text: str) -> Thing | None:
        """Return what a text names if it is already known and it is the only one."""
        same = self._by_name.get(normalised(text), [])
        return self._by_key.get(text) or self._aliases.get(text.casefold()) or (same[0] if len(same) == 1 else None)

    def _made(self, key: str, name: str) -> Thing:
        identity = identify(self._context.secret, self._kind, self._context.export, key or normalised(name))
        thing = Thing(id=identity, key=key, name=" ".join(name.split()))
        if key:
            self._by_key[key] = thing
        if name:
            self._by_name[normalised(name)].append(thing)
        return thing

    def all(self) -> list[Thing]:
        """Return every thing once, in no order that matters."""
        found = {thing.id: thing for thing in self._by_key.values()}
        found.update({thing.id: thing for same in self._by_name.values() for thing in same})
        return list(found.values())

    def near_equal(self) -> list[NearEqual]:
        """Return the pairs of names that differ by case, signs, the order of words or one letter."""
        return [
            NearEqual(kind=self._kind, one=one, other=other)
            for one, other in near_pairs(thing.name for thing in self.all())
        ]


def near_pairs(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return pairs of different names that are nearly the same, sorted.

    Names that differ in digits, numerals or single letters are never near; below five letters only signs and
    the order of words may differ.
    """
    buckets: defaultdict[str, set[str]] = defaultdict(set)
    for name in set(names):
        if name:
            for shape in _shapes(name):
                buckets[shape].add(name)
    found: set[tuple[str, str]] = set()
    for close in buckets.values():
        ordered = sorted(close)
        found.update((one, other) for place, one in enumerate(ordered) for other in ordered[place + 1 :])
    return sorted(pair for pair in found if normalised(pair[0]) != normalised(pair[1]))


def _shapes(name: str) -> set[str]:
    """Return the forms that two near names share: without signs, words sorted, one letter left out."""
    plain = normalised(name)
    squeezed = _NO_LETTER.sub("", plain)
    marks = "".join(_MARKS.findall(plain))
    shapes = {squeezed, "".join(sorted(part for part in _NO_LETTER.split(plain) if part))}
    if len(squeezed) >= _NEAR_MIN:
        for place, letter in enumerate(squeezed):
            if not letter.isdigit():
                shapes.add(squeezed[:place] + squeezed[place + 1 :])
    return {f"{marks}|{shape}" for shape in shapes}
