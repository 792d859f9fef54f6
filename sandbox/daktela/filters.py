"""Turns filter, sort and search parameters of a listing into SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from sandbox.daktela.models import MODELS, FieldType, Model
from sandbox.daktela.query import is_numbered, listed
from sandbox.daktela.store import Store

Condition = sa.ColumnElement[bool]
_NEGATIONS = {
    "neq": "eq",
    "notlike": "like",
    "doesnotcontain": "contains",
    "notin": "in",
    "isnull": "isnotnull",
}
_TRUE, _FALSE = frozenset({"1", "true"}), frozenset({"0", "false", ""})


class FilterError(ValueError):
    """A listing that Daktela refuses with 400."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Compiles the listing parameters of one model.

    ``exact`` compares texts with regard to case; with ``empty_in_matches`` an empty ``in`` matches every row.
    """

    store: Store
    model: Model
    exact: bool = False
    empty_in_matches: bool = False

    def where(self, node: Any) -> Condition:
        """Return the condition of ``filter``: one condition, a numbered list (AND) or a nested group.

        Raises FilterError for any other layout, an unknown field or operator, and an empty ``in``.
        """
        return self._node(node)

    def search(self, text: str) -> Condition:
        """Return the condition of ``q``: the text somewhere in the name, the title or a custom field."""
        table = self.store.tables[self.model.name]
        found: list[Condition] = [table.c.name.contains(text, autoescape=True)]
        if "title" in table.c:
            found.append(table.c.title.contains(text, autoescape=True))
        if self.model.custom:
            values = self.store.values[self.model.name]
            hits = sa.select(values.c.record).where(values.c.value.contains(text, autoescape=True))
            found.append(table.c._id.in_(hits))
        return sa.or_(*found)

    def order(self, node: Any) -> list[sa.ColumnElement[Any]]:
        """Return the order of ``sort``: ``sort[0][field]`` and ``sort[0][dir]``, ties by age."""
        table = self.store.tables[self.model.name]
        return [*(self._sorted(table, entry) for entry in listed(node)), table.c._id]

    def _node(self, node: Any) -> Condition:
        if is_numbered(node):
            return sa.and_(*(self._node(item) for item in listed(node)))
        if not isinstance(node, Mapping):
            raise FilterError("filter: expected filter[field], filter[0][field] or filter[filters][0][field]")
        if "field" in node:
            return self._leaf(node)
        logic = str(node.get("logic", "and")).lower()
        if set(node) - {"logic", "filters"} or "filters" not in node or logic not in {"and", "or"}:
            raise FilterError("filter: a group needs filter[logic]=and|or and filter[filters][0]..., nothing else")
        members = [self._node(item) for item in listed(node["filters"])]
        return sa.or_(*members) if logic == "or" else sa.and_(*members)

    def _leaf(self, node: Mapping[str, Any]) -> Condition:
        operator = str(node.get("operator", "eq")).lower()
        table = self.store.tables[self.model.name]
        return self._path(self.model, table, str(node["field"]).split("."), operator, node.get("value"))

    def _path(self, model: Model, table: sa.FromClause, path: list[str], operator: str, value: Any) -> Condition:
        head, *rest = path
        if operator in _NEGATIONS:
            return sa.not_(self._path(model, table, path, _NEGATIONS[operator], value))
        if head == "customFields" and model.custom and len(rest) == 1:
            return self._custom(model, table, rest[0], operator, value)
        field = model.field(head)
        if field is None or (rest and field.kind is not FieldType.REFERENCE):
            raise FilterError(f"filter: {model.name} has no field {'.'.join(path)}")
        column = table.c[head]
        if rest in ([], ["name"]):
            found = self._operate(column, field.kind, operator, value)
            return found if operator == "isnotnull" else sa.and_(column.is_not(None), found)
        target = MODELS[field.target]
        alias = self.store.tables[target.name].alias()
        inner = self._path(target, alias, rest, operator, value)
        return sa.and_(column.is_not(None), column.in_(sa.select(alias.c.name).where(~alias.c._deleted, inner)))

    def _custom(self, model: Model, table: sa.FromClause, name: str, operator: str, value: Any) -> Condition:
        values = self.store.values[model.name]
        found = self._operate(values.c.value, FieldType.TEXT, operator, value)
        return table.c._id.in_(sa.select(values.c.record).where(values.c.field == name, found))

    def _operate(self, column: sa.ColumnElement[Any], kind: FieldType, operator: str, value: Any) -> Condition:
        if operator == "isnotnull":
            return column.is_not(None)
        if operator == "in":
            return self._in(column, kind, [item for item in listed(value) if item != ""])
        if operator == "between":
            ends = listed(value)
            if len(ends) != 2:
                raise FilterError("filter: between needs two values")
            return column.between(*(_typed(kind, end) for end in ends))
        if value is None or isinstance(value, Mapping):
            raise FilterError(f"filter: {operator} needs one value")
        if operator in {"eq", "lt", "lte", "gt", "gte"}:
            return self._scalar(column, kind, operator, _typed(kind, value))
        if operator in _TEXTUAL:
            return _TEXTUAL[operator](column, str(value))
        raise FilterError(f"filter: unknown operator {operator}")

    def _scalar(self, column: sa.ColumnElement[Any], kind: FieldType, operator: str, value: Any) -> Condition:
        if operator == "eq":
            return self._equal(column, kind, [value])
        comparisons: Mapping[str, Condition] = {
            "lt": column < value,
            "lte": column <= value,
            "gt": column > value,
            "gte": column >= value,
        }
        return comparisons[operator]

    def _in(self, column: sa.ColumnElement[Any], kind: FieldType, values: Sequence[Any]) -> Condition:
        if values:
            return self._equal(column, kind, [_typed(kind, value) for value in values])
        if self.empty_in_matches:
            return sa.true()
        raise FilterError("filter: in needs at least one value")

    def _equal(self, column: sa.ColumnElement[Any], kind: FieldType, values: list[Any]) -> Condition:
        if kind is not FieldType.TEXT:
            return column.in_(values)
        any_case = sa.collate(column, "NOCASE").in_(values)
        return sa.and_(any_case, sa.collate(column, "BINARY").in_(values)) if self.exact else any_case

    def _sorted(self, table: sa.Table, entry: Any) -> sa.ColumnElement[Any]:
        if not isinstance(entry, Mapping) or "field" not in entry:
            raise FilterError("sort: expected sort[0][field] and sort[0][dir]")
        head, *rest = str(entry["field"]).split(".")
        direction = str(entry.get("dir", "asc")).lower()
        if direction not in {"asc", "desc"}:
            raise FilterError("sort: dir is asc or desc")
        column = self._sort_column(table, head, rest)
        return column.desc() if direction == "desc" else column.asc()

    def _sort_column(self, table: sa.Table, head: str, rest: list[str]) -> sa.ColumnElement[Any]:
        if head == "customFields" and self.model.custom and len(rest) == 1:
            values = self.store.values[self.model.name]
            first = sa.select(sa.func.min(values.c.value)).where(
                values.c.record == table.c._id, values.c.field == rest[0]
            )
            return first.scalar_subquery()
        field = self.model.field(head)
        if field is None or (rest and field.kind is not FieldType.REFERENCE):
            raise FilterError(f"sort: {self.model.name} has no field {'.'.join([head, *rest])}")
        if rest in ([], ["name"]):
            return table.c[head]
        alias = self.store.tables[field.target].alias()
        if len(rest) > 1 or rest[0] not in alias.c:
            raise FilterError(f"sort: {self.model.name} cannot be sorted by {'.'.join([head, *rest])}")
        return sa.select(alias.c[rest[0]]).where(alias.c.name == table.c[head]).scalar_subquery()


def _regexp(column: sa.ColumnElement[Any], pattern: str) -> Condition:
    try:
        re.compile(pattern)
    except re.error as problem:
        raise FilterError(f"filter: regexp: {problem}") from problem
    return column.regexp_match(pattern)


_TEXTUAL: Mapping[str, Callable[[sa.ColumnElement[Any], str], Condition]] = {
    "like": lambda column, value: column.like(value),
    "contains": lambda column, value: column.contains(value, autoescape=True),
    "startswith": lambda column, value: column.startswith(value, autoescape=True),
    "endswith": lambda column, value: column.endswith(value, autoescape=True),
    "regexp": _regexp,
}


def _typed(kind: FieldType, value: Any) -> Any:
    text = str(value)
    if kind is FieldType.BOOLEAN and text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    if kind is FieldType.INTEGER:
        try:
            return int(text)
        except ValueError as problem:
            raise FilterError("filter: expected a number") from problem
    return text
