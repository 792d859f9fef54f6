"""Finds a mapping's field paths in an org, and the type of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from salesforce_daktela.errors import ConfigurationError, IntegrityError
from salesforce_daktela.mapping.schema import SourceField, SourceSchema
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.schema.field_paths import UnknownPathError, find_field
from salesforce_daktela.salesforce.wire.error_codes import CodeKind
from salesforce_daktela.salesforce.wire.errors import SalesforceRefusedError

CURSORS = ("SystemModstamp", "LastModifiedDate", "CreatedDate")
SYSTEM = ("IsDeleted", "MasterRecordId")
WHERE = "mapping key `salesforce`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """``schema`` holds Id, change stamp, deletion fields and the mapped fields that exist, in this order.

    ``cursor`` is the change stamp that windows use. ``unknown`` maps each path that cannot be read to up to three
    similar paths, or to one sentence of advice.
    """

    schema: SourceSchema
    cursor: str
    unknown: Mapping[str, tuple[str, ...]]


def describe(client: SalesforceClient, sobject: str) -> Mapping[str, Any]:
    """Return Salesforce's describe of an object; each client asks for it once. Letter case does not matter.

    Raises ConfigurationError when the object is unknown or hidden.
    """
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", sobject) is None:
        raise ConfigurationError(
            "this is not the name of an object", where=WHERE, advice="write its API name, like Contact or Invoice__c"
        )
    key = sobject.lower()
    if key not in client.described:
        try:
            path = f"{client.data_path}/sobjects/{sobject}/describe"
            client.described[key] = _checked(client.get_json(path), f"Salesforce GET {path}")
        except SalesforceRefusedError as exc:
            if exc.status != 404 or exc.kind is CodeKind.MOVED:
                raise
            raise ConfigurationError(
                f"Salesforce has no object {sobject} for this user",
                where=WHERE,
                advice="check the API name (custom objects end in __c) and the user's permissions; if every object is "
                "missing, the org does not have the connection's API Version",
            ) from exc
    return client.described[key]


def _checked(body: Any, where: str) -> dict[str, Any]:
    """Return a valid describe. Raises IntegrityError for any other body: otherwise fields would seem to be deleted."""
    fields = body.get("fields") if isinstance(body, dict) else None
    if (
        not isinstance(fields, list)
        or not isinstance(body.get("name"), str)
        or not all(_is_field(item) for item in fields)
    ):
        advice = "try again; a proxy may have changed the reply"
        raise IntegrityError("the reply does not describe an object", where=where, advice=advice)
    return dict(body)


def _is_field(item: object) -> bool:
    if not isinstance(item, dict) or not all(isinstance(item.get(key), str) for key in ("name", "type")):
        return False
    parents, values = item.get("referenceTo") or [], item.get("picklistValues") or []
    return (
        isinstance(item.get("relationshipName"), str | None)
        and type(item.get("length") or 0) is int
        and isinstance(parents, list)
        and all(isinstance(parent, str) for parent in parents)
        and isinstance(values, list)
        and all(isinstance(value, dict) and "value" in value for value in values)
    )


def resolve(client: SalesforceClient, sobject: str, paths: Iterable[str]) -> Resolution:
    """Return the schema of the mapped ``paths`` of ``sobject``.

    Raises ConfigurationError when the object cannot be read, or has no change stamp to filter on.
    """
    described = describe(client, sobject)
    own = {found["name"]: found for found in described["fields"]}
    if not described.get("queryable", True) or "Id" not in own:
        raise ConfigurationError(f"{sobject} cannot be queried", where=WHERE, advice="map another object")
    cursor = _cursor(sobject, own)
    fields: dict[str, SourceField] = {}
    unknown: dict[str, tuple[str, ...]] = {}
    for path in ["Id", cursor, *(name for name in SYSTEM if name in own), *paths]:
        try:
            found = find_field(partial(describe_parent, client, described), sobject, path)
            fields.setdefault(found.path, found)
        except UnknownPathError as exc:
            unknown[path] = exc.hints
    return Resolution(schema=SourceSchema(sobject=described["name"], fields=fields), cursor=cursor, unknown=unknown)


def describe_parent(client: SalesforceClient, described: Mapping[str, Any], sobject: str) -> Mapping[str, Any]:
    """Return the describe of the object itself or of a parent.

    Raises UnknownPathError when the reference is visible and the parent is not.
    """
    if sobject.lower() == str(described["name"]).lower():
        return described
    try:
        return describe(client, sobject)
    except ConfigurationError as exc:
        if not isinstance(exc.__cause__, SalesforceRefusedError):
            raise
        raise UnknownPathError(f"{sobject} is hidden from the integration user: check its permissions") from exc


def _cursor(sobject: str, own: Mapping[str, Mapping[str, Any]]) -> str:
    for name in CURSORS:
        if name in own and own[name].get("filterable", True):
            return name
    raise ConfigurationError(
        f"{sobject} has no change stamp that can be filtered on",
        where=WHERE,
        advice=f"map an object that has {', '.join(CURSORS[:2])} or {CURSORS[2]}",
    )
