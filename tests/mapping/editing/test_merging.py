"""Two people change one file at once."""

from __future__ import annotations

import pytest

from salesforce_daktela.mapping.editing.controls import SYNC
from salesforce_daktela.mapping.editing.edits import EditError
from salesforce_daktela.mapping.editing.merging import merged

BASE = """# by hand
salesforce: Contact
daktela: contacts
key: "sf_{Id}"
match: [customFields.email]   # adopt
fields:
  title: "{FirstName} {LastName}"
  firstname: {from: FirstName,  transforms: [trim]}
  lastname: LastName

on_delete: keep
"""


def edited(*pairs: tuple[str, str]) -> str:
    text = BASE
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


THEIRS = edited(("[trim]", "[trim, upper]"), ("# by hand", "# by hand, and theirs"))


def test_changes_of_different_fields_are_both_kept() -> None:
    """Theirs to the byte, with mine in it."""
    mine = edited(("lastname: LastName\n", "lastname: LastName\n  customFields.email: Email\n"), ("keep", "delete"))
    assert merged(BASE, mine, THEIRS) == THEIRS.replace(
        "lastname: LastName\n", "lastname: LastName\n  customFields.email: Email\n"
    ).replace("keep", "delete")


def test_without_changes_of_mine_theirs_stays() -> None:
    """Whatever it is."""
    assert merged(BASE, BASE, THEIRS) == THEIRS


@pytest.mark.parametrize(
    ("mine", "theirs", "where"),
    [
        (edited(("[trim]", "[lower]")), THEIRS, r"fields\.firstname\.transforms"),
        (edited(("LastName\n\n", "Name\n\n")), edited(("  lastname: LastName\n", "")), r"fields\.lastname"),
        (edited(("  lastname: LastName\n", "")), edited(("LastName\n\n", "Name\n\n")), r"fields\.lastname"),
        (edited(("keep", "delete")), edited(("keep", "mark")), "on_delete"),
        (edited(("[customFields.email]", "[title]")), edited(("match: [customFields.email]   # adopt\n", "")), "match"),
        (
            edited(("lastname: LastName\n", "lastname: LastName\n  user: OwnerId\n")),
            edited(("lastname: LastName\n", "lastname: LastName\n  user: Owner.Email\n")),
            r"fields\.user",
        ),
    ],
)
def test_what_both_have_changed_is_not_decided(mine: str, theirs: str, where: str) -> None:
    """It is named, and nobody's change is lost."""
    with pytest.raises(EditError, match=f"^{where}: was changed by both"):
        merged(BASE, mine, theirs)


def test_a_new_field_finds_a_place_where_its_neighbour_is_gone() -> None:
    """At the end of the fields."""
    mine = edited(("title:", "user: OwnerId\n  title:"))
    mine = mine.replace("  user: OwnerId\n", "").replace(
        '"{FirstName} {LastName}"\n', '"{FirstName} {LastName}"\n  user: OwnerId\n'
    )
    theirs = edited(('  title: "{FirstName} {LastName}"\n', ""))
    assert merged(BASE, mine, theirs) == theirs.replace("lastname: LastName\n", "lastname: LastName\n  user: OwnerId\n")


def test_the_list_of_mappings_is_one_value() -> None:
    """Two people who each add a mapping have to look."""
    base = "database: sales\nmappings: [accounts]\n"
    mine, theirs = base.replace("]", ", contacts]"), base.replace("]", ", leads]")
    with pytest.raises(EditError, match=r"^mappings: was changed by both"):
        merged(base, mine, theirs, controls=SYNC)
    other = base.replace("sales", "service")
    assert merged(base, mine, other, controls=SYNC) == mine.replace("sales", "service")


def test_a_remark_of_mine_is_nothing_that_can_be_carried_over() -> None:
    """Nor is an unknown key: a form makes neither, so a merge would lose it."""
    with pytest.raises(EditError, match="in ways that no form makes"):
        merged(BASE, f"{BASE}own: 1\n", THEIRS)


def test_what_both_have_changed_to_the_same_is_no_conflict() -> None:
    """It is there already, and the rest of mine is put to it."""
    same = ("[trim]", "[trim, upper]")
    assert merged(BASE, edited(same), THEIRS) == THEIRS
    assert merged(BASE, edited(same, ("keep", "delete")), THEIRS) == THEIRS.replace("keep", "delete")
    new = ("lastname: LastName\n", "lastname: LastName\n  user: OwnerId\n")
    assert merged(BASE, edited(new), edited(new)) == edited(new)


def test_the_order_of_my_fields_is_no_change() -> None:
    """A field that was taken out and put in again stands at another place."""
    mine = edited(("  lastname: LastName\n", ""), ("fields:\n", "fields:\n  lastname: LastName\n"), ("keep", "delete"))
    assert merged(BASE, mine, THEIRS) == THEIRS.replace("keep", "delete")
