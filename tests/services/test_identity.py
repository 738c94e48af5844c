"""Ids that say nothing, and names as they are compared."""

import re

import pytest

from services.events.fields import ID_PATTERN
from services.identity import ID_LENGTH, identify, normalised

SECRET = b"of this installation"


def test_the_same_key_has_the_same_id_for_ever() -> None:
    """An id is a function of secret, kind, source and key; this one was written down."""
    assert identify(SECRET, "rep", "crm", "ann@example.org") == identify(SECRET, "rep", "crm", "ann@example.org")
    assert identify(b"s", "rep", "crm", "1") == "xu7wiwywh5ivy5sj"


@pytest.mark.parametrize(
    "other",
    [
        (b"another", "rep", "crm", "1"),
        (SECRET, "deal", "crm", "1"),
        (SECRET, "rep", "erp", "1"),
        (SECRET, "rep", "crm", "2"),
        (SECRET, "rep", "cr", "m1"),
    ],
)
def test_every_part_makes_another_id(other: tuple[bytes, str, str, str]) -> None:
    """Secret, kind, source and key each matter, and so does where one ends."""
    assert identify(*other) != identify(SECRET, "rep", "crm", "1")


def test_an_id_is_one_that_the_decoder_takes_and_tells_nothing() -> None:
    """Sixteen letters and digits, none of them out of the key."""
    found = identify(SECRET, "rep", "crm", "ann@example.org")
    assert len(found) == ID_LENGTH
    assert re.search(ID_PATTERN, found)
    assert "ann" not in found


@pytest.mark.parametrize("name", ["Lin  Wei", " lin wei ", "ＬＩＮ Ｗｅｉ", "LIN\u3000WEI", "lin\twei"])
def test_names_are_compared_without_case_width_and_spaces(name: str) -> None:
    """NFKC, casefold and single spaces make these one name."""
    assert normalised(name) == "lin wei"


def test_casefolding_goes_beyond_lower_case() -> None:
    """Strasse and Straße are one name; Lin and Lyn are two."""
    assert normalised("Straße") == normalised("STRASSE")
    assert normalised("Lin") != normalised("Lyn")
