"""Finds the fields of a CRM database: documented ones, those of a sample record, and the pool of custom fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.schema.custom_fields import Described, custom_fields, pool_of, scheme_of
from salesforce_daktela.daktela.schema.standard_fields import STANDARD
from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind
from salesforce_daktela.daktela.wire.filters import Condition
from salesforce_daktela.daktela.wire.reply import reference_name
from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.mapping.target import TargetSchema

NO_ANSWER = (ErrorKind.FORBIDDEN, ErrorKind.MISSING, ErrorKind.PROTOCOL, ErrorKind.VALIDATION)
"""Some instances or roles do not serve these endpoints. A bad token is not among these kinds: it is raised."""


TYPES: Mapping[Entity, str] = {
    Entity.CRM_RECORDS: "crmRecordsTypes",
    Entity.CAMPAIGNS_RECORDS: "campaignsTypes",
}
"""Where the types of records are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTitle:
    """A CRM database or record type: its key and what people call it."""

    name: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Whether a name exists. ``known`` is None when Daktela does not tell; ``reason`` says why."""

    known: bool | None
    names: tuple[str, ...] = ()
    reason: str = ""


def discover(client: DaktelaClient, entity: str, *, database: str, record_type: str | None = None) -> TargetSchema:
    """Return the writable fields of ``entity`` in ``database``; ``complete`` when custom fields could be listed.

    Records have no database: their form is that of ``record_type``, or of any record when it is None.
    Raises DaktelaError when records themselves cannot be read.
    """
    scheme = read_scheme(client, entity, database=database, record_type=record_type)
    return target_of(entity, scheme, read_pool(client, entity))


def target_of(entity: str, scheme: Described | None, pool: Described | None) -> TargetSchema:
    """Return the schema from a form and the pool of custom fields."""
    standard = {found.path: found for found in STANDARD[str(entity)]}
    fields = custom_fields(scheme, pool)
    return TargetSchema(entity=str(entity), fields={**standard, **fields}, complete=bool(fields))


def read_scheme(client: DaktelaClient, entity: str, *, database: str, record_type: str | None) -> Described | None:
    """Return the form of one record, None when there is no record.

    Daktela sends the scheme only with a whole record, so no fields are selected here.
    """
    kind = Entity(entity).type_field
    field, wanted = ("database", database) if kind is None else (kind, record_type)
    where = None if wanted is None else Condition(field, "eq", wanted)
    rows = client.page(str(entity), where=where).rows
    if not rows or not _belongs(rows[0], field, wanted):
        return None
    return scheme_of(rows[0])


def read_pool(client: DaktelaClient, entity: str) -> Described | None:
    """Return the pool of custom fields of a model, None if the instance or the role does not show it."""
    try:
        return pool_of(list(client.list_rows(pool_name(entity))))
    except DaktelaError as exc:
        if exc.kind not in NO_ANSWER:
            raise
        return None


def pool_name(entity: str) -> str:
    """Return the endpoint of a model's pool: records of dial lists have one of their own."""
    return "formFields" if Entity(entity).is_dialled else "formCrmFields"


def databases(client: DaktelaClient) -> tuple[NamedTitle, ...]:
    """Return the CRM databases by name. Raises DaktelaError if the instance or the role does not show them."""
    return _listed(client, "crmDatabases")


def record_types(client: DaktelaClient, entity: str = Entity.CRM_RECORDS) -> tuple[NamedTitle, ...]:
    """Return the types of a model's records, none where the instance or the role does not show them."""
    try:
        return _listed(client, TYPES[Entity(entity)])
    except DaktelaError as exc:
        if exc.kind not in NO_ANSWER:
            raise
        return ()


def check_database(client: DaktelaClient, name: str) -> Check:
    """Whether there is a CRM database of that name."""
    return _check(client, "crmDatabases", name)


def check_record_type(client: DaktelaClient, name: str, entity: str = Entity.CRM_RECORDS) -> Check:
    """Whether there is a type of a model's records of that name."""
    return _check(client, TYPES[Entity(entity)], name)


def _check(client: DaktelaClient, endpoint: str, name: str) -> Check:
    try:
        names = tuple(found.name for found in _listed(client, endpoint))
    except DaktelaError as exc:
        if exc.kind not in NO_ANSWER:
            raise
        status = "no listing" if exc.status is None else str(exc.status)
        return Check(known=None, reason=f"Daktela answers {status} for {endpoint}")
    if not names:
        # A role without the right may get an empty list instead of a refusal.
        return Check(known=None, reason=f"Daktela shows this user no {endpoint} at all")
    return Check(known=name in names, names=names)


def _listed(client: DaktelaClient, endpoint: str) -> tuple[NamedTitle, ...]:
    rows = client.list_rows(endpoint, fields=("name", "title"))
    return tuple(
        NamedTitle(name=row["name"], title=str(row.get("title") or row["name"]))
        for row in rows
        if isinstance(row.get("name"), str)
    )


def _belongs(record: dict[str, Any], field: str, wanted: str | None) -> bool:
    """Whether the sample matches the filter, which some instances ignore."""
    return wanted is None or reference_name(record.get(field)) in (None, wanted)
