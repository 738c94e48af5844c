"""What a person says about an import: which files, how their columns are meant, how strict it is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from services.importing.errors import MappingUnreadable


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportOptions:
    """The terms of one import.

    :ivar paths: files and folders; all together are one export.
    :ivar columns: header (or `file:header`) to field; "ignore" leaves a column out.
    :ivar won: stage words that mean won, beside the usual ones; `lost` likewise.
    :ivar zone: IANA zone of times without an offset; None is the company's.
    :ivar missing_delete: deals that the last snapshot had and this one has not are deleted.
    :ivar export: name of the export, "" to take that of the first path; the same name later is a newer
        snapshot.
    :ivar secret: the installation's, for ids.
    :ivar now: the clock, aware.
    """

    paths: tuple[Path, ...]
    company_zone: str
    company_currency: str
    secret: bytes
    now: datetime
    columns: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    won: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    zone: str | None = None
    strict: bool = False
    missing_delete: bool = False
    mapping_file: Path | None = None
    export: str = ""

    @property
    def export_name(self) -> str:
        """Return the name of the export."""
        first = self.paths[0].resolve() if self.paths else Path("export")
        return self.export or (first.name if first.is_dir() else first.stem)


def with_mapping(options: ImportOptions) -> ImportOptions:
    """Return options completed by their saved mapping; what was said directly goes first.

    Raise `MappingUnreadable` when the file is missing or is no mapping.
    """
    if options.mapping_file is None:
        return options
    saved = _saved(options.mapping_file)
    zone = saved.get("zone")
    return replace(
        options,
        columns={**_texts(saved.get("columns")), **options.columns},
        kinds={**_texts(saved.get("kinds")), **options.kinds},
        won=options.won | _words(saved.get("won")),
        lost=options.lost | _words(saved.get("lost")),
        zone=options.zone or (zone if isinstance(zone, str) and zone else None),
    )


def _saved(path: Path) -> dict[str, object]:
    try:
        saved: object = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise MappingUnreadable(str(path), str(error)) from None
    if not isinstance(saved, dict):
        raise MappingUnreadable(str(path), "it is no JSON object")
    unknown = set(saved) - {"columns", "kinds", "won", "lost", "zone"}
    if unknown:
        raise MappingUnreadable(str(path), f"it has unknown keys: {', '.join(sorted(unknown))}")
    return saved


def _texts(value: object) -> dict[str, str]:
    return {str(key): str(inner) for key, inner in value.items()} if isinstance(value, dict) else {}


def _words(value: object) -> frozenset[str]:
    return frozenset(str(word) for word in value) if isinstance(value, list) else frozenset()
