"""The fields that an org with person accounts has beside the others: a person's account and contact are one there."""

from __future__ import annotations

from sandbox.salesforce.fields import (
    Field,
    address,
    boolean,
    date,
    email,
    multipicklist,
    phone,
    picklist,
    reference,
    text,
)
from sandbox.salesforce.objects.choices import LANGUAGES, LEAD_SOURCES

PERSON_FIELDS: tuple[Field, ...] = (
    boolean("IsPersonAccount", "Is Person Account", writable=False),
    reference("PersonContactId", "Contact ID", "Contact", writable=False),
    text("LastName", "Last Name", 80),
    text("FirstName", "First Name", 40),
    picklist("Salutation", "Salutation", ("Mr.", "Ms.", "Mrs.", "Dr.", "Prof.")),
    *address("PersonMailing", "Mailing"),
    phone("PersonMobilePhone", "Mobile"),
    phone("PersonHomePhone", "Home Phone"),
    phone("PersonOtherPhone", "Other Phone"),
    email("PersonEmail", "Email"),
    text("PersonTitle", "Title", 80),
    picklist("PersonLeadSource", "Lead Source", LEAD_SOURCES),
    date("PersonBirthdate", "Birthdate"),
    boolean("PersonDoNotCall", "Do Not Call"),
    boolean("PersonHasOptedOutOfEmail", "Email Opt Out"),
    multipicklist("Jazyky__pc", "Jazyky", LANGUAGES),
    boolean("VIP__pc", "VIP"),
    text("Cislo_zakaznika__pc", "Číslo zákazníka", 20),
)
IS_PERSON = boolean("IsPersonAccount", "Is Person Account", writable=False)
"""Contact's own."""
HIDDEN = frozenset({f"account.{each.name}".lower() for each in PERSON_FIELDS} | {"contact.ispersonaccount"})
"""What an org without person accounts does not have, in lower case."""

OF_CONTACT = {
    **{name: name for name in ("LastName", "FirstName", "Salutation", "Phone", "Fax", "Description", "OwnerId")},
    **{
        each.name: each.name.removesuffix("__pc") + "__c" if each.name.endswith("__pc") else each.name[len("Person") :]
        for each in PERSON_FIELDS
        if each.stored and (each.name.endswith("__pc") or each.name.startswith("Person"))
    },
}
"""Fields of a person's account, with the field of its contact that is the same."""
del OF_CONTACT["PersonContactId"]
