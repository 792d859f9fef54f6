"""An org with person accounts: one person, one account and one contact."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.salesforce.conversion import convert
from sandbox.salesforce.objects.person import HIDDEN, OF_CONTACT
from sandbox.salesforce.org import Org
from sandbox.salesforce.person_accounts import create_person, is_person, merge_people, update_person


@pytest.fixture
def org() -> Iterator[Org]:
    """A small org."""
    made = Org.create(size="tiny")
    yield made
    made.close()


def names(org: Org, sobject: str) -> set[str]:
    found = org.described.sobject(sobject)
    assert found is not None
    return {f"{sobject}.{each.name}".lower() for each in org.described.fields(found)}


def test_an_org_without_them_has_none_of_their_fields(org: Org) -> None:
    """Neither in describe, also where it shows hidden fields, nor in queries; nor people."""
    org.switch(hidden_fields_described=True)
    assert not HIDDEN & (names(org, "account") | names(org, "contact"))
    assert org.catalogue.hidden >= HIDDEN
    assert not any(row["IsPersonAccount"] for row in org.records.read("Account", limit=1000))


def test_switching_them_on_adds_the_fields_and_the_first_people_once(org: Org) -> None:
    before = org.records.counts()
    org.switch(person_accounts=True)
    assert names(org, "account") | names(org, "contact") >= HIDDEN
    after = org.records.counts()
    assert after["Account"] - before["Account"] == after["Contact"] - before["Contact"] > 0
    org.switch(page_rows=100)
    assert org.records.counts() == after


def test_a_persons_account_and_contact_are_alike(org: Org) -> None:
    """When they are made, and after a change, with one stamp."""
    account = create_person(org.records, {"FirstName": "Eva", "LastName": "Nová", "PersonEmail": "eva@nova.example"})
    update_person(org.records, account, {"LastName": "Stará", "PersonMobilePhone": "602 111 222", "VIP__pc": True})
    (row,) = org.records.read("Account", record=account)
    (contact,) = org.records.read("Contact", record=row["PersonContactId"])
    assert (row["Name"], row["IsPersonAccount"], contact["IsPersonAccount"]) == ("Eva Stará", 1, 1)
    assert contact["AccountId"] == account
    assert {name: row[name] for name in OF_CONTACT} == {name: contact[same] for name, same in OF_CONTACT.items()}
    assert row["SystemModstamp"] == contact["SystemModstamp"]


def test_a_lead_without_a_company_is_converted_into_a_person(org: Org) -> None:
    """One with a company is not; one may also be converted into a person who is there."""
    lead = {"LastName": "Nová", "Status": "Working - Contacted", "Email": "eva@nova.example"}
    made = convert(org.records, org.records.create("Lead", lead), opportunity=True)
    (row,) = org.records.read("Account", record=made.account)
    assert (row["PersonContactId"], row["PersonEmail"], row["Name"]) == (made.contact, "eva@nova.example", "Nová")
    assert not is_person(
        org.records, convert(org.records, org.records.create("Lead", {**lead, "Company": "F"})).account
    )
    again = convert(org.records, org.records.create("Lead", lead), account=made.account)
    assert (again.account, again.contact) == (made.account, made.contact)


def test_a_merge_of_people_leaves_one_account_with_one_contact(org: Org) -> None:
    """A lead that became the loser points to the winner's records."""
    values = {"LastName": "Nová", "Status": "Working - Contacted"}
    lead = org.records.create("Lead", values)
    loser = convert(org.records, lead)
    winner = create_person(org.records, {"LastName": "Nová"})
    merge_people(org.records, winner, [loser.account])
    (row,) = org.records.read("Account", record=winner)
    (kept,) = org.records.read("Contact", record=row["PersonContactId"])
    (lost,) = org.records.read("Contact", record=loser.contact)
    (led,) = org.records.read("Lead", record=lead)
    assert (kept["IsDeleted"], lost["IsDeleted"], lost["MasterRecordId"]) == (0, 1, kept["Id"])
    assert org.records.read("Account", record=loser.account)[0]["MasterRecordId"] == winner
    assert (led["ConvertedAccountId"], led["ConvertedContactId"]) == (winner, kept["Id"])
