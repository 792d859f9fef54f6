"""Which names are near a misspelt one."""

import pytest

from salesforce_daktela.spelling import listed, near_names


@pytest.mark.parametrize(
    ("name", "known", "near"),
    [
        ("Emial", ["Email", "Phone"], ["Email"]),
        ("Accountt__c", ["Ucet__c", "Account__c"], ["Account__c"]),
        ("Accountt__c", ["Ucet__c", "Mesto__c"], []),
        ("Ucett__c", ["Ucet__c"], ["Ucet__c"]),
        ("customFields.numer", ["customFields.number", "customFields.email"], ["customFields.number"]),
        ("customFields.shoe", ["customFields.email", "customFields.address"], []),
        ("owner", ["Owner", "Account"], ["Owner"]),
        ("sale", ["sales", "support"], ["sales"]),
    ],
)
def test_only_what_tells_names_apart_makes_them_near(name: str, known: list[str], near: list[str]) -> None:
    """A common beginning or ending is not enough."""
    assert near_names(name, known) == near


def test_long_lists_are_cut_and_say_so() -> None:
    """An object may have hundreds of fields."""
    assert listed(["b", "a"]) == "a, b"
    assert listed(f"f{n:02}" for n in range(25)).endswith("f19 and 5 others")
