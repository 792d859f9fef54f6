"""The properties that Salesforce tells of every field, and how two fields that each object has come out.

As the describes of real orgs show them in public test data; Salesforce's reference names the properties.
"""

from __future__ import annotations

from typing import Any

PROPERTIES = [
    "aggregatable", "autoNumber", "byteLength", "calculated", "calculatedFormula", "cascadeDelete", "caseSensitive",
    "compoundFieldName", "controllerName", "createable", "custom", "defaultValue", "defaultValueFormula",
    "defaultedOnCreate", "dependentPicklist", "deprecatedAndHidden", "digits", "displayLocationInDecimal",
    "encrypted", "externalId", "extraTypeInfo", "filterable", "filteredLookupInfo", "groupable", "highScaleNumber",
    "htmlFormatted", "idLookup", "inlineHelpText", "label", "length", "mask", "maskType", "name", "nameField",
    "namePointing", "nillable", "permissionable", "picklistValues", "polymorphicForeignKey", "precision",
    "queryByDistance", "referenceTargetField", "referenceTo", "relationshipName", "relationshipOrder",
    "restrictedDelete", "restrictedPicklist", "scale", "searchPrefilterable", "soapType", "sortable", "type",
    "unique", "updateable", "writeRequiresMasterRead",
]  # fmt: skip
"""In the order in which an org tells them: by the alphabet."""

FALSE = [
    "autoNumber", "calculated", "cascadeDelete", "caseSensitive", "createable", "custom", "dependentPicklist",
    "deprecatedAndHidden", "displayLocationInDecimal", "encrypted", "externalId", "highScaleNumber",
    "htmlFormatted", "nameField", "namePointing", "nillable", "permissionable", "polymorphicForeignKey",
    "queryByDistance", "restrictedDelete", "restrictedPicklist", "searchPrefilterable", "unique", "updateable",
    "writeRequiresMasterRead",
]  # fmt: skip
NULL = [
    "calculatedFormula", "compoundFieldName", "controllerName", "defaultValueFormula", "extraTypeInfo",
    "filteredLookupInfo", "inlineHelpText", "mask", "maskType", "referenceTargetField", "relationshipName",
    "relationshipOrder",
]  # fmt: skip
ZERO, EMPTY = ["digits", "precision", "scale"], ["picklistValues", "referenceTo"]

ID: dict[str, Any] = {
    "aggregatable": True,
    "byteLength": 18,
    "defaultValue": None,
    "idLookup": True,
    "label": "Account ID",
    "length": 18,
    "name": "Id",
    "soapType": "tns:ID",
    "type": "id",
}
IS_DELETED: dict[str, Any] = {
    "aggregatable": False,
    "byteLength": 0,
    "defaultValue": False,
    "idLookup": False,
    "label": "Deleted",
    "length": 0,
    "name": "IsDeleted",
    "soapType": "xsd:boolean",
    "type": "boolean",
}
"""What sets the two apart."""


def field(own: dict[str, Any]) -> dict[str, Any]:
    """All properties of one field, in order."""
    common: dict[str, Any] = dict.fromkeys(FALSE, False) | dict.fromkeys(NULL) | dict.fromkeys(ZERO, 0)
    told = {
        **common,
        **{name: [] for name in EMPTY},
        **dict.fromkeys(["defaultedOnCreate", "filterable", "groupable", "sortable"], True),
        **own,
    }
    return {name: told[name] for name in PROPERTIES}


CAPTURED: dict[str, Any] = {"fields": [field(ID), field(IS_DELETED)]}
