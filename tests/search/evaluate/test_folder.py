"""Folders of judgements are read strictly, and what is wrong is named with file and line."""

from pathlib import Path

import pytest

from search.evaluate.folder import CORPUS, JUDGEMENTS, QUERIES, JudgementsUnclear, read_folder

GOOD = {
    CORPUS: '{"_id": "d1", "title": "Renewals", "text": "How we renew."}\n\n{"_id": 2, "text": "价格"}\n',
    QUERIES: '{"_id": "q1", "text": "renew"}\n{"_id": "q2", "text": "price"}\n{"_id": "q3", "text": "unjudged"}\n',
    JUDGEMENTS: "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\t2\t0\nq2\t2\t1\n",
}


def folder(path: Path, **changed: str | bytes) -> Path:
    """Write a folder, with some files changed: corpus, queries or qrels."""
    names = {"corpus": CORPUS, "queries": QUERIES, "qrels": JUDGEMENTS}
    files: dict[str, str | bytes] = GOOD | {names[name]: content for name, content in changed.items()}
    for name, content in files.items():
        (path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_folder_is_read(tmp_path: Path) -> None:
    """Questions without a judgement above 0 are left out; empty lines, a head and numbers as ids are no trouble."""
    found = read_folder(folder(tmp_path))
    assert [(one.id, one.title, one.text) for one in found.documents] == [
        ("d1", "Renewals", "How we renew."),
        ("2", "", "价格"),
    ]
    assert [one.id for one in found.questions] == ["q1", "q2"]
    assert found.gains == {"q1": {"d1": 2.0}, "q2": {"2": 1.0}}


def test_titles_can_be_left_out_and_questions_drawn(tmp_path: Path) -> None:
    """Text only is text only, and the same questions are drawn every time."""
    found = read_folder(folder(tmp_path), questions_max=1, text_only=True)
    assert {one.title for one in found.documents} == {""}
    assert [one.id for one in found.questions] == [one.id for one in read_folder(tmp_path, questions_max=1).questions]
    assert len(found.questions) == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"corpus": '{"_id": "d1", "text": "a"}\n{"_id": "d1", "text": "b"}\n'}, "corpus.jsonl, line 2: .*twice"),
        ({"corpus": '{"_id": "d1", "text": "a"}\nnot json\n'}, "corpus.jsonl, line 2: must be one JSON object"),
        ({"corpus": '["d1"]\n'}, "corpus.jsonl, line 1: must be one JSON object"),
        ({"corpus": '{"_id": "d1"}\n'}, 'corpus.jsonl, line 1: needs "_id" and "text"'),
        ({"corpus": "\n"}, "corpus.jsonl: is empty"),
        ({"corpus": "[" * 100_000 + "\n"}, "corpus.jsonl, line 1: must be one JSON object of ordinary"),
        ({"corpus": f'{{"_id": {"9" * 9_000}, "text": "a"}}\n'}, "corpus.jsonl, line 1: must be one JSON object of"),
        ({"queries": '{"_id": "q1", "text": "\\ud800"}\n'}, "queries.jsonl, line 1: has half a letter"),
        ({"queries": b'{"_id": "q1", "text": "\xff"}\n'}, "queries.jsonl, line 1: must be UTF-8"),
        ({"qrels": "q1\td1\n"}, "qrels.tsv, line 1: needs three cells"),
        ({"qrels": "q1\td1\t1\nq1\td1\tmuch\n"}, "qrels.tsv, line 2: needs three cells"),
        ({"qrels": "q9\td1\t1\n"}, "qrels.tsv, line 1: there is no question “q9”"),
        ({"qrels": "q1\td9\t1\n"}, "qrels.tsv, line 1: there is no document “d9”"),
        ({"qrels": "q1\td1\t0\n"}, "qrels.tsv: no question has a judgement above 0"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, changed: dict[str, str | bytes], told: str) -> None:
    """Every fault says which file, which line, and what is wanted."""
    with pytest.raises(JudgementsUnclear, match=told):
        read_folder(folder(tmp_path, **changed))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A folder that is something else says what it needs."""
    with pytest.raises(JudgementsUnclear, match=r"corpus\.jsonl: is missing; a folder needs"):
        read_folder(tmp_path)
