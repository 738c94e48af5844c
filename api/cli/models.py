"""`paceline models`: the embedding models that search reads with, to be fetched, chosen, checked and made."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.cli import tuning
from api.cli.output import AsJson, console, print_json, print_table, progress_bar, say
from api.settings import settings
from search.models.catalogue import CATALOGUE, CHINESE, ENGLISH
from search.models.choice import Choice, choose, chosen, free_name, known, with_model
from search.models.model import Model, models_in


class Spoken(StrEnum):
    """What a model reads."""

    EN = "en"
    ZH = "zh"
    ANY = "any"


app = typer.Typer(
    name="models",
    no_args_is_help=True,
    help="""See, fetch and make the models that search reads texts with.

Without models, search finds words; with them it finds what is meant, in English and Chinese and across the two.

Examples:

  paceline models fetch

  paceline models list

  paceline models check
""",
)
FETCH = """Fetch models of the catalogue, checked by their hashes: the two that are used by default, 32 MB.

A model that is there is not fetched again, so that after a failure the same command goes on with what is missing.

Examples:

  paceline models fetch

  paceline models fetch bge-small-en-v1.5

  paceline models fetch --from /media/stick

  paceline models fetch --repository https://maven.example.com/central
"""
LIST = """List the models that are known, those that are here, and those that are in use.

Example:

  paceline models list
"""
USE = """Choose a model: it takes the place of the one of its language; one for any language takes both places.

A running server, or each node, notices within seconds and reads what is indexed again in the background; until that is
done search answers with the model before. `paceline index status` shows how far it is.

Examples:

  paceline models use bge-small-en-v1.5

  paceline models use all-minilm-l6-v2
"""
CHECK = """Check that models read as they should: their hashes, and fixed sentences beside recorded vectors.

Exit code 1 says that something is wrong. `--against` compares with the original in sentence-transformers, which is
installed with pip install 'paceline\\[models]'.

Examples:

  paceline models check

  paceline models check all-minilm-l6-v2 --against sentence-transformers/all-MiniLM-L6-v2
"""
BRIDGE = """Train what puts an English and a Chinese model into one space, from files with pairs of translations.

Each line is English, a tab, Chinese; .gz is read as well. A thousand pairs, or one in five when there are few, are kept
back and say how well it does. The models that are used by default come with a bridge; others need one.

Examples:

  paceline models bridge pairs.tsv.gz

  paceline models bridge docs.tsv tatoeba.tsv --english ours
"""
EXPORT = """Make a model of Paceline of any sentence-transformers model: a folder, or an id of the hub.

It is exported to ONNX in eight bits and compared with its original; then `paceline models use NAME` chooses it. One
that reads many languages (--language any) takes the place of both models; one for English or Chinese alone needs a
bridge. This needs pip install 'paceline\\[models]', which is large; the server needs nothing of it.

Examples:

  paceline models export sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2 --name multilingual

  paceline models export ./our-model --name ours --language en
