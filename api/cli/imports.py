"""`paceline import`: real exports in, with a preview first and a report after."""

import gc
import json as jsons
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from api.cli.home import has_store, questions, submitting
from api.cli.output import AsJson, console, print_json, progress_bar, say
from api.cli.previews import left_json, preview_json, refusal_json, show_preview, warn_of
from api.imports.importing import ImportOptions, Preview, Report, prepare, run
from api.leaderboard import usual_period
from api.secret import installation_secret
from api.settings import Settings, settings
from api.wiring import reading
from services.errors import PacelineError
from services.org.company import Company
from services.view import LATEST
from streams.answers.cut import latest

# The earliest time that an event may have.
BEGINNING = "2000-01-01T00:00:00Z"
app = typer.Typer()
HELP = """Import exports of a CRM: a file, several, or a folder whose files belong together.

CSV (any delimiter; UTF-8, GBK, UTF-16) and JSONL are read; columns and stage words are recognised in English and
Chinese. A preview shows what was understood before anything is written. The same files twice change nothing; a newer
snapshot becomes the changes since the last one.

Examples:

  paceline import deals.csv

  paceline import exports/2017-03/ --zone Europe/Berlin --yes

  paceline import 商机.csv --map "签约金额=amount" --won 已签约 --lost 已流失

  paceline import deals.csv --dry-run --save-mapping crm.json

  paceline import deals.csv --mapping crm.json --strict --yes
"""
# Before everything that an event may tell.
BEGINNING = "2000-01-01T00:00:00Z"

Paths = Annotated[list[Path], typer.Argument(metavar="PATH…", help="Files or folders.", exists=True)]
Maps = Annotated[list[str] | None, typer.Option("--map", help="column=field; “ignore” leaves a column out.")]
WonWords = Annotated[list[str] | None, typer.Option("--won", help="A stage word that means won.")]
LostWords = Annotated[list[str] | None, typer.Option("--lost", help="A stage word that means lost.")]
Zone = Annotated[str | None, typer.Option("--zone", help="Zone of times without one; default: the company's.")]
Currency = Annotated[str | None, typer.Option("--currency", help="Currency of amounts without one.")]
Name = Annotated[str, typer.Option("--export", help="Name of the export; the same name later is a newer snapshot.")]
Strict = Annotated[bool, typer.Option("--strict", help="Import nothing if one row is refused.")]
Missing = Annotated[str, typer.Option("--missing", help="keep or delete deals that a newer snapshot lacks.")]
Mapping = Annotated[Path | None, typer.Option("--mapping", help="A mapping saved before.", exists=True)]
Save = Annotated[Path | None, typer.Option("--save-mapping", help="Save what was recognised into a file.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the preview and stop.")]


@app.command("import", help=HELP)
def import_files(
    paths: Paths,
    columns: Maps = None,
    won: WonWords = None,
    lost: LostWords = None,
    zone: Zone = None,
    currency: Currency = None,
    export: Name = "",
    strict: Strict = False,
    missing: Missing = "keep",
    mapping: Mapping = None,
    save_mapping: Save = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: AsJson = False,
) -> None:
    """Import exports of a CRM."""
    chosen = settings()
    company, known = _company(chosen, zone, currency)
    first = company if not known and (zone or currency) else None
    options = ImportOptions(
        paths=tuple(paths),
        company_zone=company.zone,
        company_currency=(currency or company.currency).upper(),
        secret=installation_secret(chosen.home),
        now=datetime.now(UTC),
        columns=_columns(columns or []),
        won=frozenset(won or ()),
        lost=frozenset(lost or ()),
        zone=zone,
        strict=strict,
        missing_delete=_deletes(missing),
        mapping_file=mapping,
        export=export,
    )
    preview = _previewed(options, chosen, save_mapping, json=json and dry_run, shown=not json)
    if dry_run or not (yes or json or typer.confirm("Import this?", default=True, err=True)):
        say("Nothing was imported.")
        return
    _tell(chosen, _imported(chosen, preview, first), json=json)


def _previewed(options: ImportOptions, chosen: Settings, save: Path | None, *, json: bool, shown: bool) -> Preview:
    """Return the preview of an import, shown and with its mapping saved where that is asked for."""
    with _hoarding():
        preview = prepare(options, chosen.home)
    if json:
        print_json(preview_json(preview))
    elif shown:
        show_preview(preview)
    if save:
        save.write_text(jsons.dumps(preview.mapping(), ensure_ascii=False, indent=2), encoding="utf-8")
        say(f"Mapping saved in {escape(str(save))}.")
    return preview


