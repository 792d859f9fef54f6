"""Change a few fields of a record that stays, on instances whose PUT empties whatever it does not name."""

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
}
CUSTOM = "customFields"


def mark_existing(client: DaktelaClient, entity: Entity, name: str, marks: Mapping[str, Any]) -> bool:
    """Write ``marks`` over what the record holds now and send all of it; False when there is no such record.

    Raises DaktelaError as ``update_existing``.
    """
    held = client.get(entity, name)
    if held is None:
        return False
    body = {field: sent for field in WRITABLE[entity] if (sent := _sendable(held.get(field))) is not None}
    custom = {**_custom(held), **marks.get(CUSTOM, {})}
    plain = {field: value for field, value in marks.items() if field != CUSTOM}
    update_existing(client, entity, name, {**body, **plain, **({CUSTOM: custom} if custom else {})})
    return True


def update_keeping(
    client: DaktelaClient, entity: Entity, name: str, body: Mapping[str, Any], keep: Collection[str]
) -> WriteResult:
    """PUT ``body``, with the fields ``keep`` as the record holds them now; it is read first when there are any.

    Raises DaktelaError as ``update_existing``.
    """
    if not keep:
        return update_existing(client, entity, name, body)
    held = client.get(entity, name)
    if held is None:
        raise make_error("is not there any more", kind=ErrorKind.MISSING, where=f"Daktela {entity}")
    plain = {path: sent for path in keep if "." not in path and (sent := _sendable(held.get(path))) is not None}
    held_custom = _custom(held)
    kept = {key: held_custom[key] for path in keep if (key := path.partition(".")[2]) in held_custom}
    custom = {**kept, **body.get(CUSTOM, {})}
    return update_existing(client, entity, name, {**plain, **body, **({CUSTOM: custom} if custom else {})})


def _sendable(value: Any) -> Any:
    """A reference is written by its name; an empty text is refused by some instances."""
    found = value.get("name") if isinstance(value, Mapping) else value
    return found or None


def _custom(held: Mapping[str, Any]) -> dict[str, list[str]]:
    """Lists of texts, however they were read; an empty map may come as a list.

    A field that was taken off the record's form may still be shown, and is refused when it is sent back. The form comes
    with a whole record only, so no fields are selected here.
    """
    value, scheme = held.get(CUSTOM), scheme_of(held)
    if not isinstance(value, Mapping):
        return {}
    there = {name: found for name, found in value.items() if scheme is None or name in scheme}
    listed = {name: found if isinstance(found, list) else [found] for name, found in there.items()}
    return {name: [str(item) for item in found if item is not None] for name, found in listed.items()}
