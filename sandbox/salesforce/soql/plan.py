"""A query as a plan: the SQL that finds its rows, and the columns of each row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sandbox.salesforce.catalogue import Catalogue
from sandbox.salesforce.fields import ID_TYPES, NUMBER_TYPES, SObject
from sandbox.salesforce.soql.conditions import Conditions
from sandbox.salesforce.soql.errors import SoqlError, pointed
from sandbox.salesforce.soql.required_filters import check_required_filters
from sandbox.salesforce.soql.scope import Column, Join, Scope
from sandbox.salesforce.soql.tree import Function, Order, Path, Query

MAX_FIELDS_LIMIT = 200
MAX_OFFSET = 2_000
AGGREGATES = {
    "COUNT": "count",
    "COUNT_DISTINCT": "count(DISTINCT {})",
    "MIN": "min",
    "MAX": "max",
    "SUM": "sum",
    "AVG": "avg",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """One value of an aggregate row: its name in the reply and its column, None for COUNT()."""

    name: str
    sql: str
    column: Column | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``source`` is the SQL from FROM to OFFSET with numbered parameters; ``joins`` are the parents' joins.

    Either ``columns`` or ``aggregates`` is filled; for COUNT() alone ``count_only`` is set instead.
    """

    query: Query
    sobject: SObject
    columns: tuple[Column, ...]
    aggregates: tuple[Aggregate, ...]
    count_only: bool
    joins: dict[tuple[str, ...], Join]
    source: str
    parameters: tuple[Any, ...]


def build_plan(query: Query, soql: str, catalogue: Catalogue, *, today: date, with_deleted: bool) -> Plan:
    """Return the plan of ``query``, whose text is ``soql``; ``today`` is the day on the user's calendar.

    Raises SoqlError with Salesforce's text for anything that the org's schema or SOQL's rules refuse.
    """
    if query.group_by:
        raise SoqlError("MALFORMED_QUERY", "GROUP BY is outside what this sandbox understands")
    scope = Scope(catalogue, soql, query.sobject, query.alias, "t")
    check_required_filters(query, scope.sobject.name, catalogue.demanded)
    aggregates, count_only = _aggregates(query, soql, scope)
    columns = () if aggregates or count_only else _columns(query, soql, scope)
    parameters: list[Any] = []
    source = _source(query, scope, today, parameters, with_deleted or query.all_rows)
    return Plan(
        query=query,
        sobject=scope.sobject,
        columns=columns,
        aggregates=aggregates,
        count_only=count_only,
        joins=scope.joins,
        source=source,
        parameters=tuple(parameters),
    )


def _columns(query: Query, soql: str, scope: Scope) -> tuple[Column, ...]:
    found: dict[str, Column] = {}
    for each in query.selected:
        if isinstance(each, Query):
            raise SoqlError("MALFORMED_QUERY", "parent-to-child sub-queries are outside what this sandbox understands")
        for path in _expand(each, query, soql, scope) if isinstance(each, Function) else (each,):
            column = _shown(scope.column(path), scope)
            if column.heading in found:
                raise pointed("INVALID_FIELD", soql, path.place, f"duplicate field selected: {column.heading}")
            found[column.heading] = column
    return tuple(found.values())


def _shown(column: Column, scope: Scope) -> Column:
    in_bin = scope.catalogue.blank_deleted and not column.parents and scope.sobject.has("IsDeleted")
    return replace(column, blank_deleted=True) if in_bin and column.field.nillable and column.field.writable else column


def _expand(function: Function, query: Query, soql: str, scope: Scope) -> tuple[Path, ...]:
    kind = "" if function.argument is None else function.argument.text.upper()
    if function.name != "FIELDS" or kind not in ("ALL", "STANDARD", "CUSTOM"):
        raise pointed("MALFORMED_QUERY", soql, function.place, f"unexpected token: '{function.name}'")
    if kind != "STANDARD" and (query.limit is None or query.limit > MAX_FIELDS_LIMIT):
        raise SoqlError("MALFORMED_QUERY", "The SOQL FIELDS function must have a LIMIT of at most 200")
    fields = scope.catalogue.fields(scope.sobject)
    wanted = [each for each in fields if kind == "ALL" or each.custom == (kind == "CUSTOM")]
    return tuple(Path(parts=(each.name,), place=function.place) for each in wanted)


