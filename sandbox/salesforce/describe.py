"""Describe replies: all properties of sObjects and fields, derived from the schema."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.catalogue import Catalogue
from sandbox.salesforce.fields import ID_TYPES, REAL_TYPES, Field, SObject

SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "int": "xsd:int",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "address": "urn:address",
}
SYSTEM = {"Id", "IsDeleted", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp"}

SAME_FOR_EVERY_FIELD = {
    "cascadeDelete": False,
    "caseSensitive": False,
    "controllerName": None,
    "defaultValueFormula": None,
    "dependentPicklist": False,
    "deprecatedAndHidden": False,
    "displayLocationInDecimal": False,
    "encrypted": False,
    "filteredLookupInfo": None,
    "highScaleNumber": False,
    "inlineHelpText": None,
    "mask": None,
    "maskType": None,
    "referenceTargetField": None,
    "relationshipOrder": None,
    "restrictedDelete": False,
    "unique": False,
    "writeRequiresMasterRead": False,
}


def describe_global(catalogue: Catalogue, version: str) -> dict[str, Any]:
    """Return the reply of `/sobjects`."""
    return {
        "encoding": "UTF-8",
        "maxBatchSize": 200,
        "sobjects": [describe_brief(each, version) for each in catalogue.sobjects],
    }


def describe_brief(sobject: SObject, version: str) -> dict[str, Any]:
    """Return the part of `/sobjects` and `/sobjects/X` about one sObject."""
    base = f"/services/data/v{version}/sobjects/{sobject.name}"
    ordinary = sobject.queryable
    return {
        "activateable": False,
        "associateEntityType": None,
        "associateParentEntity": None,
        "createable": ordinary,
        "custom": sobject.custom,
        "customSetting": sobject.custom_setting,
        "deepCloneable": False,
        "deletable": ordinary and sobject.has("IsDeleted"),
        "deprecatedAndHidden": False,
        "feedEnabled": ordinary,
        "hasSubtypes": False,
        "isInterface": False,
        "isSubtype": False,
        "keyPrefix": sobject.key_prefix,
        "label": sobject.label,
        "labelPlural": sobject.plural,
        "layoutable": ordinary,
        "mergeable": sobject.mergeable,
        "mruEnabled": ordinary,
        "name": sobject.name,
        "queryable": sobject.queryable,
        "replicateable": sobject.replicateable,
        "retrieveable": ordinary,
        "searchable": ordinary,
        "triggerable": ordinary,
        "undeletable": ordinary and sobject.has("IsDeleted"),
        "updateable": ordinary,
        "urls": {"sobject": base, "describe": f"{base}/describe", "rowTemplate": f"{base}/{{ID}}"},
    }


def describe_sobject(catalogue: Catalogue, sobject: SObject, version: str) -> dict[str, Any]:
    """Return the reply of `/sobjects/X/describe`."""
    return {
        **describe_brief(sobject, version),
        "actionOverrides": [],
        "childRelationships": _children(catalogue, sobject),
        "compactLayoutable": True,
        "defaultImplementation": None,
        "extendedBy": None,
        "extendsInterfaces": None,
        "fields": [describe_field(each) for each in catalogue.fields(sobject)],
        "implementedBy": None,
        "implementsInterfaces": None,
        "listviewable": None,
        "lookupLayoutable": None,
        "namedLayoutInfos": [],
        "networkScopeFieldName": None,
        "recordTypeInfos": [_master_record_type(sobject, version)],
        "searchLayoutable": True,
        "sobjectDescribeOption": "FULL",
        "supportedScopes": [{"label": f"All {sobject.plural.lower()}", "name": "everything"}],
    }


def describe_field(field: Field) -> dict[str, Any]:
    """Return one of the `fields` of a describe, with every property in Salesforce's order, which is alphabetical."""
    described = {**SAME_FOR_EVERY_FIELD, **_identity(field), **_type(field), **_reference(field), **_access(field)}
    return dict(sorted(described.items()))


def _identity(field: Field) -> dict[str, Any]:
    return {
        "autoNumber": field.auto_number,
        "calculated": field.formula is not None,
        "calculatedFormula": field.formula,
        "compoundFieldName": field.compound,
        "custom": field.custom,
        "externalId": field.external_id,
        "label": field.label,
        "name": field.name,
        "nameField": field.name_field,
    }


def _type(field: Field) -> dict[str, Any]:
    kind = field.type
    return {
        "byteLength": field.length * (1 if kind in ID_TYPES else 3),
        "defaultValue": False if kind == "boolean" else None,
        "digits": field.digits,
        "extraTypeInfo": ("richtextarea" if field.html else "plaintextarea") if kind == "textarea" else None,
        "htmlFormatted": field.html,
        "length": field.length,
        "picklistValues": _picklist(field),
        "precision": field.precision,
        "restrictedPicklist": field.restricted,
        "scale": field.scale,
        "soapType": SOAP_TYPES.get(kind, "xsd:string"),
        "type": kind,
    }


def _reference(field: Field) -> dict[str, Any]:
    polymorphic = len(field.reference_to) > 1
    return {
        "namePointing": polymorphic,
        "polymorphicForeignKey": polymorphic,
        "referenceTo": list(field.reference_to),
        "relationshipName": field.relationship,
        "searchPrefilterable": field.type == "reference",
    }


def _access(field: Field) -> dict[str, Any]:
    """What a query may do with the field, and who may write it."""
    kind = field.type
    return {
        "aggregatable": kind not in ("boolean", "address", "multipicklist") and field.filterable,
        "createable": field.writable,
        "defaultedOnCreate": field.name in SYSTEM or field.name == "OwnerId" or kind == "boolean",
        "filterable": field.filterable,
        "groupable": field.filterable and kind not in REAL_TYPES | {"datetime", "multipicklist"},
        "idLookup": field.external_id or kind in ("id", "email"),
        "nillable": field.nillable,
        "permissionable": field.nillable and field.name not in SYSTEM and kind != "address",
        "queryByDistance": kind == "address",
        "sortable": field.filterable and kind != "multipicklist",
        "updateable": field.writable,
    }


def _picklist(field: Field) -> list[dict[str, Any]]:
    return [
        {"active": active, "defaultValue": False, "label": value, "validFor": None, "value": value}
        for values, active in ((field.values, True), (field.inactive, False))
        for value in values
    ]


def _children(catalogue: Catalogue, parent: SObject) -> list[dict[str, Any]]:
    return [
        {
            "cascadeDelete": child.name != parent.name and field.name == "AccountId",
            "childSObject": child.name,
            "deprecatedAndHidden": False,
            "field": field.name,
            "junctionIdListNames": [],
            "junctionReferenceTo": [],
            "relationshipName": child.plural if field.name in ("AccountId", "Ucet__c") else None,
            "restrictedDelete": False,
        }
        for child in catalogue.sobjects
        for field in catalogue.fields(child)
        if parent.name in field.reference_to
    ]


def _master_record_type(sobject: SObject, version: str) -> dict[str, Any]:
    record_type = "012000000000000AAA"
    return {
        "active": True,
        "available": True,
        "defaultRecordTypeMapping": True,
        "developerName": "Master",
        "master": True,
        "name": "Master",
        "recordTypeId": record_type,
        "urls": {"layout": f"/services/data/v{version}/sobjects/{sobject.name}/describe/layouts/{record_type}"},
    }
