"""Changes some fields of a record also on instances whose PUT clears all fields that it does not name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.schema.custom_fields import scheme_of
from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind, make_error
from salesforce_daktela.daktela.write.upsert import WriteResult, update_existing
from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.mapping.target import CUSTOM_FIELDS

WRITABLE: Mapping[Entity, tuple[str, ...]] = {
    Entity.CONTACTS: ("title", "firstname", "lastname", "database", "account", "user", "description"),
    Entity.ACCOUNTS: ("title", "database", "sla", "user", "description"),
    Entity.CRM_RECORDS: ("title", "type", "stage", "status", "user", "contact", "account", "ticket", "description"),
    Entity.CAMPAIGNS_RECORDS: ("record_type", "database", "contact"),
}


def mark_existing(client: DaktelaClient, entity: Entity, name: str, marks: Mapping[str, Any]) -> bool:
    """Read the record, set ``marks`` and send all its fields; return False when there is no such record.

    A deleted one may be shown and take no change. Raises DaktelaError like ``update_existing``.
    """
    held = client.get(entity, name)
    if held is None:
        return False
    try:
        update_existing(client, entity, name, marked(entity, held, marks))
    except DaktelaError as exc:
        if exc.kind is ErrorKind.MISSING:
            return False
        raise
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
    return update_existing(client, entity, name, keeping(held, body, keep))


def marked(entity: Entity, held: Mapping[str, Any], marks: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body that sets ``marks`` and sends all other fields of ``held`` as they are."""
    plain = {field: value for field, value in marks.items() if field != CUSTOM_FIELDS}
    custom = {**held_custom(held), **marks.get(CUSTOM_FIELDS, {})}
    return {**_values(held, WRITABLE[entity]), **plain, **({CUSTOM_FIELDS: custom} if custom else {})}


def keeping(held: Mapping[str, Any], body: Mapping[str, Any], keep: Collection[str]) -> dict[str, Any]:
    """Return ``body`` with the present values of the fields ``keep``; what the body names itself is the body's."""
    present = held_custom(held)
    kept = {key: present[key] for path in keep if (key := path.partition(".")[2]) in present}
    custom = {**kept, **body.get(CUSTOM_FIELDS, {})}
    return {**_values(held, keep), **body, **({CUSTOM_FIELDS: custom} if custom else {})}


def _values(held: Mapping[str, Any], paths: Collection[str]) -> dict[str, Any]:
    return {path: sent for path in paths if "." not in path and (sent := _sendable(held.get(path))) is not None}


def _sendable(value: Any) -> Any:
    """Return a value to send: a reference by its name, and None for an empty text, which some instances refuse."""
    found = value.get("name") if isinstance(value, Mapping) else value
    return found or None


def held_custom(held: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the custom fields as lists of texts; an empty map may come as a list.

    A field that was removed from the record's form may still be shown, but Daktela refuses it in a write. The form
    comes with a whole record only, so no fields are selected when it is read.
    """
    value, scheme = held.get(CUSTOM_FIELDS), scheme_of(held)
    if not isinstance(value, Mapping):
        return {}
    there = {name: found for name, found in value.items() if scheme is None or name in scheme}
    listed = {name: found if isinstance(found, list) else [found] for name, found in there.items()}
    return {name: [str(item) for item in found if item is not None] for name, found in listed.items()}
