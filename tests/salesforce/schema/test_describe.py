"""Which fields an org has, and what is asked of it."""

from __future__ import annotations

from typing import Any

import pytest
import responses

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.schema import FieldKind, SourceField
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.schema.describe import Resolution, describe, resolve
from salesforce_daktela.salesforce.schema.seen_fields import seen_fields
from salesforce_daktela.salesforce.wire.errors import SalesforceRefusedError
from salesforce_daktela.sync.seen_schema import SeenField
from tests.salesforce.examples import DATA, calls, refusal

STAMPS = ("SystemModstamp", "LastModifiedDate", "CreatedDate")


def field(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    """One field as describe gives it."""
    return {"name": name, "type": kind, "label": name, "length": 0, "calculated": False, "filterable": True, **more}


def reference(name: str, relationship: str, *targets: str) -> dict[str, Any]:
    """A look-up field."""
    return field(name, "reference", relationshipName=relationship, referenceTo=list(targets))


SYSTEM = [
    field("Id", "id", length=18),
    field("IsDeleted", "boolean"),
    field("SystemModstamp", "datetime"),
    field("CreatedDate", "datetime"),
]
CONTACT = [
    *SYSTEM,
    reference("MasterRecordId", "MasterRecord", "Contact"),
    field("FirstName", length=40),
    field("LastName", length=80, label="Příjmení"),
    field("Email", "email", length=80),
    field("Score__c", "double", calculated=True),
    field("MailingAddress", "address", filterable=False),
    field("MailingCity"),
    field("Place__c", "location"),
    field("Photo", "base64"),
    field("Any", "anyType"),
    field("Kids__c", "int"),
    field("Birthdate", "date"),
    field("Called__c", "datetime"),
    field("Wakes__c", "time"),
    field("Languages__c", "multipicklist"),
    field("Vip__c", "boolean"),
    field("Income__c", "currency"),
    field("Share__c", "percent"),
    field("New__c", "type-of-tomorrow"),
    reference("AccountId", "Account", "Account"),
    reference("OwnerId", "Owner", "Group", "User"),
]
ACCOUNT = [*SYSTEM, field("Name"), field("Industry", "picklist"), reference("OwnerId", "Owner", "User")]
USER = [field("Id", "id"), field("SystemModstamp", "datetime"), field("Email", "email", length=128), field("Division")]


def told(name: str, fields: list[dict[str, Any]], *, queryable: bool = True, spelled: str | None = None) -> None:
    """Let the org describe an object, under the spelling the request will have."""
    body = {"name": name, "queryable": queryable, "fields": fields}
    responses.get(f"{DATA}/sobjects/{spelled or name}/describe", json=body)


def found(client: SalesforceClient, *paths: str) -> Resolution:
    """Resolve paths of Contact in an org with accounts and users."""
    told("Contact", CONTACT)
    told("Account", ACCOUNT)
    told("User", USER)
    return resolve(client, "Contact", paths)


def test_system_fields_come_first(client: SalesforceClient) -> None:
    """Id, change stamp and deletion fields are always read, before the mapped ones and once each."""
    result = found(client, "LastName", "Id", "systemmodstamp", "lastname")
    assert list(result.schema.fields) == ["Id", "SystemModstamp", "IsDeleted", "MasterRecordId", "LastName"]
    assert (result.schema.sobject, result.cursor, dict(result.unknown)) == ("Contact", "SystemModstamp", {})


def test_a_field_has_label_length_and_formula_flag(client: SalesforceClient) -> None:
    """Label, length and whether it is a formula come from describe."""
    fields = found(client, "LASTNAME", "Score__c").schema.fields
    told = SourceField(path="LastName", kind=FieldKind.TEXT, label="Příjmení", length=80, type="string")
    assert fields["LastName"] == told
    assert fields["Score__c"].calculated


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("FirstName", FieldKind.TEXT),
        ("Email", FieldKind.TEXT),
        ("AccountId", FieldKind.TEXT),
        ("New__c", FieldKind.TEXT),
        ("Vip__c", FieldKind.BOOLEAN),
        ("Kids__c", FieldKind.INTEGER),
        ("Score__c", FieldKind.NUMBER),
        ("Income__c", FieldKind.NUMBER),
        ("Share__c", FieldKind.NUMBER),
        ("Birthdate", FieldKind.DATE),
        ("Called__c", FieldKind.DATETIME),
        ("Wakes__c", FieldKind.TIME),
        ("Languages__c", FieldKind.MULTIPICKLIST),
    ],
)
def test_every_type_has_a_kind(client: SalesforceClient, path: str, kind: FieldKind) -> None:
    """Every type becomes a kind; a type unknown today travels as text."""
    assert found(client, path).schema.fields[path].kind is kind


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("account.industry", "Account.Industry"),
        ("ACCOUNT.OWNER.EMAIL", "Account.Owner.Email"),
        ("Owner.Email", "Owner.Email"),
        ("owner.type", "Owner.Type"),
        ("MasterRecord.Account.Name", "MasterRecord.Account.Name"),
    ],
)
def test_paths_lead_through_parents(client: SalesforceClient, typed: str, path: str) -> None:
    """Paths lead through relationships to parents, in Salesforce's own spelling."""
    result = found(client, typed)
    assert path in result.schema.fields
    assert dict(result.unknown) == {}


