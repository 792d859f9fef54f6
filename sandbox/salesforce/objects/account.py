"""Account: companies."""

from __future__ import annotations

from sandbox.salesforce.fields import (
    SObject,
    address,
    area,
    boolean,
    currency,
    date,
    integer,
    moment,
    multipicklist,
    phone,
    picklist,
    reference,
    system_fields,
    text,
    url,
)
from sandbox.salesforce.objects.person import PERSON_FIELDS

TYPES = ("Prospect", "Customer - Direct", "Customer - Channel", "Installation Partner", "Other")
INDUSTRIES = (
    "Agriculture", "Banking", "Construction", "Consulting", "Education", "Energy", "Engineering", "Finance",
    "Government", "Healthcare", "Insurance", "Manufacturing", "Media", "Retail", "Technology", "Telecommunications",
    "Transportation", "Utilities",
)  # fmt: skip
RATINGS = ("Hot", "Warm", "Cold")
SEGMENTS = ("Klíčový", "Střední", "Malý", "Veřejná správa")

ACCOUNT = SObject(
    name="Account",
    label="Account",
    plural="Accounts",
    key_prefix="001",
    mergeable=True,
    fields=(
        *system_fields("Account", merges_into="Account"),
        text("Name", "Account Name", 255, name_field=True, nillable=False),
        picklist("Type", "Account Type", TYPES),
        reference("ParentId", "Parent Account ID", "Account"),
        *address("Billing", "Billing"),
        *address("Shipping", "Shipping"),
        phone("Phone", "Account Phone"),
        phone("Fax", "Account Fax"),
        text("AccountNumber", "Account Number", 40),
        url("Website", "Website"),
        text("Sic", "SIC Code", 20),
        picklist("Industry", "Industry", INDUSTRIES),
        currency("AnnualRevenue", "Annual Revenue", scale=0),
        integer("NumberOfEmployees", "Employees"),
        picklist("Ownership", "Ownership", ("Public", "Private", "Subsidiary", "Other")),
        area("Description", "Account Description"),
        picklist("Rating", "Account Rating", RATINGS),
        text("Site", "Account Site", 80),
        picklist("AccountSource", "Account Source", ("Web", "Phone Inquiry", "Partner Referral", "Other")),
        date("LastActivityDate", "Last Activity", writable=False),
        moment("LastViewedDate", "Last Viewed Date", writable=False),
        moment("LastReferencedDate", "Last Referenced Date", writable=False),
        text("ICO__c", "IČO", 8, external_id=True),
        text("DIC__c", "DIČ", 12),
        multipicklist("Segment__c", "Segment", SEGMENTS, restricted=True),
        boolean("Platce_DPH__c", "Plátce DPH"),
        *PERSON_FIELDS,
    ),
)
