"""Resolves field paths to columns and joins; errors have Salesforce's texts."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.salesforce.catalogue import Catalogue
from sandbox.salesforce.fields import Field, SObject
from sandbox.salesforce.soql.errors import SoqlError, pointed
from sandbox.salesforce.soql.tree import Path

MAX_LEVELS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A resolved path. ``parents`` are relationship names in canonical case, ``table`` the alias it is read from."""

    parents: tuple[str, ...]
    field: Field
    table: str
    blank_deleted: bool = False

    @property
    def sql(self) -> str:
        """The stored or computed value; with ``blank_deleted`` null for a record in the bin."""
        return f'CASE {self.table}."IsDeleted" WHEN 0 THEN {self._stored} END' if self.blank_deleted else self._stored

    @property
    def _stored(self) -> str:
        if self.field.sql is not None:
            return "(" + self.field.sql.replace("{t}", self.table) + ")"
        return f'{self.table}."{self.field.name}"'

    @property
    def heading(self) -> str:
        """The name in a CSV header."""
        return ".".join((*self.parents, self.field.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A parent's table under an alias."""

    alias: str
    sobject: SObject
    sql: str


class Scope:
    """The fields that a query can use: its sObject's, and those of parents, which are joined when first used."""

    def __init__(self, catalogue: Catalogue, soql: str, sobject: Path, alias: str | None, table: str) -> None:
        self.catalogue, self.soql, self.table = catalogue, soql, table
        found = catalogue.sobject(sobject.text)
        if found is None or not found.queryable:
            raise self._unknown_sobject(sobject, known=found is not None)
        self.sobject = found
        self.aliases = {found.name.lower(), *([alias.lower()] if alias is not None else [])}
        self.joins: dict[tuple[str, ...], Join] = {}

    def column(self, path: Path) -> Column:
        """Return the column that ``path`` names.

        Raises SoqlError INVALID_FIELD for a field or relationship that does not exist or is not visible.
        """
        parts = path.parts
        if len(parts) > 1 and parts[0].lower() in self.aliases and parts[0].lower() not in self.sobject.by_relationship:
            parts = parts[1:]
        if len(parts) - 1 > MAX_LEVELS:
            raise SoqlError("INVALID_FIELD", f"Only {MAX_LEVELS} levels of relationships are allowed: {path.text}")
        sobject, table, parents = self.sobject, self.table, tuple[str, ...]()
        for relationship in parts[:-1]:
            join, name = self._join(sobject, table, parents, relationship, path)
            sobject, table, parents = join.sobject, join.alias, (*parents, name)
        field = self.catalogue.field(sobject, parts[-1])
        if field is None:
            raise pointed("INVALID_FIELD", self.soql, path.place, _no_such_column(parts[-1], sobject.name))
        return Column(parents=parents, field=field, table=table)

    def shown(self, *, with_deleted: bool) -> list[str]:
        """Return the conditions for visible rows; without deleted ones, the bin and the archive are excluded, too."""
        left_out = []
        if not with_deleted and self.sobject.has("IsDeleted"):
            every = self.catalogue.archived_every
            left_out = [f'{self.table}."IsDeleted" = 0', *([f"{self.table}._n % {every} <> 0"] if every else [])]
        return [*left_out, *self.visible()]

    def visible(self) -> list[str]:
        """Return the condition that excludes hidden records, nothing without hidden records."""
        hidden = sorted(self.catalogue.hidden_records)
        listed = ", ".join(f"'{each}'" for each in hidden)
        return [f'{self.table}."Id" NOT IN ({listed})'] if hidden else []

    def _join(
        self, sobject: SObject, table: str, parents: tuple[str, ...], relationship: str, path: Path
    ) -> tuple[Join, str]:
        found = self.catalogue.lookup(sobject, relationship)
        if found is None:
            raise pointed("INVALID_FIELD", self.soql, path.place, _no_such_relationship(relationship))
        lookup, parent = found
        name = lookup.relationship or relationship
        key = (*parents, name)
        if key not in self.joins:
            alias = f"{self.table}_{len(self.joins) + 1}"
            sql = f'LEFT JOIN "{parent.name}" AS {alias} ON {alias}."Id" = {table}."{lookup.name}"'
            self.joins[key] = Join(alias=alias, sobject=parent, sql=sql)
        return self.joins[key], name

    def _unknown_sobject(self, path: Path, *, known: bool) -> SoqlError:
        if known:
            return SoqlError("INVALID_TYPE_FOR_OPERATION", f"entity type {path.text} does not support query")
        return pointed(
            "INVALID_TYPE",
            self.soql,
            path.place,
            f"sObject type '{path.text}' is not supported. If you are attempting to use a custom object, be sure to "
            "append the '__c' after the entity name. Please reference your WSDL or the describe call for the "
            "appropriate names.",
        )


def _no_such_column(name: str, sobject: str) -> str:
    return (
        f"No such column '{name}' on entity '{sobject}'. If you are attempting to use a custom field, be sure to "
        "append the '__c' after the custom field name. Please reference your WSDL or the describe call for the "
        "appropriate names."
    )


def _no_such_relationship(name: str) -> str:
    return (
        f"Didn't understand relationship '{name}' in field path. If you are attempting to use a custom relationship, "
        "be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe "
        "call for the appropriate names."
    )
