"""Lookups that read what is never looked up: each would drop its reference from every record."""

from __future__ import annotations

import pytest

from salesforce_daktela.mapping.check import check_mapping
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.schema import FieldKind, SourceField, SourceSchema
from salesforce_daktela.mapping.target import TargetSchema
from tests.mapping.conftest import CONTACTS, SYNC, WriteSync


def field(path: str, type_: str, *refers_to: str, kind: FieldKind = FieldKind.TEXT) -> SourceField:
    return SourceField(path=path, kind=kind, type=type_, refers_to=refers_to)


FIELDS = (
    field("Id", "id", "Contact"),
    field("OwnerId", "reference", "User", "Group"),
    field("Owner.Id", "string"),
    field("Owner.Email", "string"),
    field("Owner.Name", "string"),
    field("Agent__c", "reference", "User"),
    field("Agent__r.Email", "email"),
    field("Agent__r.ManagerId", "reference", "User"),
    field("AgentMail__c", "string"),
    field("AccountId", "reference", "Account"),
    field("Account.Id", "id", "Account"),
    field("Account.Name", "string"),
    field("OldAccount__c", "string"),
    field("Email", "email"),
    field("Fax", "phone"),
    field("Score__c", "double", kind=FieldKind.NUMBER),
    field("Born__c", "date", kind=FieldKind.DATE),
    field("ConvertedContactId", "reference", "Contact"),
    field("ConvertedAccountId", "reference", "Account"),
)
ACCOUNTS = CONTACTS.replace("Contact", "Account").replace("contact", "account").replace("  lastname: LastName\n", "")
OBJECTS = {"accounts": "Account", "leads": "Lead", "contacts": "Contact"}


def check(write_sync: WriteSync, line: str, objects: dict[str, str] | None = None) -> tuple[list[str], list[str]]:
    """Errors and warnings of a mapping with one more line, without their position."""
    files = {
        "sync": SYNC.replace("[contacts]", "[accounts, leads, contacts]"),
        "accounts": ACCOUNTS,
        "leads": CONTACTS.replace("Contact", "Lead").replace("sf_contact", "sf_lead"),
        "contacts": f"{CONTACTS}  {line}\n",
    }
    spec = load_sync(write_sync(files)).mapping("contacts")
    source = SourceSchema(sobject="Contact", fields={each.path: each for each in FIELDS})
    target = TargetSchema(entity="contacts", fields={}, complete=False)
    found = check_mapping(spec, {}, source, target, OBJECTS if objects is None else objects)
    errors, warnings = ([str(each).partition("contacts.yaml:")[2] for each in some] for some in found)
    return errors, [each for each in warnings if "cannot be checked" not in each]


NO_ADDRESS = [
    ("OwnerId", "OwnerId holds Ids", "Owner.Email"),
    ("'{OwnerId}'", "OwnerId holds Ids", "Owner.Email"),
    ("Owner.Id", "Owner.Id holds Ids", "Owner.Email"),
    ("ownerid", "ownerid holds Ids", "owner.Email"),
    ("Id", "Id holds Ids", "Owner.Email"),
    ("Agent__c", "Agent__c holds Ids", "Agent__r.Email"),
    ("Agent__r.ManagerId", "Agent__r.ManagerId holds Ids", "Agent__r.Manager.Email"),
    ("AccountId", "AccountId holds Ids", "Owner.Email"),
    ("[Owner.Email, Agent__c]", "Agent__c holds Ids", "Agent__r.Email"),
    ("OwnerId, transforms: [trim, lower, email]", "OwnerId holds Ids", "Owner.Email"),
    ("OwnerId, default: office@firma.cz", "OwnerId holds Ids", "Owner.Email"),
    ("Score__c", "Score__c is of type number", "Owner.Email"),
    ("Born__c", "Born__c is of type date", "Owner.Email"),
]


@pytest.mark.parametrize(("source", "what", "write"), NO_ADDRESS, ids=[source for source, _, _ in NO_ADDRESS])
def test_users_are_found_by_nothing_but_addresses(write_sync: WriteSync, source: str, what: str, write: str) -> None:
    """The advice is the form that works, with the path to the address where there is one."""
    (error,), _ = check(write_sync, f"user: {{lookup: users, from: {source}}}")
    assert error.startswith(f"7: fields.user: {what}")
    assert "Daktela's users are found by their e-mail address: " in error
    assert error.endswith(f"{{lookup: users, from: {write}}}")


