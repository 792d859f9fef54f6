"""Which of a mapping's field paths an org has, and what type each is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.schema import FieldKind, SourceField, SourceSchema
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.errors import SalesforceRefusedError

CURSORS = ("SystemModstamp", "LastModifiedDate", "CreatedDate")
SYSTEM = ("Id", "IsDeleted", "MasterRecordId")
SUGGESTIONS = 3

KINDS: Mapping[str, FieldKind] = {
    "boolean": FieldKind.BOOLEAN,
    "int": FieldKind.INTEGER,
    "long": FieldKind.INTEGER,
    "double": FieldKind.NUMBER,
    "currency": FieldKind.NUMBER,
    "percent": FieldKind.NUMBER,
    "date": FieldKind.DATE,
    "datetime": FieldKind.DATETIME,
    "time": FieldKind.TIME,
    "multipicklist": FieldKind.MULTIPICKLIST,
}
UNREADABLE: Mapping[str, str] = {
    "address": "map its parts instead, for example BillingStreet",
    "location": "map its latitude and longitude instead",
    "base64": "files are not synchronised",
    "complexvalue": "it has no value of its own",
    "anyType": "its type changes from row to row",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """``schema`` holds the mapped fields that exist and the system fields; ``cursor`` is the change stamp to window on.

    ``unknown`` gives, for each path that cannot be read, the nearest names, or one sentence of advice.
    """

    schema: SourceSchema
    cursor: str
    unknown: Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class Describer:
    """Describes each sObject once."""

    client: SalesforceClient
    _known: dict[str, dict[str, Any]] = field(default_factory=dict)

    def describe(self, sobject: str) -> dict[str, Any]:
        """Salesforce's describe. Raises ConfigurationError when the object is unknown or hidden."""
        key = sobject.lower()
        if key not in self._known:
            try:
                self._known[key] = self.client.get_json(f"{self.client.data_path}/sobjects/{sobject}/describe")
            except SalesforceRefusedError as exc:
                if exc.status != 404:
                    raise
                raise ConfigurationError(
                    f"Salesforce has no object {sobject} for this user",
                    where="mapping key `salesforce`",
                    advice="check the API name (custom objects end in __c) and the user's permissions",
                ) from exc
        return self._known[key]

    def find(self, sobject: str, path: str) -> SourceField:
        """Resolve a dotted path. Raises LookupError with the nearest names, or with one sentence of advice."""
        steps, described, spelled = path.split("."), self.describe(sobject), []
        for step in steps[:-1]:
            reference = _relationship(described, step)
            spelled.append(reference["relationshipName"])
            described = self.describe(_target(reference))
        found = _field(described, steps[-1], prefix=spelled)
        spelled.append(found["name"])
        return SourceField(
            path=".".join(spelled),
            kind=KINDS.get(found["type"], FieldKind.TEXT),
            label=str(found.get("label") or ""),
            length=int(found.get("length") or 0),
            calculated=bool(found.get("calculated")),
            filterable=bool(found.get("filterable", True)),
        )


def resolve(client: SalesforceClient, sobject: str, paths: Iterable[str]) -> Resolution:
    """Return the schema of the mapped ``paths`` of ``sobject``, plus Id, change stamp and deletion fields.

    Raises ConfigurationError when the object cannot be read, or has no change stamp to filter on.
    """
    describer = Describer(client)
    described = describer.describe(sobject)
    if not described.get("queryable", True):
        raise ConfigurationError(f"{sobject} cannot be queried", where="mapping key `salesforce`")
    own = {found["name"]: found for found in described["fields"]}
    cursor = next((name for name in CURSORS if name in own and own[name].get("filterable", True)), None)
    if cursor is None:
        raise ConfigurationError(
            f"{sobject} has no change stamp that can be filtered on",
            where="mapping key `salesforce`",
            advice="map an object that has SystemModstamp, LastModifiedDate or CreatedDate",
        )
    fields: dict[str, SourceField] = {}
    unknown: dict[str, tuple[str, ...]] = {}
    system = [name for name in ("Id", cursor, *SYSTEM[1:]) if name in own]
    for path in dict.fromkeys([*system, *paths]):
        try:
            found = describer.find(sobject, path)
            fields.setdefault(found.path, found)
        except LookupError as exc:
            unknown[path] = tuple(str(arg) for arg in exc.args)
    return Resolution(schema=SourceSchema(sobject=described["name"], fields=fields), cursor=cursor, unknown=unknown)


def _field(described: Mapping[str, Any], name: str, *, prefix: list[str]) -> dict[str, Any]:
    by_name = {found["name"].lower(): found for found in described["fields"]}
    found: dict[str, Any] | None = by_name.get(name.lower())
    if found is None:
        raise LookupError(*_nearest(name, [item["name"] for item in described["fields"]], prefix))
    if found["type"] in UNREADABLE:
        raise LookupError(UNREADABLE[found["type"]])
    return found


def _relationship(described: Mapping[str, Any], name: str) -> dict[str, Any]:
    related = [item for item in described["fields"] if item.get("relationshipName") and item.get("referenceTo")]
    for item in related:
        if item["relationshipName"].lower() == name.lower():
            chosen: dict[str, Any] = item
            return chosen
    raise LookupError(*_nearest(name, [item["relationshipName"] for item in related], []))


def _target(reference: Mapping[str, Any]) -> str:
    """Of a polymorphic reference the user, where it is one: Owner may be a queue, and then has no e-mail."""
    targets = list(reference["referenceTo"])
    return "User" if "User" in targets else str(targets[0])


def _nearest(name: str, known: list[str], prefix: list[str]) -> list[str]:
    lowered = {item.lower(): item for item in known}
    close = difflib.get_close_matches(name.lower(), list(lowered), n=SUGGESTIONS, cutoff=0.6)
    return [".".join([*prefix, lowered[item]]) for item in close]
