"""The files by which Paceline is deployed, read."""

import json
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
Tree = dict[str, "Value"]
Value = str | int | float | bool | None | list["Value"] | Tree


def tree(value: object) -> Tree:
    """Return what must be a mapping."""
    assert isinstance(value, dict), value
    return value


def texts(value: object) -> list[str]:
    """Return what must be a list of texts."""
    assert isinstance(value, list), value
    return [str(one) for one in value]


def read_yaml(name: str) -> Tree:
    """Return a file of the top folder."""
    return tree(yaml.safe_load((ROOT / name).read_text(encoding="utf-8")))


def read_json(path: Path) -> Tree:
    """Return a JSON file."""
    return tree(json.loads(path.read_text(encoding="utf-8")))


def services() -> dict[str, Tree]:
    """Return the services of docker-compose.yml."""
    return {name: tree(one) for name, one in tree(read_yaml("docker-compose.yml")["services"]).items()}
