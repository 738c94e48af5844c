"""The alert rules: every metric that they name is measured, and each rule says what to do."""

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.cli.commands import COMMANDS
from tests.api.houses import Parts, Site, opened, send
from tests.api.nodes.nodes import node_of, parts, running
from tests.builders import deal
from tests.deploy.files import Tree, read_yaml, tree

__all__ = ["parts"]
# What only the embedded home measures; everything else must be measured by a node as well.
EMBEDDED = {"paceline_writer_queue_events", "paceline_db_wal_bytes"}
SUBJECTS = {
    "accounting": "PacelineAccountingGap",
    "dead letters": "PacelineDeadLettersGrow",
    "lag": "PacelineConsumerLag",
    "backup": "PacelineBackupOld",
    "disk": "PacelineDiskFills",
}


def rules() -> dict[str, Tree]:
    """Return the rules by name."""
    groups = read_yaml("deploy/alerts.yml")["groups"]
    assert isinstance(groups, list)
    found: dict[str, Tree] = {}
    for group in groups:
        several = tree(group)["rules"]
        assert isinstance(several, list)
        found |= {str(tree(one)["alert"]): tree(one) for one in several}
    return found


async def measured(site: Site) -> set[str]:
    """Return the names of what is measured once something was sent."""
    async with site.client() as client:
        await send(client, deal("one", "2017-03-01"))
        text = (await client.get("/metrics")).text
    return {sample.name for family in text_string_to_metric_families(text) for sample in family.samples}


async def test_what_is_named_is_measured(tmp_path: Path, parts: Parts) -> None:
    """No rule can be silent for ever because its metric does not exist, neither here nor there."""
    with opened(tmp_path / "home") as site:
        here = await measured(site)
    async with running(tmp_path / "node", parts) as site:
        await node_of(site).watch.look()
        there = await measured(site)
    named = {name for rule in rules().values() for name in re.findall(r"paceline_[a-z_]+", str(rule["expr"]))}
    assert named <= here | there
    assert named & EMBEDDED <= here and named - EMBEDDED <= there


@pytest.mark.parametrize("alert", rules().values(), ids=rules())
def test_a_rule_says_what_to_do(alert: Tree) -> None:
    """Every rule has a severity and two sentences for whoever is woken; its parentheses and quotes are closed."""
    assert set(alert) <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"Paceline[A-Z][A-Za-z]+", str(alert["alert"]))
    assert tree(alert["labels"])["severity"] in {"warning", "critical"}
    said = tree(alert["annotations"])
    assert set(said) == {"summary", "description"}
    assert all(str(one).rstrip().endswith(".") for one in said.values())
    assert re.fullmatch(r"\d+[mh]", str(alert.get("for", "1m")))
    expression = re.sub(r'"[^"]*"', "", str(alert["expr"]))
    for opening, closing in ("()", "[]", "{}"):
        assert expression.count(opening) == expression.count(closing)
    assert '"' not in expression
    for one in said.values():
        assert str(one).count("{{") == str(one).count("}}")


def test_what_must_never_go_unnoticed() -> None:
    """A gap, growing dead letters, lag, an old backup and a full disk each have a rule."""
    assert set(SUBJECTS.values()) <= set(rules())


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`paceline ([a-z-]+)", str(rules())))))
def test_the_commands_that_are_advised_exist(command: str) -> None:
    """Whoever is woken is told commands that there are."""
    assert command in COMMANDS
