"""`paceline evaluate`: figures for a folder of judgements, with or without a model."""

import tempfile
from pathlib import Path

import pytest

from tests.api.cli.commands import Command, command
from tests.search.evaluate.test_folder import folder

__all__ = ["command"]


def test_without_a_model_words_are_measured(command: Command, tmp_path: Path) -> None:
    """It says that there is no model, and gives the figures of words alone, in JSON and as a table."""
    judged = tmp_path / "judged"
    judged.mkdir()
    folder(judged, qrels="q1\td1\t2\n")
    found = command("evaluate", str(judged), "--json")
    assert found.code == 0 and "no model" in found.err
    body = found.json
    assert isinstance(body, dict)
    assert (body["documents"], body["questions"], body["model"], list(body["ways"])) == (
        2,
        1,
        None,
        ["lexical", "product"],
    )
    assert body["ways"]["product"] == {"ndcg@10": 1.0, "mrr@10": 1.0, "recall@10": 1.0, "recall@100": 1.0}
    table = command("evaluate", str(judged), "--queries", "1", "--text-only")
    assert "nDCG@10" in table.out and "product" in table.out


def test_it_leaves_nothing_behind(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its index is gone afterwards, and the data folder is as it was."""
    judged, scratch = tmp_path / "judged", tmp_path / "scratch"
    judged.mkdir()
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    before = sorted(command.home.rglob("*")) if command.home.exists() else []
    assert command("evaluate", str(folder(judged))).code == 0
    assert list(scratch.iterdir()) == []
    assert (sorted(command.home.rglob("*")) if command.home.exists() else []) == before


def test_a_malformed_folder_is_told_in_one_line(command: Command, tmp_path: Path) -> None:
    """File, line and what is wanted, without a trace."""
    judged = folder(tmp_path, corpus='{"_id": "d1", "text": "a"}\nnot json\n')
    assert "corpus.jsonl, line 2" in command.told("evaluate", str(judged))
    assert "is missing" in command.told("evaluate", str(tmp_path / "nowhere"))
