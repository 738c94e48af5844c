"""`paceline knowledge import`: documents from Markdown, HTML, DOCX and tables."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from api.cli.home import has_store, submitting
from api.cli.output import AsJson, console, print_json, print_table, progress_bar, say
from api.knowledge.drafts import DocumentRefused
from api.knowledge.fields import KINDS, words
from api.knowledge.files import names_of, read_file
from api.knowledge.importing import Options, Plan, Report, plan, run
from api.knowledge.people import People
from api.knowledge.rows import Found
from api.secret import installation_secret
from api.settings import Settings, settings
from api.wiring import reading
from services.documents.versions import Version
from services.view import LATEST
from streams.answers import documents
from streams.answers.names import Names
from streams.answers.names import names_of as names_in

SHOWN_MAX = 50
HELP = """Bring documents in: a folder of Markdown, HTML, DOCX, CSV or JSON lines, or one such file.

What stands in the front matter of a file, or in the columns of a table, becomes what is known of it: title, kind,
author, readers, tags, verifier, deal, playbook … The same files again change nothing; a changed file is a new version.

Examples:

  paceline knowledge import handbook/ --readers everyone

  paceline knowledge import reviews.csv --kind loss_review --readers team:north,role:product --dry-run
"""
Readers = Annotated[
    str,
    typer.Option("--readers", help="Who may read what names no readers: everyone, team:ID, role:NAME, rep:ID."),
]


def import_documents(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A folder or a file.", exists=True)],
    readers: Readers = "",
    kind: Annotated[str, typer.Option("--kind", help=f"What those are that do not say: {', '.join(KINDS)}.")] = "note",
    name: Annotated[str, typer.Option("--name", help="The name that ids are made from; the folder's by default.")] = "",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Take the file where it was changed here as well.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and stop.")] = False,
    json: AsJson = False,
) -> None:
    """Bring documents in."""
    if kind not in KINDS:
        raise typer.BadParameter(f"must be one of {', '.join(KINDS)}", param_hint="--kind")
    chosen = settings()
    whole = path.resolve()
    options = Options(
        folder=name or (whole.name if whole.is_dir() else whole.parent.name) or "documents",
        secret=installation_secret(chosen.home),
        now=datetime.now(UTC),
        readers=tuple(words(readers)),
        kind=kind,
        overwrite=overwrite,
    )
    made = _planned(path, options, chosen)
    if dry_run:
        _tell(made, None, json=json)
        return
    with submitting(chosen) as submit, progress_bar("Importing") as progress:
        report = run(made, submit, progress)
    _tell(made, report, json=json)
    if not made.documents or report.turned:
        raise typer.Exit(1)


def _planned(path: Path, options: Options, chosen: Settings) -> Plan:
    with _known(chosen, options) as (people, versions_of):
        return plan(_read(path), options, people, versions_of)


def _read(path: Path) -> Iterator[Found]:
    """Yield the documents of a folder or file, with a bar that says how far it is."""
    files = names_of(path)
    with progress_bar("Reading") as progress:
        for done, (name, one) in enumerate(files, 1):
            yield from read_file(name, one)
            progress(done, len(files))


@contextmanager
def _known(chosen: Settings, options: Options) -> Iterator[tuple[People, Callable[[str], Sequence[Version]]]]:
    """Give what the data folder knows of people and of documents; nothing where it has no store yet."""
    if not has_store(chosen):
        yield People(Names({}), None, options.secret), lambda _: ()
        return
    asked = reading(chosen)
    try:
        with asked.cut(LATEST) as cut:
            people = People(names_in(cut.connection), cut.connection, options.secret)
            yield people, lambda name: documents.versions(cut, name)
    finally:
        asked.close()


def _tell(made: Plan, report: Report | None, *, json: bool) -> None:
    refused = [*made.refused, *(report.turned if report else ())]
    if json:
        print_json(_json(made, report, refused))
        return
    counts = made.counts
    read = len(made.documents) + len(made.refused)
    rows = [[one.name, one.title, one.kind, one.language, one.became] for one in made.documents[:SHOWN_MAX]]
    if rows and report is None:
        print_table("", ["file", "title", "kind", "language", "becomes"], rows)
    if len(made.documents) > SHOWN_MAX and report is None:
        console().print(f"… and {len(made.documents) - SHOWN_MAX} more")
    said = " + ".join(f"{counts[word]} {word}" for word in ("new", "changed", "same"))
    console().print(f"Documents: {read} read = {said} + {len(made.refused)} refused.")
    if not read:
        say("There is nothing to read in it: Markdown, HTML, DOCX, CSV or JSON lines are read, hidden files are not.")
    for one in refused:
        say(f"[yellow]{escape(str(one))}[/yellow]")
    if any(one.closed for one in made.documents):
        say("Nobody but admins may read those without readers; name them with --readers, for example everyone.")
    if report is None:
        say("Nothing was imported.")


def _json(made: Plan, report: Report | None, refused: list[DocumentRefused]) -> dict[str, object]:
    """Return a plan, or what became of it, for programs; read = new + changed + same + refused by the files."""
    counts = made.counts
    return {
        "source": made.options.source,
        "read": len(made.documents) + len(made.refused),
        "new": counts["new"],
        "changed": counts["changed"],
        "same": counts["same"],
        "refused": [{"file": one.name, "code": one.code, "reason": one.reason} for one in refused],
        "documents": [
            {"id": one.id, "file": one.name, "title": one.title, "kind": one.kind, "becomes": one.became}
            for one in made.documents
        ],
        "events": dict(report.words) if report else {},
    }
