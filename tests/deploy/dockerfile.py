"""A small linter of Dockerfiles."""

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction."""

    word: str
    rest: str


def steps(text: str) -> list[Step]:
    """Return the instructions of a Dockerfile, continued lines joined, comments left out."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    return [Step(word.upper(), rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines())]


def stages(found: list[Step]) -> list[list[Step]]:
    """Return the instructions of each stage."""
    parts: list[list[Step]] = []
    for step in found:
        if step.word == "FROM":
            parts.append([])
        if parts:
            parts[-1].append(step)
    return parts


Rule = Callable[[list[Step]], bool]


def _bases_are_pinned(found: list[Step]) -> bool:
    names = {step.rest.split()[-1] for step in found if step.word == "FROM" and " AS " in step.rest.upper()}
    bases = [step.rest.split()[0] for step in found if step.word == "FROM"]
    return bool(bases) and all(
        base in names or re.fullmatch(r"[\w./-]+:\d+\.\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?", base) for base in bases
    )


def _user_is_not_root(found: list[Step]) -> bool:
    users = [step.rest for step in stages(found)[-1] if step.word == "USER"]
    return bool(users) and re.fullmatch(r"[1-9]\d*(:[1-9]\d*)?", users[-1]) is not None


def _copies_have_owners(found: list[Step]) -> bool:
    return all("--chown=" in step.rest for step in stages(found)[-1] if step.word == "COPY")


def _lists_of_apt_are_removed(found: list[Step]) -> bool:
    return all(
        "rm -rf /var/lib/apt/lists" in step.rest and "--no-install-recommends" in step.rest
        for step in found
        if step.word == "RUN" and "apt-get install" in step.rest
    )


def _packages_are_hashed(found: list[Step]) -> bool:
    runs = [step.rest for step in found if step.word == "RUN" and " install" in step.rest and "pip" in step.rest]
    return all("--require-hashes" in one or "--no-deps" in one for one in runs)


def _programs_are_lists(found: list[Step]) -> bool:
    return all(step.rest.startswith("[") for step in found if step.word in {"CMD", "ENTRYPOINT"})


def _no_secret(found: list[Step]) -> bool:
    words = [word for step in found if step.word in {"ENV", "ARG"} for word in shlex.split(step.rest)]
    return not any(re.search(r"(PASSWORD|SECRET|TOKEN|_KEY)", word.partition("=")[0], re.IGNORECASE) for word in words)


RULES: dict[str, Rule] = {
    "bases name an exact version": _bases_are_pinned,
    "there are several stages, and the last one is small": lambda found: len(stages(found)) > 1,
    "the last stage runs as a number that is not root": _user_is_not_root,
    "nothing is added, only copied": lambda found: not any(step.word == "ADD" for step in found),
    "what the last stage copies has an owner": _copies_have_owners,
    "lists of apt do not stay": _lists_of_apt_are_removed,
    "packages are checked by hash": _packages_are_hashed,
    "programs are lists of words": _programs_are_lists,
    "no secret is built in": _no_secret,
    "it says whether it is well": lambda found: any(step.word == "HEALTHCHECK" for step in stages(found)[-1]),
    "it has labels": lambda found: any(step.word == "LABEL" for step in stages(found)[-1]),
    "nothing becomes root again": lambda found: not any("sudo" in step.rest for step in found if step.word == "RUN"),
}


def broken(text: str) -> Iterator[str]:
    """Yield the rules that a Dockerfile breaks."""
    found = steps(text)
    yield from (name for name, holds in RULES.items() if not holds(found))
