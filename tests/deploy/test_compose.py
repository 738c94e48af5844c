"""docker-compose.yml: its shape, and what every part of it promises."""

import re
from pathlib import Path

import jsonschema
import pytest

from tests.deploy.files import ROOT, Tree, read_json, read_yaml, services, texts, tree
from tests.program import leaves

SERVICES = services()
ONE_SHOT = {"topics", "schema"}
PARTS = {"kafka", "postgres", "qdrant", "topics", "schema", "worker-1", "worker-2", "node-1", "node-2"}
# Commands that the rest of the scaled-out home brings; each must leave this list when it is there.
SERVICE = pytest.mark.parametrize("name", sorted(SERVICES))


def test_the_shape() -> None:
    """The file has no key that compose does not know and no value of another type."""
    schema = read_json(Path(__file__).with_name("compose.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(read_yaml("docker-compose.yml"), schema)


@pytest.mark.parametrize("key", ["restrat", "priviledged", "privileged", "cap_add", "network_mode", "env_file"])
def test_the_schema_refuses(key: str) -> None:
    """A misspelt key and one that opens the container do not pass."""
    schema = read_json(Path(__file__).with_name("compose.schema.json"))
    changed = read_yaml("docker-compose.yml")
    tree(tree(changed["services"])["kafka"])[key] = True
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(changed, schema)


def test_the_parts() -> None:
    """Kafka, Postgres, Qdrant, two workers, two nodes, and what prepares them."""
    assert set(SERVICES) == PARTS


@SERVICE
def test_it_is_well_or_ends(name: str) -> None:
    """Every service says whether it is well, and starts again; or it runs once."""
    service = SERVICES[name]
    assert (name in ONE_SHOT) == (service["restart"] == "no")
    assert ("healthcheck" in service) == (name not in ONE_SHOT)


@SERVICE
def test_it_is_shut_in(name: str) -> None:
    """Every service runs without rights: no root, nothing to write but its volumes, no capability, no new privilege."""
    service = SERVICES[name]
    assert not str(service["user"]).startswith("0:")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert any(one.startswith("/tmp:") for one in texts(service["tmpfs"]))


@SERVICE
def test_it_has_limits(name: str) -> None:
    """No service can take the whole machine: processor, memory, processes, size of its log."""
    limits = tree(tree(tree(SERVICES[name]["deploy"])["resources"])["limits"])
    assert set(limits) == {"cpus", "memory", "pids"}
    assert set(tree(tree(SERVICES[name]["logging"])["options"])) == {"max-size", "max-file"}


@SERVICE
def test_its_image_is_one_version(name: str) -> None:
    """Every image names an exact version."""
    _, _, tag = str(SERVICES[name]["image"]).rpartition(":")
    assert re.fullmatch(r"v?\d+\.\d+(\.\d+)?(-unprivileged)?", tag), tag


@SERVICE
def test_its_volumes_and_networks_exist(name: str) -> None:
    """Every volume is a named one that is declared, and so is every network."""
    file = read_yaml("docker-compose.yml")
    mounted = {one.partition(":")[0] for one in texts(SERVICES[name].get("volumes", []))}
    assert mounted <= set(tree(file["volumes"]))
    assert set(texts(SERVICES[name]["networks"])) <= set(tree(file["networks"]))


def test_every_volume_is_used() -> None:
    """No volume is declared for nobody; each server has one of its own."""
    mounts = {
        name: {one.partition(":")[0] for one in texts(service.get("volumes", []))} for name, service in SERVICES.items()
    }
    assert set().union(*mounts.values()) == set(tree(read_yaml("docker-compose.yml")["volumes"]))
    assert mounts["kafka"] and mounts["postgres"] and mounts["qdrant"]
    assert mounts["kafka"].isdisjoint(mounts["postgres"] | mounts["qdrant"] | mounts["node-1"])


def test_only_nodes_are_reached_and_only_from_here() -> None:
    """Nothing is published but the nodes, each on a loopback port of its own; the servers have no way out."""
    published = {name: texts(service["ports"]) for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"node-1", "node-2"}
    ports = [one for several in published.values() for one in several]
    assert all(one.startswith("127.0.0.1:") for one in ports)
    assert len(set(ports)) == len(ports)
    assert tree(tree(read_yaml("docker-compose.yml")["networks"])["inside"])["internal"] is True
    assert all(texts(SERVICES[name]["networks"]) == ["inside"] for name in PARTS - set(published))


@SERVICE
def test_what_it_waits_for_is_there(name: str) -> None:
    """A service waits for others that can come to that state: health where it is told, an end where there is one."""
    for other, how in tree(SERVICES[name].get("depends_on", {})).items():
        wanted = "service_completed_successfully" if other in ONE_SHOT else "service_healthy"
        assert (other in SERVICES, tree(how)["condition"]) == (True, wanted)


def test_the_settings_are_ones() -> None:
    """Every setting of the file is read by `api/settings.py`, and no password stands in the file."""
    known = set(re.findall(r"PACELINE_[A-Z]+", (ROOT / "api" / "settings.py").read_text(encoding="utf-8")))
    used = {key for one in SERVICES.values() for key in tree(one.get("environment", {})) if key.startswith("PACELINE_")}
    assert {"PACELINE_STORE", "PACELINE_KAFKA", "PACELINE_QDRANT"} <= used <= known
    for service in SERVICES.values():
        for key, value in tree(service.get("environment", {})).items():
            assert "PASSWORD" not in key or str(value).startswith("${POSTGRES_PASSWORD:?")
    assert "paceline:${POSTGRES_PASSWORD:?" in str(tree(SERVICES["node-1"]["environment"])["PACELINE_STORE"])


def test_the_commands_are_ones() -> None:
    """Workers, nodes and the preparation run commands of `paceline`, with options that they have."""
    known = {" ".join(path): one for path, one in leaves()}
    for name in PARTS - {"kafka", "postgres", "qdrant"}:
        words = texts(SERVICES[name]["command"])
        path = " ".join(word for word in words if word.isalpha())
        assert path in known, words
        options = {option for one in known[path].params for option in one.opts}
        assert {word for word in words if word.startswith("--")} <= options


def test_paceline_is_one_image(pyproject: Tree) -> None:
    """Everything of Paceline runs from the image that is built here, in the version of the package."""
    ours = {name: one for name, one in SERVICES.items() if "build" in one}
    assert set(ours) == PARTS - {"kafka", "postgres", "qdrant"}
    assert {str(one["image"]) for one in ours.values()} == {f"paceline:{tree(pyproject['project'])['version']}"}


def test_the_page_tells_of_every_part_and_setting() -> None:
    """docs/deploying.md names each service, each volume and each setting, and no other."""
    page = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]
    named = [re.findall(r"`([^`]+)`", row[1]) for row in rows]
    assert {name for names in named for name in names if not name.startswith("PACELINE_")} == PARTS
    known = set(re.findall(r"PACELINE_[A-Z]+", (ROOT / "api" / "settings.py").read_text(encoding="utf-8")))
    assert {name for names in named for name in names if name.startswith("PACELINE_")} == known
    kept = {name for row in rows if "PACELINE" not in row[1] for name in re.findall(r"`([^`]+)`", row[3])}
    assert kept == set(tree(read_yaml("docker-compose.yml")["volumes"]))


@pytest.fixture
def pyproject() -> Tree:
    """Return pyproject.toml."""
    import tomllib

    return tree(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8")))
