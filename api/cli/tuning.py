"""`paceline models tune`: a model learns from a company's own judgements."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import AsJson, console, print_json, progress_bar
from api.settings import settings
from search.evaluate.folder import read_folder
from search.models.choice import free_name
from search.models.failures import TuningUseless
from search.models.model import Language

if TYPE_CHECKING:
    from search.models.tuning import Judgements

HELP = """Tune a sentence-transformers model on your own judgements, and make it a model of Paceline.

The folder holds corpus.jsonl, queries.jsonl and qrels.tsv, as for `paceline evaluate`. A fifth of the questions is kept
back; when they are not answered better than before, nothing is made. Questions and documents are read in one language;
afterwards `paceline models use NAME` chooses the model, and `paceline models bridge PAIRS…` joins it with the other.
This needs pip install 'paceline\\[models]'.

Examples:

  paceline models tune judgements/ --from sentence-transformers/all-MiniLM-L6-v2 --name ours

  paceline models tune judgements/ --from ./our-model --name ours-2 --passes 4
"""


def tune(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Judgements.", exists=True, file_okay=False)],
    source: Annotated[str, typer.Option("--from", help="The model to begin with: a folder or an id of the hub.")],
    name: Annotated[str, typer.Option("--name", help="How it will be called here.")],
    language: Annotated[str, typer.Option("--language", help="What it reads: en, zh or any.")] = "en",
    passes: Annotated[int, typer.Option("--passes", min=1, max=20, help="How often each judgement is seen.")] = 2,
    json: AsJson = False,
) -> None:
    """Tune a model."""
    from search.models.exporting import export
    from search.models.tuning import Tuning
    from search.models.tuning import tune as learn

    models, spoken = settings().models_folder, _language(language)
    free_name(name)
    judgements = _judgements(folder)
    with tempfile.TemporaryDirectory(prefix="paceline-tuning-") as place:
        with progress_bar(f"Tuning {source}") as progress:
            found = learn(source, place, judgements, tuning=Tuning(passes=passes), progress=progress)
        if not found.better:
            raise TuningUseless(found.before, found.after)
        model = export(place, models, name, spoken, origin=f"{source}, tuned on {found.learned} questions")
    if json:
        print_json(
            {
                "model": model.name,
                "sha256": model.model_sha256,
                "learned": found.learned,
                "kept_back": found.kept_back,
                "before": found.before,
                "after": found.after,
            }
        )
        return
    console().print(
        f"{found.learned} questions learned. On {found.kept_back} others nDCG@10 went from {found.before:.3f} to "
        f"{found.after:.3f}. {model.name} lies in {models}.",
        soft_wrap=True,
    )


def _language(text: str) -> Language:
    for known in ("en", "zh", "any"):
        if text == known:
            return known
    raise typer.BadParameter("must be en, zh or any", param_hint="--language")


def _judgements(folder: Path) -> "Judgements":
    from search.models.tuning import Judgements

    judged = read_folder(folder)
    return Judgements(
        documents={one.id: f"{one.title}\n{one.text}".strip() for one in judged.documents},
        questions={one.id: one.text for one in judged.questions},
        gains=judged.gains,
    )
