"""Files of every kind as documents, and why some are none."""

from datetime import date
from pathlib import Path

import pytest

from api.knowledge.drafts import SIZE_MAX_BYTES, DocumentRefused, Draft
from api.knowledge.files import FILES_MAX, names_of, read_file
from tests.api.knowledge.archives import archive, paragraph, word
from tests.bounded import run_bounded

FRONT = """---
title: Price talk
kind: Play
readers: [everyone, "team:north"]
tags: price; discount
updated: 2017-03-02
verify_every_days: 30
secret: nobody reads this
---
# Another heading

Ask first.
"""


def read(tmp_path: Path, name: str, body: bytes | str) -> list[Draft | DocumentRefused]:
    """Return what is read from a file."""
    path = tmp_path / name
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return list(read_file(name, path))


def one(tmp_path: Path, name: str, body: bytes | str) -> Draft:
    """Return the one document of a file."""
    (found,) = read(tmp_path, name, body)
    assert isinstance(found, Draft), found
    return found


def test_front_matter_says_what_is_known(tmp_path: Path) -> None:
    """Fields of the front matter are read by their names in any case; the text begins below it."""
    found = one(tmp_path, "a.md", FRONT)
    assert (found.title, found.text, found.day) == ("Price talk", "# Another heading\n\nAsk first.", date(2017, 3, 2))
    assert found.fields == {
        "kind": "play",
        "readers": ["everyone", "team:north"],
        "tags": ["price", "discount"],
        "verify_every_days": 30,
    }


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("price-talk.md", "Just text.", "price talk"),
        ("a.md", "Intro\n\n## **Bold** [link](https://e.com) #\n\nText", "Bold link"),
        ("a.md", "Underlined\n==========\n\nText", "Underlined"),
        ("a.md", "---\nbetween two rules\n---\n# H\n\nText", "H"),
        ("a.txt", "价格\n====\n\n先问。", "价格"),
    ],
)
def test_a_title_is_found(tmp_path: Path, name: str, text: str, title: str) -> None:
    """Without front matter the first heading is the title, else the name of the file."""
    assert one(tmp_path, name, text).title == title


def test_encodings_of_exports_are_read(tmp_path: Path) -> None:
    """UTF-8 with a mark, UTF-16 and GBK are text like any other."""
    for encoding in ("utf-8-sig", "utf-16", "gb18030"):
        assert one(tmp_path, "a.md", "# 价格谈判\n\n先问客户在和什么比较。".encode(encoding)).title == "价格谈判"


def test_html_becomes_markdown_without_scripts(tmp_path: Path) -> None:
    """Headings, lists, links and tables stay; scripts, styles, pictures and addresses of scripts go."""
    html = (
        "<html lang=en><head><title>T &amp; U</title><style>p{}</style></head><body>"
        "<h2>Hi</h2><script>alert(1)</script>"
        "<p onclick=x()>a <b>b</b> <a href='javascript:x()'>bad</a> <a href='https://e.com/'>good</a><img src=x></p>"
        "<ul><li>1<li>2</ul></body></html>"
    )
    found = one(tmp_path, "a.html", html)
    assert found.title == "Hi"
    assert found.text == "## Hi\n\na **b** bad [good](https://e.com/)\n\n- 1\n- 2"
    assert found.fields == {"language": "en"}


def test_word_becomes_markdown(tmp_path: Path) -> None:
    """Headings and paragraphs of a DOCX are read."""
    body = paragraph("Price talk", "Heading1") + paragraph("Ask first.")
    found = one(tmp_path, "a.docx", word(body))
    assert (found.title, found.text) == ("Price talk", "# Price talk\n\nAsk first.")


def test_rows_are_documents(tmp_path: Path) -> None:
    """Each row of a CSV or of JSON lines is one, known by its id or else its title; some are refused by line."""
    table = "ID,Title,正文,Tags,Kind\n1,One,Text of one,a;b,note\n2,Two,,,\n1,Again,Text,,\n,,Text,,\n"
    first, *others = read(tmp_path, "a.csv", table)
    assert isinstance(first, Draft)
    assert (first.name, first.title, first.fields) == ("a.csv#1", "One", {"tags": ["a", "b"], "kind": "note"})
    assert [one.code for one in others if isinstance(one, DocumentRefused)] == ["doc_empty", "doc_twice", "doc_key"]
    found = one(tmp_path, "a.jsonl", '{"title": "One", "body": "Text", "lang": "zh-CN"}')
    assert (found.name, found.fields) == ("a.jsonl#One", {"language": "zh"})


