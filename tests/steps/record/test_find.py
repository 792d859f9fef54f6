"""Whatever a person has at hand leads to the record: an Id, a name, an address of either system."""

from __future__ import annotations

import pytest

from salesforce_daktela.steps.record.find import id_in, name_in

ID = "0035g00000ABCdeAAH"


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f"  {ID[:15]}\n",
        f"https://acme.lightning.force.com/lightning/r/Contact/{ID}/view",
        f"https://acme.lightning.force.com/lightning/r/{ID}/view?ws=%2Flightning%2Fr%2FAccount",
        f"https://acme.my.salesforce.com/{ID[:15]}",
        f"https://acme.my.salesforce.com/{ID[:15]}?nooverride=1",
        f"https://acme.my.salesforce.com/apex/Page?id={ID}",
        f"https://acme.lightning.force.com/one/one.app#/sObject/{ID}/view",
        f"acme.my.salesforce.com/{ID}",
    ],
)
def test_an_id_is_found_in_whatever_salesforce_shows(text: str) -> None:
    """As text of 18 characters."""
    assert id_in(text) == ID


@pytest.mark.parametrize(
    "text", ["", "sf_contact_7", "Alexanderplatzes", "https://acme.my.salesforce.com/lightning", "//["]
)
def test_what_holds_no_id_holds_none(text: str) -> None:
    """A word of an Id's length is none without a digit."""
    assert id_in(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (" sf_contact_7 ", "sf_contact_7"),
        ("https://acme.daktela.com/crm/contacts/update/sf_contact_7#attachments", "sf_contact_7"),
        ("https://acme.daktela.com/crm/records/type_1/update/a%20b/", "a b"),
        ("https://acme.daktela.com/api/v6/contacts/sf_contact_7", "sf_contact_7"),
        ("https://acme.daktela.com/", ""),
        ("//[", ""),
    ],
)
def test_a_name_is_found_in_whatever_daktela_shows(text: str, name: str) -> None:
    """The piece of the path behind `update`, else its last one."""
    assert name_in(text) == name
