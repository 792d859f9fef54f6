"""What Daktela should hold, worked out from Salesforce's rows without the mapping engine."""

from __future__ import annotations

import re
from typing import Any

from sandbox.testing import Sandbox

VALID_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
OBJECTS = {
    "Account": ("accounts", "sf_account_"),
    "Contact": ("contacts", "sf_contact_"),
    "Lead": ("contacts", "sf_lead_"),
    "Opportunity": ("crmRecords", "sf_opportunity_"),
}


def alive(sandbox: Sandbox, sobject: str) -> list[dict[str, Any]]:
    """The rows of one object that its default mapping takes."""
    rows = sandbox.salesforce.records.read(sobject, limit=100_000)
    kept = [row for row in rows if not row["IsDeleted"]]
    return [row for row in kept if sobject != "Lead" or not row["IsConverted"]]


def loaded_names(sandbox: Sandbox, sobject: str) -> set[str]:
    """Names with the object's prefix that Daktela holds."""
    model, prefix = OBJECTS[sobject]
    return {record.name for record in sandbox.daktela.records(model) if record.name.startswith(prefix)}


def expected_names(sandbox: Sandbox, sobject: str) -> set[str]:
    """Names that Daktela should hold, those aside that were adopted under another."""
    _, prefix = OBJECTS[sobject]
    return {f"{prefix}{row['Id']}" for row in alive(sandbox, sobject)}


def expected_title(row: dict[str, Any]) -> str:
    """A person's or a company's title: an account has a name of its own."""
    if "Name" in row:
        return " ".join((row["Name"] or "").split()) or "(no name)"
    pieces = [row.get("FirstName"), row.get("LastName")]
    return " ".join(" ".join(piece.split()) for piece in pieces if piece and piece.strip()) or "(no name)"
