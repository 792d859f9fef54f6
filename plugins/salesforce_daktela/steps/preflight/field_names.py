"""The field names that both systems offer to one mapping, and a JSON Schema with which editors complete them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.schema.discovery import discover
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.language.json_schema import mapping_schema
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.mapping.target import TargetSchema
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.schema.describe import describe
from salesforce_daktela.salesforce.schema.field_kinds import NAME_FIELDS, UNREADABLE
from salesforce_daktela.salesforce.schema.field_paths import is_polymorphic
from salesforce_daktela.steps.preflight.inspection import record_type_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldNames:
    """``source`` has a description for each Salesforce path, the object's own fields before its parents'."""

    source: Mapping[str, str]
    target: TargetSchema


def discover_fields(
    mapping: MappingSpec, salesforce: SalesforceClient, daktela: DaktelaClient, *, database: str
) -> FieldNames:
    """Ask both systems. Raises ConfigurationError when the object or the CRM database is hidden."""
    record_type = record_type_of(mapping)
    return FieldNames(
        source=_source_paths(salesforce, mapping.sobject),
        target=discover(daktela, mapping.entity, database=database, record_type=record_type),
    )


def editor_schema(
    spec: SyncSpec, mapping: MappingSpec, names: FieldNames, transforms: Mapping[str, Transform]
) -> dict[str, Any]:
    """Return the JSON Schema of one mapping file."""
    order = [found.name for found in spec.mappings]
    return mapping_schema(
        mapping,
        source=names.source,
        target=names.target,
        transforms=transforms,
        parents=order[: order.index(mapping.name)],
    )


def _source_paths(salesforce: SalesforceClient, sobject: str) -> dict[str, str]:
    own = describe(salesforce, sobject)["fields"]
    paths = _readable("", own)
    for reference in own:
        relation, targets = reference.get("relationshipName"), reference.get("referenceTo") or []
        if relation and targets and is_polymorphic(reference):
            paths.update({f"{relation}.{name}": name for name in NAME_FIELDS})
        elif relation and targets:
            paths.update(_readable(f"{relation}.", _fields_of_parent(salesforce, targets[0])))
    return paths


def _fields_of_parent(salesforce: SalesforceClient, sobject: str) -> list[Mapping[str, Any]]:
    """The fields of a parent object, none when this user may not see it."""
    try:
        return list(describe(salesforce, sobject)["fields"])
    except ConfigurationError:
        return []


def _readable(prefix: str, fields: list[Mapping[str, Any]]) -> dict[str, str]:
    return {
        f"{prefix}{found['name']}": f"{found.get('label') or found['name']}, {found['type']}"
        for found in fields
        if found["type"] not in UNREADABLE
    }