@contextmanager
def _hoarding() -> Iterator[None]:
    """Keep what is made here out of the collector's sight: the rows of an export live until the command ends.

    Otherwise the collector walks through millions of them again and again and finds nothing.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _imported(chosen: Settings, preview: Preview, company: Company | None) -> Report:
    """Import what was previewed, after setting up the company when this is its first import."""
    with submitting(chosen) as submit, progress_bar("Importing") as progress:
        if company:
            (said,) = submit([_setup(company, preview.options)])
            if said not in ("applied", "duplicate"):
                raise CompanyRefused(said)
        return run(preview, submit, progress)


class CompanyRefused(PacelineError):
    """A company that could not be set up before its first import."""

    def __init__(self, said: str) -> None:
        super().__init__(f"The zone and the currency were refused ({said}). Nothing was imported; check both options.")


def _company(chosen: Settings, zone: str | None, currency: str | None) -> tuple[Company, bool]:
    """Return the company as configured so far, else as the options describe it; and whether it was configured."""
    found = _configured(chosen)
    return found or Company(zone=zone or "UTC", currency=(currency or "USD").upper()), found is not None


def _configured(chosen: Settings) -> Company | None:
    """Return the company as configured so far, None when it never was."""
    if not has_store(chosen):
        return None
    asked = reading(chosen)
    try:
        row = asked.connection().execute("SELECT 1 FROM roots WHERE subject = 'company/main' AND state IS NOT NULL")
        configured = row.fetchone() is not None
        cut = latest(asked.connection(), LATEST, asked.clock())
        return cut.organisation.company if configured else None
    finally:
        asked.close()


def _setup(company: Company, options: ImportOptions) -> dict[str, object]:
    """Return the event that configures a company whose first import this is.

    It holds from the earliest time there is, so that the past as it had happened has the same zone and currency.
    """
    return {
        "specversion": "1.0",
        "id": f"company-{company.zone}-{company.currency}",
        "source": f"import/{options.export_name}",
        "type": "company.configured",
        "subject": "company/main",
        "time": BEGINNING,
        "data": {"zone": company.zone, "currency": company.currency},
    }


def _columns(texts: list[str]) -> dict[str, str]:
    """Return the columns that were mapped by hand."""
    found: dict[str, str] = {}
    for text in texts:
        column, equals, name = text.rpartition("=")
        if not equals or not column or not name:
            raise typer.BadParameter(f"“{text}” must look like column=field", param_hint="--map")
        found[column] = name
    return found


def _deletes(missing: str) -> bool:
    if missing not in ("keep", "delete"):
        raise typer.BadParameter("must be keep or delete", param_hint="--missing")
    return missing == "delete"


def _tell(chosen: Settings, report: Report, *, json: bool) -> None:
    if json:
        print_json(report_json(report))
    else:
        show_report(report)
        with questions(chosen) as asked:
            period = usual_period(asked)
        named = "" if period == "this-quarter" else f" --period {period}"
        console().print(f"See it with `paceline board won_amount{named}` or `paceline serve`.")


def show_report(report: Report) -> None:
    """Print what an import did."""
    events = ", ".join(f"{count} {word}" for word, count in sorted(report.events.items())) or "none"
    roots = ", ".join(f"{count} {word}" for word, count in sorted(report.roots.items())) or "none"
    refused = len(report.refused)
    rows = f"Rows: {report.read} read = {report.imported} imported + {report.repeated} repeated + {refused} refused."
    console().print(rows)
    console().print(f"Records: {roots}. Events: {events}.")
    warn_of([f"{one.key} {one.event_type}: {one.code} {one.pointer} {one.detail}" for one in report.turned])


def report_json(report: Report) -> dict[str, object]:
    """Return a report for programs; rows = imported + repeated + refused."""
    return {
        "export": report.export,
        "rows": report.read,
        "imported": report.imported,
        "repeated": report.repeated,
        "refused": [refusal_json(one) for one in report.refused],
        "left_out": [left_json(one) for one in report.left_out],
        "roots": dict(report.roots),
        "events": dict(report.events),
        "types": dict(report.types),
        "turned": [
            {
                "key": one.key,
                "type": one.event_type,
                "code": one.code,
                "pointer": one.pointer,
                "detail": one.detail,
            }
            for one in report.turned
        ],
        "missing": list(report.missing),
        "deleted": report.deleted,
    }
