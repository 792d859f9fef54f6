"""Custom fields as Daktela describes them: in the scheme of a record, and in the pool. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from salesforce_daktela.daktela.wire.reply import is_set
from salesforce_daktela.mapping.target import Provenance, TargetField

PREFIX = "customFields."
Described = Mapping[str, Mapping[str, Any]]


def scheme_of(record: Mapping[str, Any]) -> Described | None:
    """Return ``_sys.cfScheme`` of a whole record, by field name; None when the record carries none."""
    system = record.get("_sys")
    scheme = system.get("cfScheme") if isinstance(system, Mapping) else None
    if not isinstance(scheme, Mapping):
        return None
    return {str(name): found for name, found in scheme.items() if isinstance(found, Mapping)}


def pool_of(rows: Sequence[Mapping[str, Any]]) -> Described:
    """Return the fields of the pool that are not deleted, by name."""
    alive = [row for row in rows if not is_set(row.get("deleted")) and isinstance(row.get("name"), str)]
    return {str(row["name"]): row for row in alive}


def custom_fields(scheme: Described | None, pool: Described | None) -> dict[str, TargetField]:
    """Return the custom fields by path; the pool adds what the form does not tell."""
    fields = {}
    for name in [*(scheme or {}), *(pool or {})]:
        of_form, of_pool = (scheme or {}).get(name), (pool or {}).get(name, {})
        said = {key: value for key, value in (of_form or {}).items() if value is not None}
        provenance = Provenance.POOL if of_form is None else Provenance.RECORD
        fields[f"{PREFIX}{name}"] = _field(name, {**of_pool, **said}, provenance)
    return fields


def _field(name: str, found: Mapping[str, Any], provenance: Provenance) -> TargetField:
    multiple = found.get("multiple")
    return TargetField(
        path=f"{PREFIX}{name}",
        type=str(found.get("type") or "TEXT"),
        title=str(found.get("title") or name),
        # Older instances do not say: then several values count as allowed.
        multiple=multiple is None or is_set(multiple),
        options=_options(found.get("items")),
        provenance=provenance,
    )


def _options(items: object) -> dict[str, str] | None:
    """Return titles by the value to send; the value of an item is its name if it has no other."""
    listed = list(items.values()) if isinstance(items, Mapping) else items
    options: dict[str, str] = {}
    for item in listed if isinstance(listed, list) else []:
        if isinstance(item, Mapping):
            named = [item[key] for key in ("value", "name", "title") if item.get(key) not in (None, "")]
            if named:
                options[str(named[0])] = str(item.get("title") or named[0])
    return options or None
