"""The org's schema as one user sees it, without hidden fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sandbox.salesforce.alterations import altered
from sandbox.salesforce.fields import Field, SObject
from sandbox.salesforce.objects import BY_NAME, SOBJECTS


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``hidden``, ``unfilterable`` and ``demanded`` hold lower-case `contact.email` names, ``hidden_records`` long Ids.

    Queries of an object have to filter on one of its ``demanded`` fields.
    One in ``archived_every`` records is archived, 0 means none. With ``blank_deleted``, records in the bin lose the
    fields that may be empty. ``alterations`` are settings of changed fields.
    """

    hidden: frozenset[str] = frozenset()
    hidden_objects: frozenset[str] = frozenset()
    unfilterable: frozenset[str] = frozenset()
    demanded: frozenset[str] = frozenset()
    hidden_records: frozenset[str] = frozenset()
    blank_deleted: bool = False
    archived_every: int = 0
    alterations: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    @property
    def sobjects(self) -> tuple[SObject, ...]:
        """Every sObject the user sees, queryable or not."""
        return tuple(each for each in SOBJECTS if each.name.lower() not in self.hidden_objects)

    def sobject(self, name: str) -> SObject | None:
        """Return the sObject of that name in any case."""
        return None if name.lower() in self.hidden_objects else BY_NAME.get(name.lower())

    def fields(self, sobject: SObject) -> tuple[Field, ...]:
        """Return the fields the user sees."""
        return tuple(self._seen(sobject, each) for each in sobject.fields if self._shown(sobject, each))

    def field(self, sobject: SObject, name: str) -> Field | None:
        """Return a visible field by its name in any case."""
        found = sobject.field(name)
        return self._seen(sobject, found) if found is not None and self._shown(sobject, found) else None

    def lookup(self, sobject: SObject, relationship: str) -> tuple[Field, SObject] | None:
        """Return the reference field behind ``relationship`` and the parent; users stand for groups as owners."""
        found = sobject.by_relationship.get(relationship.lower())
        if found is None or not self._shown(sobject, found):
            return None
        parent = next(filter(None, map(self.sobject, found.reference_to)), None)
        return None if parent is None else (found, parent)

    def _seen(self, sobject: SObject, field: Field) -> Field:
        if not self.unfilterable and not self.alterations:
            return field
        name = f"{sobject.name}.{field.name}".lower()
        seen = altered(field, self.alterations.get(name, ()))
        return replace(seen, filterable=False) if name in self.unfilterable else seen

    def _shown(self, sobject: SObject, field: Field) -> bool:
        return not self.hidden or f"{sobject.name}.{field.name}".lower() not in self.hidden
