"""Extracts from a describe what runs compare to notice changes of fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.schema.describe import describe, describe_parent
from salesforce_daktela.salesforce.schema.field_kinds import UNREADABLE
from salesforce_daktela.salesforce.schema.field_paths import UnknownPathError, find_described
from salesforce_daktela.sync.seen_schema import SeenField, SeenSchema


def seen_fields(client: SalesforceClient, sobject: str, paths: Iterable[str]) -> SeenSchema:
    """Return all readable fields of ``sobject``, and the fields of its parents that are in the mapped ``paths``.

    Picklist values are included for mapped fields only. Cached describes are used.
    """
    described = describe(client, sobject)
    fields = {found["name"]: _seen(found) for found in described["fields"] if found["type"] not in UNREADABLE}
    for path in paths:
        try:
            spelled, found = find_described(partial(describe_parent, client, described), sobject, path)
        except UnknownPathError:
            continue
        fields[spelled] = _seen(found, with_values=True)
    return SeenSchema(of=str(described["name"]), fields=fields)


def _seen(found: Mapping[str, Any], *, with_values: bool = False) -> SeenField:
    """A field is required when a record cannot be saved without it."""
    listed = found.get("picklistValues") or []
    return SeenField(
        type=str(found["type"]),
        length=int(found.get("length") or 0),
        required=not found.get("nillable", True)
        and bool(found.get("createable"))
        and not found.get("defaultedOnCreate"),
        values=tuple(str(item["value"]) for item in listed if item.get("active", True))
        if listed and with_values
        else None,
    )