@pytest.mark.parametrize(
    ("path", "hints"),
    [
        ("Emial", ("Email",)),
        ("Frstname", ("FirstName", "LastName")),
        ("Acount.Name", ("Account.Name",)),
        ("AccountId.Name", ("Account.Name",)),
        ("Account.Industri", ("Account.Industry",)),
        ("Account.Ownr.Email", ("Account.Owner.Email",)),
        (
            "Xyzzy",
            (
                "no name is spelled nearly like Xyzzy; the standard ones are AccountId, Birthdate, CreatedDate, "
                "Email, FirstName, Id, IsDeleted, LastName, MailingCity, MasterRecordId, OwnerId, SystemModstamp; "
                "else check its field-level security",
            ),
        ),
        ("MailingAddress", ("it is a compound: map its parts instead, for example BillingStreet",)),
        ("Place__c", ("it is a compound: map its latitude and longitude instead (__Latitude__s, __Longitude__s)",)),
        ("Photo", ("it holds a file: files are not synchronised",)),
        ("Any", ("its type changes from row to row: map other fields",)),
        (
            "Owner.Division",
            (
                "Owner may be one of several objects, so it only has Id, Type, Name, FirstName, LastName, Email, "
                "Phone, Title, Username, Alias, IsActive",
            ),
        ),
        (
            "MasterRecord.MasterRecord.MasterRecord.MasterRecord.MasterRecord.MasterRecord.Email",
            ("Salesforce reads at most 5 parents up: map a nearer field",),
        ),
        ("Owner.", ()),
    ],
)
def test_unknown_paths_give_hints(client: SalesforceClient, path: str, hints: tuple[str, ...]) -> None:
    """A path that cannot be read is reported with the nearest ones, or with what to do instead."""
    result = found(client, path, "LastName")
    if path == "Owner.":
        assert path in result.unknown
    else:
        assert dict(result.unknown) == {path: hints}
    assert "LastName" in result.schema.fields


def test_each_object_is_described_once(client: SalesforceClient) -> None:
    """An object is described once for all mappings of a run, letter case aside."""
    found(client, "Account.Name", "Account.Industry", "MasterRecord.Email")
    resolve(client, "CONTACT", ["Account.Owner.Email"])
    assert calls() == [
        "POST /services/oauth2/token",
        *(f"GET /services/data/v60.0/sobjects/{name}/describe" for name in ("Contact", "Account", "User")),
    ]


@pytest.mark.parametrize(
    ("stamps", "cursor"),
    [(STAMPS, "SystemModstamp"), (STAMPS[1:], "LastModifiedDate"), (STAMPS[2:], "CreatedDate")],
)
def test_the_best_change_stamp_is_chosen(client: SalesforceClient, stamps: tuple[str, ...], cursor: str) -> None:
    """Windows use it; fields that the object does not have are not requested."""
    told("Log__c", [field("Id", "id"), *(field(name, "datetime") for name in stamps)])
    result = resolve(client, "Log__c", [])
    assert (result.cursor, list(result.schema.fields)) == (cursor, ["Id", cursor])


def test_a_stamp_that_cannot_be_filtered_is_not_chosen(client: SalesforceClient) -> None:
    """The next best one is."""
    unfilterable = field("SystemModstamp", "datetime", filterable=False)
    told("Log__c", [field("Id", "id"), unfilterable, field("CreatedDate", "datetime")])
    assert resolve(client, "Log__c", []).cursor == "CreatedDate"


