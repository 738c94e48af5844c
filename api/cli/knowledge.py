"""`paceline knowledge`: documents in, listed, shown, verified and put away."""

from typing import Annotated

import typer

from api.cli import knowledge_import
from api.cli.home import questions, submitting
from api.cli.output import AsJson, console, print_json, print_table
from api.knowledge.fields import KINDS
from api.knowledge.people import People
from api.knowledge.render import document_json, listed_json
from api.knowledge.wires import Wire, fact_wire
from api.secret import installation_secret
from api.settings import settings
from services.documents.trust import TRUSTS
from services.errors import PacelineError
from services.events.encode import rfc3339
from services.scope import ADMIN
from services.view import LATEST
from streams.answers import documents
from streams.answers.documents import Listed
from streams.answers.names import Names, names_of
from streams.embedded.writer import system_clock

app = typer.Typer(
    name="knowledge",
    no_args_is_help=True,
    help="""Keep case reviews, playbooks and notes: bring them in, see what can be trusted, verify and archive.

Examples:

  paceline knowledge import handbook/ --readers everyone

  paceline knowledge list --trust stale

  paceline knowledge verify ID --by "Mei Lin"
""",
)
LIST = """List documents with their trust state, the last written first.

Examples:

  paceline knowledge list

  paceline knowledge list --kind play --trust unverified --json
"""
SHOW = """Show a document: its text, what is known of it, and what became of the deals that used it.

Example:

  paceline knowledge show ID --json
"""
VERIFY = """Say that the version which stands is right, for the document's interval or until a day.

Examples:

  paceline knowledge verify ID --by "Mei Lin"

  paceline knowledge verify ID --until 2017-06-30
"""
ARCHIVE = """Put a document away: it is found no longer, and what it counted for stays.

Example:

  paceline knowledge archive ID --reason "replaced"
"""
RESTORE = """Bring an archived document back.

Example:

  paceline knowledge restore ID
"""
Document = Annotated[str, typer.Argument(metavar="ID", help="The document's id, from `paceline knowledge list`.")]
By = Annotated[str, typer.Option("--by", help="Who, by name or id.")]

app.command("import", help=knowledge_import.HELP)(knowledge_import.import_documents)


class DocumentTurned(PacelineError):
    """What the store said instead of taking a change of a document."""

    def __init__(self, document: str, said: str) -> None:
        super().__init__(f"The change of document {document} was not taken: {said}.")


@app.command("list", help=LIST)
def listed(
    kind: Annotated[str, typer.Option("--kind", help=f"One of {', '.join(KINDS)}.")] = "",
    trust: Annotated[str, typer.Option("--trust", help=f"One of {', '.join(TRUSTS)}.")] = "",
    archived: Annotated[bool, typer.Option("--archived", help="Those that were put away.")] = False,
    json: AsJson = False,
) -> None:
    """List documents."""
    for name, word, known in (("--kind", kind, KINDS), ("--trust", trust, TRUSTS)):
        if word and word not in known:
            raise typer.BadParameter(f"must be one of {', '.join(known)}", param_hint=name)
    with questions(settings()) as asked, asked.cut(LATEST) as cut:
        names = names_of(cut.connection)
        found = [
            one
            for one in documents.listed(cut, ADMIN)
            if kind in ("", one.state.kind)
            and trust in ("", one.trust)
            and (one.state.archived is not None) is archived
        ]
    if json:
        print_json([listed_json(one) for one in found])
        return
    if not found:
        console().print("There are no such documents.")
        return
    heads = ["id", "title", "kind", "trust", "verifier", "written", "uses"]
    print_table(f"Documents: {len(found)}", heads, [_row(one, names) for one in found], right=(6,), whole=(0, 3, 5))


def _row(one: Listed, names: Names) -> list[str]:
    state = one.state
    verifier = names.of("rep", state.verifier) or "–"
    return [one.id, one.title, state.kind, one.trust, verifier, rfc3339(one.last_us)[:10], str(state.uses)]


@app.command(help=SHOW)
def show(document_id: Document, json: AsJson = False) -> None:
    """Show a document."""
    with questions(settings()) as asked, asked.cut(LATEST) as cut:
        one = documents.document(cut, document_id, ADMIN)
        versions = documents.versions(cut, document_id)
        record = documents.records(cut, [document_id])[document_id]
        names = names_of(cut.connection)
    if json:
        print_json(document_json(one, versions, record, [use.deal for use in record.uses]))
        return
    text = versions[-1].text
    console().print(f"{one.title}\n", style="bold", markup=False)
    console().print("(its text was erased)" if text is None else text, markup=False, soft_wrap=True)
    readers = ", ".join(one.state.readers) or "admins, author and verifier alone"
    author = names.of("rep", one.state.author) or "unknown"
    console().print(f"\n{one.state.kind}, {one.trust}, version {one.state.versions} by {author}; readers: {readers}")
    became = ", ".join(f"{record.count(word)} {word}" for word in ("won", "lost", "open"))
    console().print(f"Deals that used it: {became} (sample of {record.sample}; association, not cause)")


@app.command(help=VERIFY)
def verify(
    document_id: Document,
    by: By = "",
    until: Annotated[str, typer.Option("--until", help="The last day that it holds, such as 2017-06-30.")] = "",
) -> None:
    """Verify a document."""
    _change("document.verified", document_id, by, {"until": until} if until else {})


@app.command(help=ARCHIVE)
def archive(
    document_id: Document,
    by: By = "",
    reason: Annotated[str, typer.Option("--reason", help="Why, in a few words.")] = "",
) -> None:
    """Put a document away."""
    _change("document.archived", document_id, by, {"reason": reason} if reason else {})


@app.command(help=RESTORE)
def restore(document_id: Document, by: By = "") -> None:
    """Bring an archived document back."""
    _change("document.restored", document_id, by, {})


def _change(kind: str, name: str, by: str, fields: Wire) -> None:
    """Hand in an event of a document that exists."""
    chosen = settings()
    with questions(chosen) as asked, asked.cut(LATEST) as cut:
        documents.document(cut, name, ADMIN)
        people = People(names_of(cut.connection), cut.connection, installation_secret(chosen.home))
        who: Wire = {"by": people.one(name, "by", by)} if by else {}
    with submitting(chosen) as submit:
        (said,) = submit([fact_wire(kind, f"document/{name}", who | fields, system_clock())])
    if said not in ("applied", "duplicate"):
        raise DocumentTurned(name, said)
    console().print(f"{name}: {kind.partition('.')[2]}")
