"""The objects of an org, and how many records each has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.wire.errors import SalesforceRefusedError

COMPANIONS = ("History", "Share", "Feed", "ChangeEvent", "Tag", "OwnerSharingRule", "__e", "__mdt", "__b", "__x")
"""How the names of objects end that Salesforce keeps beside others, or that hold no records of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrgObject:
    """An object whose records can be read. ``technical`` ones are hardly ever meant by somebody who loads customers."""

    name: str
    label: str
    custom: bool
    technical: bool


def list_objects(client: SalesforceClient) -> tuple[OrgObject, ...]:
    """Return the objects that this user may read, by label. Raises IntegrityError for a reply that lists none."""
    path = f"{client.data_path}/sobjects"
    body = client.get_json(path)
    listed = body.get("sobjects") if isinstance(body, dict) else None
    if not isinstance(listed, list):
        raise IntegrityError("the reply lists no objects", where=f"Salesforce GET {path}", advice="try again")
    found = [_object(each) for each in listed if isinstance(each, dict) and isinstance(each.get("name"), str)]
    return tuple(sorted((each for each in found if each is not None), key=lambda each: (each.label, each.name)))


def count_all(client: SalesforceClient) -> Mapping[str, int] | None:
    """Return about how many records each object has, by name; None where this user may not see it.

    Salesforce counts in the background: a record that was just created may be missing.
    """
    try:
        body = client.get_json(f"{client.data_path}/limits/recordCount")
    except SalesforceRefusedError:
        return None
    listed = body.get("sObjects") if isinstance(body, dict) else None
    rows = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return {str(each.get("name")): each["count"] for each in rows if type(each.get("count")) is int}


def _object(found: Mapping[str, Any]) -> OrgObject | None:
    if not found.get("queryable", True) or found.get("deprecatedAndHidden"):
        return None
    name = str(found["name"])
    beside = name.endswith(COMPANIONS) or bool(found.get("customSetting"))
    return OrgObject(
        name=name,
        label=str(found.get("label") or name),
        custom=bool(found.get("custom")),
        technical=beside or not found.get("layoutable", True),
    )