def _aggregates(query: Query, soql: str, scope: Scope) -> tuple[tuple[Aggregate, ...], bool]:
    functions = [each for each in query.selected if isinstance(each, Function) and each.name in AGGREGATES]
    if not functions:
        return (), False
    if len(functions) != len(query.selected):
        raise SoqlError("MALFORMED_QUERY", "Field must be grouped or aggregated")
    if len(functions) == 1 and functions[0].name == "COUNT" and functions[0].argument is None:
        return (), True
    found = []
    for number, each in enumerate(functions):
        if each.argument is None:
            raise pointed("MALFORMED_QUERY", soql, each.place, f"unexpected token: '{each.name}'")
        column = scope.column(each.argument)
        if each.name in ("SUM", "AVG") and column.field.type not in NUMBER_TYPES:
            raise SoqlError(
                "INVALID_FIELD", f"field {column.field.name} does not support aggregate operator {each.name}"
            )
        template = AGGREGATES[each.name]
        sql = template.format(column.sql) if "{" in template else f"{template}({column.sql})"
        found.append(
            Aggregate(
                name=each.alias or f"expr{number}", sql=sql, column=column if each.name in ("MIN", "MAX") else None
            )
        )
    return tuple(found), False


def _source(query: Query, scope: Scope, today: date, parameters: list[Any], with_deleted: bool) -> str:
    def semi_join(inner: Query, bound: list[Any]) -> str:
        return _semi_join(inner, scope, today, bound, with_deleted)

    conditions = scope.shown(with_deleted=with_deleted)
    if query.where is not None:
        conditions.append(Conditions(scope, today, parameters, semi_join).sql(query.where))
    order = ", ".join(_order(each, scope) for each in query.order_by)
    if query.offset is not None and query.offset > MAX_OFFSET:
        raise SoqlError("NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {MAX_OFFSET}")
    parts = [f'FROM "{scope.sobject.name}" AS t', *(each.sql for each in scope.joins.values())]
    if conditions:
        parts.append("WHERE " + " AND ".join(conditions))
    if order:
        parts.append(f"ORDER BY {order}")
    if query.limit is not None or query.offset is not None:
        parts.append(f"LIMIT {-1 if query.limit is None else query.limit} OFFSET {query.offset or 0}")
    return " ".join(parts)


def _semi_join(query: Query, outer: Scope, today: date, parameters: list[Any], with_deleted: bool) -> str:
    scope = Scope(outer.catalogue, outer.soql, query.sobject, query.alias, f"{outer.table}s")
    if len(query.selected) != 1 or not isinstance(query.selected[0], Path):
        raise SoqlError("MALFORMED_QUERY", "The inner select of a semi-join must select exactly one field")
    column = scope.column(query.selected[0])
    if column.field.type not in ID_TYPES:
        raise SoqlError("INVALID_FIELD", f"The inner select field must be an id or reference: {column.field.name}")

    def nested(_query: Query, _bound: list[Any]) -> str:
        raise SoqlError("MALFORMED_QUERY", "Nesting of semi join sub-selects is not supported")

    conditions = [f"{column.sql} IS NOT NULL", *scope.shown(with_deleted=with_deleted)]
    if query.where is not None:
        conditions.append(Conditions(scope, today, parameters, nested).sql(query.where))
    joins = " ".join(each.sql for each in scope.joins.values())
    where = " AND ".join(conditions)
    return f'SELECT {column.sql} FROM "{scope.sobject.name}" AS {scope.table} {joins} WHERE {where}'  # noqa: S608  own names


def _order(order: Order, scope: Scope) -> str:
    column = scope.column(order.path)
    kind = column.field.type
    if not column.field.filterable or kind == "multipicklist":
        raise SoqlError("INVALID_FIELD", f"field '{column.field.name}' can not be sorted in a query call")
    exact = kind in ID_TYPES | NUMBER_TYPES | {"boolean", "date", "datetime"}
    sql = column.sql if exact else f"sf_fold({column.sql})"
    return f"{sql} {'DESC' if order.descending else 'ASC'} NULLS {'LAST' if order.nulls_last else 'FIRST'}"
