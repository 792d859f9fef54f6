"""Campaign and CampaignMember: who is to be called, written to or invited, contacts and leads alike."""

from __future__ import annotations

from sandbox.salesforce.fields import (
    Field,
    SObject,
    area,
    boolean,
    date,
    email,
    phone,
    picklist,
    reference,
    system_fields,
    text,
)

TYPES = ("Telemarketing", "Email", "Webinar")
STATUSES = ("Planned", "In Progress", "Completed", "Aborted")
MEMBER_STATUSES = ("Sent", "Responded")
OF_PERSON = (
    '(SELECT {value} FROM "Contact" p WHERE p."Id" = {{t}}."ContactId")',
    '(SELECT {value} FROM "Lead" p WHERE p."Id" = {{t}}."LeadId")',
)


def _of_person(value: str) -> str:
    """The value of the member's contact, else of its lead: a change of it does not move the member's stamp."""
    return f"coalesce({', '.join(each.format(value=value) for each in OF_PERSON)})"


def _shown(field: Field) -> Field:
    return Field(
        name=field.name,
        label=field.label,
        type=field.type,
        length=field.length,
        sql=_of_person(f'p."{field.name}"'),
        writable=False,
    )


JOINED = """trim(coalesce(p."FirstName" || ' ', '') || coalesce(p."LastName", ''))"""

CAMPAIGN = SObject(
    name="Campaign",
    label="Campaign",
    plural="Campaigns",
    key_prefix="701",
    fields=(
        *system_fields("Campaign"),
        text("Name", "Name", 80, name_field=True, nillable=False),
        picklist("Type", "Type", TYPES),
        picklist("Status", "Status", STATUSES),
        date("StartDate", "Start Date"),
        date("EndDate", "End Date"),
        boolean("IsActive", "Active"),
        area("Description", "Description"),
    ),
)
CAMPAIGN_MEMBER = SObject(
    name="CampaignMember",
    label="Campaign Member",
    plural="Campaign Members",
    key_prefix="00v",
    fields=(
        *system_fields("Campaign Member", owner=()),
        reference("CampaignId", "Campaign ID", "Campaign", nillable=False),
        reference("LeadId", "Lead ID", "Lead"),
        reference("ContactId", "Contact ID", "Contact"),
        picklist("Status", "Status", MEMBER_STATUSES),
        boolean("HasResponded", "Responded"),
        date("FirstRespondedDate", "First Responded Date"),
        text("Name", "Name", 121, sql=_of_person(JOINED), name_field=True, writable=False),
        _shown(text("FirstName", "First Name", 40)),
        _shown(text("LastName", "Last Name", 80)),
        _shown(phone("Phone", "Phone")),
        _shown(phone("MobilePhone", "Mobile")),
        _shown(email("Email", "Email")),
        _shown(boolean("DoNotCall", "Do Not Call")),
        text(
            "LeadOrContactId",
            "Related Record ID",
            18,
            sql='coalesce({t}."ContactId", {t}."LeadId")',
            writable=False,
        ),
    ),
)
