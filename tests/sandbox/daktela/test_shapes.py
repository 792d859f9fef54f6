"""The replies have the shapes of a real instance, key by key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.sandbox.daktela.client import Client

CONTACT = {
    "title": "str", "firstname": "str", "lastname": "str", "account": "null", "user": "null", "description": "str",
    "nps_score": "int", "edited": "str", "created": "str", "customFields": "dict", "duplicateContacts": "null",
    "notDuplicateContacts": "null", "name": "str", "_sys": "dict",
}  # fmt: skip
MARKS = {"_rdata": "null", "_guiData": "list"}
NEWER_USER_KEYS = {"presence_state", "frontend_version", "mfa_verification", "sign", "ctrl_enter_email", "fcmSettings"}
USER_KEYS = {
    "name", "title", "alias", "profile", "role", "description", "call_steering_description", "extension", "acl",
    "extension_state", "clid", "static", "recordAtCallStart", "algo", "email", "emailAuth", "icon", "emoji", "options",
    "nps_score", "forwarding_number", "deactivated", "allowRecordingInterruption", "_sys",
}  # fmt: skip
DATABASE_KEYS = {
    "name", "title", "description", "available_cp", "autofocused_contacts_tab", "autofocused_accounts_tab", "default",
    "contactsCFScheme", "reverse_names", "_sys",
}  # fmt: skip
SHORT_SCHEME = {"type", "title", "hidden", "readonly"}
FULL_SCHEME = SHORT_SCHEME | {"readonly_in_activity", "readonly_in_update", "multiple", "show_in_incoming"}


def kinds(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the JSON type of each value."""
    return {key: "null" if value is None else type(value).__name__ for key, value in document.items()}


def test_a_created_contact_reads_like_a_captured_one(daktela: Client) -> None:
    """Every key of a captured contact is there, with a value of the captured type."""
    daktela.create()
    body = daktela.get("contacts/sf_contact_1.json").json()
    assert list(body) == ["error", "result", "_serverTime", "_time", "_timezone"]
    assert body["error"] == []
    assert kinds(body["result"]) == {**CONTACT, **MARKS, "database": "dict"}
    assert set(body["result"]["database"]) == DATABASE_KEYS | set(MARKS)
    assert body["result"]["_sys"]["model"] == "contacts"
    assert body["result"]["_sys"]["hash"].isdigit()
    assert body["_timezone"] == "Europe/Prague"


def test_each_stack_has_fields_of_its_own(daktela: Client) -> None:
    """The newer one marks every object and tells more of users; the older one keeps what the newer has dropped."""
    daktela.create("accounts", user="novakova")
    newer = daktela.get("accounts/sf_account_1.json").json()["result"]
    assert {key: newer[key] for key in MARKS} == {"_rdata": None, "_guiData": []}
    assert NEWER_USER_KEYS | set(MARKS) <= set(newer["user"])
    assert (newer["user"]["profile"]["gptFunctions"], newer["user"]["mfa_verification"]) == (0, 0)
    assert "survey" not in newer
    assert "deleted" not in newer["user"]
    daktela.instance.switch(stack_fields="older")
    older = daktela.get("accounts/sf_account_1.json").json()["result"]
    assert older["survey"] is False
    assert older["user"]["deleted"] is False
    assert not (NEWER_USER_KEYS | set(MARKS)) & set(older["user"])
    assert "gptFunctions" not in older["user"]["profile"]


@pytest.mark.parametrize(("setting", "unset"), [("null", None), ("text", "")])
def test_options_of_a_form_field_are_text_or_null(daktela: Client, setting: str, unset: str | None) -> None:
    """Never an object, selected or not."""
    daktela.instance.switch(form_field_options=setting)
    for params in ({}, {"fields[0]": "name", "fields[1]": "options"}):
        rows = daktela.get("formCrmFields.json", **params).json()["result"]["data"]
        options = {row["name"]: row["options"] for row in rows}
        assert options["email"] == unset
        assert options["note"] == '{"rows":5}'


def test_the_older_stack_names_no_zone_and_shows_a_short_scheme(daktela: Client) -> None:
    """The 2022 captures carry error, result and _time only, and four keys for each custom field."""
    daktela.create()
    daktela.instance.switch(envelope_zone=False, scheme_detail="short")
    body = daktela.get("contacts/sf_contact_1.json").json()
    assert list(body) == ["error", "result", "_time"]
    email = body["result"]["_sys"]["cfScheme"]["email"]
    assert email == {"type": "EMAIL", "title": "Email", "hidden": False, "readonly": False}


