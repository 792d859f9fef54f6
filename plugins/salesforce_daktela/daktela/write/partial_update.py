"""Changes some fields of a record also on instances whose PUT clears all fields that it does not name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.schema.custom_fields import scheme_of
from salesforce_daktela.daktela.wire.errors import ErrorKind, make_error
from salesforce_daktela.daktela.write.upsert import WriteResult, update_existing
from salesforce_daktela.mapping.model import Entity

WRITABLE: Mapping[Entity, tuple[str, ...]] = {
    Entity.CONTACTS: ("title", "firstname", "lastname", "database", "account", "user", "description"),
    Entity.ACCOUNTS: ("title", "database", "sla", "user", "description"),
    Entity.CRM_RECORDS: ("title", "type", "stage", "status", "user", "contact", "account", "ticket", "description"),
    Entity.CAMPAIGNS_RECORDS: ("record_type", "database", "contact"),
}
CUSTOM = "customFields"


def mark_existing(client: DaktelaClient, entity: Entity, name: str, marks: Mapping[str, Any]) -> bool:
    """Read the record, set ``marks`` and send all its fields; return False when there is no such record.

    Raises DaktelaError like ``update_existing``.
    """
    held = client.get(entity, name)
    if held is None:
        return False
    body = {field: sent for field in WRITABLE[entity] if (sent := sendable(held.get(field))) is not None}
    custom = {**held_custom(held), **marks.get(CUSTOM, {})}
    plain = {field: value for field, value in marks.items() if field != CUSTOM}
    update_existing(client, entity, name, {**body, **plain, **({CUSTOM: custom} if custom else {})})
    return True


def update_keeping(
    client: DaktelaClient, entity: Entity, name: str, body: Mapping[str, Any], keep: Collection[str]
) -> WriteResult:
    """PUT ``body`` together with the present values of the fields ``keep``; the record is read first if there are any.

    Raises DaktelaError like ``update_existing``.
    """
    if not keep:
        return update_existing(client, entity, name, body)
    held = client.get(entity, name)
    if held is None:
        raise make_error("no longer exists", kind=ErrorKind.MISSING, where=f"Daktela {entity}")
    plain = {path: sent for path in keep if "." not in path and (sent := sendable(held.get(path))) is not None}
    custom_held = held_custom(held)
    kept = {key: custom_held[key] for path in keep if (key := path.partition(".")[2]) in custom_held}
    custom = {**kept, **body.get(CUSTOM, {})}
    return update_existing(client, entity, name, {**plain, **body, **({CUSTOM: custom} if custom else {})})


def sendable(value: Any) -> Any:
    """Return a value to send: a reference by its name, and None for an empty text, which some instances refuse."""
    found = value.get("name") if isinstance(value, Mapping) else value
    return found or None


def held_custom(held: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the custom fields as lists of texts; an empty map may come as a list.

    A field that was removed from the record's form may still be shown, but Daktela refuses it in a write. The form
    comes with a whole record only, so no fields are selected when it is read.
    """
    value, scheme = held.get(CUSTOM), scheme_of(held)
    if not isinstance(value, Mapping):
        return {}
    there = {name: found for name, found in value.items() if scheme is None or name in scheme}
    listed = {name: found if isinstance(found, list) else [found] for name, found in there.items()}
    return {name: [str(item) for item in found if item is not None] for name, found in listed.items()}
