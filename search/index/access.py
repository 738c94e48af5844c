"""Who asks, and what of the index they may see: part of every question, never applied afterwards alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from search.index.document import TENANT, scoped
from search.index.port import Field, Stored, Where


@dataclass(frozen=True, kw_only=True)
class Access:
    """The names under which somebody reads, such as "public", "team:sales" and "user:7"; none: nothing."""

    readers: tuple[str, ...]
    tenant: str = TENANT

    @cached_property
    def scope(self) -> frozenset[str]:
        """Return the names as documents keep them."""
        return frozenset(scoped(self.tenant, self.readers))

    def where(self, part: str | None = None) -> Where:
        """Return the filter of what they may see."""
        own = () if part is None else (Field(name="part", values=(part,)),)
        return Where(must=(Field(name="readers", values=tuple(sorted(self.scope))), *own))

    def corpus(self) -> Where:
        """Return all passages of their company: what words are rare or common in."""
        return Where(must=(Field(name="tenant", values=(self.tenant,)),))

    def sees(self, point: Stored) -> bool:
        """Tell whether they may see a point; one that names no reader is seen by nobody."""
        kept = point.payload.get("readers")
        return isinstance(kept, list) and not self.scope.isdisjoint(kept)


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """What somebody wants to see alone: values of fields, values to leave out, and the last change in seconds."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    updated_least: int | None = None
    updated_below: int | None = None

    def within(self, where: Where) -> Where:
        """Return a filter with these conditions as well."""
        named = tuple(Field(name=name, values=values) for name, values in sorted(self.fields.items()) if values)
        timed: tuple[Field, ...] = ()
        if self.updated_least is not None or self.updated_below is not None:
            timed = (Field(name="updated_at", least=self.updated_least, below=self.updated_below),)
        never = tuple(Field(name=name, values=values) for name, values in sorted(self.without.items()) if values)
        return Where(must=(*where.must, *named, *timed), never=(*where.never, *never), ids=where.ids)
