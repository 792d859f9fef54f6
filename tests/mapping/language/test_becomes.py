"""The line that names who carries on converted records."""

from __future__ import annotations

import pytest

from salesforce_daktela.mapping.language.loader import load_sync
from tests.mapping.conftest import CONTACTS, SYNC, WriteSync, problems_of

LEADS = CONTACTS.replace("salesforce: Contact", "salesforce: Lead").replace('"c_{Id}"', '"l_{Id}"')
ACCOUNTS = 'salesforce: Account\ndaktela: accounts\nkey: "a_{Id}"\nfields: {title: Name}\n'
ALL = SYNC.replace("contacts]", "accounts, contacts, leads]")


def test_leads_become_contacts(write_sync: WriteSync) -> None:
    """The field is read, and contacts come first."""
    becoming = f"{LEADS}becomes: {{contacts: ConvertedContactId}}\n"
    spec = load_sync(write_sync(sync=ALL, contacts=CONTACTS, accounts=ACCOUNTS, leads=becoming))
    leads = spec.mapping("leads")
    assert leads.becomes == {"contacts": "ConvertedContactId"}
    assert "ConvertedContactId" in leads.paths()
    assert leads.parents(["accounts", "contacts"]) == ["contacts"]
    assert [mapping.name for mapping in spec.converted_into("contacts")] == ["leads"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("becomes: {people: ConvertedContactId}", "becomes.people: is no mapping before this one"),
        (
            "becomes: {accounts: ConvertedAccountId}",
            "becomes.accounts: writes accounts, and this mapping",
        ),
        ("becomes: {contacts: ConvertedContact.Id}", "becomes.contacts: needs the name of one field"),
        ("becomes: {contacts: [A, B]}", "becomes.contacts: needs the name of one field"),
        ("becomes: ConvertedContactId", "becomes: expected keys one level deeper"),
        ("on_both: merge", "on_both: merges objects of records that become others, and these become none"),
        (
            "becomes: {contacts: ConvertedContactId}\non_both: join",
            "on_both: unknown value join: choose from keep",
        ),
    ],
)
def test_refuses_what_no_record_can_carry_on(write_sync: WriteSync, line: str, expected: str) -> None:
    """Each at its line."""
    (found,) = problems_of(write_sync(sync=ALL, contacts=CONTACTS, accounts=ACCOUNTS, leads=f"{LEADS}{line}\n"))
    assert expected in found
    assert found.startswith("leads.yaml:")


@pytest.mark.parametrize(("line", "said"), [("", "keep"), ("on_both: keep\n", "keep"), ("on_both: merge\n", "merge")])
def test_both_objects_are_kept_unless_the_file_says_merge(write_sync: WriteSync, line: str, said: str) -> None:
    becoming = f"{LEADS}becomes: {{contacts: ConvertedContactId}}\n{line}"
    spec = load_sync(write_sync(sync=ALL, contacts=CONTACTS, accounts=ACCOUNTS, leads=becoming))
    assert spec.mapping("leads").on_both == said


def test_records_of_the_crm_are_not_merged(write_sync: WriteSync) -> None:
    """Daktela has a call for contacts and one for accounts."""
    deals = 'salesforce: Opportunity\ndaktela: crmRecords\nkey: "o_{Id}"\nfields: {type: {value: a}, title: Name, '
    deals += "stage: {value: OPEN}}\n"
    tasks = deals.replace("Opportunity", "Task").replace("o_", "t_") + "becomes: {deals: WhatId}\non_both: merge\n"
    sync = SYNC.replace("contacts]", "deals, tasks]")
    found = problems_of(write_sync(sync=sync, deals=deals, tasks=tasks))
    assert any("on_both: Daktela merges contacts and accounts, no other records" in each for each in found), found
