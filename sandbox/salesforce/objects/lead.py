"""Lead: people who are not customers yet."""

from __future__ import annotations

from sandbox.salesforce.fields import (
    SObject,
    address,
    area,
    boolean,
    currency,
    date,
    email,
    integer,
    moment,
    person_name,
    phone,
    picklist,
    reference,
    system_fields,
    text,
    url,
)
from sandbox.salesforce.objects.account import INDUSTRIES, RATINGS
from sandbox.salesforce.objects.choices import LEAD_SOURCES

STATUSES = ("Open - Not Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted")

LEAD = SObject(
    name="Lead",
    label="Lead",
    plural="Leads",
    key_prefix="00Q",
    mergeable=True,
    fields=(
        *system_fields("Lead", owner=("Group", "User"), merges_into="Lead"),
        *person_name(),
        text("Title", "Title", 128),
        text("Company", "Company", 255, nillable=False),
        *address("", ""),
        phone("Phone", "Phone"),
        phone("MobilePhone", "Mobile Phone"),
        phone("Fax", "Fax"),
        email("Email", "Email"),
        url("Website", "Website"),
        area("Description", "Description"),
        picklist("LeadSource", "Lead Source", LEAD_SOURCES),
        picklist("Status", "Status", STATUSES, nillable=False),
        picklist("Industry", "Industry", INDUSTRIES),
        picklist("Rating", "Rating", RATINGS),
        currency("AnnualRevenue", "Annual Revenue", scale=0),
        integer("NumberOfEmployees", "Employees"),
        boolean("HasOptedOutOfEmail", "Email Opt Out"),
        boolean("DoNotCall", "Do Not Call"),
        boolean("IsConverted", "Converted", writable=False),
        date("ConvertedDate", "Converted Date", writable=False),
        reference("ConvertedAccountId", "Converted Account ID", "Account", writable=False),
        reference("ConvertedContactId", "Converted Contact ID", "Contact", writable=False),
        boolean("IsUnreadByOwner", "Unread By Owner"),
        date("LastActivityDate", "Last Activity", writable=False),
        moment("LastViewedDate", "Last Viewed Date", writable=False),
        moment("LastReferencedDate", "Last Referenced Date", writable=False),
    ),
)
