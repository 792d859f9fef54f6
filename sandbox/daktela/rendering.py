"""Renders a stored record for a reply: with all referenced records, or only the selected paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.daktela.custom_fields import POOLS, CustomField, form, scheme_entry
from sandbox.daktela.models import CAMPAIGNS_RECORDS, MODELS, FieldType, Model
from sandbox.daktela.people import marked, user_document
from sandbox.daktela.store import Record, Store
from sandbox.daktela.switches import Switches

_READ_ONLY_HINTS = {"duplicateContacts": None, "notDuplicateContacts": None}


class Renderer:
    """Renders the records of one reply; a record that several of them reference is rendered once."""

    def __init__(self, store: Store, switches: Switches) -> None:
        self._store = store
        self._switches = switches
        self._unfolded: dict[tuple[str, str], dict[str, Any] | None] = {}
        self._schemes: dict[tuple[str, str], Any] = {}

    def full(self, record: Record) -> dict[str, Any]:
        """Return all fields, referenced records recursively included, with the scheme of the custom fields."""
        newer = self._switches.stack_fields == "newer"
        document = user_document(record.values, newer=newer) if record.model.name == "users" else self._document(record)
        return marked(document) if newer else document

    def _document(self, record: Record) -> dict[str, Any]:
        model = record.model
        document = {
            field.name: self._value(field.kind, field.target, record.values[field.name]) for field in model.fields
        }
        if model.custom:
            document["customFields"] = self.custom(record)
        if model.name == "crmDatabases":
            document["contactsCFScheme"] = None
        if model.name in {"contacts", "accounts"}:
            document |= _READ_ONLY_HINTS
        if model.name == "accounts" and self._switches.stack_fields == "newer":
            del document["survey"]
        if model.writable and self._switches.deleted_shown:
            document["deleted"] = record.deleted
        if model.name in POOLS:
            document["options"] = self._options(record)
        if model.name == "crmRecordsTypes":
            del document["statuses"]
        if model is CAMPAIGNS_RECORDS:
            document["action"] = self._action(record)
            return document | {"_sys": self._sys(record, scheme=self._switches.campaign_scheme)}
        return document | {"_sys": self._sys(record, scheme=model.custom)}

    def _action(self, record: Record) -> int | str:
        value = str(record.values["action"])
        return int(value) if self._switches.campaign_action == "number" else value

    def _options(self, record: Record) -> str | None:
        return record.values["options"] or ("" if self._switches.form_field_options == "text" else None)

    def selected(self, record: Record, paths: Sequence[str]) -> dict[str, Any]:
        """Return the given paths and the short ``_sys``; unknown paths are left out."""
        document: dict[str, Any] = {}
        for path in paths:
            parts = path.split(".")
            found, value = self._follow(record, parts)
            if found:
                _place(document, [path] if self._switches.selected_path == "flat" else parts, value)
        scheme = record.model.custom and self._switches.scheme_with_fields
        return document | {"_sys": self._sys(record, scheme=scheme)}

    def custom(self, record: Record) -> Any:
        """Return the custom fields of the record's form, unset ones included, in the format of the switches."""
        if not record.custom and self._switches.empty_map == "list":
            return []
        placed = self._form(record.model.name, place(record.model, record.values))
        removed = self._switches.removed_custom_field
        left = [removed] if self._switches.removed_custom_field_shown and removed in record.custom else []
        return {name: self._custom_value(record.custom.get(name, [])) for name in (*placed, *left)}

    def echo(self, model: Model, values: Mapping[str, Any], custom: Mapping[str, list[str]]) -> dict[str, Any]:
        """Return a refused record as the older generation repeats it: without hash and scheme, as nothing is stored."""
        document = {
            field.name: None if field.kind is FieldType.REFERENCE else values.get(field.name) for field in model.fields
        }
        placed = self._form(model.name, place(model, values))
        document["customFields"] = {name: custom.get(name) or [None] for name in placed}
        if model.name in {"contacts", "accounts"}:
            document |= _READ_ONLY_HINTS
        return document | {"_sys": {"hash": None, "model": model.name}}

    def _follow(self, record: Record, parts: list[str]) -> tuple[bool, Any]:
        head, *rest = parts
        if head == "customFields" and record.model.custom:
            custom = self.custom(record)
            if not rest:
                return True, custom
            return (True, custom[rest[0]]) if isinstance(custom, dict) and rest[0] in custom else (False, None)
        field = record.model.field(head)
        if field is None or (rest and field.kind is not FieldType.REFERENCE):
            return False, None
        value = record.values[head]
        if record.model is CAMPAIGNS_RECORDS and head == "action":
            return True, self._action(record)
        if record.model.name in POOLS and head == "options":
            return True, self._options(record)
        if field.kind is not FieldType.REFERENCE:
            return True, value
        target = None if value is None else self._store.find(MODELS[field.target], value)
        if target is None:
            return True, None
        if rest:
            return self._follow(target, rest)
        if self._switches.selected_reference == "name":
            return True, target.name
        return True, {"name": target.name, "title": target.values["title"], "_sys": self._sys(target, scheme=False)}

    def _value(self, kind: FieldType, target: str, value: Any) -> Any:
        if kind is not FieldType.REFERENCE or value is None:
            return value
        key = (target, value)
        if key not in self._unfolded:
            found = self._store.find(MODELS[target], value)
            self._unfolded[key] = None if found is None else self.full(found)
        return self._unfolded[key]

    def _custom_value(self, values: list[str]) -> Any:
        if not values:
            return [None] if self._switches.unset_custom_field == "null" else []
        if self._switches.custom_field_shape == "scalar" and len(values) == 1:
            return values[0]
        return values

    def _form(self, model: str, place_name: str) -> dict[str, CustomField]:
        return form(model, place_name, removed=self._switches.removed_custom_field)

    def _sys(self, record: Record, *, scheme: bool) -> dict[str, Any]:
        base: dict[str, Any] = {"hash": str(record.id) if record.model.custom else None, "model": record.model.name}
        if not scheme:
            return base
        key = (record.model.name, place(record.model, record.values))
        if key not in self._schemes:
            full = self._switches.scheme_detail == "full"
            entries = {name: scheme_entry(field, full=full) for name, field in self._form(*key).items()}
            self._schemes[key] = entries
        return base | {"cfScheme": self._schemes[key]}


def place(model: Model, values: Mapping[str, Any]) -> str:
    """Return what a record's form depends on: its type for a record, else its database."""
    return str(values.get(place_column(model)) or "")


def place_column(model: Model) -> str:
    """Return the field that a record's form depends on."""
    return {"crmRecords": "type", "campaignsRecords": "record_type"}.get(model.name, "database")


def _place(document: dict[str, Any], parts: list[str], value: Any) -> None:
    for part in parts[:-1]:
        child = document.setdefault(part, {})
        if not isinstance(child, dict):
            child = document[part] = {}
        document = child
    document[parts[-1]] = value