def test_an_object_without_a_stamp_is_refused(client: SalesforceClient) -> None:
    """An object without any stamp cannot be windowed."""
    told("Odd", [field("Id", "id"), field("Name")])
    with pytest.raises(ConfigurationError, match="Odd has no change stamp that can be filtered on"):
        resolve(client, "Odd", [])


def test_an_object_that_cannot_be_queried_is_refused(client: SalesforceClient) -> None:
    """Events and their like are refused."""
    told("ContactChangeEvent", CONTACT, queryable=False)
    with pytest.raises(ConfigurationError, match="ContactChangeEvent cannot be queried"):
        resolve(client, "ContactChangeEvent", [])


def test_an_unknown_object_is_a_configuration_error(client: SalesforceClient) -> None:
    """An object that is not there, or hidden, is a matter of the mapping or of rights."""
    responses.get(f"{DATA}/sobjects/Invoice/describe", status=404, json=refusal("NOT_FOUND"))
    with pytest.raises(ConfigurationError, match=r"has no object Invoice for this user: check the API name \(custom"):
        describe(client, "Invoice")


def test_other_refusals_keep_their_reason(client: SalesforceClient) -> None:
    """Other refusals keep their own reason."""
    responses.get(f"{DATA}/sobjects/Contact/describe", status=403, json=refusal("API_CURRENTLY_DISABLED"))
    with pytest.raises(SalesforceRefusedError, match="API Enabled"):
        describe(client, "Contact")


@pytest.mark.parametrize("name", ["", "../limits", "Contact/x", "Kontakt č"])
def test_an_invalid_object_name_is_not_sent(client: SalesforceClient, name: str) -> None:
    """A name that could lead elsewhere is not sent."""
    with pytest.raises(ConfigurationError, match="this is not the name of an object"):
        describe(client, name)
    assert calls() == []


def test_all_readable_fields_are_returned(client: SalesforceClient) -> None:
    """All own fields and mapped ones of parents, with active values where mapped; nothing is asked twice."""
    listed = [{"value": "Banking", "active": True}, {"value": "Gone", "active": False}]
    told(
        "Contact",
        [
            *CONTACT,
            field("Rating", "picklist", length=9, picklistValues=listed),
            field("Need__c", nillable=False, createable=True),
        ],
    )
    told("Account", [*SYSTEM, field("Industry", "picklist", picklistValues=listed)])
    resolve(client, "Contact", ["Account.Industry"])
    asked = len(calls())
    seen = seen_fields(client, "contact", ["account.industry", "owner.name", "Nothing"])
    assert len(calls()) == asked
    assert seen.of == "Contact"
    assert {"MailingAddress", "Place__c", "Photo", "Any"} & seen.fields.keys() == set()
    assert seen.fields["Account.Industry"] == SeenField(type="picklist", values=("Banking",))
    assert seen.fields["Rating"] == SeenField(type="picklist", length=9)
    assert seen.fields["Need__c"] == SeenField(type="string", required=True)
    assert seen.fields["Owner.Name"] == SeenField(type="string")
    assert "Nothing" not in seen.fields


@pytest.mark.parametrize(
    ("flags", "targets", "readable"),
    [
        ({"namePointing": True, "polymorphicForeignKey": False}, ("User",), False),
        ({"namePointing": False, "polymorphicForeignKey": True}, ("User",), False),
        ({"namePointing": False, "polymorphicForeignKey": False}, ("User",), True),
        ({"namePointing": False, "polymorphicForeignKey": False}, ("User", "Group"), True),
        ({}, ("User",), True),
        ({}, ("User", "Group"), False),
    ],
)
def test_describe_says_what_goes_through_the_object_name(
    client: SalesforceClient, flags: dict[str, bool], targets: tuple[str, ...], readable: bool
) -> None:
    """VoiceCall.OwnerId references one object, but through Name: a query for other fields of User is refused."""
    told("Call__c", [*SYSTEM, {**reference("OwnerId", "Owner", *targets), **flags}])
    told("User", USER)
    hints = resolve(client, "Call__c", ["Owner.Division"]).unknown
    assert (hints == {}) is readable
    assert readable or "Owner may be one of several objects" in hints["Owner.Division"][0]
