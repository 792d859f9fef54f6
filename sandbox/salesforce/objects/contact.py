"""Contact: people, with the custom fields a Czech call centre adds."""

from __future__ import annotations

from sandbox.salesforce.fields import (
    SObject,
    address,
    area,
    boolean,
    date,
    double,
    email,
    moment,
    multipicklist,
    person_name,
    phone,
    picklist,
    reference,
    system_fields,
    text,
    url,
)
from sandbox.salesforce.objects.choices import LANGUAGES, LEAD_SOURCES
from sandbox.salesforce.objects.person import IS_PERSON

SCORE = "{t}.\"Body__c\" * (SELECT factor FROM formula_factor WHERE field = 'Contact.Skore__c')"

CONTACT = SObject(
    name="Contact",
    label="Contact",
    plural="Contacts",
    key_prefix="003",
    mergeable=True,
    fields=(
        *system_fields("Contact", merges_into="Contact"),
        reference("AccountId", "Account ID", "Account"),
        *person_name(),
        *address("Other", "Other"),
        *address("Mailing", "Mailing"),
        phone("Phone", "Business Phone"),
        phone("Fax", "Business Fax"),
        phone("MobilePhone", "Mobile Phone"),
        phone("HomePhone", "Home Phone"),
        phone("OtherPhone", "Other Phone"),
        phone("AssistantPhone", "Asst. Phone"),
        reference("ReportsToId", "Reports To ID", "Contact"),
        email("Email", "Email"),
        text("Title", "Title", 128),
        text("Department", "Department", 80),
        text("AssistantName", "Assistant's Name", 40),
        picklist("LeadSource", "Lead Source", LEAD_SOURCES),
        date("Birthdate", "Birthdate"),
        area("Description", "Contact Description"),
        boolean("HasOptedOutOfEmail", "Email Opt Out"),
        boolean("DoNotCall", "Do Not Call"),
        date("LastActivityDate", "Last Activity", writable=False),
        moment("LastViewedDate", "Last Viewed Date", writable=False),
        moment("LastReferencedDate", "Last Referenced Date", writable=False),
        text("EmailBouncedReason", "Email Bounced Reason", 255),
        moment("EmailBouncedDate", "Email Bounced Date"),
        url("PhotoUrl", "Photo URL"),
        multipicklist("Jazyky__c", "Jazyky", LANGUAGES),
        boolean("VIP__c", "VIP"),
        double("Body__c", "Věrnostní body", 10, 2),
        double("Skore__c", "Skóre", 18, 2, sql=SCORE, formula="Body__c * 1.5", writable=False),
        area("Poznamka__c", "Poznámka", 32_768, html=True),
        text("Cislo_zakaznika__c", "Číslo zákazníka", 20, external_id=True),
        moment("Posledni_hovor__c", "Poslední hovor"),
        IS_PERSON,
    ),
)
