"""Word files as Markdown, after a look at what kind of archive they are."""

import io
import zipfile
from xml.parsers.expat import ExpatError

from api.knowledge.drafts import DocumentRefused, Draft
from api.knowledge.markdown import draft_of, title_of
from api.knowledge.web import markdown_of

OLD = b"\xd0\xcf\x11\xe0"
ENTRIES_MAX = 2_000
UNPACKED_MAX_BYTES = 50 * 2**20
# Text and drawings of real files shrink to a tenth; what shrinks to a hundredth was made to.
GROWTH_MAX, GROWTH_MIN_BYTES = 100, 2**20
ENCRYPTED = 0x1


def read_word(name: str, body: bytes) -> Draft:
    """Return the document of a DOCX file; raise `DocumentRefused` for archives that nobody should open."""
    check_archive(name, body)
    # Imported only here: most commands never read a document.
    import mammoth

    try:
        # Pictures are left out; nothing outside of the archive is read.
        made = mammoth.convert_to_html(
            io.BytesIO(body), convert_image=mammoth.images.img_element(lambda _: {}), external_file_access=False
        )
    except RecursionError:
        raise DocumentRefused(name, "doc_nested", "its parts are nested too deep") from None
    except (KeyError, ValueError, OSError, ExpatError, zipfile.BadZipFile, AttributeError, IndexError):
        raise DocumentRefused(name, "doc_magic", "it is no Word file, or a damaged one") from None
    text = markdown_of(name, made.value)
    return draft_of(name, title_of(text), text, {}, None)


def check_archive(name: str, body: bytes) -> None:
    """Refuse what is encrypted, has macros, grows out of all proportion, or is no archive at all."""
    if body.startswith(OLD):
        raise DocumentRefused(name, "doc_encrypted", "it is encrypted or from an old Word; save it without a password")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise DocumentRefused(name, "doc_magic", "it is no Word file, or a damaged one") from None
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise DocumentRefused(name, "doc_encrypted", "it is encrypted; save it without a password")
    if any(part in ("..", "") for entry in entries for part in entry.filename.rstrip("/").split("/")):
        raise DocumentRefused(name, "doc_path", "it has parts that lead out of it")
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise DocumentRefused(name, "doc_macro", "it has macros; save it without them")
    unpacked = sum(entry.file_size for entry in entries)
    grown = unpacked > GROWTH_MIN_BYTES and unpacked > GROWTH_MAX * len(body)
    if len(entries) > ENTRIES_MAX or unpacked > UNPACKED_MAX_BYTES or grown:
        raise DocumentRefused(name, "doc_bomb", "it unpacks to far more than it seems")
