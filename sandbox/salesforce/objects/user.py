"""Organization: the company itself, and User: its people."""

from __future__ import annotations

from sandbox.salesforce.fields import (
    SObject,
    address,
    boolean,
    email,
    moment,
    person_name,
    phone,
    picklist,
    reference,
    system_fields,
    text,
)

ORGANIZATION = SObject(
    name="Organization",
    label="Organization",
    plural="Organization",
    key_prefix="00D",
    fields=(
        *(each for each in system_fields("Organization", owner=()) if each.name != "IsDeleted"),
        text("Name", "Name", 80, name_field=True, nillable=False),
        *address("", ""),
        phone("Phone", "Phone"),
        text("PrimaryContact", "Primary Contact", 80),
        picklist("DefaultLocaleSidKey", "Locale", ("cs_CZ", "en_US")),
        picklist("LanguageLocaleKey", "Language", ("cs", "en_US")),
        picklist("TimeZoneSidKey", "Time Zone", ("Europe/Prague", "GMT")),
        picklist("OrganizationType", "Edition", ("Enterprise Edition", "Developer Edition")),
        text("InstanceName", "Instance Name", 5),
        boolean("IsSandbox", "Is Sandbox"),
    ),
)

USER = SObject(
    name="User",
    label="User",
    plural="Users",
    key_prefix="005",
    never_in_bin=True,
    fields=(
        *(each for each in system_fields("User", owner=()) if each.name != "IsDeleted"),
        text("Username", "Username", 80, nillable=False),
        *person_name(),
        text("CompanyName", "Company Name", 80),
        text("Department", "Department", 80),
        text("Title", "Title", 80),
        *address("", ""),
        email("Email", "Email"),
        phone("Phone", "Phone"),
        phone("MobilePhone", "Mobile"),
        phone("Extension", "Extension"),
        text("Alias", "Alias", 8, nillable=False),
        boolean("IsActive", "Active"),
        picklist("TimeZoneSidKey", "Time Zone", ("Europe/Prague", "GMT")),
        picklist("LocaleSidKey", "Locale", ("cs_CZ", "en_US")),
        picklist("LanguageLocaleKey", "Language", ("cs", "en_US")),
        text("EmployeeNumber", "Employee Number", 20),
        reference("ManagerId", "Manager ID", "User"),
        moment("LastLoginDate", "Last Login", writable=False),
        picklist("UserType", "User Type", ("Standard", "Guest")),
    ),
)
