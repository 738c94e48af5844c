"""Journal rule 18: people and things are found by key, else by name, and never merged by likeness."""

from zoneinfo import ZoneInfo

import pytest

from services.importing.context import Context
from services.importing.facts.cells import RowProblem
from services.importing.facts.names import Names, near_pairs

CONTEXT = Context(secret=b"s", export="crm", zone=ZoneInfo("UTC"), currency="USD", now_us=0)


def test_names_are_compared_without_case_width_and_spaces() -> None:
    """“ＫＩＭ  Lee” and “Kim Lee” are one person."""
    people = Names("rep", CONTEXT)
    one, other = people.referred("", "Kim Lee"), people.referred("", "ＫＩＭ  lee")
    assert one is not None
    assert one is other


def test_a_key_goes_before_a_name() -> None:
    """A reference may be a key, an address or a name of somebody listed."""
    people = Names("rep", CONTEXT)
    listed = people.listed("17", "Kim Lee", alias="Kim@example.com")
    assert people.referred("17", "Somebody") is listed
    assert people.referred("", "17") is listed
    assert people.referred("", "kim@EXAMPLE.com") is listed
    assert people.referred("", "kim lee") is listed


def test_a_name_that_fits_two_people_is_an_error_that_lists_both() -> None:
    """Two people of one name are told apart by key only."""
    people = Names("rep", CONTEXT)
    people.listed("17", "李伟")
    people.listed("23", "李伟")
    with pytest.raises(RowProblem, match=r"李伟 \(17\), 李伟 \(23\)") as caught:
        people.referred("", "李伟")
    assert caught.value.code == "row_person"
    assert people.referred("23", "李伟") is not None


def test_ids_follow_from_key_and_export_alone() -> None:
    """The same key in the same export has one id for ever; another export has another."""
    again = Names("rep", CONTEXT).listed("17", "Kim").id
    assert Names("rep", CONTEXT).listed("17", "Kim Lee").id == again
    other = Context(secret=b"s", export="erp", zone=ZoneInfo("UTC"), currency="USD", now_us=0)
    assert Names("rep", other).listed("17", "Kim").id != again
    assert len(again) == 16


def test_near_equal_names_are_pairs_and_not_merged() -> None:
    """Signs, word order and one letter make names near; digits, numerals and single letters do not."""
    names = [
        "GTX Pro",
        "GTXPro",
        "GTX Basic",
        "Jon Smith",
        "John Smith",
        "Smith, John",
        "Rep 1",
        "Rep 2",
        "Plan A",
        "Plan B",
    ]
    assert near_pairs(names) == [
        ("GTX Pro", "GTXPro"),
        ("John Smith", "Jon Smith"),
        ("John Smith", "Smith, John"),
    ]


def test_short_chinese_names_are_near_only_without_their_spaces() -> None:
    """王伟 and 李伟 are two people, 王 伟 is a way to write the first."""
    assert near_pairs(["王伟", "李伟", "王 伟"]) == [("王 伟", "王伟")]
