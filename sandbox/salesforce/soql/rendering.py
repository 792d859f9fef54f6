"""SQL expressions that render a row as a JSON record or a CSV line: in SQLite this is fast."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.fields import NUMBER_TYPES, REAL_TYPES
from sandbox.salesforce.soql.plan import Plan
from sandbox.salesforce.soql.scope import Column

ADDRESS_PARTS = ("City", "Country", "GeocodeAccuracy", "Latitude", "Longitude", "PostalCode", "State", "Street")
Tree = dict[str, Any]


def record_sql(plan: Plan, version: str, *, exponents: bool = False) -> str:
    """Return the expression of one REST record; with ``exponents`` large doubles are written as in Java."""
    tree: Tree = {}
    for column in plan.columns:
        node = tree
        for parent in column.parents:
            node = node.setdefault(parent, {})
        node[column.field.name] = column
    return _object(plan, version, tree, (), exponents)


def line_sql(plan: Plan, delimiter: str, line_ending: str, *, exponents: bool = False) -> str:
    """Return the expression of one CSV line: everything quoted, null as `""`, datetimes ending in Z."""
    values = f" || '\"{delimiter}\"' || ".join(_csv_value(each, exponents) for each in plan.columns)
    ending = "char(13) || char(10)" if line_ending == "CRLF" else "char(10)"
    return f"'\"' || {values} || '\"' || {ending}"


def json_value(column: Column, *, exponents: bool = False) -> str:
    """Return the expression of one JSON value."""
    sql, kind = column.sql, column.field.type
    if kind == "boolean":
        return f"CASE WHEN {sql} THEN 'true' ELSE 'false' END"
    if kind == "datetime":
        return f"coalesce('\"' || substr({sql}, 1, 23) || '+0000\"', 'null')"
    if kind == "address":
        return _address(column)
    if kind in REAL_TYPES and exponents:
        return f"coalesce(sf_exponent({sql}), 'null')"
    if kind in NUMBER_TYPES:
        return f"coalesce({sql}, 'null')"
    return f"json_quote({sql})"


def _object(plan: Plan, version: str, node: Tree, parents: tuple[str, ...], exponents: bool) -> str:
    sobject = plan.sobject if not parents else plan.joins[parents].sobject
    table = "t" if not parents else plan.joins[parents].alias
    url = f"/services/data/v{version}/sobjects/{sobject.name}/"
    pieces = [f'\'{{"attributes":{{"type":"{sobject.name}","url":"{url}\' || {table}."Id" || \'"}}\'']
    for name, each in node.items():
        key = f"',\"{name}\":'"
        value = (
            json_value(each, exponents=exponents)
            if isinstance(each, Column)
            else _object(plan, version, each, (*parents, name), exponents)
        )
        pieces.append(f"{key} || {value}")
    whole = " || ".join([*pieces, "'}'"])
    return whole if not parents else f"CASE WHEN {table}.\"Id\" IS NULL THEN 'null' ELSE {whole} END"


def _address(column: Column) -> str:
    prefix = column.field.name.removesuffix("Address")
    parts = []
    for part in ADDRESS_PARTS:
        value = f'json_quote({column.table}."{prefix}{part}")' if part in column.field.parts else "'null'"
        parts.append(f"'\"{part[0].lower()}{part[1:]}\":' || {value}")
    present = ", ".join(f'{column.table}."{prefix}{part}"' for part in column.field.parts)
    return (
        f"CASE WHEN coalesce({present}) IS NULL THEN 'null' ELSE '{{' || " + " || ',' || ".join(parts) + " || '}' END"
    )


def _csv_value(column: Column, exponents: bool) -> str:
    sql, kind = column.sql, column.field.type
    if kind == "boolean":
        return f"CASE WHEN {sql} THEN 'true' WHEN {sql} IS NULL THEN '' ELSE 'false' END"
    if kind in REAL_TYPES and exponents:
        return f"coalesce(sf_exponent({sql}), '')"
    if kind in NUMBER_TYPES or kind in ("id", "reference", "date", "datetime"):
        return f"coalesce({sql}, '')"
    return f"coalesce(replace({sql}, '\"', '\"\"'), '')"
