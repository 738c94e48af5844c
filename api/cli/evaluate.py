"""`paceline evaluate`: how well search finds what people judged to be right."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import AsJson, print_json, print_table, progress_bar, say
from api.settings import settings

if TYPE_CHECKING:
    from search.evaluate.run import Evaluation, Step
    from search.ports import Embedder

app = typer.Typer()
HELP = """Measure search on a folder of judgements: corpus.jsonl, queries.jsonl and qrels.tsv.

Documents are indexed in an index of their own, which is removed in the end; your data is not touched. Each question is
asked by meaning alone (dense), by words alone (lexical) and as the product does (product). Without a model there are
words alone.

Examples:

  paceline evaluate judgements/

  paceline evaluate judgements/ --queries 200 --text-only --json
"""
VECTORS = "evaluate.db"
"""Vectors that an earlier evaluation read, in the folder of models; it may be deleted at any time."""


@app.command(help=HELP)
def evaluate(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help='corpus.jsonl with "_id", "title" and "text"; queries.jsonl with "_id" and "text"; qrels.tsv with '
            "query, document and gain between tabs.",
        ),
    ],
    queries: Annotated[
        int | None, typer.Option("--queries", min=1, help="Most questions to ask, drawn the same way every time.")
    ] = None,
    text_only: Annotated[bool, typer.Option("--text-only", help="Leave the titles of documents out.")] = False,
    json: AsJson = False,
) -> None:
    """Measure search on a folder of judgements."""
    from search.evaluate import run
    from search.evaluate.folder import read_folder

    judged = read_folder(folder, questions_max=queries, text_only=text_only)
    embedder = _embedder(settings().models_folder)
    if embedder is None:
        say("[dim]There is no model yet, so words alone are measured; `paceline models fetch` brings one.[/dim]")
    documents, questions = len(judged.documents), len(judged.questions)
    with progress_bar("Indexing documents, asking questions") as bar:

        def progress(step: "Step", done: int) -> None:
            bar(done if step == "indexed" else documents + done, documents + questions)

        found = run.evaluate(judged, embedder, progress)
    if json:
        print_json(_as_json(found))
    else:
        _show(folder, found)


def _embedder(models: Path) -> "Embedder | None":
    """Return the models of the data folder, None when they were not fetched."""
    from search.models.cache import CachedEmbedder
    from search.models.embedder import Embedder
    from search.models.failures import ModelMissing

    try:
        return CachedEmbedder(Embedder(models), models / VECTORS)
    except ModelMissing:
        return None


def _show(folder: Path, found: "Evaluation") -> None:
    """Print a table for people."""
    size = f"{found.documents:,} documents in {found.passages:,} passages, {found.questions:,} questions"
    rows = [
        [way, *(f"{value:.3f}" for value in (one.ndcg_10, one.mrr_10, one.recall_10, one.recall_100))]
        for way, one in found.figures.items()
    ]
    heads = ("way", "nDCG@10", "MRR@10", "recall@10", "recall@100")
    print_table(f"{folder.name}: {size}", heads, rows, right=(1, 2, 3, 4), whole=(0, 1, 2, 3, 4))
    say(f"[dim]Model: {found.model or 'none'}[/dim]")


def _as_json(found: "Evaluation") -> dict[str, object]:
    return {
        "documents": found.documents,
        "passages": found.passages,
        "questions": found.questions,
        "model": found.model,
        "scale": {"floor": round(found.scale.floor, 4), "typical": round(found.scale.typical, 4)},
        "ways": {
            way: {
                "ndcg@10": round(one.ndcg_10, 4),
                "mrr@10": round(one.mrr_10, 4),
                "recall@10": round(one.recall_10, 4),
                "recall@100": round(one.recall_100, 4),
            }
            for way, one in found.figures.items()
        },
    }