def test_the_newer_scheme_tells_multiple_and_items(daktela: Client) -> None:
    """cfScheme of 2026 has eight keys for each field and the items of a select field."""
    scheme = daktela.create().json()["result"]["_sys"]["cfScheme"]
    assert set(scheme["number"]) == FULL_SCHEME
    assert (scheme["number"]["multiple"], scheme["address"]["multiple"]) == (True, False)
    assert {"name": "bank", "title": "Bankovnictví", "value": "bank"} in scheme["industry"]["items"]


def test_unset_custom_fields_read_as_empty_lists(daktela: Client) -> None:
    """All fields of the form are present, written ones as lists of texts."""
    custom = daktela.create(customFields={"number": ["123456789"], "email": ["my@email.example"]}).json()["result"][
        "customFields"
    ]
    assert (custom["number"], custom["email"]) == (["123456789"], ["my@email.example"])
    assert (custom["address"], custom["note"]) == ([], [])


def test_an_unselected_read_unfolds_references_recursively(daktela: Client) -> None:
    """A user comes with profile and role, an account with its own database, owner and scheme."""
    daktela.create("accounts", user="novakova")
    contact = daktela.create(account="sf_account_1", user="svoboda").json()["result"]
    assert set(contact["user"]) >= USER_KEYS
    assert contact["user"]["role"]["options"]["contacts"] == 31
    assert contact["user"]["profile"]["_sys"]["model"] == "profiles"
    assert contact["account"]["user"]["name"] == "novakova"
    assert contact["account"]["database"]["title"] == "Obchod"
    assert "cfScheme" in contact["account"]["_sys"]


def test_a_list_holds_rows_and_total(daktela: Client) -> None:
    """Rows are in result.data, their number in result.total."""
    body = daktela.get("contacts.json").json()
    assert set(body["result"]) == {"data", "total"}
    assert body["result"]["total"] == len(body["result"]["data"]) == daktela.instance.count("contacts")


def test_a_refused_create_echoes_what_was_sent(daktela: Client) -> None:
    """The echo has the name and [null] for unset fields, a null hash and no scheme; nothing is stored."""
    reply = daktela.create(user="nobody", customFields={"number": ["0041796533279"]})
    body = reply.json()
    assert reply.status_code == 400
    assert body["error"] == {"form": {"user": "Chyba cizího klíče"}}
    assert set(body["result"]) == {*CONTACT, "database"}
    assert (body["result"]["name"], body["result"]["user"]) == ("sf_contact_1", None)
    assert body["result"]["customFields"]["address"] == [None]
    assert body["result"]["customFields"]["number"] == ["0041796533279"]
    assert body["result"]["_sys"] == {"hash": None, "model": "contacts"}
    assert daktela.instance.get("contacts", "sf_contact_1") is None


def test_a_malformed_email_is_an_error_nested_under_custom_fields(daktela: Client) -> None:
    """The message stands in a list under form.customFields.email."""
    body = daktela.create(customFields={"email": ["email.@domain.fpp"]}).json()
    assert body["error"] == {"form": {"customFields": {"email": ["E-mail není ve správném formátu"]}}}


def test_a_refused_update_keeps_the_hash_and_names_each_missing_field(daktela: Client) -> None:
    """PUT with null for required fields names both, and the echo still has the stored record's _sys."""
    daktela.create()
    body = daktela.call("PUT", "contacts/sf_contact_1.json", json={"title": None, "lastname": None}).json()
    assert body["error"] == {"form": {"title": "Vstup je povinný", "lastname": "Vstup je povinný"}}
    assert (body["result"]["title"], body["result"]["lastname"]) == (None, None)
    assert body["result"]["_sys"]["hash"] is not None


@pytest.mark.parametrize(
    ("shape", "error"),
    [
        ("form", {"form": {"title": "Item is mandatory"}}),
        ("form_lists", {"form": {"title": ["Item is mandatory"]}}),
        ("form_flat", {"form": {"title": "Item is mandatory"}}),
        ("text", "Item is mandatory"),
        ("texts", ["Item is mandatory"]),
    ],
)
def test_each_error_shape_can_be_chosen(daktela: Client, shape: str, error: object) -> None:
    """The layout of a refusal is a switch, its language too."""
    daktela.instance.switch(error_shape=shape, error_language="en")
    assert daktela.create(title=None).json()["error"] == error


