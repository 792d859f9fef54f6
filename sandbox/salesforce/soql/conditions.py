"""Translates WHERE to SQL with Salesforce's equality: texts ignore case, and null differs from every other value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sandbox.salesforce.fields import ID_TYPES, NUMBER_TYPES
from sandbox.salesforce.ids import eighteen
from sandbox.salesforce.soql.dates import literal_span, midnight, stored
from sandbox.salesforce.soql.errors import SoqlError
from sandbox.salesforce.soql.scope import Column, Scope
from sandbox.salesforce.soql.tree import (
    Comparison,
    Condition,
    DateLiteral,
    Junction,
    Membership,
    Not,
    Query,
    Value,
)
from sandbox.salesforce.store import fold

TYPE_WORDS = {"datetime": "dateTime", "boolean": "boolean", "date": "date", "int": "int"}
EQUALITY_ONLY = {"boolean", "multipicklist", *ID_TYPES}
SubQuery = Callable[[Query, list[Any]], str]


class Conditions:
    """Translates conditions of one scope to SQL, and collects bound values in ``parameters``.

    ``today`` is the day on the user's calendar; ``sub_query`` renders the inside of a semi-join.
    """

    def __init__(self, scope: Scope, today: date, parameters: list[Any], sub_query: SubQuery) -> None:
        self.scope, self.today, self.parameters, self.sub_query = scope, today, parameters, sub_query

    def sql(self, condition: Condition) -> str:
        """Return the SQL expression; a null result counts as false.

        Raises SoqlError when a field, an operator or a literal does not fit.
        """
        match condition:
            case Junction():
                return "(" + f" {condition.operator} ".join(self.sql(each) for each in condition.conditions) + ")"
            case Not():
                return f"NOT coalesce({self.sql(condition.condition)}, 0)"
            case Comparison():
                return self._comparison(condition, self._filterable(condition))
            case Membership():
                return self._membership(condition, self._filterable(condition))

    def _filterable(self, condition: Comparison | Membership) -> Column:
        column = self.scope.column(condition.path)
        if not column.field.filterable:
            raise SoqlError("INVALID_FIELD", f"field '{column.field.name}' can not be filtered in a query call")
        return column

    def _comparison(self, condition: Comparison, column: Column) -> str:
        operator, value = condition.operator, condition.value
        kind = column.field.type
        if operator not in ("=", "!=") and kind in EQUALITY_ONLY:
            raise SoqlError("INVALID_QUERY_FILTER_OPERATOR", f"invalid operator on {kind} field: {column.field.name}")
        if value is None or value == "":
            return self._against_null(operator, column)
        if isinstance(value, DateLiteral):
            return self._against_span(operator, column, value)
        if operator == "LIKE":
            return self._like(column, value)
        bound = self._bind(column, value)
        if operator == "!=":
            return f"({column.sql} IS NULL OR {_comparable(column)} <> {bound})"
        return f"{_comparable(column)} {operator} {bound}"

    def _against_null(self, operator: str, column: Column) -> str:
        if operator == "=":
            return f"{column.sql} IS NULL"
        return f"{column.sql} IS NOT NULL" if operator == "!=" else "0"

    def _against_span(self, operator: str, column: Column, literal: DateLiteral) -> str:
        if column.field.type not in ("date", "datetime"):
            raise _wrong_type(column)
        first, end = literal_span(literal, self.today)
        edges = (midnight(first), midnight(end)) if column.field.type == "datetime" else (str(first), str(end))
        sql = column.sql

        def edge(at: int) -> str:
            return self._parameter(edges[at])

        match operator:
            case "=":
                return f"({sql} >= {edge(0)} AND {sql} < {edge(1)})"
            case "!=":
                return f"({sql} IS NULL OR {sql} < {edge(0)} OR {sql} >= {edge(1)})"
            case "<" | ">=":
                return f"{sql} {operator} {edge(0)}"
            case "<=" | ">":
                return f"{sql} {'<' if operator == '<=' else '>='} {edge(1)}"
        raise SoqlError("INVALID_QUERY_FILTER_OPERATOR", f"invalid operator on date field: {column.field.name}")

    def _like(self, column: Column, value: Value) -> str:
        if not isinstance(value, str) or column.field.type in NUMBER_TYPES | {"date", "datetime"}:
            raise SoqlError("INVALID_QUERY_FILTER_OPERATOR", f"invalid operator: LIKE on {column.field.name}")
        return f"sf_fold({column.sql}) LIKE {self._parameter(fold(value))} ESCAPE '\\'"

    def _membership(self, condition: Membership, column: Column) -> str:
        if condition.operator in ("INCLUDES", "EXCLUDES"):
            return self._choices(condition, column)
        negated = condition.operator == "NOT IN"
        if isinstance(condition.values, Query):
            if column.field.type not in ID_TYPES:
                raise SoqlError("INVALID_FIELD", f"Semi join field must be an id or reference: {column.field.name}")
            inner = self.sub_query(condition.values, self.parameters)
            found = f"{column.sql} IN ({inner})"
        else:
            found = self._in_list(condition.values, column)
        return f"NOT coalesce({found}, 0)" if negated else found

    def _in_list(self, values: tuple[Value, ...], column: Column) -> str:
        spans = [self._against_span("=", column, each) for each in values if isinstance(each, DateLiteral)]
        plain = [each for each in values if not (each is None or each == "" or isinstance(each, DateLiteral))]
        found = f"{_comparable(column)} IN ({', '.join(self._bind(column, each) for each in plain)})"
        nulls = [f"{column.sql} IS NULL"] if any(each is None or each == "" for each in values) else []
        return "(" + " OR ".join([found, *spans, *nulls]) + ")"

    def _choices(self, condition: Membership, column: Column) -> str:
        if column.field.type != "multipicklist" or isinstance(condition.values, Query):
            raise SoqlError(
                "INVALID_QUERY_FILTER_OPERATOR", "includes and excludes are only valid on multipicklist fields"
            )
        stored_list = f"';' || sf_fold({column.sql}) || ';'"
        alternatives = []
        for value in condition.values:
            if not isinstance(value, str):
                raise _wrong_type(column)
            wanted = [self._parameter(f";{fold(each)};") for each in value.split(";")]
            alternatives.append("(" + " AND ".join(f"instr({stored_list}, {each})" for each in wanted) + ")")
        found = "(" + " OR ".join(alternatives) + ")"
        return found if condition.operator == "INCLUDES" else f"NOT coalesce({found}, 0)"

    def _bind(self, column: Column, value: Value) -> str:
        return self._parameter(_storable(column, value))

    def _parameter(self, value: Any) -> str:
        self.parameters.append(value)
        return f"?{len(self.parameters)}"


def _comparable(column: Column) -> str:
    exact = ID_TYPES | NUMBER_TYPES | {"boolean", "date", "datetime"}
    return column.sql if column.field.type in exact else f"sf_fold({column.sql})"


def _storable(column: Column, value: Value) -> str | float | int:
    kind = column.field.type
    if kind in ID_TYPES and isinstance(value, str):
        record = eighteen(value)
        if record is None:
            raise SoqlError("INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {value}")
        return record
    if kind == "datetime" and isinstance(value, datetime):
        return stored(value)
    if kind == "date" and isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if kind == "boolean" and isinstance(value, bool):
        return int(value)
    if kind in NUMBER_TYPES and isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and kind not in {"boolean", "date", "datetime", *NUMBER_TYPES}:
        return value.casefold()
    raise _wrong_type(column)


def _wrong_type(column: Column) -> SoqlError:
    kind = column.field.type
    quoted = kind not in {"boolean", "date", "datetime", *NUMBER_TYPES}
    should = "should be" if quoted else "should not be"
    word = "string" if quoted else TYPE_WORDS.get(kind, "double")
    return SoqlError(
        "INVALID_FIELD",
        f"value of filter criterion for field '{column.field.name}' must be of type {word} and {should} "
        "enclosed in quotes",
    )
