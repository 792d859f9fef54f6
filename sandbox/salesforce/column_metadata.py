"""The reply of `query?columns=true`: the columns of a query, without rows."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.describe import SOAP_TYPES
from sandbox.salesforce.fields import ID_TYPES, NUMBER_TYPES, Field
from sandbox.salesforce.soql.plan import Aggregate, Plan
from sandbox.salesforce.soql.scope import Column

_APEX = {"xsd:double": "Double", "xsd:int": "Integer", "xsd:boolean": "Boolean", "tns:ID": "Id", "xsd:date": "Date"}


def column_metadata(plan: Plan) -> dict[str, Any]:
    """Return the reply of `query?columns=true`."""
    told = [_told(each) for each in plan.columns] + [_aggregate(each) for each in plan.aggregates]
    return {
        "columnMetadata": told,
        "entityName": plan.sobject.name,
        "groupBy": False,
        "idSelected": any(each.heading == "Id" for each in plan.columns),
        "keyPrefix": plan.sobject.key_prefix,
    }


def _told(column: Column) -> dict[str, Any]:
    *parents, name = column.heading.split(".")
    told = _leaf(name, column.field)
    for parent in reversed(parents):
        told = {**_leaf(parent, None), "joinColumns": [told]}
    return told


def _aggregate(aggregate: Aggregate) -> dict[str, Any]:
    column = aggregate.column
    told = _leaf(aggregate.name, None if column is None else column.field)
    return {**told, "aggregate": True, "custom": False, "insertable": False, "updatable": False}


def _leaf(name: str, field: Field | None) -> dict[str, Any]:
    kind = "" if field is None else field.type
    return {
        "aggregate": False,
        "apexType": None if field is None else _APEX.get(SOAP_TYPES.get(kind, ""), "String"),
        "booleanType": kind == "boolean",
        "columnName": name,
        "custom": field is not None and field.custom,
        "displayName": name,
        "foreignKeyName": None if field is None else field.relationship,
        "insertable": field is not None and field.writable,
        "joinColumns": [],
        "numberType": kind in NUMBER_TYPES,
        "textType": field is not None and kind not in NUMBER_TYPES | ID_TYPES | {"boolean", "date", "datetime"},
        "updatable": field is not None and field.writable,
    }
