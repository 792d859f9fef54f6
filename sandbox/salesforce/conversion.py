"""Converting a lead, as Salesforce's convertLead does: into a contact of an account, perhaps with an opportunity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sandbox.salesforce.objects.person import OF_CONTACT
from sandbox.salesforce.person_accounts import create_person
from sandbox.salesforce.records import RecordError, Records

CARRIED = (
    "Salutation", "FirstName", "LastName", "Title", "Phone", "MobilePhone", "Fax", "Email", "Description", "OwnerId",
)  # fmt: skip
CONVERTED = "Closed - Converted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """The Ids of the records that a lead was converted into."""

    contact: str
    account: str
    opportunity: str | None

    def to_dict(self) -> dict[str, str | None]:
        """Plain JSON values."""
        return asdict(self)


def convert(
    records: Records,
    lead: str,
    *,
    contact: str | None = None,
    account: str | None = None,
    opportunity: bool = False,
    at: datetime | None = None,
) -> Converted:
    """Convert ``lead`` into records that exist, or into new ones; all of it is committed together.

    The lead's places in campaigns go to the contact.
    A lead without a company becomes a person account, as does one that is converted into a person's account.
    ``at`` sets earlier stamps. Raises RecordError for a lead that was converted before.
    """
    found = records.read("Lead", record=lead)
    if not found or found[0]["IsConverted"]:
        raise RecordError(f"there is no lead {lead} to convert")
    row = found[0]
    with records.transaction():
        company = account or (None if contact is None else records.read("Contact", record=contact)[0]["AccountId"])
        if company is None:
            company = _new_account(records, row, at)
        person = contact or records.read("Account", record=company)[0]["PersonContactId"]
        if person is None:
            carried = {name: row[name] for name in CARRIED if name in row}
            person = records.create("Contact", {**carried, "AccountId": company}, at=at)
        deal = None
        if opportunity:
            values = {
                "Name": row["Company"] or row["LastName"],
                "StageName": "Prospecting",
                "CloseDate": "2026-12-31",
                "AccountId": company,
            }
            deal = records.create("Opportunity", values, at=at)
        ended = {"IsConverted": True, "Status": CONVERTED, "ConvertedContactId": person, "ConvertedAccountId": company}
        records.update("Lead", lead, ended, at=at)
        _move_places(records, lead, person, at)
    return Converted(contact=person, account=company, opportunity=deal)


def _move_places(records: Records, lead: str, person: str, at: datetime | None) -> None:
    """Let the contact have the lead's places in campaigns."""
    for member in records.read("CampaignMember", limit=10_000):
        if member["LeadId"] == lead:
            records.update("CampaignMember", member["Id"], {"ContactId": person}, at=at)


def _new_account(records: Records, lead: Mapping[str, Any], at: datetime | None) -> str:
    if lead["Company"]:
        return records.create("Account", {"Name": lead["Company"], "Phone": lead["Phone"]}, at=at)
    same = {account: lead[name] for account, name in OF_CONTACT.items() if name in CARRIED and name in lead}
    return create_person(records, same, at=at)
