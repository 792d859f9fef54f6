"""Which mapping a record of Salesforce belongs to, and what its object in Daktela is like."""

from __future__ import annotations

from typing import Any

from sandbox.testing import Sandbox
from tests.scenarios.expected import comparable, expected_fields, loadable
from tests.scenarios.oracle import OBJECTS

PEOPLE = "people"
"""The mapping of people who are accounts."""

MAPPING_OF = {"Account": "accounts", "Contact": "contacts", "Lead": "leads", "Opportunity": "opportunities"}
SOBJECT_OF = {mapping: sobject for sobject, mapping in MAPPING_OF.items()} | {PEOPLE: "Account"}
MODEL_OF = {MAPPING_OF[sobject]: model for sobject, (model, _) in OBJECTS.items()} | {PEOPLE: "contacts"}
PREFIX_OF = {MAPPING_OF[sobject]: prefix for sobject, (_, prefix) in OBJECTS.items()} | {PEOPLE: "sf_person_"}

Row = dict[str, Any]


def home_of(sobject: str, row: Row) -> str:
    """The mapping that takes a record; the contact of a person's account belongs to none, which is the empty text."""
    if not row.get("IsPersonAccount"):
        return MAPPING_OF[sobject]
    return PEOPLE if sobject == "Account" else ""


def heir_of(sandbox: Sandbox, lead: Row) -> tuple[str, str | None]:
    """The mapping and the Id of whom a lead has become: a person's account, or a contact."""
    account = lead.get("ConvertedAccountId")
    found = sandbox.salesforce.records.read("Account", record=account) if account else []
    if found and found[0]["IsPersonAccount"]:
        return PEOPLE, account
    return "contacts", lead.get("ConvertedContactId")


def wanted_fields(sandbox: Sandbox, mapping: str, row: Row, *, drops_addresses: bool) -> Row:
    """What the object of a record should hold; ``drops_addresses`` where an e-mail address that is none is left out."""
    seen = _as_person(row) if mapping == PEOPLE else row
    wanted = expected_fields(sandbox, "Lead" if mapping == PEOPLE else SOBJECT_OF[mapping], seen)
    if drops_addresses and "email" in wanted and not loadable(seen):
        wanted["email"] = comparable("email", [])
    return wanted


def _as_person(row: Row) -> Row:
    same = {name: row[name] for name in ("FirstName", "LastName", "Phone", "PersonHomePhone", "OwnerId")}
    return {**same, "Email": row["PersonEmail"], "MobilePhone": row["PersonMobilePhone"]}
