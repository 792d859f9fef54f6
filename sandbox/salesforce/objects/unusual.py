"""Objects that cause problems for clients that read the whole org: settings, tags, change events, status tables."""

from __future__ import annotations

from sandbox.salesforce.fields import SObject, boolean, integer, reference, system_fields, text

CASE_STATUS = SObject(
    name="CaseStatus",
    label="Case Status Value",
    plural="Case Status Value",
    key_prefix="01J",
    bulk=False,
    fields=(
        *(each for each in system_fields("Case Status Value", owner=()) if each.name != "IsDeleted"),
        text("MasterLabel", "Master Label", 255, name_field=True),
        text("ApiName", "API Name", 255),
        integer("SortOrder", "Sort Order"),
        boolean("IsDefault", "Is Default"),
        boolean("IsClosed", "Is Closed"),
    ),
)

UNUSUAL = (
    SObject(
        name="Nastaveni__c",
        label="Nastavení",
        plural="Nastavení",
        key_prefix="a0C",
        custom_setting=True,
        fields=(*system_fields("Record", owner=()), text("Name", "Name", 38), text("Hodnota__c", "Hodnota", 255)),
    ),
    SObject(
        name="Smlouva__Tag",
        label="Smlouva Tag",
        plural="Smlouva Tags",
        key_prefix=None,
        queryable=False,
        fields=(*system_fields("Tag", owner=()), reference("ItemId", "Item ID", "Smlouva__c", relationship="Item")),
    ),
    SObject(
        name="ContactChangeEvent",
        label="Contact Change Event",
        plural="Contact Change Event",
        key_prefix=None,
        queryable=False,
        fields=(*system_fields("Contact Change Event"), text("ReplayId", "Replay ID", 1000)),
    ),
    SObject(
        name="DataType",
        label="Data Type",
        plural="Data Types",
        key_prefix=None,
        queryable=False,
        fields=(text("DurableId", "Durable ID", 255), text("DeveloperName", "Developer Name", 255)),
    ),
)
