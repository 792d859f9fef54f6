"""What Daktela should hold for the shipped mappings, worked out from Salesforce's rows without the mapping engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import phonenumbers

from sandbox.daktela.store import Record
from sandbox.testing import Sandbox
from tests.scenarios.oracle import OBJECTS, VALID_EMAIL, alive, expected_title

Fields = dict[str, Any]


def expected_fields(sandbox: Sandbox, sobject: str, row: Mapping[str, Any]) -> Fields:
    """The comparable fields of one record: texts without white space, lists sorted, references by name."""
    if sobject == "Opportunity":
        stage = "CLOSE" if row["IsClosed"] else "OPEN"
        title = " ".join(row["Name"].split())[:128] or "(no name)"
        fields: Fields = {"title": title, "stage": stage, "type": "opportunity", "account": _account(row)}
    elif sobject == "Account":
        fields = {"title": expected_title(dict(row)), "number": _phones(row["Phone"])}
    else:
        email = (row["Email"] or "").strip().lower()
        fields = {
            "title": expected_title(dict(row)),
            "firstname": row["FirstName"] or "",
            "lastname": (row["LastName"] or "").strip() or "(no name)",
            "email": [email] if email else [],
            "number": _phones(row["Phone"], row["MobilePhone"], row.get("PersonHomePhone")),
        }
        if sobject == "Contact":
            fields["account"] = _account(row)
    fields["user"] = _login(sandbox, row["OwnerId"])
    return {name: comparable(name, value) for name, value in fields.items()}


def held_fields(record: Record, wanted: Mapping[str, Any]) -> Fields:
    """The same fields as Daktela holds them."""
    held = {
        name: record.custom.get(name, []) if name in ("email", "number") else record.values.get(name) for name in wanted
    }
    return {name: comparable(name, value) for name, value in held.items()}


def comparable(name: str, value: Any) -> Any:
    """What stays the same whatever Daktela does to texts, lists and phone numbers."""
    form: Callable[[str], str] = _digits if name == "number" else _spaceless
    if isinstance(value, list):
        return sorted(form(str(each)) for each in value)
    return form(str(value)) if value else None


def loadable(row: Mapping[str, Any]) -> bool:
    """Whether the record's own data lets it through: an e-mail address that is none does not."""
    email = (row.get("Email") or "").strip()
    return not email or VALID_EMAIL.fullmatch(email) is not None


def expected_state(sandbox: Sandbox) -> dict[tuple[str, str], Fields]:
    """Every record that Salesforce holds now, by sObject and Id."""
    return {
        (sobject, row["Id"]): expected_fields(sandbox, sobject, row)
        for sobject in OBJECTS
        for row in alive(sandbox, sobject)
        if loadable(row)
    }


def _account(row: Mapping[str, Any]) -> str | None:
    return f"sf_account_{row['AccountId']}" if row["AccountId"] else None


def _login(sandbox: Sandbox, owner: str) -> str | None:
    """The one active Daktela user with the owner's address."""
    (user,) = sandbox.salesforce.records.read("User", record=owner)
    address = (user["Email"] or "").casefold()
    users = [record for record in sandbox.daktela.records("users") if not record.values.get("deactivated")]
    for field in ("email", "emailAuth"):
        found = [record.name for record in users if (record.values.get(field) or "").casefold() == address]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _phones(*texts: str | None) -> list[str]:
    numbers = []
    for text in texts:
        if text and text.strip():
            try:
                number = phonenumbers.parse(text, "CZ")
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(number):
                numbers.append(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return list(dict.fromkeys(numbers))


def _spaceless(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text).removeprefix("00")