"""
Again = Annotated[bool, typer.Option("--again", help="Fetch even what is there.")]
Names = Annotated[list[str] | None, typer.Argument(metavar="NAME…", help="Models; default: those in use.")]
Source = Annotated[Path | None, typer.Option("--from", help="A folder that holds the files already.", exists=True)]
Repository = Annotated[str | None, typer.Option("--repository", help="A Maven repository; default: Maven Central.")]
Against = Annotated[str | None, typer.Option("--against", help="The original: a folder or an id of the hub.")]
Pairs = Annotated[list[Path], typer.Argument(metavar="PAIRS…", help="Files of pairs.", exists=True, dir_okay=False)]
English = Annotated[str | None, typer.Option("--english", help="The English model; default: the one in use.")]
Chinese = Annotated[str | None, typer.Option("--chinese", help="The Chinese model; default: the one in use.")]
Output = Annotated[Path | None, typer.Option("--output", help="Write the bridge there instead of using it.")]


@app.command(help=FETCH)
def fetch(
    names: Names = None,
    source: Source = None,
    repository: Repository = None,
    again: Again = False,
    json: AsJson = False,
) -> None:
    """Fetch models."""
    from search.models.fetch import fetch as bring

    folder = settings().models_folder
    wanted = names or [name for name in chosen(folder).names if name in CATALOGUE]
    for name in wanted:
        with progress_bar(f"Fetching {name}") as progress:
            bring(folder, name, progress=progress, source=source, repository=repository, again=again)
    _tell(folder, json=json, said=f"{', '.join(wanted)} in {folder}, checked.")


@app.command("list", help=LIST)
def list_models(json: AsJson = False) -> None:
    """List models."""
    folder = settings().models_folder
    if json:
        print_json(_listing(folder))
        return
    rows = [
        [
            str(row["name"]),
            str(row["language"]),
            str(row["width"]),
            str(row["licence"]),
            f"{'in use, ' if row['in_use'] else ''}{'here' if row['here'] else 'not here'}",
        ]
        for row in _listing(folder)
    ]
    print_table(f"Models in {folder}", ["model", "language", "width", "licence", ""], rows, right=[2], whole=[0])


@app.command(help=USE)
def use(name: Annotated[str, typer.Argument(help="A model of `paceline models list`.")], json: AsJson = False) -> None:
    """Choose a model."""
    folder = settings().models_folder
    choice = with_model(chosen(folder), known(folder, name))
    _usable(folder, choice)
    choose(folder, choice)
    _share(choice)
    _tell(folder, json=json, said=f"Search reads with {' and '.join(choice.names)}.")


@app.command(help=CHECK)
def check(names: Names = None, against: Against = None, json: AsJson = False) -> None:
    """Check models."""
    from search.models.checking import check as look

    folder = settings().models_folder
    wanted = names or list(chosen(folder).names)
    found = [(name, finding) for name in wanted for finding in look(folder, name)]
    if against:
        from search.models.original import compare

        found += [(name, finding) for name in wanted for finding in compare(folder, name, against)]
    if json:
        print_json([{"model": name, "what": f.what, "good": f.good, "detail": f.detail} for name, f in found])
    else:
        rows = [[name, f.what, "ok" if f.good else "WRONG", f.detail] for name, f in found]
        print_table(f"Models in {folder}", ["model", "what", "", "detail"], rows, whole=[0])
    if not all(finding.good for _, finding in found):
        raise typer.Exit(1)


@app.command(help=BRIDGE)
def bridge(
    pairs: Pairs,
    english: English = None,
    chinese: Chinese = None,
    output: Output = None,
    json: AsJson = False,
) -> None:
    """Train a bridge."""
    from search.models.building import build, place_of
    from search.models.pairs import read_pairs

    folder = settings().models_folder
    choice = chosen(folder)
    models = (known(folder, english or choice.english), known(folder, chinese or choice.chinese or CHINESE))
    with progress_bar("Reading pairs") as progress:
        made = build(folder, models, read_pairs(pairs), progress=progress)
    place = output or place_of(folder, models)
    made.bridge.save(place)
    if json:
        print_json(
            {
                "bridge": made.bridge.identity,
                "file": str(place),
                "trained": made.trained,
                "held_out": made.held_out,
                "chinese_to_english": made.chinese_to_english,
                "english_to_chinese": made.english_to_chinese,
            }
        )
        return
    console().print(
        f"{made.trained} pairs trained on. Of {made.held_out} others, {made.chinese_to_english:.1%} find their "
        f"translation first from Chinese, {made.english_to_chinese:.1%} from English. Written to {place}.",
        soft_wrap=True,
    )


app.command("tune", help=tuning.HELP)(tuning.tune)


@app.command(help=EXPORT)
def export(
    source: Annotated[str, typer.Argument(metavar="ID-OR-FOLDER", help="A sentence-transformers model.")],
    name: Annotated[str, typer.Option("--name", help="How it will be called here.")],
    language: Annotated[Spoken, typer.Option("--language", help="What it reads.")] = Spoken.ANY,
    json: AsJson = False,
) -> None:
    """Make a model."""
    from search.models.exporting import export as make

    folder = settings().models_folder
    with progress_bar(f"Exporting {source}"):
        make(source, folder, free_name(name), language.value)
    _tell(folder, json=json, said=f"{name} lies in {folder} and reads as its original does.")


def _usable(folder: Path, choice: Choice) -> None:
    """Raise what says what to do when a choice lacks a model or a bridge."""
    from search.models.embedder import Embedder

    Embedder(folder, choice)


def _share(choice: Choice) -> None:
    """Tell the nodes, where several share a store."""
    chosen_settings = settings()
    if chosen_settings.store is None:
        return
    from contextlib import closing

    from api.searching.reading import share_choice
    from streams.store.postgres import open_postgres

    with closing(open_postgres(chosen_settings.store)) as connection:
        share_choice(connection, choice)


def _tell(folder: Path, *, json: bool, said: str) -> None:
    if json:
        print_json(_listing(folder))
    else:
        say(said)


def _listing(folder: Path) -> list[dict[str, object]]:
    """Return the models that are known or here, those in use first."""
    here = {model.name: model for model in models_in(folder)}
    every = {name: entry.model for name, entry in CATALOGUE.items()} | here
    used = chosen(folder).names
    order = sorted(every, key=lambda name: (name not in used, name not in (ENGLISH, CHINESE), name))
    return [_row(every[name], here=name in here, in_use=name in used) for name in order]


def _row(model: Model, *, here: bool, in_use: bool) -> dict[str, object]:
    return {
        "name": model.name,
        "language": model.language,
        "width": model.width,
        "licence": model.licence,
        "origin": model.origin,
        "sha256": model.model_sha256,
        "here": here,
        "in_use": in_use,
    }