NO_ID = [
    ("accounts", "Email", "Email is of type email, and records of accounts are found by their Id"),
    ("accounts", "Owner.Email", "Owner.Email is of type email"),
    ("accounts", "Score__c", "Score__c is of type number"),
    (
        "accounts",
        "OwnerId",
        "OwnerId holds Ids of User, Group, and accounts loads Account: name a field that refers to",
    ),
    ("accounts", "Id", "Id holds Ids of Contact, and accounts loads Account: name a field that"),
    ("accounts", "AccountId, transforms: [lower]", "lower changes the letters of an Id, so it is never found: remove"),
]


@pytest.mark.parametrize(("to", "source", "what"), NO_ID, ids=[f"{to} {source}" for to, source, _ in NO_ID])
def test_records_are_found_by_nothing_but_their_own_ids(write_sync: WriteSync, to: str, source: str, what: str) -> None:
    """Of the object that the mapping loads."""
    (error,), _ = check(write_sync, f"account: {{lookup: {to}, from: {source}}}")
    assert error.startswith(f"7: fields.account: {what}")


WORKS = [
    "user: {lookup: users, from: Owner.Email}",
    "user: {lookup: users, from: Agent__r.Email, transforms: [email, lower]}",
    "user: {lookup: users, from: AgentMail__c}",
    "user: {lookup: users, from: '{AgentMail__c}@firma.cz'}",
    "user: {lookup: users, from: OwnerId, values: {005000000000001AAA: jan@firma.cz}}",
    "user: {lookup: users, from: Owner.Name, transforms: [lower, {regex: {pattern: ' ', replace: '.'}}]}",
    "user: {lookup: users, value: office@firma.cz}",
    "user: {lookup: users, value: office, values: {office: office@firma.cz}}",
    "account: {lookup: accounts, from: AccountId}",
    "account: {lookup: accounts, from: Account.Id}",
    "account: {lookup: accounts, from: OldAccount__c, transforms: [trim]}",
    "account: {lookup: accounts, from: '{AccountId}', transforms: [{truncate: 15}]}",
    "account: {lookup: accounts, value: 001000000000001AAA}",
]


@pytest.mark.parametrize("line", WORKS)
def test_lookups_that_may_match_are_passed_in_silence(write_sync: WriteSync, line: str) -> None:
    """So are those whose values come out of a table or a pattern."""
    assert check(write_sync, line) == ([], [])


def test_what_other_mappings_load_may_not_be_known(write_sync: WriteSync) -> None:
    """Such as in a draft: then nothing is said of whose Ids they are."""
    line = "account: {lookup: accounts, from: OwnerId}"
    assert check(write_sync, line, {"accounts": ""}) == check(write_sync, line, {}) == ([], [])


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("user: {lookup: users, from: Owner.Name}", "Owner.Name seems to hold no e-mail addresses"),
        ("user: {lookup: users, from: Fax}", "Fax seems to hold no e-mail addresses"),
        ("account: {lookup: accounts, from: Account.Name}", "Account.Name seems to hold no Ids"),
    ],
)
def test_names_that_are_hardly_ever_found_are_worth_a_warning(write_sync: WriteSync, line: str, what: str) -> None:
    """Nobody can say for sure: a custom object's name may be an address."""
    errors, (warning,) = check(write_sync, line)
    assert (errors, what in warning) == ([], True)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("user: {lookup: users, value: novak}", "novak is no e-mail address"),
        ("user: {lookup: users, from: Owner.Email, default: novak}", "novak is no e-mail address"),
        ("user: {lookup: users, from: OwnerId, values: {005000000000001AAA: novak}}", "novak is no e-mail address"),
        ("account: {lookup: accounts, from: AccountId, default: acme}", "acme is no Id of Salesforce"),
    ],
)
def test_values_of_the_file_are_looked_up_too(write_sync: WriteSync, line: str, what: str) -> None:
    """A login or a name of Daktela is not what they are compared with."""
    (error,), _ = check(write_sync, line)
    assert what in error


@pytest.mark.parametrize(
    ("named", "what"),
    [
        ("ConvertedContactId", "ConvertedContactId holds Ids of Contact, and leads loads Lead: name a field that"),
        ("Score__c", "Score__c is of type number, and records of leads are found by their Id"),
        ("OldAccount__c", ""),
    ],
)
def test_a_converted_record_is_handed_over_by_an_id_of_the_right_object(
    write_sync: WriteSync, named: str, what: str
) -> None:
    """Otherwise nothing ever carries it on."""
    errors, _ = check(write_sync, f"firstname: LastName\nbecomes: {{leads: {named}}}")
    assert len(errors) == bool(what)
    assert what in "".join(errors)
