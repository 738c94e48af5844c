"""`paceline knowledge`, as a person types it."""

from contextlib import closing
from pathlib import Path

import pytest

from streams.embedded.home import STORE
from streams.store.sqlite import connect
from tests.api.cli.commands import Command, command
from tests.builders import deal, event, joined, lost, won

__all__ = ["command"]
PLAY = "---\nkind: play\nauthor: Ann Lee\nverifier: Vic Hall\nreaders: everyone\n---\n# Price\n\nAsk first.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of documents."""
    found = tmp_path / "handbook"
    found.mkdir()
    (found / "price.md").write_text(PLAY)
    (found / "chinese.md").write_text("# 报价\n\n先问客户在和什么比较。")
    (found / "broken.md").write_text(" \n")
    return found


def imported(command: Command, *words: str) -> dict[str, object]:
    """Import documents and return the report."""
    found = command("knowledge", "import", *words, "--json").json
    assert isinstance(found, dict)
    return found


def counts(report: dict[str, object]) -> tuple[object, ...]:
    """Return how many were read, are new, changed and the same, and the codes of those refused."""
    refused = report["refused"]
    assert isinstance(refused, list)
    return (*(report[name] for name in ("read", "new", "changed", "same")), [one["code"] for one in refused])


def listed(command: Command, *words: str) -> dict[str, dict[str, object]]:
    """Return the documents of the store by their titles."""
    found = command("knowledge", "list", *words, "--json").json
    assert isinstance(found, list)
    return {one["title"]: one for one in found}


def people(command: Command) -> None:
    """Let the store know two people and their deals."""
    command.store(joined("ann", name="Ann Lee"), joined("vic", name="Vic Hall"))


def test_a_folder_twice_changes_nothing(command: Command, folder: Path) -> None:
    """The same files are the same documents; a changed one is a new version; the broken one is named each time."""
    people(command)
    assert counts(imported(command, str(folder))) == (3, 2, 0, 0, ["doc_blank"])
    first = listed(command)
    assert counts(imported(command, str(folder))) == (3, 0, 0, 2, ["doc_blank"])
    assert listed(command) == first
    (folder / "price.md").write_text(PLAY.replace("Ask first.", "Ask twice."))
    assert counts(imported(command, str(folder))) == (3, 0, 1, 1, ["doc_blank"])
    (folder / "price.md").write_text(PLAY)
    assert counts(imported(command, str(folder / "price.md"))) == (1, 0, 1, 0, [])
    assert listed(command)["Price"]["versions"] == 3
    assert command("verify").code == 0


def test_what_is_said_of_a_document_is_kept(command: Command, folder: Path) -> None:
    """People are found by name, the language by script; --kind and --readers are for those that say nothing."""
    people(command)
    imported(command, str(folder), "--kind", "lessons", "--readers", "team:north,role:product")
    found = listed(command)
    price, chinese = found["Price"], found["报价"]
    assert [price[name] for name in ("kind", "author", "verifier", "language")] == ["play", "ann", "vic", "en"]
    assert [chinese[name] for name in ("kind", "language", "author")] == ["lessons", "zh", None]
    assert (price["readers"], chinese["readers"]) == (["everyone"], ["team:north", "role:product"])


def test_a_dry_run_writes_nothing(command: Command, folder: Path) -> None:
    """--dry-run says the same and leaves no store behind; what the door would refuse is refused here already."""
    (folder / "bad.md").write_text("---\nreaders: nobody\n---\nText")
    (folder / "who.md").write_text("---\nauthor: Nobody Known\n---\nText")
    found = imported(command, str(folder / "bad.md"), "--dry-run")
    assert counts(found) == (1, 0, 0, 0, ["doc_field"])
    said = command("knowledge", "import", str(folder), "--dry-run")
    assert "5 read = 1 new + 0 changed + 0 same + 4 refused" in said.out
    assert "nobody is called “Nobody Known”" in said.err.replace("\n", " ") and "Nothing was imported." in said.err
    assert command("knowledge", "list").code == 2


