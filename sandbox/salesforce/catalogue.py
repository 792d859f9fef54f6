"""The org's schema as one user sees it: without the fields that field-level security hides."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.salesforce.fields import Field, SObject
from sandbox.salesforce.objects import BY_NAME, SOBJECTS


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``hidden`` holds lower-case `contact.email` names."""

    hidden: frozenset[str] = frozenset()

    @property
    def sobjects(self) -> tuple[SObject, ...]:
        """Every sObject, queryable or not."""
        return SOBJECTS

    def sobject(self, name: str) -> SObject | None:
        """Return the sObject of that name in any case."""
        return BY_NAME.get(name.lower())

    def fields(self, sobject: SObject) -> tuple[Field, ...]:
        """Return the fields the user sees."""
        return tuple(each for each in sobject.fields if self._shown(sobject, each))

    def field(self, sobject: SObject, name: str) -> Field | None:
        """Return a visible field by its name in any case."""
        found = sobject.field(name)
        return found if found is not None and self._shown(sobject, found) else None

    def lookup(self, sobject: SObject, relationship: str) -> tuple[Field, SObject] | None:
        """Return the reference field behind ``relationship`` and the parent; users stand for groups as owners."""
        found = sobject.by_relationship.get(relationship.lower())
        if found is None or not self._shown(sobject, found):
            return None
        parent = next((BY_NAME[each.lower()] for each in found.reference_to if each.lower() in BY_NAME), None)
        return None if parent is None else (found, parent)

    def _shown(self, sobject: SObject, field: Field) -> bool:
        return not self.hidden or f"{sobject.name}.{field.name}".lower() not in self.hidden
