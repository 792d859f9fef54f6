"""The fields of both systems as a person chooses from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.schema.discovery import discover, record_types
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.target import TargetSchema
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.schema.describe import describe, describe_parent
from salesforce_daktela.salesforce.schema.field_kinds import NAME_FIELDS, UNREADABLE
from salesforce_daktela.salesforce.schema.field_paths import UnknownPathError, find_parent
from salesforce_daktela.steps.setup.drafted import DraftedMapping


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a picklist: what is sent, and what people read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedField:
    """A Salesforce field. A ``parent`` is a relationship: it has no value, but fields of its own behind a dot.

    ``refers_to`` are the objects that a reference may lead to.
    """

    path: str
    label: str
    type: str
    custom: bool = False
    picklist: tuple[Choice, ...] = ()
    parent: bool = False
    names_record: bool = False
    refers_to: tuple[str, ...] = ()


def salesforce_fields(client: SalesforceClient, sobject: str, parent: str = "") -> tuple[OfferedField, ...]:
    """Return the readable fields of an object, or of the parent that relationships with dots between them lead to.

    Fields come before relationships. Raises ConfigurationError for an object or a parent that is not there.
    """
    own = describe(client, sobject)
    try:
        steps = parent.split(".") if parent else []
        spelled, described, left = find_parent(partial(describe_parent, client, own), sobject, steps)
        if left:
            raise UnknownPathError(f"{'.'.join(spelled)} may be one of several objects, which have no parents here")
    except UnknownPathError as exc:
        where, advice = f"{sobject}.{parent}", " or ".join(exc.hints)
        raise ConfigurationError("there is no such parent", where=where, advice=advice) from exc
    prefix = "".join(f"{step}." for step in spelled)
    if described is None:
        return tuple(OfferedField(path=f"{prefix}{name}", label=name, type=kind) for name, kind in NAME_FIELDS.items())
    fields = [_field(prefix, each) for each in described["fields"] if each["type"] not in UNREADABLE]
    return (*fields, *(_parent(prefix, each) for each in described["fields"] if _leads_on(each)))


def daktela_fields(daktela: DaktelaClient, mapping: DraftedMapping, database: str) -> TargetSchema:
    """Return the writable fields of what a mapping writes, the types of CRM records as options of their field.

    Raises ConfigurationError while the mapping does not say what it writes.
    """
    if mapping.entity is None:
        what = "the mapping does not say what it writes"
        raise ConfigurationError(
            what,
            where=f"{mapping.name}.yaml: daktela",
            advice="write accounts, contacts, crmRecords or campaignsRecords",
        )
    schema = discover(daktela, mapping.entity, database=database, record_type=mapping.record_type)
    kind = mapping.entity.type_field
    if kind is None:
        return schema
    types = {each.name: each.title for each in record_types(daktela, mapping.entity)} or None
    return replace(schema, fields={**schema.fields, kind: replace(schema.fields[kind], options=types)})


def _field(prefix: str, found: Mapping[str, Any]) -> OfferedField:
    listed = found.get("picklistValues") or []
    values = [each for each in listed if each.get("active", True)]
    return OfferedField(
        path=f"{prefix}{found['name']}",
        label=str(found.get("label") or found["name"]),
        type=str(found["type"]),
        custom=bool(found.get("custom")),
        picklist=tuple(Choice(str(each["value"]), str(each.get("label") or each["value"])) for each in values),
        names_record=bool(found.get("nameField")),
        refers_to=tuple(found.get("referenceTo") or ()),
    )


def _leads_on(found: Mapping[str, Any]) -> bool:
    return bool(found.get("relationshipName")) and bool(found.get("referenceTo"))


def _parent(prefix: str, found: Mapping[str, Any]) -> OfferedField:
    return OfferedField(
        path=f"{prefix}{found['relationshipName']}",
        label=str(found.get("label") or found["relationshipName"]),
        type="reference",
        custom=bool(found.get("custom")),
        parent=True,
        refers_to=tuple(found["referenceTo"]),
    )