def test_erased_text_is_not_brought_back(command: Command, folder: Path) -> None:
    """A document whose text was erased stays so, whatever its file says."""
    imported(command, str(folder / "chinese.md"))
    with closing(connect(command.home / STORE)) as connection:
        connection.execute("UPDATE events SET text = NULL")
    assert counts(imported(command, str(folder / "chinese.md"))) == (1, 0, 0, 0, ["doc_erased"])


def test_plays_belong_to_playbooks_and_reviews_to_deals(command: Command, folder: Path) -> None:
    """A play names its playbook by its file, a review its deal by its id."""
    command.store(deal("42", "2017-03-01"))
    (folder / "book.md").write_text("---\nkind: playbook\n---\n# Book\n\nPlays.")
    (folder / "play.md").write_text("---\nkind: play\nplaybook: book.md\n---\n# Play\n\nAsk.")
    (folder / "review.md").write_text("---\nkind: loss review\ndeal: '42'\n---\n# Why\n\nPrice.")
    imported(command, str(folder))
    found = listed(command)
    assert found["Play"]["playbook"] == found["Book"]["id"]
    assert (found["Why"]["kind"], found["Why"]["deal"]) == ("loss_review", "42")


def test_verify_archive_and_restore(command: Command, folder: Path) -> None:
    """A document is verified by a person, put away and brought back; the list tells."""
    people(command)
    imported(command, str(folder))
    name = str(listed(command)["Price"]["id"])
    assert command("knowledge", "verify", name, "--by", "Vic Hall").code == 0
    assert (listed(command)["Price"]["trust"], listed(command)["Price"]["verified_by"]) == ("verified", "vic")
    assert list(listed(command, "--trust", "verified")) == ["Price"]
    assert command("knowledge", "archive", name, "--reason", "old").code == 0
    assert list(listed(command)) == ["报价"] and list(listed(command, "--archived")) == ["Price"]
    assert command("knowledge", "restore", name).code == 0
    assert "Price" in listed(command)
    assert "nothing is known" in command.told("knowledge", "verify", "nosuch").lower()
    assert "nobody is called" in command.told("knowledge", "verify", name, "--by", "Nobody")


def test_show_tells_the_record(command: Command, folder: Path) -> None:
    """The text, who may read it, and what became of the deals that used it, with the sample."""
    people(command)
    imported(command, str(folder))
    name = str(listed(command)["Price"]["id"])
    command.store(
        [deal(number, "2017-03-01", owner="vic") for number in "123"],
        [event("document.used", f"document/{name}", "2017-03-02", deal=number, by="vic") for number in "123"],
        won("1", "2017-03-05"),
        lost("2", "2017-03-06"),
    )
    said = command("knowledge", "show", name).out
    assert "# Price\n\nAsk first." in said and "1 won, 1 lost, 1 open (sample of 2; association" in said
    shown = command("knowledge", "show", name, "--json").json
    assert isinstance(shown, dict) and isinstance(shown["record"], dict)
    assert {name: shown["record"][name] for name in ("won", "lost", "open", "sample", "contradicted")} == {
        "won": 1, "lost": 1, "open": 1, "sample": 2, "contradicted": False,
    }  # fmt: skip


def test_an_empty_folder_says_what_is_read(command: Command, tmp_path: Path) -> None:
    """Where there is nothing to import the command ends badly and says what it looks for."""
    (tmp_path / "empty").mkdir()
    found = command("knowledge", "import", str(tmp_path / "empty"))
    assert found.code == 1 and "nothing to read" in found.err


def test_wrong_words_are_explained(command: Command, folder: Path) -> None:
    """Kinds and trust states that do not exist are refused with those that do."""
    for words in (("import", str(folder), "--kind", "poem"), ("list", "--kind", "poem"), ("list", "--trust", "blind")):
        found = command("knowledge", *words)
        assert found.code == 2 and "must be one of" in found.err.replace("\n", " ")