HUGE = word(paragraph("x"), more={"word/media/zeros.bin": bytes(30 * 2**20)})
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {name} "{f"&{below};" * 20}">' for below, name in zip("abcdefgh", "bcdefghi", strict=True)
)
LAUGHS = word(paragraph("&i;"), prolog=ENTITIES + "]>")
LOCKED = bytearray(word(paragraph("x")))
LOCKED[6] |= 1
LOCKED[LOCKED.rindex(b"PK\x01\x02") + 8] |= 1


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("a.md", b"", "doc_empty"),
        ("a.md", "---\ntitle: T\n---\n", "doc_empty"),
        ("a.md", " \n\t\n\u3000\n", "doc_blank"),
        ("a.md", bytes(SIZE_MAX_BYTES + 1), "doc_size"),
        ("a.md", "镜" * 30_000, "doc_long"),
        ("a.md", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01", "doc_binary"),
        ("a.md", bytes(range(256)) * 20, "doc_binary"),
        ("a.md", "---\n: [\n---\ntext", "doc_front_matter"),
        ("a.html", "<html><body><script>only()</script></body></html>", "doc_empty"),
        ("a.html", "<blockquote>" * 5_000 + "x", "doc_nested"),
        ("a.html", "<div>" * 100_000 + "x", "doc_size"),
        ("a.html", "<p>" * 300_000 + "x", "doc_size"),
        ("a.html", "&#" * 300_000, "doc_size"),
        ("a\nb.md", "text", "doc_name"),
        ("\x1b[31ma.md", "text", "doc_name"),
        ("a\udcff.md", "text", "doc_name"),
        ("a.docx", b"no archive", "doc_magic"),
        ("a.docx", archive({"mimetype": "application/epub+zip"}), "doc_magic"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "doc_encrypted"),
        ("a.docx", bytes(LOCKED), "doc_encrypted"),
        ("a.docx", HUGE, "doc_bomb"),
        ("a.docx", archive({f"word/{number}.xml": "" for number in range(2_500)}), "doc_bomb"),
        ("a.docx", LAUGHS, "doc_magic"),
        ("a.docx", word(paragraph("x"), more={"word/vbaProject.bin": "x"}), "doc_macro"),
        ("a.docm", word(paragraph("x")), "doc_macro"),
        ("a.docx", word(paragraph("x"), more={"../../evil.txt": "x"}), "doc_path"),
        ("a.pdf", b"%PDF-1.7", "doc_format"),
        ("a.csv", "Amount,Owner\n1,Ann\n", "doc_rows"),
        ("a.csv", "title,text\n", "doc_empty"),
    ],
)
def test_what_is_no_document(tmp_path: Path, name: str, body: bytes | str, code: str) -> None:
    """Each kind of bad file has its code and a reason, and none is read further than it must."""
    found = read(tmp_path, name, body)
    assert [one.code for one in found if isinstance(one, DocumentRefused)] == [code], found
    assert all(isinstance(one, DocumentRefused) and one.reason for one in found)
    # Whoever reads it on a terminal gets one line that is text.
    assert all(str(one).encode() and len(str(one).splitlines()) == 1 and "\x1b" not in str(one) for one in found)


def test_headings_and_heads_are_read_in_one_go() -> None:
    """Titles of nothing but spaces, marks or openings cost moments of CPU, not minutes."""
    run_bounded(
        "from api.knowledge.markdown import title_of\n"
        "from api.knowledge.web import read_web\n"
        "for text in ('# a' + ' ' * 300_000 + 'b', '# a' + '#' * 300_000 + 'b', '# ' + '[' * 300_000):\n"
        "    assert title_of(text)\n"
        "assert title_of('# About *C#* [x](y) ##') == 'About C# x'\n"
        "for text in ('<title>', '<html ', '<html lang'):\n"
        "    read_web('x.html', text * 19_000 + '<p>x')\n"
    )


def test_folders_are_walked_in_order_without_links(tmp_path: Path) -> None:
    """Files below a folder are named by their paths; hidden ones are passed over, links are not followed."""
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "secret.md").write_text("Secret")
    (tmp_path / "in" / "deep" / "b.md").write_text("B")
    (tmp_path / "in" / "a.md").write_text("A")
    (tmp_path / "in" / ".git.md").write_text("hidden")
    (tmp_path / "in" / "link.md").symlink_to(tmp_path / "secret.md")
    names = names_of(tmp_path / "in")
    assert [name for name, _ in names] == ["a.md", "deep/b.md", "link.md"]
    (refused,) = read_file(*names[-1])
    assert isinstance(refused, DocumentRefused) and refused.code == "doc_path"


def test_far_too_many_files_are_refused(tmp_path: Path) -> None:
    """A folder of more files than an import takes is refused as a whole; as many as it takes are read."""
    for number in range(FILES_MAX):
        (tmp_path / f"{number}.md").touch()
    assert len(names_of(tmp_path)) == FILES_MAX
    (tmp_path / "one more.md").touch()
    with pytest.raises(DocumentRefused, match="doc_count"):
        names_of(tmp_path)