def test_violations_come_with_422(daktela: Client) -> None:
    """The newer stack answers with status, title, detail and violations instead of the envelope."""
    daktela.instance.switch(validation_status=422, error_shape="violations", error_language="en")
    reply = daktela.create(title="", customFields={"email": ["x"]})
    assert reply.status_code == 422
    assert set(reply.json()) == {"status", "title", "type", "detail", "instance", "violations"}
    assert reply.json()["violations"] == [
        {"propertyPath": "title", "message": "Item is mandatory"},
        {"propertyPath": "customFields.email", "message": "E-mail is not in the correct format"},
    ]


def test_errors_may_stand_under_a_plural_key(daktela: Client) -> None:
    """One layout has `errors` and no `error`."""
    daktela.instance.switch(error_shape="errors", error_language="en")
    body = daktela.create(title=None).json()
    assert "error" not in body
    assert body["errors"] == {"title": ["Item is mandatory"]}


@pytest.mark.parametrize(
    ("setting", "text"),
    [("empty", ""), ("text", '"error": "Object not exist"'), ("texts", '"error": ["Object not exist"]')],
)
def test_a_missing_record_is_404(daktela: Client, setting: str, text: str) -> None:
    """The body of the 404 is empty or says that the object does not exist."""
    daktela.instance.switch(missing_object=setting)
    reply = daktela.get("contacts/nobody.json")
    assert reply.status_code == 404
    assert text in reply.text
    assert bool(reply.text) == bool(text)


@pytest.mark.parametrize("status", [400, 422])
def test_a_missing_record_may_be_refused(daktela: Client, status: int) -> None:
    """As a write with a wrong value is."""
    daktela.instance.switch(missing_object="refused", validation_status=status)
    assert daktela.get("contacts/nobody.json").status_code == status


@pytest.mark.parametrize(("setting", "shown"), [("int", 5), ("string", "5"), ("null", None), ("absent", "absent")])
def test_the_total_has_four_spellings(daktela: Client, setting: str, shown: object) -> None:
    """A total is a number, a text, null or missing."""
    daktela.instance.switch(total=setting)
    assert daktela.get("contacts.json").json()["result"].get("total", "absent") == shown


def test_rows_may_be_a_map_by_name(daktela: Client) -> None:
    """result.data may be an object keyed by the records' names; empty, it may turn into a list."""
    daktela.instance.switch(data_shape="map", empty_map="list")
    data = daktela.get("contacts.json").json()["result"]["data"]
    assert all(row["name"] == name for name, row in data.items())
    assert daktela.get("crmRecords.json", q="nothing like it").json()["result"]["data"] == []


@pytest.mark.parametrize(
    ("switches", "sent", "shown"),
    [
        ({"empty_map": "list"}, {}, []),
        ({"empty_map": "list"}, {"note": ["n"]}, {"note": ["n"], "email": []}),
        ({"unset_custom_field": "null"}, {"note": ["n"]}, {"note": ["n"], "email": [None]}),
        ({"custom_field_shape": "scalar"}, {"note": ["n"]}, {"note": "n", "email": []}),
    ],
)
def test_custom_fields_have_other_spellings(
    daktela: Client, switches: dict[str, str], sent: dict[str, list[str]], shown: object
) -> None:
    """A map without values may be a list, an unset field [null], a single value no list."""
    daktela.instance.switch(**switches)
    read = daktela.create(customFields=sent).json()["result"]["customFields"]
    assert shown == ({key: read[key] for key in shown} if isinstance(shown, dict) else read)


@pytest.mark.parametrize(("setting", "error"), [("list", []), ("null", None), ("absent", "absent")])
def test_no_error_has_three_spellings(daktela: Client, setting: str, error: object) -> None:
    """An empty list, null, or no key at all."""
    daktela.instance.switch(no_error=setting)
    assert daktela.get("whoim.json").json().get("error", "absent") == error


def test_an_echo_can_be_left_out(daktela: Client) -> None:
    """The result of a refused write is null on some instances."""
    daktela.instance.switch(error_echo=False)
    assert daktela.create(title=None).json()["result"] is None


def test_the_scheme_may_stay_when_fields_are_selected(daktela: Client) -> None:
    """Whether cfScheme survives a selection is not known."""
    daktela.instance.switch(scheme_with_fields=True)
    assert "email" in daktela.get("contacts.json", fields="name").json()["result"]["data"][0]["_sys"]["cfScheme"]
