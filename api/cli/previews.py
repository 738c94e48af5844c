"""What an import understood, shown before anything is written: for people as tables, for programs as JSON."""

from collections.abc import Sequence

from rich.markup import escape

from api.cli.output import print_table, say
from api.imports.files import LeftOut
from api.imports.preview import FilePreview, Preview
from services.importing.tables.table import Refusal

REFUSED_SHOWN = 20
SHORT_MAX = 12
_HEADERS_SHOWN = 12


def show_preview(preview: Preview) -> None:
    """Print what was understood: files, columns, ten rows as they will be read, and what was assumed."""
    for file in preview.files:
        if file.kind:
            _show_file(file)
    for left_out in preview.left_out:
        say(f"[yellow]Left out: {escape(left_out.name)}: {escape(left_out.reason)}[/yellow]")
    stages = [[line.pipeline, line.stage, line.kind, line.probability] for line in preview.stages]
    if stages:
        print_table("Stages", ["pipeline", "stage", "means", "probability"], stages, right=(3,))
    for pair in preview.near_equal:
        said = f"Nearly the same {pair.kind}, kept apart: “{pair.one}” and “{pair.other}”"
        say(f"[yellow]{escape(said)}[/yellow]")
    for note in preview.notes:
        say(escape(note))
    warn_of([f"Refused {one}" for one in preview.refused])
    say(f"Times without a zone are in {preview.zone}; amounts without a currency are {preview.currency}.")
    _show_standing(preview)


def _show_file(file: FilePreview) -> None:
    """Print one file: its columns, rows as they will be read, and what was assumed."""
    refused = f", {len(file.refused)} refused" if file.refused else ""
    say(
        f"\n[bold]{escape(file.name)}[/bold]: {file.kind}; {file.encoding}, delimiter {file.delimiter!r}, "
        f"{file.rows} rows{refused}"
    )
    known = [[column.header, column.field or "–", column.why] for column in file.columns if column.field or column.why]
    print_table("", ["column", "is read as", "because"], known)
    if rest := [column.header for column in file.columns if not column.field and not column.why]:
        say(f"  not imported: {escape(_some(rest))}")
    fields = [name for name in dict.fromkeys(name for row in file.sample for name in row) if _said(file, name)]
    if fields:
        rows = [[row.get(name, "") for name in fields] for row in file.sample]
        whole = [place for place in range(len(fields)) if all(_is_short(row[place]) for row in rows)]
        print_table("As they will be read", fields, rows, whole=whole)
    for note in file.notes:
        say(f"  {escape(note)}")


def _said(file: FilePreview, name: str) -> bool:
    """Return whether any of the sample rows says something in a field."""
    return any(row.get(name) for row in file.sample)


def _is_short(cell: str) -> bool:
    """Return whether a cell is a date or an amount, which nobody can read when it is broken into lines."""
    return not cell or (cell[0].isdigit() and " " not in cell and len(cell) <= SHORT_MAX)


def _some(headers: list[str]) -> str:
    """Return headers as one text, the first dozen and how many more there are."""
    more = f" and {len(headers) - _HEADERS_SHOWN} more" if len(headers) > _HEADERS_SHOWN else ""
    return ", ".join(headers[:_HEADERS_SHOWN]) + more


def _show_standing(preview: Preview) -> None:
    if preview.missing:
        what = "will be deleted" if preview.options.missing_delete else "are kept (--missing=delete deletes them)"
        say(f"{len(preview.missing)} deals of the last snapshot are missing; they {what}.")
    if preview.newer:
        said = f"An export “{preview.name}” was imported before: only what differs from it is new."
        say(escape(f"{said} If this is another one, give it a name of its own with --export."))
    if preview.again:
        say("This snapshot was imported before; nothing will change.")
    if preview.resumes:
        say("This snapshot was begun before; the import goes on where it stopped.")


def warn_of(lines: Sequence[str]) -> None:
    """Say the first of some lines that went wrong, and how many more there are."""
    for line in lines[:REFUSED_SHOWN]:
        say(f"[yellow]{escape(line)}[/yellow]")
    if len(lines) > REFUSED_SHOWN:
        say(f"[yellow]… and {len(lines) - REFUSED_SHOWN} more; --json lists all.[/yellow]")


def preview_json(preview: Preview) -> dict[str, object]:
    """Return a preview for programs."""
    return {
        "export": preview.name,
        "files": [_file_json(file) for file in preview.files if file.kind],
        "left_out": [left_json(one) for one in preview.left_out],
        "stages": [
            {"pipeline": one.pipeline, "stage": one.stage, "means": one.kind, "probability": one.probability}
            for one in preview.stages
        ],
        "near_equal": [{"kind": one.kind, "names": [one.one, one.other]} for one in preview.near_equal],
        "notes": list(preview.notes),
        "missing": list(preview.missing),
        "zone": preview.zone,
        "currency": preview.currency,
        "newer": preview.newer,
        "again": preview.again,
        "resumes": preview.resumes,
    }


def _file_json(file: FilePreview) -> dict[str, object]:
    return {
        "name": file.name,
        "kind": file.kind,
        "encoding": file.encoding,
        "delimiter": file.delimiter,
        "columns": [{"column": one.header, "field": one.field, "because": one.why} for one in file.columns],
        "sample": list(file.sample),
        "rows": file.rows + len(file.refused),
        "imported": file.rows - file.repeated,
        "repeated": file.repeated,
        "refused": [refusal_json(one) for one in file.refused],
        "notes": list(file.notes),
    }


def refusal_json(refusal: Refusal) -> dict[str, object]:
    """Return a refused row for programs."""
    return {"file": refusal.file, "line": refusal.line, "code": refusal.code, "reason": refusal.reason}


def left_json(left_out: LeftOut) -> dict[str, object]:
    """Return a file that was left out for programs."""
    return {"file": left_out.name, "reason": left_out.reason, "rows": left_out.rows}
