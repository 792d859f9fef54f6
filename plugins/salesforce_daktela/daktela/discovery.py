"""Which fields a CRM database has: documented ones, those of a sample record, and the pool of custom fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.errors import DaktelaError, ErrorKind
from salesforce_daktela.daktela.filters import Condition
from salesforce_daktela.daktela.standard_fields import STANDARD
from salesforce_daktela.mapping.target import Provenance, TargetField, TargetSchema

PREFIX = "customFields."
NO_ANSWER = (ErrorKind.FORBIDDEN, ErrorKind.MISSING, ErrorKind.PROTOCOL, ErrorKind.VALIDATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Whether a name exists: ``known`` is None when Daktela would not say, and ``reason`` says why."""

    known: bool | None
    names: tuple[str, ...] = ()
    reason: str = ""


def discover(client: DaktelaClient, entity: str, *, database: str, record_type: str | None = None) -> TargetSchema:
    """Return the writable fields of ``entity`` in ``database``; ``complete`` when custom fields could be listed."""
    sampled = _of_sample(client, entity, database, record_type)
    pooled = _of_pool(client)
    fields = {**(pooled or {}), **(sampled or {})}
    standard = {found.path: found for found in STANDARD[str(entity)]}
    return TargetSchema(entity=str(entity), fields={**standard, **fields}, complete=bool(sampled or pooled))


def check_database(client: DaktelaClient, name: str) -> Check:
    """Whether there is a CRM database of that name."""
    return _check(client, "crmDatabases", name)


def check_record_type(client: DaktelaClient, name: str) -> Check:
    """Whether there is a type of CRM records of that name."""
    return _check(client, "crmRecordsTypes", name)


def _check(client: DaktelaClient, endpoint: str, name: str) -> Check:
    try:
        names = tuple(str(row["name"]) for row in client.list_rows(endpoint, fields=("name", "title")))
    except DaktelaError as exc:
        if exc.kind not in NO_ANSWER:
            raise
        return Check(known=None, reason=f"Daktela does not show {endpoint} to this user ({exc.kind})")
    return Check(known=name in names, names=names)


def _of_sample(
    client: DaktelaClient, entity: str, database: str, record_type: str | None
) -> dict[str, TargetField] | None:
    """Fields of the form behind one record, None when there is no record to look at.

    The scheme comes only with a whole record, so no fields are selected here.
    """
    scope = Condition("type", "eq", record_type) if record_type else Condition("database", "eq", database)
    rows = client.page(str(entity), fields=(), where=(scope,)).rows
    system = rows[0].get("_sys") if rows else None
    scheme = system.get("cfScheme") if isinstance(system, Mapping) else None
    if not isinstance(scheme, Mapping):
        return None
    return {
        f"{PREFIX}{name}": _field(name, found, Provenance.RECORD)
        for name, found in scheme.items()
        if isinstance(found, Mapping)
    }


def _of_pool(client: DaktelaClient) -> dict[str, TargetField] | None:
    try:
        rows = list(client.list_rows("formCrmFields"))
    except DaktelaError as exc:
        if exc.kind not in NO_ANSWER:
            raise
        return None
    alive = [row for row in rows if str(row.get("deleted") or "0").casefold() not in ("1", "true")]
    return {f"{PREFIX}{row['name']}": _field(str(row["name"]), row, Provenance.POOL) for row in alive}


def _field(name: str, found: Mapping[str, Any], provenance: Provenance) -> TargetField:
    return TargetField(
        path=f"{PREFIX}{name}",
        type=str(found.get("type") or "TEXT"),
        title=str(found.get("title") or name),
        multiple=_multiple(found),
        options=_options(found.get("items") or found.get("options")),
        provenance=provenance,
    )


def _multiple(found: Mapping[str, Any]) -> bool:
    """Older instances do not say: then several values are taken to be allowed."""
    value = found.get("multiple")
    return value is None or str(value).casefold() in ("1", "true")


def _options(items: object) -> dict[str, str] | None:
    listed = list(items.values()) if isinstance(items, Mapping) else items
    if not isinstance(listed, list) or not listed:
        return None
    options = [item for item in listed if isinstance(item, Mapping)]
    named = {str(item.get("value") or item.get("name")): str(item.get("title") or "") for item in options}
    return named or None
